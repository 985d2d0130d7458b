"""The store's tables: the contract's columns with the codes that make counting cheap."""

from __future__ import annotations

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")

JUDGMENTS = pa.schema(
    [
        ("criterion_code", pa.int32()),
        ("item_code", pa.int32()),
        ("trainer_code", pa.int32()),
        ("label_code", pa.int32()),  # index into the criterion's dictionary of labels; NULL where the level is text
        ("version_code", pa.int16()),  # 0 where the source has no guideline version
        ("round", pa.int32()),
        ("status", pa.string()),
        ("judged_at", _TIME),
        ("duration_s", pa.float64()),
        ("confidence", pa.float64()),
        ("position", pa.int32()),
        ("shown_first", pa.string()),
        ("judgment_id", pa.string()),
        ("label", pa.string()),
        ("rationale", pa.string()),
        ("session_id", pa.string()),
        ("batch", pa.string()),
        ("source", pa.string()),
        ("source_row", pa.int64()),
        ("ingest_id", pa.string()),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "judgments": JUDGMENTS,
    "superseded": JUDGMENTS.append(pa.field("superseded_by", pa.string())),
    "items": pa.schema(
        [
            ("item_code", pa.int32()),
            ("project", pa.string()),
            ("item_id", pa.string()),
            ("prompt", pa.string()),
            ("responses", pa.string()),
            ("topic", pa.string()),
            ("language", pa.string()),
            ("domain", pa.string()),
            ("guideline_section", pa.string()),
            ("sensitive", pa.bool_()),
            ("attributes", pa.string()),
        ]
    ),
    "trainers": pa.schema(
        [
            ("trainer_code", pa.int32()),
            ("trainer_id", pa.string()),
            ("display_name", pa.string()),
            ("team", pa.string()),
            ("locale", pa.string()),
            ("expertise", pa.string()),
            ("cohort", pa.string()),
            ("started_on", pa.date32()),
            ("kind", pa.string()),
            ("groups", pa.string()),
        ]
    ),
    "criteria": pa.schema(
        [
            ("criterion_code", pa.int32()),
            ("project", pa.string()),
            ("criterion", pa.string()),
            ("level", pa.string()),
            ("labels", pa.string()),
            ("subjective", pa.bool_()),
            ("target", pa.float64()),
            ("cost", pa.string()),
            ("inferred", pa.bool_()),
        ]
    ),
    "labels": pa.schema([("criterion_code", pa.int32()), ("label_code", pa.int32()), ("label", pa.string())]),
    "gold": pa.schema(
        [
            ("project", pa.string()),
            ("item_id", pa.string()),
            ("criterion", pa.string()),
            ("label", pa.string()),
            ("since", pa.string()),
        ]
    ),
    "guidelines": pa.schema(
        [
            ("project", pa.string()),
            ("version", pa.string()),
            ("version_code", pa.int16()),
            ("effective_from", pa.string()),
            ("note", pa.string()),
        ]
    ),
    "rejected": pa.schema(
        [
            ("ingest_id", pa.string()),
            ("source", pa.string()),
            ("source_row", pa.int64()),
            ("column", pa.string()),
            ("reason", pa.string()),
            ("value", pa.string()),
            ("raw", pa.string()),
        ]
    ),
    "ingests": pa.schema(
        [
            ("seq", pa.int64()),  # 1, 2, 3 ... over the store's life; the newest row is the current snapshot
            ("ingest_id", pa.string()),
            ("ingested_at", _TIME),
            ("path", pa.string()),
            ("format", pa.string()),
            ("layout", pa.string()),
            ("sha256", pa.string()),
            ("rows", pa.int64()),
            ("accepted", pa.int64()),
            ("duplicates", pa.int64()),
            ("superseded", pa.int64()),
            ("rejected", pa.string()),  # JSON: reason -> n
            ("notes", pa.string()),  # JSON list
            ("recognised", pa.string()),  # JSON list
            ("versions", pa.string()),  # JSON: table -> Delta version that this ingest made current
        ]
    ),
}
"""Every Delta table of a store. `ingests` is written last: its newest row says which versions are current."""
