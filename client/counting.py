"""How much is in the graph, and as of when."""

from contentgraph.client.results import Stats
from contentgraph.cypher import Database


def stats(database: Database) -> Stats:
    """See :meth:`contentgraph.client.graph.Graph.stats`."""
    counts: dict[str, dict[str, int]] = {"nodes": {}, "relationships": {}}
    for row in database.read("stats"):
        counts[row["part"]][row["name"]] = row["count"]
    runs = database.read("last_run")
    settings = database.read("settings")[0]["settings"]
    return Stats(
        nodes=counts["nodes"],
        relationships=counts["relationships"],
        now=settings.get("now", 0),
        last_run=runs[0]["id"] if runs else None,
        server=database.server_version(),
    )
