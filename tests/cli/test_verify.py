"""`verify` in the terminal: what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app
from analytics.reports import verification
from tests.reports.log import make_engine
from tests.reports.test_verification import _off_by_a_little

RUN = CliRunner()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_engine(tmp_path_factory.mktemp("verify")).store.path


def test_equal_numbers_end_well(store: Path) -> None:
    done = RUN.invoke(app, ["verify", "--store", str(store), "--criterion", "harm"])
    assert done.exit_code == 0, done.output
    assert "numbers equal within 1e-09" in done.output
    assert "krippendorff" in done.output


def test_json_is_one_document(store: Path) -> None:
    done = RUN.invoke(app, ["verify", "--store", str(store), "--criterion", "tone", "--trainer", "t1", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.output)
    assert document["equal"] is True
    assert document["filters"] == {"criteria": ["tone"], "trainers": ["t1"]}
    assert {"number", "shown", "recomputed", "difference", "equal", "oracle"} <= set(document["checks"][0])


def test_a_difference_ends_with_1_and_is_named(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "criterion_agreement", _off_by_a_little(verification.criterion_agreement))
    done = RUN.invoke(app, ["verify", "--store", str(store), "--criterion", "harm"])
    assert done.exit_code == 1
    assert "p / harm / krippendorff_alpha: shown" in done.output
    assert "2 of" in done.output
    assert "differ." in done.output


def test_a_missing_store_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["verify", "--store", str(tmp_path / "nothing")])
    assert done.exit_code == 2
    assert "holds no judgment store yet" in done.output + (done.stderr or "")
