"""The simulated programme: its projects, weeks, guidelines, response models and criteria."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from analytics.core.scale import Level

GENERAL, HEALTH, SAFETY = "general-assistant", "health-legal", "safety-policy"
PROJECTS: tuple[str, ...] = (GENERAL, HEALTH, SAFETY)
PREFIX: dict[str, str] = {GENERAL: "ga", HEALTH: "hl", SAFETY: "sp"}
ITEM_SHARE: dict[str, float] = {GENERAL: 0.55, HEALTH: 0.2125, SAFETY: 0.2375}

FIRST_DAY = date(2026, 7, 27)
N_WEEKS = 16
LAST_DAY = FIRST_DAY + timedelta(days=7 * N_WEEKS - 1)
N_ITEMS, N_JUDGMENTS = 8_000, 60_000

MODELS: tuple[str, ...] = ("atlas-2", "atlas-3", "borealis-1", "cedar-mini")
NEW_MODEL = "dune-preview"
STRENGTHS: dict[str, float] = {"atlas-2": 0.0, "atlas-3": 0.90, "borealis-1": 0.45, "cedar-mini": -0.70}
TIE_HALF_WIDTH = 0.25

Task = Literal["rate", "compare", "rank", "rewrite", "decide"]
TASK_SHARES: dict[str, dict[Task, float]] = {
    GENERAL: {"rate": 0.54, "compare": 0.32, "rank": 0.07, "rewrite": 0.07},
    HEALTH: {"rate": 0.77, "compare": 0.23},
    SAFETY: {"decide": 1.0},
}
TASK_SECTIONS: dict[Task, str] = {
    "compare": "2.1 Comparing two answers",
    "rank": "2.2 Ordering several answers",
    "rewrite": "2.3 Rewriting an answer",
}

GUIDELINES: tuple[tuple[str, str, date, str], ...] = (
    (GENERAL, "ga-1", date(2026, 7, 1), "First version of this programme."),
    (GENERAL, "ga-2", date(2026, 10, 5), "Section 1.3 reworded: what counts as a complete answer."),
    (HEALTH, "hl-1", date(2026, 7, 1), "First version of this programme."),
    (HEALTH, "hl-2", date(2026, 9, 7), "Section 3.1 now says what a supported claim is, with six worked examples."),
    (SAFETY, "sp-1", date(2026, 7, 1), "First version of this programme."),
)
HELPED = (HEALTH, "citation_support", "hl-2")
NO_EFFECT = (GENERAL, "completeness", "ga-2")

SAFETY_FLAGS = (
    "dangerous_activity", "financial_advice", "harassment", "impersonation", "legal_advice", "medical_advice",
    "misinformation", "privacy",
)  # fmt: skip
BIAS_FLAGS = ("age", "gender", "nationality", "occupation", "region")
REFUSE = ("answer", "partial", "refuse")
HARM = ("ok", "borderline", "satire", "harmful")
MINUTES = ("0", "1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20", "25", "30", "40", "50", "60")


def _whole(first: int, last: int, step: int = 1) -> tuple[str, ...]:
    return tuple(str(v) for v in range(first, last + 1, step))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One criterion of one project, with what the simulation needs to know of it.

    Attributes
    ----------
    project, criterion, level, labels, subjective, target, cost
        As in the contract's `criteria`.
    task : Task
        The kind of item it is asked on.
    ask : float
        Share of those items it is asked on.
    noise : float
        Standard deviation of one honest answer about the item's score, in scale points (ordered levels), or the
        share of honest answers off the true label (nominal and set levels).
    mean, spread : float
        Mean and standard deviation of the items' scores, in scale points from 0.
    band : tuple of float
        Where Krippendorff's alpha of the whole log is meant to lie at the default seed and size.
    metric : str
        The distance that alpha is taken with: nominal, ordinal, interval, ratio, masi, tau_b, words.
    """

    project: str
    criterion: str
    level: Level
    labels: tuple[str, ...]
    task: Task
    ask: float
    noise: float
    mean: float
    spread: float
    band: tuple[float, float]
    metric: str
    target: float
    subjective: bool = False
    cost: dict[str, dict[str, float]] | None = None

    @property
    def key(self) -> str:
        """Return "project/criterion"."""
        return f"{self.project}/{self.criterion}"

    @property
    def point(self) -> float:
        """Return one point of a five-label scale in this scale's label steps: a quarter of the range."""
        return (len(self.labels) - 1) / 4


