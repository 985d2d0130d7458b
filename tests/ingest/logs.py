"""Write small logs, stage them, read back what was staged."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analytics.ingest.mapping import Mapping, mapping_from
from analytics.ingest.stage import Staged, stage

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT.parent / "shared" / "data"
MAPPINGS = ROOT / "docs" / "mappings"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file, packed where its name ends in .gz."""
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def staged(folder: Path, name: str, content: str | bytes, *pairs: str, toml: str = "", **options: Any) -> Staged:
    """Write a file and stage it with --map pairs and a mapping TOML; the account must add up."""
    mapping: Mapping | None = None
    if pairs or toml:
        file = None
        if toml:
            file = folder / "mapping.toml"
            file.write_text(toml, encoding="utf-8")
        mapping = mapping_from(file, pairs=pairs)
    into = folder / f"out-{len(list(folder.iterdir()))}"
    result = stage(write(folder, name, content), into, mapping=mapping, **options)
    table = options.get("table", "judgments")
    assert result.rows == pq.read_metadata(result.tables[table]).num_rows + sum(result.rejected.values())
    assert result.rejected_rows is None or pq.read_metadata(result.rejected_rows).num_rows == sum(
        result.rejected.values()
    )
    return result


def rows(result: Staged, table: str = "judgments") -> list[dict[str, Any]]:
    """Return a staged table's rows."""
    return pq.read_table(result.tables[table]).to_pylist()


def rejected(result: Staged) -> list[dict[str, Any]]:
    """Return the rejected rows."""
    assert result.rejected_rows is not None
    return pq.read_table(result.rejected_rows).to_pylist()


def triples(result: Staged) -> list[tuple[str, str, str]]:
    """Return (item, trainer, label) of the staged judgments, sorted."""
    return sorted((r["item_id"], r["trainer_id"], r["label"]) for r in rows(result))


def noted(result: Staged, words: str) -> bool:
    """Tell whether some note holds these words."""
    return any(words in note for note in result.notes)


def public(name: str) -> Path:
    """Return a file of the public logs, or skip where the folder is absent."""
    path = PUBLIC / name
    if not path.exists():
        pytest.skip(f"{name} is not here: public logs are not part of the project")
    return path
