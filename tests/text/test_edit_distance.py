"""The compiled distance gives what the plain one gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.agreement.text_agreement import token_edit_distances as plain
from analytics.text.edit_distance import token_edit_distances

WORDS = st.lists(st.sampled_from(["take", "two", "pills", "a", "day", ",", "übel", "薬", "7"]), max_size=9).map(
    " ".join
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_equal_to_the_plain_distance(pairs: list[tuple[str, str]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    np.testing.assert_allclose(token_edit_distances(first, second), plain(first, second), atol=1e-15)
