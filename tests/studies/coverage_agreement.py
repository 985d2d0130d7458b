"""Coverage of the 95 % two-way interval against the known truth: 36 cells, no cell left out.

    python -m tests.studies.coverage_agreement run --studies 2000 --part 0 --parts 12
    python -m tests.studies.coverage_agreement write

`run` adds the cells of one part to docs/studies/coverage_agreement.csv, `write` makes the page from it.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from pathlib import Path

import numpy as np

from analytics.stats.agreement.coefficients import agreement_coefficients
from tests.studies.simulated_agreement import POPULATIONS, VALUES

FOLDER = Path(__file__).parents[2] / "docs" / "studies"
TABLE, PAGE = FOLDER / "coverage_agreement.csv", FOLDER / "coverage_agreement.md"
ITEMS, TRAINERS = (30, 100, 500), (5, 15, 60)
CELLS = list(itertools.product(("even", "skewed"), ("homogeneous", "strongly biased"), TRAINERS, ITEMS))
NAMES = (
    "krippendorff_alpha_nominal",
    "krippendorff_alpha",
    "percent_agreement",
    "fleiss_kappa",
    "gwet_ac1",
    "conger_kappa",
    "icc_a1",
)
TITLES = {
    "krippendorff_alpha_nominal": "Krippendorff's alpha, nominal",
    "krippendorff_alpha": "Krippendorff's alpha, ordinal",
    "percent_agreement": "Percent agreement",
    "fleiss_kappa": "Fleiss' kappa",
    "gwet_ac1": "Gwet's AC1",
    "conger_kappa": "Conger's kappa",
    "icc_a1": "ICC(A,1)",
}
FIELDS = (
    "labels", "trainers_are", "n_trainers", "n_items", "coefficient", "studies", "undefined", "truth", "mean", "sd",
    "covered", "below", "above", "covered_items_only", "mean_width", "mean_width_items_only",
)  # fmt: skip


def cell(
    shape: str, lean: str, m: int, n: int, studies: int, names: tuple[str, ...] = NAMES
) -> list[dict[str, object]]:
    """Return one row a coefficient: how often the interval held the truth, two-way and items only."""
    population = POPULATIONS[shape, lean]
    truth = population.truth()
    rng = np.random.default_rng([20260101, CELLS.index((shape, lean, m, n))])
    found = {name: np.full((studies, 5), np.nan) for name in names}
    for s in range(studies):
        patterns, trainers = population.study(rng, n, m)
        for column, interval in ((1, "two-way"), (3, "items")):
            for c in agreement_coefficients(
                patterns, level="ordinal", values=VALUES, trainer_patterns=trainers, names=names, interval=interval
            ):
                found[c.name][s, 0] = c.value
                found[c.name][s, column : column + 2] = c.low, c.high
    rows = []
    for name in names:
        value, low, high, low_i, high_i = found[name].T
        there = np.isfinite(value)
        v, lo, hi, lo_i, hi_i, true = value[there], low[there], high[there], low_i[there], high_i[there], truth[name]
        rows.append(
            {
                "labels": shape, "trainers_are": lean, "n_trainers": m, "n_items": n, "coefficient": name,
                "studies": studies, "undefined": int((~there).sum()), "truth": round(true, 4),
                "mean": round(float(v.mean()), 4), "sd": round(float(v.std(ddof=1)), 4),
                "covered": round(float(((lo <= true) & (true <= hi)).mean()), 4),
                "below": round(float((hi < true).mean()), 4), "above": round(float((lo > true).mean()), 4),
                "covered_items_only": round(float(((lo_i <= true) & (true <= hi_i)).mean()), 4),
                "mean_width": round(float(np.nanmean(hi - lo)), 4),
                "mean_width_items_only": round(float(np.nanmean(hi_i - lo_i)), 4),
            }
        )  # fmt: skip
    return rows


def run(studies: int, part: int, parts: int, names: tuple[str, ...] = NAMES) -> None:
    """Simulate every `parts`-th cell and put its rows into the table, in place of older ones."""
    rows = read()
    for shape, lean, m, n in CELLS[part::parts]:
        fresh = cell(shape, lean, m, n, studies, names)
        rows = [r for r in rows if _cell_of(r) != (shape, lean, m, n) or r["coefficient"] not in names]
        rows += [{k: str(v) for k, v in r.items()} for r in fresh]
        rows.sort(key=lambda r: (NAMES.index(r["coefficient"]), CELLS.index(_cell_of(r))))
        FOLDER.mkdir(parents=True, exist_ok=True)
        with TABLE.open("w", newline="") as out:
            writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _cell_of(r: dict[str, str]) -> tuple[str, str, int, int]:
    return r["labels"], r["trainers_are"], int(r["n_trainers"]), int(r["n_items"])


def read() -> list[dict[str, str]]:
    """Return the rows simulated so far."""
    if not TABLE.exists():
        return []
    with TABLE.open(newline="") as source:
        return list(csv.DictReader(source))


def write() -> None:
    """Write the page: one table a coefficient, all 36 cells, then what it says."""
    rows = read()
    studies = sorted({int(r["studies"]) for r in rows})
    error = 100 * (0.05 * 0.95 / min(studies, default=1)) ** 0.5
    lines = [
        "# Coverage of the 95 % interval",
        "",
        "Made by `python -m tests.studies.coverage_agreement`; do not edit. The model is described in",
        f"`tests/studies/simulated_agreement.py`. {' and '.join(f'{s:,}' for s in studies)} simulated studies a cell;",
        f"the standard error of a coverage of 95 % is then {error:.1f} points.",
        "",
        "A cell reads: share of studies whose two-way interval holds the truth, in per cent; in brackets the same for",
        "the interval that takes the trainers as given (items only). To aim at: 93 to 97. The truth is the coefficient",
        "for two random trainers and random items of the population, so the items-only interval is too narrow wherever",
        "trainers differ. Undefined studies (all judgments alike) are left out of the share and counted below.",
        "",
    ]
    for name in NAMES:
        mine = {_cell_of(r): r for r in rows if r["coefficient"] == name}
        heads = " | ".join(f"{m} trainers, {n} items" for m in TRAINERS for n in ITEMS)
        lines += [f"## {TITLES[name]}", "", f"| labels | trainers | truth | {heads} |", "|---" * 12 + "|"]
        for shape, lean in itertools.product(("even", "skewed"), ("homogeneous", "strongly biased")):
            cells = [mine.get((shape, lean, m, n)) for m in TRAINERS for n in ITEMS]
            truth = next((c["truth"] for c in cells if c), "")
            shown = [
                f"{100 * float(c['covered']):.1f} ({100 * float(c['covered_items_only']):.1f})" if c else "not run"
                for c in cells
            ]
            lines.append(f"| {shape} | {lean} | {truth} | " + " | ".join(shown) + " |")
        covered = [float(r["covered"]) for r in mine.values()]
        if covered:
            inside = sum(0.93 <= c <= 0.97 for c in covered)
            lines += [
                "",
                f"{len(covered)} cells: lowest {100 * min(covered):.1f}, highest {100 * max(covered):.1f}, "
                f"{inside} within 93 to 97, {sum(c < 0.90 for c in covered)} under 90; "
                f"{sum(int(r['undefined']) for r in mine.values())} undefined studies.",
                "",
            ]
    PAGE.write_text("\n".join(lines).rstrip() + "\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "write"))
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--names", nargs="+", choices=NAMES, default=NAMES)
    asked = parser.parse_args()
    if asked.what == "run":
        run(asked.studies, asked.part, asked.parts, tuple(asked.names))
    write()


if __name__ == "__main__":
    main()
