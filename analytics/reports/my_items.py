"""The items one trainer can learn most from: where the known answer, or clearly the colleagues, say something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.core.filters import Filters
from analytics.core.scale import ORDERED
from analytics.reports.my_results import InstructiveItem
from analytics.stats.trainers.own_figures import ClearAnswer, clear_answer, varied
from analytics.store import Engine
from analytics.store.engine import Criterion, Session

MOST_ITEMS = 5


def instructive_items(
    engine: Engine, session: Session, criteria: Mapping[int, Criterion], answers: pd.DataFrame
) -> tuple[InstructiveItem, ...]:
    """Return at most five items where gold or a clear majority of colleagues differs from the viewer's answer.

    Those with a known answer come first, matters of opinion last.

    Colleagues' counts are asked for without the filters on days: a narrower choice would show by subtraction who came
    later, and the store refuses it. Where gold contradicts a clear majority that the viewer is part of, gold is the one
    to be doubted, and the item is left out.

    Parameters
    ----------
    session : Session
        Open under the viewer's scope and filters.
    answers : DataFrame
        Rows of mine_answers.sql in that session, newest first.
    """
    counts = _others(engine, session)
    candidates: list[tuple[int, int]] = []
    weights: list[float] = []
    for row in answers.to_dict("records"):
        key = int(row["criterion_code"]), int(row["unit"])
        weight = _weight(criteria[key[0]], row, clear_answer(counts.get(key, ())))
        if weight > 0:
            candidates.append(key)
            weights.append(weight)
    chosen = [candidates[k] for k in varied([c for c, _ in candidates], weights, most=MOST_ITEMS)]
    rows = session.frame(
        "mine_items", criterion_codes=[c for c, _ in chosen], units=[unit for _, unit in chosen]
    ).to_dict("records")
    found = {(int(r["criterion_code"]), int(r["unit"])): r for r in rows}
    items = [_item(criteria[key[0]], found[key], counts.get(key, ())) for key in chosen if key in found]
    return tuple(sorted(items, key=lambda item: (item.subjective, item.gold is None)))


def _others(engine: Engine, session: Session) -> dict[tuple[int, int], tuple[str, ...]]:
    whole = Filters(projects=session.filters.projects, criteria=session.filters.criteria)
    with engine.session(session.scope, whole) as unfiltered:
        rows = unfiltered.frame("mine_others").to_dict("records")
    return {(int(r["criterion_code"]), int(r["unit"])): tuple(str(x) for x in r["labels"]) for r in rows}


def _weight(criterion: Criterion, row: Mapping[Any, Any], clear: ClearAnswer | None) -> float:
    """Return how instructive an answer is: 0 where nobody differs; more where gold and colleagues are one."""
    mine, gold = str(row["label"]), row["gold"]
    if isinstance(gold, str) and gold != mine:
        if clear is not None and clear.label == mine:
            return 0.0
        backed = clear is not None and clear.label == gold
        return (1.0 if backed else 0.0) + _distance(criterion, mine, gold)
    if clear is None or clear.label == mine or gold == mine:
        return 0.0
    return clear.share * _distance(criterion, mine, clear.label)


def _distance(criterion: Criterion, a: str, b: str) -> float:
    """Return how far apart two labels are, as a share of the scale; 1 where it has no order."""
    scale = criterion.scale
    if scale.level not in ORDERED or a not in scale.labels or b not in scale.labels or scale.n_labels < 2:
        return 1.0
    at = dict(zip(scale.labels, scale.values, strict=True))
    return abs(at[a] - at[b]) / (max(scale.values) - min(scale.values))


def _item(criterion: Criterion, row: Mapping[Any, Any], labels: tuple[str, ...]) -> InstructiveItem:
    names, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    order = np.lexsort((names, -counts))
    return InstructiveItem(
        project=criterion.project,
        criterion=criterion.criterion,
        subjective=criterion.scale.subjective,
        item_id=str(row["item_id"]),
        prompt=_text(row["prompt"]),
        responses=_responses(row["responses"]),
        sensitive=not pd.isna(row["sensitive"]) and bool(row["sensitive"]),
        topic=_text(row["topic"]),
        section=_text(row["guideline_section"]),
        guideline_version=_text(row["guideline_version"]),
        judged_at=None if pd.isna(row["judged_at"]) else row["judged_at"].to_pydatetime(),
        mine=str(row["label"]),
        rationale=_text(row["rationale"]),
        others=tuple((str(names[k]), int(counts[k])) for k in order),
        gold=row["gold"] if isinstance(row["gold"], str) else None,
        settled_on=_settled(row["gold_since"], row["judged_at"]),
    )


def _settled(since: Any, judged_at: Any) -> date | None:
    """Return the day on which the known answer was settled, where that came after the viewer's judgment."""
    if not isinstance(since, str) or pd.isna(judged_at):
        return None
    try:
        day = date.fromisoformat(since[:10])
    except ValueError:
        return None
    return day if day > judged_at.date() else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _responses(text: Any) -> tuple[tuple[str, str], ...]:
    """Return (id, text) of the answers of the model that the item is about."""
    if not isinstance(text, str) or not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        return (("", text),)
    entries = found if isinstance(found, list) else [found]
    return tuple(
        (str(e.get("id", k)), str(e.get("text", ""))) if isinstance(e, dict) else (str(k), str(e))
        for k, e in enumerate(entries, start=1)
    )
