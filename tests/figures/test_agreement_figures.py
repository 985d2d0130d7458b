"""The figures of the Agreement page: plain JSON, no nan, what they say in words, and text that cannot break out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.figures import agreement, cells, pair_matrix
from analytics.figures.cells import SELECTION, Cell, alt_of, cell_table, unique_names
from analytics.figures.frame import alt_text, bands_of
from analytics.figures.palette import DARK, LIGHT, Palette
from analytics.reports.agreement_detail import AgreementDetail, agreement_detail_report
from analytics.reports.agreement_effects import trainer_effects_report
from analytics.reports.agreement_pairs import agreement_pairs_report
from analytics.reports.agreement_slices import agreement_slices_report
from analytics.reports.agreement_trend import agreement_trend_report
from analytics.store import Engine
from tests.reports.log import make_engine

BANDS = bands_of(Settings().bands)
HOSTILE = "<b onclick=alert(1)>x</b> & \\"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make_engine(tmp_path_factory.mktemp("figures"))


def detail(engine: Engine, criterion: str = "harm", project: str = "p") -> AgreementDetail:
    return agreement_detail_report(engine, Scope(), Filters(), project=project, criterion=criterion)


def asked(call: Callable[..., Any], engine: Engine, **more: Any) -> Any:
    return call(engine, Scope(), Filters(), project="p", **{"criterion": "tone", **more})


FIGURES: dict[str, Callable[[Engine, Palette], Any]] = {
    "headline": lambda e, p: agreement.headline(detail(e), p, BANDS),
    "headline, undefined": lambda e, p: agreement.headline(detail(e, "other", "q"), p, BANDS),
    "all": lambda e, p: agreement.all_coefficients(detail(e).agreement.coefficients, p),
    "histogram": lambda e, p: agreement.item_histogram(detail(e), p),
    "slices": lambda e, p: agreement.slices(asked(agreement_slices_report, e, attribute="topic"), p),
    "slices, ranges": lambda e, p: agreement.slices(asked(agreement_slices_report, e, attribute="words"), p),
    "effects": lambda e, p: agreement.effects(asked(trainer_effects_report, e), p),
    "weekly": lambda e, p: agreement.weekly(asked(agreement_trend_report, e), p, 0.7),
}
TABLES: dict[str, Callable[[Engine, Palette], Any]] = {
    "confusion": lambda e, p: agreement.confusion(detail(e), p),
    "confusion of sets": lambda e, p: agreement.confusion(detail(e, "flags"), p),
    "pairs": lambda e, p: pair_matrix.pair_matrix(asked(agreement_pairs_report, e), p),
}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.mode)
@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_plain_json_with_words(engine: Engine, name: str, palette: Palette) -> None:
    figure = FIGURES[name](engine, palette)
    json.dumps(figure, allow_nan=False)
    assert len(alt_text(figure)) > 10
    assert not re.search(r"\bnan\b", alt_text(figure))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.mode)
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_plain_json_and_can_be_clicked(engine: Engine, name: str, palette: Palette) -> None:
    spec = TABLES[name](engine, palette)
    json.dumps(spec, allow_nan=False)
    assert len(alt_of(spec)) > 10
    (param,) = spec["params"]
    assert param["name"] == SELECTION
    assert param["select"]["fields"] == ["row", "column"]
    values = spec["data"]["values"]
    rows = spec["encoding"]["y"]["sort"]
    assert {v["row"] for v in values} <= set(rows)
    assert len({(v["row"], v["column"]) for v in values}) == len(values)


def test_the_confusion_shows_shares_that_add_up_to_one_a_row(engine: Engine) -> None:
    found = detail(engine)
    values = agreement.confusion(found, LIGHT)["data"]["values"]
    for name in agreement.confused_labels(found):
        shares = [float(v["text"].split("\u00a0")[0]) for v in values if v["row"] == name]
        assert sum(shares) == pytest.approx(100, abs=2)
    assert set(agreement.confused_labels(found).values()) == set(found.labels)


def test_the_title_names_labels_that_meet_as_often_as_chance_would_have_it(engine: Engine) -> None:
    found = detail(engine)
    title = agreement.confusion_title(found)
    a, b = agreement.most_confused(found)[0]
    if found.confusion.ratio[a, b] >= 1 and found.n_items_with[a, b] >= 10:
        assert title == f"{found.labels[a]} and {found.labels[b]} are taken for each other"
    else:
        assert title == "Which labels are taken for each other"


def test_a_thin_pair_is_grey_and_has_no_number(engine: Engine) -> None:
    report = asked(agreement_pairs_report, engine)
    thin = [p for p in report.pairs if p.thin]
    assert thin
    names = pair_matrix.trainer_names(report)
    values = {(v["row"], v["column"]): v for v in pair_matrix.pair_matrix(report, LIGHT)["data"]["values"]}
    for p in thin:
        cell = values[names[p.a], names[p.b]]
        assert cell["text"] == ""
        assert cell["second"] == str(p.n_shared)
        assert cell["fill"].startswith("rgba(107,114,128")
    for p in report.pairs:
        if not p.thin and math.isfinite(p.kappa):
            assert values[names[p.b], names[p.a]]["text"]


def test_text_is_left_out_where_cells_are_narrow_and_where_they_are_low() -> None:
    def table(n: int) -> Any:
        names = [f"t{k}" for k in range(n)]
        made = [
            Cell(row=a, column=b, fill="#FFFFFF", ink="#000000", text="0.5", second="9", hover={"a": a})
            for a in names for b in names
        ]  # fmt: skip
        return cell_table(made, LIGHT, rows=names, columns=names, row_title="", column_title="", alt="A table.")

    few, many = table(4), table(80)
    texts = [layer for layer in few["layer"] if layer["mark"]["type"] == "text"]
    assert len(texts) == 2
    assert all(t["encoding"]["opacity"]["condition"]["test"] == f"width >= {cells.NARROWEST * 4}" for t in texts)
    assert [layer["mark"]["type"] for layer in many["layer"]] == ["rect"]
    assert many["height"] <= 640 < 80 * cells.LOW


def test_names_do_not_repeat_and_hostile_ones_are_data() -> None:
    assert unique_names([HOSTILE, HOSTILE], ["a", "b"], 60) == [f"{HOSTILE} (a)", f"{HOSTILE} (b)"]
    assert unique_names(["", "x"], ["a", "b"]) == ["(empty)", "x"]
    cell = Cell(row=HOSTILE, column=HOSTILE, fill="#FFFFFF", ink="#000000", text=HOSTILE, hover={"One": HOSTILE})
    spec = cell_table(
        [cell], LIGHT, rows=[HOSTILE], columns=[HOSTILE], row_title="r", column_title="c", alt="One cell."
    )
    assert spec["data"]["values"][0]["row"] == HOSTILE
    assert HOSTILE not in json.dumps({k: v for k, v in spec.items() if k not in ("data", "encoding")})


def test_wrong_use_is_an_error() -> None:
    with pytest.raises(ValueError, match="alt must say in words"):
        cell_table([], LIGHT, rows=[], columns=[], row_title="", column_title="", alt=" ")
    with pytest.raises(ValueError, match="rows must not repeat a name"):
        cell_table([], LIGHT, rows=["a", "a"], columns=["a"], row_title="", column_title="", alt="Empty.")
