"""What the Hotspots page and `hotspots --json` show: items, label pairs, slices, themes, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.core.results import Estimate, jsonable


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotItem:
    """One item (under one guideline version), with how much it divides trainers, and why.

    Attributes
    ----------
    project, criterion, item_id : str
    version : str or None
        Guideline version.
    n_judgments : int
    labels : tuple of (label, n)
        How often each label was given, the most frequent first.
    disagreement : Estimate
        Posterior probability that two further trainers differ; ranked by its lower end.
    entropy : float
        Posterior mean, nats.
    soft_label : tuple of (label, share)
        Posterior mean label shares.
    shape : str
        On an ordered scale: "settled", "contested", "vague", "too few judgments"; "" without an order.
    cause : str
        One of the four causes, "not enough judgments", "no disagreement"; "" where none can be told.
    probabilities : mapping of cause -> probability
        Empty where no cause is named.
    evidence : tuple of str
        What speaks for it, in sentences; the first is what was said.
    section, topic : str or None
    sensitive : bool
    text : str or None
        Its beginning; None for sensitive items unless asked for.
    """

    project: str
    criterion: str
    item_id: str
    version: str | None
    n_judgments: int
    labels: tuple[tuple[str, int], ...]
    disagreement: Estimate
    entropy: float
    soft_label: tuple[tuple[str, float], ...]
    shape: str
    cause: str
    probabilities: dict[str, float]
    evidence: tuple[str, ...]
    section: str | None
    topic: str | None
    sensitive: bool
    text: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the item as JSON-ready values."""
        return {
            "item_id": self.item_id,
            "project": self.project,
            "criterion": self.criterion,
            "guideline_version": self.version,
            "n_judgments": self.n_judgments,
            "labels": dict(self.labels),
            "disagreement": interval_of(self.disagreement),
            "entropy": jsonable(self.entropy),
            "soft_label": jsonable(dict(self.soft_label)),
            "shape": self.shape or None,
            "cause": self.cause or None,
            "probabilities": jsonable(self.probabilities),
            "evidence": list(self.evidence),
            "sensitive": self.sensitive,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotPair:
    """Two labels and what settling the boundary between them would gain."""

    project: str
    criterion: str
    a: str
    b: str
    alpha_gain: Estimate
    share_of_disagreement: float
    lift: float
    n_items: int
    where: tuple[PairWhere, ...]
    lean_a: int
    lean_b: int
    n_split_trainers: int

    def to_document(self) -> dict[str, Any]:
        """Return the pair as JSON-ready values."""
        return {
            "a": self.a,
            "b": self.b,
            "project": self.project,
            "criterion": self.criterion,
            "share_of_disagreement": jsonable(self.share_of_disagreement),
            "alpha_gain": interval_of(self.alpha_gain),
            "lift": jsonable(self.lift),
            "n_items": self.n_items,
            "where": [jsonable(w) for w in self.where],
            "direction": {"lean_a": self.lean_a, "lean_b": self.lean_b, "n_trainers": self.n_split_trainers},
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class PairWhere:
    """A part of the data in which two labels split more than elsewhere."""

    attribute: str
    value: str
    share: float
    excess: float
    n_items: int
    q_value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotStep:
    """One step of an ordered scale."""

    project: str
    criterion: str
    below: str
    above: str
    alpha: Estimate
    share_above: float

    def to_document(self) -> dict[str, Any]:
        """Return the step as JSON-ready values."""
        return {
            "project": self.project,
            "criterion": self.criterion,
            "below": self.below,
            "above": self.above,
            "alpha": interval_of(self.alpha),
            "share_above": jsonable(self.share_above),
        }


STANDING = {
    "confirmed": "confirmed",
    "these trainers": "holds for these trainers",
    "not confirmed": "not confirmed",
}
"""How far a slice is proven, in the words of a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotSlice:
    """A part of the data with excess disagreement, found on one half of the items and tested on the other.

    `standing` is "confirmed"; "these trainers" where it stands only with the very trainers who judged, because few of
    them carry it; or "not confirmed".
    """

    project: str
    criterion: str
    conditions: tuple[tuple[str, str], ...]
    excess: Estimate
    raw_excess: float
    inside: float
    outside: float
    q_value: float
    avoidable: float
    n_items: int
    n_trainers: int
    standing: str

    @property
    def name(self) -> str:
        """The conditions in words: "topic Coding help, model cedar-mini"."""
        return ", ".join(f"{column.replace('_', ' ')} {value}" for column, value in self.conditions)

    def to_document(self) -> dict[str, Any]:
        """Return the slice as JSON-ready values."""
        return {
            "project": self.project,
            "criterion": self.criterion,
            "conditions": dict(self.conditions),
            "n_items": self.n_items,
            "n_trainers": self.n_trainers,
            "standing": self.standing,
            "excess": interval_of(self.excess),
            "raw_excess": jsonable(self.raw_excess),
            "inside": jsonable(self.inside),
            "outside": jsonable(self.outside),
            "q_value": jsonable(self.q_value),
            "avoidable": jsonable(self.avoidable),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotTheme:
    """A cluster of item texts, and its disagreement beside all others."""

    project: str
    criterion: str
    name: str
    terms: tuple[str, ...]
    n_items: int
    inside: float
    excess: Estimate
    q_value: float
    typical: tuple[tuple[str, str], ...]
    """Item id and text of the items nearest the theme's centre; sensitive texts are left out."""

    def to_document(self) -> dict[str, Any]:
        """Return the theme as JSON-ready values."""
        return {
            "project": self.project,
            "criterion": self.criterion,
            "name": self.name,
            "terms": list(self.terms),
            "n_items": self.n_items,
            "inside": jsonable(self.inside),
            "excess": interval_of(self.excess),
            "q_value": jsonable(self.q_value),
            "typical_items": [item_id for item_id, _ in self.typical],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuedItem:
    """What to do next with one item.

    Attributes
    ----------
    route : str
        "another judgment", "guideline owner" (more judgments will not settle it) or "judgment limit reached".
    gain : float
        Nats another judgment is expected to remove.
    priority : float
        gain x severity / minutes.
    divided : float
        Probability that no label would keep 70 in 100 trainers.
    minutes : float
        A judgment of it takes.
    expected_judgments, cost : float
        Until its label is sure, and what they cost; nan for other routes.
    """

    project: str
    criterion: str
    item_id: str
    version: str | None
    route: str
    gain: float
    priority: float
    divided: float
    minutes: float
    expected_judgments: float
    cost: float
    n_judgments: int
    labels: tuple[tuple[str, int], ...]
    sensitive: bool

    def to_document(self) -> dict[str, Any]:
        """Return the item as JSON-ready values."""
        return {name: jsonable(getattr(self, name)) for name in self.__slots__} | {"labels": dict(self.labels)}


def interval_of(estimate: Estimate) -> dict[str, Any]:
    """Return value, low and high, and the reason where there is none."""
    out = {"value": jsonable(estimate.value), "low": jsonable(estimate.low), "high": jsonable(estimate.high)}
    return out if estimate.undefined is None else out | {"undefined": estimate.undefined}
