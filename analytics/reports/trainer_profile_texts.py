"""What one trainer wrote, and the items on which gold or the others say something else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.results import Estimate
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one
from analytics.reports.trainer_profile import ProfileLog, check_lead, profile_log
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.own_figures import clear_answer
from analytics.stats.trainers.rationales import near_duplicates, rationale_reuse, words
from analytics.store import Engine

MOST_RATIONALES = 4_000
SHINGLE = 5
MOST_GROUPS, MOST_EXAMPLES = 8, 12
FEWEST_OTHERS = 2
"""One other person is a difference between two, no majority."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedText:
    """A rationale given on several items: one wording, how many items, some of their ids, on which criteria."""

    text: str
    n_items: int
    item_ids: tuple[str, ...]
    criteria: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedText:
    """A rationale that others wrote too: how many of the trainer's items carry it, and who else wrote it."""

    text: str
    n_items: int
    others: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RationalesProfile:
    """One trainer's rationales over all criteria of the selection.

    Attributes
    ----------
    n, n_long : int
        Rationales; those of at least five words, which can be compared.
    repeated, shared : Estimate
        Share that nearly repeat one of their own on another item; share that somebody else wrote word for word.
    median_words : float
        Words of the usual rationale; nan without any.
    groups : tuple of RepeatedText
        The most repeated first.
    common : tuple of SharedText
        Shared by the most people first.
    undefined : str or None
        Why there is nothing.
    """

    n: int
    n_long: int
    repeated: Estimate
    shared: Estimate
    median_words: float
    groups: tuple[RepeatedText, ...]
    common: tuple[SharedText, ...]
    undefined: str | None


def rationales_profile_report(engine: Engine, scope: Scope, filters: Filters, *, trainer_id: str) -> RationalesProfile:
    """Return how far one trainer's rationales repeat themselves and those of others: worth a conversation, no more."""
    check_lead(scope)
    with engine.session(scope, filters.replace(trainers=(), teams=())) as session:
        people = session.frame("trainer_names")
        codes = dict(zip(people["trainer_id"].astype(str), people["trainer_code"].astype(int), strict=True))
        if trainer_id not in codes:
            raise FilterError(f"There is no trainer {trainer_id!r} in what you may see.")
        own = session.frame("trainer_profile_rationales", trainer_code=codes[trainer_id], most=MOST_RATIONALES)
        same = session.frame("trainer_profile_same_rationales", trainer_code=codes[trainer_id])
    if own.empty:
        gone = Estimate(value=math.nan, undefined="they wrote no rationale under these filters")
        return RationalesProfile(
            n=0, n_long=0, repeated=gone, shared=gone, median_words=math.nan, groups=(), common=(),
            undefined=gone.undefined,
        )  # fmt: skip
    names = dict(zip(people["trainer_code"].astype(int), people["display_name"].astype(str), strict=True))
    return _rationales(own, same, names, engine.settings.confidence)


def _rationales(own: pd.DataFrame, same: pd.DataFrame, names: dict[int, str], sure: float) -> RationalesProfile:
    texts = [str(t) for t in own["rationale"]]
    said = [words(text) for text in texts]
    long_enough = np.array([len(w) >= SHINGLE for w in said])
    pairs = near_duplicates(texts)
    items = own["item_code"].to_numpy(dtype=np.int64)
    reuse = rationale_reuse(pairs, np.zeros(len(texts), dtype=np.int64), items, long_enough, n_trainers=1)
    n_long = int(long_enough.sum())
    common = {" ".join(words(str(row["rationale"]))) for row in same.to_dict("records")}
    n_shared = sum(" ".join(w) in common for w, long in zip(said, long_enough, strict=True) if long)
    repeats = round(float(np.nan_to_num(reuse.own_repeats[0])) * n_long)
    shares = share_estimates(
        "own_repeats", np.array([repeats, n_shared]), np.array([n_long, n_long]), confidence=sure,
        reason=f"no rationale of at least {SHINGLE} words",
    )  # fmt: skip
    return RationalesProfile(
        n=len(texts),
        n_long=n_long,
        repeated=shares.estimate(0),
        shared=shares.estimate(1),
        median_words=float(np.median([len(w) for w in said])),
        groups=_groups(own, np.asarray(pairs.first), np.asarray(pairs.second)),
        common=tuple(
            SharedText(
                text=str(row["rationale"]), n_items=int(row["n_items"]),
                others=tuple(sorted(names.get(int(code), "?") for code in row["others"])),
            )
            for row in same.head(MOST_GROUPS).to_dict("records")
        ),
        undefined=None,
    )  # fmt: skip


