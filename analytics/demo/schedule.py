"""Who judges what, when: visits of trainers to items, in sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo.behaviour import BoolArray, FloatArray, IntArray
from analytics.demo.items import Items
from analytics.demo.programme import N_WEEKS
from analytics.demo.trainers import Team

REPEAT_SHARE = 0.03
_VISITS = (0.17, 0.43, 0.32, 0.05, 0.02, 0.01)  # share of items visited by 1, 2, ... 6 trainers
_LAST_REPEATED_WEEK = N_WEEKS - 3
_START_HOUR = {"en-US": 14, "pt-BR": 12, "ja-JP": 1, "hi-IN": 4}
_OTHER_LOCALE = 0.04


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    """The V visits and the J judgments made in them.

    Attributes
    ----------
    item, trainer, day, round : int array (V,)
        A visit is one trainer judging one item under all its criteria in one go; day 0 is the programme's first.
    origin : int array (V,)
        The visit that a blind repeat repeats, -1 for first visits.
    seen : int array (V,)
        How many visits the trainer made before this one.
    place : int array (V,)
        Place of the visit in its session, from 0.
    session : int array (V,)
        Session code, 0..S-1: one trainer on one day.
    row_visit, row_criterion : int array (J,)
        Visit and criterion of each judgment, visits in time order within a session.
    """

    item: IntArray
    trainer: IntArray
    day: IntArray
    round: IntArray
    origin: IntArray
    seen: IntArray
    place: IntArray
    session: IntArray
    row_visit: IntArray
    row_criterion: IntArray


def wanted_visits(rng: np.random.Generator, n_items: int) -> IntArray:
    """Return how many trainers ordinary items (N,) are given to."""
    return rng.choice(np.arange(1, len(_VISITS) + 1), n_items, p=_VISITS)


def make_visits(
    rng: np.random.Generator, items: Items, team: Team, work: FloatArray, wanted: IntArray, n_judgments: int
) -> Visits:
    """Return visits that hold exactly `n_judgments` judgments, blind repeats among them.

    Every item keeps its first visit; where there is too much work, later visits are the ones that go.

    Raises
    ------
    ValueError
        If the items cannot be judged that often, or there are more items than judgments.
    """
    n_repeats = round(REPEAT_SHARE * n_judgments)
    n_first = n_judgments - n_repeats
    asked = items.asked.sum(axis=1)
    if asked.max(initial=0) > n_first or n_first < 2 * items.ids.size:
        raise ValueError(f"n_judgments must be at least twice the number of items, got {n_judgments}.")
    keys, able = _keys(rng, items, team, team.activity * work)
    wanted = np.minimum(wanted, able)
    while int((wanted * asked).sum()) < 1.01 * n_first:
        more = (wanted < able) & (rng.random(wanted.size) < 0.3)
        if not (wanted < able).any():
            raise ValueError(
                f"n_judgments must be at most {int((able * asked).sum())} for these items, got {n_judgments}."
            )
        wanted = wanted + more
    order = np.argsort(keys, axis=1)
    chosen = np.arange(order.shape[1]) < wanted[:, None]
    item, rank = np.nonzero(chosen)
    trainer = order[item, rank]
    turn = np.argsort(np.where(rank == 0, 0.0, rng.random(item.size) + 1.0), kind="stable")
    item, trainer = item[turn], trainer[turn]
    cut = _cut(asked[item], n_first)
    item, trainer = item[:cut], trainer[:cut]
    held = _held(asked[item], n_first)
    week = items.week[item]
    days = np.argsort(rng.random((team.ids.size, 5)), axis=1)[:, :3]
    day = 7 * week + days[trainer, rng.integers(0, 3, item.size)]
    again = np.flatnonzero((week <= _LAST_REPEATED_WEEK) & (held == asked[item]) & ~team.model[trainer])
    again = rng.permutation(again)
    again = again[: _cut(asked[item[again]], n_repeats)]
    held = np.concatenate([held, _held(asked[item[again]], n_repeats)])
    later = 7 * (week[again] + rng.integers(1, 3, again.size)) + days[trainer[again], rng.integers(0, 3, again.size)]
    return _ordered(
        rng, items,
        item=np.concatenate([item, item[again]]), trainer=np.concatenate([trainer, trainer[again]]),
        day=np.concatenate([day, later]), origin=np.concatenate([np.full(item.size, -1), again]), held=held,
    )  # fmt: skip


def _keys(rng: np.random.Generator, items: Items, team: Team, activity: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return random keys (N, M), the smaller the likelier, inf where a trainer cannot judge; and how many can (N,)."""
    weights = team.member.T[items.project] * activity
    codes = np.array([locale[:2] for locale in team.locale], dtype=object)
    foreign = items.language != "en"
    speaks = (items.language[:, None] == codes[None, :]) | team.model[None, :]
    weights = weights * np.where(foreign[:, None] & ~speaks, _OTHER_LOCALE, 1.0)
    weights = weights * (7 * items.week[:, None] >= team.start_day[None, :])
    weights = weights * np.where(
        team.model[None, :] & ~np.isin(items.task, ("rate", "compare", "decide"))[:, None], 0.0, 1.0
    )
    with np.errstate(divide="ignore"):
        return rng.exponential(size=weights.shape) / weights, (weights > 0).sum(axis=1)


