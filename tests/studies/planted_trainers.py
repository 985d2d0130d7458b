"""Study: are planted trainers found, and is nobody else flagged? Writes docs/studies/planted_trainers.md.

Run from the repository root: `python -m tests.studies.planted_trainers [--teams 60] [--curve-teams 20] [--seed 5000]`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.flag_cases import trainer_cases
from analytics.stats.trainers.flags import decide
from analytics.stats.trainers.peers import peer_agreement
from analytics.stats.trainers.severity import severity
from tests.studies.planted_team import Team, World, simulated_team

NOBODY = World(careless=0, harsh=0, drifting=0, position=0)
TITLES = {"careless": "careless", "harsh": "harsh", "drifting": "drifting", "position_bias": "position-biased"}


@dataclass
class Tally:
    """What was found over several teams."""

    planted: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    shares: list = field(default_factory=list)
    people: list = field(default_factory=list)
    wrong: Counter = field(default_factory=Counter)
    alarms: int = 0
    teams: int = 0

    def add(self, team: Team) -> None:
        got = {
            (f.trainer, f.kind, f.criterion)
            for f in decide(trainer_cases(team.rating) + trainer_cases(team.preference)).flags
        }
        for entry in team.planted:
            self.planted[entry[1:]] += 1
            self.found[entry[1:]] += entry in got
        kinds = {j: kind for j, kind, _ in team.planted}
        for j, kind, _ in got - team.planted:
            self.wrong[kinds.get(j, "ordinary"), kind] += 1
        self.shares.append(len(got - team.planted) / max(len(got), 1))
        self.people.append(sum(j not in kinds for j, _, _ in got) / max(len(got), 1))
        self.alarms += bool(got - team.planted)
        self.teams += 1

    def recall(self, kind: str | None = None, criterion: str | None = None) -> float:
        keys = [k for k in self.planted if kind in (None, k[0]) and criterion in (None, k[1])]
        total = sum(self.planted[k] for k in keys)
        return sum(self.found[k] for k in keys) / total if total else float("nan")

    @property
    def false_share(self) -> float:
        """False: the wrong person, or the wrong kind or criterion."""
        return float(np.mean(self.shares))

    @property
    def false_people(self) -> float:
        """False: somebody flagged who is ordinary."""
        return float(np.mean(self.people))


def run(world: World, teams: int, seed: int) -> Tally:
    tally = Tally()
    for t in range(teams):
        tally.add(simulated_team(world, np.random.default_rng([seed, t])))
    return tally


def by_raw_agreement(world: World, teams: int, seed: int) -> tuple[dict[str, float], float, float]:
    """Name the last by raw agreement, as many as are planted: share found by kind, false share, range of ordinary."""
    planted, found, false, said, hardest = Counter(), Counter(), 0, 0, []
    for t in range(teams):
        team = simulated_team(replace(world, model=False), np.random.default_rng([seed, t]))
        for log in (team.rating, team.preference):
            on = {(j, kind) for j, kind, criterion in team.planted if criterion == log.criterion}
            codes = log.codes
            raw = peer_agreement(*patterns_from_codes(codes.item, codes.trainer, codes.label, codes.n_labels))
            last = set(np.argsort(raw.agreement.value)[: len(on)].tolist())
            for j, kind in on:
                planted[kind] += 1
                found[kind] += j in last
            false += len(last - {j for j, _ in on})
            said += len(last)
            ordinary = np.setdiff1d(np.arange(world.trainers), [j for j, _ in on])
            hardest.append(float(np.ptp(raw.agreement.value[ordinary])))
    return {kind: found[kind] / planted[kind] for kind in planted}, false / said, float(np.mean(hardest))


def severity_recovery(teams: int, seed: int) -> tuple[float, float, float]:
    """Mean and lowest correlation of severity with the truth, and interval coverage, for severities of sd .4 points."""
    r, covered = [], []
    for t in range(teams):
        rng = np.random.default_rng([seed, 9, t])
        n, m = 2400, 60
        item = np.repeat(np.arange(n), 5)
        trainer = rng.permuted(np.tile(np.arange(m), (n, 1)), axis=1)[:, :5].ravel()
        true = rng.normal(0, 0.4, m)
        latent = rng.normal(3, 1.0, n)[item] + true[trainer] + rng.normal(0, 0.7, item.size)
        y = np.clip(np.rint(latent), 1, 5)
        found = severity(CrossedData(item=item, trainer=trainer, y=y, n_items=n, n_trainers=m))
        r.append(float(np.corrcoef(found.severity.value, true)[0, 1]))
        # the scale's ends and steps shrink a latent shift: compare on the scale's own units
        slope = float(np.polyfit(true, found.raw.value, 1)[0])
        centred = slope * (true - true.mean())
        covered.append(float(((found.raw.low <= centred) & (centred <= found.raw.high)).mean()))
    return float(np.mean(r)), float(np.min(r)), float(np.mean(covered))


def percent(x: float) -> str:
    return "-" if np.isnan(x) else f"{100 * x:.1f} %"


def main_table(teams: int, seed: int) -> list[str]:
    tally = run(World(), teams, seed)
    by_agreement, naive_false, spread = by_raw_agreement(World(), teams, seed)
    lines = [
        f"## Found, and not found ({teams} teams)",
        "",
        "| planted | on quality | on preference | together | raw agreement, as many as planted |",
        "|---|---|---|---|---|",
    ]
    for kind, title in TITLES.items():
        cells = [tally.recall(kind, c) for c in ("quality", "preference")] + [tally.recall(kind)]
        lines.append(f"| {title} | {' | '.join(map(percent, cells))} | {percent(by_agreement[kind])} |")
    lines += [
        f"| **all** | {percent(tally.recall(None, 'quality'))} | {percent(tally.recall(None, 'preference'))} | "
        f"**{percent(tally.recall())}** | |",
        "",
        f"False-discovery share (mean over teams; a planted trainer flagged for another kind counts as false): "
        f"**{percent(tally.false_share)}**; on ordinary trainers alone {percent(tally.false_people)}; "
        f"naming the last by raw agreement, though told how many to name: "
        f"{percent(naive_false)}. Raw agreement of *ordinary* trainers spans {100 * spread:.0f} points on average, "
        f"most of it because their items differ.",
        "",
        "False flags by kind, all teams together (who: for what): "
        + ("; ".join(f"{who}: {kind} {n}" for (who, kind), n in tally.wrong.most_common()) or "none")
        + ".",
        "",
    ]
    return lines


def null_table(teams: int, seed: int) -> list[str]:
    tally = run(NOBODY, teams, seed + 1)
    error = np.sqrt(0.05 * 0.95 / teams)
    return [
        f"## Nobody planted ({teams} teams)",
        "",
        f"Teams with any flag: **{percent(tally.alarms / teams)}**; stated rate 5 % "
        f"(standard error of a rate of 5 % over {teams} teams: {100 * error:.1f} points).",
        "",
    ]


def curve_tables(teams: int, seed: int) -> list[str]:
    effects = {
        "careless": ("share of answers at random", "random_share", (0.2, 0.3, 0.4, 0.5)),
        "harsh": ("scale points", "harsh_points", (0.25, 0.5, 0.75, 1.0)),
        "drifting": ("fall in accuracy", "fall", (0.10, 0.15, 0.20, 0.25, 0.35)),
        "position_bias": ("P(first)", "first_share", (0.58, 0.62, 0.66, 0.70)),
    }
    sizes = (50, 100, 200, 400)
    lines = [
        f"## Power by effect and number of judgments ({teams} teams a column of each table; all four kinds planted)",
        "",
    ]
    runs: dict[tuple[int, int], Tally] = {}
    depth = max(len(levels) for _, _, levels in effects.values())
    for n in sizes:
        for step in range(depth):
            changes = {name: levels[min(step, len(levels) - 1)] for _, name, levels in effects.values()}
            runs[n, step] = run(World(judgments=n, **changes), teams, seed + 10 * step + n)
    for kind, (title, _, levels) in effects.items():
        lines += [f"### {TITLES[kind]}", "", f"| judgments | {title} " + " | ".join(map(str, levels)) + " |"]
        lines += ["|---|" + "---|" * len(levels)]
        for n in sizes:
            lines.append(f"| {n} | " + " | ".join(percent(runs[n, s].recall(kind)) for s in range(len(levels))) + " |")
        lines.append("")
    worst = max(runs.values(), key=lambda tally: tally.false_share)
    lines += [
        f"False-discovery share over the {len(runs)} worlds of these tables: mean "
        f"{percent(float(np.mean([t.false_share for t in runs.values()])))}, largest {percent(worst.false_share)}, "
        f"where a planted trainer flagged for another kind counts as false (somebody who drifts weakly is often called "
        f"careless); counting only flags on ordinary trainers, mean "
        f"{percent(float(np.mean([t.false_people for t in runs.values()])))}, largest "
        f"{percent(max(t.false_people for t in runs.values()))}.",
        "",
    ]
    return lines


def other_worlds(teams: int, seed: int) -> list[str]:
    worlds = {
        "as above": World(),
        "fall after a quarter": World(fall_at=0.25),
        "fall after three quarters": World(fall_at=0.75),
        "ordinary accuracy about .80": World(ability=2.2),
        "no gold": World(gold_share=0.0),
        "three judgments an item": World(per_item=3),
        "team of 30": World(trainers=30, careless=2, harsh=2, drifting=2, position=2),
        "no model (subjective)": World(model=False),
    }
    lines = [
        f"## Other worlds ({teams} teams each)",
        "",
        "| world | careless | harsh | drifting | position-biased | all | false flags | on ordinary trainers |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for title, world in worlds.items():
        tally = run(world, teams, seed + 77)
        cells = [tally.recall(kind) for kind in TITLES] + [tally.recall(), tally.false_share, tally.false_people]
        lines.append(f"| {title} | {' | '.join(map(percent, cells))} |")
    return [*lines, ""]


def severity_lines(teams: int, seed: int) -> list[str]:
    mean, least, covered = severity_recovery(teams, seed)
    return [
        f"## Severity ({teams} teams, true severities with a standard deviation of .4 points, answers rounded to 1..5)",
        "",
        f"Correlation of recovered with true severity: mean **{mean:.3f}**, lowest team {least:.3f}. "
        f"95 % intervals of the unshrunken effect hold it in {percent(covered)} of cases.",
        "",
    ]


INTRODUCTION = """# Planted trainers

