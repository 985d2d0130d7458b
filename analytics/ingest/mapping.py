"""Read a mapping: from `--map` pairs on the command line, from a TOML file, from both."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Any

from analytics.core.errors import IngestError, ScaleError, listed
from analytics.core.scale import SET_SEPARATOR
from analytics.ingest.columns import ATTRIBUTE, BESIDE_JUDGMENTS, GROUP, JUDGMENTS, TABLES
from analytics.ingest.mapping_model import CriterionMap, Mapping, Weight

__all__ = ["CriterionMap", "Mapping", "Weight", "load_mapping", "mapping_from", "parse_map", "read_mapping"]

LAYOUTS = ("long", "wide", "lists")
TIME_UNITS = ("s", "ms", "us")
SECTIONS: dict[str, frozenset[str]] = {
    "columns": frozenset(),
    "constants": frozenset(),
    "labels": frozenset(),
    "criteria": frozenset(),
    "leave_out": frozenset(),
    "layout": frozenset({"kind", "trainer_columns", "except", "explode", "anonymous"}),
    "items": frozenset({"attributes", "responses"}),
    "trainers": frozenset({"groups"}),
    "time": frozenset({"unit", "format", "duration_unit", "judgments_per_page"}),
}
_WHERE = ("column", "one_hot", "flags", "sum")
CRITERION_KEYS = frozenset(_WHERE) | frozenset(
    ["level", "labels", "subjective", "target", "cost", "separator", "recode", "winner", "gold"]
)


def known_columns() -> tuple[str, ...]:
    """Return every contract column a mapping may name, those of the judgments table first."""
    names = [c.name for c in (*JUDGMENTS, *BESIDE_JUDGMENTS)]
    return tuple(dict.fromkeys([*names, *(c.name for table in TABLES.values() for c in table)]))


def _check_contract(name: str, where: str) -> str:
    if name in known_columns() or (name.startswith((ATTRIBUTE, GROUP)) and name.split(".", 1)[1]):
        return name
    close = [c for c in known_columns() if c.startswith(name[:4]) or name in c]
    hint = f" Did you mean {close[0]!r}?" if close else f" The contract's columns: {', '.join(known_columns())}."
    raise IngestError(f"{where}: the contract has no column {name!r}.{hint}")


def parse_map(pairs: Iterable[str]) -> Mapping:
    """Read `contract=source` pairs, as `--map` gives them.

    Several source columns joined by `+` make one id. Nothing after `=` leaves a contract column out.

    Raises
    ------
    IngestError
        Where a pair has no `=` or names a column the contract does not have.

    Examples
    --------
    >>> parse_map(["trainer_id=worker", "item_id=conv+turn", "confidence="]).columns
    {'trainer_id': ('worker',), 'item_id': ('conv', 'turn'), 'confidence': ()}
    """
    columns: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        contract, equals, source = pair.partition("=")
        if not equals:
            raise IngestError(f"--map must be contract=source, got {pair!r}. Example: --map trainer_id=worker.")
        name = _check_contract(contract.strip(), "--map")
        if name in columns:
            raise IngestError(f"--map names {name!r} twice. Several columns of one id are joined by +.")
        sources = tuple(part.strip() for part in source.split("+") if part.strip())
        columns[name] = sources
    return Mapping(columns=columns)


def mapping_from(
    path: Path | None = None,
    *,
    pairs: Iterable[str] = (),
    project: str | None = None,
    criterion: str | None = None,
) -> Mapping:
    """Join a mapping file, `--map` pairs and constants; what is said on the command line wins.

    Raises
    ------
    IngestError
        Where any of them cannot be understood.
    """
    mapping = load_mapping(path) if path is not None else Mapping()
    given = {"project": project, "criterion": criterion}
    constants = {k: v for k, v in given.items() if v is not None}
    return mapping.merged(dataclasses.replace(parse_map(pairs), constants=constants))


def load_mapping(path: Path) -> Mapping:
    """Read a mapping TOML.

    Raises
    ------
    IngestError
        Where the file is not there, is not TOML, or holds a section, key or value that means nothing.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise IngestError(f"{path.name}: the mapping file cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IngestError(f"{path.name}: the mapping file is not TOML: {error}.") from error
    return read_mapping(document, path.name)


def read_mapping(document: Table[str, Any], name: str) -> Mapping:
    """Return the mapping a parsed TOML document describes; `name` stands in the error texts."""
    for section, body in document.items():
        if section not in SECTIONS:
            raise IngestError(f"{name}: a mapping has no section [{section}]. Sections: {', '.join(SECTIONS)}.")
        if not isinstance(body, dict):
            raise IngestError(f"{name}: [{section}] must be a table, got {body!r}.")
        unknown = sorted(set(body) - SECTIONS[section])
        if SECTIONS[section] and unknown:
            raise IngestError(
                f"{name}: [{section}] has no key {listed(unknown)}. Keys: {', '.join(sorted(SECTIONS[section]))}."
            )
    columns = {
        _check_contract(key, f"{name} [columns]"): _names(value, f"{name} [columns] {key}")
        for key, value in document.get("columns", {}).items()
    }
    items, trainers = document.get("items", {}), document.get("trainers", {})
    for prefix, names in ((ATTRIBUTE, items.get("attributes", ())), (GROUP, trainers.get("groups", ()))):
        if isinstance(names, dict):
            columns.update({prefix + key: (str(source),) for key, source in names.items()})
        else:
            columns.update({prefix + key: (key,) for key in _names(names, f"{name} attributes and groups")})
    responses = items.get("responses", {})
    if not isinstance(responses, dict):
        responses = {source: source for source in _names(responses, f"{name} [items] responses")}
    layout, time = document.get("layout", {}), document.get("time", {})
    per_page = time.get("judgments_per_page", 1)
    if not isinstance(per_page, int | float) or per_page <= 0:
        raise IngestError(f"{name}: [time] judgments_per_page must be a number above 0, got {per_page!r}.")
    return Mapping(
        columns=columns,
        constants={_check_contract(k, f"{name} [constants]"): str(v) for k, v in document.get("constants", {}).items()},
        layout=_one_of(layout.get("kind"), LAYOUTS, f"{name} [layout] kind"),
        trainer_columns=_names(layout.get("trainer_columns", ()), f"{name} [layout] trainer_columns"),
        except_columns=_names(layout.get("except", ()), f"{name} [layout] except"),
        explode=layout.get("explode"),
        anonymous=layout.get("anonymous") is True,
        leave_out={str(k): _names(v, f"{name} [leave_out] {k}") for k, v in document.get("leave_out", {}).items()},
        criteria=tuple(_criterion(k, v, name) for k, v in document.get("criteria", {}).items()),
        labels={str(k): str(v) for k, v in document.get("labels", {}).items()},
        responses={str(k): str(v) for k, v in responses.items()},
        time_unit=_one_of(time.get("unit"), TIME_UNITS, f"{name} [time] unit"),
        time_format=time.get("format"),
        duration_unit=_one_of(time.get("duration_unit"), TIME_UNITS, f"{name} [time] duration_unit"),
        judgments_per_page=float(per_page),
        name=name,
    )


def _names(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise IngestError(f"{where} must be a column name or a list of them, got {value!r}.")


def _one_of(value: Any, allowed: tuple[str, ...], where: str) -> str | None:
    if value is None or (isinstance(value, str) and value in allowed):
        return value
    raise IngestError(f"{where} must be one of {', '.join(map(repr, allowed))}, got {value!r}.")


def _criterion(name: str, body: Any, file: str) -> CriterionMap:
    where = f"{file} [criteria.{name}]"
    if isinstance(body, str):
        return CriterionMap(name=name, column=body)
    if not isinstance(body, dict):
        raise IngestError(f"{where} must be a column name or a table, got {body!r}.")
    unknown = sorted(set(body) - CRITERION_KEYS)
    if unknown:
        raise IngestError(f"{where} has no key {listed(unknown)}. Keys: {', '.join(sorted(CRITERION_KEYS))}.")
    if sum(key in body for key in _WHERE) > 1:
        raise IngestError(f"{where} must give one of column, one_hot, flags and sum, not several.")
    flags = body.get("flags", {})
    if isinstance(flags, str):
        flags = {flags: "*"}
    cost = body.get("cost")
    made = CriterionMap(
        name=name,
        column=body.get("column"),
        one_hot={str(k): str(v) for k, v in body.get("one_hot", {}).items()},
        flags={str(k): str(v) for k, v in flags.items()},
        sum=tuple(_weight(rule, where) for rule in body.get("sum", ())),
        level=body.get("level"),
        labels=tuple(str(v) for v in body.get("labels", ())),
        subjective=bool(body.get("subjective", False)),
        target=None if body.get("target") is None else float(body["target"]),
        cost=None if cost is None else {(t, g): float(c) for t, row in cost.items() for g, c in row.items()},
        separator=body.get("separator"),
        recode={str(k): str(v) for k, v in body.get("recode", {}).items()},
        winner={str(k): str(v) for k, v in body.get("winner", {}).items()},
        gold=body.get("gold"),
    )
    if made.winner and not made.column:
        raise IngestError(f"{where} gives winner but no column. Say which column names the winner.")
    barred = [label for label in made.labels if SET_SEPARATOR in label]
    if barred:
        raise IngestError(f"{where}: a label must not contain {SET_SEPARATOR!r}, got {listed(barred)}. Use recode.")
    if made.labels and made.level is None:
        raise IngestError(f"{where} gives labels but no level. Say which: nominal, ordinal, interval, ratio, set ...")
    try:
        made.scale  # noqa: B018 - a property that checks
    except ScaleError as error:
        raise IngestError(f"{where}: {error}") from error
    return made


def _weight(rule: Any, where: str) -> Weight:
    if not isinstance(rule, dict) or not isinstance(rule.get("add"), int | float) or set(rule) - {"when", "add"}:
        raise IngestError(
            f"{where} sum: each rule must be {{when = {{column = [values]}}, add = number}}, got {rule!r}."
        )
    when = tuple((str(c), _names(v, f"{where} sum")) for c, v in rule.get("when", {}).items())
    return Weight(when=when, add=float(rule["add"]))
