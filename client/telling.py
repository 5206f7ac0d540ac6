"""Catalogue rows told one at a time, through the join and the statements of a night."""

from dataclasses import replace
from typing import Literal

from contentgraph.client.asking import check_id, wall_clock
from contentgraph.cypher import Steps, clock, read, together, write
from contentgraph.errors import NotFound
from contentgraph.graph.catalogue import check_row, merge
from contentgraph.graph.stored import TABLES, link_rows, properties_of, stored

Told = dict[str, object]
Table = Literal["challenges", "videos"]


def say(table: Table, row: Told, *, now: int) -> Steps[bool]:
    """:func:`joined` in a transaction of its own."""
    return (yield from together(lambda: joined(table, row, now=now)))


def joined(table: Table, row: Told, *, now: int) -> Steps[bool]:
    """Join one catalogue row into the graph, as a night would; whether anything changed. A part of a transaction.

    It is told at ``now``, or right after what is stored where that is not earlier, so that two acts in a millisecond
    both count.

    Raises:
        InvalidEvent: the row cannot be right.
    """
    told = check_row(table, row, stated_at=now, now=now)
    goal = TABLES[table]
    yield from write(goal.hold, ids=[told.id])
    found = yield from read(goal.read, ids=[told.id])
    before = stored(found[0]) if found else None
    last = max((before.stamps.get(name, 0) for name in told.values), default=0) if before else 0
    after = merge(before, replace(told, updated_at=max(now, last + 1)))
    if after == before:
        return False
    yield from write(goal.put, rows=[{"id": after.id, "properties": properties_of(goal, after)}])
    for link in goal.links:
        rows, ends = link_rows(link, [(before, after)])
        if rows and any(name in told.values for name in link.properties):
            if link.announces and ends:
                yield from write(link.announces, ids=ends)
            yield from write(link.statement, rows=rows)
    return True


def moment_of(now: int | None) -> Steps[int]:
    """``now``, else that of the last night; before the first that of the clock."""
    return ((yield from clock.now()) or wall_clock()) if now is None else now


def links_of(video: str) -> Steps[dict[str, list[str]]]:
    """What a video's row says of others: property → ids. It stays so until the transaction ends.

    Raises:
        NotFound: no such video, or it was removed.
    """
    yield from write("hold_videos", ids=[check_id("video", video)])
    found = yield from read("state_videos", ids=[video])
    if not found or found[0]["properties"].get("removedAt") is not None:
        raise NotFound(f"no video {video!r}; load a file that describes it")
    return dict(found[0]["links"])
