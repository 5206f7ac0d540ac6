"""Rows out of CSV, JSON lines, JSON arrays and Parquet: (line, dict or Rejected), streamed; damage is the last row."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.loaders.raw import Rejected, Row
from contentgraph.loaders.streams import LINE_BYTES, Lines, chunks

Numbered = Iterator[tuple[int, Row | Rejected]]
_BATCH_ROWS = 8192
_TOO_LONG = f"the line is above {LINE_BYTES} bytes and was skipped; split it"


def parse_object(line: bytes) -> Row | Rejected:
    """One JSON object, or why it is none (broken_json, not_an_object, bad_encoding, nul_byte)."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _why_broken(line, str(error))
    if type(value) is not dict:
        return Rejected("not_an_object", f"the line is a JSON {type(value).__name__}; give an object", line)
    return value


def _why_broken(line: bytes, message: str) -> Rejected:
    if b"\0" in line:
        return Rejected("nul_byte", "the line has a NUL byte; was the file cut by a crash?", line)
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return Rejected("bad_encoding", f"the line is not UTF-8 ({error.reason} at byte {error.start})", line)
    code = "bad_encoding" if "surrogate" in message else "broken_json"
    return Rejected(code, f"the line is not JSON: {message}", line)


def json_lines(path: Path) -> Numbered:
    """The objects of a file with one JSON object a line; blank lines are skipped."""
    lines = Lines(path)
    try:
        for number, line in lines:
            if line is None:
                yield number, Rejected("too_long", _TOO_LONG)
            elif line and not line.isspace():
                yield number, parse_object(line)
    except InvalidEvent as damage:
        yield lines.number + 1, Rejected.by(damage)


_OUTSIDE = re.compile(rb'["{}\[\],]')
_INSIDE = re.compile(rb'["\\]')


def json_array(path: Path) -> Numbered:
    """The objects of a JSON array, by item number from 1; one item at a time is held."""
    number, depth, in_string, escaped = 0, 0, False, False
    held: list[bytes] = []
    size = 0
    try:
        for chunk in chunks(path):
            begin, at = 0, 1 if escaped else 0
            escaped = False
            while match := (_INSIDE if in_string else _OUTSIDE).search(chunk, at):
                at, sign = match.end(), match[0]
                if in_string:
                    if sign == b"\\":
                        at += 1
                        escaped = at > len(chunk)
                    else:
                        in_string = False
                elif sign == b'"':
                    in_string = True
                elif sign in b"{[":
                    depth += 1
                    if depth == 1:
                        begin, held, size = at, [], 0
                elif sign in b"}]":
                    depth -= 1
                if not in_string and ((sign == b"," and depth == 1) or (sign in b"}]" and depth == 0)):
                    size += match.start() - begin
                    item = b"".join([*held, chunk[begin : match.start()]]).strip()
                    if item or size > LINE_BYTES:
                        number += 1
                        yield number, parse_object(item) if size <= LINE_BYTES else Rejected("too_long", _TOO_LONG)
                    begin, held, size = at, [], 0
                    if depth == 0:
                        return
            size += len(chunk) - begin
            held = [*held, chunk[begin:]] if size <= LINE_BYTES else []
        raise InvalidEvent("truncated", "the JSON array is never closed; was the file cut?")
    except InvalidEvent as damage:
        yield number + 1, Rejected.by(damage)


def delimiter_of(header: str) -> str:
    """The delimiter of a CSV header: the most frequent of comma, tab and semicolon."""
    return max(",\t;", key=header.count)


class _Texts:
    """The lines of a CSV file as text: those of the row at hand, and those that are to be read again."""

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)
        self._fresh = iter(self._lines)
        self.held: list[tuple[int, str]] = []
        """Given since whoever reads emptied it."""
        self.back: list[tuple[int, str]] = []
        """To be given again, the last first, whenever an iteration begins."""
        self.unread: list[tuple[int, Rejected]] = []
        """Lines that are no text."""
        self.damage: list[tuple[int, Rejected]] = []
        """Why the file ended early."""

    def __iter__(self) -> Iterator[str]:
        """Give the lines.

        Raises:
            csv.Error: a row is above 1 MiB.
        """
        held, size = self.held, 0
        while self.back:
            held.append(self.back.pop())
            yield held[-1][1]
        try:
            for number, line in self._fresh:
                if line is None:
                    self.unread.append((number, Rejected("too_long", _TOO_LONG)))
                    continue
                try:
                    text = line.decode() + "\n"
                except UnicodeDecodeError as error:
                    message = f"the line is not UTF-8 ({error.reason} at byte {error.start})"
                    self.unread.append((number, Rejected("bad_encoding", message, line)))
                    continue
                size = size + len(text) if held else 0
                held.append((number, text))
                if size > LINE_BYTES:
                    raise csv.Error(f"the row is above {LINE_BYTES} characters")
                yield text
        except InvalidEvent as error:
            self.damage.append((self._lines.number + 1, Rejected.by(error)))


