"""Real processes: writers that are killed at any moment, and writers that come at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from analytics.core.settings import Settings
from analytics.store import open_store
from analytics.store.commit import commit
from tests.staging import judged, staged

ROOT = Path(__file__).parents[2]

WRITER = """
import sys
from pathlib import Path
from analytics.core.settings import Settings
from analytics.store import open_store
from analytics.store.commit import commit
from tests.staging import judged, staged
folder, work, who, n = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
store = open_store(folder, create=True)
print("ready", flush=True)
for k in range(n):
    rows = judged(*[(f"i{i}", f"{who}", f"l{(i + k) % 4}") for i in range(40)], round=k + 1, guideline_version=f"v{k}")
    done = commit(store, [staged(work, f"{who}-{k}.csv", judgments=rows)], Settings())
    print("accepted", done[0].accepted, flush=True)
"""


def writer(store: Path, work: Path, who: str, n: int) -> subprocess.Popen[str]:
    work.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store), str(work), who, str(n)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def state(folder: Path) -> tuple[int, int, int]:
    """Return judgments that are visible, those the commit record accounts for, and ids that nothing explains."""
    files = open_store(folder).snapshot().files
    tables = {name: pq.ParquetDataset(list(paths)).read() for name, paths in files.items() if paths}
    judgments = tables["judgments"]
    lost = sum(
        len(set(judgments[code].to_pylist()) - set(tables[table][code].to_pylist()))
        for table, code in (("items", "item_code"), ("trainers", "trainer_code"), ("criteria", "criterion_code"))
    )
    return judgments.num_rows, sum(tables["ingests"]["accepted"].to_pylist()), lost


def test_killed_at_any_moment_a_store_is_before_or_after_a_commit(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    rng = np.random.default_rng(7)
    acknowledged = 0
    for attempt in range(5):
        process = writer(folder, tmp_path / f"w{attempt}", f"t{attempt}", 1000)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if attempt == 0:  # on a slow machine, too, the first writer lands one commit
            assert process.stdout.readline() == "accepted 40\n"
            acknowledged += 40
        time.sleep(float(rng.uniform(0.3, 2.5)))
        process.kill()
        acknowledged += sum(int(line.split()[1]) for line in process.stdout if line.startswith("accepted"))
        process.stdout.close()
        process.wait()
        if not (folder / "ingests").exists():
            continue
        visible, accounted, lost = state(folder)
        assert visible == accounted, "a half commit is visible"
        assert visible >= acknowledged, "something reported as accepted is gone"
        assert visible - acknowledged <= 40 * (attempt + 1), "more than one unreported commit a killed writer"
        assert lost == 0
    store = open_store(folder, create=True)
    before = state(folder)[0]
    commit(store, [staged(tmp_path, judgments=judged(("i1", "last", "l0")))], Settings())
    assert state(folder) == (before + 1, before + 1, 0), "the next writer clears up and goes on"


def test_what_a_dead_writer_left_is_rolled_back_not_shown(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = open_store(folder, create=True)
    commit(store, [staged(tmp_path, judgments=judged(("i1", "a", "x")))], Settings())
    half = pq.ParquetDataset(list(store.snapshot().files["judgments"])).read()
    store.append("judgments", half)  # a writer that died after one of its tables
    assert state(folder) == (1, 1, 0)
    commit(store, [staged(tmp_path, judgments=judged(("i2", "a", "y")))], Settings())
    assert state(folder) == (2, 2, 0)
    left = pq.ParquetDataset(list(store.snapshot().files["judgments"])).read()
    assert sorted(left["label"].to_pylist()) == ["x", "y"]


def test_two_ingests_at_once_both_land(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    both = [writer(folder, tmp_path / who, who, 3) for who in ("ann", "ben")]
    for process in both:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        assert out.count("accepted 40") == 3
    assert state(folder) == (240, 240, 0)


def test_a_file_is_not_a_store(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("a,b\n")
    with pytest.raises(Exception, match="is a file; --store must name a folder"):
        open_store(tmp_path / "log.csv")
    with pytest.raises(Exception, match="holds no judgment store yet"):
        open_store(tmp_path / "nothing")
