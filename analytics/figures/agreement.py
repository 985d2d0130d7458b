"""The figures of the Agreement page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.core.metrics import REGISTRY
from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.bars import BarRow, bars
from analytics.figures.cells import Cell, Spec, cell_table, unique_names
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Band, Figure, shortened
from analytics.figures.palette import Palette, Tone, faded
from analytics.figures.trend import Mark, TrendPoint, TrendSeries, trend

if TYPE_CHECKING:
    from analytics.core.results import Coefficient
    from analytics.reports.agreement_changes import AgreementChanges
    from analytics.reports.agreement_detail import AgreementDetail
    from analytics.reports.agreement_effects import TrainerEffectsReport
    from analytics.reports.agreement_slices import AgreementSlices, SliceAgreement
    from analytics.reports.agreement_trend import AgreementTrend
    from analytics.stats.agreement.item_agreement import AgreementClass

AXES: dict[str, tuple[str, str]] = {
    "set": ("One trainer flags", "another flags instead"),
    "ranking": ("One trainer ranks an answer", "another ranks it"),
}
"""What rows and columns of the confusion mean, where labels have parts."""
MOST_SLICES = 24
MOST_EFFECTS = 16
MOST_LABELS = 20
FEW_ITEMS = 5
"""Below this many items that carry both labels, how often they meet against chance says nothing: the cell is grey."""
ONE_LABEL_SHARE = 0.95
"""From this share of one label on, a chance-corrected coefficient of a slice has too little to go by to be coloured."""


def title_of(name: str) -> str:
    """Return a coefficient's title as pages write it."""
    return REGISTRY[name].title if name in REGISTRY else name.replace("_", " ").capitalize()


def headline(detail: AgreementDetail, palette: Palette, bands: Sequence[Band]) -> Figure:
    """Draw the headline coefficient with its interval on the verdict bands."""
    main = detail.agreement.main
    tones = {band.name: band.tone for band in bands}
    row = DotRow(
        label=detail.agreement.criterion,
        value=main.value,
        low=main.low,
        high=main.high,
        undefined=main.undefined,
        support=f"{plural(detail.agreement.n_items_paired, 'item')} judged twice or more",
        tone=tones.get(detail.verdict or ""),
    )
    return dot_plot([row], palette, measure=title_of(main.name), bands=bands)


def all_coefficients(coefficients: Sequence[Coefficient], palette: Palette) -> Figure:
    """Draw every coefficient with its interval, in the order of the registry; no bands: they are not of one scale."""
    rows = [
        DotRow(label=title_of(c.name), value=c.value, low=c.low, high=c.high, undefined=c.undefined, key=c.name)
        for c in coefficients
    ]
    return dot_plot(rows, palette, measure="Coefficient", sort=False)


def confusion(detail: AgreementDetail, palette: Palette) -> Spec:
    """Draw which labels meet on items: how often, and how often against chance; red is what is taken for each other."""
    found, shown = detail.confusion, confused_labels(detail)
    place = {label: k for k, label in enumerate(detail.labels)}
    names = list(shown)
    few, titles = len(names) <= 10, AXES.get(detail.agreement.level, ("One trainer says", "another says"))
    cells = []
    for first in names:
        a = place[shown[first]]
        total = float(found.observed[a].sum())
        for second in names:
            b = place[shown[second]]
            share, ratio = float(found.observed[a, b]) / total, float(found.ratio[a, b])
            lift = f"{coefficient(ratio)}×" if math.isfinite(ratio) else ""
            cells.append(
                Cell(
                    row=first,
                    column=second,
                    fill=_confusion_fill(palette, a == b, share, ratio, int(detail.n_items_with[a, b])),
                    ink=palette.text if math.isfinite(ratio) else palette.muted,
                    text=percent(share) if few or a == b else "",
                    second=lift if few else "",
                    hover={
                        titles[0]: label_name(detail, a),
                        titles[1]: label_name(detail, b),
                        "of those with the first": percent(share, 1),
                        "against chance": lift or "not expected at all",
                        "items": count(float(detail.n_items_with[a, b])),
                    },
                )
            )
    return cell_table(
        cells,
        palette,
        rows=names,
        columns=names,
        row_title=titles[0],
        column_title=titles[1],
        alt=_confusion_alt(detail),
        steep=len(names) > 10,
    )


