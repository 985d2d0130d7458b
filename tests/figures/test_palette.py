"""The palette is the theme's, and can be read by people with weak eyes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analytics.figures.palette import DARK, LIGHT, SYMBOLS, TONES, Palette, faded, palette

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_those_of_the_theme(colours: Palette) -> None:
    theme = THEME[colours.mode]
    assert colours.background == theme["backgroundColor"]
    assert colours.surface == theme["secondaryBackgroundColor"]
    assert colours.text == theme["textColor"]
    assert (colours.good, colours.fair, colours.poor) == (theme["greenColor"], theme["orangeColor"], theme["redColor"])
    assert colours.accent == theme["blueColor"]
    assert colours.muted == theme["grayColor"]
    assert list(colours.categorical) == theme["chartCategoricalColors"]
    assert list(colours.sequential) == theme["chartSequentialColors"]
    assert list(colours.diverging) == theme["chartDivergingColors"]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_marks_stand_out(colours: Palette) -> None:
    for ground in (colours.background, colours.surface):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.5
        for tone in TONES:
            assert contrast(colours.tone(tone), ground) >= 3, tone  # type: ignore[arg-type]
    for colour in colours.categorical:
        assert contrast(colour, colours.background) >= 3


def test_verdicts_differ_in_shape_as_well_as_in_hue() -> None:
    assert len({SYMBOLS["good"], SYMBOLS["fair"], SYMBOLS["poor"], SYMBOLS["neutral"]}) == 4


def test_unknown_modes_and_tones_are_refused() -> None:
    assert palette(None) is LIGHT
    assert palette("dark") is DARK
    with pytest.raises(ValueError, match="mode must be 'light' or 'dark', got 'sepia'"):
        palette("sepia")
    with pytest.raises(ValueError, match="tone must be one of"):
        LIGHT.tone("green")  # type: ignore[arg-type]
    assert faded("#000000", 0.5) == "rgba(0,0,0,0.5)"
