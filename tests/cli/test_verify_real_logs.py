"""`verify` on real logs: the product's numbers are those of the krippendorff and scikit-learn packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_real_logs import ingest, run


@pytest.mark.parametrize(
    ("name", "alpha"), [("hatecheck/test_suite_annotations.csv", 0.939), ("pandalm/testset-v1.json", 0.8642)]
)
def test_every_number_is_equal(tmp_path: Path, name: str, alpha: float) -> None:
    ingest(tmp_path / "store", name)
    document = run("verify", "--store", str(tmp_path / "store"))
    assert document["equal"] is True
    found = {c["number"]: c for c in document["checks"]}
    key = "krippendorff_alpha" if "krippendorff_alpha_nominal" not in found else "krippendorff_alpha_nominal"
    assert found[key]["recomputed"] == pytest.approx(alpha, abs=5e-4)
    assert found[key]["oracle"] == "krippendorff"
    assert any(c["oracle"] == "scikit-learn" for c in document["checks"])
