"""From a URI, the environment or the local server to a :class:`~contentgraph.client.graph.Graph`."""

from pathlib import Path

from contentgraph.client.async_graph import AsyncGraph
from contentgraph.client.catching_up import FRESH_S
from contentgraph.client.graph import Graph
from contentgraph.client.serving import Served
from contentgraph.cypher import Database, target
from contentgraph.cypher.async_database import AsyncDatabase
from contentgraph.cypher.manners import POOL


def connect(
    uri: str | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    home: Path | str | None = None,
    snapshot: Path | str | None = None,
    timeout: float | None = None,
    fresh: float = FRESH_S,
    pool: int = POOL,
) -> Graph:
    """Open the graph; use the result as a context manager.

    What is not given comes from CONTENTGRAPH_URI, _USER, _PASSWORD, _DATABASE and _HOME, then from the local server
    that runs in ``home``. ``snapshot``: a file of ``contentgraph snapshot``, from which feeds are answered.
    ``timeout``: seconds in which a feed is answered, if need be by a lesser one (:meth:`Graph.suggest`). ``fresh``:
    seconds after which Neo4j is asked again what a viewer did since the snapshot. ``pool``: connections at most.

    Raises:
        UsageError: no Neo4j is named and no local one runs.
        Unreachable: it does not answer within 5 s, or refuses us (``Refused``). With a snapshot only the latter:
            feeds come from the file until Neo4j is back.
        SchemaError: it has no contentgraph schema, or one of another version.
        SnapshotError: the snapshot is missing, damaged, or of another version.
    """
    where = target(uri, user, password, database, Path(home) if home else None)
    served = None if snapshot is None else Served(snapshot)
    db = Database(where, pool=pool)
    try:
        if served is None:
            db.verify()
        return Graph(db, snapshot=served, timeout=timeout, fresh=fresh)
    except BaseException:
        db.close()
        raise


async def connect_async(
    uri: str | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    home: Path | str | None = None,
    snapshot: Path | str | None = None,
    timeout: float | None = None,
    fresh: float = FRESH_S,
    pool: int = POOL,
) -> AsyncGraph:
    """Open the graph for one event loop: ``async with await connect_async() as graph``.

    Arguments and errors are those of :func:`connect`.
    """
    where = target(uri, user, password, database, Path(home) if home else None)
    served = None if snapshot is None else Served(snapshot)
    db = AsyncDatabase(where, pool=pool)
    try:
        if served is None:
            await db.verify()
        return await AsyncGraph(db, snapshot=served, timeout=timeout, fresh=fresh).checked()
    except BaseException:
        await db.close()
        raise