def _cut(sizes: IntArray, n_rows: int) -> int:
    """Return how many visits are needed to reach `n_rows` judgments, the last of them perhaps in part."""
    total = np.cumsum(sizes)
    if not sizes.size or total[-1] < n_rows:
        raise ValueError(f"the visits hold {int(sizes.sum())} judgments, {n_rows} are needed.")
    return int(np.searchsorted(total, n_rows)) + 1


def _held(sizes: IntArray, n_rows: int) -> IntArray:
    """Return how many judgments of each visit are kept, so that they sum to `n_rows`."""
    held = sizes.copy()
    held[-1] -= int(sizes.sum()) - n_rows
    return held


def _ordered(
    rng: np.random.Generator, items: Items, *, item: IntArray, trainer: IntArray, day: IntArray, origin: IntArray,
    held: IntArray,
) -> Visits:  # fmt: skip
    """Put visits in order of trainer, day and chance, and number the sessions and the judgments."""
    order = np.lexsort((rng.random(item.size), day, trainer))
    moved = np.empty(item.size, dtype=np.int64)
    moved[order] = np.arange(item.size)
    origin = np.where(origin[order] >= 0, moved[origin[order]], -1)
    item, trainer, day, held = item[order], trainer[order], day[order], held[order]
    session = np.cumsum(_starts(trainer) | _starts(day)) - 1
    row_visit, row_criterion = np.nonzero(items.asked[item])
    nth = _places(_starts(row_visit))
    keep = nth < held[row_visit]
    return Visits(
        item=item, trainer=trainer, day=day, round=np.where(origin >= 0, 2, 1), origin=origin,
        seen=_places(_starts(trainer)), place=_places(_starts(session)), session=session,
        row_visit=row_visit[keep], row_criterion=row_criterion[keep],
    )  # fmt: skip


def _starts(codes: IntArray) -> BoolArray:
    """Return True at each place where a code differs from the one before."""
    return np.concatenate([[True], codes[1:] != codes[:-1]])


def _places(starts: BoolArray) -> IntArray:
    """Return the place (from 0) of each entry in its run."""
    index = np.arange(starts.size)
    return index - np.maximum.accumulate(np.where(starts, index, 0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When each of the J judgments was submitted, how long it took, and its place in the session."""

    second: FloatArray
    """Seconds since midnight UTC of the programme's first day."""
    duration_s: FloatArray
    position: IntArray
    """Place of the judgment in its session, from 1."""


def make_times(
    rng: np.random.Generator, items: Items, team: Team, visits: Visits, base_s: FloatArray, hurry: FloatArray
) -> Times:
    """Return the times of all judgments.

    Parameters
    ----------
    base_s : float array (C,)
        Median seconds that each criterion takes once the item is read.
    hurry : float array (J,)
        Factor on the time of each judgment; 1 is the usual pace.
    """
    item, trainer = visits.item[visits.row_visit], visits.trainer[visits.row_visit]
    first = _starts(visits.row_visit)
    reading = (items.prompt_words + items.words.sum(axis=1))[item] / 3.6
    median = base_s[visits.row_criterion] + np.where(first, reading, 0.0)
    repeat = np.where(visits.origin[visits.row_visit] >= 0, 0.9, 1.0)
    log_time = np.log(median * repeat * hurry) + team.pace[trainer] + rng.normal(0.0, 0.42, item.size)
    duration = np.maximum(0.6, np.round(np.exp(log_time), 1))
    session = visits.session[visits.row_visit]
    starts = _starts(session)
    elapsed = np.cumsum(duration + np.where(first, rng.exponential(12.0, item.size), 1.0))
    since = np.maximum.accumulate(np.where(starts, np.r_[0.0, elapsed[:-1]], 0.0))
    hours = np.array([_START_HOUR.get(str(locale), 8) for locale in team.locale], dtype=np.float64)
    opened = (hours[visits.trainer] * 3600 + 86_400 * visits.day)[visits.row_visit]
    late = rng.uniform(0.0, 3.5 * 3600, int(visits.session.max()) + 1)[session]
    return Times(second=opened + late + elapsed - since, duration_s=duration, position=_places(starts) + 1)
