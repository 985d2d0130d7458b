"""An export as files: Parquet or JSON lines, and a data card beside it that says how each column was made."""

from __future__ import annotations

import io
import json
import math
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.core.errors import FilterError
from analytics.core.results import jsonable
from analytics.reports.export import ExportedCriterion, ExportReport
from analytics.reports.export_columns import COLUMNS

FORMATS: dict[str, str] = {".parquet": "Parquet", ".jsonl": "JSON lines"}
CARD_SUFFIX = ".card.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenExport:
    """What was written: the labels, the data card, and how many rows."""

    path: Path
    card: Path
    format: str
    n_rows: int


def card_of(path: Path, *, overwrite: bool = False) -> Path:
    """Return where the data card of an export to `path` goes; a check before any work is done.

    Raises
    ------
    FilterError
        Where the ending is neither .parquet nor .jsonl, or a file is there and `overwrite` is False.
    """
    if path.suffix not in FORMATS:
        raise FilterError(f"--to must end in {' or '.join(FORMATS)}, got {path.name!r}.")
    card = path.with_name(path.name + CARD_SUFFIX)
    for file in (path, card):
        if file.exists() and not overwrite:
            raise FilterError(f"{file} is there already; name another file or add --overwrite.")
    return card


def write_export(report: ExportReport, path: Path, *, overwrite: bool = False) -> WrittenExport:
    """Write the labels to `path`, as its ending says, and the data card beside it.

    Raises
    ------
    FilterError
        As `card_of`.
    """
    card = card_of(path, overwrite=overwrite)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(with_metadata(report), path, compression="zstd")
    else:
        with path.open("w", encoding="utf-8") as out:
            out.writelines(json_lines(report.table))
    card.write_text(data_card(report, path.name), encoding="utf-8")
    return WrittenExport(path=path, card=card, format=FORMATS[path.suffix], n_rows=report.table.num_rows)


def with_metadata(report: ExportReport) -> pa.Table:
    """Return the table with the facts of the data card in its schema, under the key "plumbline"."""
    facts = {
        "snapshot_id": report.snapshot_id,
        "filters": report.filters.to_dict(),
        "criteria": [jsonable(c) for c in report.criteria],
        "columns": {c.name: c.made for c in COLUMNS},
    }
    table: pa.Table = report.table.replace_schema_metadata({"plumbline": json.dumps(facts, ensure_ascii=False)})
    return table


def json_lines(table: pa.Table) -> Iterator[str]:
    """Yield one JSON document a row, each with its line end; nulls stay null, there is no NaN."""
    for batch in table.to_batches(max_chunksize=5_000):
        for row in batch.to_pylist():
            yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def data_card(report: ExportReport, name: str) -> str:
    """Return the data card: where the labels come from, how each column was made, and what they cannot tell."""
    words = ["python", "-m", "analytics", "export", *report.filters.to_arguments(), "--to", name]
    if report.with_text:
        words.append("--with-text")
    filters = report.filters.to_dict()
    chosen = json.dumps(filters, ensure_ascii=False) if filters else "none"
    lines = [
        f"# Data card: {name}",
        "",
        f"{report.table.num_rows} rows, one an item (under one guideline version) and criterion (of sets: and flag), "
        f"from snapshot {report.snapshot_id} of the judgment store.",
        "",
        f"- Made by: `{shlex.join(words)}`",
        f"- Filters: {chosen}",
        f"- Intervals: {report.confidence:.0%} posterior",
        "- Trainers are not named in the file.",
        "",
        "## Criteria",
        "",
    ]
    for c in report.criteria:
        lines += _criterion(c)
    if report.set_aside:
        lines += ["## Not in the file", ""]
        lines += [f"- {project}, {criterion}: {why}." for project, criterion, why in report.set_aside]
        lines.append("")
    lines += ["## Columns", "", "| column | how it was made | mind |", "|---|---|---|"]
    lines += [f"| {c.name} | {c.made} | {c.caution} |" for c in COLUMNS if report.with_text or not c.text]
    lines += [
        "",
        "## What the labels cannot tell",
        "",
        "- Shares speak of trainers like these, under this guideline; not of users.",
        "- Judgments by models, repeats of a trainer on the same item, skips and drafts are not counted.",
        "- A consensus probability is no measure of truth where trainers share a mistake.",
        "",
    ]
    return "\n".join(lines)


def _criterion(c: ExportedCriterion) -> list[str]:
    lines = [
        f"### {c.project}, {c.criterion}" + (f", flag {c.flag}" if c.flag else ""),
        "",
        f"- {c.level}, labels: {', '.join(c.labels)}" + (" (scale guessed from the labels seen)" if c.inferred else ""),
        f"- {c.n_items} items, {c.n_judgments} judgments, {c.n_trainers} trainers",
        f"- Agreement: {c.agreement_name} {_number(c.agreement)}",
        f"- Soft labels: posterior under a prior: {c.prior}",
        f"- Consensus: {c.consensus}" + ("" if c.converged else " (the fit did NOT converge)"),
        f"- Mean confidence of the consensus: {_number(c.mean_confidence)}",
    ]
    if c.left_out:
        lines.append("- Left out: " + ", ".join(f"{n} {why}" for why, n in c.left_out.items()))
    if c.subjective:
        lines.append("- Marked subjective: honest people may differ, so prefer the shares to the consensus.")
    return [*lines, ""]


def _number(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "not defined"


def as_bytes(report: ExportReport, suffix: str) -> bytes:
    """Return the labels as the bytes of a .parquet or .jsonl file, or the data card for any other suffix."""
    if suffix == ".parquet":
        buffer = io.BytesIO()
        pq.write_table(with_metadata(report), buffer, compression="zstd")
        return buffer.getvalue()
    if suffix == ".jsonl":
        return "".join(json_lines(report.table)).encode()
    return data_card(report, "labels.parquet").encode()