def _confusion_fill(palette: Palette, same: bool, share: float, ratio: float, n_items: int) -> str:
    if same:
        return faded(palette.accent, round(0.10 + 0.5 * share, 3))
    if 0 < n_items < FEW_ITEMS:
        return faded(palette.neutral, 0.16)
    if math.isfinite(ratio):
        return faded(palette.poor, round(min(0.75, 0.75 * ratio), 3))
    return faded(palette.neutral, 0.08)


def confused_labels(detail: AgreementDetail) -> dict[str, str]:
    """Return the label behind each name on the axes of `confusion`."""
    totals = [float(x) for x in detail.confusion.observed.sum(axis=1)]
    often = sorted(sorted(range(len(totals)), key=lambda k: -totals[k])[:MOST_LABELS])
    often = [k for k in often if totals[k] > 0]
    named = [label_name(detail, k) if detail.parts else detail.labels[k] for k in often]
    cut = unique_names(named, [str(k + 1) for k in often], 18)
    return {name: detail.labels[k] for name, k in zip(cut, often, strict=True)}


def most_confused(detail: AgreementDetail) -> list[tuple[int, int]]:
    """Return pairs of labels (places a < b) that meet on an item, those met most often against chance first."""
    ratio, k = detail.confusion.ratio, len(detail.labels)
    pairs = [(a, b) for a in range(k) for b in range(a + 1, k) if detail.confusion.observed[a, b] > 0]
    return sorted(pairs, key=lambda p: (-float(ratio[p]), -float(detail.confusion.observed[p])))


def confusion_title(detail: AgreementDetail, least_items: int = 10) -> str:
    """Return the answer where there is one: the two labels that meet as often as chance would have it, or more."""
    for a, b in most_confused(detail):
        if detail.n_items_with[a, b] >= least_items and detail.confusion.ratio[a, b] >= 1:
            if detail.parts and "" in (detail.labels[a], detail.labels[b]):
                continue
            one, other = (shortened(label_name(detail, k), 28) for k in (a, b))
            verb = "change places" if detail.agreement.level == "ranking" else "are taken for each other"
            return f"{one} and {other} {verb}"
    of = {"set": "flags", "ranking": "places"}.get(detail.agreement.level, "labels")
    return f"Which {of} are taken for each other"


def label_name(detail: AgreementDetail, k: int) -> str:
    """Return what a row of the confusion is called: the label; no flag; the place of a ranking."""
    label = detail.labels[k]
    if detail.parts and detail.agreement.level == "ranking":
        return f"place {label}"
    return label or ("no flag" if detail.parts else "(empty)")


def _confusion_alt(detail: AgreementDetail) -> str:
    said = [
        f"{label_name(detail, a)} with {label_name(detail, b)} {coefficient(float(detail.confusion.ratio[a, b]))} times"
        for a, b in most_confused(detail)[:3]
    ]
    if not said:
        return "Which labels meet on the same item: every item carries one label alone."
    return f"Which labels meet on the same item, as often as by chance: {', then '.join(said)}."


def item_histogram(detail: AgreementDetail, palette: Palette) -> Figure:
    """Draw how many items agree how far; a click on a bar gives the ends of its class."""
    rows = [
        BarRow(label=class_name(c, detail), n=c.n_items, tone=_class_tone(c.low, c.high), key=f"{c.low}:{c.high}")
        for c in detail.items.classes
    ]
    return bars(rows, palette, of="items")


def class_name(one: AgreementClass, detail: AgreementDetail) -> str:
    """Return the name of a class of items: how many pairs of judgments are alike, or how many words."""
    low, high = one.low, one.high
    if low == high and detail.agreement.level == "text":
        return "The same text" if low == 1.0 else "No word alike"
    if low == high:
        return "All pairs alike" if low == 1.0 else "No pair alike"
    ends = (round(100 * low), round(100 * high))
    if ends[0] == 0:
        return f"Up to {ends[1]}\u00a0%"
    return f"{ends[0]} to {ends[1]}\u00a0%" if ends[1] < 100 else f"Over {ends[0]}\u00a0%"


def _class_tone(low: float, high: float) -> Tone:
    if low == high == 1.0:
        return "good"
    return "poor" if high < 0.5 else "fair"


