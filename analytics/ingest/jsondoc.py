"""Read a JSON document: an array of objects as a stream; an object of columns, or with one list of objects inside."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from analytics.core.errors import IngestError
from analytics.ingest.batch import Bad, Batch, Notes
from analytics.ingest.open_file import Progress, Source, Unpacked
from analytics.ingest.records import flat, table_of

CHUNK = 1 << 20
BATCH = 20_000
NOT_AN_OBJECT = "element is not an object"
_BLANK = re.compile(r"\s*")


def read_json(
    source: Source, notes: Notes, on_progress: Progress | None = None, *, explode: str | None = None
) -> Iterator[Batch]:
    """Yield the objects of a JSON document, nested objects as columns with dotted names.

    Raises
    ------
    IngestError
        Where it is not JSON (the text names line and column), not UTF-8, or holds no list of objects.
    """
    with source.open(on_progress) as stream:
        text = _Text(source, stream)
        array = text.peek() == "["
        elements = text.elements() if array else iter(_inside(source, text.rest(), notes))
        rows: list[int] = []
        records: list[dict[str, Any]] = []
        bad: list[Bad] = []
        good = False
        for number, element in enumerate(elements, start=1):
            if isinstance(element, dict):
                good = True
                for part in flat(element, explode):
                    records.append(part)
                    rows.append(number)
            else:
                raw = json.dumps(element, ensure_ascii=False)
                bad.append(Bad(row=number, reason=NOT_AN_OBJECT, value=raw[:100], raw=raw))
            if len(records) >= BATCH:
                yield Batch(table=table_of(records), rows=pa.array(rows, pa.int64()), bad=tuple(bad))
                rows, records, bad = [], [], []
        if bad and not good:
            raise IngestError(
                f"{source.name} holds a list of {_kind(bad[0].raw)}, not of objects. Give each row as one."
            )
        if records or bad:
            yield Batch(table=table_of(records), rows=pa.array(rows, pa.int64()), bad=tuple(bad))


def _kind(raw: str) -> str:
    return {"[": "lists", '"': "texts"}.get(raw[:1], "values")


class _Text:
    """The document's text, decoded as far as needed."""

    def __init__(self, source: Source, stream: Unpacked) -> None:
        self.source, self.stream = source, stream
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.buffer, self.at, self.lines, self.column, self.ended = "", 0, 1, 1, False
        self.parser = json.JSONDecoder()

    def more(self) -> bool:
        """Take more of the file into the buffer; False at its end. What has been read is let go of."""
        if self.ended:
            return False
        data = self.stream.read(max(CHUNK, len(self.buffer) - self.at))
        self.ended = not data
        if data:
            self._forget()
        self.buffer += self.decoder.decode(data, final=self.ended)
        return not self.ended

    def _forget(self) -> None:
        done = self.buffer[: self.at]
        breaks = done.count("\n")
        self.lines += breaks
        self.column = len(done) - done.rfind("\n") if breaks else self.column + len(done)
        self.buffer, self.at = self.buffer[self.at :], 0

    def peek(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            self.at = _BLANK.match(self.buffer, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""

    def rest(self) -> Any:
        """Return the whole document, parsed."""
        while self.more():
            pass
        value = self.value()
        if self.peek():
            raise self.wrong("Extra data", self.at)
        return value

    def value(self) -> Any:
        """Return the next value."""
        self.peek()
        while True:
            try:
                value, end = self.parser.raw_decode(self.buffer, self.at)
            except json.JSONDecodeError as error:
                # Far from the end of what is read, more text cannot mend it; a text that is still open can be mended.
                still_open = error.msg.startswith("Unterminated string") or error.pos > len(self.buffer) - 100
                if still_open and self.more():
                    continue
                raise self.wrong(error.msg, error.pos) from error
            except RecursionError as error:
                raise IngestError(f"{self.source.name} is nested too deeply to be a log.") from error
            # A number at the end of the buffer may go on.
            if end == len(self.buffer) and self.more():
                continue
            self.at = end
            return value

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the array that begins here."""
        self.at += 1
        if self.peek() != "]":
            while True:
                yield self.value()
                sign = self.peek()
                if sign == "]":
                    break
                if sign != ",":
                    raise self.wrong("Expecting ',' delimiter" if sign else "the array is not closed", self.at)
                self.at += 1
        self.at += 1
        if self.peek():
            raise self.wrong("Extra data", self.at)

    def wrong(self, message: str, position: int) -> IngestError:
        """Return the error that names line and column of a place in the buffer."""
        self.at = min(position, len(self.buffer))
        self._forget()
        what = "breaks off" if self.ended and not self.buffer.strip() else "is not JSON"
        return IngestError(
            f"{self.source.name} {what}: line {self.lines}, column {self.column}: {message}. Export it again."
        )


def _inside(source: Source, document: Any, notes: Notes) -> list[Any]:
    """Return the records of a document that is one object."""
    if not isinstance(document, dict):
        raise IngestError(f"{source.name} holds one {type(document).__name__}, not a list of objects.")
    lists = {k: v for k, v in document.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    if len(lists) == 1:
        key, records = next(iter(lists.items()))
        beside = {k: v for k, v in document.items() if isinstance(v, str | int | float) and k != key}
        notes.say(f"The rows are the list {key!r} of the document.")
        return [{**beside, **r} if isinstance(r, dict) else r for r in records]
    if len(lists) > 1:
        raise IngestError(
            f"{source.name} holds several lists of objects: {', '.join(lists)}. Save the one to read as its own file."
        )
    return _columns(source, document, notes)


def _columns(source: Source, document: dict[str, Any], notes: Notes) -> list[Any]:
    if document and all(isinstance(v, dict) for v in document.values()):
        keys = [list(v) for v in document.values()]
        if all(k == keys[0] for k in keys):
            notes.say("The document is an object of columns; rows are what has the same key in each.")
            return [{name: column[k] for name, column in document.items()} for k in keys[0]]
    if document and all(isinstance(v, list) for v in document.values()):
        lengths = {k: len(v) for k, v in document.items()}
        if len(set(lengths.values())) == 1:
            notes.say("The document is an object of columns.")
            return [dict(zip(document, row, strict=True)) for row in zip(*document.values(), strict=True)]
        shown = ", ".join(f"{k}: {n}" for k, n in list(lengths.items())[:5])
        raise IngestError(f"{source.name} holds columns of unequal length ({shown}). Export it again.")
    if any(isinstance(v, str | int | float) for v in document.values()) and not any(
        isinstance(v, list) for v in document.values()
    ):
        return [document]
    raise IngestError(f"{source.name} holds no list of objects. Give an array of objects, one a row.")
