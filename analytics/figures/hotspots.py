"""The figures of the Hotspots page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.core.numerals import coefficient, count, percent, plural
from analytics.figures.bars import BarRow, bars
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Band, Figure
from analytics.figures.palette import Palette, Tone
from analytics.figures.stack import Part, StackRow, stacked_bars
from analytics.reports.hotspot_rows import STANDING, HotspotPair, HotspotSlice, HotspotStep, HotspotTheme

MOST_DRAWN = 12
CAUSE_TONES: dict[str, Tone] = {
    "trainer error": "accent",
    "ambiguous item": "fair",
    "guideline gap": "poor",
    "group divide": "neutral",
}
HATCHES = {"trainer error": "", "ambiguous item": "/", "guideline gap": "x", "group divide": "."}


def causes(found: Mapping[str, int], palette: Palette) -> Figure:
    """Draw how many items each cause is the most probable of."""
    rows = [
        BarRow(label=name[:1].upper() + name[1:], n=float(found.get(name, 0)), tone=tone, key=name)
        for name, tone in CAUSE_TONES.items()
        if found.get(name, 0)
    ]
    return bars(rows, palette, of="items")


def probabilities(found: Mapping[str, float], palette: Palette) -> Figure:
    """Draw the probabilities of one item's causes as one bar."""
    parts = [Part(name=name, colour=palette.tone(CAUSE_TONES[name]), hatch=HATCHES[name]) for name in CAUSE_TONES]
    shares = tuple(100 * found.get(name, 0.0) for name in CAUSE_TONES)
    best = max(found, key=lambda name: found[name])
    row = StackRow(label="Cause", parts=shares, word=f"{percent(found[best])}")
    return stacked_bars([row], parts, palette, of="chances in 100")


def pair_key(pair: HotspotPair) -> str:
    """Return what tells a pair of labels from the others of its criterion."""
    return f"{pair.a}\x1f{pair.b}"


def pair_name(pair: HotspotPair) -> str:
    """Return the two labels in a few words."""
    return f"{pair.a or '(nothing)'} / {pair.b or '(nothing)'}"


def pair_gains(pairs: Sequence[HotspotPair], palette: Palette) -> Figure:
    """Draw what alpha would gain from settling each pair of labels; a click lists the items."""
    rows = [
        DotRow(
            label=pair_name(p),
            value=p.alpha_gain.value,
            low=p.alpha_gain.low,
            high=p.alpha_gain.high,
            key=pair_key(p),
            weight=float(p.n_items),
            support=f"{plural(p.n_items, 'item')}, {percent(p.share_of_disagreement)} of all disagreement",
        )
        for p in pairs[:MOST_DRAWN]
    ]
    return forest_plot(rows, palette, measure="Gain in alpha if settled, with interval", ends=(0.0, None), decimals=3)


def steps(found: Sequence[HotspotStep], palette: Palette, bands: Sequence[Band]) -> Figure:
    """Draw agreement at each step of an ordered scale, in the scale's order."""
    rows = [
        DotRow(
            label=f"{s.below} | {s.above}",
            value=s.alpha.value,
            low=s.alpha.low,
            high=s.alpha.high,
            undefined=s.alpha.undefined,
            support=f"{percent(s.share_above)} of judgments above",
        )
        for s in found
    ]
    return dot_plot(rows, palette, measure="Alpha of the two halves", bands=bands, sort=False)


def slice_excess(found: Sequence[HotspotSlice], palette: Palette) -> Figure:
    """Draw by how much trainers differ more inside each slice than outside; a click lists the items.

    Slices that are not confirmed have the plain colour and say how far they stand.
    """
    rows = [
        DotRow(
            label=s.name,
            value=s.excess.value,
            low=s.excess.low,
            high=s.excess.high,
            key=s.name,
            weight=float(s.n_items),
            support=f"{plural(s.n_items, 'item')}, q {coefficient(s.q_value, 3)}, {STANDING[s.standing]}",
            tone="poor" if s.standing == "confirmed" else "accent",
        )
        for s in found[:MOST_DRAWN]
    ]
    return forest_plot(rows, palette, measure="Excess of differing pairs", zero="as elsewhere")


def theme_excess(found: Sequence[HotspotTheme], palette: Palette, false_discovery: float) -> Figure:
    """Draw by how much trainers differ more on each theme than on all others; a click lists the items."""
    rows = [
        DotRow(
            label=t.name,
            value=t.excess.value,
            low=t.excess.low,
            high=t.excess.high,
            undefined="too few items" if not t.excess.defined else None,
            key=t.name,
            weight=float(t.n_items),
            support=f"{count(t.n_items)} items, q {coefficient(t.q_value, 3)}",
            tone="poor" if t.q_value <= false_discovery else "accent",
        )
        for t in found[:MOST_DRAWN]
    ]
    return forest_plot(rows, palette, measure="Excess of differing pairs", zero="as elsewhere")
