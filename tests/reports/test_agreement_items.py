"""The items behind a number, against loops over the raw log."""

from __future__ import annotations

import itertools

import pytest

from analytics.core.errors import FilterError, ScopeError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports import agreement_items
from analytics.reports.agreement_items import ItemChoice, ItemList, agreement_items_report
from analytics.store import Engine
from tests.reports.log import LABELS, MODELS, Units, counted, items, pair_agreement

LEAD = Scope()
ALL = Filters()
WORDS = {i["item_id"]: i for i in items() if i["project"] == "p"}


def found(
    engine: Engine, choice: ItemChoice, criterion: str = "harm", filters: Filters = ALL, **more: object
) -> ItemList:
    return agreement_items_report(engine, LEAD, filters, project="p", criterion=criterion, choice=choice, **more)  # type: ignore[arg-type]


def everything(
    engine: Engine, choice: ItemChoice, criterion: str = "harm", filters: Filters = ALL
) -> dict[tuple[str, str], list[str]]:
    first = found(engine, choice, criterion, filters)
    pages = [found(engine, choice, criterion, filters, page=k) for k in range(1, first.n_pages + 1)]
    out = {(i.item_id, i.version or ""): [x for x, n in i.labels for _ in range(n)] for p in pages for i in p.items}
    assert len(out) == first.n_found
    return out


def expected(units: Units) -> dict[tuple[str, str], list[str]]:
    return {unit: sorted(given.values(), key=lambda x: LABELS_ORDER.get(x, 99)) for unit, given in units.items()}


LABELS_ORDER = {x: k for labels in LABELS.values() for k, x in enumerate(labels)}


@pytest.mark.parametrize("criterion", LABELS)
def test_no_choice_lists_every_counted_item_with_its_labels(log_engine: Engine, criterion: str) -> None:
    assert everything(log_engine, ItemChoice(), criterion) == expected(counted(criterion))


@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(LABELS["harm"], 2)))
def test_a_cell_lists_the_items_that_carry_both_labels(log_engine: Engine, pair: tuple[str, str]) -> None:
    a, b = pair
    units = counted("harm")
    want = {u: g for u, g in units.items() if (list(g.values()).count(a) >= 2 if a == b else {a, b} <= set(g.values()))}
    assert everything(log_engine, ItemChoice(label_a=a, label_b=b)) == expected(want)


def test_a_pair_of_trainers_lists_their_shared_items_with_what_each_said(log_engine: Engine) -> None:
    with log_engine.session(LEAD, Filters()) as session:
        codes = {trainer_id: code for code, trainer_id, *_ in session.rows("trainer_names")}
    shared = {u: g for u, g in counted("tone").items() if {"t1", "t2"} <= set(g)}
    listed = found(log_engine, ItemChoice(trainer_a=codes["t1"], trainer_b=codes["t2"]), "tone")
    assert shared
    assert {(i.item_id, i.version or ""): (i.label_of_a, i.label_of_b) for i in listed.items} == {
        u: (g["t1"], g["t2"]) for u, g in shared.items()
    }


@pytest.mark.parametrize("ends", [(0.0, 0.0), (1.0, 1.0), (0.3, 0.7)])
def test_a_class_of_agreement_lists_its_items(log_engine: Engine, ends: tuple[float, float]) -> None:
    low, high = ends
    want = {}
    for unit, given in counted("harm").items():
        share = pair_agreement(list(given.values()))
        if share is not None and low <= share <= high:
            want[unit] = given
    assert everything(log_engine, ItemChoice(low=low, high=high)) == expected(want)


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("topic", ("law",)),
        ("language", ("de",)),
        ("guideline_section", ("section 1",)),
        ("sensitive", ("sensitive",)),
        ("sensitive", ("not sensitive",)),
        ("tier", ("b",)),
        ("words", ("11", "12")),
        ("responses.model", (MODELS[1],)),
        ("guideline_version", ("v2",)),
    ],
)
def test_a_slice_lists_its_items(log_engine: Engine, attribute: str, values: tuple[str, ...]) -> None:
    def inside(unit: tuple[str, str]) -> bool:
        item = WORDS[unit[0]]
        if attribute == "guideline_version":
            return unit[1] in values
        if attribute == "sensitive":
            return ("sensitive" if item["sensitive"] else "not sensitive") in values
        if attribute == "responses.model":
            return any(f'"{v}"' in (item["responses"] or "") for v in values)
        if attribute in ("tier", "words"):
            return any(
                f'"{attribute}": "{v}"' in item["attributes"] or f'"{attribute}": {v}' in item["attributes"]
                for v in values
            )
        return item[attribute] in values

    want = {u: g for u, g in counted("harm").items() if inside(u)}
    assert want
    assert everything(log_engine, ItemChoice(attribute=attribute, values=values)) == expected(want)


def test_a_batch_lists_items_with_a_judgment_in_it(log_engine: Engine) -> None:
    whole, part = counted("harm"), counted("harm", batch="b1")
    assert everything(log_engine, ItemChoice(attribute="batch", values=("b1",))) == expected(
        {u: whole[u] for u in part}
    )


def test_filters_hold_for_the_list_too(log_engine: Engine) -> None:
    filters = Filters(topics=("satire",), teams=("team0",))
    assert everything(log_engine, ItemChoice(), "tone", filters) == expected(
        counted("tone", topics=("satire",), teams=("team0",))
    )


def test_the_least_agreed_come_first_and_pages_do_not_overlap(
    log_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement_items, "PAGE", 7)
    first = found(log_engine, ItemChoice(), "tone")
    listed = [i for k in range(1, first.n_pages + 1) for i in found(log_engine, ItemChoice(), "tone", page=k).items]
    assert first.n_pages > 3
    assert len({(i.item_id, i.version) for i in listed}) == len(listed) == first.n_found
    shares = [2.0 if i.agreement is None else i.agreement for i in listed]
    assert shares == sorted(shares)
    for i in listed:
        assert i.agreement == pytest.approx(pair_agreement([x for x, n in i.labels for _ in range(n)]))


def test_an_unknown_label_and_a_foreign_project_are_refused(log_engine: Engine) -> None:
    with pytest.raises(FilterError, match="no judgment with the label 'awful'"):
        found(log_engine, ItemChoice(label_a="awful"))
    with pytest.raises(ScopeError, match="does not include project 'p'"):
        agreement_items_report(
            log_engine, Scope(projects=("q",)), Filters(), project="p", criterion="harm", choice=ItemChoice()
        )
    with pytest.raises(FilterError, match="no criterion 'beauty'"):
        found(log_engine, ItemChoice(), "beauty")


def test_a_trainer_sees_only_items_of_their_own(log_engine: Engine) -> None:
    own = agreement_items_report(
        log_engine, Scope(role="trainer", viewer="t1"), Filters(), project="p", criterion="harm", choice=ItemChoice()
    )
    units = {u: g for u, g in counted("harm").items() if "t1" in g}
    assert {(i.item_id, i.version or "") for i in own.items} == set(units)
    assert all(i.n_judgments == 1 for i in own.items)
