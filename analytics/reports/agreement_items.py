"""The items behind a number: those in a cell of the confusion table, of a pair of trainers, of a slice, of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.agreement_texts import alike_by_unit
from analytics.reports.downloads import MOST_ROWS
from analytics.reports.one_criterion import OneCriterion, of_one, one_criterion
from analytics.stats.agreement.part_confusion import labels_of_cell
from analytics.store import Engine
from analytics.store.engine import Session

PAGE = 50
"""Items on one page of a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemChoice:
    """Which items of a criterion; None selects all.

    Attributes
    ----------
    label_a, label_b : str or None
        Items that carry both labels; the same label twice: items where it was given at least twice.
    part_a, part_b : str or None
        Items with two labels that stand against each other as these parts do: flags of sets, places of rankings (see
        `stats.agreement.part_confusion`).
    trainer_a, trainer_b : int or None
        Codes of trainers who both judged the item.
    low, high : float or None
        Share of pairs of judgments that agree, both ends included; of free text how alike the texts are.
    attribute : str or None
    values : tuple of str
        Items whose attribute has one of these values.
    """

    label_a: str | None = None
    label_b: str | None = None
    part_a: str | None = None
    part_b: str | None = None
    trainer_a: int | None = None
    trainer_b: int | None = None
    low: float | None = None
    high: float | None = None
    attribute: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedItem:
    """One item of the list.

    Attributes
    ----------
    labels : tuple of (label, n)
        How often each label was given, in the scale's order.
    agreement : float or None
        Share of pairs of judgments that agree; of free text 1 - mean distance. None below two judgments.
    label_of_a, label_of_b : str or None
        What the two trainers of the choice said.
    """

    item_id: str
    version: str | None
    prompt: str | None
    sensitive: bool
    labels: tuple[tuple[str, int], ...]
    n_judgments: int
    agreement: float | None
    label_of_a: str | None
    label_of_b: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemList:
    """One page of items, those with the least agreement first; `n_found` counts all pages, `text`: labels are texts."""

    snapshot_id: str
    items: tuple[ListedItem, ...]
    n_found: int
    page: int
    n_pages: int
    text: bool


def agreement_items_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    choice: ItemChoice,
    page: int = 1,
) -> ItemList:
    """Return a page of the items behind a number, under the same scope and filters as the number itself."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        frame, alike = _found(session, one, choice, most=PAGE, skip=PAGE * (max(page, 1) - 1))
    n_found = int(frame["n_found"].iloc[0]) if len(frame) else 0
    return ItemList(
        snapshot_id=one.snapshot_id,
        items=_listed(frame, one, alike),
        n_found=n_found,
        page=page,
        n_pages=max(1, -(-n_found // PAGE)),
        text=one.counts.texts is not None,
    )


def all_items(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, choice: ItemChoice
) -> pd.DataFrame:
    """Return all items behind a number, one row each, for downloading; texts of sensitive items stay out.

    Columns: item_id, guideline_version, labels (in words), n_judgments, agreement, label_of_a and label_of_b (where the
    choice names two trainers), prompt (its beginning).
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        frame, alike = _found(session, one, choice, most=MOST_ROWS, skip=0)
    items = _listed(frame, one, alike)
    pair = choice.trainer_a is not None
    return pd.DataFrame(
        {
            "item_id": [i.item_id for i in items],
            "guideline_version": [i.version for i in items],
            "labels": [labels_in_words(i.labels) for i in items],
            "n_judgments": [i.n_judgments for i in items],
            "agreement": [i.agreement for i in items],
            **({"label_of_a": [i.label_of_a for i in items]} if pair else {}),
            **({"label_of_b": [i.label_of_b for i in items]} if pair else {}),
            "prompt": [None if i.sensitive else i.prompt for i in items],
        }
    )


def judgments_of_items(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, choice: ItemChoice
) -> pd.DataFrame:
    """Return the judgments on all items behind a number: the rows its coefficient was computed from.

    Columns as in `downloads.coefficient_rows`.
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        frame, _ = _found(session, one, choice, most=MOST_ROWS, skip=0)
        return session.frame(
            "agreement_rows",
            criterion_code=one.criterion.code,
            label_codes=_counted(one),
            units=[int(unit) for unit in frame["unit"]],
            most=MOST_ROWS,
        )


def _counted(one: OneCriterion) -> list[int] | None:
    return None if one.counts.level == "text" else one.label_codes


def _found(
    session: Session, one: OneCriterion, choice: ItemChoice, *, most: int, skip: int
) -> tuple[pd.DataFrame, dict[int, float]]:
    """Return the rows of the items, and how alike the texts of each unit are where labels are free text."""
    alike: dict[int, float] = {}
    units, low, high = None, choice.low, choice.high
    if one.counts.texts is not None:
        alike = alike_by_unit(one.counts.texts)
        if low is not None or high is not None:
            ends = (-1.0 if low is None else low, 2.0 if high is None else high)
            units, low, high = [u for u, x in alike.items() if ends[0] <= x <= ends[1]], None, None
        else:
            units = [*alike, *sorted({int(u) for u in one.counts.texts.unit} - alike.keys())]
    pairs: list[tuple[int, int]] | None = None
    if choice.part_a is not None and choice.part_b is not None:
        pairs = labels_of_cell(one.counts.labels, choice.part_a, choice.part_b, level=one.counts.level)
    frame = session.frame(
        "agreement_items",
        criterion_code=one.criterion.code,
        label_codes=_counted(one),
        label_a=None if choice.label_a is None else one.code_of(choice.label_a),
        label_b=None if choice.label_b is None else one.code_of(choice.label_b),
        trainer_a=choice.trainer_a,
        trainer_b=choice.trainer_b,
        low=low,
        high=high,
        units=units,
        pairs_a=None if pairs is None else [one.code_of(one.counts.labels[a]) for a, _ in pairs],
        pairs_b=None if pairs is None else [one.code_of(one.counts.labels[b]) for _, b in pairs],
        attribute=choice.attribute,
        values=list(choice.values),
        most=most,
        skip=skip,
    )
    return frame, alike


def _listed(frame: pd.DataFrame, one: OneCriterion, alike: dict[int, float]) -> tuple[ListedItem, ...]:
    rank = {label: k for k, label in enumerate(one.counts.labels)}
    dictionary, text = one.criterion.dictionary, one.counts.texts is not None

    def label(code: object) -> str | None:
        return None if code is None or code != code else dictionary[int(code)]  # type: ignore[call-overload]

    items = []
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        given = [dictionary[int(code)] for code in row["labels"] if code is not None and code == code]
        items.append(
            ListedItem(
                item_id=row["item_id"],
                version=row["version"],
                prompt=row["prompt"],
                sensitive=bool(row["sensitive"]),
                labels=tuple((x, given.count(x)) for x in sorted(set(given), key=lambda x: rank.get(x, len(rank)))),
                n_judgments=int(row["n_judgments"]),
                agreement=alike.get(int(row["unit"])) if text else row["agreement"],
                label_of_a=label(row["label_of_a"]),
                label_of_b=label(row["label_of_b"]),
            )
        )
    return tuple(items)


def labels_in_words(labels: Sequence[tuple[str, int]]) -> str:
    """Return how often each label was given.

    >>> labels_in_words([("none", 2), ("", 1)])
    '2 × none, 1 × (empty)'
    """
    return ", ".join(f"{n} × {label or '(empty)'}" for label, n in labels)
