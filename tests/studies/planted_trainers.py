"""Study: are planted trainers found, and is nobody else flagged? Writes docs/studies/planted_trainers.md.

Run from the repository root: `python -m tests.studies.planted_trainers [--teams 60] [--curve-teams 20] [--seed 5000]`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from analytics.demo import simulate_team
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.inference.binomial_intervals import binomial_intervals
from analytics.stats.trainers.criterion_log import CriterionLog
from analytics.stats.trainers.crossed_model import CrossedData
from analytics.stats.trainers.dawid_skene import dawid_skene
from analytics.stats.trainers.flag_cases import ALL, family_cases
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
    flags: list = field(default_factory=list)
    people: list = field(default_factory=list)
    wrong: Counter = field(default_factory=Counter)
    alarms: int = 0
    teams: int = 0

    def add(self, team: Team) -> None:
        got = {(f.trainer, f.kind, f.criterion) for f in decide(family_cases((team.rating, team.preference))).flags}
        named = {entry[:2] for entry in got}
        for entry in team.planted:
            self.planted[entry[1:]] += 1
            self.found[entry[1:]] += entry in got
        people = {entry[:2] for entry in team.planted}
        for entry in people:
            self.planted[entry[1], "anywhere"] += 1
            self.found[entry[1], "anywhere"] += entry in named
        on = Counter(entry[:2] for entry in team.planted)
        right = team.planted | {(j, kind, ALL) for (j, kind), criteria in on.items() if criteria > 1}
        kinds = {j: kind for j, kind, _ in team.planted}
        for j, kind, _ in got - right:
            self.wrong[kinds.get(j, "ordinary"), kind] += 1
        self.shares.append(len(named - people) / max(len(named), 1))
        self.flags.append(len(got - right) / max(len(got), 1))
        self.people.append(len({j for j, _ in named} - set(kinds)) / max(len({j for j, _ in named}), 1))
        self.alarms += bool(got - right)
        self.teams += 1

    def recall(self, kind: str | None = None, criterion: str = "anywhere") -> float:
        keys = [k for k in self.planted if kind in (None, k[0]) and criterion == k[1]]
        total = sum(self.planted[k] for k in keys)
        return sum(self.found[k] for k in keys) / total if total else float("nan")

    @property
    def false_share(self) -> float:
        """False: the wrong person, or the wrong kind of help."""
        return float(np.mean(self.shares))

    @property
    def false_flags(self) -> float:
        """False: as above, or the wrong criterion."""
        return float(np.mean(self.flags))

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
        "| planted | found | flagged on quality too | on preference too | raw agreement, as many as planted |",
        "|---|---|---|---|---|",
    ]
    for kind, title in TITLES.items():
        cells = [tally.recall(kind), *(tally.recall(kind, c) for c in ("quality", "preference"))]
        lines.append(f"| {title} | {' | '.join(map(percent, cells))} | {percent(by_agreement[kind])} |")
    lines += [
        f"| **all** | **{percent(tally.recall())}** | | | |",
        "",
        f"False-discovery share (mean over teams): **{percent(tally.false_share)}** of trainer and kind, where a "
        f"planted trainer flagged for another kind counts as false; {percent(tally.false_flags)} of all flags with "
        f"their criteria; {percent(tally.false_people)} of the people flagged are ordinary. Naming the last by raw "
        f"agreement, though told how many to name and for nothing in particular: {percent(naive_false)}. Raw agreement "
        f"of *ordinary* trainers spans {100 * spread:.0f} points on average, most of it because their items differ.",
        "",
        "False flags, all teams together (who: for what): "
        + ("; ".join(f"{who}: {kind} {n}" for (who, kind), n in tally.wrong.most_common()) or "none")
        + ".",
        "",
    ]
    return lines


def null_table(teams: int, fewer: int, seed: int) -> list[str]:
    worlds = {
        "as above": (NOBODY, teams),
        "twelve trainers": (replace(NOBODY, trainers=12), fewer),
        "forty judgments, two an item": (replace(NOBODY, judgments=40, per_item=2), fewer),
        "three quarters of the truth one label": (replace(NOBODY, skewed=True), fewer),
        "hard: ordinary accuracy about .65": (replace(NOBODY, ability=1.2), fewer),
        "a sixth of the items unclear, topics not told": (
            replace(NOBODY, unclear_share=0.17, topics_told=False), fewer
        ),
        "no gold": (replace(NOBODY, gold_share=0.0), fewer),
    }  # fmt: skip
    lines = [
        "## Nobody planted",
        "",
        "Teams with any flag; the stated rate is 5 %.",
        "",
        "| world | teams | with a flag | for what |",
        "|---|---|---|---|",
    ]
    total = count = 0
    for title, (world, n) in worlds.items():
        tally = run(world, n, seed + 1)
        why = ", ".join(f"{kind} {k}" for (_, kind), k in tally.wrong.most_common()) or "-"
        lines.append(f"| {title} | {n} | {percent(tally.alarms / n)} | {why} |")
        total, count = total + tally.alarms, count + n
    found = binomial_intervals(np.array([total]), np.array([count]))
    low, high = float(found.low[0]), float(found.high[0])
    lines += [
        f"| **all** | {count} | **{percent(total / count)}** ({percent(low)} to {percent(high)}) | |",
        "",
    ]
    return lines


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
    wrong = sum((tally.wrong for tally in runs.values()), Counter())
    lines += [
        f"False-discovery share over the {len(runs)} worlds of these tables: mean "
        f"{percent(float(np.mean([t.false_share for t in runs.values()])))}, largest {percent(worst.false_share)}, "
        f"where a planted trainer flagged for another kind counts as false "
        f"({'; '.join(f'{who}: {kind} {n}' for (who, kind), n in wrong.most_common(4))}); "
        f"counting only ordinary people, mean "
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
        "topics not told": World(topics_told=False),
        "a sixth of the items unclear, topics not told": World(unclear_share=0.17, topics_told=False),
        "three quarters of the truth one label": World(skewed=True),
        "a quarter of the team careless": World(careless=15),
        "a quarter of the team harsh": World(harsh=15),
        "a quarter of the team drifts": World(drifting=15),
    }
    lines = [
        f"## Other worlds ({teams} teams each)",
        "",
        "| world | careless | harsh | drifting | position-biased | all | false | ordinary among the flagged |",
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


def second_simulator(teams: int, seed: int) -> list[str]:
    """The package's own `simulate_team`: graded impressions, uneven difficulty, no topics, no spread of ability."""
    lines = [
        f"## A second simulator ({teams} teams each)",
        "",
        "`analytics.demo.simulate_team`, written for other purposes than this rule: ratings are noisy impressions of a "
        "place on the scale, trainers get items of different difficulty and no topic says so, 15 % gold.",
        "",
        "| criteria | careless | harsh | drifting | position-biased | false | nobody planted: teams with a flag |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, levels in {
        "ratings, labels and preferences": ("ordinal", "nominal", "preference"), "ratings only": ("ordinal",),
        "labels only": ("nominal",), "preferences only": ("preference",),
    }.items():  # fmt: skip
        planted, found, false, alarms = Counter(), Counter(), [], 0
        for t in range(teams):
            for bad in (True, False):
                said, truth = _second(levels, bad, np.random.default_rng([seed, 5, t]))
                if not bad:
                    alarms += bool(said)
                    continue
                planted.update(kind for _, kind in truth)
                found.update(kind for _, kind in said & truth)
                false.append(len(said - truth) / max(len(said), 1))
        cells = [percent(found[kind] / planted[kind]) if planted[kind] else "-" for kind in TITLES]
        lines.append(
            f"| {title} | {' | '.join(cells)} | {percent(float(np.mean(false)))} | {percent(alarms / teams)} |"
        )
    return [*lines, ""]


