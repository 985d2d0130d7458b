"""Planted preferences: position bias, unreliable trainers and the ceiling, found or not found where they were put.

    python -m tests.studies.planted_preferences position
    python -m tests.studies.planted_preferences crowd --studies 200 --part 0 --parts 12
    python -m tests.studies.planted_preferences ceiling --studies 1000 --part 0 --parts 8
    python -m tests.studies.planted_preferences write

The first three add rows to docs/studies/planted_preferences.csv (a cell that is run again replaces its rows), `write`
makes the page from it. Every cell has a seed of its own, so parts may run in any order.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import special, stats

from analytics.stats.counts.patterns import Patterns, patterns_from_codes
from analytics.stats.preferences.ceiling import reward_model_ceiling
from analytics.stats.preferences.ceiling_beta import beta_ceiling
from analytics.stats.preferences.strengths.bradley_terry import bradley_terry
from analytics.stats.preferences.strengths.comparisons import Comparisons
from analytics.stats.preferences.strengths.crowd_bt import crowd_bradley_terry
from analytics.stats.trainers.position_bias import position_bias
from analytics.stats.trainers.position_power import position_power

FOLDER = Path(__file__).parents[2] / "docs" / "studies"
TABLE, PAGE = FOLDER / "planted_preferences.csv", FOLDER / "planted_preferences.md"
FIELDS = ("study", "cell", "studies", "measure", "value")
SCORES = (-1, 0, 1)

# --- position -------------------------------------------------------------------------------------------------------

CHOICES = (50, 100, 200, 325, 400, 800)


def position(n: int, trainers: int = 20_000) -> dict[str, float]:
    """Flag trainers of n choices by the exact test at 5 %: planted .58 and unbiased."""
    rng = np.random.default_rng([1, n])
    stated = position_power(n, 0.58)
    sizes = np.full(trainers, n)
    bent = position_bias(rng.binomial(n, 0.58, trainers), sizes).p_value <= 0.05
    fair = position_bias(rng.binomial(n, 0.5, trainers), sizes).p_value <= 0.05
    return {
        "stated power": stated.power,
        "found": float(bent.mean()),
        "stated false alarms": stated.false_alarm,
        "unbiased flagged": float(fair.mean()),
    }


# --- crowd ----------------------------------------------------------------------------------------------------------

KINDS = ("random clickers", "scale upside down")
CROWDS = [
    *itertools.product(("nobody",), (0.0,), (20, 60), (25, 75)),
    *itertools.product(KINDS, (0.2, 0.4), (20, 60), (25, 75)),
]
N_MODELS = 8


def crowd(kind: str, share: float, trainers: int, each: int, studies: int) -> dict[str, float]:
    """Compare the order of strengths and the finding of unreliable trainers by Crowd-BT and by plain Bradley-Terry."""
    rng = np.random.default_rng([2, CROWDS.index((kind, share, trainers, each))])
    bad = np.arange(trainers) < round(share * trainers)
    rows = []
    for _ in range(studies):
        truth = rng.normal(0, 1, N_MODELS)
        eta = np.where(bad, 0.5 if kind == "random clickers" else 0.15, 0.95)
        who = np.repeat(np.arange(trainers), each)
        i = rng.integers(0, N_MODELS, who.size)
        j = (i + rng.integers(1, N_MODELS, who.size)) % N_MODELS
        p = special.expit(truth[i] - truth[j])
        p = eta[who] * p + (1 - eta[who]) * (1 - p)
        score = np.where(rng.random(who.size) < p, -1, 1)
        c = Comparisons.from_scores(i, j, score, N_MODELS)
        ours = crowd_bradley_terry(c, who, n_trainers=trainers, ties="drop", tolerance=1e-6)
        plain = bradley_terry(c, ties="drop", virtual=0.5)
        follows = np.sign(plain.log_strength[j] - plain.log_strength[i]) == score
        by_plain = np.bincount(who, weights=follows) / each
        rows.append(
            (
                stats.kendalltau(ours.strengths.log_strength, truth).statistic,
                stats.kendalltau(plain.log_strength, truth).statistic,
                _auc(ours.reliability.value, bad),
                _auc(by_plain, bad),
                float((ours.p_unreliable[bad] > 0.95).mean()) if bad.any() else np.nan,
                float((ours.p_unreliable[~bad] > 0.95).mean()),
                float(ours.converged),
            )
        )
    table = np.array(rows)
    gain = table[:, 0] - table[:, 1]
    return {
        "tau Crowd-BT": float(table[:, 0].mean()),
        "tau Bradley-Terry": float(table[:, 1].mean()),
        "tau gain": float(gain.mean()),
        "tau gain se": float(gain.std(ddof=1) / np.sqrt(studies)),
        "auc Crowd-BT": float(table[:, 2].mean()),
        "auc Bradley-Terry": float(table[:, 3].mean()),
        "unreliable flagged": float(table[:, 4].mean()),
        "reliable flagged": float(table[:, 5].mean()),
        "converged": float(table[:, 6].mean()),
    }


def _auc(reliability: np.ndarray, bad: np.ndarray) -> float:
    """Return the chance that an unreliable trainer ranks below a reliable one; ties a half."""
    if not bad.any():
        return np.nan
    gap = reliability[~bad][None, :] - reliability[bad][:, None]
    return float(((gap > 0) + 0.5 * (gap == 0)).mean())


# --- ceiling --------------------------------------------------------------------------------------------------------

WORLDS: dict[str, tuple[Callable[[np.random.Generator, int], np.ndarray], float]] = {
    "Beta(.3, .3)": (lambda r, n: r.beta(0.3, 0.3, n), beta_ceiling(1 / 1.6)),
    "Beta(.6, .6)": (lambda r, n: r.beta(0.6, 0.6, n), beta_ceiling(1 / 2.2)),
    "Beta(1.4, 1.4)": (lambda r, n: r.beta(1.4, 1.4, n), beta_ceiling(1 / 3.8)),
    "half clear, half coin flips": (lambda r, n: np.where(r.random(n) < 0.5, (r.random(n) < 0.5) * 1.0, 0.5), 0.75),
    "all items .2 or .8": (lambda r, n: np.where(r.random(n) < 0.5, 0.2, 0.8), 0.8),
}
CEILINGS = [*itertools.product(WORLDS, (2, 3, 5), (100, 400)), *itertools.product(["two-way"], (3,), (100, 400))]


def ceiling(world: str, m: int, n: int, studies: int) -> dict[str, float]:
    """Count how often the intervals of the point and of the range hold the true ceiling."""
    rng = np.random.default_rng([3, CEILINGS.index((world, m, n))])
    if world == "two-way":
        return _ceiling_two_way(rng, m, n, studies)
    draw, truth = WORLDS[world]
    rows = []
    for _ in range(studies):
        b = rng.binomial(m, draw(rng, n))
        found = reward_model_ceiling(
            Patterns.from_counts(np.stack([m - b, np.zeros_like(b), b], axis=1)), scores=SCORES, majorities=()
        )
        rows.append(_inside(found, truth))
    return _summary(rows, truth)


def _ceiling_two_way(rng: np.random.Generator, m: int, n: int, studies: int, crowd_size: int = 20) -> dict[str, float]:
    """Trainers differ: each follows the item's majority taste more or less closely, on the logit scale."""
    care = np.exp(rng.normal(0, 0.6, 200_000))
    taste = rng.normal(0, 1.5, 4000)
    share = np.array([special.expit(rng.choice(care, 2000) * t).mean() for t in taste])
    truth = float(np.maximum(share, 1 - share).mean())
    rows = []
    for _ in range(studies):
        own, taste = np.exp(rng.normal(0, 0.6, crowd_size)), rng.normal(0, 1.5, n)
        who = np.argsort(rng.random((n, crowd_size)), axis=1)[:, :m].ravel()
        item = np.repeat(np.arange(n), m)
        label = np.where(rng.random(item.size) < special.expit(own[who] * taste[item]), 2, 0)
        found = reward_model_ceiling(*patterns_from_codes(item, who, label, 3), scores=SCORES, majorities=())
        rows.append(_inside(found, truth))
    return _summary(rows, truth)


