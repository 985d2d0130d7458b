"""However a file is damaged, it is read with every row accounted for, or refused in one line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.core.errors import IngestError
from analytics.ingest.stage import stage

LOG = [
    {
        "item": f"i{k // 3}",
        "worker": f"w{k % 5}",
        "label": ["1", "2", 'x "y"', "a,b"][k % 4],
        "created_at": "2026-01-01T10:00:00Z",
        "reason": "line\nbreak" if k % 4 == 0 else "é",
        "n": k,
    }
    for k in range(30)
]
SIGNS = [b'"', b"\n", b"\t", b"{", b"}", b"[", b"]", b",", b"null", b"\x00", b"\xef\xbb\xbf", b"\r", b"\\", b'"label"']


def whole(kind: str) -> bytes:
    if kind == "parquet":
        out = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(LOG), out)
        return out.getvalue()
    if kind == "json":
        return json.dumps(LOG, ensure_ascii=False).encode()
    if kind == "jsonl":
        return "\n".join(json.dumps(r) for r in LOG).encode()
    text = io.StringIO()
    writer = csv.DictWriter(text, list(LOG[0]), delimiter="\t" if kind == "tsv" else ",")
    writer.writeheader()
    writer.writerows(LOG)
    return text.getvalue().encode()


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return the data with some bytes changed, lost or added, or cut short."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(out)) if out else 0
        match rng.randrange(5):
            case 0 if out:
                out[at] = rng.randrange(256)
            case 1:
                del out[at : at + rng.randint(1, 60)]
            case 2:
                out[at:at] = rng.randbytes(rng.randint(1, 4))
            case 3:
                out[at:at] = rng.choice(SIGNS)
            case _:
                del out[at:]
    return gzip.compress(bytes(out)) if rng.random() < 0.2 else bytes(out)


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "parquet"])
def test_any_damage(kind: str, tmp_path: Path) -> None:
    rng = random.Random(f"damage to {kind}")
    data = whole(kind)
    path = tmp_path / f"log.{kind}"
    refused: list[str] = []
    for _ in range(40):
        path.write_bytes(damaged(data, rng))
        try:
            got = stage(path, tmp_path / "out")
        except IngestError as error:
            refused.append(str(error))
        else:
            kept = pq.read_metadata(got.tables["judgments"]).num_rows
            assert got.rows == kept + sum(got.rejected.values())
            assert bool(got.set_aside()) == bool(got.rejected)
    assert len(refused) > 5
    assert all(len(text.splitlines()) == 1 for text in refused)
