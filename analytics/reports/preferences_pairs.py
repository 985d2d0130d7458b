"""The pairs behind a number: a list by votes, by models, by topic; and one pair with its two answers and judgments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.item_detail import ItemDetail, ItemJudgment, Response, item_detail_report
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.reports.preferences import scores_of
from analytics.stats.preferences.preference_forms import preference_score
from analytics.store import Engine
from analytics.text.differences import Change, word_changes

PAGE = 50
Order = Literal["contested", "clear"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PairChoice:
    """Which pairs of a preference criterion; None selects all.

    Attributes
    ----------
    order : {"contested", "clear"}
        Closest votes first, or clearest first.
    model_a, model_b : str or None
        Both models wrote one of the answers.
    loser : str or None
        The answer of this model got fewer votes.
    attribute : str or None
        "topic", "language", "domain" or "guideline_section".
    values : tuple of str
        Its values.
    text : str or None
        Part of the prompt.
    """

    order: Order = "contested"
    model_a: str | None = None
    model_b: str | None = None
    loser: str | None = None
    attribute: str | None = None
    values: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedPair:
    """One pair of the list: its votes, what it is about, and the median seconds of a judgment (None: not logged)."""

    item_id: str
    version: str | None
    prompt: str | None
    topic: str | None
    sensitive: bool
    model_a: str | None
    model_b: str | None
    n_a: int
    n_tie: int
    n_b: int
    median_s: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PairList:
    """One page of pairs; `n_found` counts all pages."""

    snapshot_id: str
    pairs: tuple[ListedPair, ...]
    n_found: int
    page: int
    n_pages: int


def pairs_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    choice: PairChoice,
    page: int = 1,
) -> PairList:
    """Return a page of the pairs of a choice."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        frame = session.frame(
            "preferences_pairs", criterion_code=one.criterion.code, order=choice.order, model_a=choice.model_a,
            model_b=choice.model_b, loser=choice.loser, attribute=choice.attribute, values=list(choice.values),
            text=choice.text, most=PAGE, skip=PAGE * (max(page, 1) - 1),
        )  # fmt: skip
    pairs = tuple(
        ListedPair(
            item_id=row["item_id"], version=row["version"], prompt=row["prompt"], topic=row["topic"],
            sensitive=bool(row["sensitive"]), model_a=row["model_a"], model_b=row["model_b"], n_a=int(row["n_a"]),
            n_tie=int(row["n_tie"]), n_b=int(row["n_b"]), median_s=row["median_s"],
        )
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    )  # fmt: skip
    n_found = int(frame["n_found"].iloc[0]) if len(frame) else 0
    return PairList(
        snapshot_id=one.snapshot_id, pairs=pairs, n_found=n_found, page=page, n_pages=max(1, -(-n_found // PAGE))
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PairDetail:
    """One pair: its two answers with their differences, and who chose what and why.

    Attributes
    ----------
    item : ItemDetail
        Prompt, facts, every judgment the viewer may see.
    answer_a, answer_b : Response or None
        None where the log does not hold the texts.
    changes : tuple of Change
        How A becomes B, word by word; empty without two texts.
    judgments : tuple of (ItemJudgment, score)
        Those of the preference criterion; score negative for A, 0 tie, positive for B; None where there is no choice.
    """

    item: ItemDetail
    answer_a: Response | None
    answer_b: Response | None
    changes: tuple[Change, ...]
    judgments: tuple[tuple[ItemJudgment, int | None], ...]


def pair_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, item_id: str
) -> PairDetail:
    """Return one pair with its answers, their differences, and the judgments with their rationales."""
    one = one_criterion(engine, scope, filters, project=project, criterion=criterion)
    scores_of(one.counts)
    item = item_detail_report(engine, scope, filters, project=project, criterion=criterion, item_id=item_id)
    a, b = _answers(item.responses)
    changes = word_changes(a.text, b.text) if a is not None and b is not None else ()
    return PairDetail(
        item=item,
        answer_a=a,
        answer_b=b,
        changes=changes,
        judgments=tuple((j, _score(j.label)) for j in item.of_criterion(criterion)),
    )


def _answers(responses: tuple[Response, ...]) -> tuple[Response | None, Response | None]:
    """Return the answers that the labels A and B mean: by id, else the first and the second listed."""
    if len(responses) < 2:
        return (responses[0] if responses else None), None
    first, second = responses[:2]
    return (second, first) if (first.id, second.id) == ("B", "A") else (first, second)


def _score(label: str | None) -> int | None:
    try:
        return None if label is None else preference_score(label)
    except ValueError:
        return None
