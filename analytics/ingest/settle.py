"""Go over the labels once more when the whole file is known: one text a number, no words for missing among numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.ingest.batch import Notes, spaced
from analytics.ingest.columns import REJECTED
from analytics.ingest.labels import MISSING_WORDS, NO_LABEL, Seen
from analytics.ingest.values import canonical_number, constant, nulls, remapped


class _Rejects(Protocol):
    def add(self, rows: pa.Table) -> None: ...


def settle(path: Path, seen: dict[tuple[str, str], Seen], wide: bool, rejects: _Rejects, notes: Notes) -> None:
    """Rewrite staged judgments where a criterion without a declared scale turned out to be numeric throughout.

    "1.0" and "1" become one label. "nan" and its like are missing: in a wide form no judgment, else rejected. Where a
    criterion's labels are words they stay labels. Either way a note says so.
    """
    unsettled = []
    for (project, criterion), labels in seen.items():
        if labels.unsettled:
            unsettled.append((project, criterion))
            if labels.odd:
                notes.say(
                    f"Labels of {criterion!r} are numbers; {spaced(labels.odd)} written like 1.0 are the same as 1."
                )
        if labels.missing and not labels.numeric:
            words = ", ".join(repr(w) for w in list(labels.missing)[:5])
            notes.say(f"{words} in {criterion!r} stays a label, since the other labels are words.")
        elif labels.missing:
            words = ", ".join(repr(w) for w in list(labels.missing)[:5])
            what = "is a trainer who was not asked" if wide else "is no label"
            notes.say(
                f"{words} among the numbers of {criterion!r} {what} ({spaced(sum(labels.missing.values()))} cells)."
            )
    if not unsettled:
        return
    fresh = path.with_suffix(".settled")
    keys = pa.array([f"{p}\x1e{c}" for p, c in unsettled])
    with pq.ParquetFile(path) as old, pq.ParquetWriter(fresh, old.schema_arrow, compression="zstd") as writer:
        for batch in old.iter_batches(batch_size=131_072, use_threads=False):
            table = pa.Table.from_batches([batch])
            ours = pc.is_in(pc.binary_join_element_wise(table["project"], table["criterion"], "\x1e"), value_set=keys)
            text = table["label"].combine_chunks()
            label = remapped(text, lambda v: None if v.casefold() in MISSING_WORDS else canonical_number(v))
            label = pc.if_else(ours, label, text)
            gone = pc.and_(pc.is_null(label), pc.is_valid(text))
            position = table.schema.get_field_index("label")
            out = table.set_column(position, "label", label).filter(pc.invert(gone))
            writer.write_table(out)
            if not wide:
                rejects.add(_rejected(table.filter(gone)))
    fresh.replace(path)


def _rejected(rows: pa.Table) -> pa.Table:
    n = rows.num_rows
    numbers = rows["source_row"] if "source_row" in rows.column_names else nulls(n, pa.int64())
    return pa.table([numbers, constant("label", n), constant(NO_LABEL, n), rows["label"], nulls(n)], schema=REJECTED)


def add_up(path: Path, criteria: tuple[str, ...], notes: Notes) -> None:
    """Rewrite staged judgments: the rows of one trainer, item and criterion whose labels are summands become one.

    The time is that of the last row, the duration the sum; of all else the first value that is there.
    """
    table = pq.read_table(path)
    summed = pc.is_in(table["criterion"], value_set=pa.array(criteria))
    parts, whole = table.filter(summed), table.filter(pc.invert(summed))
    keys = ["project", "item_id", "trainer_id", "criterion"]
    how = {"label": "sum", "judged_at": "max", "duration_s": "sum"}
    position = parts.schema.get_field_index("label")
    amounts = parts.set_column(position, "label", pc.cast(parts["label"], pa.float64()))
    grouped = amounts.group_by(keys, use_threads=False).aggregate(
        [(n, how.get(n, "first")) for n in table.column_names if n not in keys]
    )
    out = grouped.rename_columns([n if n in keys else n.rsplit("_", 1)[0] for n in grouped.column_names])
    total = pc.round(out["label"], 9)
    text = [canonical_number(repr(v)) for v in total.to_pylist()]
    out = out.set_column(out.schema.get_field_index("label"), "label", pa.array(text, pa.string()))
    out = out.select(table.column_names).cast(table.schema)
    notes.say(f"{spaced(parts.num_rows)} rows were added up to {spaced(out.num_rows)} judgments.")
    pq.write_table(pa.concat_tables([whole, out]), path, compression="zstd")
