"""Decide which source column is which contract column, by rules that are reported and never by silent guess."""

from __future__ import annotations

import dataclasses
import difflib
import fnmatch
from collections.abc import Sequence

import pyarrow as pa

from analytics.core.errors import IngestError, listed
from analytics.ingest.batch import Notes
from analytics.ingest.columns import (
    ATTRIBUTE,
    BESIDE_JUDGMENTS,
    DOUBTFUL_LABELS,
    GROUP,
    ITEM_FIELDS,
    TABLES,
    TRAINER_FIELDS,
    Column,
    plain,
)
from analytics.ingest.mapping import CriterionMap, Mapping
from analytics.ingest.plan import Plan, same_name
from analytics.ingest.recognised import describe, found_wide, holds_labels, question_repeats


class Resolver:
    """Resolves one file's columns; `plan()` is its one product."""

    def __init__(
        self,
        file: str,
        sample: pa.Table,
        mapping: Mapping,
        table: str,
        notes: Notes,
        *,
        project: str | None,
    ) -> None:
        self.file, self.sample, self.mapping, self.table, self.notes = file, sample, mapping, table, notes
        self.project = project
        self.names = list(sample.column_names)
        self.sources: dict[str, tuple[str, ...]] = {}
        self.by: dict[str, str] = {}
        self.constants = dict(mapping.constants)
        self.taken: set[str] = set()

    def plan(self) -> Plan:
        """Return the plan, or raise IngestError where a required column has no source."""
        self._mapped()
        criteria = tuple(self._placed(c) for c in self.mapping.criteria if c.placed)
        gold = self._mapped_gold()
        leave_out = {self.find(n, "leave_out"): v for n, v in self.mapping.leave_out.items()}
        wide = self._mapped_wide()
        if self._may_be_wide(criteria):
            wide = wide or found_wide(self.file, [n for n in self.names if n not in self.taken])
            self.taken.update(wide)
        told = self.mapping.trainer_columns or self.mapping.layout == "wide"
        barred = {"label"} if criteria or wide else set()
        self._named([c for c in TABLES[self.table] if c.name not in barred | ({"trainer_id"} if told else set())])
        if self.table == "judgments":
            self._named_beside()
            if wide and "trainer_id" in self.sources:
                wide = self._long_after_all(wide)
        self._prefixed()
        gold = self._gold(gold, criteria)
        layout = "wide" if wide else "lists" if self._lists() else "long"
        self._defaults(wide, criteria)
        self._required(layout, criteria)
        if self.table == "judgments" and self.mapping.anonymous and "trainer_id" not in self.sources:
            self.notes.say(
                "The log names no trainers: each judgment counts as a trainer of its own. Agreement on items holds; "
                "nothing can be said of trainers."
            )
        if self.table == "judgments" and layout == "long" and self.by.get("item_id") == "alias":
            question_repeats(self.sample, self.sources, self.notes)
        unused = tuple(n for n in self.names if n not in self.taken)
        if unused:
            self.notes.say(f"Columns not used: {', '.join(unused[:8])}{' ...' if len(unused) > 8 else ''}.")
        return Plan(
            layout=layout,
            sources=self.sources,
            constants=self.constants,
            trainer_columns=wide,
            criteria=criteria,
            gold=gold,
            leave_out=leave_out,
            recognised=describe(self.sample, self.mapping, self.sources, self.by, self.constants, wide, criteria, gold),
            unused=unused,
            file=self.file,
        )

    def find(self, wanted: str, said: str) -> str:
        """Return the file's column of that name, or raise with the nearest one."""
        found = same_name(wanted, self.names)
        if found is None:
            near = difflib.get_close_matches(wanted, self.names, 1, 0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise IngestError(f"{self.file} has no column {wanted!r} ({said}). {self._found()}{hint}")
        return found

    def _found(self) -> str:
        more = f" and {len(self.names) - 12} more" if len(self.names) > 12 else ""
        return f"Columns found: {', '.join(self.names[:12])}{more}."

    def _take(self, target: str, sources: Sequence[str], by: str) -> None:
        self.sources[target] = tuple(sources)
        self.by[target] = by
        self.taken.update(sources)

    def _mapped(self) -> None:
        fits = {c.name for c in TABLES[self.table]}
        if self.table == "judgments":
            fits |= {*ITEM_FIELDS, *TRAINER_FIELDS}
        for target, wanted in self.mapping.columns.items():
            if target not in fits and not target.startswith((ATTRIBUTE, GROUP)):
                self.notes.say(
                    f"The table {self.table!r} has no column {target!r}; that part of the mapping is not used."
                )
            elif wanted:
                self._take(target, [self.find(w, f"mapped to {target}") for w in wanted], "map")
        for response, wanted_one in self.mapping.responses.items():
            self.taken.add(self.find(wanted_one, f"response {response}"))

    def _placed(self, criterion: CriterionMap) -> CriterionMap:
        said = f"criterion {criterion.name}"
        changes: dict[str, object] = {}
        if criterion.column:
            changes["column"] = self.find(criterion.column, said)
            self.taken.add(str(changes["column"]))
            changes["winner"] = {label: self.find(n, said) for label, n in criterion.winner.items()}
            self.taken.update(criterion.winner.values())
        for kind in ("one_hot", "flags"):
            resolved: dict[str, str] = {}
            for pattern, label in getattr(criterion, kind).items():
                resolved.update(self._matching(pattern, label, said))
            if resolved:
                changes[kind] = resolved
                self.taken.update(resolved)
        if criterion.sum:
            changes["sum"] = tuple(
                dataclasses.replace(w, when=tuple((self.find(n, said), v) for n, v in w.when)) for w in criterion.sum
            )
            self.taken.update(n for w in criterion.sum for n, _ in w.when)
        return dataclasses.replace(criterion, **changes)  # type: ignore[arg-type]

    def _matching(self, pattern: str, label: str, said: str) -> dict[str, str]:
        if "*" not in pattern:
            return {self.find(pattern, said): label}
        head, tail = pattern.split("*", 1)
        found = fnmatch.filter(self.names, pattern)
        if not found:
            raise IngestError(f"{self.file} has no column like {pattern!r} ({said}). {self._found()}")
        return {n: n[len(head) : len(n) - len(tail)] for n in found}

    def _mapped_wide(self) -> tuple[str, ...]:
        out: list[str] = []
        for pattern in self.mapping.trainer_columns:
            found = fnmatch.filter(self.names, pattern) if "*" in pattern or "?" in pattern else []
            out += found or [self.find(pattern, "trainer_columns")]
        barred = {n for p in self.mapping.except_columns for n in fnmatch.filter(self.names, p)}
        out = [n for n in dict.fromkeys(out) if n not in barred]
        self.taken.update(out)
        return tuple(out)

    def _may_be_wide(self, criteria: tuple[CriterionMap, ...]) -> bool:
        said = self.mapping.columns.get("trainer_id") or self.mapping.columns.get("label")
        return self.table == "judgments" and self.mapping.layout in (None, "wide") and not criteria and not said

    def _long_after_all(self, wide: tuple[str, ...]) -> tuple[str, ...]:
        """Return no wide columns where the file names its trainers and has a label; raise where it has none."""
        trainer = self.sources["trainer_id"][0]
        if "trainer_id" in self.mapping.columns and (self.mapping.trainer_columns or self.mapping.layout == "wide"):
            raise IngestError(
                f"{self.file} cannot be wide and name its trainers in {trainer!r}. Leave one out (--map trainer_id=)."
            )
        self.taken.difference_update(wide)
        self._named([c for c in TABLES[self.table] if c.name == "label"])
        if "label" not in self.sources:
            raise IngestError(
                f"{self.file} names trainers in {trainer!r} and also has columns that look like one a trainer: "
                f"{listed(wide)}. Say which holds: --map label=COLUMN for the long form, --map trainer_id= for the "
                f"wide."
            )
        self.notes.say(
            f"{', '.join(wide[:5])} look like one a trainer, but the file names its trainers in {trainer!r} and its "
            f"labels in {self.sources['label'][0]!r}: it is read as long. For the wide form say --map trainer_id=."
        )
        return ()

    def _named(self, columns: Sequence[Column]) -> None:
        """Take contract columns by their own name, then by the names other tools use, the likelier first."""
        for c in columns:
            if c.name in self.mapping.columns or c.name in self.constants:
                continue
            candidates = [(c.name, "name"), *((a, "alias") for a in c.aliases)]
            found = [(n, by) for alias, by in candidates for n in self.names if plain(n) == plain(alias)]
            found = [(n, by) for n, by in dict(found).items() if n not in self.taken and plain(n)]
            if self.table == "judgments" and c.name == "label":
                found = [
                    (n, by)
                    for n, by in found
                    if plain(n) not in DOUBTFUL_LABELS or holds_labels(self.sample, n, self.notes)
                ]
            if not found:
                continue
            name, by = found[0]
            self._take(c.name, [name], by)
            if len(found) > 1:
                rivals = ", ".join(n for n, _ in found[1:])
                self.notes.say(
                    f"{c.name} is read from {name!r}, the likelier name; {rivals} could also be meant. "
                    f"Change it with --map {c.name}=COLUMN."
                )

    def _named_beside(self) -> None:
        for c in BESIDE_JUDGMENTS:
            if c.name not in self.mapping.columns:
                found = [n for n in self.names if plain(n) == plain(c.name) and n not in self.taken]
                if found:
                    self._take(c.name, found[:1], "name")

    def _prefixed(self) -> None:
        for name in self.names:
            if name not in self.taken and name.startswith("group_") and self.table in ("judgments", "trainers"):
                self._take(GROUP + name.removeprefix("group_"), [name], "name")
            elif name not in self.taken and self.table == "items" and plain(name):
                self._take(ATTRIBUTE + name, [name], "name")

    def _mapped_gold(self) -> dict[str | None, str]:
        gold: dict[str | None, str] = {}
        for c in self.mapping.criteria:
            if c.gold is not None:
                gold[c.name] = self.find(c.gold, f"gold of {c.name}")
                self.taken.add(gold[c.name])
        return gold

    def _gold(self, gold: dict[str | None, str], criteria: tuple[CriterionMap, ...]) -> dict[str | None, str]:
        """Return the gold columns: those of the mapping, else one found by its name."""
        if "gold" not in self.sources:
            return gold
        source = self.sources.pop("gold")[0]
        if gold:
            self.taken.discard(source)
            return gold
        if len(criteria) > 1:
            raise IngestError(
                f"{self.file}: {source!r} is gold of which criterion? Say so in the mapping ([criteria.NAME] gold), or "
                f"leave it out with --map gold=."
            )
        return {criteria[0].name if criteria else None: source}

    def _lists(self) -> bool:
        if self.mapping.layout == "lists":
            return True
        used = [s for t in ("trainer_id", "label") for s in self.sources.get(t, ())]
        lists = [s for s in used if pa.types.is_list(self.sample.schema.field(s).type)]
        return len(used) == 2 and len(lists) == 2

    def _defaults(self, wide: tuple[str, ...], criteria: tuple[CriterionMap, ...]) -> None:
        fallback = self.project
        if fallback is not None and "project" not in self.sources and "project" not in self.constants:
            wants = any(c.name == "project" for c in TABLES[self.table])
            if wants:
                self.constants["project"] = fallback
                self.notes.say(f"The file names no project; {fallback!r} is used. Change it with --project NAME.")
        if self.table != "judgments" or criteria or "criterion" in self.sources or "criterion" in self.constants:
            return
        if len(self.mapping.criteria) == 1:
            self.constants["criterion"] = self.mapping.criteria[0].name
            return
        label = self.sources.get("label", ("label",))[0]
        self.constants["criterion"] = "label" if wide else label
        self.notes.say(
            f"The file names no criterion; {self.constants['criterion']!r} is used. Change it with --criterion NAME."
        )

    def _required(self, layout: str, criteria: tuple[CriterionMap, ...]) -> None:
        for c in TABLES[self.table]:
            if not c.required or c.name in self.sources or c.name in self.constants:
                continue
            if self.table == "judgments":
                if c.name == "trainer_id" and (layout == "wide" or self.mapping.anonymous):
                    continue
                if c.name in ("label", "criterion") and (criteria or layout == "wide"):
                    continue
            if c.name in ("project", "criterion") and self.table != "judgments":
                raise IngestError(
                    f"{self.file} has no column {c.name!r}. {self._found()} Say --{c.name} NAME, or map a column with "
                    f"--map {c.name}=COLUMN."
                )
            raise IngestError(f"{self.file} has no column {c.name!r}. {self._found()} {self._hint(c)}")

    def _hint(self, wanted: Column) -> str:
        free = [n for n in self.names if n not in self.taken]
        known = {plain(a): n for a in (wanted.name, *wanted.aliases) for n in [a]}
        for name in free:
            near = difflib.get_close_matches(plain(name), list(known), 1, 0.75)
            inside = any(len(k) > 3 and k in plain(name) for k in known)
            if near or inside:
                return f"Did you mean --map {wanted.name}={name}?"
        return f"Map one with --map {wanted.name}={free[0] if free else 'COLUMN'}."
