"""What should not matter and may: which answer stood first, how long it is; and choices that go round or turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.reports.preferences import scores_of
from analytics.stats.counts.counted_share import counted_share
from analytics.stats.inference.multiple_testing import discoveries
from analytics.stats.preferences.side_opinions import others_share_of_b
from analytics.stats.preferences.transitivity import OrderFlips, Transitivity, order_flips, transitivity
from analytics.stats.trainers.length_bias import length_bias
from analytics.stats.trainers.position_bias import position_bias
from analytics.stats.trainers.position_power import PositionPower, position_power
from analytics.store import Engine
from analytics.store.engine import Session

MOST_CHOICES = 2_000_000
"""Choices that are looked at one by one; of longer logs, one item in so many."""
BINS = ("up to 10 % longer", "10 to 25 %", "25 to 50 %", "50 % to twice", "more than twice")
NO_ORDER = "the log does not say which answer stood first"
NO_LENGTHS = "the items hold no two texts of unequal length"
BIAS_LOOKED_FOR = 0.58


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerOrder:
    """How often a trainer took the first answer; name as the viewer may see it.

    Attributes
    ----------
    share, shrunken : Estimate
        Raw with Wilson interval, and drawn towards the team.
    p_value, q_value : float
        Exact test against one half; after control of false discoveries over trainers.
    flagged : bool
        q_value at most the settings' false-discovery share.
    power : PositionPower
        Chance that a share of .58 would have been found by this many choices (single test at 5 %).
    """

    trainer_code: int
    name: str
    n_sided: int
    share: Estimate
    shrunken: Estimate
    p_value: float
    q_value: float
    flagged: bool
    power: PositionPower


@dataclass(frozen=True, kw_only=True, slots=True)
class LengthBin:
    """How often the longer answer won, for answers of one ratio of lengths."""

    name: str
    share: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectsReport:
    """Order, length, cycles and flips on one preference criterion.

    Attributes
    ----------
    first : Estimate
        Share of sided choices for the answer shown first; one half where order does not matter.
    by_trainer : tuple of TrainerOrder
        Furthest from one half (shrunken) first.
    n_without_order : int
        Counted judgments whose order is not known.
    longer : Estimate
        Share of sided choices for the longer answer.
    length_bins : tuple of LengthBin
    length_at_equal_quality : float
        Chance to choose an answer e times as long where all others are evenly split; nan where not fitted.
    length_undefined : str or None
        Why that is not fitted.
    cycles : Transitivity
        Within trainers, over prompts with three answers or more.
    team_cycles : Transitivity
        The same for the majority of each pair, all trainers taken together.
    flips : OrderFlips
        Pairs that the same trainer saw in both orders.
    names : mapping of trainer code -> name
    one_in : int
        One item (and prompt) in so many was looked at for cycles and length at equal quality; 1: all.
    """

    provenance: Provenance
    first: Estimate
    by_trainer: tuple[TrainerOrder, ...]
    n_without_order: int
    longer: Estimate
    length_bins: tuple[LengthBin, ...]
    length_at_equal_quality: float
    length_undefined: str | None
    cycles: Transitivity
    team_cycles: Transitivity
    flips: OrderFlips
    names: dict[int, str]
    one_in: int

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints."""
        return {
            "first_shown": self.first,
            "first_shown_by_trainer": self.by_trainer,
            "n_without_order": self.n_without_order,
            "longer": self.longer,
            "length_bins": self.length_bins,
            "length_at_equal_quality": self.length_at_equal_quality,
            "length_undefined": self.length_undefined,
            "circular_share": self.cycles.share,
            "circular_triads": int(self.cycles.circular.sum()),
            "closed_triads": int(self.cycles.triads.sum()),
            "circular_share_of_majorities": self.team_cycles.share,
            "order_flips": self.flips,
            "one_in": self.one_in,
        }


