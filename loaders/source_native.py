"""The native format: ``users``, ``videos``, ``challenges`` and ``events`` as JSONL, CSV or Parquet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from contentgraph.errors import UsageError
from contentgraph.graph.properties import CHECKS
from contentgraph.loaders import cells
from contentgraph.loaders.raw import Raw, TableName
from contentgraph.loaders.streams import head, is_utf_16

EVENT_FIELDS = (
    "userId",
    "kind",
    "videoId",
    "targetId",
    "soundId",
    "hashtag",
    "at",
    "watchedMs",
    "eventId",
    "country",
    "source",
    "reason",
)
FIELDS: Mapping[TableName, tuple[str, ...]] = MappingProxyType(
    {
        "users": ("id", *CHECKS["users"], "updatedAt"),
        "videos": ("id", *CHECKS["videos"], "updatedAt"),
        "challenges": ("id", *CHECKS["challenges"], "updatedAt"),
        "events": EVENT_FIELDS,
    }
)
"""The fields of each table; others in a file are not read."""
NEEDED: Mapping[TableName, tuple[str, ...]] = MappingProxyType(
    {"users": ("id",), "videos": ("id",), "challenges": ("id",), "events": ("userId", "kind", "at")}
)
"""The columns without which no row of a CSV or Parquet file could be right."""

_DATE = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_ENDINGS = (".jsonl", ".csv", ".parquet")


def table_of(path: Path) -> TableName | None:
    """The table that a native file name begins with (``events-2026-11-01.jsonl.gz`` → events); None of others."""
    if ending_of(path) is None:
        return None
    return next((table for table in FIELDS if path.name.startswith(table)), None)


def ending_of(path: Path) -> str | None:
    """``.jsonl``, ``.csv`` or ``.parquet``, looked for before ``.gz`` and ``.zst``; None of other names."""
    name = path.name
    for packed in (".gz", ".zst"):
        if name.endswith(packed):
            name = name.removesuffix(packed)
            return next((ending for ending in _ENDINGS[:2] if name.endswith(ending)), None)
    return next((ending for ending in _ENDINGS if name.endswith(ending)), None)


def date_in(name: str) -> int:
    """Midnight UTC (epoch ms) of the first date in a file name (2026-11-01 or 20261101); 0 without one."""
    for match in _DATE.finditer(name):
        try:
            day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            continue
        return int(day.timestamp()) * 1000
    return 0


@dataclass(frozen=True, slots=True)
class NativeSource:
    """One native file."""

    path: Path
    table: TableName
    stated_at: int  # the date in its name, epoch ms; 0 without one
    format: str = "native"
    announces: bool = False

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the rows as they are told."""
        del now
        name, table = str(self.path), self.table
        for line, value in self._cells():
            yield Raw(name, line, table, value)

    def _cells(self) -> cells.Numbered:
        ending = ending_of(self.path)
        if ending == ".jsonl":
            return cells.json_lines(self.path)
        if ending == ".csv":
            return cells.csv_rows(self.path)
        return cells.parquet_rows(self.path, FIELDS[self.table])


def open_native(path: Path, table: TableName) -> NativeSource:
    """The source of a native file.

    Raises:
        UsageError: a CSV or Parquet file without a column that every row of ``table`` needs, or with a field twice.
    """
    names: tuple[str, ...] | None = None
    if ending_of(path) == ".csv":
        names = header_of(path)
    elif ending_of(path) == ".parquet":
        found = cells.parquet_names(path)
        names = None if found is None else tuple(found)
    if names:
        lacking = [name for name in NEEDED[table] if name not in names]
        if lacking:
            raise UsageError(
                f"{path}: no column {', '.join(lacking)}; it has {', '.join(names)[:200]}; "
                f"see docs/native-format.md for the columns of {table}"
            )
        cells.refuse_repeated(path, names, FIELDS[table])
    return NativeSource(path, table, date_in(path.name))


def header_of(path: Path) -> tuple[str, ...]:
    """The column names in the first line of a CSV file; () where it has no text, or is UTF-16, which its rows say."""
    start = head(path)
    if is_utf_16(start):
        return ()
    first = next((line for line in start.split(b"\n") if line.strip()), b"")
    text = first.decode("utf-8", "replace").strip("\r")
    if not text:
        return ()
    return tuple(name.strip().strip('"') for name in text.split(cells.delimiter_of(text)))
