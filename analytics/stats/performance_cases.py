"""Cases "careless" and "drifting": answers that do not follow the items, throughout or from some time on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.stats.criterion_log import CriterionLog
from analytics.stats.evidence import Case, Evidence
from analytics.stats.patterns import FloatArray
from analytics.stats.peer_residuals import Residuals
from analytics.stats.standing import Change, Standing, change, standing


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


def careless_case(
    log: CriterionLog,
    by_gold: Residuals,
    by_peers: Residuals,
    by_model: Residuals | None,
    parts: list[npt.NDArray[np.bool_]],
) -> Case:
    """Return the case that answers do not follow the items, in each of `parts` (bool arrays (J,)) of the judgments."""
    who, m = log.codes.trainer, log.codes.n_trainers
    both = together(by_gold, by_peers)
    whole = standing(both, who, m, margin=LEAST_GUESSING)
    sources = {"gold": by_gold, "peers": by_peers, **({"model": by_model} if by_model is not None else {})}
    pieces = tuple(_standing_evidence(source, standing(residuals, who, m)) for source, residuals in sources.items())
    throughout = tuple(standing(both, who, m, within=part).p_low for part in parts)
    return Case(
        kind="careless", criterion=log.criterion, p_value=whole.p_low.copy(), evidence=pieces, throughout=throughout
    )


def _standing_evidence(source: str, found: Standing) -> Evidence:
    z = float(stats.norm.ppf(0.975))
    return Evidence(
        source=source,  # type: ignore[arg-type]
        statement=_CARELESS[source], p_value=found.p_low.copy(), value=found.value.copy(),
        low=found.value - z * found.se, high=found.value + z * found.se, n=found.n.copy(), centre=found.centre,
    )  # fmt: skip


def drift_case(
    log: CriterionLog, order: FloatArray, by_gold: Residuals, by_peers: Residuals, by_model: Residuals | None
) -> Case:
    """Return the case that performance fell at some time, with the judgment from which on."""
    who, m = log.codes.trainer, log.codes.n_trainers
    whole = change(together(by_gold, by_peers), who, order, m)
    sources = {"gold": by_gold, "peers": by_peers, **({"model": by_model} if by_model is not None else {})}
    pieces = tuple(_change_evidence(source, change(residuals, who, order, m)) for source, residuals in sources.items())
    return Case(
        kind="drifting", criterion=log.criterion, p_value=whole.p_fall.copy(), evidence=pieces, since=whole.since.copy()
    )


def _change_evidence(source: str, found: Change) -> Evidence:
    z = float(stats.norm.ppf(0.975))
    return Evidence(
        source=source,  # type: ignore[arg-type]
        statement=_DRIFT[source], p_value=found.p_fall.copy(), value=found.difference.copy(),
        low=found.difference - z * found.se, high=found.difference + z * found.se, n=found.n.copy(), centre=0.0,
    )  # fmt: skip
