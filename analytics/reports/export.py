"""Labels to train on: soft labels, preference shares with posterior, a consensus that weighs trainers, confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.counts import LEFT_OUT_WORDS, CriterionCounts, criterion_counts
from analytics.reports.export_columns import schema
from analytics.reports.export_labels import (
    MadeLabels,
    criterion_log,
    flags_of,
    preference_labels,
    scale_labels,
    with_flag,
)
from analytics.reports.preferences import scores_of
from analytics.store import Engine
from analytics.store.engine import Session

LEVELS: tuple[Level, ...] = ("preference", "nominal", "ordinal", "interval", "ratio", "set")
NOT_EXPORTED: dict[str, str] = {
    "ranking": "rankings are not labels of an item but orders of its answers, and no consensus order is made: "
    "agreement on them and the strengths of the models are in `preferences --json`",
    "text": "free text has no consensus: how far rewrites differ is in `preferences --json`",
}
MOST_LABELS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedCriterion:
    """How the labels of one criterion were made.

    Attributes
    ----------
    flag : str
        The flag that the labels are about where a judgment is a set of flags, else "".
    prior : str
        In words: the prior of the soft labels.
    consensus : str
        In words: the model of the consensus, or why there is none.
    converged : bool
    mean_confidence : float
        Expected share of consensus labels that are right, if there is one right label; nan without a consensus.
    agreement_name, agreement : str, float
        The criterion's headline coefficient.
    left_out : mapping of words -> judgments
    """

    project: str
    criterion: str
    flag: str
    level: Level
    labels: tuple[str, ...]
    subjective: bool
    inferred: bool
    n_items: int
    n_judgments: int
    n_trainers: int
    prior: str
    consensus: str
    converged: bool
    mean_confidence: float
    agreement_name: str
    agreement: float
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportReport:
    """The table of labels and how it was made.

    Attributes
    ----------
    table : pyarrow.Table
        One row an item (under one guideline version) and criterion, of sets one a flag; columns: `export_columns`.
    criteria : tuple of ExportedCriterion
    set_aside : tuple of (project, criterion, why)
    with_text : bool
    """

    snapshot_id: str
    filters: Filters
    confidence: float
    table: pa.Table
    criteria: tuple[ExportedCriterion, ...]
    set_aside: tuple[tuple[str, str, str], ...]
    with_text: bool


def export_report(engine: Engine, scope: Scope, filters: Filters, *, with_text: bool = False) -> ExportReport:
    """Return labels to train on for every selected criterion that has labels.

    Parameters
    ----------
    with_text : bool
        Also prompts and answers, and for preferences which answer is chosen and which rejected.

    Raises
    ------
    FilterError
        Where the selection holds no criterion that can be exported.
    """
    tables: list[pa.Table] = []
    made: list[ExportedCriterion] = []
    aside: list[tuple[str, str, str]] = []
    with engine.session(scope, filters) as session:
        for counts in criterion_counts(session):
            name = (counts.criterion.project, counts.criterion.criterion)
            reason = _not_exported(counts)
            if reason:
                aside.append((*name, reason))
                continue
            for flag in flags_of(counts) if counts.criterion.scale.level == "set" else ("",):
                one, table = _criterion(session, counts, engine, with_text, flag)
                made.append(one)
                tables.append(table)
        snapshot_id = session.snapshot.id
    if not tables:
        why = "; ".join(f"{c}: {r}" for _, c, r in aside[:3])
        raise FilterError(f"No selected criterion can be exported{': ' + why if why else ''}.")
    return ExportReport(
        snapshot_id=snapshot_id,
        filters=filters,
        confidence=engine.settings.confidence,
        table=pa.concat_tables(tables),
        criteria=tuple(made),
        set_aside=tuple(aside),
        with_text=with_text,
    )


def _not_exported(counts: CriterionCounts) -> str | None:
    level = counts.criterion.scale.level
    if level not in LEVELS:
        return NOT_EXPORTED.get(level, f"level {level} is not exported")
    if not counts.patterns.n_judgments:
        return "no judgments"
    if level == "preference":
        try:
            scores_of(counts)
        except FilterError as error:
            return str(error).rstrip(".")
    if level == "set":
        flags = flags_of(counts)
        if not flags:
            return "no flag was ever set"
        return f"{len(flags)} flags: more than {MOST_LABELS}" if len(flags) > MOST_LABELS else None
    if len(counts.labels) > MOST_LABELS:
        return f"{len(counts.labels)} labels: more than {MOST_LABELS} are numbers rather than labels"
    return None


def _criterion(
    session: Session, counts: CriterionCounts, engine: Engine, with_text: bool, flag: str
) -> tuple[ExportedCriterion, pa.Table]:
    log = criterion_log(session, counts, flag)
    confidence = engine.settings.confidence
    preference = counts.criterion.scale.level == "preference"
    on_scale = [code for code, label in enumerate(counts.criterion.dictionary) if label in counts.labels]
    counts = with_flag(counts, flag) if flag else counts
    made = preference_labels(log, counts.labels, confidence) if preference else scale_labels(log, counts, confidence)
    items = session.frame(
        "export_items", criterion_code=counts.criterion.code, label_codes=on_scale, with_text=with_text
    )
    items = items.set_index("unit").loc[log.units].reset_index()
    headline = criterion_agreement(counts, engine, interval="items", names="headline")
    sure = made.posterior.max(axis=1, initial=0.0)
    return (
        ExportedCriterion(
            project=counts.criterion.project,
            criterion=counts.criterion.criterion,
            flag=flag,
            level=counts.criterion.scale.level,
            labels=made.labels,
            subjective=counts.scale.subjective,
            inferred=counts.scale.inferred,
            n_items=int(log.units.size),
            n_judgments=int(log.label.size),
            n_trainers=log.n_trainers,
            prior=made.prior,
            consensus=made.consensus,
            converged=made.converged,
            mean_confidence=float(sure.mean()) if np.isfinite(sure).all() and sure.size else float("nan"),
            agreement_name=headline.headline,
            agreement=headline.main.value,
            left_out={LEFT_OUT_WORDS[k]: n for k, n in counts.left_out.items() if k != "only_judgment"},
        ),
        _table(counts, made, items, flag, with_text=with_text),
    )


def _table(counts: CriterionCounts, made: MadeLabels, items: Any, flag: str, *, with_text: bool) -> pa.Table:
    n, k = made.counts.shape
    m = made.counts.sum(axis=1)
    pairs = m * (m - 1)
    same = (made.counts * (made.counts - 1)).sum(axis=1)
    top = made.counts.max(axis=1, initial=0)
    clear = (made.counts == top[:, None]).sum(axis=1) == 1
    names = np.array(made.labels, dtype=object)
    best = np.argmax(np.nan_to_num(made.posterior), axis=1)
    known = made.decided & np.isfinite(made.posterior).all(axis=1)
    flat = pa.StructArray.from_arrays(
        [
            pa.array(np.tile(names, n), pa.string()), pa.array(made.counts.ravel()), _floats(made.share.ravel()),
            _floats(made.low.ravel()), _floats(made.high.ravel()), _floats(made.posterior.ravel()),
        ],
        names=["label", "n", "share", "low", "high", "consensus"],
    )  # fmt: skip
    columns: dict[str, Any] = {
        "project": pa.array([counts.criterion.project] * n, pa.string()),
        "criterion": pa.array([counts.criterion.criterion] * n, pa.string()),
        "flag": pa.array([flag or None] * n, pa.string()),
        "item_id": _texts(items["item_id"]),
        "guideline_version": _texts(items["guideline_version"]),
        "level": pa.array([counts.criterion.scale.level] * n, pa.string()),
        "topic": _texts(items["topic"]),
        "language": _texts(items["language"]),
        "sensitive": pa.array([None if pd.isna(s) else bool(s) for s in items["sensitive"]], pa.bool_()),
        "n_judgments": pa.array(m),
        "labels": pa.ListArray.from_arrays(pa.array(np.arange(n + 1) * k, pa.int32()), flat),
        "majority": pa.array([names[b] if c else None for b, c in zip(made.counts.argmax(axis=1), clear, strict=True)],
                             pa.string()),
        "consensus": pa.array([names[b] if c else None for b, c in zip(best, known, strict=True)], pa.string()),
        "confidence": _floats(made.posterior.max(axis=1, initial=0.0)),
        "median_seconds": _floats(items["median_s"].to_numpy(dtype=np.float64)),
        "agreement": _floats(np.divide(same, pairs, out=np.full(n, np.nan), where=pairs > 0)),
    }  # fmt: skip
    preference = made.p_b_preferred is not None
    empty = np.full(n, np.nan)
    for place, name in enumerate(("share_a", "share_tie", "share_b")):
        columns[name] = _floats(made.share[:, place] if preference else empty)
    columns["share_b_low"] = _floats(made.low[:, 2] if preference else empty)
    columns["share_b_high"] = _floats(made.high[:, 2] if preference else empty)
    columns["p_b_preferred"] = _floats(empty if made.p_b_preferred is None else made.p_b_preferred)
    columns["mean_score"] = _floats(empty if made.mean_score is None else made.mean_score)
    for name in ("model_a", "model_b"):
        columns[name] = _texts(items[name]) if preference else pa.nulls(n, pa.string())
    if with_text:
        for name in ("prompt", "response_a", "response_b", "responses"):
            columns[name] = _texts(items[name])
        for name, turned in (("chosen", False), ("rejected", True)):
            b_wins = (best == 2) != turned
            text = items["response_b"].where(b_wins, items["response_a"])
            columns[name] = _texts(text.where(known & (best != 1) & preference, None))
    return pa.table(columns, schema=schema(with_text=with_text))


def _floats(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return numbers as an Arrow column, nan as null."""
    return pa.array(np.asarray(values, dtype=np.float64), pa.float64(), from_pandas=True)


def _texts(values: Any) -> pa.Array:
    return pa.array([None if pd.isna(v) else str(v) for v in values], pa.string())
