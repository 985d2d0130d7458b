"""What two texts do not share: nothing lost, nothing let through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.text.differences import marked_html, shared_words, word_changes

TEXTS = st.text(alphabet="ab <>&\"'\n.{}", max_size=60)


@given(first=TEXTS, second=TEXTS)
def test_both_texts_can_be_put_together_again(first, second):
    changes = word_changes(first, second)
    assert "".join(c.text for c in changes if c.kind != "only_b") == first
    assert "".join(c.text for c in changes if c.kind != "only_a") == second
    assert 0.0 <= shared_words(changes) <= 1.0


@given(first=TEXTS, second=TEXTS)
def test_html_holds_nothing_but_our_own_spans_and_line_breaks(first, second):
    found = marked_html(word_changes(first, second), side="a")
    assert set(re.findall(r"<[^>]*>", found)) <= {'<span class="diff-a">', "</span>", "<br>"}


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<style>body{}</style>", '<img src=x onerror="f()">', "javascript:alert(1)",
     "![x](http://example.invalid/t.png)", '<a href="http://example.invalid">x</a>'],
)  # fmt: skip
@pytest.mark.parametrize("side", ["a", "b"])
def test_hostile_text_is_shown_as_text(text, side):
    found = marked_html(word_changes(text, "plain" if side == "a" else text + " more"), side=side)
    for tag in ("script", "style", "img", "a "):
        assert f"<{tag}" not in found
    assert "onerror" not in found or "&lt;" in found


def test_very_long_texts_are_compared_line_by_line():
    first = "\n".join(f"line {i} with words" for i in range(1500))
    changes = word_changes(first, first.replace("line 7 ", "row 7 "))
    assert [c.kind for c in changes] == ["same", "only_a", "only_b", "same"]
    assert shared_words(word_changes("", "")) == 1.0
