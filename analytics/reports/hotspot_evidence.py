"""What speaks for an item's cause, in sentences a person can check against the judgments."""

from __future__ import annotations

import numpy as np

from analytics.core.numerals import percent, plural, signed
from analytics.reports.hotspot_analysis import HotspotAnalysis

NOT_AN_ERROR = "People may honestly differ on this criterion: read this as an unusual reading, not as a wrong one."


def label_counts(analysis: HotspotAnalysis, item: int) -> tuple[tuple[str, int], ...]:
    """Return how often each label was given to an item, the most frequent first."""
    counts = analysis.patterns.counts[analysis.pattern_of[item]]
    labels = analysis.log.scale.labels
    order = np.lexsort((np.arange(counts.size), -counts))
    return tuple((labels[k], int(counts[k])) for k in order if counts[k])


def evidence(analysis: HotspotAnalysis, item: int) -> tuple[str, ...]:
    """Return what was said of an item, and what speaks for its cause."""
    found = analysis.causes
    given = label_counts(analysis, item)
    said = ", ".join(f"{n} × {name(label)}" for label, n in given)
    cause = found.cause[item]
    out = [f"Said: {said}."]
    if cause == "not enough judgments":
        return (*out, _too_few(analysis, item))
    if cause == "no disagreement":
        return (*out, "Everybody agrees.")
    label = name(analysis.log.scale.labels[found.label[item]])
    a, b = (name(analysis.log.scale.labels[k]) if k >= 0 else "" for k in found.pair[item])
    others, dissenters = found.others_accuracy[item], found.dissenters_accuracy[item]
    n_off = int(found.n_dissenting[item])
    track = ""
    if np.isfinite(others) and np.isfinite(dissenters) and n_off:
        track = f"right on {percent(dissenters)} of clear items, the others on {percent(others)}"
    if cause == "trainer error":
        out.append(f"Most probably {label} ({percent(found.label_probability[item])} if the item has one right label).")
        if track:
            out.append(f"{plural(n_off, 'judgment')} off that label, by trainers {track}.")
        if analysis.log.scale.subjective:
            out.append(NOT_AN_ERROR)
    elif cause == "ambiguous item":
        how = f"Read as {a} by some and as {b} by others"
        if len(given) > 2:
            how = f"Spread over {len(given)} labels, more than these trainers' usual errors explain"
        out.append(f"{how}{f'; those off {label} are {track}' if track else ''}.")
        if found.n_context[item]:
            out.append(_elsewhere(analysis, item, a, b))
    elif cause == "guideline gap":
        out.append(_elsewhere(analysis, item, a, b))
        out.append("The same two labels split on these items more often than unclear items anywhere explain.")
    elif cause == "group divide":
        axis = analysis.divided_along
        along = f" ({axis.name.replace('_', ' ')})" if axis is not None else ""
        out.append(f"{a} and {b} follow a group of trainers{along} more closely than chance or carelessness would.")
        out.append("A difference in values, not an error.")
    return (*out, *_slices(analysis, item))


def _too_few(analysis: HotspotAnalysis, item: int) -> str:
    found = analysis.causes
    if not np.isfinite(found.probability[item]).all():
        return f"A cause is named from {found.minimum_judgments} judgments on."
    label, sure = name(analysis.log.scale.labels[found.label[item]]), percent(found.label_probability[item])
    return (
        f"These trainers often differ from each other, so such a split needs no further reason; but which label they "
        f"missed cannot be told: {label} is the most probable, with {sure}. A cause needs more judgments."
    )


def _slices(analysis: HotspotAnalysis, item: int) -> tuple[str, ...]:
    """Return a sentence for each slice of excess disagreement that the item lies in."""
    by_name = {a.name: a for a in analysis.attributes}
    said = []
    for found in analysis.slices.slices:
        inside = all(
            by_name[column].codes[item] == by_name[column].values.index(value) for column, value in found.conditions
        )
        if inside:
            where = ", ".join(f"{column.replace('_', ' ')} {value}" for column, value in found.conditions)
            said.append(f"Lies where trainers differ more than elsewhere: {where} ({signed(found.excess.value)}).")
    return tuple(said)


def _elsewhere(analysis: HotspotAnalysis, item: int, a: str, b: str) -> str:
    found, context = analysis.causes, analysis.context
    place = ""
    if context is not None and context.codes[item] >= 0:
        place = f" in {context.name.replace('_', ' ')} {context.values[context.codes[item]]}"
    return f"{a} and {b} split on {found.n_similar[item]} of {plural(int(found.n_context[item]), 'item')}{place}."


def name(label: str) -> str:
    """Return a label as a sentence shows it."""
    return f"“{label}”" if label else "“(nothing)”"
