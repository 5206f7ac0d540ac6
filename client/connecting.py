"""From a URI, the environment or the local server to a :class:`~contentgraph.client.graph.Graph`."""

from pathlib import Path

from contentgraph.client.graph import Graph
from contentgraph.cypher import Database, target


def connect(
    uri: str | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    home: Path | str | None = None,
) -> Graph:
    """Open the graph; use the result as a context manager.

    What is not given comes from CONTENTGRAPH_URI, _USER, _PASSWORD, _DATABASE and _HOME, then from the local server
    that runs in ``home``.

    Raises:
        UsageError: no Neo4j is named and no local one runs.
        Unreachable: it does not answer within 5 s, or refuses the credentials.
        SchemaError: it has no contentgraph schema, or one of another version.
    """
    where = target(uri, user, password, database, None if home is None else Path(home))
    db = Database(where)
    try:
        return Graph(db.verify())
    except BaseException:
        db.close()
        raise
