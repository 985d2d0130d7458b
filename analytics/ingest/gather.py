"""Gather the items, trainers and gold that a judgments file carries beside its judgments, one row for each."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from analytics.ingest.batch import Batch, Notes
from analytics.ingest.cells import id_column, label_text, source_array
from analytics.ingest.columns import ATTRIBUTE, GROUP, ITEM_FIELDS, SCHEMAS, TRAINER_FIELDS, Column
from analytics.ingest.labels import Reading
from analytics.ingest.layout import why_left_out
from analytics.ingest.mapping import Mapping
from analytics.ingest.plan import Plan
from analytics.ingest.times import dates, iso_text
from analytics.ingest.validate import Validator
from analytics.ingest.values import (
    as_text,
    canonical_number,
    column,
    constant,
    filled,
    nulls,
    numbers,
    remapped,
    trimmed,
    truths,
)

COMPACT = 500_000


class Gathered:
    """First values seen for each key; merged when they grow."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        self.parts: list[pa.Table] = []
        self.names: dict[str, None] = {}
        self.waiting = 0

    def add(self, table: pa.Table) -> None:
        """Take a batch's rows; rows without a key are left out."""
        for key in self.keys:
            table = table.filter(pc.is_valid(table[key]))
        if not table.num_rows:
            return
        part = self._first(table)
        self.names.update(dict.fromkeys(part.column_names))
        self.parts.append(part)
        self.waiting += part.num_rows
        if self.waiting > COMPACT:
            self.parts = [self.table()]
            self.waiting = 0

    def _first(self, table: pa.Table) -> pa.Table:
        values = [n for n in table.column_names if n not in self.keys]
        grouped = table.group_by(self.keys, use_threads=False).aggregate([(v, "first") for v in values])
        return grouped.rename_columns(
            [n.removesuffix("_first") if n not in self.keys else n for n in grouped.column_names]
        )

    def table(self) -> pa.Table | None:
        """Return one row a key, each column's first value that is not missing; None where there is nothing."""
        if not self.parts:
            return None
        names = list(self.names)
        whole = pa.concat_tables(
            [
                pa.table([column(p, n) if n in p.column_names else nulls(p.num_rows) for n in names], names=names)
                for p in self.parts
            ]
        )
        return self._first(whole)


class Beside:
    """What a judgments file says of its items, its trainers and its gold."""

    def __init__(self, mapping: Mapping, validator: Validator, notes: Notes) -> None:
        self.mapping, self.validator, self.notes = mapping, validator, notes
        self.items = Gathered(["project", "item_id"])
        self.trainers = Gathered(["trainer_id"])
        self.gold = Gathered(["project", "item_id", "criterion"])

    def take(self, batch: Batch, plan: Plan) -> None:
        """Gather from one batch."""
        table = batch.table
        project, item = id_column(table, plan, "project"), id_column(table, plan, "item_id")
        fields = _text_fields(table, plan, ITEM_FIELDS, ATTRIBUTE)
        if self.mapping.responses:
            fields["responses"] = _responses(table, self.mapping.responses)
        if fields:
            self.items.add(pa.table({"project": project, "item_id": item, **fields}))
        people = _text_fields(table, plan, TRAINER_FIELDS, GROUP)
        if people and plan.layout == "long":
            self.trainers.add(pa.table({"trainer_id": id_column(table, plan, "trainer_id"), **people}))
        judged = pc.is_null(why_left_out(table, plan))
        for criterion, source in plan.gold.items():
            name = constant(criterion, table.num_rows) if criterion else id_column(table, plan, "criterion")
            label = label_text(source_array(table, (source,)))
            self.gold.add(
                pa.table({"project": project, "item_id": item, "criterion": name, "label": label}).filter(
                    pc.and_(pc.is_valid(label), judged)
                )
            )

    def tables(self) -> dict[str, pa.Table]:
        """Return the staged tables that hold anything."""
        out: dict[str, pa.Table] = {}
        items, trainers, gold = self.items.table(), self.trainers.table(), self.gold.table()
        if items is not None:
            out["items"] = self._shaped(items, "items", ITEM_FIELDS, ATTRIBUTE, "attributes")
        if trainers is not None:
            out["trainers"] = self._shaped(trainers, "trainers", TRAINER_FIELDS, GROUP, "groups")
        if gold is not None:
            out["gold"] = self._gold(gold)
        return out

    def _shaped(self, table: pa.Table, name: str, known: dict[str, Column], prefix: str, rest: str) -> pa.Table:
        """Return a gathered table as staged. A cell that is not of its type is left blank and counted."""
        out, faults = shaped(table, name, known, prefix, rest, self.notes)
        for _, reason, where in faults:
            self.notes.count(f"{name} are left without a value, since {reason}.", pc.sum(where, min_count=0).as_py())
        return out

    def _gold(self, gold: pa.Table) -> pa.Table:
        labels: list[str | None] = []
        for row in gold.to_pylist():
            reading: Reading = self.validator.reading(row["project"], row["criterion"])
            label, _ = reading.read(row["label"], self.notes)
            seen = self.validator.seen.get((row["project"], row["criterion"]))
            if label is not None and seen is not None and seen.numeric:
                label = canonical_number(label)
            labels.append(label)
        n_bad = labels.count(None)
        self.notes.count("gold labels are outside the scale or blank and were left out.", n_bad)
        n = gold.num_rows
        whole = pa.table(
            {
                "project": column(gold, "project"),
                "item_id": column(gold, "item_id"),
                "criterion": column(gold, "criterion"),
                "label": pa.array(labels, pa.string()),
                "since": nulls(n, SCHEMAS["gold"].field("since").type),
            },
            schema=SCHEMAS["gold"],
        )
        return whole.filter(pc.is_valid(whole["label"]))


