"""Text of strangers on a page: judged items, rationales, labels, file names. Never Markdown, never HTML."""

from __future__ import annotations

import re

import streamlit as st

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>:$~])")


def escaped(text: object) -> str:
    r"""Return text that Markdown shows literally, on one line: no images, no links, no directives, no formulas.

    >>> escaped("![x](http://a/b.png) $5")
    '\\!\\[x\\]\\(http\\://a/b\\.png\\) \\$5'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def literal(text: object) -> None:
    """Show a text of any length exactly as it is, wrapped, with a button that copies it."""
    st.code(str(text), language=None, wrap_lines=True)


def line(text: object) -> None:
    """Show a short text exactly as it is."""
    st.text(str(text))
