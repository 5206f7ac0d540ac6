"""Anonymous sessions that ended are forgotten, some at a time: any number of them fits into Neo4j's memory."""

from contentgraph.cypher import Database
from contentgraph.loaders.bundles import bundles

SIZE = 10_000
"""Nodes and edges deleted in one transaction; more only where one session has more."""


def drop_expired(database: Database, clock: int) -> int:
    """Remove the anonymous users who expired before ``clock``, epoch ms, and all that they told; how many."""
    found = database.stream("night_expired", fetch_size=10_000, clock=clock)
    expired = [(str(row["id"]), 1 + int(row["edges"])) for row in found]
    return sum(int(database.write("drop_expired", ids=ids, clock=clock)[0]["users"]) for ids in bundles(expired, SIZE))
