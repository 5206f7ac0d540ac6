"""Rows out of CSV, JSON lines, JSON arrays and Parquet: (line, dict or Rejected), streamed; damage is the last row."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from contentgraph.errors import InvalidEvent
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


def csv_rows(path: Path) -> Numbered:
    """The rows of a CSV file under the names of its header; an empty cell is not given. Quoted cells may hold lines."""
    lines = Lines(path)
    waiting: list[tuple[int, Rejected]] = []
    first = 0  # the line on which the row began

    def texts() -> Iterator[str]:
        nonlocal first
        for number, line in lines:
            if line is None:
                waiting.append((number, Rejected("too_long", _TOO_LONG)))
                continue
            try:
                text = line.decode() + "\n"
            except UnicodeDecodeError as error:
                message = f"the line is not UTF-8 ({error.reason} at byte {error.start})"
                waiting.append((number, Rejected("bad_encoding", message, line)))
                continue
            first = first or number
            yield text

    feed = texts()
    try:
        header = next((text for text in feed if text.strip()), "")
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter_of(header)), [])]
    except InvalidEvent as error:
        yield lines.number + 1, Rejected.by(error)
        return
    except csv.Error as error:
        yield first, Rejected("bad_columns", f"the header cannot be read ({error}); write it again", header)
        return
    if waiting:  # the first line was not readable: without names the rest means nothing
        yield from waiting
        return
    rows = csv.reader(feed, delimiter=delimiter_of(header))
    while True:
        first = 0
        damage: InvalidEvent | None = None
        cells: list[str] | None = None
        try:
            cells = next(rows)
        except StopIteration:
            pass
        except csv.Error as error:
            yield first, Rejected("bad_columns", f"{error}: is a quote never closed?")
            continue
        except InvalidEvent as error:
            damage = error
        yield from waiting
        waiting.clear()
        if damage is not None:
            yield lines.number + 1, Rejected.by(damage)
        if cells is None:
            return
        if len(cells) == len(names):
            yield first, {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        elif cells:
            message = f"the row has {len(cells)} cells, the header {len(names)}; quote cells that hold the delimiter"
            yield first, Rejected("bad_columns", message, cells)


def parquet_names(path: Path) -> Sequence[str] | None:
    """The column names of a Parquet file; None where it is damaged."""
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def parquet_rows(path: Path, wanted: Sequence[str]) -> Numbered:
    """The rows of a Parquet file, by row number from 1, of those ``wanted`` columns that it has."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            names = [name for name in wanted if name in file.schema_arrow.names]
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
