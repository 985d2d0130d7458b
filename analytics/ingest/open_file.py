"""Open one source file: find out what it is by its content, and read no more of it than is allowed."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analytics.core.errors import IngestError

MAX_BYTES = 16 * 1024**3
MAX_RATIO = 300
RATIO_FROM = 64 * 1024**2
SAMPLE = 256 * 1024
Progress = Callable[[int, int], None]

FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_READS = "Plumbline reads CSV, TSV, JSONL, JSON and Parquet, plain or gzip."
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an office workbook. Unpack it, or save the sheet as CSV"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old office workbook. Save the sheet as CSV"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive. Unpack it"),
    (b"BZh", "a bzip2 archive. Unpack it"),
    (b"\xfd7zXZ\x00", "an xz archive. Unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive. Unpack it"),
    (b"SQLite format 3\x00", "a SQLite database. Export the table as CSV"),
    (b"ARROW1\x00\x00", "an Arrow file. Save it as Parquet"),
    (b"ORC", "an ORC file. Save it as Parquet"),
    (b"Obj\x01", "an Avro file. Save it as Parquet"),
    (b"%PDF", "a PDF"),
    (b"\x89HDF", "an HDF5 file. Save it as Parquet"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One file, recognised.

    Attributes
    ----------
    path : Path
    format : {"csv", "tsv", "jsonl", "json", "parquet"}
    zipped : bool
        True for gzip.
    encoding : str
        "utf-8", or the UTF-16 its byte order mark declares.
    size : int
        Bytes on disk.
    sample : bytes
        The first bytes after unpacking, in UTF-8, without byte order mark.
    whole : bool
        True where `sample` is all of it.
    max_bytes : int
        Most bytes to read after unpacking.
    """

    path: Path
    format: str
    zipped: bool
    encoding: str
    size: int
    sample: bytes
    whole: bool
    max_bytes: int

    @property
    def name(self) -> str:
        """The file's name, as error texts give it."""
        return self.path.name

    @property
    def label(self) -> str:
        """The format, with ".gz" where the file is packed."""
        return self.format + (".gz" if self.zipped else "")

    @property
    def stem(self) -> str:
        """The file's name without its endings."""
        stem = self.path.name
        for suffix in reversed(self.path.suffixes):
            if suffix.lower() in FORMATS or suffix.lower() == ".gz":
                stem = stem.removesuffix(suffix)
        return stem

    def open(self, on_progress: Progress | None = None, *, checked: bool = True) -> Unpacked:
        """Open the content: unpacked, in UTF-8, without byte order mark, guarded against bombs.

        Where `checked`, a byte that is not UTF-8 raises `NotUtf8Error`.
        """
        return Unpacked(self.path, self.zipped, self.encoding, self.max_bytes, on_progress, checked=checked)


class NotUtf8Error(IngestError):
    """The file holds bytes that are not UTF-8."""


