"""Read one criterion's labels where they do not stand in a column as they are: one-hot, flags, summands, winners."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from analytics.core.scale import SET_SEPARATOR
from analytics.ingest.cells import source_array
from analytics.ingest.mapping_model import CriterionMap
from analytics.ingest.values import as_text, nulls, trimmed

NO_RULE = "no rule of the sum fits"
SEVERAL_SET = "several one-hot columns are set where one is the label"
BOTH_SIDES = "the winner stands on several sides"
NOT_A_FLAG = "a one-hot column holds neither 0 nor 1"


def _set_columns(table: pa.Table, columns: Sequence[str]) -> tuple[list[pa.Array], pa.Array]:
    """Return for each column where it is set, and where any of them is neither set nor unset."""
    hits, odd = [], pa.repeat(False, table.num_rows)
    for name in columns:
        text = pc.utf8_lower(pc.coalesce(trimmed(as_text(source_array(table, (name,)))), pa.scalar("0", pa.string())))
        hit = pc.is_in(text, value_set=pa.array(["1", "1.0", "true", "yes", "x"]))
        unset = pc.is_in(text, value_set=pa.array(["0", "0.0", "false", "no"]))
        hits.append(hit)
        odd = pc.or_(odd, pc.invert(pc.or_(hit, unset)))
    return hits, odd


def one_hot(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    """Return the label of the one column that is set, and why a row has none."""
    hits, odd = _set_columns(table, list(criterion.one_hot))
    n_set = pa.repeat(pa.scalar(0, pa.int64()), table.num_rows)
    label = nulls(table.num_rows)
    for hit, text in zip(hits, criterion.one_hot.values(), strict=True):
        n_set = pc.add(n_set, pc.cast(hit, pa.int64()))
        label = pc.if_else(hit, pa.scalar(text), label)
    reason = pc.if_else(pc.greater(n_set, 1), pa.scalar(SEVERAL_SET), pa.scalar(None, pa.string()))
    return label, pc.if_else(odd, pa.scalar(NOT_A_FLAG), reason)


def flags(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    """Return the set of the columns that are set, and why a row has none."""
    hits, odd = _set_columns(table, list(criterion.flags))
    blank = pa.scalar("", pa.string())
    parts = [
        pc.if_else(hit, pa.scalar(text + SET_SEPARATOR), blank)
        for hit, text in sorted(zip(hits, criterion.flags.values(), strict=True), key=lambda pair: pair[1])
    ]
    label = pc.utf8_rtrim(pc.binary_join_element_wise(*parts, ""), characters=SET_SEPARATOR)
    return label, pc.if_else(odd, pa.scalar(NOT_A_FLAG), pa.scalar(None, pa.string()))


def summand(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    """Return what each row adds, as text, by the first rule that fits."""
    label = nulls(table.num_rows)
    for weight in criterion.sum:
        fits = pc.is_null(label)
        for name, values in weight.when:
            text = trimmed(as_text(source_array(table, (name,))))
            fits = pc.and_(fits, pc.is_in(text, value_set=pa.array(values, pa.string())))
        label = pc.if_else(fits, pa.scalar(repr(weight.add)), label)
    return label, pc.if_else(pc.is_null(label), pa.scalar(NO_RULE), pa.scalar(None, pa.string()))


def winner(table: pa.Table, criterion: CriterionMap, label: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return on which side the winner stands; a label that stands on none (a tie, perhaps) is kept as it is."""
    side, several = nulls(len(label)), pa.repeat(False, len(label))
    for text, name in criterion.winner.items():
        hit = pc.fill_null(pc.equal(as_text(source_array(table, (name,))), label), False)
        several = pc.or_(several, pc.and_(hit, pc.is_valid(side)))
        side = pc.if_else(hit, pa.scalar(text), side)
    return pc.coalesce(side, label), pc.if_else(several, pa.scalar(BOTH_SIDES), pa.scalar(None, pa.string()))
