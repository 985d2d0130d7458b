"""Token edit distance by a compiled library: the same numbers as the plain one of the statistics floor, much faster."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

TOKEN = re.compile(r"\w+|[^\w\s]")


def token_edit_distances(first: Sequence[str], second: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the token edit distance of each pair of texts, divided by the longer one's length, in [0, 1].

    Two empty texts are 0 apart.

    References
    ----------
    Levenshtein (1966), Binary codes capable of correcting deletions, insertions and reversals.

    Examples
    --------
    >>> token_edit_distances(["take two pills", ""], ["take one pill a day", ""]).tolist()
    [0.8, 0.0]
    """
    if len(first) != len(second):
        raise ValueError(f"first and second must have the same length, got {len(first)} and {len(second)}.")
    tokens: dict[str, list[str]] = {}
    for text in (*first, *second):
        if text not in tokens:
            tokens[text] = TOKEN.findall(text)
    return np.array(
        [Levenshtein.normalized_distance(tokens[a], tokens[b]) for a, b in zip(first, second, strict=True)],
        dtype=np.float64,
    )
