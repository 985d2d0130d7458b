"""Near-duplicate rationales against a full comparison of all pairs."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.trainers.rationales import near_duplicates, rationale_reuse, words

VOCABULARY = [f"word{i}" for i in range(400)]


def texts(rng, n=120):
    base = [" ".join(rng.choice(VOCABULARY, 40)) for _ in range(n)]
    for k in range(0, 30, 2):
        copied = base[k].split()
        copied[-1] = "changed"
        base[k + 1] = " ".join(copied)
    return base


def jaccard(a, b, size=5):
    def pieces(text):
        w = words(text)
        return {tuple(w[i : i + size]) for i in range(len(w) - size + 1)}

    x, y = pieces(a), pieces(b)
    return len(x & y) / len(x | y)


def test_finds_all_pairs_that_a_full_comparison_finds():
    written = texts(np.random.default_rng(1))
    found = near_duplicates(written)
    full = {(i, j) for i in range(120) for j in range(i + 1, 120) if jaccard(written[i], written[j]) >= 0.8}
    assert len(full) == 15
    assert set(zip(found.first.tolist(), found.second.tolist(), strict=True)) == full
    for i, j, s in zip(found.first, found.second, found.similarity, strict=True):
        assert s == pytest.approx(jaccard(written[i], written[j]))


def test_case_and_punctuation_do_not_hide_a_copy():
    a = "This answer is unsafe because it names the dose and the seller."
    found = near_duplicates([a, a.upper().replace(" ", "  ") + "!!"])
    assert found.similarity.tolist() == [1.0]


def test_short_texts_are_never_compared():
    found = near_duplicates(["too short", "too short", ""])
    assert found.first.size == 0
    assert found.n_too_short == 3


def test_a_thousand_copies_do_not_explode():
    found = near_duplicates(["the very same sentence for every single item"] * 1000)
    assert found.n_buckets_cut > 0
    assert set(found.first.tolist()) | set(found.second.tolist()) == set(range(1000))


def test_reuse_per_trainer():
    own, shared, other = "a b c d e f g h", "one two three four five six seven", "x1 x2 x3 x4 x5 x6"
    written = [own, own, other, shared, shared, "quite another text of many words here"]
    trainer, item = [0, 0, 0, 1, 2, 2], [0, 1, 2, 3, 4, 5]
    found = rationale_reuse(near_duplicates(written), trainer, item, [True] * 6, n_trainers=4)
    assert found.own_repeats[:3].tolist() == pytest.approx([2 / 3, 0.0, 0.0])
    assert found.shared[:3].tolist() == pytest.approx([0.0, 1.0, 0.5])
    assert found.partners.tolist() == [0, 1, 1, 0]
    assert np.isnan(found.own_repeats[3])


def test_same_text_on_the_same_item_is_no_repeat():
    written = ["one two three four five six"] * 2
    found = rationale_reuse(near_duplicates(written), [0, 0], [7, 7], [True, True], n_trainers=1)
    assert found.own_repeats[0] == 0.0


def test_wrong_options():
    with pytest.raises(ValueError, match="bands divide permutations"):
        near_duplicates(["a"], permutations=100, bands=16)
