"""Reliability diagrams as plain SVG: probability against frequency, one panel a class."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

SIDE, GAP, LEFT, TOP, BOTTOM = 230, 26, 62, 44, 60
INK, MUTED, GRID, MARK = "#1f2733", "#5b6675", "#dfe4ea", "#2f6fb5"


def reliability_picture(p: np.ndarray, y: np.ndarray, names: Sequence[str], *, n_bins: int = 10) -> str:
    """Return an SVG of how often each class is true where it was given a probability.

    Parameters
    ----------
    p : float array (N, C)
        Probability of each of C classes.
    y : bool array (N, C)
        Whether the class is true.
    names : sequence of C str
        Titles of the panels.
    n_bins : int
        Bins of equal width.
    """
    width = LEFT + len(names) * (SIDE + GAP)
    height = TOP + SIDE + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif" font-size="13" role="img">',
        "<title>Probability of a cause against the share of items that have it</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    most = max(np.bincount(_bin(p[:, c], n_bins), minlength=n_bins)[1:].max() for c in range(len(names)))
    for c, name in enumerate(names):
        parts += _panel(p[:, c], y[:, c], name, LEFT + c * (SIDE + GAP), n_bins, float(most), first=c == 0)
    middle = TOP + SIDE / 2
    parts.append(
        _text(
            18,
            middle,
            "share of items that have it",
            MUTED,
            f'text-anchor="middle" transform="rotate(-90 18 {middle})"',
        )
    )
    parts.append(_text((LEFT + width - GAP) / 2, height - 12, "probability given", MUTED, 'text-anchor="middle"'))
    return "\n".join([*parts, "</svg>", ""])


def _bin(p: np.ndarray, n_bins: int) -> np.ndarray:
    return np.minimum((p * n_bins).astype(int), n_bins - 1)


def _text(x: float, y: float, text: str, colour: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" {more}>{html.escape(text)}</text>'


def _panel(p: np.ndarray, y: np.ndarray, name: str, left: float, n_bins: int, most: float, *, first: bool) -> list[str]:
    def x_of(value: float) -> float:
        return left + SIDE * value

    def y_of(value: float) -> float:
        return TOP + SIDE * (1 - value)

    out = [_text(left, TOP - 16, f"{name[:1].upper()}{name[1:]}", INK, 'font-weight="600" font-size="15"')]
    for tick in (0.0, 0.5, 1.0):
        out.append(f'<path d="M{x_of(0)} {y_of(tick)}H{x_of(1)}M{x_of(tick)} {y_of(0)}V{y_of(1)}" stroke="{GRID}"/>')
        out.append(_text(x_of(tick), TOP + SIDE + 24, f"{tick:g}", MUTED, 'text-anchor="middle"'))
        if first:
            out.append(_text(left - 8, y_of(tick) + 4, f"{tick:g}", MUTED, 'text-anchor="end"'))
    out.append(
        f'<path d="M{x_of(0)} {y_of(0)}L{x_of(1)} {y_of(1)}" stroke="{MUTED}" stroke-dasharray="4 4" fill="none"/>'
    )
    place = _bin(p, n_bins)
    for b in np.unique(place):
        inside = place == b
        n, mean, share = int(inside.sum()), float(p[inside].mean()), float(y[inside].mean())
        low, high = _wilson(share, n)
        radius = max(2.5, 11 * float(np.sqrt(min(n / most, 1.0))))
        out.append(f'<path d="M{x_of(mean):.1f} {y_of(low):.1f}V{y_of(high):.1f}" stroke="{MARK}" stroke-width="1.5"/>')
        out.append(
            f'<circle cx="{x_of(mean):.1f}" cy="{y_of(share):.1f}" r="{radius:.1f}" fill="{MARK}" fill-opacity="0.55" '
            f'stroke="{MARK}"><title>{n} items: given {mean:.2f}, true {share:.2f}</title></circle>'
        )
    return out


def _wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return max(0.0, middle - half), min(1.0, middle + half)
