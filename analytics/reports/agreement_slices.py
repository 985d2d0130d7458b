"""Where: agreement by topic, language, section, version, batch, response model and every further attribute of items."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.core.filters import Filters
from analytics.core.results import Coefficient, Estimate
from analytics.core.scope import Scope
from analytics.reports.agreement import Interval, criterion_agreement
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.counts import CriterionCounts, counts_by_slice, text_counts_by_attribute
from analytics.reports.merged_counts import merged_counts, ranges_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.stats.inference.comparison import difference_of_independent
from analytics.stats.inference.multiple_testing import discoveries
from analytics.store import Engine

TITLES: dict[str, str] = {
    "topic": "Topic",
    "guideline_section": "Guideline section",
    "guideline_version": "Guideline version",
    "sensitive": "Sensitivity",
    "language": "Language",
    "domain": "Domain",
    "batch": "Batch",
    "responses.model": "Response model",
}
"""The attributes every store knows, in the order they are offered; further ones go by their own name."""
MOST_VALUES = 400
"""An attribute with more values than this is an identity, not a slice."""
BINNED_FROM = 9
"""A numeric attribute with so many values or more is cut into ranges of about as many items each."""
ITEMS_LOOKED_AT = 20_000
MODELS = "responses.model"


@dataclass(frozen=True, kw_only=True, slots=True)
class SliceAttribute:
    """Something to slice by: its name in the store, its title, how many values it has here."""

    name: str
    title: str
    n_values: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SliceAgreement:
    """Agreement on the items of one slice, and how it departs from all others.

    Attributes
    ----------
    value : str
        The attribute's value, or the range of values of a numeric one.
    values : tuple of str
        The values of the store that it stands for.
    coefficient : Coefficient
    difference : Estimate
        Slice minus rest, for this team on other items.
    p_value, q_value : float
        Of no difference, and after control of false discoveries over the slices of this attribute; nan if not tested.
    departs : bool
        True where q_value is at most the settings' false-discovery share.
    largest_label, largest_share : str, float
        The most frequent label of the slice and its share: near 1, a chance-corrected coefficient has little to go by.
        Of free text "" and 0.
    n_items_paired, n_judgments, n_trainers : int
    """

    value: str
    values: tuple[str, ...]
    coefficient: Coefficient
    difference: Estimate
    p_value: float
    q_value: float
    departs: bool
    largest_label: str
    largest_share: float
    n_items_paired: int
    n_judgments: int
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSlices:
    """Slices of one attribute, the lowest agreement first.

    Attributes
    ----------
    whole : Coefficient
        On all items that carry the attribute.
    thin : tuple of (value, items with two judgments)
        Slices with too few items for a coefficient.
    n_items_without : int
        Items with two judgments that carry no value of the attribute: in no slice and in no rest.
    overlapping : bool
        True where an item may lie in several slices (response models).
    binned : bool
        True where values were put together into ranges.
    undefined : str or None
    """

    provenance: Provenance
    attribute: SliceAttribute
    coefficient: str
    whole: Coefficient
    slices: tuple[SliceAgreement, ...]
    thin: tuple[tuple[str, int], ...]
    n_items_without: int
    overlapping: bool
    binned: bool
    false_discovery: float
    undefined: str | None


def slice_attributes(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> tuple[SliceAttribute, ...]:
    """Return what the judged items can be sliced by: attributes with two values or more that are not identities."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        rows = session.rows("agreement_attributes", criterion_code=one.criterion.code, most_items=ITEMS_LOOKED_AT)
    by_model = any(name == MODELS for name, _ in rows)
    found = [
        SliceAttribute(name=name, title=_title(name), n_values=n)
        for name, n in rows
        if 2 <= n <= MOST_VALUES
        and not (by_model and name == "response_model")
        and not (name == MODELS and one.counts.level == "text")
    ]
    order = {name: k for k, name in enumerate(TITLES)}
    return tuple(sorted(found, key=lambda a: (order.get(a.name, len(order)), a.title)))


def _title(name: str) -> str:
    return TITLES.get(name) or f"{name[:1].upper()}{name[1:]}".replace("_", " ")


