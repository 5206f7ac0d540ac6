"""What a person decided on trends: nothing refused is shown, and in review mode nothing unapproved."""

from contentgraph.client.asking import check_id, check_limit
from contentgraph.client.results import Waiting
from contentgraph.client.trends import KINDS
from contentgraph.cypher import Database
from contentgraph.errors import UsageError


def awaiting(database: Database, kind: str, limit: int) -> list[Waiting]:
    """See :meth:`contentgraph.client.graph.Graph.awaiting_review`."""
    rows = database.read("review_waiting", kind=_kind(kind), limit=check_limit(limit))
    return [Waiting(**row) for row in rows]


def decide(database: Database, kind: str, entity: str, *, approved: bool, by: str, at: int) -> None:
    """See :meth:`contentgraph.client.graph.Graph.review`."""
    database.write("put_review", kind=_kind(kind), entity=check_id("id", entity), approved=approved, by=by, at=at)


def switch(database: Database, on: bool) -> None:
    """See :meth:`contentgraph.client.graph.Graph.set_review`."""
    database.write("put_settings", properties={"review": bool(on)})


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(KINDS)}")
    return kind
