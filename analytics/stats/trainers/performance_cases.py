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
from analytics.stats.trainers.standing import Change, Standing, change, standing


def together(a: Residuals, b: Residuals) -> Residuals:
    """Return two sources that share no judgment, as one."""
    return Residuals(
        residual=np.where(a.usable, a.residual, b.residual),
        signal=np.where(a.usable, a.signal, b.signal),
        mean=np.where(a.usable, a.mean, b.mean),
        usable=a.usable | b.usable,
        context=np.where(a.usable, a.context, b.context),
        context_stake=np.where(a.usable, a.context_stake, b.context_stake),
    )


LEAST_GUESSING = 0.1
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
    n_trainers : int
        M.
    """

    trainer: IntArray
    order: FloatArray
    by_gold: Residuals
    by_peers: Residuals
    by_model: Residuals | None
    parts: tuple[npt.NDArray[np.bool_], ...]
    n_trainers: int

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
        parts=(),
        n_trainers=performances[0].n_trainers,
    )


def _joined(parts: Sequence[Residuals]) -> Residuals:
    return Residuals(
        residual=np.concatenate([r.residual for r in parts]),
        signal=np.concatenate([r.signal for r in parts]),
        mean=np.concatenate([r.mean for r in parts]),
        usable=np.concatenate([r.usable for r in parts]),
        context=np.concatenate([r.context for r in parts]),
        context_stake=np.concatenate([r.context_stake for r in parts]),
    )


def careless_case(criterion: str, found: Performance) -> Case:
    """Return the case that answers do not follow the items, early and late and in each further part."""
    who, m = found.trainer, found.n_trainers
    both = together(found.by_gold, found.by_peers)
    whole = standing(both, who, m, margin=LEAST_GUESSING)
    pieces = tuple(_standing_evidence(source, standing(r, who, m)) for source, r in found.sources.items())
    early = first_half(who, found.order, m)
    parts = (early, ~early, *found.parts)
    throughout = tuple(standing(both, who, m, within=part).p_low.copy() for part in parts)
    return Case(
        kind="careless", criterion=criterion, p_value=whole.p_low.copy(), evidence=pieces, throughout=throughout
    )


def drift_case(criterion: str, found: Performance) -> Case:
    """Return the case that performance fell at some time, with the judgment from which on."""
    who, m = found.trainer, found.n_trainers
    whole = change(together(found.by_gold, found.by_peers), who, found.order, m)
    pieces = tuple(_change_evidence(source, change(r, who, found.order, m)) for source, r in found.sources.items())
    return Case(
        kind="drifting", criterion=criterion, p_value=whole.p_fall.copy(), evidence=pieces, since=whole.since.copy()
    )


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
