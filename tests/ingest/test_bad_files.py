"""A file that cannot be read gets one clear sentence: which file, which row, which column, what to do."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.core.errors import IngestError
from analytics.ingest.mapping import parse_map
from analytics.ingest.open_file import RATIO_FROM, size_text
from analytics.ingest.stage import stage
from tests.ingest.logs import staged, write

LONG = "item,worker,label\nX,A,Yes\nX,B,No\n"


def parquet(rows: int = 50) -> bytes:
    out = io.BytesIO()
    table = pa.table({"item": ["X"] * rows, "worker": [f"w{k}" for k in range(rows)], "label": ["Yes"] * rows})
    pq.write_table(table, out, compression="none")
    return out.getvalue()


def refused(folder: Path, name: str, content: str | bytes, *pairs: str, **options: object) -> str:
    """Return the text of the error, which must be one clear line that names the file."""
    with pytest.raises(IngestError) as caught:
        staged(folder, name, content, *pairs, **options)
    text = str(caught.value)
    assert name in text
    assert "\n" not in text
    assert text.endswith((".", "?", "}"))
    for word in ("please", "invalid input", "Traceback", "pyarrow"):
        assert word not in text
    return text


@pytest.mark.parametrize(
    "content, text",
    [
        (
            "item,wrker,label\nX,A,Yes\n",
            "log.csv has no column 'trainer_id'. Columns found: item, wrker, label. "
            "Did you mean --map trainer_id=wrker?",
        ),
        (
            "item,worker_name_x,label\nX,A,Yes\n",
            "log.csv has no column 'trainer_id'. Columns found: item, worker_name_x, label. "
            "Did you mean --map trainer_id=worker_name_x?",
        ),
        (
            "item,worker,colour\nX,A,Yes\n",
            "log.csv has no column 'label'. Columns found: item, worker, colour. Map one with --map label=colour.",
        ),
        (
            "worker,label\nA,Yes\n",
            "log.csv has no column 'item_id'. Columns found: worker, label. Map one with --map item_id=COLUMN.",
        ),
    ],
)
def test_missing_column(tmp_path: Path, content: str, text: str) -> None:
    assert refused(tmp_path, "log.csv", content) == text


def test_at_most_twelve_columns_are_listed(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", ",".join(f"c{k}" for k in range(30)) + "\n")
    assert "c10, c11 and 18 more." in text


def test_a_mapped_column_that_is_not_there(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", LONG, "trainer_id=workr")
    assert text == (
        "log.csv has no column 'workr' (mapped to trainer_id). Columns found: item, worker, label. "
        "Did you mean 'worker'?"
    )


def test_truncated_parquet(tmp_path: Path) -> None:
    assert "log.parquet is truncated:" in refused(tmp_path, "log.parquet", parquet()[:-30])


def test_damaged_parquet(tmp_path: Path) -> None:
    data = bytearray(parquet(5000))
    data[40:400] = b"\xff" * 360
    assert "is damaged" in refused(tmp_path, "log.parquet", bytes(data))


def test_parquet_with_text_that_is_not_utf8(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.parquet", parquet().replace(b"w7", b"w\xff"))
    assert text == "log.parquet is not valid UTF-8: row 8, column 'worker'. Write the file's texts as UTF-8."


def test_not_parquet(tmp_path: Path) -> None:
    assert "is not Parquet: its first bytes are not 'PAR1'" in refused(tmp_path, "log.parquet", LONG)


def test_parquet_that_declares_too_much(tmp_path: Path) -> None:
    assert "more than the 100 bytes allowed" in refused(tmp_path, "log.parquet", parquet(), max_bytes=100)


@pytest.mark.parametrize("row", [1, 3, 5000])
def test_a_quote_never_closed(tmp_path: Path, row: int) -> None:
    good = "X,A,Yes,fine\n"
    content = "item,worker,label,reason\n" + good * (row - 1) + 'X,A,No,"never closed\n' + good * 20
    text = refused(tmp_path, "log.csv", content)
    assert f"log.csv: a quote opened in row {row} is never closed ('X,A,No,\"never closed'). Double the quotes" in text


def test_a_quote_never_closed_in_a_long_file(tmp_path: Path) -> None:
    good = 'X,A,Yes,"fine, ""really"" fine"\n'
    content = "item,worker,label,reason\n" + good * 700 + 'X,A,No,"never closed\n' + good.replace('"', "") * 500_000
    assert "a quote opened in row 701 is never closed" in refused(tmp_path, "log.csv", content)


def test_quotes_inside_a_field_are_no_fault(tmp_path: Path) -> None:
    got = staged(tmp_path, "log.csv", 'item,worker,label,reason\nX,A,Yes,a 5" nail\nX,B,No,"a ""b"" c"\n')
    assert got.rows == 2
    assert not got.rejected


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json", "tsv"])
def test_not_utf8(tmp_path: Path, ending: str) -> None:
    if ending in ("csv", "tsv"):
        content = LONG.replace("B", "Zo\xeb").encode("latin-1")
        content = content.replace(b",", b"\t") if ending == "tsv" else content
        where = "row 2, column 'worker' holds 'Zo\\xeb'"
    else:
        log = [{"item": "X", "worker": w, "label": "Yes"} for w in ("A", "Zo\xeb")]
        text = "\n".join(json.dumps(r, ensure_ascii=False) for r in log)
        content = text.encode("latin-1")
        if ending == "json":
            content = b"[" + content.replace(b"\n", b",\n") + b"]"
        where = "line 2 holds"
    text = refused(tmp_path, f"log.{ending}", content)
    assert f"log.{ending} is not valid UTF-8: {where}" in text
    assert text.endswith("Save the file as UTF-8.")


def test_not_utf8_in_the_header(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", "item,worker,lab\xebl\nX,A,Yes\n".encode("latin-1"))
    assert text == "log.csv: the header is not valid UTF-8. Save the file as UTF-8."


def test_not_utf8_in_a_row_that_does_not_fit(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", b"item,worker,label\nX,A,Yes\n\nX,Zo\xeb\nX,B,Yes\n")
    assert "row 2, column 'worker' holds 'Zo\\xeb'" in text
    beyond = refused(tmp_path, "more.csv", b"item,worker,label\nX,A,Yes,Zo\xeb\n")
    assert "more.csv is not valid UTF-8: line 2 holds" in beyond


def test_a_line_break_in_a_name_stays_on_one_line(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", 'item,worker,"the\nverdict"\nX,A,Yes\n')
    assert "Columns found: item, worker, the verdict." in text


@pytest.mark.parametrize("name", ["log.csv", "log.jsonl", "log.json", "log.parquet", "log.csv.gz"])
def test_empty_file(tmp_path: Path, name: str) -> None:
    assert "is empty" in refused(tmp_path, name, b"")


def test_nothing_but_blanks(tmp_path: Path) -> None:
    assert refused(tmp_path, "log.csv", "\n \n\t\n").startswith("log.csv is empty: it holds nothing but blanks.")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with pytest.raises(IngestError, match=r"logs is a folder, not a file\. Give the file, or a folder"):
        stage(tmp_path / "logs", tmp_path / "out")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"gone\.csv is not there\. Check the path\."):
        stage(tmp_path / "gone.csv", tmp_path / "out")


def test_zip_and_other_containers(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log.csv", LONG)
    assert "is a ZIP archive or an office workbook. Unpack it" in refused(tmp_path, "log.csv", out.getvalue())
    assert "is a zstd archive" in refused(tmp_path, "log.jsonl", b"\x28\xb5\x2f\xfd" + b"0" * 50)
    assert "is a SQLite database" in refused(tmp_path, "log.csv", b"SQLite format 3\x00" + b"0" * 50)
    assert "is not text" in refused(tmp_path, "log.csv", bytes(range(1, 9)) + b"\x00" * 50)


def test_damaged_and_truncated_gzip(tmp_path: Path) -> None:
    path = write(tmp_path, "log.csv.gz", LONG * 5000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IngestError, match=r"log\.csv\.gz breaks off: the gzip data ends too early\. Fetch it again\."):
        stage(path, tmp_path / "out")
    path.write_bytes(whole[:20] + b"\x00\xff" * 20 + whole[60:])
    with pytest.raises(IngestError, match=r"log\.csv\.gz: the gzip data is damaged"):
        stage(path, tmp_path / "out")


@pytest.mark.parametrize("name", ["log.csv.gz", "log.jsonl.gz", "log.json.gz"])
def test_too_much_when_unpacked(tmp_path: Path, name: str) -> None:
    row = "X,A,Yes\n" if "csv" in name else '{"item": "X", "worker": "A", "label": "Yes"}\n'
    content = ("item,worker,label\n" if "csv" in name else "") + row * 40_000
    if name == "log.json.gz":
        content = "[" + content.strip().replace("\n", ",\n") + "]"
    text = refused(tmp_path, name, content, max_bytes=300_000)
    assert f"{name} unpacks to more than 293 kB. Split it, or raise the limit" in text


def test_a_gzip_bomb(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv.gz", b"item,worker,label\n" + b"a" * (RATIO_FROM + 2**20))
    assert text.startswith("log.csv.gz unpacks to more than 300 times its size, as no judgment log does.")


def test_gzip_within_gzip(tmp_path: Path) -> None:
    import gzip

    assert "is gzip within gzip" in refused(tmp_path, "log.csv.gz", gzip.compress(LONG.encode()))


@pytest.mark.parametrize(
    "content, text",
    [
        ('[{"item": "X",\n "worker": }]', "log.json is not JSON: line 2, column 12: Expecting value. Export it again."),
        ('[{"item": "X"}\n {"item": "Y"}]', "log.json is not JSON: line 2, column 2: Expecting ',' delimiter."),
        ('[{"item": "X"}', "log.json breaks off: line 1, column 15: the array is not closed."),
        ('[{"item": "X"', "log.json"),
        ('[{"item": "X"}] and more', "column 17: Extra data"),
        ('{"items": [1, 2], "n": 3}', "log.json holds no list of objects. Give an array of objects, one a row."),
        ('{"a": [{"x": 1}], "b": [{"x": 1}]}', "log.json holds several lists of objects: a, b."),
        ('{"a": [1, 2], "b": [1]}', "log.json holds columns of unequal length (a: 2, b: 1)"),
        ("[[1, 2], [3, 4]]", "log.json holds a list of lists, not of objects."),
        ("hello", "log.json is not JSON: line 1, column 1: Expecting value."),
        ("17", "log.json holds one int, not a list of objects."),
    ],
)
def test_not_json(tmp_path: Path, content: str, text: str) -> None:
    assert text in refused(tmp_path, "log.json", content)


def test_a_fault_deep_in_a_long_json_array_is_found_at_its_line(tmp_path: Path) -> None:
    good = '{"item": "X", "worker": "A", "label": "Yes", "reason": "' + "so " * 100 + '"},\n'
    content = "[\n" + good * 9000 + '{"item": "X" "worker": "B"}\n]'
    text = refused(tmp_path, "log.json", content)
    assert "line 9002, column 14: Expecting ',' delimiter" in text


def test_no_line_is_json(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.jsonl", "hello\nworld\n")
    assert "log.jsonl is not JSON Lines: no line is a JSON object (Expecting value at character 1 in line 1)." in text


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", "item,worker,label,label\nX,A,Yes,No\n")
    assert text == "log.csv has more than one column named 'label'. Rename one in the header."


def test_a_header_that_does_not_fit_its_rows(tmp_path: Path) -> None:
    text = refused(tmp_path, "log.csv", "item,worker,label,reason,more\n" + "X,A,Yes\n" * 9)
    assert "log.csv: the header has 5 fields, the rows have 3." in text


def test_unknown_table(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"table must be one of 'judgments', 'items', .*, got 'people'\."):
        stage(write(tmp_path, "log.csv", LONG), tmp_path / "out", table="people")


@pytest.mark.parametrize(
    "pair, text",
    [
        (
            "trainer_id:worker",
            r"--map must be contract=source, got 'trainer_id:worker'\. Example: --map trainer_id=worker\.",
        ),
        ("trainr_id=worker", r"--map: the contract has no column 'trainr_id'\. Did you mean 'trainer_id'\?"),
        ("attribute.=x", r"--map: the contract has no column 'attribute\.'"),
    ],
)
def test_bad_pairs(pair: str, text: str) -> None:
    with pytest.raises(IngestError, match=text):
        parse_map([pair])


def test_a_column_mapped_twice() -> None:
    with pytest.raises(IngestError, match=r"--map names 'label' twice"):
        parse_map(["label=a", "label=b"])


def test_sizes_in_words() -> None:
    assert [size_text(n) for n in (16 * 1024**3, 20_000_000_000, 3 * 1024**2, 12)] == [
        "16 GB",
        "18.6 GB",
        "3 MB",
        "12 bytes",
    ]
