"""The figures of the Sensitive content page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analytics.core.numerals import coefficient, count, interval, percent, plural, signed
from analytics.figures.cells import Cell, Spec, cell_table, unique_names
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.forest import forest_plot
from analytics.figures.frame import Figure, axis, layout, left_margin, note, plain, wrapped
from analytics.figures.palette import Palette, Tone, faded
from analytics.reports.group_rows import GroupRow, TopicGap
from analytics.reports.sensitive import SensitiveTopic, TrainerExposure

MOST_PEOPLE = 14
MOST_TOPICS = 14
TONES: dict[str, Tone] = {"met": "good", "open": "fair", "missed": "poor"}
WORDS = {"met": "reached", "open": "may or may not be reached", "missed": "missed"}


def against_targets(topics: Sequence[SensitiveTopic], palette: Palette, measure: str) -> Figure:
    """Draw agreement on sensitive items with interval; the tick is the target, the colour whether it is reached."""
    rows = [
        DotRow(
            label=f"{t.criterion}: {t.topic}" if t.topic else t.criterion,
            value=t.agreement.value,
            low=t.agreement.low,
            high=t.agreement.high,
            previous=t.target,
            undefined=t.agreement.undefined,
            support=f"{plural(t.n_items_paired, 'item')} judged twice or more; target {WORDS[t.met]}",
            tone=TONES[t.met],
        )
        for t in topics[:MOST_TOPICS]
    ]
    return dot_plot(rows, palette, measure=measure, previous_name="target", sort=False)


def exposures(people: Sequence[TrainerExposure], palette: Palette, limit: int) -> Figure:
    """Draw each person's heaviest week and last week in sensitive items against the limit."""
    shown = people[:MOST_PEOPLE]
    labels = [wrapped(p.name) for p in shown]
    depth = len(shown)
    colours = [palette.poor if p.weeks_over else palette.accent for p in shown]
    top = max([limit, *(p.worst_week_items for p in shown)], default=1)
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": [p.worst_week_items for p in shown],
            "y": list(range(depth)),
            "width": 0.52,
            "marker": {"color": [faded(c, 0.75) for c in colours]},
            "hovertext": [_said(p) for p in shown],
            "hoverinfo": "text",
            "name": "heaviest week",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.last_week_items for p in shown],
            "y": list(range(depth)),
            "marker": {
                "symbol": "line-ns",
                "size": 14,
                "color": palette.text,
                "line": {"width": 2, "color": palette.text},
            },
            "hoverinfo": "skip",
            "name": "last week",
        },
    ]
    notes = [
        note(
            palette,
            f"limit {count(limit)}",
            xref="x",
            yref="paper",
            x=limit,
            y=1,
            xanchor="center",
            yanchor="bottom",
        ),
        note(
            palette,
            "Sensitive items in the heaviest week; tick: the last week",
            xref="paper",
            yref="paper",
            x=1,
            y=0,
            xanchor="right",
            yanchor="top",
            yshift=-22,
        ),
    ]
    over = [p for p in people if p.weeks_over]
    alt = f"Heaviest week in sensitive items per person, limit {count(limit)}: " + "; ".join(
        f"{p.name} {count(p.worst_week_items)}" for p in shown
    )
    return {
        "data": data,
        "layout": layout(
            palette,
            alt=f"{alt}. {plural(len(over), 'person', 'people')} passed a limit.",
            height=26 + 28 * max(depth, 1) + 44,
            margin={"l": left_margin([p.name for p in shown]), "r": 16, "t": 26, "b": 44},
            xaxis=axis(palette, grid=True, range=[0, 1.08 * top], nticks=6),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                ticktext=labels,
                ticklabelstandoff=6,
            ),
            shapes=[
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "paper",
                    "x0": limit,
                    "x1": limit,
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": palette.rule, "width": 1.5, "dash": "dash"},
                }
            ],
            annotations=notes,
        ),
    }