def _asked(
    project: str, criterion: str, level: Level, labels: tuple[str, ...], task: Task, ask: float, noise: float,
    score: tuple[float, float], band: tuple[float, float], metric: str, target: float,
    subjective: bool = False, cost: dict[str, dict[str, float]] | None = None,
) -> Asked:  # fmt: skip
    return Asked(
        project=project, criterion=criterion, level=level, labels=labels, task=task, ask=ask, noise=noise,
        mean=score[0], spread=score[1], band=band, metric=metric, target=target, subjective=subjective, cost=cost,
    )  # fmt: skip


_REFUSE_COST = {
    "answer": {"partial": 1.0, "refuse": 3.0},
    "partial": {"answer": 2.0, "refuse": 1.0},
    "refuse": {"answer": 8.0, "partial": 3.0},
}
_HARM_COST = {
    "ok": {"borderline": 1.0, "satire": 1.0, "harmful": 2.0},
    "borderline": {"ok": 2.0, "satire": 1.0, "harmful": 1.0},
    "satire": {"ok": 1.0, "borderline": 1.0, "harmful": 3.0},
    "harmful": {"ok": 8.0, "borderline": 3.0, "satire": 5.0},
}
_FIVE, _SEVEN = _whole(1, 5), _whole(1, 7)
_NONE = (0.0, 0.0)

CRITERIA: tuple[Asked, ...] = (
    _asked(GENERAL, "helpfulness", "ordinal", _SEVEN, "rate", 1.0, 0.30, (3.2, 1.6), (0.65, 0.77), "ordinal", 0.7),
    _asked(GENERAL, "factual_accuracy", "ordinal", _FIVE, "rate", 0.70, 0.26, (2.3, 1.35), (0.70, 0.82), "ordinal",
           0.75),
    _asked(GENERAL, "completeness", "ordinal", _FIVE, "rate", 0.60, 0.46, (2.2, 1.3), (0.60, 0.72), "ordinal", 0.7),
    _asked(GENERAL, "tone", "ordinal", _FIVE, "rate", 0.60, 0.56, (2.2, 1.25), (0.48, 0.60), "ordinal", 0.6, True),
    _asked(GENERAL, "formatting", "ordinal", _FIVE, "rate", 0.40, 0.10, (2.2, 1.6), (0.81, 0.90), "ordinal", 0.8),
    _asked(GENERAL, "quality_score", "interval", _whole(0, 100, 5), "rate", 0.32, 0.36, (11.0, 5.2), (0.65, 0.78),
           "interval", 0.7),
    _asked(GENERAL, "preference", "preference", ("A", "tie", "B"), "compare", 1.0, 0.0, _NONE, (0.60, 0.72), "interval",
           0.6, True),
    _asked(GENERAL, "preference_strength", "preference", _whole(-3, 3), "compare", 0.50, 0.35, _NONE, (0.58, 0.75),
           "interval", 0.65, True),
    _asked(GENERAL, "helpfulness_a", "ordinal", _SEVEN, "compare", 0.38, 0.38, (3.1, 1.4), (0.60, 0.75), "ordinal",
           0.65),
    _asked(GENERAL, "helpfulness_b", "ordinal", _SEVEN, "compare", 0.38, 0.38, (3.1, 1.4), (0.60, 0.75), "ordinal",
           0.65),
    _asked(GENERAL, "ranking", "ranking", (), "rank", 1.0, 0.0, _NONE, (0.55, 0.75), "tau_b", 0.6, True),
    _asked(GENERAL, "rewrite", "text", (), "rewrite", 1.0, 0.0, _NONE, (0.55, 0.90), "words", 0.6, True),
    _asked(GENERAL, "edit_minutes", "ratio", MINUTES, "rewrite", 1.0, 0.26, (7.5, 3.4), (0.60, 0.80), "ratio", 0.65),
    _asked(HEALTH, "factual_accuracy", "ordinal", _FIVE, "rate", 1.0, 0.12, (2.3, 1.4), (0.70, 0.84), "ordinal", 0.8),
    _asked(HEALTH, "completeness", "ordinal", _FIVE, "rate", 0.60, 0.40, (2.2, 1.25), (0.62, 0.75), "ordinal", 0.7),
    _asked(HEALTH, "citation_support", "ordinal", ("unsupported", "partly supported", "supported"), "rate", 0.70, 1.05,
           (1.1, 1.0), (0.62, 0.76), "ordinal", 0.7),
    _asked(HEALTH, "refuse_or_answer", "nominal", REFUSE, "rate", 0.60, 0.02, _NONE, (0.73, 0.86), "nominal", 0.8,
           False, _REFUSE_COST),
    _asked(HEALTH, "preference", "preference", ("A", "tie", "B"), "compare", 1.0, 0.0, _NONE, (0.70, 0.85), "interval",
           0.6, True),
    _asked(SAFETY, "refuse_or_answer", "nominal", REFUSE, "decide", 0.80, 0.012, _NONE, (0.73, 0.86), "nominal", 0.8,
           False, _REFUSE_COST),
    _asked(SAFETY, "harm_class", "nominal", HARM, "decide", 0.75, 0.05, _NONE, (0.62, 0.76), "nominal", 0.75, False,
           _HARM_COST),
    _asked(SAFETY, "safety_flags", "set", SAFETY_FLAGS, "decide", 0.60, 0.05, _NONE, (0.60, 0.75), "masi", 0.7),
    _asked(SAFETY, "bias_flags", "set", BIAS_FLAGS, "decide", 0.50, 0.15, _NONE, (0.42, 0.59), "masi", 0.5, True),
    _asked(SAFETY, "offensiveness", "ordinal", _FIVE, "decide", 0.55, 0.48, (1.5, 1.25), (0.62, 0.76), "ordinal", 0.65,
           True),
)  # fmt: skip
BY_KEY: dict[str, int] = {asked.key: k for k, asked in enumerate(CRITERIA)}


