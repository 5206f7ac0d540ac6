"""Events into the graph one call at a time: the same checks, fold and statements as the nightly loader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from contentgraph.client.asking import hold, wall_clock
from contentgraph.client.erasing import refuse
from contentgraph.client.results import Recorded
from contentgraph.cypher import Steps, read, together
from contentgraph.cypher.upsert import announce_steps, camel, join_steps, named_ids, pair_row
from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.graph.events import Event, check_event
from contentgraph.graph.facts import fold
from contentgraph.graph.folded import marked_before, refuse_folded
from contentgraph.graph.relations import relations

Told = Mapping[str, object] | Event


def record(events: Sequence[Event]) -> Steps[Recorded]:
    """Write checked events; see :meth:`contentgraph.client.graph.Graph.record`."""
    pairs = [pair_row(user, video, asdict(facts)) for (user, video), facts in fold(events).items()]
    related = relations(events)
    users, videos = named_ids(pairs, related)

    def work() -> Steps[list[tuple[str, str]]]:
        yield from hold(users)
        rows = yield from read("unknown_ids", userIds=users, videoIds=videos)
        yield from put(users, videos, pairs, related, events)
        return [(row["label"], row["id"]) for row in rows]

    unknown = (yield from together(work)) if events else []
    return Recorded(
        events=len(events),
        pairs=len(pairs),
        relations=sum(map(len, related.values())),
        announced_users=tuple(key for label, key in unknown if label == "User"),
        announced_videos=tuple(key for label, key in unknown if label == "Video"),
    )


def put(
    users: Sequence[str],
    videos: Sequence[str],
    pairs: Sequence[Mapping[str, Any]],
    relations: Mapping[str, Sequence[Mapping[str, Any]]],
    events: Iterable[Event] = (),
) -> Steps[None]:
    """Announce and join what ``events`` tell, or what a session was told. A part of a transaction.

    ``users``, ``videos``: the ids that ``pairs`` and ``relations`` name (:func:`contentgraph.cypher.upsert.named_ids`).

    Raises:
        InvalidEvent: an id was erased, or an event is from before where a fold got to.
    """
    yield from announce_steps(users, videos)
    settings = (yield from read("settings"))[0]["settings"]
    before = marked_before(settings)
    for event in events:
        refuse_folded(event.kind, event.at, before)
    yield from refuse(users, videos, settings)
    scale = (yield from read("scales"))[0]
    yield from join_steps(pairs=pairs, relations=relations, scale=scale)


def checked(told: Told | Iterable[Told], now: int | None) -> list[Event]:
    """Every event, or none: the first that cannot be right is named by its place."""
    now = wall_clock() if now is None else now
    if isinstance(told, Mapping | Event):
        return [_check(told, now)]
    if isinstance(told, str | bytes) or not isinstance(told, Iterable):
        raise UsageError(f"{told!r} is no event; give a mapping with userId, kind, videoId or targetId, or several")
    events = []
    for place, each in enumerate(told, start=1):
        if not isinstance(each, Mapping | Event):
            raise UsageError(f"event {place} is {each!r}; give mappings with userId, kind, videoId or targetId")
        try:
            events.append(_check(each, now))
        except InvalidEvent as error:
            raise InvalidEvent(error.reason, f"event {place}: {error}; nothing was recorded") from None
    return events


def _check(told: Told, now: int) -> Event:
    if isinstance(told, Event):
        told = {camel(name): value for name, value in asdict(told).items() if value is not None}
    return check_event(told if told.get("at") is not None else {**told, "at": now}, now=now)
