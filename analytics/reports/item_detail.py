"""One item: its text, every judgment on it with its rationale, and how the people behind them stand."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.one_criterion import one_criterion
from analytics.stats.trainers.peers import peer_agreement
from analytics.store import Engine
from analytics.store.engine import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One answer of the model that the item is about."""

    id: str
    text: str
    model: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemJudgment:
    """One judgment on the item.

    Attributes
    ----------
    criterion, label : str
    trainer_code : int
    trainer_id, name : str
        As the viewer may see them.
    counted : bool
        True where it enters agreement under the filters in force.
    not_counted : str
        Why it does not; "" where it does.
    gold : str or None
        The right answer, where there is gold.
    """

    criterion: str
    trainer_code: int
    trainer_id: str
    name: str
    team: str | None
    label: str | None
    counted: bool
    not_counted: str
    gold: str | None
    judged_at: datetime | None
    duration_s: float | None
    confidence: float | None
    rationale: str | None
    guideline_version: str | None
    batch: str | None
    source: str | None
    source_row: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackRecord:
    """How one trainer stands on one criterion under the filters in force.

    Attributes
    ----------
    n_judgments : int
        On items that others judged too.
    agreement, low, high : float
        Share of colleagues on the same items who gave the same label, with its interval; nan where nobody shares one.
    excess, excess_low, excess_high : float
        The same minus what the items let anyone expect: below 0 is less than usual on these very items.
    """

    trainer_code: int
    n_judgments: int
    agreement: float
    low: float
    high: float
    excess: float
    excess_low: float
    excess_high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PooledLabels:
    """How the whole team labelled the item, without names: for viewers who may not see who said what."""

    criterion: str
    labels: tuple[tuple[str, int], ...]
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemDetail:
    """Everything the viewer may know of one item.

    Attributes
    ----------
    facts : tuple of (name, value)
        Topic, language, section and the further attributes that are there.
    judgments : tuple of ItemJudgment
        Of the chosen criterion first, then of the others; whatever the filters say, within the scope.
    records : mapping of trainer code -> TrackRecord
        On the chosen criterion.
    pooled : tuple of PooledLabels
        For the role trainer alone, and only where enough colleagues judged.
    """

    snapshot_id: str
    project: str
    item_id: str
    criterion: str
    prompt: str | None
    responses: tuple[Response, ...]
    sensitive: bool
    facts: tuple[tuple[str, str], ...]
    judgments: tuple[ItemJudgment, ...]
    records: dict[int, TrackRecord]
    pooled: tuple[PooledLabels, ...]

    def of_criterion(self, criterion: str) -> tuple[ItemJudgment, ...]:
        """Return the judgments of one criterion."""
        return tuple(j for j in self.judgments if j.criterion == criterion)


def item_detail_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, item_id: str
) -> ItemDetail:
    """Return one item with every judgment that the viewer may see.

    Judgments outside the filters are shown too and marked, for an item is understood as a whole.

    Raises
    ------
    ScopeError
        Where the project is outside the scope, or a trainer asks for an item they did not judge.
    FilterError
        Where there is no such item.
    """
    scope.check_project(project)
    with engine.session(scope, Filters(projects=(project,))) as session:
        rows = session.rows("agreement_item", project=project, item_id=item_id)
        if not rows:
            raise FilterError(f"Project {project!r} has no item {item_id!r}.")
        code, prompt, responses, topic, language, domain, section, sensitive, attributes = rows[0]
        everything = session.frame("agreement_item_judgments", item_code=code, item_id=item_id).to_dict("records")
        if scope.role == "trainer" and not everything:
            raise ScopeError(f"You have not judged item {item_id!r}, so its judgments are not for you to see.")
        pooled = _pooled(session, code) if scope.role == "trainer" else ()
        snapshot_id = session.snapshot.id
    selected = _selected(engine, scope, filters.replace(projects=(project,), criteria=()), code, item_id)
    judgments = [_judgment(row, selected) for row in everything]
    judgments.sort(key=lambda j: (j.criterion != criterion, j.criterion))
    known = (("topic", topic), ("language", language), ("domain", domain), ("guideline section", section))
    return ItemDetail(
        snapshot_id=snapshot_id,
        project=project,
        item_id=item_id,
        criterion=criterion,
        prompt=prompt,
        responses=_responses(responses),
        sensitive=bool(sensitive),
        facts=(*((name, str(v)) for name, v in known if v), *_attributes(attributes)),
        judgments=tuple(judgments),
        records=_records(engine, scope, filters, project, criterion, judgments),
        pooled=pooled,
    )


