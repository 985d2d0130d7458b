"""Near-duplicate rationales: the same text on different items, the same text by different people."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.counts.judgment_codes import code_array
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.trainers.trainer_estimates import freeze, group_sums, ratio

_PRIME = np.uint64((1 << 31) - 1)
_LARGEST_BUCKET = 40
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class NearDuplicates:
    """Pairs of rationales that say nearly the same, Q pairs among R texts.

    Attributes
    ----------
    first, second : int array (Q,)
        Positions of the texts.
    similarity : float array (Q,)
        Exact Jaccard similarity of their word shingles, at least `threshold`.
    threshold : float
        As asked.
    n_texts, n_too_short : int
        Texts given; texts with fewer words than a shingle, which are never compared.
    n_buckets_cut : int
        Groups of candidates too large to compare in full: each member was compared with the first and with its
        neighbours in the order given, which still links every copy (give the texts trainer by trainer).
    """

    first: IntArray
    second: IntArray
    similarity: FloatArray
    threshold: float
    n_texts: int
    n_too_short: int
    n_buckets_cut: int

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class RationaleReuse:
    """Worth a conversation, no more: per trainer, M of them.

    Attributes
    ----------
    n : int array (M,)
        Rationales long enough to compare.
    own_repeats : float array (M,)
        Share that nearly repeat one of the trainer's own on another item.
    shared : float array (M,)
        Share that nearly repeat another trainer's.
    partners : int array (M,)
        How many other trainers share a text with this one.
    """

    n: IntArray
    own_repeats: FloatArray
    shared: FloatArray
    partners: IntArray

    def __post_init__(self) -> None:
        freeze(self)


def words(text: str) -> list[str]:
    """Return the words of a text, case, accents' form and punctuation evened out.

    >>> words("It's  SPAM - clearly.")
    ['it', 's', 'spam', 'clearly']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def near_duplicates(
    texts: Sequence[str],
    *,
    threshold: float = 0.8,
    shingle: int = 5,
    permutations: int = 128,
    bands: int = 16,
    seed: int = 1,
) -> NearDuplicates:
    """Return pairs of texts whose word shingles overlap by `threshold` or more.

    MinHash signatures find candidates (`bands` bands: 16 of 8 rows catch similarity .8 with 94 %, .9 with 99.98 %);
    each candidate's similarity is then computed exactly, so no pair shown is a false one.

    Parameters
    ----------
    texts : sequence of str (R,)
        Rationales.
    threshold : float
        Jaccard similarity in (0, 1].
    shingle : int
        Words a shingle.
    permutations, bands : int
        Length of the signature and bands it is cut into; bands must divide permutations.
    seed : int
        Of the hash functions.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents, doi:10.1109/SEQUEN.1997.666900.
    """
    if not 0 < threshold <= 1 or shingle < 1 or permutations < 1 or permutations % bands:
        raise ValueError(
            f"threshold must lie in (0, 1], shingle be at least 1 and bands divide permutations, "
            f"got {threshold}, {shingle}, {permutations} and {bands}."
        )
    shingles = [_shingles(text, shingle) for text in texts]
    long_enough = np.array([i for i, s in enumerate(shingles) if s.size], dtype=np.int64)
    signature = _signatures([shingles[i] for i in long_enough], permutations, seed)
    pairs, cut = _candidates(signature, bands)
    found: list[tuple[int, int, float]] = []
    for a, b in pairs:
        i, j = int(long_enough[a]), int(long_enough[b])
        both = np.intersect1d(shingles[i], shingles[j], assume_unique=True).size
        similarity = both / (shingles[i].size + shingles[j].size - both)
        if similarity >= threshold:
            found.append((i, j, similarity))
    found.sort()
    table = np.array(found, dtype=np.float64).reshape(-1, 3)
    return NearDuplicates(
        first=table[:, 0].astype(np.int64), second=table[:, 1].astype(np.int64), similarity=table[:, 2],
        threshold=threshold, n_texts=len(texts), n_too_short=len(texts) - long_enough.size, n_buckets_cut=cut,
    )  # fmt: skip


