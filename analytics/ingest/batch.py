"""What every reader hands on: source columns as Arrow arrays, a row number for each, and the rows it could not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

RAW_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Bad:
    """A row that is not accepted, and why.

    Attributes
    ----------
    row : int
        1-based data row (CSV, Parquet), line (JSONL) or element (JSON) of the file.
    column : str or None
        The source column at fault, None where it is the row as a whole.
    reason : str
        One of few fixed sentences, so that reasons can be counted.
    value : str or None
        The value at fault.
    raw : str
        The row as it was, cut at 2,000 characters.
    """

    row: int
    column: str | None = None
    reason: str
    value: str | None = None
    raw: str

    def cells(self) -> tuple[int, str | None, str, str | None, str]:
        """Return the fields in the order of the rejected-rows table."""
        return self.row, self.column, self.reason, self.value, self.raw[:RAW_LENGTH]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Some rows of a file.

    Attributes
    ----------
    table : pa.Table
        The source columns under their source names; a column absent here was absent from all of these rows.
    rows : pa.Int64Array, shape (rows of the table,)
        Number of each row in the file, from 1.
    bad : tuple of Bad
        Rows of the file met on the way that could not be read at all; not in `table`.
    """

    table: pa.Table
    rows: pa.Array
    bad: tuple[Bad, ...] = ()


@dataclass(slots=True)
class Notes:
    """What was assumed while reading: plain sentences, each said once, and counts that become sentences at the end."""

    said: dict[str, None] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def say(self, sentence: str) -> None:
        """Note a sentence once."""
        self.said[sentence] = None

    def count(self, sentence: str, n: int) -> None:
        """Note a sentence that begins with a number; the numbers of all batches add up."""
        if n:
            self.counts[sentence] = self.counts.get(sentence, 0) + n

    def sentences(self) -> tuple[str, ...]:
        """Return all notes, the counted ones last."""
        return (*self.said, *(f"{spaced(n)} {text}" for text, n in self.counts.items()))


def spaced(n: int) -> str:
    """Return a count with thin groups of three, as pages and texts write it.

    >>> spaced(120418), spaced(37)
    ('120 418', '37')
    """
    return f"{n:,}".replace(",", " ")


def row_numbers(start: int, n: int, without: Iterable[int]) -> pa.Array:
    """Return the first `n` whole numbers from `start` that are not in `without`."""
    out: list[pa.Array] = []
    left, low = n, start
    for gap in sorted(g for g in without if g >= start):
        take = min(left, gap - low)
        out.append(pa.arange(low, low + take))
        left, low = left - take, gap + 1
        if not left:
            break
    out.append(pa.arange(low, low + left))
    return pa.concat_arrays(out)
