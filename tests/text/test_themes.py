"""Themes: planted vocabularies are found and named, whatever turns texts into points."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.text.themes import themes

SUBJECTS = {
    "travel": ["visa", "passport", "embassy", "border", "airline", "luggage", "hotel"],
    "cooking": ["recipe", "oven", "flour", "butter", "sauce", "onion", "roast"],
    "law": ["contract", "tenant", "court", "lawyer", "lease", "deposit", "clause"],
    "chess": ["opening", "gambit", "knight", "bishop", "endgame", "checkmate", "rook"],
}
COMMON = [
    "please",
    "tell",
    "me",
    "about",
    "the",
    "best",
    "way",
    "to",
    "handle",
    "this",
    "and",
    "what",
    "should",
    "someone",
    "do",
]


def written(rng, n=400):
    names = list(SUBJECTS)
    of = rng.integers(4, size=n)
    texts = [" ".join([*rng.choice(COMMON, 6), *rng.choice(SUBJECTS[names[s]], 4)]) for s in of]
    return texts, of


def purity(found, of):
    return sum(np.bincount(of[found == t]).max() for t in np.unique(found)) / len(of)


def test_planted_subjects_are_found_and_named_by_their_words():
    texts, of = written(np.random.default_rng(1))
    found = themes(texts)
    assert purity(found.of_item, of) > 0.95
    for theme in found.themes:
        subject = max(SUBJECTS, key=lambda s: sum(t.split()[0] in SUBJECTS[s] for t in theme.terms))
        assert sum(all(w in SUBJECTS[subject] for w in t.split()) for t in theme.terms[:3]) >= 2
        assert theme.name.count(",") == 2
        assert all(found.of_item[i] == found.of_item[theme.typical[0]] for i in theme.typical)
    assert sum(theme.n_items for theme in found.themes) == 400
    assert [t.n_items for t in found.themes] == sorted((t.n_items for t in found.themes), reverse=True)


def test_the_same_texts_give_the_same_themes():
    texts, _ = written(np.random.default_rng(2))
    np.testing.assert_array_equal(themes(texts).of_item, themes(texts).of_item)


def test_blank_texts_belong_to_none():
    texts, _ = written(np.random.default_rng(3), n=120)
    found = themes([None, "  ", *texts], n_themes=4)
    assert found.of_item[:2].tolist() == [-1, -1]
    assert (found.of_item[2:] >= 0).all()
    assert len(found.themes) <= 4


def test_an_embedding_can_be_plugged_in():
    texts, of = written(np.random.default_rng(4), n=200)

    def by_subject(given):
        assert len(given) == 200
        return np.eye(4)[of] + 0.01 * np.random.default_rng(0).normal(size=(200, 4))

    found = themes(texts, n_themes=4, embed=by_subject)
    assert purity(found.of_item, of) == 1
    assert found.method.startswith("embedding")
    with pytest.raises(ValueError, match="embed must return one row a text, 200"):
        themes(texts, embed=lambda given: np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["only one"], "Fewer than 60 items have a text"),
        ([f"w{i}x" for i in range(100)], "no words in common"),
        (["!!!"] * 100, "no words in common"),
    ],
)
def test_where_there_are_no_themes_it_says_why(texts, words):
    found = themes(texts)
    assert words in found.undefined
    assert (found.of_item == -1).all()


def test_wrong_use_is_an_error():
    with pytest.raises(ValueError, match="n_themes must be at least 2, got 1"):
        themes(["a"] * 100, n_themes=1)
