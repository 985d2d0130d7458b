"""Recognise wide forms, and report what every column was taken for."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence

import pyarrow as pa

from analytics.core.errors import IngestError
from analytics.ingest.batch import Notes, spaced
from analytics.ingest.columns import WIDE_NAME
from analytics.ingest.mapping_model import CriterionMap, Mapping
from analytics.ingest.plan import Recognised
from analytics.ingest.values import as_text, column

SAMPLES = 3


def found_wide(file: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that look like one a trainer: the same stem and a number, at least two of them.

    Raises
    ------
    IngestError
        Where two stems do.
    """
    families: dict[str, list[str]] = {}
    for name in names:
        match = WIDE_NAME.match(name.strip())
        if match:
            families.setdefault(match[1].casefold(), []).append(name)
    families = {stem: found for stem, found in families.items() if len(found) > 1}
    if len(families) > 1:
        shown = " and ".join(f"{n[0]}, {n[1]}" for n in list(families.values())[:2])
        raise IngestError(
            f"{file} may be wide in two ways: {shown} ... Say which columns are one a trainer in a mapping "
            f'file: [layout] trainer_columns = ["label_*"].'
        )
    return tuple(next(iter(families.values()))) if families else ()


def holds_labels(sample: pa.Table, name: str, notes: Notes) -> bool:
    """Tell labels from texts by content: few different values, none of them long."""
    values = [v for v in as_text(column(sample, name)).to_pylist() if v]
    distinct = set(values)
    labels = bool(values) and max(map(len, distinct)) <= 40 and len(distinct) <= max(20, len(values) // 20)
    if labels:
        notes.say(f"{name!r} holds {min(len(distinct), 99)} different short values and is taken as the label.")
    else:
        notes.say(f"{name!r} holds texts rather than labels; if it is the label, say --map label={name}.")
    return labels


def question_repeats(sample: pa.Table, sources: Table[str, tuple[str, ...]], notes: Notes) -> None:
    """Say where the item column looks wrong: most rows repeat a trainer and an item."""
    keys = [s for n in ("item_id", "trainer_id", "criterion") for s in sources.get(n, ())]
    texts = pa.table({k: as_text(column(sample, k)) for k in dict.fromkeys(keys)})
    n = texts.num_rows
    distinct = texts.group_by(list(texts.column_names)).aggregate([]).num_rows
    if n >= 20 and 2 * distinct < n and "trainer_id" in sources:
        notes.say(
            f"{round(100 * (n - distinct) / n)} % of the first {spaced(n)} rows repeat a trainer and an item. If "
            f"{sources['item_id'][0]!r} is not the item, say which column is with --map item_id=COLUMN."
        )


def describe(
    sample: pa.Table,
    mapping: Mapping,
    sources: Table[str, tuple[str, ...]],
    by: Table[str, str],
    constants: Table[str, str],
    wide: tuple[str, ...],
    criteria: tuple[CriterionMap, ...],
    gold: Table[str | None, str],
) -> tuple[Recognised, ...]:
    """Return what each source column, and each constant, was taken for."""

    def one(columns: Sequence[str], target: str, why: str) -> Recognised:
        return Recognised(source=" + ".join(columns), target=target, by=why, samples=_samples(sample, columns))

    out = [one(s, target, by[target]) for target, s in sources.items()]
    out += [one((name,), "label", "map" if mapping.trainer_columns else "wide") for name in wide]
    for c in criteria:
        out.append(one(c.columns, f"label of {c.name}", "map"))
    for name, source in gold.items():
        out.append(one((source,), "gold" if name is None else f"gold of {name}", by.get("gold", "map")))
    out += [one((source,), f"response {key}", "map") for key, source in mapping.responses.items()]
    out += [Recognised(source="", target=t, by="constant", samples=(v,)) for t, v in constants.items()]
    return tuple(out)


def _samples(sample: pa.Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Return up to three different values of a single column."""
    if len(columns) != 1 or columns[0] not in sample.column_names:
        return ()
    values = as_text(column(sample.slice(0, 200), columns[0])).to_pylist()
    return tuple(dict.fromkeys(v[:80] for v in values if v))[:SAMPLES]