def slices(report: AgreementSlices, palette: Palette) -> Figure:
    """Draw slices from the lowest agreement up; what departs from the rest is coloured and named."""
    shown = sorted(report.slices[:MOST_SLICES], key=lambda s: s.value) if report.binned else report.slices[:MOST_SLICES]
    rows = [
        DotRow(
            label=s.value,
            value=s.coefficient.value,
            low=s.coefficient.low,
            high=s.coefficient.high,
            undefined=s.coefficient.undefined,
            support=_slice_support(s),
            key=s.value,
            weight=float(s.n_items_paired),
            word=_slice_word(s),
            tone=_slice_tone(s),
        )
        for s in shown
    ]
    whole = DotRow(
        label="All together",
        value=report.whole.value,
        low=report.whole.low,
        high=report.whole.high,
        undefined=report.whole.undefined,
    )
    return forest_plot(rows, palette, measure=title_of(report.coefficient), whole=whole)


def _slice_support(s: SliceAgreement) -> str:
    words = [plural(s.n_items_paired, "item"), plural(s.n_trainers, "trainer")]
    if s.difference.defined:
        words.append(f"{signed(s.difference.value)} against the rest ({interval(s.difference.low, s.difference.high)})")
    if s.largest_share >= ONE_LABEL_SHARE:
        words.append(f"{percent(s.largest_share)} of labels are {s.largest_label}")
    return ", ".join(words)


def _slice_word(s: SliceAgreement) -> str:
    if s.largest_share >= ONE_LABEL_SHARE:
        return "one label"
    if not s.departs:
        return ""
    return "lower" if s.difference.value < 0 else "higher"


def _slice_tone(s: SliceAgreement) -> Tone:
    if s.largest_share >= ONE_LABEL_SHARE:
        return "neutral"
    if not s.departs:
        return "accent"
    return "poor" if s.difference.value < 0 else "good"


def effects(report: TrainerEffectsReport, palette: Palette) -> Figure:
    """Draw what agreement would gain without each trainer, the largest gain first; what is more than luck is named."""
    ordered = sorted(report.effects, key=lambda e: -e.effect)
    kept = [*ordered[: MOST_EFFECTS // 2], *ordered[MOST_EFFECTS // 2 :][-MOST_EFFECTS // 2 :]]
    rows = [
        DotRow(
            label=e.name,
            value=e.effect,
            low=e.low,
            high=e.high,
            support=f"{plural(e.n_judgments, 'judgment')}; {coefficient(e.without, 3)} without",
            key=str(e.trainer_code),
            weight=float(e.n_judgments),
            word="look" if e.pulls_down else "",
            tone="fair" if e.pulls_down else "accent",
        )
        for e in kept
    ]
    measure = f"Change of {title_of(report.coefficient)} without the trainer"
    return forest_plot(rows, palette, measure=measure, zero="no effect", decimals=3)


def changes(report: AgreementChanges, palette: Palette) -> Figure:
    """Draw how much the coefficient changed, comparison by comparison; what is more than noise is named."""
    rows = [
        DotRow(
            label=f"{c.after} against {c.before}",
            value=c.change.value,
            low=c.change.low,
            high=c.change.high,
            undefined=c.change.undefined,
            support=f"from {coefficient(c.was.value, 3)} to {coefficient(c.now.value, 3)}",
            key=f"{c.before}:{c.after}",
            weight=float(c.now.n_items_paired or 0),
            word=("rose" if c.change.value > 0 else "fell") if c.real else "",
            tone=("good" if c.change.value > 0 else "poor") if c.real else "accent",
        )
        for c in report.changes
    ]
    return forest_plot(rows, palette, measure=f"Change of {title_of(report.coefficient)}", zero="no change")


def weekly(report: AgreementTrend, palette: Palette, target: float | None) -> Figure:
    """Draw the coefficient week by week with the guideline's versions."""
    points = tuple(
        TrendPoint(
            when=w.start,
            value=w.value,
            low=w.low,
            high=w.high,
            support=f"{plural(w.n_items_paired, 'item')} judged twice that week",
        )
        for w in report.weeks
    )
    first = report.weeks[0].start if report.weeks else None
    marks = [
        Mark(when=max(v.since, first), label=v.name)
        for v in report.versions
        if first is not None and v.since <= report.weeks[-1].start.fromordinal(report.weeks[-1].start.toordinal() + 6)
    ]
    name = title_of(report.coefficient)
    return trend([TrendSeries(name=name, points=points)], palette, measure=name, marks=marks, target=target, height=300)