def rationale_reuse(
    pairs: NearDuplicates, trainer: npt.ArrayLike, item: npt.ArrayLike, compared: npt.ArrayLike, *, n_trainers: int
) -> RationaleReuse:
    """Return how often each trainer's rationales repeat their own or another's.

    Parameters
    ----------
    pairs : NearDuplicates
        Pairs among R texts.
    trainer, item : int array (R,)
        Who wrote the text, on which item. The same trainer's text on the same item is not counted as a repeat.
    compared : bool array (R,)
        Texts long enough to compare (`len(words(text)) >= shingle`).
    n_trainers : int
        M.
    """
    who, items = code_array("trainer", trainer, n_trainers), np.asarray(item, dtype=np.int64)
    use = np.asarray(compared, dtype=bool)
    if not who.size == items.size == use.size == pairs.n_texts:
        raise ValueError(f"trainer, item and compared must have length {pairs.n_texts}, got {who.size}, {items.size}.")
    a, b = pairs.first, pairs.second
    own = (who[a] == who[b]) & (items[a] != items[b])
    other = who[a] != who[b]
    repeats, shares = np.zeros(who.size), np.zeros(who.size)
    repeats[np.concatenate([a[own], b[own]])] = 1.0
    shares[np.concatenate([a[other], b[other]])] = 1.0
    n = np.bincount(who[use], minlength=n_trainers).astype(np.int64)
    links = np.unique(np.concatenate([who[a] * n_trainers + who[b], who[b] * n_trainers + who[a]])[np.tile(other, 2)])
    return RationaleReuse(
        n=n,
        own_repeats=ratio(group_sums(who, repeats, n_trainers), n),
        shared=ratio(group_sums(who, shares, n_trainers), n),
        partners=np.bincount(links // n_trainers, minlength=n_trainers).astype(np.int64),
    )


def _shingles(text: str, size: int) -> npt.NDArray[np.uint64]:
    tokens = words(text)
    pieces = {zlib.crc32(" ".join(tokens[i : i + size]).encode()) for i in range(len(tokens) - size + 1)}
    return np.array(sorted(pieces), dtype=np.uint64)


def _signatures(shingles: list[npt.NDArray[np.uint64]], permutations: int, seed: int) -> npt.NDArray[np.uint64]:
    """(R, permutations): for each hash function the smallest hash over a text's shingles."""
    rng = np.random.default_rng(seed)
    prime = int(_PRIME)
    a = rng.integers(1, prime, permutations, dtype=np.uint64)
    b = rng.integers(0, prime, permutations, dtype=np.uint64)
    out = np.empty((len(shingles), permutations), dtype=np.uint64)
    sizes = np.array([s.size for s in shingles])
    first = 0
    while first < len(shingles):
        last = max(first + 1, int(np.searchsorted(np.cumsum(sizes[first:]), 100_000)) + first)
        flat = np.concatenate(shingles[first:last]) % _PRIME
        starts = np.concatenate([[0], np.cumsum(sizes[first:last])[:-1]])
        for p in range(permutations):
            out[first:last, p] = np.minimum.reduceat((flat * a[p] + b[p]) % _PRIME, starts)
        first = last
    return out


def _candidates(signature: npt.NDArray[np.uint64], bands: int) -> tuple[list[tuple[int, int]], int]:
    pairs: set[tuple[int, int]] = set()
    cut = 0
    rows = signature.shape[1] // bands
    for band in range(bands):
        part = np.ascontiguousarray(signature[:, band * rows : (band + 1) * rows])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * rows))).reshape(-1)
        _, bucket, size = np.unique(keys, return_inverse=True, return_counts=True)
        bucket = bucket.reshape(-1)
        order = np.argsort(bucket, kind="stable")
        for members in np.split(order, np.cumsum(size)[:-1]):
            if members.size < 2:
                continue
            if members.size > _LARGEST_BUCKET:
                cut += 1
                pairs.update((int(members[0]), int(other)) for other in members[1:])
                pairs.update(zip(members[:-1].tolist(), members[1:].tolist(), strict=True))
                continue
            pairs.update((int(members[i]), int(members[j])) for i in range(members.size) for j in range(i))
    return sorted((min(p), max(p)) for p in {(min(q), max(q)) for q in pairs}), cut
