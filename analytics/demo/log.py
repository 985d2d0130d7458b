"""What a simulation returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoLog:
    """A simulated log in the contract's tables, with the truth behind it.

    Attributes
    ----------
    judgments, items, trainers, criteria, gold, guidelines : pandas.DataFrame
        The contract's tables. `source` and `source_row` are left to the reader that ingests them; further columns
        of `items` are attributes, columns of `trainers` named `group_...` are protected groups.
    truth : pandas.DataFrame
        project, item_id, criterion, label, ambiguous: the label an honest trainer is likeliest to give on each item,
        for every criterion it was asked under except rewrites. Not part of the contract.
    planted : dict
        What was planted, with parameters and ids, JSON-ready.
    """

    judgments: pd.DataFrame
    items: pd.DataFrame
    trainers: pd.DataFrame
    criteria: pd.DataFrame
    gold: pd.DataFrame
    guidelines: pd.DataFrame
    truth: pd.DataFrame
    planted: dict[str, Any]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the contract's tables by name, in the order they are best read."""
        names = ("criteria", "guidelines", "trainers", "items", "gold", "judgments")
        return {name: getattr(self, name) for name in names}
