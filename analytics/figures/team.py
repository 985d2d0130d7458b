"""One quantity over the team: a mark a trainer against what it rests on; and the newcomers' curves."""

from __future__ import annotations

import math

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.metric import Metric
from analytics.core.numerals import coefficient, count, interval
from analytics.figures.frame import Figure, axis, layout, note, plain
from analytics.figures.funnel import FunnelPoint, funnel_plot
from analytics.figures.palette import Palette, faded
from analytics.reports.team_figures import TeamFigure
from analytics.reports.team_learning import TeamLearning

MOST_CURVES = 5
MOST_NAMES = 8
LEAST_SPAN = 0.02
ENDS: dict[str, tuple[float | None, float | None]] = {"relative_time": (0.0, None)}


def metric_of(figure: TeamFigure) -> Metric:
    """Return the registered quantity; a shrunken one is explained by the quantity it shrinks."""
    return REGISTRY.get(figure.name) or REGISTRY[figure.name.removesuffix("_shrunken")]


def team_points(figure: TeamFigure, palette: Palette, *, support: str = "judgments") -> Figure:
    """Draw each trainer's number against its n; those whose interval leaves the line out are named.

    Parameters
    ----------
    figure : TeamFigure
    palette : Palette
    support : str
        What n counts: "judgments", "repeats".
    """
    points = [
        FunnelPoint(
            label=row.display_name,
            n=float(row.estimate.n_judgments or 0),
            value=row.estimate.value,
            outside=row.apart,
            key=row.trainer_id,
            note=f"95 % interval {interval(row.estimate.low, row.estimate.high)}"
            if math.isfinite(row.estimate.low)
            else "no interval",
        )
        for row in figure.rows
    ]
    centre = figure.centre if math.isfinite(figure.centre) else 0.0
    return funnel_plot(
        points, (), centre, palette, measure=metric_of(figure).title, support=support,
        ends=_ends(figure, centre), height=320, most_names=MOST_NAMES,
    )  # fmt: skip


def _ends(figure: TeamFigure, centre: float) -> tuple[float | None, float | None]:
    """Ends of the axis: a team that does not differ is drawn as a line, not as noise under a lens."""
    values = [row.estimate.value for row in figure.rows]
    if max(values) - min(values) < LEAST_SPAN:
        least = metric_of(figure).minimum
        low = centre - LEAST_SPAN
        return (low if least is None else max(low, least)), centre + LEAST_SPAN
    return ENDS.get(figure.name, (None, None))


def learning_curves(report: TeamLearning, palette: Palette) -> Figure:
    """Draw the share right of each cohort's average newcomer against practice, with its interval and the target."""
    shown = [one for one in report.cohorts if one.undefined is None][-MOST_CURVES:]
    traces: list[dict[str, object]] = []
    notes = []
    for k, one in enumerate(shown):
        colour = palette.categorical[k % len(palette.categorical)]
        x = [n + 1 for n in one.at]
        for name, y, fill in (("low", one.low, None), ("high", one.high, "tonexty")):
            traces.append(
                {
                    "type": "scatter", "mode": "lines", "x": x, "y": list(y), "line": {"width": 0}, "fill": fill,
                    "fillcolor": faded(colour, 0.16), "hoverinfo": "skip", "name": f"{plain(one.cohort)} {name}",
                }
            )  # fmt: skip
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": x, "y": list(one.share), "name": plain(one.cohort),
                "line": {"width": 2.5, "color": colour}, "hoverinfo": "text",
                "hovertext": [
                    f"<b>{plain(one.cohort)}</b><br>after {count(n)} judgments {coefficient(y)}"
                    f"<br>95 % interval {interval(low, high)}"
                    for n, y, low, high in zip(one.at, one.share, one.low, one.high, strict=True)
                ],
            }
        )  # fmt: skip
        if len(shown) > 1:
            notes.append(
                note(
                    palette, plain(one.cohort), x=math.log10(x[-1]), y=one.share[-1], xref="x", yref="y",
                    xanchor="left", xshift=6,
                )
            )  # fmt: skip
    last = max((one.at[-1] + 1 for one in shown), default=10)
    notes.append(
        note(
            palette, "target", x=0, y=report.target, xref="paper", yref="y", xanchor="left", yanchor="bottom", xshift=4
        )
    )
    ticks = [10**k for k in range(math.ceil(math.log10(last)) + 1)]
    return {
        "data": traces,
        "layout": layout(
            palette,
            alt="Share of right answers against judgments made, of the average newcomer: "
            + "; ".join(f"{one.cohort} {coefficient(one.share[0])} to {coefficient(one.share[-1])}" for one in shown),
            height=320,
            margin={"l": 52, "r": 76 if len(shown) > 1 else 24, "t": 12, "b": 48},
            xaxis=axis(
                palette, title="judgments made", type="log", tickvals=ticks, ticktext=[count(t) for t in ticks],
                range=[0, math.log10(last)],
            ),
            yaxis=axis(palette, title="share right", grid=True, range=[0, 1], nticks=6),
            shapes=[
                {
                    "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": report.target, "y1": report.target,
                    "layer": "below", "line": {"color": palette.rule, "width": 1, "dash": "dash"},
                }
            ],
            annotations=notes,
        ),
    }  # fmt: skip
