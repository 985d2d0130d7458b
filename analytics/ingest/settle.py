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
    return pa.table(
        [rows["source_row"], constant("label", n), constant(NO_LABEL, n), rows["label"], nulls(n)], schema=REJECTED
    )
