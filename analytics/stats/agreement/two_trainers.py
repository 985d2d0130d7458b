"""Exactly two trainers: the label table, Cohen's kappa, its ceiling, and tests of unequal label use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.counts.functional import NO_PAIR, NO_VARIATION, Functional, quotient
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns, TrainerPatterns


def paired_table(patterns: Patterns, trainer_patterns: TrainerPatterns) -> IntArray:
    """Return (K, K): items by the label of the first and of the second of two trainers, items of one left out.

    Raises
    ------
    ValueError
        If the judgments are not those of exactly two trainers.
    """
    t = trainer_patterns
    present = np.unique(t.trainer[t.n > 0])
    if present.size != 2:
        raise ValueError(f"trainer_patterns must hold exactly two trainers, got {present.size}.")
    k = patterns.n_labels
    table = np.zeros((k, k), dtype=np.int64)
    both = patterns.sizes[t.pattern] == 2
    mine = both & (t.trainer == present[0])
    row, label, n = t.pattern[mine], t.label[mine], t.n[mine]
    left = patterns.counts[row].copy()
    left[np.arange(row.size), label] -= 1
    np.add.at(table, (label, left.argmax(axis=1)), n)
    return table


@dataclass(frozen=True, kw_only=True)
class CohenTable(Functional):
    """Cohen's (weighted) kappa as a function of the sums over a K x K table, one cell an item.

    Attributes
    ----------
    weights : float array (K, K)
        Agreement weights, 1 on the diagonal.
    """

    weights: FloatArray

    def moments(self, counts: IntArray) -> FloatArray:
        """Return the cells (X, K * K) themselves."""
        return counts.astype(np.float64)

    def parts(self, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return p_o and p_e from the trainers' own marginals."""
        p = self._shares(sums)
        rows, columns = p.sum(axis=-1), p.sum(axis=-2)
        return (p * self.weights).sum(axis=(-1, -2)), ((rows @ self.weights) * columns).sum(axis=-1)

    def value(self, sums: FloatArray) -> FloatArray:
        """Return kappa; nan where p_e is 1 up to rounding."""
        observed, expected = self.parts(sums)
        room = 1 - expected
        return quotient(observed - expected, np.where(room < 1e-13, 0.0, room))

    def gradient(self, sums: FloatArray) -> FloatArray:
        """Return the derivative by the cells."""
        observed, expected = self.parts(sums)
        kappa = (observed - expected) / (1 - expected)
        p = self._shares(sums)
        rows, columns = p.sum(axis=-1), p.sum(axis=-2)
        by_row, by_column = columns @ self.weights.T, rows @ self.weights
        chance = by_row[..., :, None] + by_column[..., None, :]
        each = self.weights - (1 - kappa)[..., None, None] * chance
        centred = each - (each * p).sum(axis=(-1, -2), keepdims=True)
        n = sums.sum(axis=-1)
        return np.asarray((centred / ((1 - expected) * n)[..., None, None]).reshape(sums.shape), dtype=np.float64)

    def undefined(self, patterns: Patterns, value: float) -> str | None:
        """Say why there is no kappa."""
        if patterns.n_items == 0:
            return NO_PAIR
        return NO_VARIATION if np.isnan(value) else None

    def _shares(self, sums: FloatArray) -> FloatArray:
        k = self.weights.shape[0]
        return quotient(sums, sums.sum(axis=-1, keepdims=True)).reshape(*sums.shape[:-1], k, k)


@dataclass(frozen=True, kw_only=True, slots=True)
class CohenKappa:
    """Cohen's kappa of one table with its standard errors and its ceiling.

    Attributes
    ----------
    value : float
        Kappa; nan where p_e is 1.
    se : float
        Large-sample standard error of Fleiss, Cohen and Everitt (1969), valid for every kappa.
    se_null : float
        Standard error if kappa were 0 with these marginals.
    ceiling : float
        Largest unweighted kappa that these marginals allow: what is missing above it is unequal label use, not
        confusion on single items.
    observed, expected : float
        p_o and p_e.
    n_items : int
        Items both judged.
    """

    value: float
    se: float
    se_null: float
    ceiling: float
    observed: float
    expected: float
    n_items: int


