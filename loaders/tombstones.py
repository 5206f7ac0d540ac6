"""Who was erased, as the night asks it of every row."""

from contentgraph.cypher import Database
from contentgraph.graph.erasure import Tombstones


def read_tombstones(database: Database) -> Tombstones:
    """The tombstones of the graph; empty where nobody was erased."""
    rows = database.read("tombstones")
    if not rows:
        return Tombstones((), {})
    return Tombstones(rows[0]["salts"], {row["hash"]: row["kept"] for row in rows[0]["rows"]})
