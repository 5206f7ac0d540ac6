"""A dump as files for Neo4j's bulk import, and what is left to tell the imported store.

What :func:`contentgraph.loaders.restore.restore` does over Bolt, line by line: a batch of nodes or edges is held at a
time, and no list of ids, for the files tell ends by their keys.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any, TypeVar

from contentgraph.cypher import Database
from contentgraph.cypher.installation import create_schema
from contentgraph.errors import SchemaError
from contentgraph.loaders.dump_format import Manifest
from contentgraph.loaders.dump_lines import DumpLines, Properties
from contentgraph.loaders.import_files import ImportFolder, awkward, put_leftovers
from contentgraph.loaders.reporting import Reporter
from contentgraph.loaders.restore import ROWS, Restored, settle
from contentgraph.loaders.staged import FIRST
from contentgraph.loaders.staged_pairs import FIRST_OF_PAIRS
from contentgraph.loaders.tombstones import Graveyard, put_graveyard

BATCH = 20_000
"""Nodes or edges of one kind a file: a file is in memory before it is written."""
KEYS = {
    "User": "id", "Video": "id", "Challenge": "id", "Hashtag": "name", "Sound": "id", "Media": "id", "Topic": "id",
    "Counter": "id", "Decision": "id",
}  # fmt: skip
"""Label of nodes that edges join → property that names them."""

Kind = TypeVar("Kind")
Row = TypeVar("Row", bound=tuple[Any, ...])


@dataclass(frozen=True, slots=True)
class PreparedDump:
    """A dump in files, and what the import does not hold, for `finish_dump`."""

    files: ImportFolder = field(repr=False)
    told: DumpLines = field(repr=False)
    graveyard: Graveyard = field(repr=False)
    announced: int
    late: list[dict[str, Any]] = field(repr=False)
    """Nodes without edges that no file can hold, such as lists of trends that name no other."""


def stage_dump(
    dump: Path, manifest: Manifest, folder: Path, graveyard: Graveyard, advance: Callable[[int], None] = lambda _: None
) -> PreparedDump:
    """Write the checked ``dump`` as files for the import into ``folder``, which is made.

    Whoever has a tombstone in ``graveyard`` stays out.
    """
    files, told = ImportFolder(folder, ids="string"), DumpLines(dump, manifest, graveyard)
    folder.mkdir(parents=True)
    late: list[dict[str, Any]] = []
    for label in told.labels:
        for extra, nodes in _batches(_named(told, label, late)):
            files.nodes(label, nodes, key=KEYS.get(label), extra=extra, first=FIRST)
            advance(len(nodes))
    unknown = told.unknown()
    for label, names in unknown.items():
        files.nodes(label, ((name, {"id": name}) for name in names), key="id", extra="Unannounced")
    for label in told.labels:
        rows = (((type_, end), (key, other, own)) for type_, end, key, other, own in told.edges(label))
        for (type_, end), edges in _batches(rows):
            files.edge_rows(type_, (label, end), edges, first=FIRST_OF_PAIRS)
            advance(len(edges))
    return PreparedDump(files, told, graveyard, sum(map(len, unknown.values())), late)


def finish_dump(database: Database, prepared: PreparedDump, reporter: Reporter) -> Restored:
    """Constraints, indexes, what the files could not hold, settings and the steps from an older schema.

    Raises:
        SchemaError: the facts are not those that were dumped.
    """
    files = prepared.files
    found = Restored(files.nodes_told - prepared.announced, files.edges_told, prepared.announced)
    with reporter.phase("indexes"):
        create_schema(database)
    with reporter.phase("rest") as advance:
        advance(put_leftovers(database, files.leftovers))
        found.nodes += database.write_batches("restore_nodes", prepared.late, ROWS)
        put_graveyard(database, replace_fields(prepared.graveyard, withdrawn=()))
        advance(len(prepared.late))
    with reporter.phase("digest"):
        settle(database, prepared.told, found)
    if found.same is False:
        raise SchemaError(
            f"the facts of the imported store have the digest {found.digest}, those that were dumped "
            f"{prepared.told.manifest.digest}; the old store was left as it is: use 'contentgraph restore'"
        )
    return found


def _named(told: DumpLines, label: str, late: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[Any, Properties]]]:
    """(further labels, (key, properties)) of the nodes of one label; what no file can hold is added to ``late``."""
    key = KEYS.get(label)
    for labels, properties in told.nodes(label):
        if key is None and any(map(awkward, properties.values())):
            late.append({"labels": labels, "properties": properties})
        else:
            yield ":".join(sorted({*labels} - {label})), (properties[key] if key else "", properties)


def _batches(rows: Iterable[tuple[Kind, Row]]) -> Iterator[tuple[Kind, list[Row]]]:
    """Rows of one kind together, at most `BATCH`, their properties of one type each."""
    held: dict[Kind, list[Row]] = {}
    for kind, row in rows:
        some = held.setdefault(kind, [])
        some.append(row)
        if len(some) == BATCH:
            for part in _alike(held.pop(kind)):
                yield kind, part
    for kind, some in held.items():
        for part in _alike(some):
            yield kind, part


def _alike(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows, in parts in which no property, told last in a row, has values of two types.

    >>> list(_alike([('a', {'x': 1}), ('b', {'x': 1.5}), ('c', {})]))
    [[('b', {'x': 1.5})], [('a', {'x': 1}), ('c', {})]]
    """
    for name in dict.fromkeys(name for row in rows for name in row[-1]):
        types = [_type(row[-1].get(name)) for row in rows]
        found = sorted({*types} - {""})
        if len(found) > 1:
            for wanted in found:
                last = "" if wanted == found[-1] else wanted
                yield from _alike([row for row, type_ in zip(rows, types, strict=True) if type_ in (wanted, last)])
            return
    yield rows


def _type(value: object) -> str:
    """Name of a value's type, of lists that of their items; empty where a file holds nothing."""
    if isinstance(value, list):
        return f"list of {type(value[0]).__name__}" if value else ""
    return "" if value is None else type(value).__name__
