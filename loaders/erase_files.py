"""Files without the erased: rejects, feeds made beforehand, snapshots, and what killed nights left behind."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern

import pyarrow as pa
import pyarrow.parquet as pq

from contentgraph.cypher import Database, traces
from contentgraph.errors import UsageError
from contentgraph.graph.captions import decode_escapes
from contentgraph.graph.erasure import naming
from contentgraph.loaders.leftovers import clear, sweep
from contentgraph.loaders.snapshot import beside, write_snapshot


@dataclass(slots=True)
class Cleaned:
    """What was cleaned."""

    rejects: int = 0
    """Rejected rows that went."""
    slots: int = 0
    """Slots of feeds made beforehand that went."""
    snapshots: list[str] = field(default_factory=list)
    """Snapshots that were written anew."""
    left: int = 0
    """Work folders, half-written files, dumps and stores of killed commands that went."""
    dumps: list[str] = field(default_factory=list)
    """Dumps of this home: they are not changed. Delete them, or keep them only as long as the law lets you."""


def clean_lists(names: Iterable[str], rejects: Iterable[Path], feeds: Iterable[Path]) -> Cleaned:
    """Take the ids out of rejects and of feeds made beforehand: those that this home wrote, and those given.

    Raises:
        UsageError: a file cannot be read or written; it is as it was.
    """
    found, pattern = Cleaned(), naming(names)
    for folder in _all("rejects", rejects):
        for path in sorted(folder.glob("*.jsonl")):
            found.left += clear(path)
            found.rejects += _rejects(path, pattern)
    found.left += sum(map(clear, traces.told("draft")))
    for path in _all("feeds", feeds):
        found.slots += _feeds(path, pattern)
    found.left += sweep()
    found.dumps = [str(path) for path in traces.noted("dump")]
    return found


def write_snapshots(database: Database) -> list[str]:
    """Write the snapshots of this home anew, from a graph without the erased; their paths.

    Raises:
        UsageError: one cannot be written.
    """
    paths = traces.noted("snapshot")
    for path in paths:
        write_snapshot(database, path)
    return [str(path) for path in paths]


def _all(kind: traces.Kind, given: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys([*traces.noted(kind), *(path.absolute() for path in given if path.exists())]))


def _rejects(path: Path, pattern: Pattern[str]) -> int:
    """Lines that went. Who is named in escapes, or in a row that is itself JSON, is found too."""
    try:
        # Not splitlines: a row may hold other ends of lines, such as U+2028.
        lines = [line + "\n" for line in path.read_text("utf-8").split("\n") if line]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path} ({error}); mend or delete it, then run this again") from None
    kept = [line for line in lines if not any(map(pattern.search, _told(line)))]
    if len(kept) == len(lines):
        return 0
    if kept:
        with beside(path) as place:
            place.write_text("".join(kept), "utf-8")
    else:
        path.unlink()
    return len(lines) - len(kept)


def _told(line: str) -> Iterator[str]:
    yield line
    try:
        told = json.loads(line)
        row = told["row"] or ""
        yield from (row, decode_escapes(row), told["message"])
        yield from _strings(json.loads(row))
    except (ValueError, KeyError, TypeError):
        return


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _feeds(path: Path, pattern: Pattern[str]) -> int:
    """Slots that went: hers, those of videos that went, and those whose reason names her."""
    try:
        whole = pq.ParquetFile(path)
        gone = 0
        with beside(path) as place, pq.ParquetWriter(place, whole.schema_arrow, compression="zstd") as writer:
            for batch in whole.iter_batches():
                columns = [batch.column(name) for name in ("userId", "videoId", "reason")]
                keep = [True] * batch.num_rows
                for column in columns:
                    hit = {text: pattern.search(text or "") is not None for text in set(column.to_pylist())}
                    keep = [kept and not hit[text] for kept, text in zip(keep, column.to_pylist(), strict=True)]
                gone += keep.count(False)
                left = batch.filter(pa.array(keep))
                # A dictionary keeps what no row says any more: cast away, it is made anew.
                plain = pa.table(
                    [
                        column.cast(pa.string()).dictionary_encode().cast(column.type)
                        if pa.types.is_dictionary(column.type)
                        else column
                        for column in left.columns
                    ],
                    schema=left.schema,
                )
                writer.write_table(plain)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise UsageError(f"cannot clean {path} ({error}); delete it, or make it again with 'precompute'") from None
    return gone
