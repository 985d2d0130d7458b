"""The figures of the Preferences page on response models and on trainers' reliability."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.figures.cells import Cell, Spec, cell_table, unique_names
from analytics.figures.dots import DotRow, dot_plot
from analytics.figures.frame import Figure
from analytics.figures.palette import Palette, Tone, faded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.core.results import Estimate
    from analytics.reports.preferences_models import ModelsReport
    from analytics.stats.preferences.strengths.bradley_terry import Strengths
    from analytics.stats.preferences.strengths.simultaneous import SimultaneousDifferences

MOST_MODELS = 25
MOST_TRAINERS = 30
UNRELIABLE = 0.95


def win_rates(models: Sequence[str], rates: Sequence[Estimate], palette: Palette) -> Figure:
    """Draw each model's share of judgments won, ties a half, with its interval."""
    rows = [
        DotRow(
            label=name, value=e.value, low=e.low, high=e.high, undefined=e.undefined, key=name,
            support=f"{plural(e.n_judgments or 0, 'judgment')}, {plural(e.n_items or 0, 'pair')}",
        )
        for name, e in zip(models, rates, strict=True)
    ]  # fmt: skip
    return dot_plot(rows[:MOST_MODELS], palette, measure="Win rate, ties a half")


def strengths(
    models: Sequence[str], found: Strengths, differences: SimultaneousDifferences | None, palette: Palette
) -> Figure:
    """Draw strengths with their errors; the word says which places a model may hold."""
    rows = []
    for k, name in enumerate(models):
        value, variance = float(found.log_strength[k]), float(found.covariance[k, k])
        half = 1.96 * math.sqrt(variance) if math.isfinite(variance) and variance > 0 else math.nan
        places = ""
        if differences is not None and math.isfinite(value):
            first, last = int(differences.rank_low[k]), int(differences.rank_high[k])
            places = f"place {first}" if first == last else f"places {first} to {last}"
        rows.append(
            DotRow(
                label=name, value=value, low=value - half, high=value + half, key=name, support=places,
                undefined="no chain of wins joins it to the others",
            )
        )  # fmt: skip
    return dot_plot(
        rows[:MOST_MODELS], palette, measure="Strength (log odds; 0: average)",
        interval_name="95 % interval against the average",
    )  # fmt: skip


def places_in_words(models: Sequence[str], differences: SimultaneousDifferences) -> list[tuple[str, str]]:
    """Return each model with the places it may hold, best first."""
    order = sorted(
        range(len(models)),
        key=lambda k: (int(differences.rank_low[k]), int(differences.rank_high[k]), models[k]),
    )
    out = []
    for k in order:
        low, high = int(differences.rank_low[k]), int(differences.rank_high[k])
        out.append((models[k], f"{low}" if low == high else f"{low} to {high}"))
    return out


def meetings(report: ModelsReport, palette: Palette) -> Spec:
    """Draw how often the row's model was preferred to the column's; a click lists their pairs."""
    names = model_names(report)
    share: dict[tuple[str, str], tuple[float, int, int]] = {}
    for p in report.pairs:
        n = p.wins_first + p.ties + p.wins_second
        if n:
            won = (p.wins_first + p.ties / 2) / n
            share[p.first, p.second] = (won, n, p.n_items)
            share[p.second, p.first] = (1 - won, n, p.n_items)
    cells = []
    for row, a in names.items():
        for column, b in names.items():
            if a == b:
                continue
            met = share.get((a, b))
            cells.append(
                Cell(
                    row=row,
                    column=column,
                    fill=faded(palette.neutral, 0.08) if met is None else _fill(palette, met[0]),
                    ink=palette.text if met else palette.muted,
                    text=percent(met[0]) if met else "–",
                    second=f"{count(met[1])}" if met else "",
                    hover={
                        "Preferred": a,
                        "to": b,
                        "how often": percent(met[0], 1) if met else "never met",
                        "judgments": count(met[1]) if met else "0",
                        "pairs": count(met[2]) if met else "0",
                    },
                )
            )
    said = "; ".join(
        f"{p.first} against {p.second}: {percent(share[p.first, p.second][0])} of {count(share[p.first, p.second][1])}"
        for p in report.pairs
        if (p.first, p.second) in share
    )
    return cell_table(
        cells, palette, rows=list(names), columns=list(names), row_title="This model is preferred",
        column_title="to this one", alt=f"How often one model is preferred to another. {said or 'None met'}.",
    )  # fmt: skip


def _fill(palette: Palette, share: float) -> str:
    tone = palette.accent if share >= 0.5 else palette.fair
    return faded(tone, round(0.06 + 0.94 * abs(share - 0.5), 3))


def model_names(report: ModelsReport) -> dict[str, str]:
    """Return the model behind each name on the axes of `meetings`, strongest first."""
    order = list(range(len(report.models)))
    if report.strengths is not None:
        value = report.strengths.log_strength
        order.sort(key=lambda k: (not math.isfinite(value[k]), -value[k] if math.isfinite(value[k]) else 0.0))
    shown = [report.models[k] for k in order[:MOST_MODELS]]
    return dict(zip(unique_names(shown, [str(k + 1) for k in range(len(shown))], 18), shown, strict=True))


def reliabilities(report: ModelsReport, palette: Palette) -> Figure:
    """Draw how each trainer's choices follow the strengths the crowd agrees on, least reliable on top."""
    rows = []
    for r in report.reliabilities[:MOST_TRAINERS]:
        e = r.reliability
        tone: Tone = "poor" if math.isfinite(r.p_unreliable) and r.p_unreliable >= UNRELIABLE else "accent"
        rows.append(
            DotRow(
                label=r.name, value=e.value, low=e.low, high=e.high, undefined=e.undefined, key=str(r.trainer_code),
                support=f"{plural(e.n_judgments or 0, 'choice')}; {percent(r.p_unreliable)} sure to be below "
                f"{coefficient(report.crowd.threshold) if report.crowd else ''}",
                tone=tone,
            )
        )  # fmt: skip
    return dot_plot(rows, palette, measure="Chance that a choice follows the strengths", sort=False, ends=(None, 1.0))


def difference_rows(report: ModelsReport) -> list[dict[str, object]]:
    """Return every pair of models with its difference and simultaneous interval, largest first, as a table shows it."""
    d = report.differences
    if d is None:
        return []
    rows: list[dict[str, object]] = []
    for i, a in enumerate(report.models):
        for j, b in enumerate(report.models):
            value = float(d.difference[i, j])
            if i == j or not math.isfinite(value) or value < 0 or (value == 0 and i > j):
                continue
            low, high = float(d.low[i, j]), float(d.high[i, j])
            rows.append(
                {
                    "better": a, "worse": b, "difference": value, "interval": interval(low, high),
                    "odds": 1 / (1 + math.exp(-value)), "real": "real" if low > 0 else "may be noise",
                }
            )  # fmt: skip
    rows.sort(key=lambda r: -float(str(r["difference"])))
    return rows