def agreement_slices_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    attribute: str,
    coefficient: str | None = None,
    interval: Interval = "two-way",
) -> AgreementSlices:
    """Return a coefficient slice by slice, each tested against all other slices together.

    Parameters
    ----------
    attribute : str
        One of `slice_attributes`.
    coefficient : str, optional
        Default: the headline.

    Notes
    -----
    The test asks about this team on other items, so what trainers have in common cancels; it controls the share of
    false discoveries over the slices (Benjamini and Hochberg).
    """
    narrowed = of_one(filters, project, criterion)
    overlapping = attribute == MODELS
    query = "agreement_counts_by_models" if overlapping else "counts_by_attribute"
    params: dict[str, Any] = {} if overlapping else {"attribute": attribute}
    with engine.session(scope, narrowed) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        if one.counts.level != "text":
            parts = counts_by_slice(session, query, criterion_code=one.criterion.code, **params)
        else:
            parts = () if overlapping else text_counts_by_attribute(session, one.criterion, attribute)
    name = coefficient or criterion_agreement(one.counts, engine, interval="items", names="headline").headline
    members = _members(parts, overlapping)
    values: dict[str, tuple[str, ...]] = {value: (value,) for value in members}
    binned = ranges_of(parts) if len(members) >= BINNED_FROM and not overlapping else {}
    if binned:
        members, values = binned, {title: tuple(parts[k].slice for k in sorted(ks)) for title, ks in binned.items()}
    everything = merged_counts(parts) if parts else one.counts
    whole = criterion_agreement(everything, engine, interval=interval, names=(name,)).coefficient(name)
    minimum = engine.settings.minimum_items
    made: list[SliceAgreement] = []
    thin: list[tuple[str, int]] = []
    for value, inside in members.items():
        here = merged_counts([parts[k] for k in inside])
        if here.patterns.n_items_paired < minimum:
            thin.append((value, here.patterns.n_items_paired))
            continue
        rest = [parts[k] for k in range(len(parts)) if k not in inside]
        made.append(_slice(value, values[value], here, merged_counts(rest) if rest else None, name, engine, interval))
    return AgreementSlices(
        provenance=provenance_of(one, interval),
        attribute=SliceAttribute(name=attribute, title=_title(attribute), n_values=len(members)),
        coefficient=name,
        whole=whole,
        slices=_tested(made, engine.settings.false_discovery),
        thin=tuple(sorted(thin, key=lambda t: (-t[1], t[0]))),
        n_items_without=max(one.counts.patterns.n_items_paired - everything.patterns.n_items_paired, 0) if parts else 0,
        overlapping=overlapping,
        binned=bool(binned),
        false_discovery=engine.settings.false_discovery,
        undefined=_undefined(members, made, minimum, _title(attribute)),
    )


def _members(parts: Sequence[CriterionCounts], overlapping: bool) -> dict[str, set[int]]:
    members: dict[str, set[int]] = {}
    for k, part in enumerate(parts):
        for value in part.slice.split("\n") if overlapping else (part.slice,):
            members.setdefault(value, set()).add(k)
    return members


def _undefined(members: dict[str, set[int]], made: Sequence[SliceAgreement], minimum: int, title: str) -> str | None:
    if not members:
        return f"No judged item of this selection has a {title.lower()}."
    if not made:
        return f"No {title.lower()} has {minimum} items with two judgments, so none has a coefficient."
    return None


def _slice(
    value: str,
    values: tuple[str, ...],
    here: CriterionCounts,
    rest: CriterionCounts | None,
    name: str,
    engine: Engine,
    interval: Interval,
) -> SliceAgreement:
    only = (name,)
    shown = criterion_agreement(here, engine, interval=interval, names=only).coefficient(name)
    if rest is None or not rest.patterns.n_items_paired:
        reason = "there is no other slice to compare with"
        difference, p_value = Estimate(value=math.nan, undefined=reason), math.nan
    else:
        found = difference_of_independent(
            criterion_agreement(here, engine, interval="items", names=only).coefficient(name),
            criterion_agreement(rest, engine, interval="items", names=only).coefficient(name),
            engine.settings.confidence,
        )
        difference, p_value = found, found.p_value
    totals = here.patterns.label_counts
    most = int(totals.argmax())
    return SliceAgreement(
        value=value,
        values=values,
        coefficient=shown,
        difference=difference,
        p_value=p_value,
        q_value=math.nan,
        departs=False,
        largest_label=here.labels[most] if here.labels else "",
        largest_share=float(totals[most] / totals.sum()) if here.labels else 0.0,
        n_items_paired=here.patterns.n_items_paired,
        n_judgments=here.patterns.n_judgments,
        n_trainers=here.n_trainers,
    )


def _tested(slices: Sequence[SliceAgreement], level: float) -> tuple[SliceAgreement, ...]:
    found = discoveries([s.p_value for s in slices], level=level)
    tested = [
        dataclasses.replace(s, q_value=float(q), departs=bool(real))
        for s, q, real in zip(slices, found.q_values, found.rejected, strict=True)
    ]
    return tuple(sorted(tested, key=_lowest_first))


def _lowest_first(one: SliceAgreement) -> tuple[bool, float, str]:
    return not one.coefficient.defined, one.coefficient.value if one.coefficient.defined else 0.0, one.value
