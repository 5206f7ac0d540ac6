"""A dump back into a graph: checked to the last byte first, then nodes, edges, and at the very end the settings.

Without settings a graph is not opened, so a restore that was killed is seen; ``replace`` begins it anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

from contentgraph.cypher import Database
from contentgraph.cypher.installation import create_schema, install, refuse_newer
from contentgraph.errors import UsageError
from contentgraph.loaders.bundles import bundles
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import LEASES
from contentgraph.loaders.dump_lines import DumpLines, read_dump
from contentgraph.loaders.erasures import joined
from contentgraph.loaders.tombstones import Graveyard, put_graveyard, read_graveyard

ROWS = 5_000
"""Nodes or edges a transaction."""
EDGES = 20_000
"""Nodes and edges that are deleted in a transaction: above a kilobyte each at the commit."""


@dataclass(slots=True)
class Restored:
    """What came back."""

    nodes: int = 0
    edges: int = 0
    announced: int = 0
    """Users and videos that edges name and the dump does not describe."""
    erased: int = 0
    """Nodes that were left out: erased since the dump was taken, and what named them."""
    digest: str = ""
    same: bool | None = None
    """Whether the facts are those that were dumped; None where that cannot be said."""


def restore(
    database: Database,
    folder: Path,
    *,
    replace: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    erasures: Graveyard | None = None,
) -> Restored:
    """Write the dump in ``folder`` into the graph. ``replace``: delete what is there of ours; tombstones hold on.

    Whoever has one, in the graph or among ``erasures``, stays out, and so does what names her.

    Raises:
        UsageError: no dump, one that was changed or is cut short, or a graph that is not empty; nothing was written.
        SchemaError: the dump or the graph is of a newer schema; nothing was written.
    """
    manifest = read_dump(folder)
    refuse_newer(database)
    graveyard = joined(read_graveyard(database), erasures or Graveyard())
    _empty(database, replace)
    # Before anything of the dump: a restore that is killed has not forgotten who stays out.
    put_graveyard(database, replace_fields(graveyard, withdrawn=()))
    create_schema(database)
    told = DumpLines(folder, manifest, graveyard)
    found = Restored()
    for label in told.labels:
        found.nodes += _nodes(database, told, label, progress)
    found.announced = _announce(database, told)
    for label in told.labels:
        found.edges += _edges(database, told, label, progress)
    settle(database, told, found)
    return found


def settle(database: Database, told: DumpLines, found: Restored) -> None:
    """What ends it, once nodes and edges are back: the settings, the steps from an older schema, the digest."""
    found.erased = told.erased
    if found.erased:
        database.write_all("drop_unnamed", "nodes")
    own = told.settings()
    if own:
        database.write("put_settings", properties=own)
        found.nodes += 1
    install(database)
    found.digest = digest(database)
    wanted = told.manifest.digest
    found.same = found.digest == wanted if wanted and not found.erased else None


def _empty(database: Database, replace: bool) -> None:
    """Delete what is there of ours, the settings' values first: from here on the graph is not opened."""
    counts = {row["name"]: row["count"] for row in database.read("stats") if row["part"] == "nodes"}
    if any(counts.values()) and not replace:
        held = ", ".join(f"{count:,} {label}" for label, count in counts.items() if count)
        raise UsageError(
            f"the database {database.target.database!r} at {database.target.uri} is not empty ({held}); "
            "restore into another, or give --replace to delete what is there"
        )
    kept = {"id", "erasureSalts", *LEASES}
    settings = database.read("settings")
    if settings:
        database.write("put_settings", properties=dict.fromkeys(settings[0]["settings"].keys() - kept))
    found = database.stream("dump_ids", fetch_size=10_000)
    heavy = [(str(record["id"]), 1 + int(record["edges"])) for record in found]
    for ids in bundles(heavy, EDGES):
        if len(ids) == 1:  # she may have more than fit into a transaction
            database.write_all("drop_element_edges", "edges", id=ids[0], limit=EDGES)
        database.write("drop_elements", ids=ids)


def _nodes(database: Database, told: DumpLines, label: str, progress: Callable[[int], None]) -> int:
    rows: list[dict[str, Any]] = []
    written = 0
    for labels, properties in told.nodes(label):
        rows.append({"labels": labels, "properties": properties})
        if len(rows) == ROWS:
            written += database.write_batches("restore_nodes", rows, ROWS)
            progress(ROWS)
            rows = []
    progress(len(rows))
    return written + database.write_batches("restore_nodes", rows, ROWS)


def _announce(database: Database, told: DumpLines) -> int:
    """Create whom and what edges alone name; how many."""
    missing = told.unknown()
    for label, statement in (("User", "announce_users"), ("Video", "announce_videos")):
        if missing[label]:
            database.write(statement, ids=missing[label])
    return sum(map(len, missing.values()))


def _edges(database: Database, told: DumpLines, label: str, progress: Callable[[int], None]) -> int:
    held: dict[tuple[str, str], list[list[Any]]] = {}
    written = 0
    for type_, end, key, other, own in told.edges(label):
        rows = held.setdefault((type_, end), [])
        rows.append([key, other, own])
        if len(rows) == ROWS:
            written += _join(database, type_, label, end, held.pop((type_, end)), progress)
    for (type_, end), rows in held.items():
        written += _join(database, type_, label, end, rows, progress)
    return written


def _join(
    database: Database, type_: str, start: str, end: str, rows: list[list[Any]], progress: Callable[[int], None]
) -> int:
    made = int(database.write("restore_edges", type=type_, start=start, end=end, rows=rows)[0]["edges"])
    if made != len(rows):
        raise UsageError(
            f"{len(rows) - made} edges {start}-[:{type_}]->{end} of the dump have an end that is not in it; "
            "it was taken while a night ran: take another"
        )
    progress(made)
    return made
