"""Study: do alarms looked at every day keep their rates, and when do they ring? Writes docs/studies/trainer_alarms.md.

Run from the repository root: `python -m tests.studies.trainer_alarms [--demo SEED ...]`; each seed is a demo log.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
from scipy import stats

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.demo import write_demo
from analytics.reports.importing import ingest
from analytics.reports.team_alarms import team_alarms_report
from analytics.stats.trainers.anytime import betting_e_process, e_bh, sr_detector
from analytics.stats.trainers.flag_cases import cases_and_performance
from analytics.stats.trainers.performance_cases import pooled, together
from analytics.stats.trainers.team_alarms import team_alarms
from analytics.store import Engine, open_store
from tests.studies.planted_team import World, simulated_team
from tests.studies.planted_trainers import NOBODY

A_DAY = 10
DAYS = 40


def percent(x: float) -> str:
    return "-" if np.isnan(x) else f"{100 * x:.1f} %"


def false_alarms(trainers: int, rng: np.random.Generator) -> list[str]:
    """Trainers who keep their promise exactly: how often each rule ever rings in 40 days of ten judgments."""
    floor = rng.choice([0.6, 0.75, 0.85, 0.9, 0.95], (trainers, DAYS * A_DAY))
    outcome = (rng.random(floor.shape) < floor).astype(float)
    days = np.arange(A_DAY, DAYS * A_DAY + 1, A_DAY)
    e_rings = sum(betting_e_process(x, p, alpha=0.05).alarm is not None for x, p in zip(outcome, floor, strict=True))
    rings = sum(sr_detector(x, p, alpha=1e-3).alarm is not None for x, p in zip(outcome, floor, strict=True))
    short = np.cumsum(outcome - floor, axis=1)[:, days - 1]
    z = short / np.sqrt(np.cumsum(floor * (1 - floor), axis=1)[:, days - 1])
    naive = (z < stats.norm.ppf(0.05)).any(axis=1).mean()
    once = (z[:, -1] < stats.norm.ppf(0.05)).mean()
    error = np.sqrt(0.05 * 0.95 / trainers)
    return [
        f"## One trainer, a look every day ({trainers} trainers who keep the promise; {DAYS} days of {A_DAY})",
        "",
        "| rule | rings at least once | stated |",
        "|---|---|---|",
        f"| evidence by betting, at 20 to 1 | {percent(e_rings / trainers)} | at most 5 % |",
        f"| detector of a fall, at 1000 to 1 | {percent(rings / trainers)} | at most {percent(DAYS * A_DAY / 1000)} "
        f"(one in 1000 judgments) |",
        f"| a 5 % test, looked at once at the end | {percent(float(once))} | 5 % |",
        f"| the same test, looked at every day | {percent(float(naive))} | none: this is what the others are for |",
        "",
        f"Standard error of a rate of 5 %: {100 * error:.1f} points. Betting keeps its rate with room: it must "
        "hold for ever, not for forty days.",
        "",
    ]


def over_the_team(teams: int, rng: np.random.Generator) -> list[str]:
    """e-BH over 60 trainers, six of whom guess on 30 %: false share and share found at the end of each tenth day."""
    days = (5, 10, 20, 40)
    shares, found, ever = {d: [] for d in days}, {d: [] for d in days}, []
    for _ in range(teams):
        floor = rng.choice([0.6, 0.75, 0.85, 0.9, 0.95], (60, DAYS * A_DAY))
        guess = np.where(np.arange(60) < 6, 0.3, 0.0)[:, None]
        outcome = (rng.random(floor.shape) < floor - guess * (floor - 0.3)).astype(float)
        paths = np.stack([betting_e_process(x, p).log_e for x, p in zip(outcome, floor, strict=True)])
        worst = 0.0
        for day in range(1, DAYS + 1):
            named = e_bh(np.exp(np.minimum(paths[:, day * A_DAY - 1], 700.0)))
            share = float(named[6:].sum() / max(named.sum(), 1))
            worst = max(worst, share)
            if day in days:
                shares[day].append(share)
                found[day].append(float(named[:6].mean()))
        ever.append(worst)
    return [
        f"## A team of 60, six of whom guess on 30 % of the items ({teams} teams): e-BH at 5 %",
        "",
        "| after day | judgments each | named of the six | false share of the named |",
        "|---|---|---|---|",
        *(
            f"| {d} | {d * A_DAY} | {percent(float(np.mean(found[d])))} | {percent(float(np.mean(shares[d])))} |"
            for d in days
        ),
        "",
        f"Stopping on the worst of the forty days: {percent(float(np.mean(ever)))} false.",
        "",
    ]


def learnt_promise(teams: int, seed: int) -> list[str]:
    """The same with the promise learnt from the others, as the product does: simulated teams of planted_trainers.md."""
    lines = [
        f"## With the promise learnt from the others ({teams} teams of 60, 400 judgments each)",
        "",
        'As on the Trainers page: "like an ordinary trainer who guesses on a tenth"; teams as in planted_trainers.md.',
        "",
        "| team | ordinary trainers named | ordinary who ring | careless named | drifting named | drifting who ring | "
        "judgments from the fall to the ring (median) |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, world in (("nobody planted", NOBODY), ("twelve planted", World())):
        named, rang, delay = {}, {}, []
        for t in range(teams):
            team = simulated_team(world, np.random.default_rng([seed, 3, t]))
            whole = pooled([cases_and_performance(log)[1] for log in (team.rating, team.preference)])
            found = team_alarms(together(whole.by_gold, whole.by_peers), whole.trainer, whole.order, n_trainers=60)
            kinds = {j: kind for j, kind, _ in team.planted}
            for j in range(60):
                kind = kinds.get(j, "ordinary")
                named.setdefault(kind, []).append(bool(found.named[j]))
                # a ring before the fall is a false one
                late = found.rang[j] >= found.n[j] / 2
                rang.setdefault(kind, []).append(bool(found.rang[j] >= 0 and (late or kind != "drifting")))
                if kind == "drifting" and found.rang[j] >= 0 and late:
                    delay.append(found.rang[j] - found.n[j] / 2)
        of = [named.get("ordinary"), rang.get("ordinary"), *(named.get(k, []) for k in ("careless", "drifting"))]
        of.append(rang.get("drifting", []))
        cells = [percent(float(np.mean(x)) if x else float("nan")) for x in of]
        lines.append(f"| {title} | {' | '.join(cells)} | {f'{np.median(delay):.0f}' if delay else '-'} |")
    return [*lines, ""]


def demo_lines(seeds: list[int]) -> list[str]:
    """When the drifting trainers of demo logs ring."""
    lines = [
        "## The demo's drifting trainers",
        "",
        "| seed | trainer | project | falls on | rings on | days later | named by e-BH | honest trainers who ring |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            engine, truth = _demo(Path(folder), seed)
            report = team_alarms_report(engine, Scope(), Filters())
        honest = set(truth["honest_trainers"])
        false = {row.trainer_id for row in report.rows if row.rang and row.trainer_id in honest}
        for trainer, entries in truth["trainers"].items():
            for entry in (e for e in entries if e["kind"] == "drifting"):
                (row,) = (r for r in report.rows if (r.trainer_id, r.project) == (trainer, entry["project"]))
                since = date.fromisoformat(entry["since"])
                days = (row.rang_on - since).days if row.rang_on else "-"
                lines.append(
                    f"| {seed} | {trainer} | {row.project} | {since} | {row.rang_on or 'does not'} | {days} | "
                    f"{'yes' if row.named else 'no'} | {len(false)} of {len(honest)} |"
                )
    return [*lines, ""]


def _demo(folder: Path, seed: int) -> tuple[Engine, dict]:
    log = folder / "log"
    log.mkdir()
    write_demo(log, seed=seed)
    store = open_store(folder / "store", create=True)
    ingest(store, [log], settings=Settings())
    return Engine(store, Settings()), json.loads((folder / "log" / "planted_truth.json").read_text())


INTRODUCTION = """# Alarms over time

Leads look every day. Do the alarms keep the rate they state then, and how soon do they ring? Made by
`python -m tests.studies.trainer_alarms`; methods in `analytics.stats.trainers.anytime` and `team_alarms`.
"""


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainers", type=int, default=600)
    parser.add_argument("--teams", type=int, default=12)
    parser.add_argument("--demo", type=int, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=6000)
    parser.add_argument("--out", type=Path, default=Path("docs/studies/trainer_alarms.md"))
    chosen = parser.parse_args()
    lines = [INTRODUCTION]
    lines += false_alarms(chosen.trainers, np.random.default_rng([chosen.seed, 1]))
    lines += over_the_team(chosen.teams, np.random.default_rng([chosen.seed, 2]))
    lines += learnt_promise(chosen.teams, chosen.seed)
    if chosen.demo:
        lines += demo_lines(chosen.demo)
    chosen.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
