"""Test a slice on items it was not found on: with trainers held fixed, and errors over items and trainers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy import stats as distributions
from scipy.sparse.linalg import cg

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray

BoolArray = npt.NDArray[np.bool_]
_DENSE_TRAINERS = 3000
_BY_CHANCE = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class ExcessTest:
    """Excess of a slice over the rest.

    Attributes
    ----------
    excess : float
        Adjusted for the trainers who met the items and for the slices listed before it.
    se : float
        Two-way (items and trainers).
    degrees : float
        Degrees of freedom of its t distribution.
    p_value : float
        One-sided.
    p_here : float
        The same with these very trainers: errors over items alone.
    """

    excess: float
    se: float
    degrees: float
    p_value: float
    p_here: float


def judgment_disagreement(codes: JudgmentCodes, distance: npt.ArrayLike) -> FloatArray:
    """Return (J,) the mean distance of each judgment to the others of its item; nan where there is no other.

    Its mean over an item's judgments is the item's pair disagreement.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments.
    distance : float array (K, K)
        Between labels, 0 on the diagonal.
    """
    table = np.asarray(distance, dtype=np.float64)
    if table.shape != (codes.n_labels, codes.n_labels):
        raise ValueError(f"distance must have shape ({codes.n_labels}, {codes.n_labels}), got {table.shape}.")
    peers = codes.item_sizes[codes.item] - 1.0
    if np.array_equal(table, 1.0 - np.eye(codes.n_labels)):
        key = codes.item * codes.n_labels + codes.label
        if codes.n_items * codes.n_labels <= 100_000_000:
            same = np.bincount(key, minlength=codes.n_items * codes.n_labels)[key] - 1.0
        else:
            _, place, count = np.unique(key, return_inverse=True, return_counts=True)
            same = count[place] - 1.0
        apart = peers - same
    else:
        apart = np.zeros(codes.n_judgments)
        block = max(1, 20_000_000 // codes.n_labels)
        counts = codes.item_counts
        for start in range(0, codes.n_judgments, block):
            rows = slice(start, start + block)
            apart[rows] = (counts[codes.item[rows]] * table[codes.label[rows]]).sum(axis=1)
    return np.asarray(np.divide(apart, peers, out=np.full(peers.shape, np.nan), where=peers > 0), dtype=np.float64)


class TrainerAdjustment:
    """Least squares of an item outcome with trainers as random effects: the part of a mean that is not who met it.

    Item i has outcome y_i = x_i'b + (2 / m_i) sum_j e_j + error, e_j ~ N(0, tau2): in a pair that disagrees each of the
    two has a part. tau2 comes from the spread of trainers' mean disagreement beyond chance; where it is 0 this is
    ordinary least squares.

    Parameters
    ----------
    item : int array (J,)
        Dense item index 0..H-1 of each judgment, items with two judgments or more.
    trainer : int array (J,)
        Trainer index 0..M-1.
    disagreement : float array (J,)
        Mean distance of the judgment to its peers.
    """

    def __init__(
        self, item: npt.NDArray[np.int64], trainer: npt.NDArray[np.int64], disagreement: FloatArray, n_trainers: int
    ) -> None:
        self.item, self.trainer, self.disagreement, self.n_trainers = item, trainer, disagreement, n_trainers
        self.sizes = np.bincount(item).astype(np.float64)
        self.n_items = self.sizes.size
        self.outcome = np.bincount(item, weights=disagreement) / self.sizes
        self.share = 2.0 / self.sizes[item]
        self.table = sparse.csr_array((self.share, (item, trainer)), shape=(self.n_items, n_trainers))
        self.between, self.within = self._components()
        self._factor = None
        if self.between > 0:
            penalty = self.within / self.between
            self._gram = (self.table.T @ self.table + penalty * sparse.eye_array(n_trainers)).tocsr()
            if n_trainers <= _DENSE_TRAINERS:
                self._factor = linalg.cho_factor(self._gram.toarray())

    def _components(self) -> tuple[float, float]:
        """Return the variances between trainers' effects and of item outcomes beyond them."""
        n = np.bincount(self.trainer, minlength=self.n_trainers).astype(np.float64)
        worked = n > 1
        if worked.sum() < 3:
            return 0.0, max(float(self.outcome.var()), 1e-12)
        first = np.bincount(self.trainer, weights=self.disagreement, minlength=self.n_trainers)[worked]
        second = np.bincount(self.trainer, weights=self.disagreement**2, minlength=self.n_trainers)[worked]
        n = n[worked]
        mean = first / n
        noise = (second - n * mean**2) / (n - 1) / n
        weight = n / n.sum()
        centre = weight @ mean
        between = (weight @ (mean - centre) ** 2 - weight @ ((1 - weight) * noise)) / (1 - weight @ weight)
        between = max(float(between), 0.0)
        within = float(self.outcome.var()) - between * float((4.0 / self.sizes).mean())
        return between, max(within, 1e-12)

    def annihilated(self, columns: FloatArray) -> FloatArray:
        """Return R columns, R = I - T (T'T + penalty I)^-1 T' the inverse covariance of the outcome up to a factor."""
        if self.between <= 0:
            return columns
        right = np.asarray(self.table.T @ columns, dtype=np.float64)
        if self._factor is not None:
            solved = np.asarray(linalg.cho_solve(self._factor, right), dtype=np.float64)
        else:
            solved = np.column_stack([cg(self._gram, right[:, c], rtol=1e-8)[0] for c in range(right.shape[1])])
        return np.asarray(columns - self.table @ solved, dtype=np.float64)

    def residual(self) -> FloatArray:
        """Return (H,) the outcome less its mean and the trainers' estimated parts."""
        ones = np.ones((self.n_items, 1))
        weight = self.annihilated(ones)[:, 0]
        mean = float(weight @ self.outcome / weight.sum())
        return self.annihilated((self.outcome - mean)[:, None])[:, 0]

    def excess(self, inside: BoolArray) -> ExcessTest | None:
        """Test whether the items marked have a higher outcome than the rest."""
        return SliceTests(self).added(inside)

    def assignment(self, inside: BoolArray) -> FloatArray | None:
        """Return (H,) the slice's mean share of the work of an item's trainers; None where assigned by chance."""
        if self.between <= 0:
            return None
        n = np.bincount(self.trainer, minlength=self.n_trainers).astype(np.float64)
        mine = np.bincount(self.trainer, weights=inside[self.item], minlength=self.n_trainers)
        overall = mine.sum() / n.sum()
        share = np.divide(mine, n, out=np.full(n.shape, overall), where=n > 0)
        if not 0 < overall < 1:
            return None
        spread = float((n * (share - overall) ** 2).sum() / (overall * (1 - overall)))
        if distributions.chi2.sf(spread, max(int((n > 0).sum()) - 1, 1)) > _BY_CHANCE:
            return None
        return np.asarray(self.table @ share / 2, dtype=np.float64)

    def tested(self, w: FloatArray, beta: float, fitted: FloatArray, inside: BoolArray) -> ExcessTest | None:
        """Return the test of a coefficient beta = w'outcome, with the fitted means of all items."""
        n_in, n_out = float(inside.sum()), float((~inside).sum())
        if min(n_in, n_out) < 2:
            return None
        correction = np.where(inside, n_in / (n_in - 1), n_out / (n_out - 1))
        of_items = float((w**2 * (self.outcome - fitted) ** 2 * correction).sum())
        parts = w[self.item] * self.share * (self.disagreement - fitted[self.item])
        by_trainer = np.bincount(self.trainer, weights=parts, minlength=self.n_trainers)
        active = int((np.bincount(self.trainer, minlength=self.n_trainers) > 0).sum())
        shared = active / max(active - 1, 1) * float((by_trainer**2).sum()) - float((parts**2).sum())
        variance = of_items + max(shared, 0.0)
        if not variance > 0:
            return None
        se = float(np.sqrt(variance))
        here = float(np.sqrt(of_items)) if of_items > 0 else se
        p_value, p_here = (float(distributions.t.sf(beta / spread, n_in - 1)) for spread in (se, here))
        return ExcessTest(excess=beta, se=se, degrees=n_in - 1, p_value=p_value, p_here=p_here)