def _text_fields(table: pa.Table, plan: Plan, known: dict[str, Column], prefix: str) -> dict[str, pa.Array]:
    """Return the columns of items or of trainers that the plan names, as text."""
    out: dict[str, pa.Array] = {}
    for target, sources in plan.sources.items():
        if target in known or target.startswith(prefix):
            out[target] = filled(as_text(source_array(table, sources)))
    for target, value in plan.constants.items():
        if target in known:
            out[target] = constant(value, table.num_rows)
    return out


def _responses(table: pa.Table, responses: dict[str, str]) -> pa.Array:
    texts = {key: as_text(source_array(table, (source,))).to_pylist() for key, source in responses.items()}
    return pa.array(
        [
            json.dumps([{"id": key, "text": texts[key][k], "model": None} for key in responses], ensure_ascii=False)
            for k in range(table.num_rows)
        ],
        pa.string(),
    )


def shaped(
    table: pa.Table, name: str, known: dict[str, Column], prefix: str, rest: str, notes: Notes
) -> tuple[pa.Table, list[tuple[str, str, pa.Array]]]:
    """Return text columns in the staged schema, and (column, reason, where) for cells that are not of its type.

    Columns whose name begins with `prefix` become one JSON object in the column `rest`.
    """
    n = table.num_rows
    out: dict[str, pa.Array] = {}
    faults: list[tuple[str, str, pa.Array]] = []
    for field in SCHEMAS[name]:
        if field.name == rest:
            out[rest] = _objects(table, prefix)
        elif field.name not in table.column_names:
            out[field.name] = pa.nulls(n, field.type)
        else:
            kind = known[field.name].kind if field.name in known else "id"
            value, bad, reason = _typed(column(table, field.name), kind, field.name, notes)
            out[field.name] = value
            if bad is not None:
                faults.append((field.name, reason, bad))
    return pa.table(out, schema=SCHEMAS[name]), faults


def _typed(array: pa.Array, kind: str, name: str, notes: Notes) -> tuple[pa.Array, pa.Array | None, str]:
    """Return a text column in its type, where it cannot be read, and the reason for it."""
    if kind == "truth":
        return (*truths(array), f"{name} is neither yes nor no")
    if kind == "date":
        return (*dates(array, name, notes), f"{name} is not a day")
    if kind == "when":
        return (*iso_text(array, name, notes), f"{name} is not a time")
    if kind == "number":
        return (*numbers(array), f"{name} is not a number")
    if name == "responses":
        return remapped(filled(array), _responses_json), None, ""
    if kind in ("text", "label", "json"):
        return filled(array), None, ""
    return trimmed(array), None, ""


def _responses_json(text: str) -> str:
    """Return an item's responses as a list of {id, text, model}; texts without an id are A, B, C in their order."""
    try:
        value = json.loads(text)
    except ValueError:
        value = [text]
    if not isinstance(value, list):
        value = [text]
    out = []
    for k, one in enumerate(value):
        given = one if isinstance(one, dict) else {"text": str(one)}
        out.append({"id": _letter(k), "model": None, **given})
    return json.dumps(out, ensure_ascii=False)


def _letter(k: int) -> str:
    """Return A, B ... Z, then R27, R28 ..."""
    return chr(ord("A") + k) if k < 26 else f"R{k + 1}"


def _objects(table: pa.Table, prefix: str) -> pa.Array:
    names = [n for n in table.column_names if n.startswith(prefix)]
    if not names:
        return nulls(table.num_rows)
    columns = [table.column(n).to_pylist() for n in names]
    keys = [n.removeprefix(prefix) for n in names]
    texts: list[str | None] = []
    for row in zip(*columns, strict=True):
        found = {k: v for k, v in zip(keys, row, strict=True) if v is not None}
        texts.append(json.dumps(found, ensure_ascii=False) if found else None)
    return pa.array(texts, pa.string())
