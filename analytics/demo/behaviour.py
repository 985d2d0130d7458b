"""How a trainer answers: one function a level of measurement, on arrays of judgments.

Every honest answer starts from `noise`, a standard normal per judgment: part opinion (the same whenever this trainer
meets this item), part slip (new each time); see `persistent_noise`. So self-consistency exceeds agreement with peers.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RANK_TIE = 0.10
"""Responses whose utilities differ by less are ranked level."""


def persistent_noise(rng: np.random.Generator, origin: IntArray, opinion_share: float, *shape: int) -> FloatArray:
    """Return standard normals (J, *shape), of which a share of the variance is the trainer's lasting opinion.

    Parameters
    ----------
    origin : int array (J,)
        The judgment that each one repeats, -1 for first judgments.
    opinion_share : float
        Correlation between a judgment and its repeat.
    shape : int
        Further axes.
    """
    opinion, slip = rng.normal(size=(2, origin.size, *shape))
    opinion[origin >= 0] = opinion[origin[origin >= 0]]
    drawn: FloatArray = np.sqrt(opinion_share) * opinion + np.sqrt(1 - opinion_share) * slip
    return drawn


def rounded(latent: npt.ArrayLike, n_labels: int) -> IntArray:
    """Return the labels 0..K-1 nearest to latent scores (J,) in label steps."""
    return np.clip(np.rint(latent), 0, n_labels - 1).astype(np.int64)


def drawn_label(shares: FloatArray, noise: FloatArray) -> IntArray:
    """Return one label 0..K-1 a judgment: shares (J, K) of each label, standard normals (J,)."""
    place = ndtr(noise)[:, None]
    below = np.cumsum(shares, axis=1)[:, :-1]
    codes: IntArray = (place > below).sum(axis=1, dtype=np.int64)
    return codes


def logistic_noise(noise: FloatArray) -> FloatArray:
    """Return standard logistic numbers with the same ranks as standard normals."""
    p = ndtr(noise)
    turned: FloatArray = np.log(p) - np.log1p(-p)
    return turned


def gumbel_noise(noise: FloatArray) -> FloatArray:
    """Return standard Gumbel numbers with the same ranks as standard normals."""
    turned: FloatArray = -np.log(-np.log(ndtr(noise)))
    return turned


def correlated(item: FloatArray, own: FloatArray, rho: float) -> FloatArray:
    """Return standard normals that trainers of one item share in part: correlation `rho` between two of them."""
    joined: FloatArray = np.sqrt(rho) * item + np.sqrt(1 - rho) * own
    return joined


def preference_codes(lead: FloatArray, tie_half_width: float) -> IntArray:
    """Return 0 (A), 1 (tie) or 2 (B) from A's lead in utility (J,).

    With a logistic lead this is the model of Rao and Kupper (1967), https://doi.org/10.1080/01621459.1967.10482901.
    """
    return np.where(lead > tie_half_width, 0, np.where(lead < -tie_half_width, 2, 1)).astype(np.int64)


def graded_codes(lead: FloatArray, tie_half_width: float) -> IntArray:
    """Return 0..6 for -3..3 from A's lead (J,): negative labels favour A."""
    strength = np.searchsorted([tie_half_width, tie_half_width + 1.1, tie_half_width + 2.4], np.abs(lead), side="right")
    return (3 - np.sign(lead) * strength).astype(np.int64)


def pick_first_share(p_first: float, tie_share: float) -> float:
    """Return how many comparisons must be decided by position for a share `p_first` of decided ones to go to the first.

    The other comparisons are honest: ties in `tie_share` of them, else either side with equal chance.

    Raises
    ------
    ValueError
        If `p_first` does not lie in [.5, 1].

    Examples
    --------
    >>> round(pick_first_share(0.70, 0.0), 3)
    0.4
    """
    if not 0.5 <= p_first <= 1.0:
        raise ValueError(f"p_first must lie in [0.5, 1], got {p_first}.")
    undecided, rest = (1 - tie_share) * (p_first - 0.5), 1 - p_first
    return undecided / (undecided + rest)


def leaning_to_first(lead: FloatArray, a_first: BoolArray, by_position: BoolArray, tie_half_width: float) -> FloatArray:
    """Return A's lead (J,) where some comparisons are decided by position: the lead keeps its size, not its side."""
    size = np.maximum(np.abs(lead), tie_half_width * 1.5)
    return np.where(by_position, np.where(a_first, size, -size), lead)


def with_random(rng: np.random.Generator, codes: IntArray, random: BoolArray, n_labels: int) -> IntArray:
    """Return the labels (J,) with those of `random` judgments replaced by any label, all equally likely."""
    return np.where(random, rng.integers(0, n_labels, codes.size), codes)


def flags_given(
    rng: np.random.Generator, true: BoolArray, noise: FloatArray, miss: float, false: float, random: BoolArray
) -> BoolArray:
    """Return the flags (J, F) given: a true one is missed with chance `miss`, another raised with chance `false`."""
    given = ndtr(noise) < np.where(true, 1 - miss, false)
    return np.where(random[:, None], rng.random(true.shape) < 0.15, given)


def flag_texts(given: BoolArray, flags: tuple[str, ...]) -> np.ndarray:
    """Return flag sets (n, F) as canonical text: sorted, joined by "|", "" where no flag is given."""
    order = np.argsort(flags)
    code = given[:, order] @ (1 << np.arange(len(flags)))
    kinds, where = np.unique(code, return_inverse=True)
    texts = ["|".join(flags[order[f]] for f in range(len(flags)) if kind >> f & 1) for kind in kinds]
    return np.array(texts, dtype=object)[where]


def ranking_text(utility: FloatArray) -> str:
    """Return one ranking: best first, joined by ">", by "=" where two are almost level."""
    order = np.argsort(-utility)
    groups = [[int(order[0])]]
    for before, after in pairwise(order.tolist()):
        if utility[before] - utility[after] < RANK_TIE:
            groups[-1].append(int(after))
        else:
            groups.append([int(after)])
    return ">".join("=".join(f"r{k + 1}" for k in sorted(group)) for group in groups)