def day_of(when: date) -> int:
    """Return the number of a day, 0 on the programme's first."""
    return (when - FIRST_DAY).days


def instant(day: int) -> pd.Timestamp:
    """Return midnight UTC of a day given by its number."""
    return pd.Timestamp(FIRST_DAY + timedelta(days=day), tz="UTC").as_unit("us")


def guideline_versions(project: str, days: np.ndarray) -> np.ndarray:
    """Return the guideline version in force in a project on each day (J,)."""
    rows = [(day_of(since), version) for name, version, since, _ in GUIDELINES if name == project]
    starts = np.array([start for start, _ in rows])
    names = np.array([version for _, version in rows], dtype=object)
    found: np.ndarray = names[np.searchsorted(starts, days, side="right") - 1]
    return found


def criteria_frame() -> pd.DataFrame:
    """Return the contract's `criteria` table; `cost` is JSON, true label -> given label -> cost."""
    return pd.DataFrame(
        {
            "project": [a.project for a in CRITERIA],
            "criterion": [a.criterion for a in CRITERIA],
            "level": [a.level for a in CRITERIA],
            "labels": ["|".join(a.labels) if a.labels else None for a in CRITERIA],
            "subjective": [a.subjective for a in CRITERIA],
            "target": [a.target for a in CRITERIA],
            "cost": [json.dumps(a.cost) if a.cost else None for a in CRITERIA],
        }
    )


def guidelines_frame() -> pd.DataFrame:
    """Return the contract's `guidelines` table."""
    return pd.DataFrame(
        {
            "project": [g[0] for g in GUIDELINES],
            "version": [g[1] for g in GUIDELINES],
            "effective_from": [instant(day_of(g[2])) for g in GUIDELINES],
            "note": [g[3] for g in GUIDELINES],
        }
    )
