"""What two texts do not have in common, word by word, and the same as safe HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import nh3

Kind = Literal["same", "only_a", "only_b"]
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4_000
"""Longer texts are compared line by line."""
ALLOWED_TAGS = {"span", "br"}
ALLOWED_ATTRIBUTES = {"span": {"class"}}


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: in both, only in the first, or only in the second."""

    kind: Kind
    text: str


def word_changes(first: str, second: str) -> tuple[Change, ...]:
    """Return how the first text becomes the second, as stretches in order.

    The stretches that are not "only_b", put together, are the first text; those that are not "only_a" the second.

    Examples
    --------
    >>> [(c.kind, c.text) for c in word_changes("take two", "take three")]
    [('same', 'take '), ('only_a', 'two'), ('only_b', 'three')]
    """
    a, b = _WORD.findall(first), _WORD.findall(second)
    if len(a) > MOST_WORDS or len(b) > MOST_WORDS:
        a, b = first.splitlines(keepends=True), second.splitlines(keepends=True)
    out: list[Change] = []
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            out.append(Change("same", "".join(a[i:j])))
            continue
        if j > i:
            out.append(Change("only_a", "".join(a[i:j])))
        if m > k:
            out.append(Change("only_b", "".join(b[k:m])))
    return tuple(out)


def marked_html(changes: tuple[Change, ...], *, side: Literal["a", "b"]) -> str:
    """Return one of the two texts as HTML with the words that the other lacks in <span class="diff-...">.

    Everything of the texts is escaped; nothing but spans with a class and line breaks survives the cleaning, so a
    text cannot bring its own markup, style or address.

    Examples
    --------
    >>> marked_html(word_changes("<b>x", "<b>y"), side="a")
    '&lt;b&gt;<span class="diff-a">x</span>'
    """
    mine: Kind = "only_a" if side == "a" else "only_b"
    parts = []
    for change in changes:
        if change.kind == "same":
            parts.append(_escaped(change.text))
        elif change.kind == mine:
            parts.append(f'<span class="diff-{side}">{_escaped(change.text)}</span>')
    return nh3.clean("".join(parts), tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def shared_words(changes: tuple[Change, ...]) -> float:
    """Return the share of the longer text's words that both have, 1 where both are empty."""
    same, a, b = (sum(len(_WORD.findall(c.text)) for c in changes if c.kind == k) for k in ("same", "only_a", "only_b"))
    longest = same + max(a, b)
    return same / longest if longest else 1.0
