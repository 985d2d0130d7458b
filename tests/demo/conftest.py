"""The default demo log, simulated once for all tests of this folder."""

import pandas as pd
import pytest

from analytics.demo import DemoLog, simulate


@pytest.fixture(scope="session")
def log() -> DemoLog:
    return simulate()


@pytest.fixture(scope="session")
def submitted(log: DemoLog) -> pd.DataFrame:
    """First-round judgments that count, with the true label and the item's attributes beside them."""
    rows = log.judgments[(log.judgments["status"] == "submitted") & (log.judgments["round"] == 1)]
    rows = rows.merge(
        log.truth.rename(columns={"label": "true_label"}), on=["project", "item_id", "criterion"], how="left"
    )
    rows["day"] = (rows["judged_at"] - pd.Timestamp("2026-07-27", tz="UTC")).dt.days
    attributes = ["item_id", "topic", "language", "guideline_section", "response_model", "responses"]
    return rows.merge(log.items[attributes], on="item_id")


@pytest.fixture(scope="session")
def people(submitted: pd.DataFrame) -> pd.DataFrame:
    return submitted[submitted["trainer_id"].str.startswith("t-")]
