"""The items behind a number: those in a cell of the confusion table, of a pair of trainers, of a slice, of a class."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.store import Engine

PAGE = 50
"""Items on one page of a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemChoice:
    """Which items of a criterion; None selects all.

    Attributes
    ----------
    label_a, label_b : str or None
        Items that carry both labels; the same label twice: items where it was given at least twice.
    trainer_a, trainer_b : int or None
        Codes of trainers who both judged the item.
    low, high : float or None
        Share of pairs of judgments that agree, both ends included.
    attribute : str or None
    values : tuple of str
        Items whose attribute has one of these values.
    """

    label_a: str | None = None
    label_b: str | None = None
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
        Share of pairs of judgments that agree; None below two judgments.
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
    """One page of items, those with the least agreement first; `n_found` counts all pages."""

    snapshot_id: str
    items: tuple[ListedItem, ...]
    n_found: int
    page: int
    n_pages: int


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
    narrowed = of_one(filters, project, criterion)
    with engine.session(scope, narrowed) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        rank = {label: k for k, label in enumerate(one.counts.labels)}
        dictionary = one.criterion.dictionary
        frame = session.frame(
            "agreement_items",
            criterion_code=one.criterion.code,
            label_codes=None if one.counts.level == "text" else one.label_codes,
            label_a=None if choice.label_a is None else one.code_of(choice.label_a),
            label_b=None if choice.label_b is None else one.code_of(choice.label_b),
            trainer_a=choice.trainer_a,
            trainer_b=choice.trainer_b,
            low=choice.low,
            high=choice.high,
            attribute=choice.attribute,
            values=list(choice.values),
            most=PAGE,
            skip=PAGE * (max(page, 1) - 1),
        )

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
                agreement=None if one.counts.level == "text" else row["agreement"],
                label_of_a=label(row["label_of_a"]),
                label_of_b=label(row["label_of_b"]),
            )
        )
    n_found = int(frame["n_found"].iloc[0]) if len(frame) else 0
    return ItemList(
        snapshot_id=one.snapshot_id,
        items=tuple(items),
        n_found=n_found,
        page=page,
        n_pages=max(1, -(-n_found // PAGE)),
    )