Are people who need help found, and is nobody else accused? Simulated teams of 60; every trainer makes 200 judgments on
a rating from 1 to 5 and 200 on a preference (A, tie, B), five judgments an item, a tenth of the items gold. Items have
six topics of rising difficulty and each trainer works mostly on two neighbouring ones. Three trainers each are careless
(half of the answers at random, both criteria), harsh (one scale point lower), drifting (accuracy falls by .25 half way,
both criteria) and position-biased (P(first) = .70); the other 48 are right about nine times in ten and differ by
nature. The topics are told to the analysis only as a column of the items. A flag counts as right only with the right
kind *on the right criterion*; each criterion is judged from its 200 judgments alone.

Rule: `analytics.stats.trainers.flags.decide` (two kinds of evidence, Benjamini-Hochberg at 5 % over trainers, kinds and
criteria). Made by `python -m tests.studies.planted_trainers`; teams, seeds and worlds are in the script, no cell is
left out.
"""


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=100)
    parser.add_argument("--curve-teams", type=int, default=15)
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("docs/studies/planted_trainers.md"))
    chosen = parser.parse_args()
    lines = [INTRODUCTION]
    lines += main_table(chosen.teams, chosen.seed)
    lines += null_table(2 * chosen.teams, chosen.seed)
    lines += severity_lines(40, chosen.seed)
    lines += other_worlds(2 * chosen.curve_teams, chosen.seed)
    lines += curve_tables(chosen.curve_teams, chosen.seed)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
