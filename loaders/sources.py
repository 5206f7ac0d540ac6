"""Which files there are and what each of them is: paths in, sources out, nothing but their heads read."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from contentgraph.errors import UsageError
from contentgraph.loaders import source_kuairand, source_tiktok
from contentgraph.loaders.cells import refuse_repeated
from contentgraph.loaders.raw import Raw, Rejected, Row, Source, TableName
from contentgraph.loaders.source_kuairand import KuaiRandSource, is_kuairand
from contentgraph.loaders.source_native import date_in, header_of, open_native, table_of
from contentgraph.loaders.source_tiktok import (
    TikTokItems,
    TikTokTable,
    TikTokTrends,
    is_item,
    is_trends,
    table_shape,
)
from contentgraph.loaders.streams import head

__all__ = ["FORMATS", "Raw", "Rejected", "Row", "Source", "TableName", "open_sources"]

FORMATS = ("native", "kuairand", "tiktok")
"""The formats that can be demanded."""

_DATA = re.compile(r"\.(jsonl|csv|tsv|parquet|json)(\.gz|\.zst)?\Z")
_HEAD_BYTES = 1 << 20


def open_sources(paths: Sequence[Path], *, format: str | None = None) -> list[Source]:
    """The sources behind ``paths``, files or folders (not their sub-folders), each file once, in the order of names.

    What a file is shows in its name (``events…``, ``users…``) and its first bytes; ``format`` demands one of
    :data:`FORMATS`. In a folder with native files no other file is opened; without them each data file must be known.

    Raises:
        UsageError: no path, a missing or unreadable one, an empty folder, an unknown file or format, a column twice.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"format is {format!r}; give one of {', '.join(FORMATS)}, or none to have it found out")
    if not paths:
        raise UsageError("no path was given; name files or folders with users, videos, challenges and events")
    found: dict[Path, Source] = {}
    for path in paths:
        for source in _under(Path(path), format):
            found.setdefault(source.path.resolve(), source)
    return list(found.values())


def _under(path: Path, demanded: str | None) -> list[Source]:
    try:
        if path.is_dir():
            return _in_folder(path, demanded)
        if not path.exists():
            raise UsageError(f"{path} does not exist; check the path")
        source = _recognise(path, demanded)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); check its permissions") from None
    if source is None:
        raise UsageError(_unknown(path, demanded))
    return [source]


def _in_folder(folder: Path, demanded: str | None) -> list[Source]:
    files = sorted(file for file in folder.iterdir() if _DATA.search(file.name) and file.is_file())
    files = [file for file in files if not file.name.startswith((".", "_"))]
    if not files:
        raise UsageError(f"{folder} holds no data file (.jsonl, .csv, .parquet, .tsv, .json); name another folder")
    named = {file: _recognise(file, demanded) for file in files if table_of(file)}
    native = [source for source in named.values() if source is not None and source.format == "native"]
    if native:
        return native
    sources = []
    for file in files:
        source = named[file] if file in named else _recognise(file, demanded)
        if source is None:
            raise UsageError(_unknown(file, demanded))
        sources.append(source)
    return sources


def _recognise(path: Path, demanded: str | None) -> Source | None:
    # One that may not be read is said now, not in the middle of the night.
    path.open("rb").close()
    looks: dict[str, Callable[[Path], Source | None]] = {"tiktok": _tiktok, "kuairand": _kuairand, "native": _native}
    for name, look in looks.items():
        if demanded in (None, name) and (source := look(path)) is not None:
            return source
    return None


def _unknown(path: Path, demanded: str | None) -> str:
    if demanded:
        return f"{path} is not a {demanded} file; leave the format out to have it found out"
    return (
        f"{path} is no file that is known: native ones are named users…, videos…, challenges… or events… and end in "
        f".jsonl, .csv (also .gz, .zst) or .parquet; KuaiRand logs and TikTok items are known by their fields"
    )


def _native(path: Path) -> Source | None:
    table = table_of(path)
    return None if table is None else open_native(path, table)


def _is_table(path: Path) -> bool:
    return bool(re.search(r"\.(csv|tsv)(\.gz|\.zst)?\Z", path.name))


def _kuairand(path: Path) -> Source | None:
    header = header_of(path) if _is_table(path) else ()
    if not is_kuairand(frozenset(header)):
        return None
    refuse_repeated(path, header, source_kuairand.COLUMNS)
    return KuaiRandSource(path)


def _tiktok(path: Path) -> Source | None:
    if _is_table(path):
        header = header_of(path)
        shape = table_shape(frozenset(header))
        if shape is None:
            return None
        refuse_repeated(path, header, source_tiktok.COLUMNS)
        return TikTokTable(path, shape)
    if path.name.endswith(".parquet") or table_of(path):
        return None
    start = head(path, _HEAD_BYTES).lstrip()
    if start.startswith(b"["):
        item = re.search(rb'\A\[\s*(\{.{0,65536}?"createTime")', start, re.DOTALL)
        return TikTokItems(path, "array", date_in(path.name)) if item else None
    if start.startswith(b"{"):
        if is_item(_object(start.split(b"\n", 1)[0])):
            return TikTokItems(path, "lines", date_in(path.name))
        if is_trends(_object(start)):
            return TikTokTrends(path)
    return None


def _object(text: bytes) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
