"""Put the simulated programme together: trainers, items, visits, answers, texts, gold, and what was planted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.demo.answers import answers
from analytics.demo.behaviour import BoolArray, FloatArray, IntArray
from analytics.demo.gold import choose_gold_items, make_gold
from analytics.demo.items import Items, make_items
from analytics.demo.log import DemoLog
from analytics.demo.planted import DEFAULT_SEED, DIVIDE_TOPIC, SLICE_PAIR, make_plan
from analytics.demo.programme import (
    CRITERIA,
    N_ITEMS,
    N_JUDGMENTS,
    N_WEEKS,
    PREFIX,
    PROJECTS,
    criteria_frame,
    guideline_versions,
    guidelines_frame,
    instant,
)  # fmt: skip
from analytics.demo.schedule import Times, Visits, make_times, make_visits, wanted_visits
from analytics.demo.setting import Setting, make_setting
from analytics.demo.trainers import Team, make_team
from analytics.demo.truth import Truth, choose_ambiguous, make_truth
from analytics.demo.wording import rationales, rewrites
from analytics.demo.written import planted_document

_BASE_S = {
    "preference": 40.0, "ranking": 75.0, "rewrite": 160.0, "harm_class": 22.0, "safety_flags": 20.0, "bias_flags": 20.0,
    "factual_accuracy": 45.0, "citation_support": 50.0,
}  # fmt: skip
_USUAL_S = 15.0
_STATUS = (("skipped", 0.012), ("discarded", 0.008), ("draft", 0.003))
_MIN_SCALE = 0.05
PLANTED_FILE = "planted_truth.json"


def simulate(seed: int = DEFAULT_SEED, scale: float = 1.0) -> DemoLog:
    """Simulate the programme's judgment log.

    Parameters
    ----------
    seed : int
        The same seed and scale give the same log to the last byte.
    scale : float
        Factor on the 8,000 items and 60,000 judgments; the 60 trainers and 16 weeks stay.

    Raises
    ------
    ValueError
        If `scale` is below 0.05, where the planted effects no longer have room.
    """
    if not scale >= _MIN_SCALE:
        raise ValueError(f"scale must be at least {_MIN_SCALE}, got {scale}.")
    rng = np.random.default_rng(seed)
    team = make_team(rng)
    plan = make_plan(rng, team)
    items = make_items(rng, round(N_ITEMS * scale))
    ambiguous = choose_ambiguous(rng, items, scale)
    golden = choose_gold_items(rng, items, ambiguous)
    wanted = _wanted(rng, items, ambiguous, golden)
    visits = make_visits(rng, items, team, plan.work, wanted, round(N_JUDGMENTS * scale))
    truth = make_truth(rng, items, ambiguous)
    gold = make_gold(rng, items, truth, golden, scale)
    setting = make_setting(rng, items, team, plan, visits, truth)
    judgments = _judgments(rng, setting)
    log = DemoLog(
        judgments=judgments, items=items.frame, trainers=team.frame, criteria=criteria_frame(), gold=gold.frame,
        guidelines=guidelines_frame(), truth=_truth_frame(items, truth), planted={},
    )  # fmt: skip
    log.planted.update(planted_document(log, setting, gold, seed=seed, scale=scale))
    return log


def write_demo(folder: Path, seed: int = DEFAULT_SEED, scale: float = 1.0) -> Path:
    """Simulate a log and write it as a folder that can be ingested as a whole, with planted_truth.json beside it.

    Returns
    -------
    Path
        The folder.
    """
    log = simulate(seed, scale)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in log.tables().items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    document = json.dumps(log.planted, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / PLANTED_FILE).write_text(document + "\n", encoding="utf-8")
    return folder


def _wanted(rng: np.random.Generator, items: Items, ambiguous: dict[str, IntArray], golden: IntArray) -> IntArray:
    """Return how many trainers each item (N,) is given to: more for gold, for planted items."""
    wanted = wanted_visits(rng, items.ids.size)
    wanted[golden] = rng.integers(5, 9, golden.size)
    for chosen in ambiguous.values():
        wanted[chosen] = rng.integers(4, 8, chosen.size)
    hard = items.named(**SLICE_PAIR)
    wanted[hard] = np.maximum(wanted[hard], rng.integers(2, 5, int(hard.sum())))
    divided = items.named(topic=DIVIDE_TOPIC)
    wanted[divided] = np.maximum(wanted[divided], rng.integers(3, 6, int(divided.sum())))
    return wanted


def _judgments(rng: np.random.Generator, setting: Setting) -> pd.DataFrame:
    """Return the contract's `judgments` table, in order of time."""
    visits, items, team = setting.visits, setting.items, setting.team
    rows = visits.row_visit
    n = rows.size
    labels, shown = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    chance = np.full(n, 0.6)
    for column, asked in enumerate(CRITERIA):
        if asked.level == "text":
            own = np.flatnonzero(visits.row_criterion == column)
            place = np.full(visits.item.size, -1)
            place[rows[own]] = np.arange(own.size)
            origin = visits.origin[rows[own]]
            labels[own] = rewrites(rng, setting, own, np.where(origin >= 0, place[origin], -1))
        else:
            found = answers(rng, setting, column)
            labels[found.rows], shown[found.rows], chance[found.rows] = found.labels, found.shown_first, found.chance
    trainer, item = visits.trainer[rows], visits.item[rows]
    status = _statuses(rng, n)
    skipped = status == "skipped"
    times = make_times(rng, items, team, visits, _base_s(), setting.plan.hurry[trainer])
    stamps = instant(0) + pd.to_timedelta(np.round(times.second * 1000).astype("int64"), unit="ms")
    confidence = _confidence(rng, setting, chance)
    reasons = rationales(rng, setting, labels, skipped)
    labels[skipped] = None
    confidence[skipped] = np.nan
    project = items.project[item]
    order = np.lexsort((np.arange(n), times.second))
    frame = pd.DataFrame(
        {
            "project": np.array(PROJECTS, dtype=object)[project],
            "item_id": items.ids[item],
            "trainer_id": team.ids[trainer],
            "criterion": np.array([a.criterion for a in CRITERIA], dtype=object)[visits.row_criterion],
            "label": labels,
            "status": status,
            "round": visits.round[rows].astype("int32"),
            "judged_at": pd.Series(stamps).dt.as_unit("us"),
            "duration_s": times.duration_s,
            "confidence": confidence,
            "rationale": reasons,
            "guideline_version": _versions(project, times),
            "session_id": _session_ids(team, visits),
            "position": times.position.astype("int32"),
            "shown_first": shown,
            "batch": _batches(items, item),
        }
    ).iloc[order]
    frame.insert(0, "judgment_id", [f"j-{k:06d}" for k in range(1, n + 1)])
    return frame.reset_index(drop=True)


