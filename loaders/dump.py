"""The graph as a dump (:mod:`contentgraph.loaders.dump_format`): written beside its place, then put there whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contentgraph.cypher import Database
from contentgraph.cypher.installation import check
from contentgraph.errors import UsageError
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump_format import LABELS, Manifest, Writer, write_manifest
from contentgraph.loaders.leftovers import draft
from contentgraph.loaders.snapshot import sync

LEASES = frozenset({"wavesBy", "wavesUntil", "wavesAsked", "nightBy", "nightUntil", "nightAsked"})
"""Settings that tell who is at work now: not of the graph that comes back."""


@dataclass(frozen=True, slots=True)
class Dumped:
    """What a dump took."""

    path: str
    nodes: int
    edges: int
    bytes: int
    digest: str
    others: int
    """Nodes in the database that are not ours, and not in the dump."""


def dump(database: Database, folder: Path, progress: Callable[[int], None] = lambda _: None) -> Dumped:
    """Write facts, history and what was derived; the folder appears whole or not at all.

    Events may be recorded meanwhile: an edge to somebody who came in between brings her back as not yet described. No
    night may run (:func:`contentgraph.loaders.alone.alone`).

    Raises:
        UsageError: the folder is there, or cannot be written. SchemaError: no graph of ours, or a newer one.
    """
    settings = check(database)
    if folder.exists():
        raise UsageError(f"{folder} is there already; name a new folder, so that no dump is lost")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with draft(folder, folder=True) as place:
            before = digest(database)
            files = _write(database, place, progress)
            told = before if digest(database) == before else ""
            manifest = Manifest(int(settings["schemaVersion"]), int(settings.get("now", 0)), told, files)
            write_manifest(place, manifest)
            for path in place.iterdir():
                path.chmod(0o600)
                sync(path)
            place.replace(folder)
            sync(folder.parent.absolute())
    except OSError as error:
        raise UsageError(f"cannot write {folder} ({error.strerror}); make room, or name another folder") from None
    nodes, edges = (sum(getattr(file, name) for file in files) for name in ("nodes", "edges"))
    others = int(database.read("size")[0]["nodes"]) - nodes
    return Dumped(str(folder), nodes, edges, sum(file.bytes for file in files), told, max(others, 0))


def _write(database: Database, place: Path, progress: Callable[[int], None]) -> tuple:  # type: ignore[type-arg]
    writers = {label: Writer(place, label) for label in LABELS}
    for record in database.stream("dump_nodes", fetch_size=1_000):
        label = next(label for label in record["labels"] if label in writers)
        properties = dict(record["properties"])
        if label == "Settings":
            properties = {name: value for name, value in properties.items() if name not in LEASES}
        writers[label].write(record["labels"], properties, record["edges"])
        progress(1)
    return tuple(writer.close() for writer in writers.values())
