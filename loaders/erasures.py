"""Who was erased, as a file: salted hashes that a dump from before is restored without.

A line of JSON says what it is and the salts, then one each hash, when, and whether her videos stayed: what the graph
holds, and no id. Whoever has the file can test whether a given id was erased, and list nobody: it is its owner's alone.
"""

import json
import os
from pathlib import Path

from contentgraph.cypher import home
from contentgraph.errors import UsageError
from contentgraph.graph.erasure import tombstone
from contentgraph.loaders.snapshot import beside
from contentgraph.loaders.tombstones import Graveyard

FILE = "erasures.jsonl"
"""In the home: what its erasures and dumps came by, of all graphs."""
FORMAT, VERSION = "contentgraph-erasures", 1


def write_erasures(path: Path, graveyard: Graveyard) -> int:
    """Write the tombstones, whole or not at all; how many.

    Raises:
        UsageError: it cannot be written.
    """
    lines: list[object] = [{"format": FORMAT, "version": VERSION, "salts": list(graveyard.salts)}]
    lines += [{name: row[name] for name in ("hash", "at", "kept")} for row in graveyard.rows]
    with beside(path, mode=0o600) as place:
        place.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return len(graveyard.rows)


def read_erasures(path: Path) -> Graveyard:
    """The tombstones of a file.

    Raises:
        UsageError: it is none, or was cut short.
    """
    try:
        told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        head, rows = told[0], tuple(told[1:])
        if head["format"] != FORMAT or head["version"] > VERSION or {*map(frozenset, rows)} - {_ROW}:
            raise ValueError(f"it says {str(head)[:60]}")
        return Graveyard(tuple(head["salts"]), rows)
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror}); name a file of 'contentgraph erasures'") from None
    except (ValueError, LookupError, TypeError) as error:
        raise UsageError(f"{path} is no file of 'contentgraph erasures' ({error}); write it again") from None


_ROW = frozenset({"hash", "at", "kept"})


def joined(*graveyards: Graveyard) -> Graveyard:
    """The tombstones of all; what was taken down in the first."""
    salts = dict.fromkeys(salt for each in graveyards for salt in each.salts)
    rows = {row["hash"]: row for each in reversed(graveyards) for row in each.rows}
    return Graveyard(tuple(salts), tuple(rows[name] for name in sorted(rows)), graveyards[0].withdrawn)


def remembered(home_path: Path | None = None) -> Graveyard:
    """What the home knows."""
    path = home(home_path) / FILE
    return read_erasures(path) if path.exists() else Graveyard()


def remember(graveyard: Graveyard, home_path: Path | None = None) -> None:
    """Add to what the home knows; a home that cannot be written is passed over."""
    folder = home(home_path)
    if graveyard.rows and os.access(folder if folder.exists() else folder.parent, os.W_OK):
        folder.mkdir(parents=True, exist_ok=True)
        write_erasures(folder / FILE, joined(remembered(home_path), graveyard))


def forget(kind: str, name: str, home_path: Path | None = None) -> None:
    """Take one out of what the home knows."""
    known = remembered(home_path)
    gone = {tombstone(salt, kind, name) for salt in known.salts}
    if any(row["hash"] in gone for row in known.rows):
        kept = tuple(row for row in known.rows if row["hash"] not in gone)
        write_erasures(home(home_path) / FILE, Graveyard(known.salts, kept))