def _second(levels: tuple, bad: bool, rng: np.random.Generator) -> tuple[set, set]:
    logs, truth = [], set()
    for level in levels:
        kinds = {"careless": [0, 1, 2], "drifting": [3, 4, 5]}
        kinds |= {"ordinal": {"harsh": [6, 7, 8]}, "preference": {"position_biased": [9, 10, 11]}}.get(level, {})
        team = simulate_team(
            rng, level=level, planted=kinds if bad else None, noise=0.15 if level == "nominal" else 0.5,
            tie_half_width=0.4,
        )  # fmt: skip
        k = team.n_labels
        codes = JudgmentCodes(
            item=team.item, trainer=team.trainer, label=team.label, n_items=team.n_items, n_trainers=team.n_trainers,
            n_labels=k,
        )  # fmt: skip
        pairs = level == "preference"
        logs.append(
            CriterionLog(
                criterion=level, codes=codes, order=team.turn.astype(float), gold=team.gold,
                values=np.arange(1.0, k + 1.0) if level == "ordinal" else None,
                shown_first=np.where(team.a_first, 0, k - 1) if pairs else None, tie=1 if pairs else None,
                model=dawid_skene(codes),
            )
        )  # fmt: skip
        names = {"position_biased": "position_bias"}
        truth |= {(int(j), names.get(kind, kind)) for kind, who in team.planted.items() for j in who}
    return {(f.trainer, f.kind) for f in decide(family_cases(logs)).flags}, truth


INTRODUCTION = """# Planted trainers

Are people who need help found, and is nobody else accused? Simulated teams of 60; every trainer makes 200 judgments on
a rating from 1 to 5 and 200 on a preference (A, tie, B), five judgments an item, a tenth of the items gold. Items have
six topics of rising difficulty and each trainer works mostly on two neighbouring ones. Three trainers each are careless
(half of the answers at random, both criteria), harsh (one scale point lower), drifting (accuracy falls by .25 half way,
both criteria) and position-biased (P(first) = .70); the other 48 are right about nine times in ten and differ by
nature. The topics are told to the analysis only as a column of the items. A trainer counts as found with a flag of the
right kind; "on quality too" asks that the flag also names the criterion, from its 200 judgments alone.

Rule: `analytics.stats.trainers.flags.decide`: two kinds of evidence; Benjamini-Hochberg at 5 % over trainers and kinds
on the evidence of all criteria together, then which criteria. Made by `python -m tests.studies.planted_trainers`;
teams, seeds and worlds are in the script, no cell is left out.
"""


def main() -> None:
    """Run the study and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=60)
    parser.add_argument("--curve-teams", type=int, default=5)
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("docs/studies/planted_trainers.md"))
    chosen = parser.parse_args()
    lines = [INTRODUCTION]
    lines += main_table(chosen.teams, chosen.seed)
    lines += null_table(2 * chosen.teams, chosen.teams // 2, chosen.seed)
    lines += severity_lines(40, chosen.seed)
    lines += other_worlds(2 * chosen.curve_teams, chosen.seed)
    lines += second_simulator(2 * chosen.curve_teams, chosen.seed)
    lines += curve_tables(chosen.curve_teams, chosen.seed)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
