"""What is computed of one criterion's hotspots, each part once per snapshot, scope and filters."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scale import ORDERED, Scale
from analytics.core.scope import Scope
from analytics.reports.agreement import SEED
from analytics.reports.hotspot_log import HotspotLog, hotspot_log, texts_of, weights_of
from analytics.reports.one_criterion import OneCriterion, one_criterion
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns
from analytics.stats.hotspots.attributes import Attribute
from analytics.stats.hotspots.cause_results import Causes
from analytics.stats.hotspots.causes import causes
from analytics.stats.hotspots.item_disagreement import ItemDisagreement, item_disagreement
from analytics.stats.hotspots.label_pairs import LabelPairs, label_pairs
from analytics.stats.hotspots.part_excess import PartExcess, part_excesses
from analytics.stats.hotspots.polarisation import Polarisation, polarisation
from analytics.stats.hotspots.review_queue import QueueRule, ReviewQueue, review_queue
from analytics.stats.hotspots.scale_thresholds import Threshold, thresholds
from analytics.stats.hotspots.slice_results import Slices
from analytics.stats.hotspots.slices import slices
from analytics.stats.hotspots.suppression import suppressed_groups
from analytics.stats.inference.dirichlet_prior import DirichletPrior, dirichlet_prior
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.store import Engine
from analytics.store.engine import Session
from analytics.text.themes import Themes, themes

MOST_HELD = 4
"""Criteria whose hotspots one engine keeps."""
MOST_CONFUSION_CELLS = 30_000_000
DRAWS = 4_000_000
"""Dirichlet draws (patterns x draws x labels) at most; beyond, the intervals come in closed form."""
SUBJECTIVE = "People may honestly differ on this criterion, so no model of one right label is asked about it."


@dataclass(frozen=True, slots=True)
class GroupsAlong:
    """The axis of trainer groups that divides items most, if any: its name and each trainer's group."""

    name: str
    group: IntArray


