"""One trainer in the report: flags with their evidence, figures by criterion, and the document of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.core.results import Estimate
from analytics.stats.trainers.flags import FlagEvidence


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerFlag:
    """One flag on one trainer, with its evidence.

    Attributes
    ----------
    kind, title : str
        As in `analytics.stats.trainers.flags.FLAG_KINDS`.
    criterion : str
        Name of the criterion ("project: name" where the name is not unique), or "<project>: all criteria".
    evidence : tuple of FlagEvidence
        At least two sources, strongest first.
    since : date or None
        Day from which it holds; None from the beginning.
    q_value : float
        False-discovery rate at which it would just be flagged.
    meaning, advice : str
        Words for the page.
    """

    kind: str
    criterion: str
    evidence: tuple[FlagEvidence, ...]
    since: date | None
    q_value: float
    meaning: str
    advice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerRow:
    """One trainer.

    Attributes
    ----------
    index, code : int
        Place in the arrays of the report's views; the store's code.
    trainer_id, display_name, team : str
        Who.
    flags : tuple of TrainerFlag
        Empty where nothing stands.
    on_one_word : tuple of (kind, criterion)
        Cases that rest on one kind of evidence: not flags.
    n_judgments, n_items : int
        Over all criteria shown.
    excess : Estimate
        Agreement with peers beyond the items, over all criteria.
    criteria : mapping of criterion -> figures
        By metric name, each an estimate.
    gold : mapping of criterion -> counts
        n, correct, n_judgments, n_items, p_below_target, target.
    weekly : list of float
        Outcomes beyond expectation by week, over all criteria.
    """

    index: int
    code: int
    trainer_id: str
    display_name: str
    team: str | None
    flags: tuple[TrainerFlag, ...]
    on_one_word: tuple[tuple[str, str], ...]
    n_judgments: int
    n_items: int
    excess: Estimate
    criteria: dict[str, dict[str, Estimate]]
    gold: dict[str, dict[str, Any]]
    weekly: list[float]


def row_document(row: TrainerRow) -> dict[str, Any]:
    """Return one trainer as `trainers --json` prints it."""
    return {
        "trainer_id": row.trainer_id,
        "flags": [
            {
                "kind": flag.kind,
                "criterion": flag.criterion,
                "evidence": [
                    {"source": e.source, "sentence": e.sentence, "p_value": e.p_value, "n": e.n} for e in flag.evidence
                ],
                "since": flag.since.isoformat() if flag.since else None,
                "q_value": flag.q_value,
                "advice": flag.advice,
            }
            for flag in row.flags
        ],
        "criteria": {name: _figures(row, name) for name in row.criteria},
    }


def _figures(row: TrainerRow, name: str) -> dict[str, Any]:
    figures, gold = row.criteria[name], row.gold[name]
    accuracy, shrunken = figures["gold_accuracy"], figures["gold_accuracy_shrunken"]
    model = figures.get("model_accuracy") or figures.get("one_coin_skill")
    named = {
        "peer_agreement": figures["peer_agreement"],
        "peer_excess": figures["peer_excess"],
        "model_accuracy": model,
        "severity": figures.get("severity"),
        "self_consistency": figures["self_consistency"],
        "position_bias": figures.get("position_bias"),
        "pace": figures.get("relative_time"),
    }
    taken = {"gold_accuracy", "gold_accuracy_shrunken", "model_accuracy", "one_coin_skill", "relative_time", *named}
    return {
        "n_judgments": gold["n_judgments"],
        "n_items": gold["n_items"],
        **{key: _estimate(value) for key, value in named.items()},
        "gold": {
            "n": gold["n"],
            "correct": gold["correct"],
            "accuracy": accuracy.value,
            "low": accuracy.low,
            "high": accuracy.high,
            "shrunken": shrunken.value,
            "p_below_target": gold["p_below_target"],
            "undefined": accuracy.undefined,
        },
        **{key: _estimate(value) for key, value in figures.items() if key not in taken},
    }


def _estimate(value: Estimate | None) -> dict[str, Any]:
    if value is None:
        return {"value": None, "low": None, "high": None, "n": 0, "undefined": "does not apply to this criterion"}
    ends = {"low": value.low, "high": value.high}
    return {"value": value.value, **ends, "n": value.n_judgments, "undefined": value.undefined}
