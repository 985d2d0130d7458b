"""Themes: clusters of item texts that anyone can name by their terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Embedding = Callable[[Sequence[str]], FloatArray]

FEWEST_TEXTS = 60
_FITTED = 20_000
_SILHOUETTE = 1_500
_CHUNK = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """One cluster of texts.

    Attributes
    ----------
    name : str
        Its first terms as a heading, different for every theme: "visa, passport, embassy".
    terms : tuple of str
        Terms that set it apart, the strongest first (class-based TF-IDF).
    typical : tuple of int
        Indices of the texts nearest its centre, the nearest first.
    n_items : int
        Texts in it.
    """

    name: str
    terms: tuple[str, ...]
    typical: tuple[int, ...]
    n_items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Themes:
    """A clustering of N texts.

    Attributes
    ----------
    of_item : int array (N,)
        Theme of each text; -1 for empty texts and where `undefined`.
    themes : tuple of Theme
        By falling number of texts.
    method : str
        How texts became points.
    silhouette : float
        Mean silhouette of a sample: near 1 for clusters far apart, near 0 for one cloud cut in parts.
    undefined : str or None
        Why there are no themes.
    """

    of_item: IntArray
    themes: tuple[Theme, ...]
    method: str
    silhouette: float
    undefined: str | None = None


def themes(
    texts: Sequence[str | None], *, n_themes: int | None = None, embed: Embedding | None = None, seed: int = 0
) -> Themes:
    """Cluster texts into themes and name each by its terms.

    Texts become TF-IDF vectors of words and word pairs, reduced by a truncated SVD, brought to length 1 and clustered
    by k-means; every text takes part, whether trainers agree on it or not, so that a theme can be tested for
    disagreement afterwards without circularity. Of several numbers of themes the one with the largest silhouette wins.

    Parameters
    ----------
    texts : sequence of N str or None
        None and blank texts belong to no theme.
    n_themes : int, optional
        Number of themes; chosen by silhouette where not given.
    embed : callable, optional
        Maps texts to points (n, D) in place of TF-IDF and SVD: a sentence-embedding model. Names still come from words.
    seed : int
        Makes the clustering the same each time.

    Raises
    ------
    ValueError
        If `n_themes` is below 2, or `embed` does not return one row a text.

    References
    ----------
    Grootendorst 2022 (class-based TF-IDF), arXiv:2203.05794. Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7.
    """
    if n_themes is not None and n_themes < 2:
        raise ValueError(f"n_themes must be at least 2, got {n_themes}.")
    of_item = np.full(len(texts), -1, dtype=np.int64)
    known = [i for i, text in enumerate(texts) if text and text.strip()]
    method = "TF-IDF, SVD, k-means" if embed is None else "embedding given, k-means"
    if len(known) < FEWEST_TEXTS:
        why = f"Fewer than {FEWEST_TEXTS} items have a text: too few to find themes in."
        return Themes(of_item=of_item, themes=(), method=method, silhouette=np.nan, undefined=why)
    kept = [str(texts[i]) for i in known]
    rng = np.random.default_rng(seed)
    fitted = np.sort(rng.choice(len(kept), min(_FITTED, len(kept)), replace=False))
    try:
        with threadpool_limits(limits=1):  # small matrices: threads would only wait for each other
            points = _points(kept, fitted, embed, seed)
            labels, centres, silhouette = _clustered(points, fitted, n_themes, seed, rng)
    except _NoTerms:
        why = "The texts have no words in common, so there are no themes to find."
        return Themes(of_item=of_item, themes=(), method=method, silhouette=np.nan, undefined=why)
    size = np.bincount(labels, minlength=centres.shape[0])
    order = np.argsort(-size, kind="stable")
    order = order[size[order] > 0]
    place = np.full(centres.shape[0], -1, dtype=np.int64)
    place[order] = np.arange(order.size)
    labels = place[labels]
    of_item[known] = labels
    names = _terms(kept, labels, order.size)
    near = np.einsum("nd,nd->n", points, centres[order][labels])
    found: list[Theme] = []
    for t in range(order.size):
        members = np.flatnonzero(labels == t)
        typical = members[np.argsort(-near[members], kind="stable")][:5]
        name = ", ".join(names[t][:3]) or "no terms in common"
        taken = sum(other.name.split(" (")[0] == name for other in found)
        found.append(
            Theme(
                name=f"{name} ({taken + 1})" if taken else name,
                terms=names[t],
                typical=tuple(int(known[i]) for i in typical),
                n_items=int(members.size),
            )
        )
    return Themes(of_item=of_item, themes=tuple(found), method=method, silhouette=silhouette)


class _NoTerms(Exception):
    """The texts share no term."""


def _points(texts: list[str], fitted: IntArray, embed: Embedding | None, seed: int) -> FloatArray:
    """Return (n, D) points of length 1."""
    if embed is not None:
        points = np.asarray(embed(texts), dtype=np.float64)
        if points.ndim != 2 or points.shape[0] != len(texts):
            raise ValueError(f"embed must return one row a text, {len(texts)}, got shape {points.shape}.")
        return _unit(points)
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 5 if fitted.size >= 500 else 2
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=fewest, max_df=0.5, sublinear_tf=True, max_features=50_000)
    try:
        table = words.fit_transform([texts[i] for i in fitted])
    except ValueError as error:  # "empty vocabulary" or "After pruning, no terms remain": there is no other sign
        raise _NoTerms from error
    width = min(100, table.shape[1] - 1, fitted.size - 1)
    if width < 2:
        raise _NoTerms
    reduced = TruncatedSVD(n_components=width, random_state=seed).fit(table)
    parts = [
        reduced.transform(words.transform(texts[start : start + _CHUNK])) for start in range(0, len(texts), _CHUNK)
    ]
    return _unit(np.concatenate(parts))


def _unit(points: FloatArray) -> FloatArray:
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.divide(points, length, out=np.zeros_like(points), where=length > 0), dtype=np.float64)


def _clustered(
    points: FloatArray, fitted: IntArray, n_themes: int | None, seed: int, rng: np.random.Generator
) -> tuple[IntArray, FloatArray, float]:
    """Return the cluster of each point, the centres (C, D), and the silhouette of a sample.

    How many clusters there are is chosen on the sample alone.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.metrics import silhouette_score

    sample = points[fitted]
    looked_at = rng.choice(fitted.size, min(_SILHOUETTE, fitted.size), replace=False)
    most = max(2, fitted.size // 30)
    sizes = [n_themes] if n_themes else sorted({min(k, most) for k in (4, 6, 8, 12, 16, 24)})
    best, score = sizes[0], -np.inf
    for k in sizes if len(sizes) > 1 else ():
        tried = MiniBatchKMeans(n_clusters=k, n_init=1, max_iter=30, random_state=seed, batch_size=_SILHOUETTE)
        labels = tried.fit_predict(sample[looked_at])
        found = -1.0 if np.unique(labels).size < 2 else float(silhouette_score(sample[looked_at], labels))
        if found > score:
            best, score = k, found
    model = MiniBatchKMeans(n_clusters=best, n_init=3, random_state=seed, batch_size=2048).fit(sample)
    labels = model.labels_[looked_at]
    score = -1.0 if np.unique(labels).size < 2 else float(silhouette_score(sample[looked_at], labels))
    return model.predict(points).astype(np.int64), np.asarray(model.cluster_centers_, dtype=np.float64), score


def _terms(texts: list[str], labels: IntArray, n: int, most: int = 6) -> list[tuple[str, ...]]:
    """Return the strongest terms of each theme: frequent in it, rare in the average theme."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    words = CountVectorizer(ngram_range=(1, 2), min_df=2, max_df=0.3, max_features=50_000)
    try:
        table = words.fit_transform(texts)
    except ValueError:  # no term is in two texts
        return [() for _ in range(n)]
    names = words.get_feature_names_out()
    within = np.zeros((n, table.shape[1]))
    for t in range(n):
        within[t] = np.asarray(table[labels == t].sum(axis=0)).ravel()
    frequency = within / np.maximum(within.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(within.sum(axis=1).mean() / np.maximum(within.sum(axis=0), 1))
    score = frequency * rarity
    found: list[tuple[str, ...]] = []
    for t in range(n):
        chosen: list[str] = []
        for i in np.argsort(-score[t], kind="stable")[:80]:
            term = str(names[i])
            plain = not ENGLISH_STOP_WORDS & set(term.split())
            if plain and score[t, i] > 0 and not any(set(term.split()) & set(other.split()) for other in chosen):
                chosen.append(term)
            if len(chosen) == most:
                break
        found.append(tuple(chosen))
    return found
