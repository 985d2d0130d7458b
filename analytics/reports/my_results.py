"""What one trainer is told about their own work: frozen results of the report My calibration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scale import Level

FIGURES: tuple[str, ...] = (
    "peer_agreement",
    "peer_excess",
    "gold_accuracy",
    "own_severity",
    "self_consistency",
    "overconfidence",
    "own_relative_time",
)
"""Keys in the metric registry, in the order a page shows them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeerBand:
    """The middle half of the other trainers, without names: quartiles in coarse steps.

    Attributes
    ----------
    low, middle, high : float
        Quartiles and median over the others' values. On gold: their share right on the viewer's own gold items as
        `middle`, without quartiles (nan), for few of them met as many of those items.
    at_least : int
        Trainers behind it, rounded down to fives.
    """

    low: float
    middle: float
    high: float
    at_least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFigure:
    """One figure of the viewer's; `name` is its key in the metric registry, `band` None where it must stay hidden."""

    name: str
    estimate: Estimate
    band: PeerBand | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPeriod:
    """Excess agreement with colleagues in one period; `start` is its first day."""

    start: date
    excess: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnConfusion:
    """Where the viewer says `mine`, about `share` of the colleagues' answers to the same items say `theirs`."""

    mine: str
    theirs: str
    n: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnCriterion:
    """The viewer on one criterion.

    Attributes
    ----------
    figures : tuple of OwnFigure
        In the order of FIGURES; severity only where the scale is ordered.
    gold_among_peers : Estimate
        Accuracy on gold, drawn towards the colleagues' where judgments are few.
    points : float
        Length of the scale in its own points; nan where it has no order.
    median_s : float
        The viewer's median seconds a judgment; nan without times.
    change : Estimate
        Excess agreement in the later half of the trend's periods minus that in the earlier half.
    """

    project: str
    criterion: str
    level: Level
    subjective: bool
    n_judgments: int
    figures: tuple[OwnFigure, ...]
    gold_among_peers: Estimate
    points: float
    median_s: float
    trend: tuple[OwnPeriod, ...]
    change: Estimate
    confusions: tuple[OwnConfusion, ...]

    def figure(self, name: str) -> OwnFigure | None:
        """Return one figure, None where the scale has none of that name."""
        return next((f for f in self.figures if f.name == name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructiveItem:
    """One item with the viewer's answer and what others make of it.

    Attributes
    ----------
    responses : tuple of (id, text)
        The model's answers that were judged.
    mine, rationale : str
        The viewer's answer and why; the rationale is "" where none was written.
    others : tuple of (label, n)
        Colleagues' answers as counts without names, the most frequent first; empty where too few judged it.
    gold : str or None
        The known answer: an expert's, or what adjudication settled on.
    settled_on : date or None
        The day it was settled, where that came after the viewer's judgment.
    section, guideline_version : str
        Where the rule stands; "" where the log does not say.
    """

    project: str
    criterion: str
    subjective: bool
    item_id: str
    prompt: str
    responses: tuple[tuple[str, str], ...]
    sensitive: bool
    topic: str
    section: str
    guideline_version: str
    judged_at: datetime | None
    mine: str
    rationale: str
    others: tuple[tuple[str, int], ...]
    gold: str | None
    settled_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MyCalibration:
    """Everything the page My calibration shows.

    Attributes
    ----------
    criteria : tuple of OwnCriterion
        Those the viewer judged, the busiest first.
    strengths : tuple of (criterion, words)
        What the intervals support.
    to_gain : tuple of (criterion, words)
        What to look at first, where an interval says so.
    change : Estimate
        As a criterion's, over all that are no matter of opinion, the surer ones counting more.
    items : tuple of InstructiveItem
    period_days : int
        Length of the trend's periods; 0 without times.
    floor : int
        Fewest colleagues that may be shown together.
    """

    snapshot_id: str
    filters: Filters
    n_judgments: int
    n_items: int
    criteria: tuple[OwnCriterion, ...]
    strengths: tuple[tuple[str, str], ...]
    to_gain: tuple[tuple[str, str], ...]
    change: Estimate
    items: tuple[InstructiveItem, ...]
    period_days: int
    floor: int