def _selected(engine: Engine, scope: Scope, filters: Filters, code: int, item_id: str) -> set[tuple[Any, ...]]:
    with engine.session(scope, filters) as session:
        rows = session.frame("agreement_item_judgments", item_code=code, item_id=item_id).to_dict("records")
    return {_identity(row) for row in rows}


def _identity(row: dict[Any, Any]) -> tuple[Any, ...]:
    return row["criterion_code"], row["trainer_code"], row["round"]


def _judgment(row: dict[Any, Any], selected: set[tuple[Any, ...]]) -> ItemJudgment:
    reason = ""
    if row["status"] != "submitted":
        reason = {"skipped": "skipped", "draft": "a draft"}.get(row["status"], str(row["status"]))
    elif row["is_model"]:
        reason = "made by a model"
    elif row["round"] > 1:
        reason = "a repeat by the same trainer"
    elif _identity(row) not in selected:
        reason = "outside the filters"
    return ItemJudgment(
        criterion=row["criterion"],
        trainer_code=int(row["trainer_code"]),
        trainer_id=row["trainer_id"],
        name=row["display_name"],
        team=_text(row["team"]),
        label=_text(row["label"]),
        counted=not reason,
        not_counted=reason,
        gold=_text(row["gold"]),
        judged_at=None if _missing(row["judged_at"]) else row["judged_at"].to_pydatetime(),
        duration_s=_number(row["duration_s"]),
        confidence=_number(row["confidence"]),
        rationale=_text(row["rationale"]),
        guideline_version=_text(row["guideline_version"]),
        batch=_text(row["batch"]),
        source=_text(row["source"]),
        source_row=None if _missing(row["source_row"]) else int(row["source_row"]),
    )


def _records(
    engine: Engine, scope: Scope, filters: Filters, project: str, criterion: str, judgments: list[ItemJudgment]
) -> dict[int, TrackRecord]:
    people = {j.trainer_code for j in judgments if j.criterion == criterion}
    if scope.role == "trainer" or not people:
        return {}
    counts = one_criterion(engine, scope, filters, project=project, criterion=criterion).counts
    if counts.level == "text" or not counts.patterns.n_items_paired:
        return {}
    peers = peer_agreement(counts.patterns, counts.trainer_patterns, confidence=engine.settings.confidence)
    out = {}
    for j in np.flatnonzero(np.isin(counts.trainer_codes, list(people))):
        code, a, e = int(counts.trainer_codes[j]), peers.agreement, peers.excess
        out[code] = TrackRecord(
            trainer_code=code,
            n_judgments=int(a.n[j]),
            agreement=float(a.value[j]),
            low=float(a.low[j]),
            high=float(a.high[j]),
            excess=float(e.value[j]),
            excess_low=float(e.low[j]),
            excess_high=float(e.high[j]),
        )
    return out


def _pooled(session: Session, code: int) -> tuple[PooledLabels, ...]:
    out = []
    for row in session.frame("agreement_item_pool", item_code=code).to_dict("records"):
        labels, n = np.unique(np.asarray(row["labels"], dtype=str), return_counts=True)
        shares = tuple((str(label), int(k)) for label, k in zip(labels, n, strict=True))
        out.append(PooledLabels(criterion=row["criterion"], labels=shares, n_trainers=int(row["n_trainers"])))
    return tuple(out)


def _responses(text: str | None) -> tuple[Response, ...]:
    if not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        return (Response(id="", text=text, model=None),)
    entries = found if isinstance(found, list) else [found]
    out = []
    for place, entry in enumerate(entries):
        if isinstance(entry, dict):
            model = entry.get("model")
            out.append(
                Response(
                    id=str(entry.get("id", place + 1)),
                    text=str(entry.get("text", "")),
                    model=None if model is None else str(model),
                )
            )
        else:
            out.append(Response(id=str(place + 1), text=str(entry), model=None))
    return tuple(out)


def _attributes(text: str | None) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple((str(k), str(v)) for k, v in found.items() if v is not None) if isinstance(found, dict) else ()


def _missing(value: Any) -> bool:
    return value is None or value != value  # nan and NaT differ from themselves


def _text(value: Any) -> str | None:
    return None if _missing(value) else str(value)


def _number(value: Any) -> float | None:
    return None if _missing(value) or not math.isfinite(value) else float(value)
