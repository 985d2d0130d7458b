"""Fetch a contract column from a batch's source columns, as a plan names them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.types as pt

from analytics.core.scale import SET_SEPARATOR
from analytics.ingest.plan import Plan
from analytics.ingest.values import as_text, column, constant, joined, nulls, trimmed


def source_array(table: pa.Table, sources: Sequence[str]) -> pa.Array:
    """Return the source columns of one contract column as one array; a column these rows lack is missing."""
    arrays = [column(table, s) if s in table.column_names else nulls(table.num_rows) for s in sources]
    return arrays[0] if len(arrays) == 1 else joined(arrays)


def id_column(table: pa.Table, plan: Plan, name: str) -> pa.Array:
    """Return a contract id column as trimmed text: from its source, its constant, or missing throughout."""
    if name in plan.constants:
        return constant(plan.constants[name], table.num_rows)
    if name not in plan.sources:
        return nulls(table.num_rows)
    return trimmed(as_text(source_array(table, plan.sources[name])))


def label_text(array: pa.Array) -> pa.Array:
    """Return a label column as text; a list of labels becomes a set's text."""
    if pt.is_list(array.type) or pt.is_large_list(array.type):
        if pt.is_nested(array.type.value_type):
            return as_text(array)
        return pa.array(
            [None if v is None else SET_SEPARATOR.join(str(x) for x in v) for v in array.to_pylist()], pa.string()
        )
    return as_text(array)