class SliceTests:
    """Tests of slices that are held fixed for each other.

    Generalised least squares. Where a slice went to particular trainers more than chance has it, their share of it is
    held fixed as well (Mundlak 1978, doi:10.2307/1913646), so that the excess compares what the same trainers do inside
    and outside. The standard error adds what is shared within items and within trainers (Cameron, Gelbach, Miller 2011,
    doi:10.1198/jbes.2010.07136), never below that of items alone.
    """

    def __init__(self, adjustment: TrainerAdjustment) -> None:
        self.adjustment = adjustment
        self._columns: list[FloatArray] = []
        self._turned: list[FloatArray] = []
        self._normal = np.zeros((0, 0))
        self._right = np.zeros(0)
        self._place: list[int] = []
        self._slices: list[BoolArray] = []
        self._append(np.ones(adjustment.n_items))

    def added(self, inside: BoolArray) -> ExcessTest | None:
        """Test a slice with those added before held fixed, and keep it; None, and not kept, where it adds no items."""
        before = len(self._columns)
        self._append(inside.astype(np.float64))
        extra = self.adjustment.assignment(inside)
        if extra is not None:
            self._append(extra)
        self._place.append(before)
        self._slices.append(inside)
        test = self._test(len(self._place) - 1)
        if test is None:
            del self._columns[before:], self._turned[before:], self._place[-1], self._slices[-1]
            self._normal, self._right = self._normal[:before, :before], self._right[:before]
        return test

    def all(self) -> list[ExcessTest | None]:
        """Test every slice with all others held fixed."""
        return [self._test(i) for i in range(len(self._place))]

    def _append(self, column: FloatArray) -> None:
        turned = self.adjustment.annihilated(column[:, None])[:, 0]
        met = np.array([other @ turned for other in self._columns])
        self._normal = np.block([[self._normal, met[:, None]], [met[None], np.array([[column @ turned]])]])
        self._right = np.append(self._right, turned @ self.adjustment.outcome)
        self._columns.append(column)
        self._turned.append(turned)

    def _test(self, which: int) -> ExcessTest | None:
        if np.linalg.matrix_rank(self._normal) < self._normal.shape[0]:
            return None
        inverse = np.linalg.inv(self._normal)
        beta = inverse @ self._right
        place = self._place[which]
        w = np.zeros(self.adjustment.n_items)
        fitted = np.zeros(self.adjustment.n_items)
        for c, (column, turned) in enumerate(zip(self._columns, self._turned, strict=True)):
            w += inverse[c, place] * turned
            fitted += beta[c] * column
        return self.adjustment.tested(w, float(beta[place]), fitted, self._slices[which])
