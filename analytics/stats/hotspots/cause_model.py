"""A mixture over reasons to disagree: careless trainers, unclear items, unclear rules, groups that read differently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.cause_parameters import (
    CauseParameters,
    Expectation,
    scattered_confusion,
    typical_confusion,
)
from analytics.stats.hotspots.cause_rows import Readings, divide_readings, split_readings, spread_readings

LEANS = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
_LEAN_WEIGHT = 60.0
_SPREAD_WEIGHT = 20.0
_WIDER = 3.0  # readings of an unclear item add this many times the usual variance: twice the usual width in all ...
_STEPS = 1.5  # ... and scatter over at least so many steps
_MOST_UNCLEAR = 0.3  # unclear is the exception: were most items, "usual" would shrink until nothing is
_PRIOR_SPREAD, _PRIOR_WEIGHT = 0.06, 0.3  # about one item in sixteen, as if from .3 of the items


class CauseMixture:
    """The mixture over one set of items.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments of N items, each with at least one.
    context : int array (N,)
        Section, topic or cluster whose items may share a gap, 0..S-1; -1 for none.
    n_contexts : int
        S.
    stratum : int array (N,)
        Items whose groups may divide alike (sensitive or not), 0..V-1.
    n_strata : int
        V.
    group : int array (M,)
        Group of each trainer, -1 where unknown; all -1 for no groups.
    ordered : bool
        Whether the labels stand in an order.
    """

    def __init__(
        self,
        codes: JudgmentCodes,
        context: IntArray,
        n_contexts: int,
        stratum: IntArray,
        n_strata: int,
        group: IntArray,
        *,
        ordered: bool = False,
    ) -> None:
        self.codes, self.context, self.stratum, self.group = codes, context, stratum, group
        self.n_contexts, self.n_strata, self.n_groups = n_contexts, n_strata, int(group.max(initial=-1)) + 1
        self.counts = codes.item_counts
        self.splits = split_readings(codes, self.counts)
        self.ordered = ordered
        self.apart = 2 if ordered else 1  # neighbours are taken for each other by anybody
        self.spreads = spread_readings(self.counts[:0] if ordered else self.counts, codes.n_items)
        self.divides = divide_readings(codes, self.counts, group, self.n_groups)
        self.divisible = np.zeros(codes.n_items, dtype=np.bool_)
        of = group[codes.trainer]
        known = np.bincount(codes.item[of >= 0], minlength=codes.n_items)
        for g in range(self.n_groups):
            inside = np.bincount(codes.item[of == g], minlength=codes.n_items)
            self.divisible |= (inside > 0) & (known > inside)

    def start(self, confusion: FloatArray, smoothing: float) -> CauseParameters:
        """Return a first guess: the confusion matrices given, a few unclear items, gaps where pairs split often."""
        k, s = self.codes.n_labels, self.splits
        share = self.counts / self.counts.sum(axis=1, keepdims=True)
        split = np.minimum(share[s.item, s.c], share[s.item, s.d]) >= 0.25
        pairs = np.triu(np.ones((k, k)), self.apart)
        np.add.at(pairs, (s.c[split], s.d[split]), 1.0)
        pairs = np.triu(pairs, self.apart)
        gaps = np.zeros((self.n_contexts, k, k))
        kept = split & (self.context[s.item] >= 0)
        np.add.at(gaps, (self.context[s.item][kept], s.c[kept], s.d[kept]), 1.0)
        return CauseParameters(
            prior=(share.sum(axis=0) + 1) / (share.shape[0] + k),
            confusion_counts=np.zeros_like(confusion),
            typical=confusion,
            smoothing=smoothing,
            ambiguous=0.05,
            spread=np.full(self.n_contexts + 1, 0.02 if self.ordered or self.spreads.item.size else 0.0),
            pairs=pairs / pairs.sum(),
            gaps=0.5 * gaps / self._context_sizes()[:, None, None],
            divided=np.full(self.n_strata, 0.03 if self.divides.item.size else 0.0),
            lean=np.full(LEANS.size, 1 / LEANS.size),
        )

    def chances(self, p: CauseParameters, own: FloatArray | None = None) -> FloatArray:
        """Return (J, K) the chance of each judgment's label under each reading.

        With `own` (J, K), the readings of an earlier expectation, a judgment's own part in its trainer's confusion
        matrix is taken out, so that no item vouches for itself.
        """
        trainer, label, k = self.codes.trainer, self.codes.label, self.codes.n_labels
        counts, rows = p.confusion_counts, p.confusion_counts.sum(axis=2)
        out = np.empty((trainer.size, k))
        for t in range(k):
            less = 0.0 if own is None else own[:, t]
            top = np.maximum(counts[trainer, t, label] - less, 0.0) + p.smoothing * p.typical[trainer, t, label]
            out[:, t] = top / (np.maximum(rows[trainer, t] - less, 0.0) + p.smoothing)
        return out

    def expectation(self, p: CauseParameters, own: FloatArray | None = None) -> Expectation:
        """Return the posterior of every item under parameters `p`."""
        n, item = self.codes.n_items, self.codes.item
        s, u, v = self.splits, self.spreads, self.divides
        chance = self.chances(p, own)
        gap_share = np.where(self.context[s.item] >= 0, _at(p.gaps, self.context[s.item], s.c, s.d), 0.0)
        divided = np.where(self.divisible, p.divided[self.stratum], 0.0)
        in_gap = np.where(self.context >= 0, _at(p.gaps.sum(axis=(1, 2)), self.context), 0.0)
        rest = np.maximum(1.0 - p.ambiguous - p.spread[self.context] - in_gap - divided, 0.02)
        mixed, one, two = self._mixed(s, chance), *self._pair(s, chance)
        with np.errstate(divide="ignore"):
            of_split = s.summed(np.log(mixed)) + np.log(p.lean)
            ambiguous = of_split + np.log(p.ambiguous * p.pairs[s.c, s.d])[:, None]
            any_of, of_spread = self._spread(chance)
            spread = of_spread + u.log_choice + np.log(p.spread[self.context[u.item]])
            gap = of_split + np.log(gap_share)[:, None]
            readings, of_wide = self._wide(p, chance)
            wide = of_wide + np.log(p.prior) + np.log(p.spread[self.context])[:, None]
            of_divide = v.summed(np.log(self._divided(v, chance)))
            divide = of_divide + np.log(divided[v.item] / self._n_divides())
            clear = np.column_stack([np.bincount(item, weights=np.log(c), minlength=n) for c in chance.T])
            clear += np.log(p.prior) + np.log(rest)[:, None]
        top = clear.max(axis=1)
        np.maximum.at(top, s.item, np.maximum(ambiguous, gap).max(axis=1, initial=-np.inf))
        np.maximum.at(top, v.item, divide)
        np.maximum.at(top, u.item, spread)
        top = np.maximum(top, wide.max(axis=1, initial=-np.inf))
        wide = np.exp(wide - top[:, None])
        clear, divide = np.exp(clear - top[:, None]), np.exp(divide - top[v.item])
        spread = np.exp(spread - top[u.item])
        ambiguous, gap = np.exp(ambiguous - top[s.item, None]), np.exp(gap - top[s.item, None])
        total = clear.sum(axis=1) + np.bincount(v.item, weights=divide, minlength=n)
        total += np.bincount(s.item, weights=(ambiguous + gap).sum(axis=1), minlength=n)
        total += np.bincount(u.item, weights=spread, minlength=n) + wide.sum(axis=1)
        clear, divide = clear / total[:, None], divide / total[v.item]
        ambiguous, gap = ambiguous / total[s.item, None], gap / total[s.item, None]
        spread, wide = spread / total[u.item], wide / total[:, None]
        reading = clear[item]
        weight = (ambiguous + gap)[s.row]
        as_c = (weight * LEANS * one[:, None] / mixed).sum(axis=1)
        as_d = (weight * (1 - LEANS) * two[:, None] / mixed).sum(axis=1)
        self._add(reading, s.judgment, s.c[s.row], as_c)
        self._add(reading, s.judgment, s.d[s.row], as_d)
        inside, outside = self._sides(v)
        if u.item.size:
            mine = u.of_item[item]
            weight = np.where(mine >= 0, spread[mine], 0.0)
            reading += weight[:, None] * np.where(u.among[mine], chance, 0.0) / any_of[:, None]
        if self.ordered:
            any_of = chance @ readings.T
            reading += chance * ((wide[item] / any_of) @ readings)
        self._add(reading, v.judgment, v.c[v.row], inside * divide[v.row])
        self._add(reading, v.judgment, v.d[v.row], outside * divide[v.row])
        return Expectation(
            clear=clear,
            ambiguous=ambiguous,
            gap=gap,
            spread=spread,
            wide=wide.sum(axis=1),
            divide=divide,
            reading=reading,
            log_likelihood=float((top + np.log(total)).sum()),
        )

    def maximised(self, e: Expectation, p: CauseParameters, penalty: float) -> CauseParameters:
        """Return parameters that fit the posterior `e` best.

        A gap (a divide) must explain more than `penalty` items beside what other causes explain, else its share is 0.
        """
        n, k, m = self.codes.n_items, self.codes.n_labels, self.codes.n_trainers
        s = self.splits
        prior = e.clear.sum(axis=0) + 1.0
        pairs = np.triu(np.full((k, k), 0.5), self.apart)
        np.add.at(pairs, (s.c, s.d), e.ambiguous.sum(axis=1))
        pairs = np.triu(pairs, self.apart)
        gaps = np.zeros((self.n_contexts, k, k))
        kept = self.context[s.item] >= 0
        np.add.at(gaps, (self.context[s.item][kept], s.c[kept], s.d[kept]), e.gap.sum(axis=1)[kept])
        of_stratum = np.bincount(self.stratum[self.divisible], minlength=self.n_strata)
        in_divide = np.bincount(self.stratum[self.divides.item], weights=e.divide, minlength=self.n_strata)
        lean = e.ambiguous.sum(axis=0) + e.gap.sum(axis=0)
        lean = lean + lean[::-1] + _LEAN_WEIGHT
        key = self.codes.trainer * k + self.codes.label
        counts: FloatArray = np.zeros((m, k, k))
        for t in range(k):
            counts[:, t] = np.bincount(key, weights=e.reading[:, t], minlength=m * k).reshape(m, k)
        return CauseParameters(
            prior=prior / prior.sum(),
            confusion_counts=counts,
            typical=scattered_confusion(counts) if self.ordered else typical_confusion(counts),
            smoothing=p.smoothing,
            ambiguous=min(float(e.ambiguous.sum() + 1.0) / (n + 10.0), _MOST_UNCLEAR),
            spread=self._spread_shares(e),
            pairs=pairs / pairs.sum(),
            gaps=np.maximum(gaps - penalty, 0.0) / self._context_sizes()[:, None, None],
            divided=np.maximum(in_divide - penalty, 0.0) / np.maximum(of_stratum, 1),
            lean=lean / lean.sum(),
        )

    def gap_evidence(self, e: Expectation, p: CauseParameters) -> FloatArray:
        """Return (S, K, K) by how much the log-likelihood falls when one gap is left out; 0 where there is none.

        Without gap share g an item's likelihood is multiplied by 1 - P(gap | item) + g P(clear | item) / P(clear).
        """
        s, k = self.splits, self.codes.n_labels
        loss = np.zeros_like(p.gaps)
        in_gap = np.where(self.context >= 0, _at(p.gaps.sum(axis=(1, 2)), self.context), 0.0)
        divided = np.where(self.divisible, p.divided[self.stratum], 0.0)
        other = p.ambiguous + p.spread[self.context] + in_gap + divided
        clear = e.clear.sum(axis=1) / np.maximum(1.0 - other, 0.02)
        of_row = e.gap.sum(axis=1)
        for where, c, d in np.argwhere(p.gaps > 0):
            items = self.context == where
            mine = items[s.item] & (s.c * k + s.d == c * k + d)
            posterior = np.bincount(s.item[mine], weights=of_row[mine], minlength=self.codes.n_items)[items]
            left = np.maximum(1.0 - posterior + p.gaps[where, c, d] * clear[items], 1e-300)
            loss[where, c, d] = -np.log(left).sum()
        return loss

    def _spread_shares(self, e: Expectation) -> FloatArray:
        """Return (S + 1,) the share of spread items by context, drawn towards the share of all items."""
        place = np.where(self.context < 0, self.n_contexts, self.context)
        size = np.bincount(place, minlength=self.n_contexts + 1)
        inside = np.bincount(place[self.spreads.item], weights=e.spread, minlength=self.n_contexts + 1)
        inside = inside + np.bincount(place, weights=e.wide, minlength=self.n_contexts + 1)
        overall = float(e.spread.sum() + e.wide.sum()) / self.codes.n_items
        if self.ordered:
            overall = (overall + _PRIOR_WEIGHT * _PRIOR_SPREAD) / (1 + _PRIOR_WEIGHT)
        share = np.asarray((inside + _SPREAD_WEIGHT * overall) / (size + _SPREAD_WEIGHT), dtype=np.float64)
        return share * min(1.0, _MOST_UNCLEAR / overall) if overall > 0 else share

    def _context_sizes(self) -> FloatArray:
        sizes = np.bincount(self.context[self.context >= 0], minlength=self.n_contexts)
        return np.maximum(sizes, 1).astype(np.float64)

    def _n_divides(self) -> float:
        k = self.codes.n_labels
        return float(max(1, k * (k - 1) * (1 if self.n_groups == 2 else self.n_groups)))

    @staticmethod
    def _pair(rows: Readings, chance: FloatArray) -> tuple[FloatArray, FloatArray]:
        return chance[rows.judgment, rows.c[rows.row]], chance[rows.judgment, rows.d[rows.row]]

    def _mixed(self, s: Readings, chance: FloatArray) -> FloatArray:
        """Return (E, 5) the chance of each judgment of a split row, by lean."""
        one, two = self._pair(s, chance)
        return LEANS * one[:, None] + (1 - LEANS) * two[:, None]

    def _spread(self, chance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (J,) the summed chance of each judgment over its item's labels, 1 without a spread, and (U,) logs."""
        u, item = self.spreads, self.codes.item
        if not u.item.size:
            return np.ones(item.size), np.zeros(0)
        mine = u.of_item[item]
        inside = mine >= 0
        any_of = np.where(inside, np.where(u.among[mine], chance, 0.0).sum(axis=1), 1.0)
        size = u.among.sum(axis=1)
        log_mean = np.log(any_of[inside]) - np.log(size[mine[inside]])
        return any_of, np.bincount(mine[inside], weights=log_mean, minlength=u.item.size).astype(np.float64)

    def _wide(self, p: CauseParameters, chance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (K, K) what an item is read as when trainers scatter over it, by its middle; (N, K) log chances."""
        n, k = self.codes.n_items, self.codes.n_labels
        if not self.ordered:
            return np.zeros((0, k)), np.full((n, k), -np.inf)
        steps = np.arange(k, dtype=np.float64)
        miss = (steps[None, :] - steps[:, None]) ** 2
        usual = (p.prior[:, None] * p.typical.mean(axis=0) * miss).sum()
        readings = np.exp(-0.5 * miss / max(_WIDER * usual, _STEPS**2))
        readings /= readings.sum(axis=1, keepdims=True)
        logs = np.log(chance @ readings.T)
        return readings, np.column_stack([np.bincount(self.codes.item, weights=x, minlength=n) for x in logs.T])

    def _sides(self, v: Readings) -> tuple[FloatArray, FloatArray]:
        """Return (E,) weights of reading c and d in a divide row; a trainer of unknown group may read either."""
        of = self.group[self.codes.trainer[v.judgment]]
        inside = np.where(of < 0, 0.5, (of == v.group[v.row]).astype(np.float64))
        return inside, 1 - inside

    def _divided(self, v: Readings, chance: FloatArray) -> FloatArray:
        one, two = self._pair(v, chance)
        inside, outside = self._sides(v)
        return np.asarray(inside * one + outside * two, dtype=np.float64)

    @staticmethod
    def _add(table: FloatArray, row: IntArray, column: IntArray, values: FloatArray) -> None:
        flat = np.bincount(row * table.shape[1] + column, weights=values, minlength=table.size)
        table += flat.reshape(table.shape)


def fitted(
    mixture: CauseMixture,
    confusion: FloatArray,
    *,
    smoothing: float = 25.0,
    penalty: float = 2.0,
    max_iterations: int = 200,
    tolerance: float = 1e-7,
) -> tuple[CauseParameters, Expectation, bool]:
    """Fit the mixture by EM; return parameters, posterior and whether it converged.

    Gaps whose evidence does not outweigh the number of places where one was looked for are dropped, and the rest is
    fitted again: with S contexts and H pairs of labels the log-likelihood must gain log(S H) + 3 (by chance alone about
    one log in twenty would show such a gap).
    """
    p = mixture.start(confusion, smoothing)
    pairs = mixture.codes.n_labels * (mixture.codes.n_labels - 1) / 2
    needed = np.log(max(mixture.n_contexts * pairs, 1.0)) + 3.0
    p, e, converged = _climbed(mixture, p, mixture.expectation(p), penalty, max_iterations, tolerance)
    weak = (p.gaps > 0) & (mixture.gap_evidence(e, p) < needed)
    if weak.any():
        p = replace(p, gaps=np.where(weak, 0.0, p.gaps))
        p, e, converged = _climbed(mixture, p, mixture.expectation(p), penalty, max_iterations, tolerance)
    return p, e, converged


def _climbed(
    mixture: CauseMixture, p: CauseParameters, e: Expectation, penalty: float, max_iterations: int, tolerance: float
) -> tuple[CauseParameters, Expectation, bool]:
    for _ in range(max_iterations):
        before = e.log_likelihood
        p = mixture.maximised(e, p, penalty)
        e = mixture.expectation(p)
        if abs(e.log_likelihood - before) <= tolerance * mixture.codes.n_items:
            return p, e, True
    return p, e, False


def _at(table: FloatArray, *index: IntArray) -> FloatArray:
    """Return table[index], zeros where the table is empty."""
    if not table.shape[0]:
        return np.zeros(index[0].shape)
    return np.asarray(table[index], dtype=np.float64)
