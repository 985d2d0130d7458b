"""The trainers' strip of the Overview: one mark a trainer, team by team, out of the ordinary ones in another shape."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from analytics.core.numerals import count, interval, plural, signed
from analytics.figures.frame import SIZE, Figure, axis, layout, left_margin, note, padded_range, plain, wrapped
from analytics.figures.palette import Palette, faded
from analytics.reports.overview_team import StripTrainer, TeamStrip

ROW = 52
MOST_TEAMS = 8
"""The smaller teams beyond so many stand in one row together."""
STEPS = 36
"""Marks this share of the axis apart do not cover each other; nearer ones stand above and below each other."""
EVERYBODY, OTHERS = "everybody", "other teams"


def trainer_strip(strip: TeamStrip, palette: Palette, *, names: bool) -> Figure:
    """Draw agreement beyond the items, a row a team.

    Parameters
    ----------
    names : bool
        False leaves the trainers' names out of the hover texts.
    """
    rows = rows_of(strip.trainers)
    reach = max((abs(t.excess.value) for t in strip.trainers), default=0.0) or 0.05
    x = padded_range([-reach, reach])
    traces = []
    for outside in (False, True):
        spots = [
            (t, k + offset)
            for k, members in enumerate(rows.values())
            for t, offset in _spread(members, (x[1] - x[0]) / STEPS)
            if t.outside == outside
        ]
        colour = palette.poor if outside else palette.accent
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [t.excess.value for t, _ in spots],
                "y": [y for _, y in spots],
                "marker": {
                    "color": colour if outside else faded(colour, 0.65),
                    "size": 11 if outside else 9,
                    "symbol": "diamond" if outside else "circle",
                    "line": {"width": 0},
                },
                "customdata": [t.trainer_id if names else "" for t, _ in spots],
                "hovertext": [_hover(t, names=names) for t, _ in spots],
                "hoverinfo": "text",
                "name": "out of the ordinary" if outside else "ordinary",
            }
        )
    depth = max(len(rows), 1)
    outside_n = sum(t.outside for t in strip.trainers)
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt=f"Agreement beyond the items of {plural(len(strip.trainers), 'trainer')} in {count(len(rows))} rows: "
            f"{count(outside_n)} out of the ordinary.",
            height=20 + ROW * depth + 54,
            margin={"l": left_margin(rows), "r": 14, "t": 20, "b": 54},
            xaxis=axis(palette, title="Agreement beyond the items", grid=True, range=x, nticks=5, tickformat="+.2f"),
            yaxis=axis(
                palette,
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                ticktext=[wrapped(name) for name in rows],
                tickfont={"size": SIZE, "color": palette.text},
                ticklabelstandoff=6,
            ),
            shapes=[
                {
                    "type": "line", "x0": 0, "x1": 0, "y0": -0.5, "y1": depth - 0.5, "layer": "below",
                    "line": {"color": palette.rule, "width": 1.5},
                }
            ],
            annotations=[
                note(
                    palette, "like everybody", xref="x", yref="paper", x=0, y=1, xanchor="center", yanchor="bottom",
                    yshift=1,
                )
            ],
        ),
    }  # fmt: skip


def rows_of(trainers: Sequence[StripTrainer]) -> dict[str, list[StripTrainer]]:
    """Return the rows of the strip: the largest teams by name, then all others; one row where teams are not known."""
    sizes = Counter(t.team for t in trainers)
    if len(sizes) < 2:
        return {EVERYBODY: list(trainers)} if trainers else {}
    large = {team for team, _ in sizes.most_common(MOST_TEAMS if len(sizes) <= MOST_TEAMS else MOST_TEAMS - 1) if team}
    rows: dict[str, list[StripTrainer]] = {team: [] for team in sorted(large)}
    for t in trainers:
        rows.setdefault(t.team if t.team in large else OTHERS, []).append(t)
    return rows


def _spread(members: Sequence[StripTrainer], step: float) -> list[tuple[StripTrainer, float]]:
    """Return each trainer's place across the row, in rows: marks at nearly the same value stand apart."""
    heap: dict[int, int] = defaultdict(int)
    out = []
    for t in sorted(members, key=lambda one: (one.excess.value, one.trainer_id)):
        cell = math.floor(t.excess.value / step)
        level = heap[cell]
        heap[cell] += 1
        out.append((t, min((level + 1) // 2, 2) * 0.18 * (1 if level % 2 else -1)))
    return out


def _hover(t: StripTrainer, *, names: bool) -> str:
    words = [f"<b>{plain(t.display_name)}</b>"] if names else []
    words.append(f"{signed(t.excess.value, 3)} ({interval(t.excess.low, t.excess.high, 3)})")
    words.append(f"{count(t.excess.n_judgments or 0)} judgments")
    if t.outside:
        words.append("out of the ordinary")
    return "<br>".join(words)
