"""Cases "careless" and "drifting": answers that do not follow the items, throughout or from some time on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.criterion_log import first_half
from analytics.stats.trainers.evidence import Case, Evidence, Source
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.standing import Change, Standing, change, first_judgments, standing


def together(a: Residuals, b: Residuals) -> Residuals:
    """Return two sources that share no judgment, as one."""
    (square, chance), (other_square, other_chance) = a.squares, b.squares
    return Residuals(
        residual=np.where(a.usable, a.residual, b.residual),
        signal=np.where(a.usable, a.signal, b.signal),
        mean=np.where(a.usable, a.mean, b.mean),
        usable=a.usable | b.usable,
        context=np.where(a.usable, a.context, b.context),
        context_stake=np.where(a.usable, a.context_stake, b.context_stake),
        square=np.where(a.usable, square, other_square),
        chance_square=np.where(a.usable, chance, other_chance),
    )


LEAST_GUESSING = 0.1
_SUSPECTED, _LIKELY = 0.2, 0.01
_ALREADY_LOW = 0.001
_CARELESS = {
    "gold": "On {n} gold judgments, does as well as an ordinary trainer who guesses on {away:.0%} of them.",
    "peers": "On {n} items judged by others, agrees like an ordinary trainer who guesses on {away:.0%} of them.",
    "model": "By the latent-truth model, like an ordinary trainer who guesses on {away:.0%} of {n} items.",
}
_DRIFT = {
    "gold": "On {n} gold judgments, later ones look as if {away:.0%} more were guesses than earlier ones.",
    "peers": "Against others on the same {n} items, later judgments look as if {away:.0%} more were guesses.",
    "model": "By the latent-truth model ({n} judgments), later ones look as if {away:.0%} more were guesses.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Performance:
    """J judgments against gold, peers and a model, in time: what "careless" and "drifting" are told from.

    Attributes
    ----------
    trainer : int array (J,)
        Codes.
    order : float array (J,)
        Grows with time within a trainer.
    by_gold, by_peers : Residuals
        Share no judgment.
    by_model : Residuals or None
        Of the same judgments as the peers'; None without a model.
    parts : tuple of bool array (J,)
        Parts that must each speak for "careless", besides the first and the second half.
    one_sided : bool array (M,)
        Trainers who clearly favour one of the parts (a place): they must stand well below on each.
    unit : int array (J,)
        Item, the same number under all criteria; -1 where it is this criterion's own.
    n_trainers : int
        M.
    family : str
        Of the criteria.
    """

    trainer: IntArray
    order: FloatArray
    by_gold: Residuals
    by_peers: Residuals
    by_model: Residuals | None
    parts: tuple[npt.NDArray[np.bool_], ...]
    one_sided: npt.NDArray[np.bool_]
    unit: IntArray
    n_trainers: int
    family: str = ""

    @property
    def sources(self) -> dict[Source, Residuals]:
        """What there is, by source."""
        found: dict[Source, Residuals] = {"gold": self.by_gold, "peers": self.by_peers}
        if self.by_model is not None:
            found["model"] = self.by_model
        return found


def pooled(performances: Sequence[Performance]) -> Performance:
    """Return several criteria of the same trainers as one; a model's evidence counts where there is one."""
    nothing = [np.zeros(p.trainer.size) for p in performances]
    absent = [Residuals(residual=z, signal=z, mean=z + 0.5, usable=z > 0, context=z, context_stake=z) for z in nothing]
    models = [p.by_model or a for p, a in zip(performances, absent, strict=True)]
    return Performance(
        trainer=np.concatenate([p.trainer for p in performances]),
        order=np.concatenate([p.order for p in performances]),
        by_gold=_joined([p.by_gold for p in performances]),
        by_peers=_joined([p.by_peers for p in performances]),
        by_model=_joined(models) if any(p.by_model is not None for p in performances) else None,
        parts=_pooled_parts(performances),
        one_sided=np.any([p.one_sided for p in performances], axis=0),
        unit=np.concatenate([p.unit for p in performances]),
        n_trainers=performances[0].n_trainers,
        family=performances[0].family,
    )