class Unpacked(io.RawIOBase):
    """A file's content as UTF-8 bytes. Counts quotes, reports progress, stops at a bomb."""

    def __init__(
        self,
        path: Path,
        zipped: bool,
        encoding: str,
        max_bytes: int,
        on_progress: Progress | None = None,
        *,
        checked: bool = False,
    ) -> None:
        super().__init__()
        self._path, self._max, self._progress = path, max_bytes, on_progress
        self._raw = path.open("rb")
        self._total = path.stat().st_size
        self._stream: io.BufferedIOBase = gzip.GzipFile(fileobj=self._raw) if zipped else self._raw
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("strict")
        self._start = True
        self._check = codecs.getincrementaldecoder("utf-8")("strict") if checked and encoding == "utf-8" else None
        self._lines = 0
        self.quotes = 0
        self.done = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, b"" at the end."""
        if size is None or size < 0:
            size = self._max + 1
        # UTF-16 grows by up to a half as UTF-8: never hand back more than was asked for.
        step = size if self._decoder is None else max(size // 2, 4)
        while True:
            data = self._take(step)
            out = self._decoded(data)
            if self._start and out:
                self._start = False
                out = out.removeprefix(codecs.BOM_UTF8)
            self._checked(out, final=not data)
            if out or not data:
                self.quotes += out.count(b'"')
                return out

    def _checked(self, data: bytes, *, final: bool) -> None:
        if self._check is None:
            return
        try:
            self._check.decode(data, final)
        except UnicodeDecodeError as error:
            line = self._lines + error.object[: error.start].count(b"\n") + 1
            shown = error.object[max(error.start - 20, 0) : error.start + 20].decode("utf-8", "backslashreplace")
            raise NotUtf8Error(
                f"{self._path.name} is not valid UTF-8: line {line} holds '{shown}'. Save the file as UTF-8."
            ) from error
        self._lines += data.count(b"\n")

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer, as buffered readers ask for it."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except EOFError as error:
            raise IngestError(f"{self._path.name} breaks off: the gzip data ends too early. Fetch it again.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise IngestError(f"{self._path.name}: the gzip data is damaged ({error}). Fetch it again.") from error
        except OSError as error:
            raise IngestError(f"{self._path.name} cannot be read: {error.strerror or error}.") from error
        self.done += len(data)
        position = self._raw.tell()
        if self.done > self._max:
            raise IngestError(
                f"{self._path.name} unpacks to more than {size_text(self._max)}. Split it, or raise the limit "
                f"(max_file_bytes)."
            )
        if self.done > RATIO_FROM and self.done > MAX_RATIO * max(position, 1):
            raise IngestError(
                f"{self._path.name} unpacks to more than {MAX_RATIO} times its size, as no judgment log does. "
                f"Unpack it yourself if it is genuine."
            )
        if self._progress is not None:
            self._progress(position, self._total)
        return data

    def _decoded(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise IngestError(f"{self._path.name} is not valid UTF-16 ({error.reason}). Save it as UTF-8.") from error
        return text.removeprefix("\ufeff").encode() if self._start else text.encode()

    def readall(self) -> bytes:
        """Return everything that is left."""
        return b"".join(iter(lambda: self.read(1 << 20), b""))

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._stream.close()
            self._raw.close()
        super().close()


def size_text(n_bytes: int) -> str:
    """Return a number of bytes in words.

    >>> size_text(16 * 1024**3), size_text(1500), size_text(12)
    ('16 GB', '1.46 kB', '12 bytes')
    """
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.3g} {unit}"
    return f"{n_bytes} bytes"


def sniff(path: Path, *, max_bytes: int = MAX_BYTES) -> Source:
    """Find out what a file is.

    The content decides; the name only where the content leaves it open (CSV or TSV with one column, JSON or JSONL of
    one record).

    Raises
    ------
    IngestError
        Where it is not there, is a folder, is empty, is an archive, or is of a kind Plumbline does not read.
    """
    if path.is_dir():
        raise IngestError(f"{path.name} is a folder, not a file. Give the file, or a folder that holds judgments.csv.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError as error:
        raise IngestError(f"{path} is not there. Check the path.") from error
    except OSError as error:
        raise IngestError(f"{path.name} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise IngestError(f"{path.name} is empty (0 bytes). Export it again.")
    zipped = head.startswith(b"\x1f\x8b")
    if zipped:
        with Unpacked(path, True, "utf-8", max_bytes) as unpacked:
            head = unpacked.read(64)
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise IngestError(f"{path.name} is {what}. {_READS}")
    if head.startswith(b"\x1f\x8b"):
        raise IngestError(f"{path.name} is gzip within gzip. Unpack it once.")
    if head.startswith(b"PAR1"):
        return Source(
            path=path, format="parquet", zipped=zipped, encoding="utf-8", size=size, sample=b"", whole=False,
            max_bytes=max_bytes,
        )  # fmt: skip
    encoding = "utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    with Unpacked(path, zipped, encoding, max_bytes) as unpacked:
        sample = b""
        while len(sample) < SAMPLE and (more := unpacked.read(SAMPLE)):
            sample += more
        whole = not unpacked.read(1)
    if not sample.strip():
        raise IngestError(f"{path.name} is empty: it holds nothing but blanks. Export it again.")
    if b"\x00" in sample[:4096]:
        raise IngestError(f"{path.name} is not text, and of no kind known here. {_READS}")
    return Source(
        path=path, format=_format(path, sample, whole), zipped=zipped, encoding=encoding, size=size, sample=sample,
        whole=whole, max_bytes=max_bytes,
    )  # fmt: skip


def _format(path: Path, sample: bytes, whole: bool) -> str:
    suffixes = [s.lower() for s in path.suffixes if s.lower() != ".gz"]
    named = FORMATS.get(suffixes[-1]) if suffixes else None
    text = sample.lstrip()
    if named == "parquet":
        raise IngestError(f"{path.name} is not Parquet: its first bytes are not 'PAR1'. Export it again.")
    if text.startswith(b"[") and named not in ("csv", "tsv", "jsonl"):
        return "json"
    if text.startswith(b"{"):
        return _json_or_lines(text, named, whole)
    if named in ("json", "jsonl"):
        return "jsonl" if named == "jsonl" else "json"
    first = text.split(b"\n", 1)[0]
    if first.count(b"\t") > 0 and first.count(b"\t") >= first.count(b","):
        return "tsv"
    return "csv"


def _json_or_lines(text: bytes, named: str | None, whole: bool) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    one_line = lines[0].rstrip().endswith(b"}")
    if len(lines) > 1 and one_line and lines[1].lstrip().startswith(b"{"):
        return "jsonl"
    if len(lines) > 1 and not one_line:
        return "jsonl" if named == "jsonl" else "json"
    if named in ("json", "jsonl"):
        return named
    return "jsonl" if one_line and whole else "json"


def sha256(path: Path) -> str:
    """Return the file's SHA-256 as it lies on disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
