"""Planted truth for hotspots: `python -m tests.studies.planted_hotspots` writes docs/studies/planted_hotspots.md.

Slices, causes, gaps and groups are planted in simulated logs (hotspot_simulation.py) and looked for again; nothing is
tuned on these seeds. About five minutes on one core.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy.stats import kstest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.cause_results import CAUSES
from analytics.stats.hotspots.causes import causes
from analytics.stats.hotspots.group_gaps import group_gaps
from analytics.stats.hotspots.rater_groups import rater_groups
from analytics.stats.hotspots.slices import slices
from analytics.stats.trainers.dawid_skene import dawid_skene
from tests.studies.hotspot_simulation import assignment, careless_team_log, cause_log, overlap_scores, slice_log
from tests.studies.reliability_picture import reliability_picture

TABLE = Path(__file__).parents[2] / "docs" / "studies" / "planted_hotspots.md"
PICTURE = TABLE.with_name("planted_hotspots_reliability.svg")
SLICES = {
    "60 to 200 items, excess .2 to .4, 3 to 7 judgments": {},
    "worst case: 60 to 75 items, excess .2": {"size": (60, 75), "excess": (0.2, 0.2)},
    "one slice alone": {"n_planted": 1},
    "3 judgments an item": {"judgments": (3, 3)},
    "base rate .1": {"base": 0.1},
    "15 trainers who differ much": {"trainers": 15, "trainer_spread": 1.2},
    "10,000 items, 8 attributes, 8 slices": {
        "n": 10_000,
        "widths": (20, 10, 8, 6, 5, 5, 3, 2),
        "n_planted": 8,
        "size": (60, 300),
    },
}
NOTHING = {
    "3,000 items, base rate .2": {},
    "1,200 items, base rate .05, 12 trainers": {"n": 1200, "base": 0.05, "trainers": 12},
    "base rate .3, 2 to 4 judgments": {"base": 0.3, "judgments": (2, 4)},
}
CAUSE_LOGS = {
    "3 labels, 40 trainers, 3 to 9 judgments": {},
    "2 labels": {"k": 2},
    "5 labels": {"k": 5},
    "800 items": {"n": 800},
    "exactly 5 judgments": {"judgments": (5, 5)},
    "40 per cent careless trainers": {"careless": 0.4},
    "150 trainers, 4,000 items": {"trainers": 150, "n": 4000},
    "no gap, no divide": {"n_gaps": 0, "divide_rate": 0.0},
    "half of the ambiguous items three-way": {"three_way": 0.5},
    "ordered scale of 7, trainers miss by .6 steps": {"k": 7, "scatter": 0.6, "ambiguous": 0.2, "three_way": 0.6},
    "ordered scale of 5, by .8 steps": {"k": 5, "scatter": 0.8, "three_way": 0.6},
    "ordered, 5 labels, near misses by half a step": {"k": 5, "scatter": 0.5, "three_way": 0.6, "n": 1500},
    "ordered, 5 labels, near misses by .8 steps": {"k": 5, "scatter": 0.8, "three_way": 0.6, "n": 1500},
    "ordered, 7 labels, near misses by .8 steps": {"k": 7, "scatter": 0.8, "three_way": 0.6, "n": 1500},
}


def slice_rows(n_studies: int = 30) -> Iterable[list[str]]:
    """Look for planted slices; one row a scenario."""
    for name, options in SLICES.items():
        total, shares = np.zeros(4), []
        for seed in range(n_studies):
            codes, attributes, planted, table = slice_log(np.random.default_rng(20_000 + seed), **options)
            found = slices(codes, attributes, 1 - np.eye(codes.n_labels), rng=np.random.default_rng(seed))
            score = overlap_scores(found.slices, planted, table)
            total += score
            shares.append(score[2] / max(score[3], 1))
        yield [
            name,
            str(n_studies),
            f"{total[1]:.0f}",
            f"{total[0] / total[1]:.3f}",
            f"{total[2] / max(total[3], 1):.3f}",
            f"{np.mean(shares):.3f}",
        ]


def null_rows(n_studies: int = 200) -> Iterable[list[str]]:
    """Look where nothing is planted; one row a scenario."""
    careless = "a careless team meets most items of two topics"
    for name in (*NOTHING, careless):
        n = n_studies // 4 if name == careless else n_studies
        listed = here = 0
        for seed in range(n):
            if name == careless:
                codes, attributes = careless_team_log(np.random.default_rng(40_000 + seed))
            else:
                rng = np.random.default_rng(30_000 + seed)
                codes, attributes, _, _ = slice_log(rng, n_planted=0, **NOTHING[name])
            found = slices(codes, attributes, 1 - np.eye(3), rng=np.random.default_rng(seed))
            listed += bool(found.slices)
            here += any(s.standing == "these trainers" for s in found.candidates)
        yield [name, str(n), ".10", f"{listed / n:.3f}", f"{here / n:.3f}"]


def cause_rows(n_studies: int = 6) -> tuple[list[list[str]], np.ndarray, np.ndarray, np.ndarray]:
    """Name causes beside an oracle; rows, probabilities and outcomes of the first scenario, and the confusion table."""
    rows, probabilities, outcomes, table = [], [], [], np.zeros((4, 4), dtype=int)
    for name, options in CAUSE_LOGS.items():
        ours, oracle, p, y, gaps_found, gaps_planted, gaps_false = [], [], [], [], 0, 0, 0
        for seed in range(n_studies):
            log = cause_log(np.random.default_rng(50_000 + seed), **options)
            found = causes(
                log.codes,
                dawid_skene(log.codes).confusion,
                context=log.context,
                stratum=log.sensitive,
                group=log.group,
                ordered="scatter" in options,
                rng=np.random.default_rng(seed),
            )
            differ = (log.codes.item_counts > 0).sum(axis=1) > 1
            items = np.flatnonzero(differ & (log.codes.item_sizes >= 5))
            ours += [found.cause[i] == CAUSES[log.cause[i]] for i in items]  # an abstention counts as wrong
            oracle += (log.oracle[items].argmax(axis=1) == log.cause[items]).tolist()
            p.append(found.probability[items])
            y.append(log.cause[items][:, None] == np.arange(4))
            planted = set(log.context[log.cause == 2].tolist())
            listed = {gap.context for gap in found.gaps}
            gaps_planted, gaps_found = gaps_planted + len(planted), gaps_found + len(planted & listed)
            gaps_false += len(listed - planted)
            if not options:
                np.add.at(table, (log.cause[items], np.argmax(found.probability[items], axis=1)), 1)
        flat_p, flat_y = np.concatenate(p).ravel(), np.concatenate(y).ravel()
        if not options:
            probabilities, outcomes = np.concatenate(p), np.concatenate(y)
        share, best = np.mean(ours), np.mean(oracle)
        rows.append(
            [
                name,
                str(n_studies),
                str(len(ours)),
                f"{share:.3f}",
                f"{best:.3f}",
                f"{100 * (best - share):.1f}",
                f"{_calibration_error(flat_p, flat_y):.3f}",
                f"{gaps_found} of {gaps_planted}",
                str(gaps_false),
            ]
        )
    return rows, np.asarray(probabilities), np.asarray(outcomes), table


def _calibration_error(p: np.ndarray, y: np.ndarray) -> float:
    """Mean gap between probability and frequency over ten bins, weighted by size."""
    place = np.minimum((p * 10).astype(int), 9)
    return float(sum(abs(p[place == b].mean() - y[place == b].mean()) * (place == b).mean() for b in np.unique(place)))


def reliability_rows(p: np.ndarray, y: np.ndarray) -> Iterable[list[str]]:
    """One row a bin of probability."""
    for b in range(10):
        inside = np.minimum((p * 10).astype(int), 9) == b
        half = 1.96 * np.sqrt(max(y[inside].mean() * (1 - y[inside].mean()), 1e-4) / inside.sum())
        yield [
            f"{b / 10:.1f} to {(b + 1) / 10:.1f}",
            str(inside.sum()),
            f"{p[inside].mean():.3f}",
            f"{y[inside].mean():.3f}",
            f"± {half:.3f}",
        ]


def _null_groups(rng: np.random.Generator) -> tuple[JudgmentCodes, np.ndarray]:
    """Yes / no judgments by trainers of unlike severity, in two groups that mean nothing."""
    n, trainers = 50, 20
    item, trainer = assignment(rng, n, (6, 10), trainers)
    logit = rng.normal(0, 1.5, n)[item] + rng.normal(0, 0.8, trainers)[trainer]
    label = (rng.random(item.size) < 1 / (1 + np.exp(-logit))).astype(int)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=2)
    return codes, np.arange(trainers) % 2


def permutation_rows(n_studies: int = 300) -> Iterable[list[str]]:
    """P-values where the group does not matter; one row a statistic."""
    names = ("within the group", "across groups", "within minus across", "item gaps, any", "largest item gap")
    found: dict[str, list[float]] = {name: [] for name in names}
    for seed in range(n_studies):
        rng = np.random.default_rng(60_000 + seed)
        codes, group = _null_groups(rng)
        one = rater_groups(codes, group, 2, 1 - np.eye(2), n_permutations=199, rng=rng).groups[0]
        gaps = group_gaps(codes, group, [0, 1], n_permutations=199, rng=rng)
        for key, p in zip(
            found, (one.p_within, one.p_across, one.p_difference, gaps.p_any, np.nanmin(gaps.p_value)), strict=True
        ):
            found[key].append(p)
    for key, values in found.items():
        p = np.array(values)
        yield [
            key,
            str(n_studies),
            *(f"{(p <= level).mean():.3f}" for level in (0.05, 0.1, 0.2, 0.5)),
            f"{kstest(p, 'uniform').pvalue:.2f}",
        ]


def markdown_table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def main() -> None:
    """Run all parts, write the page and draw the reliability of the probabilities."""
    causes_found, p, y, table = cause_rows()
    PICTURE.write_text(reliability_picture(p, y, CAUSES[:4]), encoding="utf-8")
    p, y = p.ravel(), y.ravel()
    parts = [
        "# Planted hotspots, found again",
        "",
        "Written by `python -m tests.studies.planted_hotspots`; the simulations are in",
        "`tests/studies/hotspot_simulation.py`. Seeds here were not used for tuning.",
        "",
        "## Slices",
        "",
        "A planted slice counts as found where a listed one shares half of their joint items (Jaccard .5); a listed",
        "slice is false where it does so with no planted one (one twice as large as a planted one is false).",
        "",
        markdown_table(
            ["planted", "studies", "slices", "recall", "false share, pooled", "false share, mean a study"], slice_rows()
        ),
        "",
        "With nothing planted: share of studies that list anything. Stated: at most .10.",
        "",
        markdown_table(
            ["log", "studies", "stated", "listed anything", "a candidate holds for these trainers"], null_rows()
        ),
        "",
        "## Causes",
        "",
        "Items with five judgments or more that disagree. The oracle knows every parameter of the simulation (not the",
        "items' causes). Abstentions count as wrong. Gaps: sections with a planted gap that are named (and others).",
        "",
        markdown_table(
            [
                "log",
                "studies",
                "items",
                "right",
                "oracle",
                "points behind",
                "calibration error",
                "gaps found",
                "false gaps",
            ],
            causes_found,
        ),
        "",
        "Reliability of the probabilities, first log: of items that are given a cause with some probability, the share",
        "that has it. A mark's area is its number of items, its line the 95 % interval; on the diagonal a probability",
        "means what it says.",
        "",
        f"![Reliability diagram of the four causes]({PICTURE.name})",
        "",
        "All four causes of an item together:",
        "",
        markdown_table(
            ["probability", "n", "mean probability", "share true", "95 % of the share"], reliability_rows(p, y)
        ),
        "",
        "Planted cause (row) against most probable cause (column), first log:",
        "",
        markdown_table(["", *CAUSES[:4]], [[CAUSES[i], *map(str, table[i])] for i in range(4)]),
        "",
        "## Permutation p-values when groups do not matter",
        "",
        "Share of studies with a p-value at or below each level, 199 permutations of trainers, and the",
        "Kolmogorov-Smirnov p-value against uniform. The largest item gap takes few distinct values, and ties count",
        "against it, so its family-wise p-value is below its level rather than uniform.",
        "",
        markdown_table(["statistic", "studies", "p <= .05", "<= .1", "<= .2", "<= .5", "uniform?"], permutation_rows()),
        "",
    ]
    TABLE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