def csv_rows(path: Path) -> Numbered:
    """The rows of a CSV file under the names of its header; an empty cell is not given. Quoted cells may hold lines.

    A quote that is never closed takes the lines after it into its cell, hundreds of them. So of a row that cannot be
    right the first line alone is rejected, and rows are looked for from the second on; a line that was in two such
    rows is read by itself, which bounds the work at three readings of a line.
    """
    texts = _Texts(path)
    header = next((text for text in texts if text.strip()), "")
    if texts.unread or not header:  # the first line was not readable: without names the rest means nothing
        yield from (*texts.unread, *texts.damage)
        return
    delimiter = delimiter_of(header)
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True))]
    except csv.Error as error:
        message = f"the header cannot be read ({error}); write it again"
        yield texts.held[-1][0], Rejected("bad_columns", message, header)
        return
    rows, twice = csv.reader(texts, delimiter=delimiter, strict=True), 0
    while True:
        texts.held.clear()
        found = _next_row(rows, names, texts.held)
        yield from texts.unread
        texts.unread.clear()
        if not texts.held:
            break
        (first, _), *others = texts.held
        if found is not None:
            yield first, found
        if type(found) is not Rejected:
            continue
        for line in others:
            if line[0] > twice:
                break
            alone = _next_row(csv.reader([line[1]], delimiter=delimiter, strict=True), names, [line])
            if alone is not None:
                yield line[0], alone
        texts.back += [line for line in reversed(others) if line[0] > twice]
        twice = max(twice, texts.held[-1][0])
        rows = csv.reader(texts, delimiter=delimiter, strict=True)
    yield from texts.damage


def _next_row(rows: Iterator[list[str]], names: list[str], held: list[tuple[int, str]]) -> Row | Rejected | None:
    """The next row; None of a blank line, and at the end. ``held``: the lines that it is made of, once it is read."""
    try:
        cells = next(rows, [])
        if len(cells) == len(names):
            return {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        if not cells:
            return None
        message = f"the row has {len(cells)} cells, the header {len(names)}; quote cells that hold the delimiter"
    except csv.Error as error:
        cells = []
        message = f"{error}: is a quote never closed, or one within a cell not doubled?"
    if len(held) > 1:
        message += f" It took in {len(held) - 1} lines after this one, which are read again"
    return Rejected("bad_columns", message, cells if len(held) == 1 else held[0][1])


def refuse_repeated(path: Path, names: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a file that has a column of ``wanted`` twice: nobody can know which of the two holds.

    Raises:
        UsageError: it has one.
    """
    repeated = [name for name in wanted if names.count(name) > 1]
    if repeated:
        raise UsageError(f"{path}: more than one column {', '.join(repeated)}; leave one of each name")


def parquet_names(path: Path) -> Sequence[str] | None:
    """The column names of a Parquet file; None where it is damaged."""
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def parquet_rows(path: Path, wanted: Sequence[str]) -> Numbered:
    """The rows of a Parquet file, by row number from 1, of those ``wanted`` columns that it has.

    Raises:
        UsageError: it has one of them twice.
    """
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            there = file.schema_arrow.names
            refuse_repeated(path, there, wanted)
            names = [name for name in wanted if name in there]
            for batch in file.iter_batches(_BATCH_ROWS, columns=names):
                columns = [_cells(batch.column(name)) for name in names]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield number, dict(zip(names, cells, strict=True))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = f"the Parquet data is damaged ({str(error)[:200]}); write it again"
        yield number + 1, Rejected("truncated", message)


def _cells(column: "pa.Array[Any]") -> list[object]:
    """Python values; timestamps and dates (without a zone: UTC) as epoch ms, broken UTF-8 as half surrogates."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        in_ms = column.cast(pa.timestamp("ms", tz=getattr(column.type, "tz", None)), safe=False)
        return list(in_ms.cast(pa.int64()).to_pylist())
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return [_cell(scalar) for scalar in column]


def _cell(scalar: "pa.Scalar[Any]") -> object:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return "\udcff"
