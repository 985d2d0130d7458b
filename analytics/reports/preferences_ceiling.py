"""The ceiling for a reward model, slice by slice."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.agreement_slices import MODELS, SliceAttribute, slice_attributes
from analytics.reports.counts import counts_by_slice
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.reports.preferences import scores_of
from analytics.stats.preferences.ceiling import reward_model_ceiling
from analytics.stats.preferences.ceiling_slices import CeilingBySlice, ceiling_by_slice
from analytics.store import Engine

MOST_SLICES = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class CeilingSlices:
    """Ceilings of the values of one attribute.

    Attributes
    ----------
    attribute : str
    found : CeilingBySlice or None
        Slices with at least the settings' minimum of paired items, lowest shrunk ceiling first; None where there are
        none.
    thin : tuple of (value, items with two judgments)
        Slices with too few items.
    undefined : str or None
    """

    provenance: Provenance
    attribute: str
    found: CeilingBySlice | None
    thin: tuple[tuple[str, int], ...]
    undefined: str | None


def ceiling_attributes(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> tuple[SliceAttribute, ...]:
    """Return the attributes a ceiling can be sliced by: every item has one value of each at most."""
    found = slice_attributes(engine, scope, filters, project=project, criterion=criterion)
    return tuple(a for a in found if a.name != MODELS and a.n_values <= MOST_SLICES)


def ceiling_slices_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, attribute: str = "topic"
) -> CeilingSlices:
    """Return the ceiling of every slice of an attribute, shrunk, and whether the slices differ at all."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        scores = scores_of(one.counts)
        parts = counts_by_slice(session, "counts_by_attribute", criterion_code=one.criterion.code, attribute=attribute)
    settings = engine.settings
    enough = {p.slice: p for p in parts if p.patterns.n_items_paired >= settings.minimum_items}
    thin = tuple(
        (p.slice, p.patterns.n_items_paired) for p in parts if p.patterns.n_items_paired < settings.minimum_items
    )
    found = None
    if enough:
        overall = reward_model_ceiling(
            one.counts.patterns, one.counts.trainer_patterns, scores=scores, confidence=settings.confidence
        )
        found = ceiling_by_slice(
            {name: (p.patterns, p.trainer_patterns) for name, p in enough.items()},
            scores=scores,
            overall=overall,
            confidence=settings.confidence,
        )
    reason = None
    if not parts:
        reason = f"no judged item of this selection has a value of {attribute}"
    elif not enough:
        reason = f"no value of {attribute} has {settings.minimum_items} items with two judgments"
    return CeilingSlices(
        provenance=provenance_of(one, "two-way"), attribute=attribute, found=found, thin=thin, undefined=reason
    )
