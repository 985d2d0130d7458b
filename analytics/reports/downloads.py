"""The rows behind a number, for somebody who wants to compute it themselves."""

from __future__ import annotations

import pandas as pd

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.store import Engine

MOST_ROWS = 3_000_000
"""Rows that the dashboard hands out; the store's Parquet files have the rest."""


def coefficient_rows(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> pd.DataFrame:
    """Return the judgments that a criterion's agreement was computed from, one row each, at most `MOST_ROWS`.

    Columns: item_id and guideline_version (together the unit of analysis), trainer_id as the viewer may see it, label,
    judged_at, batch, source, source_row, and n_on_item: judgments counted on the same unit. Rows with n_on_item = 1
    count for label shares alone.
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        return session.frame(
            "agreement_rows",
            criterion_code=one.criterion.code,
            label_codes=None if one.counts.level == "text" else one.label_codes,
            units=None,
            most=MOST_ROWS,
        )
