"""What a person decided: on trends, of which nothing refused is shown, and on ratings that analysis proposed."""

from contentgraph.client.asking import check_entity, check_id, check_limit, wall_clock
from contentgraph.client.results import Overruled, Waiting
from contentgraph.client.trends import KINDS
from contentgraph.cypher import Steps, read, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.times import checked_now


def awaiting(kind: str, limit: int) -> Steps[list[Waiting]]:
    """See :meth:`contentgraph.client.graph.Graph.awaiting_review`."""
    rows = yield from read("review_waiting", kind=_kind(kind), limit=check_limit(limit))
    return [Waiting(**row) for row in rows]


def decide(kind: str, entity: str, *, approved: bool, by: str, at: int) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.review`."""
    named = check_entity(_kind(kind), entity)
    at = checked_now(at, wall_clock(), "at")
    held = yield from write("put_review", kind=kind, entity=named, approved=approved, by=by, at=at)
    if not held:
        raise NotFound(f"no {kind} {entity!r}; check the id")
    if held[0]["approved"] != approved:
        raise UsageError(f"{kind} {entity!r} was decided on otherwise, later than {at}; the newest decision holds")


def overrule(video: str, *, by: str, now: int | None) -> Steps[Overruled]:
    """See :meth:`contentgraph.client.graph.Graph.overrule`."""
    at = wall_clock() if now is None else now
    rows = yield from write("overrule_rating", videoId=check_id("video", video), by=check_id("by", by), at=at)
    if not rows:
        raise NotFound(f"no video {video!r}; check its id")
    return Overruled(video, rows[0]["proposed"], rows[0]["rating"])


def switch(on: bool) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.set_review`."""
    yield from write("put_settings", properties={"review": bool(on)})


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(KINDS)}")
    return kind
