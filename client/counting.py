"""How much is in the graph, and as of when."""

from contentgraph.client.results import Stats
from contentgraph.cypher import Steps, read
from contentgraph.cypher.steps import Server


def stats() -> Steps[Stats]:
    """See :meth:`contentgraph.client.graph.Graph.stats`."""
    counts: dict[str, dict[str, int]] = {"nodes": {}, "relationships": {}}
    for row in (yield from read("stats")):
        counts[row["part"]][row["name"]] = row["count"]
    runs = yield from read("last_run")
    settings = (yield from read("settings"))[0]["settings"]
    server: str = yield Server()
    return Stats(
        nodes=counts["nodes"],
        relationships=counts["relationships"],
        now=settings.get("now", 0),
        last_run=runs[0]["id"] if runs else None,
        server=server,
    )
