"""Preferences in one form: sides are not answers, strength is kept, rankings remember where their pairs came from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.preferences.preference_forms import (
    ORDERS,
    canonical_scores,
    chosen_response,
    mid_ranks,
    pairs_of_rankings,
    parsed_ranking,
    preference_score,
    preference_scores,
    ranking_label,
    renamed_label,
    stated_order,
)

IDS = st.text(alphabet="abcxyz019", min_size=1, max_size=6)


@pytest.mark.parametrize("order", ["id", "hash"])
@given(first=IDS, second=IDS)
def test_an_order_by_content_does_not_depend_on_who_is_listed_first(order, first, second):
    if first == second:
        return
    assert stated_order(first, second, order) == stated_order(second, first, order)


def test_listed_order_keeps_the_listing_and_hash_order_is_no_alphabet():
    assert stated_order("z", "a", "listed") == ("z", "a")
    pairs = [(f"m{i}", f"n{i}") for i in range(200)]
    first_by_hash = sum(stated_order(a, b, "hash")[0] == a for a, b in pairs)
    assert 70 < first_by_hash < 130


def test_wrong_orders_and_equal_ids_are_refused():
    with pytest.raises(ValueError, match="order must be one of 'listed', 'id', 'hash', got 'random'"):
        stated_order("a", "b", "random")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two different responses, got 'a' twice"):
        stated_order("a", "a", ORDERS[0])


@given(strength=st.integers(-3, 3), a_first=st.booleans(), ids=st.lists(IDS, min_size=2, max_size=2, unique=True))
def test_the_answer_meant_survives_the_turn_to_canonical_form(strength, a_first, ids):
    a, b = ids
    left, right = (a, b) if a_first else (b, a)
    side = "left" if strength < 0 else "right" if strength > 0 else "tie"
    meant = chosen_response(side, left=left, right=right)
    score = int(canonical_scores([strength], [a_first])[0])
    assert abs(score) == abs(strength)
    assert meant == {-1: a, 0: None, 1: b}[int(np.sign(score))]


def test_scores_outside_the_scale_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match=r"strength must lie in -3..3, got 4"):
        canonical_scores([1, 4], [True, True])
    with pytest.raises(ValueError, match="same length, got 2 and 1"):
        canonical_scores([1, 1], [True])
    with pytest.raises(ValueError, match="side must be one of 'left', 'tie', 'right', got 'both'"):
        chosen_response("both", left="a", right="b")


@pytest.mark.parametrize("label", ["A", "tie", "B", "-3", "-1", "0", "2"])
def test_renaming_twice_gives_the_label_back_and_changes_the_sign(label):
    assert renamed_label(renamed_label(label)) == label
    assert preference_score(renamed_label(label)) == -preference_score(label)


@pytest.mark.parametrize("label", ["C", "4", "1.5", "nan", ""])
def test_what_is_no_preference_is_refused(label):
    with pytest.raises(ValueError, match="a preference must be 'A', 'tie', 'B' or a whole number"):
        preference_score(label)


def test_a_scale_that_knows_only_one_side_is_refused():
    assert preference_scores(["3", "-3", "0"]) == (3, -3, 0)
    with pytest.raises(ValueError, match="symmetric in A and B, got 'A', 'tie'"):
        preference_scores(["A", "tie"])
    with pytest.raises(ValueError, match="differ in meaning"):
        preference_scores(["A", "-1", "B"])


def test_rankings_are_read_and_written_in_one_form():
    assert ranking_label(parsed_ranking("r1=r9>r4>r3=r2")) == "r1=r9>r4>r2=r3"
    with pytest.raises(ValueError, match="name an answer once, got 'r1'"):
        parsed_ranking("r1>r2=r1")
    with pytest.raises(ValueError, match="in every place"):
        parsed_ranking("r1>>r2")
    with pytest.raises(ValueError, match="got 'r9'"):
        mid_ranks("r9>r1", ["r1", "r2"])


@given(st.lists(st.lists(st.one_of(st.integers(1, 4), st.none()), min_size=4, max_size=4), min_size=1, max_size=6))
def test_expanded_pairs_are_all_pairs_ranked_together_and_keep_their_ranking(rows):
    ranks = np.array([[np.nan if x is None else float(x) for x in row] for row in rows])
    pairs = pairs_of_rankings(ranks)
    expected = {
        (e, i, j): int(np.sign(ranks[e, i] - ranks[e, j]))
        for e in range(len(rows))
        for i in range(4)
        for j in range(i + 1, 4)
        if not np.isnan(ranks[e, i] - ranks[e, j])
    }
    got = {
        (int(e), int(i), int(j)): int(s)
        for e, i, j, s in zip(pairs.event, pairs.first, pairs.second, pairs.score, strict=True)
    }
    assert got == expected
    assert pairs.event.size == len(expected)


def test_a_table_of_ranks_has_two_axes():
    with pytest.raises(ValueError, match=r"2 axes \(rankings, answers\), got 1"):
        pairs_of_rankings([1.0, 2.0])
