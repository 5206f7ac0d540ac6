"""Anonymous sessions that ended are forgotten, some at a time: any number of them fits into Neo4j's memory."""

from collections.abc import Iterable, Iterator

from contentgraph.cypher import Database

SIZE = 10_000
"""Nodes and edges deleted in one transaction; more only where one session has more."""


def drop_expired(database: Database, clock: int) -> int:
    """Remove the anonymous users who expired before ``clock``, epoch ms, and all that they told; how many."""
    found = [(row["id"], row["edges"]) for row in database.stream("night_expired", fetch_size=10_000, clock=clock)]
    return sum(int(database.write("drop_expired", ids=ids, clock=clock)[0]["users"]) for ids in _parts(found))


def _parts(found: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    ids: list[str] = []
    size = 0
    for name, edges in found:
        if ids and size + 1 + edges > SIZE:
            yield ids
            ids, size = [], 0
        ids.append(name)
        size += 1 + edges
    if ids:
        yield ids