def effects_report(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> EffectsReport:
    """Return order and length effects, cycles and flips of one preference criterion."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        scores_of(one.counts)
        code, n = one.criterion.code, one.counts.patterns.n_judgments
        one_in = -(-n // MOST_CHOICES) if n else 1
        names = {int(c): str(name) for c, _, name, _, _ in session.rows("trainer_names")}
        order = session.arrays("preferences_order", criterion_code=code)
        lengths = session.arrays("preferences_length", criterion_code=code)
        choices = session.arrays("preferences_choices", criterion_code=code, one_in=one_in)
        cycles, team = _cycles(session, code, one_in, engine.settings.confidence)
        flips = session.arrays("preferences_flips", criterion_code=code)
    confidence = engine.settings.confidence
    first, by_trainer, known = _order(order, names, engine)
    at_equal, why = _at_equal_quality(choices)
    repeat = np.asarray(flips["n"], dtype=np.int64)
    return EffectsReport(
        provenance=provenance_of(one, "two-way"),
        first=first,
        by_trainer=by_trainer,
        n_without_order=n - known,
        longer=_length(lengths, None, confidence),
        length_bins=tuple(LengthBin(name=name, share=_length(lengths, k, confidence)) for k, name in enumerate(BINS)),
        length_at_equal_quality=at_equal,
        length_undefined=why,
        cycles=cycles,
        team_cycles=team,
        flips=order_flips(
            np.repeat(np.asarray(flips["score_ab"], dtype=np.int64), repeat),
            np.repeat(np.asarray(flips["score_ba"], dtype=np.int64), repeat),
            confidence=confidence,
        ),
        names=names,
        one_in=one_in,
    )


Rows = dict[str, npt.NDArray[Any]]


def _ints(rows: Rows, name: str, keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    column = rows[name][keep]
    return np.asarray(np.ma.filled(column, -1), dtype=np.int64)


def _order(rows: Rows, names: dict[int, str], engine: Engine) -> tuple[Estimate, tuple[TrainerOrder, ...], int]:
    items, people = rows["kind"] == "items", rows["kind"] == "trainers"
    first, sided = _ints(rows, "n_first", people), _ints(rows, "n_sided", people)
    known = int(sided.sum() + _ints(rows, "n_tie", people).sum())
    confidence = engine.settings.confidence
    overall = counted_share(
        _ints(rows, "n_first", items), _ints(rows, "n_sided", items), _ints(rows, "n", items), first, sided,
        reason=NO_ORDER, confidence=confidence,
    )  # fmt: skip
    if not sided.sum():
        return overall, (), known
    bias = position_bias(first, sided, confidence=confidence)
    tested = discoveries(bias.p_value, level=engine.settings.false_discovery)
    found = [
        TrainerOrder(
            trainer_code=int(code), name=names.get(int(code), str(int(code))), n_sided=int(sided[j]),
            share=bias.share.estimate(j), shrunken=bias.shrunken.estimate(j), p_value=float(bias.p_value[j]),
            q_value=float(tested.q_values[j]), flagged=bool(tested.rejected[j]),
            power=position_power(int(sided[j]), BIAS_LOOKED_FOR),
        )
        for j, code in enumerate(_ints(rows, "trainer_code", people))
        if sided[j]
    ]  # fmt: skip
    found.sort(key=lambda t: (-abs(t.shrunken.value - 0.5) if t.shrunken.defined else 0.0, t.name))
    return overall, tuple(found), known


def _length(rows: Rows, bin_: int | None, confidence: float) -> Estimate:
    here = np.ones(len(rows["n"]), dtype=bool) if bin_ is None else np.asarray(rows["bin"] == bin_)
    items, people = (rows["kind"] == "items") & here, (rows["kind"] == "trainers") & here
    codes, who = np.unique(_ints(rows, "trainer_code", people), return_inverse=True)
    who = who.reshape(-1)
    return counted_share(
        _ints(rows, "n_longer", items), _ints(rows, "n_sided", items), _ints(rows, "n", items),
        np.bincount(who, weights=_ints(rows, "n_longer", people), minlength=codes.size),
        np.bincount(who, weights=_ints(rows, "n_sided", people), minlength=codes.size),
        reason=NO_LENGTHS, confidence=confidence,
    )  # fmt: skip


def _at_equal_quality(rows: Rows) -> tuple[float, str | None]:
    """Fit the pull of length with the others' opinion held; A stands for the first answer where order is unknown."""
    score = np.asarray(np.ma.filled(rows["score"], 0), dtype=np.int64)
    ratio = np.asarray(np.ma.filled(rows["log_length_ratio"], np.nan), dtype=np.float64)
    first = np.asarray(np.ma.filled(rows["first"], -1), dtype=np.int64)
    item, trainer = np.asarray(rows["item_code"], dtype=np.int64), np.asarray(rows["trainer_code"], dtype=np.int64)
    share_b = others_share_of_b(item, score)
    sided = score != 0
    if not np.isfinite(ratio[sided]).any():
        return np.nan, NO_LENGTHS
    a_first = first[sided] < 0
    codes, who = np.unique(trainer[sided], return_inverse=True)
    found = length_bias(
        who.reshape(-1),
        np.where(a_first, score[sided] < 0, score[sided] > 0).astype(np.float64),
        np.where(a_first, 1, -1) * ratio[sided],
        np.where(a_first, 1 - share_b[sided], share_b[sided]),
        n_trainers=int(codes.size),
    )
    if not found.converged:
        return np.nan, "too few choices of several trainers on the same pairs"
    return float(1 / (1 + np.exp(-found.team_slope))), None


def _cycles(session: Session, code: int, one_in: int, confidence: float) -> tuple[Transitivity, Transitivity]:
    rows = session.arrays("preferences_cycles", criterion_code=code, one_in=one_in)
    keep = ~np.ma.getmaskarray(rows["score"])
    columns = [_ints(rows, name, keep) for name in ("prompt", "trainer_code", "first", "second", "score")]
    people = int(columns[1].max(initial=-1)) + 1
    own = transitivity(*columns, n_trainers=people, confidence=confidence)
    columns[1] = np.zeros_like(columns[1])
    return own, transitivity(*columns, n_trainers=min(people, 1), confidence=confidence)
