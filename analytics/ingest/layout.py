"""Turn a batch of source rows, in whatever form, into one row a judgment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from analytics.core.scale import SET_SEPARATOR
from analytics.ingest.batch import Batch, Notes
from analytics.ingest.mapping import CriterionMap
from analytics.ingest.plan import Plan
from analytics.ingest.values import as_text, column, constant, filled, joined, nulls, trimmed

LEFT_OUT = "left out by the mapping"
NO_RULE = "no rule of the sum fits"
UNEQUAL_LISTS = "lists of unequal length"
SEVERAL_SET = "several one-hot columns are set where one is the label"
NOT_A_FLAG = "a one-hot column holds neither 0 nor 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Long:
    """Judgments of a batch, J of them, before validation.

    Attributes
    ----------
    index : pa.Int64Array, shape (J,)
        Row of the batch's table each judgment came from.
    trainer_id, criterion, label : pa.StringArray, shape (J,)
        label is None where it is missing, "" where it is there and empty.
    label_column : pa.StringArray, shape (J,)
        The source column the label stood in.
    shared : dict of contract column -> array, shape (J,)
        All other contract columns, as they stand in the file.
    reason : pa.StringArray, shape (J,)
        Why the layout itself rejects the row, None where it does not.
    """

    index: pa.Array
    trainer_id: pa.Array
    criterion: pa.Array
    label: pa.Array
    label_column: pa.Array
    shared: dict[str, pa.Array]
    reason: pa.Array


@dataclass(frozen=True, kw_only=True, slots=True)
class _Block:
    """One label column's judgments: for each row of the table, or for those in `index`."""

    criterion: pa.Array
    label: pa.Array
    column: str
    trainer_id: pa.Array
    index: pa.Array
    reason: pa.Array | None = None


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


def to_long(batch: Batch, plan: Plan, notes: Notes) -> Long:
    """Return the judgments of a batch.

    In a wide form, and where criteria have columns of their own, a blank cell is no judgment: the trainer or the
    criterion was not asked. Such cells are counted in the notes.
    """
    table = batch.table
    if plan.layout == "lists":
        blocks = [_listed(table, plan)]
    elif plan.trainer_columns:
        blocks = _wide(table, plan, notes)
    elif plan.criteria:
        blocks = _criteria(batch, plan, notes)
    else:
        blocks = [_single(batch, plan)]
    reasons = [b.reason if b.reason is not None else nulls(len(b.index)) for b in blocks]
    if plan.leave_out:
        left_out = _left_out(table, plan)
        reasons = [pc.coalesce(left_out.take(b.index), r) for b, r in zip(blocks, reasons, strict=True)]
    index = pa.concat_arrays([b.index for b in blocks])
    in_order = len(blocks) == 1
    shared = {
        name: source_array(table, sources)
        for name, sources in plan.sources.items()
        if name not in ("trainer_id", "criterion", "label")
    }
    shared |= {
        name: constant(value, table.num_rows)
        for name, value in plan.constants.items()
        if name not in ("trainer_id", "criterion", "label")
    }
    if not in_order or len(index) != table.num_rows or plan.layout == "lists":
        shared = {name: array.take(index) for name, array in shared.items()}
    return Long(
        index=index,
        trainer_id=pa.concat_arrays([b.trainer_id for b in blocks]),
        criterion=pa.concat_arrays([b.criterion for b in blocks]),
        label=pa.concat_arrays([b.label for b in blocks]),
        label_column=pa.concat_arrays([constant(b.column, len(b.index)) for b in blocks]),
        shared=shared,
        reason=pa.concat_arrays(reasons),
    )


def label_text(array: pa.Array) -> pa.Array:
    """Return a label column as text; a list of labels becomes a set's text."""
    if pt.is_list(array.type) or pt.is_large_list(array.type):
        if pt.is_nested(array.type.value_type):
            return as_text(array)
        return pa.array(
            [None if v is None else SET_SEPARATOR.join(str(x) for x in v) for v in array.to_pylist()], pa.string()
        )
    return as_text(array)


def _left_out(table: pa.Table, plan: Plan) -> pa.Array:
    out = nulls(table.num_rows)
    for name, values in plan.leave_out.items():
        hit = pc.is_in(trimmed(as_text(source_array(table, (name,)))), value_set=pa.array(values, pa.string()))
        out = pc.if_else(hit, pa.scalar(f"{LEFT_OUT} ({name})"), out)
    return out


def _trainers(batch: Batch, plan: Plan) -> pa.Array:
    """Return who judged each row; where the log does not say, a name of its own for each judgment."""
    if "trainer_id" in plan.sources or "trainer_id" in plan.constants:
        return id_column(batch.table, plan, "trainer_id")
    seen: dict[int, int] = {}
    names = []
    for row in batch.rows.to_pylist():
        seen[row] = seen.get(row, 0) + 1
        names.append(f"anonymous-{plan.file}-{row}-{seen[row]}")
    return pa.array(names, pa.string())


def _single(batch: Batch, plan: Plan) -> _Block:
    table, n = batch.table, batch.table.num_rows
    if "label" in plan.constants:
        label, name = constant(plan.constants["label"], n), "label"
    else:
        label, name = label_text(source_array(table, plan.sources["label"])), plan.sources["label"][0]
    return _Block(
        criterion=id_column(table, plan, "criterion"),
        label=label,
        column=name,
        trainer_id=_trainers(batch, plan),
        index=pa.arange(0, n),
    )


