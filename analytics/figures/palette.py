"""Colours by meaning, for light and dark. The same colour means the same thing on every page.

A test holds them to the theme of .streamlit/config.toml, and every text and mark to its contrast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Mode = Literal["light", "dark"]
Tone = Literal["good", "fair", "poor", "neutral", "accent"]
TONES: tuple[str, ...] = get_args(Tone)

SYMBOLS: dict[Tone, str] = {
    "good": "circle",
    "fair": "diamond",
    "poor": "triangle-down",
    "neutral": "circle-open",
    "accent": "circle",
}
"""The second sign beside colour: a mark's shape says the same as its hue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one mode.

    Attributes
    ----------
    background, surface : str
        The page, and a panel on it.
    text, muted : str
        Words that matter; axis words and notes.
    grid, rule : str
        Faint lines under the marks; a line that means something (a target, a version).
    accent : str
        What is measured, where no verdict is passed on it.
    good, fair, poor : str
        Verdicts: within the reliable band, tentative, outside.
    neutral : str
        Undefined, unknown, not judged.
    previous : str
        The period before.
    tints : float
        Opacity of verdict bands behind the marks.
    categorical : tuple of str
        Up to seven categories without order.
    sequential, diverging : tuple of str
        Ten steps each.
    """

    mode: Mode
    background: str
    surface: str
    text: str
    muted: str
    grid: str
    rule: str
    accent: str
    good: str
    fair: str
    poor: str
    neutral: str
    previous: str
    tints: float
    categorical: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]

    def tone(self, tone: Tone) -> str:
        """Return the colour of a tone."""
        colours: dict[Tone, str] = {
            "good": self.good,
            "fair": self.fair,
            "poor": self.poor,
            "neutral": self.neutral,
            "accent": self.accent,
        }
        if tone not in colours:
            raise ValueError(f"tone must be one of {', '.join(map(repr, TONES))}, got {tone!r}.")
        return colours[tone]


LIGHT = Palette(
    mode="light",
    background="#FFFFFF",
    surface="#F5F6F9",
    text="#101828",
    muted="#5B6475",
    grid="#E9EBF1",
    rule="#8A93A5",
    accent="#3451B2",
    good="#14805E",
    fair="#C2570C",
    poor="#C0293B",
    neutral="#6B7280",
    previous="#4A5265",
    tints=0.07,
    categorical=("#3451B2", "#D9730D", "#14805E", "#A23B9A", "#0E7FA8", "#8A6A00", "#6B7280"),
    sequential=(
        "#F2F5FD",
        "#DFE6FA",
        "#C3D0F5",
        "#A2B5EE",
        "#8099E4",
        "#617DD8",
        "#4663C7",
        "#3451B2",
        "#273F8F",
        "#1B2D69",
    ),
    diverging=(
        "#8F2D0B",
        "#C2570C",
        "#E08A4C",
        "#F0B98F",
        "#F8E3D2",
        "#DFE6FA",
        "#A2B5EE",
        "#617DD8",
        "#3451B2",
        "#1B2D69",
    ),
)

DARK = Palette(
    mode="dark",
    background="#10141D",
    surface="#191F2B",
    text="#E6E9F0",
    muted="#9AA3B5",
    grid="#232A38",
    rule="#6C778C",
    accent="#8CA5FF",
    good="#3CC08F",
    fair="#F29A4A",
    poor="#F2707F",
    neutral="#9AA3B5",
    previous="#C6CCD9",
    tints=0.09,
    categorical=("#8CA5FF", "#F29A4A", "#3CC08F", "#D98AD3", "#56B9DE", "#D6B64C", "#9AA3B5"),
    sequential=(
        "#1A2340",
        "#223055",
        "#2B3F72",
        "#354F92",
        "#4263B4",
        "#5678CF",
        "#6E8BF0",
        "#8CA5FF",
        "#AFC1FF",
        "#D5DEFF",
    ),
    diverging=(
        "#FFB27A",
        "#F29A4A",
        "#C9742B",
        "#8A5226",
        "#4A3A33",
        "#2B3350",
        "#3D55A0",
        "#5678CF",
        "#8CA5FF",
        "#C3D0FF",
    ),
)


def palette(mode: str | None) -> Palette:
    """Return the palette of "light" or "dark"; light where the mode is not known yet (None)."""
    if mode is None or mode == "light":
        return LIGHT
    if mode == "dark":
        return DARK
    raise ValueError(f"mode must be 'light' or 'dark', got {mode!r}.")


def faded(colour: str, opacity: float) -> str:
    """Return a hex colour with an opacity, as CSS.

    >>> faded("#3451B2", 0.45)
    'rgba(52,81,178,0.45)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
