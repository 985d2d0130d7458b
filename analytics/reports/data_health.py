"""What came in, what was set aside and why, and what the data cannot answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import pandas as pd

from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.reports.counts import LEFT_OUT_WORDS, criterion_counts
from analytics.store import Engine

NEEDS: tuple[tuple[str, str, str], ...] = (
    ("n_judged_at", "the time of judging", "periods, trends, drift and learning curves"),
    ("n_duration_s", "the time taken", "pace"),
    ("n_confidence", "the trainer's confidence", "confidence calibration"),
    ("n_rationale", "a rationale", "examples with reasons, copied texts"),
    ("n_shown_first", "which answer stood first", "position bias"),
    ("n_guideline_version", "the guideline version", "the effect of guideline changes"),
    ("n_session_id", "the session", "fatigue within a session"),
    ("n_repeat", "a blind repeat", "self-consistency"),
    ("n_gold", "a gold answer", "accuracy"),
    ("n_prompt", "the item's text", "reading the items behind a number"),
    ("n_topic", "the item's topic", "agreement by topic"),
    ("n_language", "the item's language", "agreement by language"),
    ("n_guideline_section", "the guideline section", "guideline gaps"),
    ("n_sensitive", "whether the item is sensitive", "sensitive content"),
)
"""(count of missing_parts.sql, what a judgment carries, what needs it)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestLine:
    """One file that was taken in."""

    at: datetime
    path: str
    format: str
    layout: str
    rows: int
    accepted: int
    duplicates: int
    superseded: int
    rejected: dict[str, int]
    notes: tuple[str, ...]
    recognised: tuple[dict[str, Any], ...]

    @property
    def adds_up(self) -> bool:
        """True where every row read is accounted for."""
        return self.rows == self.accepted + self.duplicates + self.superseded + sum(self.rejected.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionHealth:
    """Coverage and scale of one criterion; `one`, `two`, `more` are items with so many judgments."""

    project: str
    criterion: str
    level: str
    labels: tuple[str, ...]
    inferred: bool
    one: int
    two: int
    more: int
    left_out: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """How many judgments carry something that a page needs."""

    name: str
    needed_for: str
    n_with: int
    n: int

    @property
    def share(self) -> float:
        """Share of the judgments that carry it; 0 where there are none."""
        return self.n_with / self.n if self.n else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DataHealthReport:
    """Everything the Data health page shows. `rejected_rows` has the columns of rejected_list.sql."""

    snapshot_id: str
    filters: Filters
    n_judgments: int
    n_items: int
    n_trainers: int
    first: datetime | None
    last: datetime | None
    ingests: tuple[IngestLine, ...]
    criteria: tuple[CriterionHealth, ...]
    parts: tuple[Part, ...]
    rejected_rows: pd.DataFrame
    simulated: bool

    def to_document(self) -> dict[str, Any]:
        """Return what `health --json` prints: the fields, each ingest with whether it adds up, the rows set aside."""
        document: dict[str, Any] = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("filters", "ingests", "rejected_rows")
        }
        return document | {
            "filters": self.filters.to_dict(),
            "ingests": [jsonable(line) | {"adds_up": line.adds_up} for line in self.ingests],
            "rejected_rows": [
                {str(k): None if pd.isna(v) else v for k, v in row.items()}
                for row in self.rejected_rows.to_dict("records")
            ],
        }


def data_health_report(engine: Engine, scope: Scope, filters: Filters, *, most_rejected: int = 500) -> DataHealthReport:
    """Return what came in, what was set aside, the coverage, and what cannot be answered.

    Parameters
    ----------
    most_rejected : int
        Rows that were set aside to show at most.
    """
    with engine.session(scope, filters) as session:
        coverage = {row["criterion_code"]: row for row in session.frame("coverage").to_dict("records")}
        counts = criterion_counts(session)
        n_judgments, n_items, n_trainers, _, first, last = session.rows("totals")[0]
        parts = session.frame("missing_parts").iloc[0]
        ingests = session.frame("ingest_list").to_dict("records")
        rejected_rows = session.frame("rejected_list", most=most_rejected)
        snapshot_id = session.snapshot.id
    criteria = tuple(
        CriterionHealth(
            project=c.criterion.project,
            criterion=c.criterion.criterion,
            level=c.scale.level,
            labels=c.scale.labels,
            inferred=c.scale.inferred,
            one=int(coverage.get(c.criterion.code, {}).get("one", 0)),
            two=int(coverage.get(c.criterion.code, {}).get("two", 0)),
            more=int(coverage.get(c.criterion.code, {}).get("more", 0)),
            left_out={LEFT_OUT_WORDS[reason]: n for reason, n in c.left_out.items()},
        )
        for c in counts
    )
    return DataHealthReport(
        snapshot_id=snapshot_id,
        filters=filters,
        n_judgments=n_judgments,
        n_items=n_items,
        n_trainers=n_trainers,
        first=first,
        last=last,
        ingests=tuple(_line({str(k): v for k, v in row.items()}) for row in ingests),
        criteria=criteria,
        parts=tuple(
            Part(name=name, needed_for=needed, n_with=int(parts[column]), n=int(parts["n"]))
            for column, name, needed in NEEDS
        ),
        rejected_rows=rejected_rows,
        simulated=(engine.store.path / "planted_truth.json").exists(),
    )


def _line(row: dict[str, Any]) -> IngestLine:
    return IngestLine(
        at=row["ingested_at"].to_pydatetime(),
        path=row["path"],
        format=row["format"],
        layout=row["layout"],
        rows=int(row["rows"]),
        accepted=int(row["accepted"]),
        duplicates=int(row["duplicates"]),
        superseded=int(row["superseded"]),
        rejected=json.loads(row["rejected"]),
        notes=tuple(json.loads(row["notes"])),
        recognised=tuple(json.loads(row["recognised"])),
    )
