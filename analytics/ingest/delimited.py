"""Read CSV and TSV as a stream of text columns. A row with too many or too few fields is set aside, not fatal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pacsv

from analytics.core.errors import IngestError
from analytics.ingest.batch import Bad, Batch, Notes, row_numbers
from analytics.ingest.open_file import NotUtf8Error, Progress, Source, Unpacked
from analytics.ingest.quoting import check_closed, quotes_are_text, raise_unclosed

BLOCK = 8 * 1024**2
_DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
_PROBE = 100
_TELLING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """How one file is written.

    Attributes
    ----------
    delimiter : str
    quoted : bool
        True where quotes set off fields; False where they are plain characters.
    names : list of str
        A usable name for each column.
    """

    delimiter: str
    quoted: bool
    names: list[str]

    def reader(self, stream: Unpacked, set_aside: Callable[[pacsv.InvalidRow], str]) -> pacsv.CSVStreamingReader:
        """Return a reader of every column as text; rows of the wrong width go to `set_aside`."""
        return pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=BLOCK, column_names=self.names, skip_rows_after_names=1
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if self.quoted else False,
                newlines_in_values=self.quoted,
                invalid_row_handler=set_aside,
            ),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False, strings_can_be_null=False, column_types=dict.fromkeys(self.names, pa.string())
            ),
        )


def read_delimited(source: Source, notes: Notes, on_progress: Progress | None = None) -> Iterator[Batch]:
    """Yield the rows of a CSV or TSV file, every cell as the text it is.

    Quotes follow RFC 4180: a quote counts where it opens a field. Blank lines between rows are skipped.

    Raises
    ------
    IngestError
        Where the header is unusable, the text is not UTF-8, or a quote is never closed.
    """
    dialect = _dialect(source, notes)
    bad: list[Bad] = []

    def set_aside(row: pacsv.InvalidRow) -> str:
        bad.append(_wrong_count(row.number - 1, row.expected_columns, row.actual_columns, row.text))
        return "skip"

    with source.open(on_progress) as stream:
        try:
            start, known = 1, 0
            for batch in dialect.reader(stream, set_aside):
                rows = row_numbers(start, batch.num_rows, (b.row for b in bad))
                last = rows[-1].as_py() if len(rows) else start - 1
                ready, bad[:] = [b for b in bad if b.row <= last + 1], [b for b in bad if b.row > last + 1]
                start = max([last, *(b.row for b in ready)]) + 1
                known += 1
                yield Batch(table=pa.Table.from_batches([batch]), rows=rows, bad=tuple(ready))
            if dialect.quoted:
                check_closed(source, stream, dialect.delimiter)
            if bad or not known:
                empty = pa.schema([(n, pa.string()) for n in dialect.names]).empty_table()
                yield Batch(table=empty, rows=pa.array([], pa.int64()), bad=tuple(bad))
        except NotUtf8Error as error:
            raise _not_utf8(source, dialect, error) from error
        except pa.ArrowInvalid as error:
            raise _explained(source, dialect, error) from error


def _wrong_count(row: int, expected: int, actual: int, text: str) -> Bad:
    rule = "too few fields" if actual < expected else "too many fields"
    if "\n" in text and '"' in text:
        rule += ", with a quoted line break"
    return Bad(row=row, reason=rule, value=f"{actual} fields where the header has {expected}", raw=text)


def _dialect(source: Source, notes: Notes) -> Dialect:
    """Return how the file is written, told by its first rows."""
    text = source.sample.decode("utf-8", errors="replace")
    if not source.whole:
        text = text[: text.rfind("\n") + 1] or text
    usual = "\t" if source.format == "tsv" else ","
    delimiter = max(_DELIMITERS, key=lambda d: (*_fit(text, d), d == usual))
    if delimiter not in (",", "\t"):
        notes.say(f"Fields are separated by {_DELIMITERS[delimiter]}.")
    records = _records(text, delimiter, _PROBE)
    header, rows = records[0], records[1:]
    if "\ufffd" in "".join(header) and "\ufffd" in source.sample.split(b"\n", 1)[0].decode("utf-8", errors="replace"):
        raise IngestError(f"{source.name}: the header is not valid UTF-8. Save the file as UTF-8.")
    widths = {len(r) for r in rows}
    if len(rows) >= _TELLING and len(widths) == 1 and widths != {len(header)}:
        header = _fitted(source, header, widths.pop(), notes)
    names = [name.strip() or f"(column {k})" for k, name in enumerate(header, start=1)]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise IngestError(f"{source.name} has more than one column named {twice[0]!r}. Rename one in the header.")
    quoted = delimiter != "\t" or not quotes_are_text(source, len(names), notes)
    return Dialect(delimiter=delimiter, quoted=quoted, names=names)


def _fitted(source: Source, header: list[str], width: int, notes: Notes) -> list[str]:
    if len(header) == width + 1 and header[-1].lstrip().startswith("#"):
        notes.say(f"The header's last cell ({header[-1].strip()[:60]!r}) is a remark, not a column.")
        return header[:-1]
    if len(header) + 1 == width:
        notes.say("Rows have one field more than the header: the first is taken as the row's name.")
        return ["", *header]
    raise IngestError(
        f"{source.name}: the header has {len(header)} fields, the rows have {width}. Columns found: "
        f"{', '.join(header[:8])}. Repair the header."
    )


def _records(text: str, delimiter: str, most: int) -> list[list[str]]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [r for r in islice(reader, most) if r]


def _fit(text: str, delimiter: str) -> tuple[bool, int]:
    records = _records(text, delimiter, 20)
    width = len(records[0])
    same = sum(abs(len(r) - width) <= 1 for r in records)
    return width > 1 and 2 * same > len(records), width


def _explained(source: Source, dialect: Dialect, error: pa.ArrowInvalid) -> IngestError:
    text = str(error)
    if "straddling" in text or "out of sync" in text:
        try:
            raise_unclosed(source, dialect.delimiter)
        except IngestError as unclosed:
            return unclosed
        return IngestError(
            f"{source.name}: one row is longer than {BLOCK // 1024**2} MB. A quote is opened and closed in the wrong "
            f"places; repair the quoting."
        )
    return IngestError(f"{source.name} cannot be read as {source.format.upper()}: {text.splitlines()[0]}.")


def _not_utf8(source: Source, dialect: Dialect, error: NotUtf8Error) -> IngestError:
    """Name the row and column of the first byte that is not UTF-8, where that can be told."""
    csv.field_size_limit(2**31 - 1)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    with source.open(checked=False) as stream:
        text = io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8", errors="surrogateescape", newline="")
        records = (r for r in csv.reader(text, delimiter=dialect.delimiter, quoting=quoting) if r)
        for row, cells in enumerate(records):
            for name, cell in zip(dialect.names, cells, strict=False):
                if any("\udc80" <= c <= "\udcff" for c in cell):
                    place = cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:40]
                    return IngestError(
                        f"{source.name} is not valid UTF-8: row {row}, column {name!r} holds '{place}'. "
                        f"Save the file as UTF-8."
                    )
    return error