class HotspotAnalysis:
    """Hotspots of one criterion; every part is computed when first asked for, and kept.

    Parameters
    ----------
    one : OneCriterion
        Its counts.
    log : HotspotLog or None
        Its judgments; None where there are no labels to split.
    axes : tuple of (name, group of each trainer)
        Groups of trainers large enough to be compared.
    confidence : float
        Coverage of the intervals.
    n_replicates : int
        Bootstrap replicates of the items.
    """

    def __init__(
        self,
        one: OneCriterion,
        log: HotspotLog | None,
        axes: tuple[GroupsAlong, ...],
        *,
        confidence: float,
        n_replicates: int,
        snapshot_id: str,
    ) -> None:
        self.one, self._log, self.axes = one, log, axes
        self.confidence, self.n_replicates, self.snapshot_id = confidence, n_replicates, snapshot_id

    @property
    def empty(self) -> bool:
        """True where there is nothing to analyse."""
        return self._log is None

    @property
    def log(self) -> HotspotLog:
        """The judgments; FilterError where there are none."""
        if self._log is None:
            raise FilterError(f"{self.one.criterion.criterion!r} has no judgment with a label in this selection.")
        return self._log

    @cached_property
    def _rows(self) -> tuple[Patterns, IntArray]:
        """Return the patterns of the log and the pattern of each item."""
        rows, of_item, n = np.unique(self.log.codes.item_counts, axis=0, return_inverse=True, return_counts=True)
        return Patterns(counts=rows, multiplicity=n.astype(np.int64)), of_item.reshape(-1)

    @property
    def patterns(self) -> Patterns:
        """Label counts of the items and how many have them."""
        return self._rows[0]

    @property
    def pattern_of(self) -> IntArray:
        """(N,): row of `patterns` of each item."""
        return self._rows[1]

    @cached_property
    def prior(self) -> DirichletPrior:
        """How label shares differ from item to item."""
        return dirichlet_prior(self.patterns)

    @cached_property
    def disagreement(self) -> ItemDisagreement:
        """Posterior disagreement by pattern."""
        cells = self.patterns.n_patterns * self.patterns.n_labels
        draws = min(2000, DRAWS // max(cells, 1))
        if draws < 200:
            return item_disagreement(self.patterns, self.prior, interval="matched beta")
        rng = np.random.default_rng(SEED)
        return item_disagreement(self.patterns, self.prior, interval="dirichlet draws", n_draws=draws, rng=rng)

    @cached_property
    def shape(self) -> Polarisation:
        """Contested or vague, by pattern."""
        return polarisation(self.patterns.counts, self.log.scale)

    @cached_property
    def truth(self) -> tuple[FloatArray, FloatArray] | None:
        """Posterior of each item's label and the pooled confusion matrix; None where no such model is asked."""
        codes = self.log.codes
        cells = codes.n_trainers * codes.n_labels**2
        if self.log.scale.subjective or codes.n_labels < 2 or cells > MOST_CONFUSION_CELLS:
            return None
        fit = dawid_skene(codes)
        return None if fit.undefined else (fit.posterior, fit.pooled)

    @cached_property
    def context(self) -> Attribute | None:
        """What makes items similar for causes: guideline section, else topic, else theme; None where nothing does."""
        by_name = {a.name: a for a in self.own_attributes}
        found = next((by_name[name] for name in ("guideline_section", "topic") if name in by_name), None)
        return found or next((a for a in self.attributes if a.name == "theme"), None)

    @cached_property
    def _told(self) -> tuple[Causes, GroupsAlong | None]:
        """Return the causes, with the groups along which most items divide, if any do."""
        codes, axes = self.log.codes, self.axes
        cells = codes.n_trainers * codes.n_labels**2
        start = np.full((codes.n_trainers, codes.n_labels, codes.n_labels), np.nan)
        if cells <= MOST_CONFUSION_CELLS and codes.n_labels > 1:
            start = dawid_skene(codes).confusion
        sensitive = np.array([int(s is True) for s in self.log.items["sensitive"]], dtype=np.int64)
        context = None if self.context is None else self.context.codes

        def asked(axis: GroupsAlong | None, most: int) -> Causes:
            return causes(
                codes,
                start,
                context=context,
                stratum=sensitive,
                group=None if axis is None else axis.group,
                ordered=self.log.scale.level in ORDERED,
                max_items_fitted=most,
                rng=np.random.default_rng(SEED),
            )

        chosen = None
        if axes:
            sizes = np.bincount(sensitive, minlength=2)
            shares = [asked(axis, 2000).divided_share for axis in axes]
            divided = [float(np.nan_to_num(s) @ sizes[: s.size]) for s in shares]
            best = int(np.argmax(divided))
            chosen = axes[best] if divided[best] > 0 else None
        return asked(chosen, 6000), chosen

    @property
    def causes(self) -> Causes:
        """Probable cause by item."""
        return self._told[0]

    @property
    def divided_along(self) -> GroupsAlong | None:
        """The groups along which items divide, if they do."""
        return self._told[1]

    @cached_property
    def pairs(self) -> LabelPairs:
        """The split of 1 - alpha, on the criterion's own labels and level."""
        counts = self.one.counts
        rng = np.random.default_rng(SEED)
        scale = self.log.scale if counts.level == "preference" else _own_scale(self.one)
        patterns = self.patterns if counts.level == "preference" else counts.patterns
        return label_pairs(patterns, scale, confidence=self.confidence, n_replicates=self.n_replicates, rng=rng)

    @cached_property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The steps of an ordered scale; empty for labels without order, and for very long scales."""
        scale = self.log.scale
        if scale.level not in ORDERED or scale.n_labels < 3:
            return ()
        rng = np.random.default_rng(SEED)
        return thresholds(
            self.patterns, scale, confidence=self.confidence, n_replicates=self.n_replicates // 2, rng=rng
        )

    @cached_property
    def themes(self) -> Themes:
        """Clusters of item texts."""
        return themes(texts_of(self.log.items))

    @cached_property
    def theme_excess(self) -> tuple[PartExcess, ...]:
        """Disagreement of each theme beside all others."""
        found = self.themes
        return part_excesses(
            self.log.codes, found.of_item, len(found.themes), self.log.distance, confidence=self.confidence
        )

    @cached_property
    def own_attributes(self) -> list[Attribute]:
        """What the log says of its items."""
        return self.log.attributes()

    @cached_property
    def attributes(self) -> list[Attribute]:
        """What items can be sliced by, the theme of their text included."""
        found = self.themes
        if found.undefined or len(found.themes) < 2:
            return self.own_attributes
        theme = Attribute(name="theme", codes=found.of_item, values=tuple(t.name for t in found.themes))
        return [*self.own_attributes, theme]

    @cached_property
    def slices(self) -> Slices:
        """Parts of the data with excess disagreement, confirmed on items they were not found on."""
        rng = np.random.default_rng(SEED)
        return slices(self.log.codes, self.attributes, self.log.distance, confidence=self.confidence, rng=rng)

    @cached_property
    def queue(self) -> ReviewQueue | None:
        """What to do next with each item; None where no model of one right label is asked."""
        if self.truth is None:
            return None
        posterior, pooled = self.truth
        minutes, _ = weights_of(self.log.minutes)
        severity = np.array([2.0 if s is True else 1.0 for s in self.log.items["sensitive"]])
        return review_queue(
            posterior,
            pooled,
            self.log.codes.item_counts,
            self.prior,
            minutes=minutes,
            severity=severity,
            rule=QueueRule(),
        )


_Key = tuple[str, Scope, Filters]
_held: WeakKeyDictionary[Engine, OrderedDict[_Key, HotspotAnalysis]] = WeakKeyDictionary()
_lock = threading.Lock()


def hotspot_analysis(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> HotspotAnalysis:
    """Return the analysis of one criterion, the same object while snapshot, scope and filters stay.

    Raises
    ------
    ScopeError
        Where the viewer may not see the project.
    FilterError
        Where the project has no such criterion.
    """
    scope.check_project(project)
    narrowed = filters.replace(projects=(project,), criteria=(criterion,))
    key = (engine.snapshot_id, scope, narrowed)
    with _lock:
        held = _held.setdefault(engine, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return held[key]
    with engine.session(scope, narrowed) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        log = hotspot_log(session, one.criterion, one.counts.patterns.n_judgments)
        axes = () if log is None else _axes(session, log, engine.settings.privacy_floor)
    settings = engine.settings
    made = HotspotAnalysis(
        one,
        log,
        axes,
        confidence=settings.confidence,
        n_replicates=settings.bootstrap_replicates,
        snapshot_id=key[0],
    )
    with _lock:
        held[key] = made
        while len(held) > MOST_HELD:
            held.popitem(last=False)
    return made


def _axes(session: Session, log: HotspotLog, floor: int) -> tuple[GroupsAlong, ...]:
    """Return the axes on which two groups or more are large enough; trainers of small groups count as unknown."""
    place = {int(code): j for j, code in enumerate(log.trainer_codes)}
    members: dict[str, dict[int, str]] = {}
    for code, name, value in session.rows("groups_members"):
        if int(code) in place:
            members.setdefault(name, {})[place[int(code)]] = value
    found = []
    for name, of in sorted(members.items()):
        values = sorted(set(of.values()))
        if not 2 <= len(values) <= 12:
            continue
        group = np.full(log.trainer_codes.size, -1, dtype=np.int64)
        for j, value in of.items():
            group[j] = values.index(value)
        hidden = suppressed_groups(np.bincount(group[group >= 0], minlength=len(values)), floor)
        kept = np.flatnonzero(~hidden)
        if kept.size < 2:
            continue
        dense = np.full(len(values), -1, dtype=np.int64)
        dense[kept] = np.arange(kept.size)
        found.append(GroupsAlong(name, np.where(group >= 0, dense[np.maximum(group, 0)], -1)))
    return tuple(found[:6])


def _own_scale(one: OneCriterion) -> Scale:
    """Return the criterion's own labels, all that were counted, at the level in force."""
    counts = one.counts
    return Scale(level=counts.level, labels=counts.labels, subjective=counts.scale.subjective)