def _groups(own: pd.DataFrame, first: Any, second: Any) -> tuple[RepeatedText, ...]:
    leader = np.arange(len(own))
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        low, high = sorted((leader[a], leader[b]))
        leader[leader == high] = low
    found = []
    for k, n in zip(*np.unique(leader, return_counts=True), strict=True):
        part = own[leader == k]
        ids = tuple(dict.fromkeys(str(i) for i in part["item_id"]))
        if n > 1 and len(ids) > 1:
            criteria = sorted({str(c) for names in part["criteria"] for c in names})
            found.append(
                RepeatedText(
                    text=str(part["rationale"].iloc[0]), n_items=len(ids), item_ids=ids[:6], criteria=tuple(criteria)
                )
            )
    return tuple(sorted(found, key=lambda g: (-g.n_items, g.text))[:MOST_GROUPS])


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An item on which gold or a clear majority of the others says something else than the trainer.

    Attributes
    ----------
    others : tuple of (label, n)
        What the others said, the most frequent first.
    gold : str or None
        The known answer.
    """

    item_id: str
    prompt: str
    sensitive: bool
    said: str
    rationale: str
    others: tuple[tuple[str, int], ...]
    gold: str | None
    judged_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamplesProfile:
    """Items on which one trainer differs: how many against gold and against a clear majority, and the clearest."""

    n_gold: int
    n_majority: int
    n: int
    examples: tuple[Example, ...]
    subjective: bool


def examples_profile_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, trainer_id: str
) -> ExamplesProfile:
    """Return the items of a criterion on which one trainer differs most clearly, gold first, large steps first."""
    found = profile_log(engine, scope, filters, project=project, criterion=criterion, trainer_id=trainer_id)
    if found is None:
        return ExamplesProfile(n_gold=0, n_majority=0, n=0, examples=(), subjective=False)
    log, codes = found.log, found.log.codes
    candidates: list[tuple[float, int]] = []
    n_gold = n_majority = 0
    for row in np.flatnonzero(found.mine).tolist():
        gold, label = int(log.gold[codes.item[row]]), int(codes.label[row])
        if gold >= 0:
            if gold != label:
                n_gold += 1
                candidates.append((2.0 + _steps(found, label, gold), row))
            continue
        others = _others(found, row)
        clear = clear_answer([log.labels[k] for k in others]) if len(others) >= FEWEST_OTHERS else None
        if clear is not None and clear.label != log.labels[label]:
            n_majority += 1
            candidates.append((clear.share * _steps(found, label, log.labels.index(clear.label)), row))
    candidates.sort(key=lambda c: (-c[0], -float(np.nan_to_num(log.at[c[1]])), c[1]))
    chosen = [row for _, row in candidates[:MOST_EXAMPLES]]
    whole = of_one(filters.replace(trainers=(), teams=()), project, criterion)
    item_codes = [int(log.item_codes[codes.item[row]]) for row in chosen]
    with engine.session(scope, whole) as session:
        rows = session.frame(
            "trainer_profile_items", criterion_code=log.criterion.code,
            trainer_code=int(log.trainer_codes[found.place]), item_codes=item_codes,
        )  # fmt: skip
    texts = {int(r["item_code"]): r for r in rows.to_dict("records")}
    return ExamplesProfile(
        n_gold=n_gold,
        n_majority=n_majority,
        n=found.n,
        examples=tuple(
            _example(found, row, texts[code]) for row, code in zip(chosen, item_codes, strict=True) if code in texts
        ),
        subjective=log.criterion.scale.subjective,
    )


def _others(found: ProfileLog, row: int) -> list[int]:
    codes = found.log.codes
    start, stop = np.searchsorted(codes.item, [codes.item[row], codes.item[row] + 1])
    return [int(codes.label[k]) for k in range(int(start), int(stop)) if k != row]


def _steps(found: ProfileLog, a: int, b: int) -> float:
    """How far apart two labels are, as a share of the scale; 1 where it has no order."""
    values = found.log.values
    return 1.0 if not values or len(values) < 2 else abs(values[a] - values[b]) / (max(values) - min(values))


def _example(found: ProfileLog, row: int, text: dict[Any, Any]) -> Example:
    log, codes = found.log, found.log.codes
    given, n = np.unique(np.array([log.labels[k] for k in _others(found, row)], dtype=str), return_counts=True)
    order = np.lexsort((given, -n))
    gold = int(log.gold[codes.item[row]])
    return Example(
        item_id=str(text["item_id"]),
        prompt=text["prompt"] if isinstance(text["prompt"], str) else "",
        sensitive=not pd.isna(text["sensitive"]) and bool(text["sensitive"]),
        said=log.labels[int(codes.label[row])],
        rationale=text["rationale"] if isinstance(text["rationale"], str) else "",
        others=tuple((str(given[k]), int(n[k])) for k in order),
        gold=log.labels[gold] if gold >= 0 else None,
        judged_at=None if pd.isna(text["judged_at"]) else text["judged_at"].to_pydatetime(),
    )