def _said(p: TrainerExposure) -> str:
    return "<br>".join(
        (
            f"<b>{plain(p.name)}</b>",
            f"heaviest week: {plural(p.worst_week_items, 'item')}, {coefficient(p.worst_week_hours, 1)} h",
            f"last week: {plural(p.last_week_items, 'item')}, {coefficient(p.last_week_hours, 1)} h",
            f"over a limit in {count(p.weeks_over)} of {plural(p.n_weeks, 'week')}",
        )
    )


def group_differences(groups: Sequence[GroupRow], palette: Palette) -> Figure:
    """Draw within minus across of each group that may be shown: right of 0 the group shares a reading of its own."""
    rows = [
        DotRow(
            label=f"{g.axis.replace('_', ' ')} {g.group}",
            value=g.difference.value,
            low=g.difference.low,
            high=g.difference.high,
            undefined=g.difference.undefined,
            weight=float(g.n_trainers),
            support=f"within {coefficient(g.within.value)}, across {coefficient(g.across.value)}, "
            f"{plural(g.n_trainers, 'trainer')}, {plural(g.n_items, 'item')}",
            word="differs" if g.matters else "",
            tone="fair" if g.matters else "neutral",
        )
        for g in groups
        if g.suppressed is None and g.difference.defined
    ]
    return forest_plot(rows, palette, measure="Agreement within minus across, with interval", zero="reads like others")


def topics_by_groups(gaps: Sequence[TopicGap], palette: Palette) -> Spec:
    """Draw a group's mean answer minus all others', topic by group; cells over too few trainers are hatched out."""
    topics = sorted({g.topic for g in gaps})
    keys = sorted({(g.axis, g.group) for g in gaps})
    names = dict(
        zip(
            keys,
            unique_names([f"{a.replace('_', ' ')} {v}" for a, v in keys], [a for a, _ in keys], most=24),
            strict=True,
        )
    )
    rows = dict(zip(topics, unique_names(topics, topics, most=30), strict=True))
    largest = max((abs(g.gap) for g in gaps if math.isfinite(g.gap)), default=1.0) or 1.0
    cells = [
        Cell(
            row=rows[g.topic],
            column=names[g.axis, g.group],
            fill=_fill(g, largest, palette),
            ink=palette.text if math.isfinite(g.gap) else palette.muted,
            text=signed(g.gap) if math.isfinite(g.gap) else "hidden" if g.suppressed else "",
            hover={
                "Topic": g.topic,
                "Group": f"{g.axis.replace('_', ' ')} {g.group}",
                "Against all others": f"{signed(g.gap)} {g.measure}" if math.isfinite(g.gap) else str(g.suppressed),
                "q": coefficient(g.q_value, 3),
                "Beyond chance": "yes" if g.matters else "no",
                "Support": "" if g.suppressed else f"{plural(g.n_trainers, 'trainer')}, {plural(g.n_items, 'item')}",
            },
        )
        for g in gaps
    ]
    found = "; ".join(f"{g.topic}, {g.axis} {g.group} {signed(g.gap)}" for g in gaps if g.matters)
    return cell_table(
        cells,
        palette,
        rows=list(rows.values()),
        columns=list(names.values()),
        row_title="",
        column_title="",
        alt=f"Mean answer of each group minus that of all others, by topic. Beyond chance: {found or 'none'}.",
    )


def _fill(gap: TopicGap, largest: float, palette: Palette) -> str:
    if not math.isfinite(gap.gap):
        return faded(palette.neutral, 0.08)
    strength = abs(gap.gap) / largest * (0.7 if gap.matters else 0.2)
    colour = palette.categorical[1] if gap.gap > 0 else palette.accent
    return faded(colour, round(0.05 + strength, 3))


def shares(value: float, low: float, high: float) -> str:
    """Return a share with its interval in per cent."""
    if not math.isfinite(value):
        return ""
    return f"{percent(value)} ({interval(100 * low, 100 * high, 0)})"
