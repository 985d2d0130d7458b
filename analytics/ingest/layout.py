"""Turn a batch of source rows, in whatever form, into one row a judgment."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from analytics.core.scale import SET_SEPARATOR
from analytics.ingest.batch import Batch, Notes
from analytics.ingest.cells import id_column, label_text, source_array
from analytics.ingest.criterion_columns import flags, one_hot, summand, winner
from analytics.ingest.plan import Plan
from analytics.ingest.values import as_text, constant, filled, nulls, trimmed

LEFT_OUT = "left out by the mapping"
UNEQUAL_LISTS = "lists of unequal length"


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


def to_long(batch: Batch, plan: Plan, notes: Notes) -> Long:
    """Return the judgments of a batch.

    In a wide form, and where criteria have columns of their own, a blank cell is no judgment: the trainer or the
    criterion was not asked. Such cells are counted in the notes.
    """
    table = batch.table
    _say_lists(table, plan, notes)
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
        left_out = why_left_out(table, plan)
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


def why_left_out(table: pa.Table, plan: Plan) -> pa.Array:
    """Return for each row why the mapping leaves it out; null where it does not."""
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


def _say_lists(table: pa.Table, plan: Plan, notes: Notes) -> None:
    named = [*plan.sources.get("label", ()), *plan.trainer_columns, *(c.column for c in plan.criteria if c.column)]
    for name in named if plan.layout != "lists" else ():
        if name in table.column_names and pt.is_list(table.schema.field(name).type):
            notes.say(f"Lists in {name!r} are read as sets, their labels joined by {SET_SEPARATOR}.")


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
            label, reason = one_hot(table, c)
            name = " + ".join(list(c.one_hot)[:3])
        elif c.flags:
            label, reason = flags(table, c)
            name = " + ".join(list(c.flags)[:3])
        elif c.sum:
            label, reason = summand(table, c)
            name = " + ".join(dict.fromkeys(n for w in c.sum for n, _ in w.when))
        else:
            label, name = label_text(source_array(table, (str(c.column),))), str(c.column)
            if c.winner:
                label, reason = winner(table, c, label)
        index = pa.arange(0, len(label))
        if several and c.column and c.level != "set":
            label = filled(label)
            index = pc.indices_nonzero(pc.is_valid(label)).cast(pa.int64())
            notes.count("blank cells of criterion columns were taken as not asked.", len(label) - len(index))
            label = label.take(index)
            reason = reason.take(index) if reason is not None else None
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
