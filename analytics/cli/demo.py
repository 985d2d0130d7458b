"""`demo`: a simulated log to look at, with the planted truth beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.common import JsonOption, StoreOption, app, console, plain_errors, print_json
from analytics.core.errors import StoreError
from analytics.core.numerals import count
from analytics.core.settings import load_settings
from analytics.reports.importing import ingest
from analytics.store import open_store

PLANTED = "planted_truth.json"
DEFAULT_SEED = 20260105


@app.command("demo")
@plain_errors
def demo_command(
    store: StoreOption = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same log.")] = DEFAULT_SEED,
    keep: Annotated[Path | None, typer.Option("--keep", help="Also leave the log's files in this folder.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate an annotation programme and take it into a new store."""
    from analytics.demo import write_demo  # imported here: no other command needs the simulator

    settings = load_settings()
    target = open_store(store or settings.store, create=True)
    if not target.snapshot().empty:
        raise StoreError(f"{target.path} holds judgments already; --store must name a new folder for the demo.")
    with tempfile.TemporaryDirectory(prefix="plumbline-") as work:
        folder = keep or Path(work) / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        with console.status("Simulating sixteen weeks of judgments"):
            write_demo(folder, seed=seed)
        with console.status("Taking them into the store"):
            report = ingest(target, [folder], settings=settings)
        (target.path / PLANTED).write_bytes((folder / PLANTED).read_bytes())
    if as_json:
        print_json({"store": str(target.path), "seed": seed, "snapshot_id": report.snapshot_id})
        return
    n = sum(f.accepted for f in report.files if Path(f.path).stem == "judgments")
    console.print(
        f"{count(n)} simulated judgments are in {target.path}; what was planted in them: {PLANTED} beside them."
    )
