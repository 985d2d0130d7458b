"""Boundaries between labels, section by section and everywhere: which are read in two ways, and what that costs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import Scale
from analytics.core.settings import Settings
from analytics.reports.agreement import SEED
from analytics.reports.counts import CriterionCounts
from analytics.reports.gap_rows import EVERYWHERE, OTHERS, Gap, PartKind, Readings, question
from analytics.reports.merged_counts import merged_counts
from analytics.stats.agreement.coefficients import agreement_coefficients
from analytics.stats.counts.patterns import Patterns, TrainerPatterns
from analytics.stats.hotspots.guideline_boundaries import (
    Boundary,
    PartGains,
    both_sides,
    boundaries,
    boundary_patterns,
    lift,
    part_gains,
    worse_here,
)
from analytics.stats.hotspots.label_pair_sources import pair_directions, pair_places
from analytics.stats.hotspots.scale_boundaries import SharperThanOthers, boundary_ratios
from analytics.stats.inference.comparison import difference_of_independent
from analytics.stats.inference.multiple_testing import discoveries

WORSE = 1.25
"""A part's boundary is a gap where items split over it at least so many times as often as elsewhere: in a large log
every small difference is beyond luck."""
CLEAR = 0.05
"""A part with a p-value below this has a boundary of its own, and does not count for the boundary everywhere."""


def boundary_candidates(
    parts: Mapping[str, CriterionCounts],
    kind: PartKind | None,
    whole: CriterionCounts,
    scale: Scale,
    alpha: float,
    settings: Settings,
) -> list[Gap]:
    """Return every boundary of a criterion in every part with enough split items, not yet decided."""
    lines = boundaries(whole.patterns, scale)
    names = list(parts)
    tests = [_tested(parts, line, settings) for line in lines]
    kept = np.array([[t.get(name) is None or t[name].p_value >= CLEAR for t in tests] for name in names])
    split = part_gains(
        [parts[name].patterns for name in names],
        scale,
        lines,
        kept=kept.reshape(len(names), len(lines)),
        confidence=settings.confidence,
        n_replicates=settings.bootstrap_replicates,
        rng=np.random.default_rng(SEED),
    )
    made = [
        _gap(parts[name], line, split.gain[names.index(name)][h], alpha, settings, kind, test)
        for h, (line, by_name) in enumerate(zip(lines, tests, strict=True))
        for name, test in by_name.items()
    ]
    if scale.level in ("nominal", "ordinal") and len(lines) > 1:
        made += _everywhere(parts, lines, kept, split, alpha, settings)
    return [gap for gap in made if gap.alpha_gain.defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Test:
    """How one boundary stands in one part, beside all others."""

    part: str
    here: Coefficient
    elsewhere: float
    excess: float
    p_value: float


def _tested(parts: Mapping[str, CriterionCounts], line: Boundary, settings: Settings) -> dict[str, _Test]:
    """Return the test of a boundary in every part with enough items split over it."""
    sided = {name: boundary_patterns(one.patterns, line) for name, one in parts.items()}
    rates = {name: one.patterns for name, one in parts.items()} if not line.ordered else sided
    a, b = (line.a, line.b) if not line.ordered else (0, 1)
    places = {p.part: p for p in pair_places(rates, a, b, confidence=settings.confidence)}
    found = {}
    for name, one in parts.items():
        n_split = int(one.patterns.multiplicity[both_sides(one.patterns, line)].sum())
        if name == OTHERS or name not in places or n_split < settings.minimum_items:
            continue
        here = _alpha(sided[name], settings)
        rest = _alpha(_together([sided[other] for other in parts if other != name]), settings)
        difference = difference_of_independent(here, rest)
        found[name] = _Test(
            part=name,
            here=here,
            elsewhere=rest.value,
            excess=places[name].excess,
            p_value=worse_here(places[name].p_value, difference.value, difference.se),
        )
    return found


def _everywhere(
    parts: Mapping[str, CriterionCounts],
    lines: Sequence[Boundary],
    kept: npt.NDArray[np.bool_],
    split: PartGains,
    alpha: float,
    settings: Settings,
) -> list[Gap]:
    """Return each boundary over all parts in which it is not worse than elsewhere, beside the scale's other boundaries.

    It has to be split clearly more often than they are, without the part that splits most over it as well: else it is
    that part's own matter.
    """
    ones = list(parts.values())
    made = []
    merged: dict[bytes, CriterionCounts] = {}
    ratios: dict[bytes, tuple[SharperThanOthers, ...]] = {}
    for h, line in enumerate(lines):
        mine = [one for one, keep in zip(ones, kept[:, h], strict=True) if keep]
        if not mine:
            continue
        key = kept[:, h].tobytes()
        if key not in merged:
            merged[key] = merged_counts(mine)
            ratios[key] = boundary_ratios(merged[key].patterns, merged[key].trainer_patterns, lines)
        together, found = merged[key], ratios[key][h]
        if together.patterns.multiplicity[both_sides(together.patterns, line)].sum() < settings.minimum_items:
            continue
        p_value = found.p_value
        if len(mine) > 1 and p_value < CLEAR:
            worst = max(range(len(mine)), key=lambda k: _rate(mine[k].patterns, line))
            rest = merged_counts([one for k, one in enumerate(mine) if k != worst])
            p_value = max(p_value, boundary_ratios(rest.patterns, rest.trainer_patterns, lines)[h].p_value)
        test = _Test(
            part=EVERYWHERE,
            here=_alpha(boundary_patterns(together.patterns, line), settings),
            elsewhere=math.nan,
            excess=found.ratio,
            p_value=p_value,
        )
        made.append(_gap(together, line, split.together[h], alpha, settings, None, test))
    return made


def _rate(patterns: Patterns, line: Boundary) -> float:
    """Return the share of items judged twice that are split over a boundary."""
    split = int(patterns.multiplicity[both_sides(patterns, line)].sum())
    return split / max(patterns.n_items_paired, 1)


def _gap(
    here: CriterionCounts,
    line: Boundary,
    gain: Estimate,
    alpha: float,
    settings: Settings,
    kind: PartKind | None,
    test: _Test,
) -> Gap:
    """Return one boundary in one part, not yet decided."""
    both = both_sides(here.patterns, line)
    n_judgments = int((here.patterns.multiplicity * here.patterns.sizes)[both].sum())
    sides = boundary_patterns(here.patterns, line) if line.ordered else here.patterns
    a, b = (0, 1) if line.ordered else (line.a, line.b)
    return Gap(
        project=here.criterion.project,
        criterion=here.criterion.criterion,
        level=here.level,
        part_kind=kind,
        part=test.part,
        a=here.labels[line.a],
        b=here.labels[line.b],
        ordered=line.ordered,
        alpha_gain=gain,
        alpha=alpha,
        share_of_disagreement=gain.value / (1 - alpha) if alpha < 1 else math.nan,
        lift=lift(sides, a, b),
        boundary_alpha=test.here.value,
        boundary_alpha_elsewhere=test.elsewhere,
        excess=test.excess,
        n_items=here.patterns.n_items_paired,
        n_items_split=int(here.patterns.multiplicity[both].sum()),
        n_judgments_split=n_judgments,
        cost=n_judgments * settings.cost_per_judgment,
        p_value=test.p_value,
        q_value=math.nan,
        is_gap=False,
        readings=_readings(here, line, settings),
        question="",
    )


def _alpha(sides: Patterns, settings: Settings) -> Coefficient:
    return agreement_coefficients(
        sides,
        level="nominal",
        values=(0.0, 1.0),
        names=("krippendorff_alpha",),
        interval="items",
        confidence=settings.confidence,
    )[0]


def _together(parts: Sequence[Patterns]) -> Patterns:
    return Patterns(
        counts=np.concatenate([p.counts for p in parts]), multiplicity=np.concatenate([p.multiplicity for p in parts])
    )


def _readings(here: CriterionCounts, line: Boundary, settings: Settings) -> Readings:
    patterns, trainers = here.patterns, here.trainer_patterns
    a, b = line.a, line.b
    if line.ordered:
        patterns, trainers = _folded(here, line)
        a, b = 0, 1
    found = pair_directions(patterns, trainers, a, b, confidence=settings.confidence)
    if found.undefined:
        return Readings(lean_a=0, lean_b=0, n_trainers=0)
    splits = (found.gives_a + found.gives_b) > 0
    return Readings(
        lean_a=int((splits & (found.low > 0.5)).sum()),
        lean_b=int((splits & (found.high < 0.5)).sum()),
        n_trainers=int(splits.sum()),
    )


def _folded(here: CriterionCounts, line: Boundary) -> tuple[Patterns, TrainerPatterns]:
    side = (np.arange(len(here.labels)) >= line.b).astype(np.int64)
    t = here.trainer_patterns
    sides = np.stack([here.patterns.counts[:, : line.b].sum(axis=1), here.patterns.counts[:, line.b :].sum(axis=1)], 1)
    return Patterns(counts=sides, multiplicity=here.patterns.multiplicity), TrainerPatterns(
        trainer=t.trainer, pattern=t.pattern, label=side[t.label], n=t.n, n_trainers=t.n_trainers
    )


def decided(candidates: Sequence[Gap], settings: Settings) -> tuple[Gap, ...]:
    """Return the candidates by falling gain, each with its q-value, verdict and question.

    Of the steps of one ordered scale in one part only the costliest is called a gap: what makes a section noisy shows
    at every step.
    """
    q = np.full(len(candidates), np.nan)
    for wide in (False, True):  # two questions, each with half of the false discoveries
        mine = [k for k, c in enumerate(candidates) if (c.part_kind is None) == wide]
        q[mine] = np.minimum(2 * discoveries([candidates[k].p_value for k in mine]).q_values, 1.0)
    reliable = sorted(b.low for b in settings.bands)[1] if len(settings.bands) > 1 else math.inf
    out: list[Gap] = []
    taken: set[tuple[str, str, str]] = set()
    order = sorted(range(len(candidates)), key=lambda k: _worst_first(candidates[k]))
    for k in order:
        c, place = candidates[k], (candidates[k].project, candidates[k].criterion, candidates[k].part)
        gap = bool(q[k] <= settings.false_discovery) and c.boundary_alpha < reliable and c.excess >= WORSE
        gap = gap and not (c.ordered and place in taken)
        if gap:
            taken.add(place)
        out.append(dataclasses.replace(c, q_value=float(q[k]), is_gap=gap, question=question(c)))
    return tuple(out)


def _worst_first(gap: Gap) -> tuple[float, str, str, str, str]:
    return -gap.alpha_gain.value, gap.project, gap.criterion, gap.part, gap.a
