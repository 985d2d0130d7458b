"""A mapping says what a log means; what it cannot mean is refused with the place named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analytics.core.errors import IngestError
from analytics.core.scale import Scale
from analytics.ingest.mapping import CRITERION_KEYS, SECTIONS, load_mapping, mapping_from, parse_map, read_mapping
from tests.ingest.logs import MAPPINGS

FULL = """
[columns]
item_id = ["conv", "turn"]
trainer_id = "worker"
"attribute.kind" = "type"
confidence = ""

[constants]
project = "p"
batch = 7

[layout]
kind = "wide"
trainer_columns = "label_*"
except = ["label_gold"]

[leave_out]
severity = ["check"]

[labels]
0 = "tie"

[criteria]
Q1 = "Q1_column"

[criteria.harm]
column = "Q2"
level = "ordinal"
labels = ["No", "Unsure", "Yes"]
subjective = true
target = 0.667
separator = ","
recode = { N = "No" }
gold = "safety_gold"

[criteria.harm.cost.Yes]
No = 5

[items]
attributes = ["phase"]
responses = ["response"]

[trainers.groups]
age = "rater_age"

[time]
unit = "ms"
duration_unit = "ms"
judgments_per_page = 3
"""


def toml(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_section(tmp_path: Path) -> None:
    mapping = load_mapping(toml(tmp_path, FULL))
    assert mapping.columns == {
        "item_id": ("conv", "turn"),
        "trainer_id": ("worker",),
        "attribute.kind": ("type",),
        "confidence": (),
        "attribute.phase": ("phase",),
        "group.age": ("rater_age",),
    }
    assert mapping.constants == {"project": "p", "batch": "7"}
    assert (mapping.layout, mapping.trainer_columns, mapping.except_columns) == ("wide", ("label_*",), ("label_gold",))
    assert mapping.leave_out == {"severity": ("check",)}
    assert mapping.labels == {"0": "tie"}
    assert mapping.responses == {"response": "response"}
    assert (mapping.time_unit, mapping.duration_unit, mapping.judgments_per_page) == ("ms", "ms", 3.0)
    harm = mapping.criterion("harm")
    assert harm is not None
    assert harm.scale == Scale(
        level="ordinal", labels=("No", "Unsure", "Yes"), subjective=True, target=0.667, cost={("Yes", "No"): 5.0}
    )
    assert (harm.column, harm.separator, harm.recode, harm.gold) == ("Q2", ",", {"N": "No"}, "safety_gold")
    plain = mapping.criterion("Q1")
    assert plain is not None
    assert (plain.column, plain.scale) == ("Q1_column", None)
    assert mapping.criterion("Q9") is None


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    mapping = mapping_from(toml(tmp_path, FULL), pairs=["trainer_id=rater", "label=x"], project="q")
    assert mapping.columns["trainer_id"] == ("rater",)
    assert mapping.columns["item_id"] == ("conv", "turn")
    assert mapping.columns["label"] == ("x",)
    assert mapping.constants == {"project": "q", "batch": "7"}
    assert mapping.layout == "wide"


def test_nothing_said_is_an_empty_mapping() -> None:
    assert mapping_from() == parse_map([])


@pytest.mark.parametrize(
    "text, said",
    [
        ("[column]\n", r"map\.toml: a mapping has no section \[column\]\. Sections: columns, constants"),
        ("columns = 3\n", r"map\.toml: \[columns\] must be a table, got 3\."),
        ("[layout]\nkinds = 1\n", r"map\.toml: \[layout\] has no key 'kinds'\. Keys: anonymous, except, explode, kind"),
        ('[layout]\nkind = "square"\n', r"\[layout\] kind must be one of 'long', 'wide', 'lists', got 'square'\."),
        ("[columns]\nitem_id = 3\n", r"\[columns\] item_id must be a column name or a list of them, got 3\."),
        ('[columns]\nworker = "x"\n', r"map\.toml \[columns\]: the contract has no column 'worker'"),
        ('[time]\nunit = "min"\n', r"\[time\] unit must be one of 's', 'ms', 'us', got 'min'\."),
        ("[time]\njudgments_per_page = 0\n", r"judgments_per_page must be a number above 0, got 0\."),
        ("[criteria.q]\nlevels = 1\n", r"\[criteria\.q\] has no key 'levels'"),
        ("[criteria]\nq = 3\n", r"\[criteria\.q\] must be a column name or a table, got 3\."),
        ('[criteria.q]\nlevel = "likert"\n', r"\[criteria\.q\]: level must be one of .*, got 'likert'\."),
        ('[criteria.q]\nlevel = "nominal"\nlabels = ["a", "a"]\n', r"labels must differ from each other, got 'a'"),
        ('[criteria.q]\nlevel = "nominal"\nlabels = ["a|b"]\n', r"a label must not contain '\|', got 'a\|b'"),
        ('[criteria.q]\nlabels = ["a"]\n', r"\[criteria\.q\] gives labels but no level\."),
        (
            '[criteria.q]\ncolumn = "a"\nflags = "b.*"\n',
            r"must give one of column, one_hot, flags and sum, not several",
        ),
        ('[criteria.q]\nsum = [{ when = { a = "b" } }]\n', r"\[criteria\.q\] sum: each rule must be"),
        ("[columns\n", r"map\.toml: the mapping file is not TOML: "),
    ],
)
def test_what_a_mapping_cannot_say(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(IngestError, match=said):
        load_mapping(toml(tmp_path, text))


def test_a_mapping_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        IngestError, match=r"none\.toml: the mapping file cannot be read \(No such file or directory\)\."
    ):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_worked_examples_can_be_read(path: Path) -> None:
    mapping = load_mapping(path)
    assert mapping.columns
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#")
    assert all(len(line) <= 120 for line in text.splitlines())


def test_the_sections_shown_in_the_readme_can_be_read() -> None:
    text = (MAPPINGS / "README.md").read_text(encoding="utf-8")
    block = text.split("```toml\n")[1].split("```")[0]
    mapping = read_mapping(tomllib.loads(block), "README.md")
    assert {c.name for c in mapping.criteria} == {"tone", "harm", "abuse", "type", "score", "better"}
    assert set(SECTIONS) == set(tomllib.loads(block))
    assert all(
        f"{key} = " in block or f"{key}." in block for keys in (*SECTIONS.values(), CRITERION_KEYS) for key in keys
    )