def _statuses(rng: np.random.Generator, n: int) -> np.ndarray:
    names = np.array([*(name for name, _ in _STATUS), "submitted"], dtype=object)
    edges = np.cumsum([share for _, share in _STATUS])
    return names[np.searchsorted(edges, rng.random(n), side="right")]


def _base_s() -> FloatArray:
    return np.array([_BASE_S.get(a.criterion, _USUAL_S) for a in CRITERIA])


def _confidence(rng: np.random.Generator, setting: Setting, chance: FloatArray) -> FloatArray:
    """Return stated confidence (J,) in steps of .05, about right but for the over-confident; a tenth is not given."""
    trainer = setting.visits.trainer[setting.visits.row_visit]
    share = np.clip(setting.plan.random + setting.plan.straight, 0.0, 1.0)[trainer]
    honest = (1 - 0.5 * share) * chance * 0.94 + 0.03
    said = honest + setting.plan.overconfident[trainer] + rng.normal(0.0, 0.07, chance.size)
    steps = np.round(np.clip(np.round(said * 20) / 20, 0.2, 1.0), 2)
    given: BoolArray = rng.random(chance.size) < 0.9
    return np.where(given, steps, np.nan)


def _versions(project: IntArray, times: Times) -> np.ndarray:
    days = np.floor(times.second / 86_400).astype(np.int64)
    found = np.empty(project.size, dtype=object)
    for p, name in enumerate(PROJECTS):
        found[project == p] = guideline_versions(name, days[project == p])
    return found


def _session_ids(team: Team, visits: Visits) -> np.ndarray:
    names = [
        f"s-{who}-{instant(int(day)).strftime('%y%m%d')}"
        for who, day in zip(team.ids[visits.trainer], visits.day, strict=True)
    ]
    return np.array(names, dtype=object)[visits.row_visit]


def _batches(items: Items, item: IntArray) -> np.ndarray:
    names = [[f"{PREFIX[p]}-week-{w + 1:02d}" for w in range(N_WEEKS)] for p in PROJECTS]
    return np.array(names, dtype=object)[items.project[item], items.week[item]]


def _truth_frame(items: Items, truth: Truth) -> pd.DataFrame:
    """Return the likeliest honest label of every item under every criterion but rewrites."""
    parts = []
    for column, asked in enumerate(CRITERIA):
        own = np.flatnonzero(items.asked[:, column])
        if asked.level == "text":
            continue
        marked = np.isin(own, truth.ambiguous.get(asked.key, np.zeros(0, dtype=np.int64)))
        parts.append(
            pd.DataFrame(
                {
                    "project": asked.project,
                    "item_id": items.ids[own],
                    "criterion": asked.criterion,
                    "label": truth.labels(asked, own, items.models[own] >= 0),
                    "ambiguous": marked,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
