"""The fixtures of reference_values.json by name, and how to compare with what a paper printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE: dict[str, dict[str, Any]] = {
    entry["name"]: entry for entry in json.loads((Path(__file__).parent / "reference_values.json").read_text())
}


def codes(matrix: list[list[Any]], categories: list[Any]) -> np.ndarray:
    """Return the label codes of a table with None where there is no judgment, -1 there."""
    at = {category: k for k, category in enumerate(categories)}
    return np.array([[-1 if x is None else at[x] for x in row] for row in matrix])


def printed(entry: dict[str, Any], key: str, value: float) -> bool:
    """Return whether `value`, rounded as the source prints it, is what the source prints."""
    return abs(value - entry["published"][key]["value"]) <= entry["published"][key]["rounding"]