def _inside(found: object, truth: float) -> tuple[float, ...]:
    p, low, high = found.point, found.low, found.high  # type: ignore[attr-defined]
    bottom = 0.5 if np.isnan(low.low) else low.low
    top = 1.0 if np.isnan(high.high) else high.high
    return (
        p.value, float(p.low <= truth <= p.high), p.high - p.low, float(bottom <= truth <= top), top - bottom,
        float(low.value <= truth <= high.value),
    )  # fmt: skip


def _summary(rows: list[tuple[float, ...]], truth: float) -> dict[str, float]:
    table = np.array(rows)
    names = ("mean point", "point covers", "point width", "safe range covers", "safe range width", "plain range holds")
    return {"truth": truth, **dict(zip(names, (float(x) for x in table.mean(axis=0)), strict=True))}


# --- the table and the page -----------------------------------------------------------------------------------------


def save(study: str, cell: str, studies: int, measures: dict[str, float]) -> None:
    """Write the rows of one cell, in place of those it had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [r for r in load() if (r["study"], r["cell"]) != (study, cell)]
    rows += [
        {"study": study, "cell": cell, "studies": str(studies), "measure": k, "value": f"{v:.5f}"}
        for k, v in measures.items()
    ]
    rows.sort(key=lambda r: (r["study"], r["cell"]))
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def load() -> list[dict[str, str]]:
    """Return the rows of the table."""
    if not TABLE.exists():
        return []
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def cells(study: str) -> dict[str, dict[str, float]]:
    """Return cell -> measure -> value, `studies` among the measures."""
    found: dict[str, dict[str, float]] = {}
    for r in load():
        if r["study"] == study:
            found.setdefault(r["cell"], {"studies": float(r["studies"])})[r["measure"]] = float(r["value"])
    return found


def write() -> None:
    """Make the page from the table."""
    PAGE.write_text("\n".join([*_head(), *_position(), *_crowd(), *_ceiling()]) + "\n")


def _head() -> list[str]:
    return [
        "# Planted preferences",
        "",
        "Made by `python -m tests.studies.planted_preferences`; do not edit. Everything here is simulated: what was",
        "put in is known, and the tables say how much of it comes out.",
        "",
    ]


def _position() -> list[str]:
    lines = [
        "## A trainer who takes the first answer 58 % of the time",
        "",
        "20,000 trainers a cell, flagged by the exact two-sided binomial test at 5 %. *Stated* is what",
        "`position_power` says beforehand. 325 choices are what it asks for a power of 80 %.",
        "",
        "| choices | stated power | found | stated false alarms | unbiased flagged |",
        "|---|---|---|---|---|",
    ]
    for cell, m in sorted(cells("position").items(), key=lambda x: int(x[0])):
        values = (m["stated power"], m["found"], m["stated false alarms"], m["unbiased flagged"])
        lines.append(f"| {cell} | " + " | ".join(f"{100 * v:.1f} %" for v in values) + " |")
    return [*lines, ""]


def _crowd() -> list[str]:
    lines = [
        "## Strengths and unreliable trainers: Crowd-BT against plain Bradley-Terry",
        "",
        f"{N_MODELS} models with strengths drawn from N(0, 1). Reliable trainers follow them with probability .95,",
        "random clickers with .5, trainers with the scale upside down with .15. *tau* is Kendall's between fitted and",
        "true strengths; *gain* is Crowd-BT less Bradley-Terry on the same studies, with its standard error. *AUC* is",
        "the chance that an unreliable trainer ranks below a reliable one, by Crowd-BT's reliability and by the share",
        "of choices that follow the Bradley-Terry order. *Flagged*: posterior probability above 95 % of a reliability",
        "below .75.",
        "",
        "| unreliable | share | trainers x choices | studies | tau BT | tau Crowd-BT | gain | AUC BT | AUC Crowd-BT | "
        "unreliable flagged | reliable flagged |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for cell, m in sorted(cells("crowd").items()):
        kind, share, size = cell.split("; ")
        found = [f"{m[k]:.3f}" for k in ("tau Bradley-Terry", "tau Crowd-BT")]
        gain = f"{m['tau gain']:+.3f} ({m['tau gain se']:.3f})"
        rest = [f"{m[k]:.3f}" for k in ("auc Bradley-Terry", "auc Crowd-BT")]
        flags = [f"{100 * m[k]:.1f} %" for k in ("unreliable flagged", "reliable flagged")]
        lines.append(
            f"| {kind} | {share} | {size} | {m['studies']:.0f} | "
            + " | ".join([*found, gain, *rest, *flags]).replace("nan %", "-").replace("nan", "-")
            + " |"
        )
    found = list(cells("crowd").values())
    some = [m for k, m in cells("crowd").items() if not k.startswith("nobody")]
    if some:
        better = sum(m["tau gain"] > 2 * m["tau gain se"] for m in some)
        converged = sum(m["converged"] == 1 for m in found)
        worse = sum(m["tau gain"] < -2 * m["tau gain se"] for m in some)
        lines += [
            "",
            f"With unreliable trainers Crowd-BT orders the models better in {better} of {len(some)} cells by more "
            f"than two standard errors, worse in {worse}. All fits converged in {converged} of "
            f"{len(found)} cells; lowest share {min(m['converged'] for m in found):.3f}.",
        ]
    return [*lines, ""]


def _ceiling() -> list[str]:
    lines = [
        "## The ceiling's interval",
        "",
        "Share of studies whose 95 % interval holds the true ceiling. *Point*: interval of the fitted symmetric Beta.",
        "*Safe range*: from the lower end of agreement's interval to the upper end of the bound's. In the first three",
        "worlds the Beta is right, in the next two it is wrong on purpose, and the point's interval is not promised",
        "to hold there: the range is. In *two-way*, 20 trainers of unequal care judge, the Beta is only approximately",
        "right and intervals are two-way. The standard error of a coverage of 95 % over 1,000 studies is 0.7 points.",
        "",
        "| items are | judgments x items | studies | truth | mean point | point covers | width | safe range covers "
        "| width |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    order = [*WORLDS, "two-way"]
    for cell, m in sorted(cells("ceiling").items(), key=lambda x: (order.index(x[0].split("; ")[0]), x[0])):
        world, size = cell.split("; ")
        lines.append(
            f"| {world} | {size} | {m['studies']:.0f} | {m['truth']:.4f} | {m['mean point']:.4f} | "
            f"{100 * m['point covers']:.1f} % | {m['point width']:.3f} | {100 * m['safe range covers']:.1f} % | "
            f"{m['safe range width']:.3f} |"
        )
    return [*lines, ""]


def main() -> None:
    """Run one part of one study, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("position", "crowd", "ceiling", "write"))
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    asked = parser.parse_args()
    if asked.what == "position":
        for n in CHOICES:
            save("position", str(n), 20_000, position(n))
    elif asked.what == "crowd":
        for kind, share, trainers, each in CROWDS[asked.part :: asked.parts]:
            measures = crowd(kind, share, trainers, each, asked.studies)
            save("crowd", f"{kind}; {share}; {trainers} x {each}", asked.studies, measures)
    elif asked.what == "ceiling":
        for world, m, n in CEILINGS[asked.part :: asked.parts]:
            save("ceiling", f"{world}; {m} x {n}", asked.studies, ceiling(world, m, n, asked.studies))
    else:
        write()


if __name__ == "__main__":
    main()
