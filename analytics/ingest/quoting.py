"""Find out how a delimited file uses quotes, and where one is left open."""

from __future__ import annotations

import io

from analytics.core.errors import IngestError
from analytics.ingest.batch import Notes
from analytics.ingest.open_file import Source, Unpacked


def quotes_are_text(source: Source, width: int, notes: Notes) -> bool:
    """Tell whether a tab-separated file uses quotes as plain characters; say so in the notes.

    Many programs write tabs between raw texts. The first line in which a field begins with a quote and does not end
    with one settles it: where this line and the next have `width` fields each, quotes are text; where they have not,
    the quoted field holds tabs or goes on in the next line.
    """
    with source.open(checked=False) as stream, io.BufferedReader(stream, buffer_size=1 << 20) as lines:
        lines.readline()
        for row, line in enumerate(lines, start=1):
            if b'\t"' not in line and not line.startswith(b'"'):
                continue
            if all(_well_quoted(f) for f in _fields(line) if f.startswith(b'"')):
                continue
            following = next(lines, None)
            raw = len(_fields(line)) == width and (following is None or len(_fields(following)) == width)
            if raw:
                notes.say(
                    f"Quotes are read as plain characters, since row {row} begins a field with one and leaves it open."
                )
            return raw
    return False


def _fields(line: bytes) -> list[bytes]:
    return line.rstrip(b"\r\n").split(b"\t")


def _well_quoted(field: bytes) -> bool:
    return len(field) > 1 and field.endswith(b'"') and b'"' not in field[1:-1].replace(b'""', b"")


def check_closed(source: Source, stream: Unpacked, delimiter: str) -> None:
    """Raise where the file, now read to its end, leaves a quoted field open. Only an odd number of quotes can."""
    if stream.quotes % 2:
        raise_unclosed(source, delimiter)


def raise_unclosed(source: Source, delimiter: str) -> None:
    """Raise where a quoted field is still open at the end of the file; return where none is."""
    row, text, opened = _open_quote(source, delimiter)
    if opened:
        raise IngestError(
            f"{source.name}: a quote opened in row {row} is never closed ({text!r}). "
            f"Double the quotes inside that row's text, or close it."
        )


def _open_quote(source: Source, delimiter: str) -> tuple[int, str, bool]:
    """Return the data row in which the last quoted field opens, its first characters, and whether it stays open."""
    mark = delimiter.encode()
    row, inside, fresh, blank, lead = 0, False, True, True, b""
    with source.open(checked=False) as stream, io.BufferedReader(stream, buffer_size=1 << 20) as lines:
        for line in lines:
            if not inside:
                row += 0 if blank and not lead else 1
                lead = line
                blank = not line.strip(b"\r\n")
                fresh = True
            inside = _ends_inside(line, mark, inside, fresh)
            fresh = False
    return row, lead[:40].decode("utf-8", errors="replace").strip(), inside


def _ends_inside(line: bytes, mark: bytes, inside: bool, fresh: bool) -> bool:
    at, end = 0, len(line)
    field_start = fresh
    while at < end:
        if inside:
            close = line.find(b'"', at)
            if close < 0:
                return True
            if line[close + 1 : close + 2] == b'"':
                at = close + 2
                continue
            inside, at, field_start = False, close + 1, False
            continue
        if field_start and line[at : at + 1] == b'"':
            inside, at = True, at + 1
            continue
        following = line.find(mark, at)
        if following < 0:
            return False
        at, field_start = following + 1, True
    return inside