def _wide(table: pa.Table, plan: Plan, notes: Notes) -> list[_Block]:
    criterion = id_column(table, plan, "criterion")
    out = []
    for name in plan.trainer_columns:
        label = filled(label_text(source_array(table, (name,))))
        index = pc.indices_nonzero(pc.is_valid(label)).cast(pa.int64())
        notes.count("blank cells of the wide form are trainers who were not asked.", len(label) - len(index))
        out.append(
            _Block(
                criterion=criterion.take(index),
                label=label.take(index),
                column=name,
                trainer_id=constant(name, len(index)),
                index=index,
            )
        )
    return out


def _criteria(batch: Batch, plan: Plan, notes: Notes) -> list[_Block]:
    table, trainer = batch.table, _trainers(batch, plan)
    several = len(plan.criteria) > 1
    out = []
    for c in plan.criteria:
        reason = None
        if c.one_hot:
            label, reason = _one_hot(table, c)
            name = " + ".join(list(c.one_hot)[:3])
        elif c.flags:
            label, reason = _flags(table, c)
            name = " + ".join(list(c.flags)[:3])
        elif c.sum:
            label, reason = _summand(table, c)
            name = " + ".join(dict.fromkeys(n for w in c.sum for n, _ in w.when))
        else:
            label, name = label_text(source_array(table, (str(c.column),))), str(c.column)
        index = pa.arange(0, len(label))
        if several and c.column and c.level != "set":
            label = filled(label)
            index = pc.indices_nonzero(pc.is_valid(label)).cast(pa.int64())
            notes.count("blank cells of criterion columns were taken as not asked.", len(label) - len(index))
            label = label.take(index)
        out.append(
            _Block(
                criterion=constant(c.name, len(index)),
                label=label,
                column=name,
                trainer_id=trainer.take(index),
                index=index,
                reason=reason,
            )
        )
    return out


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


def _one_hot(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    hits, odd = _set_columns(table, list(criterion.one_hot))
    n_set = pa.repeat(pa.scalar(0, pa.int64()), table.num_rows)
    label = nulls(table.num_rows)
    for hit, text in zip(hits, criterion.one_hot.values(), strict=True):
        n_set = pc.add(n_set, pc.cast(hit, pa.int64()))
        label = pc.if_else(hit, pa.scalar(text), label)
    reason = pc.if_else(pc.greater(n_set, 1), pa.scalar(SEVERAL_SET), pa.scalar(None, pa.string()))
    return label, pc.if_else(odd, pa.scalar(NOT_A_FLAG), reason)


def _flags(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    hits, odd = _set_columns(table, list(criterion.flags))
    blank = pa.scalar("", pa.string())
    parts = [
        pc.if_else(hit, pa.scalar(text + SET_SEPARATOR), blank)
        for hit, text in sorted(zip(hits, criterion.flags.values(), strict=True), key=lambda pair: pair[1])
    ]
    label = pc.utf8_rtrim(pc.binary_join_element_wise(*parts, ""), characters=SET_SEPARATOR)
    return label, pc.if_else(odd, pa.scalar(NOT_A_FLAG), pa.scalar(None, pa.string()))


def _summand(table: pa.Table, criterion: CriterionMap) -> tuple[pa.Array, pa.Array]:
    """Return what each row adds, as text, by the first rule that fits."""
    label = nulls(table.num_rows)
    for weight in criterion.sum:
        fits = pc.is_null(label)
        for name, values in weight.when:
            text = trimmed(as_text(source_array(table, (name,))))
            fits = pc.and_(fits, pc.is_in(text, value_set=pa.array(values, pa.string())))
        label = pc.if_else(fits, pa.scalar(repr(weight.add)), label)
    return label, pc.if_else(pc.is_null(label), pa.scalar(NO_RULE), pa.scalar(None, pa.string()))


def _listed(table: pa.Table, plan: Plan) -> _Block:
    """Take parallel lists apart, one judgment a place; a record whose lists differ in length is set aside whole."""
    trainers, labels = (source_array(table, plan.sources[n]) for n in ("trainer_id", "label"))
    n_trainers = pc.fill_null(pc.list_value_length(trainers), 0)
    n_labels = pc.fill_null(pc.list_value_length(labels), 0)
    equal = pc.equal(n_trainers, n_labels)
    good = pc.indices_nonzero(equal).cast(pa.int64())
    odd = pc.indices_nonzero(pc.invert(equal)).cast(pa.int64())
    parent = pc.list_parent_indices(trainers.take(good)).cast(pa.int64())
    index = pa.concat_arrays([good.take(parent), odd])
    criterion = id_column(table, plan, "criterion").take(index)
    return _Block(
        criterion=criterion,
        label=pa.concat_arrays([label_text(pc.list_flatten(labels.take(good))), nulls(len(odd))]),
        column=plan.sources["label"][0],
        trainer_id=pa.concat_arrays([trimmed(as_text(pc.list_flatten(trainers.take(good)))), nulls(len(odd))]),
        index=index,
        reason=pa.concat_arrays([nulls(len(parent)), constant(UNEQUAL_LISTS, len(odd))]),
    )