def _pooled_parts(performances: Sequence[Performance]) -> tuple[npt.NDArray[np.bool_], ...]:
    """The n-th part of each criterion that has parts, with all of those that have none."""
    length = max((len(p.parts) for p in performances), default=0)
    return tuple(
        np.concatenate([p.parts[n] if n < len(p.parts) else np.ones(p.trainer.size, dtype=bool) for p in performances])
        for n in range(length)
    )


def _joined(parts: Sequence[Residuals]) -> Residuals:
    return Residuals(
        residual=np.concatenate([r.residual for r in parts]),
        signal=np.concatenate([r.signal for r in parts]),
        mean=np.concatenate([r.mean for r in parts]),
        usable=np.concatenate([r.usable for r in parts]),
        context=np.concatenate([r.context for r in parts]),
        context_stake=np.concatenate([r.context_stake for r in parts]),
        square=np.concatenate([r.squares[0] for r in parts]),
        chance_square=np.concatenate([r.squares[1] for r in parts]),
    )


def performance_cases(criterion: str, found: Performance, *, weight: float = 1.0) -> tuple[Case, Case]:
    """Return the cases "careless" and "drifting", each tested where the other does not explain it.

    Careless: answers do not follow the items, early and late, in each further part, and before the fall of whoever
    may have fallen (by more than a margin where that is likely). Drifting: performance fell, and not from a low level.

    Parameters
    ----------
    criterion : str
        Its name.
    found : Performance
        Judgments against gold, peers and a model.
    weight : float
        As in `Case`.
    """
    who, m = found.trainer, found.n_trainers
    both = together(found.by_gold, found.by_peers)
    fall = change(both, who, found.order, m, unit=found.unit)
    suspected, likely = fall.p_fall <= _SUSPECTED, fall.p_fall <= _LIKELY
    early = first_half(who, found.order, m)
    before = np.where(suspected[who], first_judgments(both, who, found.order, fall.since), early)
    whole = standing(both, who, m, margin=LEAST_GUESSING)
    once, well_below = (standing(both, who, m, within=before, margin=x).p_low for x in (0.0, LEAST_GUESSING))
    once = np.where(likely, well_below, once)
    parts = [standing(both, who, m, within=part).p_low.copy() for part in (early, ~early)]
    for part in found.parts:
        plain, clear = (standing(both, who, m, within=part, margin=x).p_low for x in (0.0, LEAST_GUESSING))
        parts.append(np.where(found.one_sided, clear, plain))
    careless = Case(
        kind="careless", criterion=criterion, p_value=whole.p_low.copy(),
        evidence=tuple(_standing_evidence(source, standing(r, who, m)) for source, r in found.sources.items()),
        throughout=(*parts, np.where(suspected, once, np.nan)),
        family=found.family, weight=weight,
    )  # fmt: skip
    drifting = Case(
        kind="drifting", criterion=criterion, p_value=fall.p_fall.copy(),
        evidence=tuple(
            _change_evidence(source, change(r, who, found.order, m, unit=found.unit))
            for source, r in found.sources.items()
        ),
        throughout=(np.where(suspected & (once <= _ALREADY_LOW), 1.0, np.nan),),
        since=fall.since.copy(), family=found.family, weight=weight,
    )  # fmt: skip
    return careless, drifting


def _standing_evidence(source: Source, found: Standing) -> Evidence:
    z = float(stats.norm.ppf(0.975))
    return Evidence(
        source=source,
        statement=_CARELESS[source], p_value=found.p_low.copy(), value=found.value.copy(),
        low=found.value - z * found.se, high=found.value + z * found.se, n=found.n.copy(), centre=found.centre,
    )  # fmt: skip


def _change_evidence(source: Source, found: Change) -> Evidence:
    z = float(stats.norm.ppf(0.975))
    return Evidence(
        source=source,
        statement=_DRIFT[source], p_value=found.p_fall.copy(), value=found.difference.copy(),
        low=found.difference - z * found.se, high=found.difference + z * found.se, n=found.n.copy(), centre=0.0,
    )  # fmt: skip
