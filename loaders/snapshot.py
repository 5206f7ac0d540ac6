"""The snapshot's file: read from the graph, written beside the old one and put in its place at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contentgraph.cypher import Database
from contentgraph.errors import UsageError
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders.leftovers import draft
from contentgraph.loaders.snapshot_reading import read_snapshot


def write_snapshot(database: Database, path: Path) -> Snapshot:
    """Read the graph and put its snapshot at ``path``; who has the old one open goes on reading that.

    Raises:
        UsageError: the file cannot be written.
    """
    # Who is erased between two of its reads would be half in it: then it is read again.
    before = -1
    while before != (erased := len(database.read("tombstones")[0]["rows"])):
        before, snapshot = erased, read_snapshot(database)
    with beside(path) as place, place.open("wb") as file:
        for piece in snapshot.packed():
            file.write(piece)
    return snapshot


@contextmanager
def beside(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """A place beside ``path`` to write to; what is there at the end is synced and takes the place of ``path``.

    Until then it is its owner's alone; ``mode``: who may read it afterwards.

    Raises:
        UsageError: it cannot be written; ``path`` is as it was.
    """
    try:
        with draft(path) as place:
            yield place
            place.chmod(mode)
            sync(place)
            place.replace(path)
            sync(path.parent)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {os.strerror(error.errno or 0)}; give a place that can be") from None


def sync(path: Path) -> None:
    """Have a file or a folder on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