def cohen_kappa(table: IntArray, weights: FloatArray | None = None) -> CohenKappa:
    """Compute Cohen's kappa from a K x K table (rows first trainer, columns second).

    Parameters
    ----------
    table : int array (K, K)
    weights : float array (K, K), optional
        Agreement weights, 1 on the diagonal; default the identity. `ceiling` always refers to the identity.

    Raises
    ------
    ValueError
        If the table is not square or has negative cells.

    References
    ----------
    Cohen (1960), doi:10.1177/001316446002000104; Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106.
    """
    counts = _square(table)
    k = counts.shape[0]
    w = np.eye(k) if weights is None else np.asarray(weights, dtype=np.float64)
    n = int(counts.sum())
    if n == 0:
        return CohenKappa(
            value=math.nan, se=math.nan, se_null=math.nan, ceiling=math.nan, observed=math.nan, expected=math.nan,
            n_items=0,
        )  # fmt: skip
    functional = CohenTable(weights=w)
    sums = counts.reshape(-1).astype(np.float64)
    kappa = float(functional.value(sums))
    observed, expected = (float(x) for x in functional.parts(sums))
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    luck = float(rows @ columns)
    ceiling = (float(np.minimum(rows, columns).sum()) - luck) / (1 - luck) if luck < 1 else math.nan
    if math.isnan(kappa):
        se = se_null = math.nan
    else:
        mean = (w @ columns)[:, None] + (rows @ w)[None, :]
        spread = float((p * (w - mean * (1 - kappa)) ** 2).sum()) - (kappa - expected * (1 - kappa)) ** 2
        null = float((np.outer(rows, columns) * (w - mean) ** 2).sum()) - expected**2
        se, se_null = (math.sqrt(max(x, 0.0) / n) / (1 - expected) for x in (spread, null))
    return CohenKappa(
        value=kappa, se=se, se_null=se_null, ceiling=ceiling, observed=observed, expected=expected, n_items=n
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class MarginalTest:
    """A test of whether two trainers use the labels equally often.

    Attributes
    ----------
    name : str
        "mcnemar", "stuart_maxwell", "bhapkar" or "bowker".
    statistic : float
        Chi-squared; nan where undefined.
    df : int
        Degrees of freedom.
    p_value : float
        Of the chi-squared distribution; McNemar with fewer than 25 discordant items: exact binomial.
    exact : bool
        Whether the p-value is exact.
    n_items : int
        Items both judged.
    undefined : str or None
        Why there is no test.
    """

    name: str
    statistic: float
    df: int
    p_value: float
    exact: bool
    n_items: int
    undefined: str | None = None


NEVER_DIFFER = "the two trainers never differ"


def mcnemar(table: IntArray) -> MarginalTest:
    """Test two labels: (b - c)^2 / (b + c) without continuity correction; exact below 25 discordant items.

    References
    ----------
    McNemar (1947), doi:10.1007/BF02295996.
    """
    counts = _square(table)
    if counts.shape[0] != 2:
        raise ValueError(f"McNemar's test needs two labels, got {counts.shape[0]}.")
    b, c, n = int(counts[0, 1]), int(counts[1, 0]), int(counts.sum())
    if b + c == 0:
        return _no_test("mcnemar", n)
    statistic = (b - c) ** 2 / (b + c)
    exact = b + c < 25
    p = stats.binomtest(b, b + c, 0.5).pvalue if exact else stats.chi2.sf(statistic, 1)
    return MarginalTest(name="mcnemar", statistic=statistic, df=1, p_value=float(p), exact=exact, n_items=n)


def stuart_maxwell(table: IntArray, *, bhapkar: bool = False) -> MarginalTest:
    """Test equal label use of two trainers over K labels: d' V^-1 d, labels on which they never differ left out.

    Parameters
    ----------
    table : int array (K, K)
    bhapkar : bool
        Bhapkar's form, X / (1 - X / n), which uses the variance without assuming equal marginals.

    References
    ----------
    Stuart (1955), doi:10.1093/biomet/42.3-4.412; Maxwell (1970), doi:10.1192/bjp.116.535.651; Bhapkar (1966),
    doi:10.1080/01621459.1966.10502021.
    """
    counts = _square(table)
    name = "bhapkar" if bhapkar else "stuart_maxwell"
    n = int(counts.sum())
    differ = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts) > 0
    if int(differ.sum()) < 2:
        return _no_test(name, n)
    d = (counts.sum(axis=1) - counts.sum(axis=0)).astype(np.float64)
    v = -(counts + counts.T).astype(np.float64)
    np.fill_diagonal(v, counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts))
    df = int(np.linalg.matrix_rank(v, hermitian=True))
    statistic = float(d @ np.linalg.pinv(v, hermitian=True) @ d)
    if bhapkar:
        statistic = math.inf if statistic >= n else statistic / (1 - statistic / n)
    p = float(stats.chi2.sf(statistic, df))
    return MarginalTest(name=name, statistic=statistic, df=df, p_value=p, exact=False, n_items=n)


def bowker(table: IntArray) -> MarginalTest:
    """Test symmetry of confusions: sum over pairs of labels of (n_kl - n_lk)^2 / (n_kl + n_lk).

    References
    ----------
    Bowker (1948), doi:10.1080/01621459.1948.10483284.
    """
    counts = _square(table)
    n = int(counts.sum())
    k, c = np.triu_indices(counts.shape[0], 1)
    total, gap = counts[k, c] + counts[c, k], counts[k, c] - counts[c, k]
    used = total > 0
    df = int(used.sum())
    if df == 0:
        return _no_test("bowker", n)
    statistic = float((gap[used] ** 2 / total[used]).sum())
    p = float(stats.chi2.sf(statistic, df))
    return MarginalTest(name="bowker", statistic=statistic, df=df, p_value=p, exact=False, n_items=n)


def _no_test(name: str, n: int) -> MarginalTest:
    return MarginalTest(
        name=name, statistic=math.nan, df=0, p_value=math.nan, exact=False, n_items=n, undefined=NEVER_DIFFER
    )


def _square(table: IntArray) -> IntArray:
    counts = np.asarray(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts.size and counts.min() < 0):
        raise ValueError(f"table must be square with counts of items, got shape {counts.shape}.")
    return counts.astype(np.int64)


def bangdiwala_b(table: IntArray) -> float:
    """Return Bangdiwala's B: squared diagonal over the rectangles of the marginals; nan without judgments.

    References
    ----------
    Bangdiwala (1985), A graphical test for observer agreement. Proc. 45th ISI.
    """
    counts = _square(table)
    room = float((counts.sum(axis=0) * counts.sum(axis=1)).sum())
    return float((np.diag(counts) ** 2).sum()) / room if room > 0 else math.nan
