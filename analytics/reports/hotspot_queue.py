"""The queue as tasks for annotation tools: Label Studio's task list and a plain table."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.reports.hotspot_analysis import hotspot_analysis
from analytics.reports.hotspot_parts import queue_of
from analytics.reports.hotspot_rows import QueuedItem
from analytics.store import Engine

MOST_TASKS = 5_000


def queue_frame(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, route: str, most: int = MOST_TASKS
) -> pd.DataFrame:
    """Return the items of one route in the order of the queue, one row each, with their texts.

    Columns: item_id, project, criterion, guideline_version, route, priority, information (nats another judgment is
    expected to remove), expected_judgments, cost, divided (probability), minutes, n_judgments, labels (JSON),
    sensitive, topic, language, guideline_section, prompt, responses (JSON).
    """
    analysis = hotspot_analysis(engine, scope, filters, project=project, criterion=criterion)
    rows: list[QueuedItem] = []
    if not analysis.empty:
        found, _ = queue_of(analysis, engine.settings.cost_per_judgment, most)
        rows = [row for row in found if row.route == route]
    frame = pd.DataFrame(
        {
            "item_id": [r.item_id for r in rows],
            "project": [r.project for r in rows],
            "criterion": [r.criterion for r in rows],
            "guideline_version": [r.version for r in rows],
            "route": [r.route for r in rows],
            "priority": [r.priority for r in rows],
            "information": [r.gain for r in rows],
            "expected_judgments": [r.expected_judgments for r in rows],
            "cost": [r.cost for r in rows],
            "divided": [r.divided for r in rows],
            "minutes": [r.minutes for r in rows],
            "n_judgments": [r.n_judgments for r in rows],
            "labels": [json.dumps(dict(r.labels), ensure_ascii=False) for r in rows],
            "sensitive": [r.sensitive for r in rows],
        }
    )
    frame["item_id"] = frame["item_id"].astype("str")  # an empty list has no type of its own
    with engine.session(scope, filters.replace(projects=(project,), criteria=(criterion,))) as session:
        texts = session.frame(
            "hotspots_texts",
            criterion_code=analysis.one.criterion.code,
            item_ids=sorted({r.item_id for r in rows}),
        )
    return frame.merge(texts.drop(columns=["sensitive"]), on="item_id", how="left")


def label_studio_tasks(frame: pd.DataFrame) -> bytes:
    """Return a queue as Label Studio's import format: a list of tasks, the item's texts under `data`, the rest `meta`.

    `data` holds item_id, criterion, prompt and response_1, response_2 ... (with model_1 ...); a labelling interface
    refers to them as $prompt, $response_1. Label Studio keeps `meta` beside the task.
    """
    tasks = []
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        data: dict[str, Any] = {"item_id": row["item_id"], "criterion": row["criterion"], "prompt": row["prompt"] or ""}
        for n, response in enumerate(_responses(row["responses"]), start=1):
            data[f"response_{n}"] = str(response.get("text") or "")
            if response.get("model"):
                data[f"model_{n}"] = str(response["model"])
        for name in ("topic", "language", "guideline_section"):
            if row[name]:
                data[name] = row[name]
        meta = {
            name: row[name]
            for name in (
                "project",
                "guideline_version",
                "route",
                "priority",
                "information",
                "expected_judgments",
                "divided",
                "n_judgments",
                "sensitive",
            )
        }
        meta["labels_so_far"] = json.loads(row["labels"])
        tasks.append({"data": data, "meta": _without_nan(meta)})
    return json.dumps(tasks, ensure_ascii=False, indent=1).encode()


def _responses(text: object) -> list[dict[str, Any]]:
    if not isinstance(text, str):
        return []
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return []
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def _without_nan(meta: dict[str, Any]) -> dict[str, Any]:
    return {k: jsonable(v) for k, v in meta.items() if not (isinstance(v, float) and math.isnan(v)) and v is not None}
