"""Which judgments are known to be right or wrong: by gold, else where enough others are clearly of one mind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray

FEWEST_OTHERS = 3
CLEAR = 2.0 / 3.0


def known_outcomes(
    codes: JudgmentCodes,
    gold: npt.ArrayLike,
    *,
    subjective: bool,
    fewest: int = FEWEST_OTHERS,
    clear: float = CLEAR,
) -> FloatArray:
    """Return (J,): 1 where a judgment is known to be right, 0 where it is known to be wrong, nan where nobody knows.

    Right is what gold says. Without gold it is what a share `clear` of at least `fewest` others gave, never one's own
    judgment among them; where tastes may differ only gold counts.

    Parameters
    ----------
    codes : JudgmentCodes
        J judgments; a trainer at most once an item.
    gold : int array (N,)
        Gold label code of each item; -1 where none.
    subjective : bool
        True leaves out what others say: a minority view is not an error.
    fewest : int
        Others needed, at least 1.
    clear : float
        Their share that makes an answer clear, over one half.

    Raises
    ------
    ValueError
        If gold does not have one entry an item, fewest is below 1, or clear is not in (1/2, 1].

    Notes
    -----
    A sound minority view counts as wrong without gold; that is why three others must be nearly of one mind.

    Examples
    --------
    >>> codes = JudgmentCodes(
    ...     item=[0, 0, 0, 0], trainer=[0, 1, 2, 3], label=[1, 1, 1, 0], n_items=1, n_trainers=4, n_labels=2
    ... )
    >>> known_outcomes(codes, [-1], subjective=False)
    array([1., 1., 1., 0.])
    """
    truth = np.asarray(gold, dtype=np.int64)
    if truth.shape != (codes.n_items,):
        raise ValueError(f"gold must have shape ({codes.n_items},), got {truth.shape}.")
    if fewest < 1 or not 0.5 < clear <= 1.0:
        raise ValueError(f"fewest must be at least 1 and clear lie in (1/2, 1], got {fewest} and {clear}.")
    known = truth[codes.item]
    out = np.where(known >= 0, codes.label == known, np.nan)
    if subjective:
        return np.asarray(out, dtype=np.float64)
    others = codes.item_counts[codes.item].astype(np.float64)
    others[np.arange(codes.n_judgments), codes.label] -= 1.0
    n = codes.item_sizes[codes.item] - 1.0
    leader = others.argmax(axis=1)
    settled = (known < 0) & (n >= fewest) & (others.max(axis=1) >= clear * n - 1e-9)
    return np.asarray(np.where(settled, codes.label == leader, out), dtype=np.float64)
