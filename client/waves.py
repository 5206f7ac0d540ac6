"""Test slots of new videos in a feed, what a feed showed, and the way of one video through its waves."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from contentgraph.client.asking import check_id, hold, wall_clock
from contentgraph.client.results import Feed, Journey, Suggestion
from contentgraph.cypher import Record, Steps, clock, read, together, write
from contentgraph.errors import NotFound
from contentgraph.graph.times import checked_now
from contentgraph.graph.waves.records import from_properties
from contentgraph.graph.waves.states import OPEN, Decision, State

FEED_PER_SLOT = 10
"""A feed carries at most one test slot for so many places; a shorter one carries none."""

SPARE = 3
"""So many waiting slots are looked at for each that a feed may carry."""


def room_of(limit: int) -> int:
    """How many test slots a feed of ``limit`` places may carry."""
    return limit // FEED_PER_SLOT


def asked_of(limit: int) -> int:
    """How many waiting test slots are looked at: some may not stand beside what the feed holds."""
    return SPARE * room_of(limit)


def slots_of(card: Record, limit: int) -> Steps[dict[str, Record]]:
    """Video → test slot of whom ``card`` is of: what a feed of ``limit`` places may hold, in the order of chance."""
    asked = asked_of(limit) if card["tests"] else 0
    rows = (yield from read("test_slots", userId=card["userId"], limit=asked)) if asked else []
    return {row["videoId"]: row for row in rows}


def merge(
    slate: Sequence[Suggestion], tests: Iterable[Suggestion], limit: int, rng: np.random.Generator
) -> list[Suggestion]:
    """The slate with each test at a random place, numbered anew, at most ``limit`` long: the last ones make room.

    A test that the slate holds anyway keeps its place there, marked.
    """
    found = list(slate)
    fresh = []
    for test in tests:
        places = [place for place, one in enumerate(found) if one.video_id == test.video_id]
        if places:
            found[places[0]] = replace(found[places[0]], wave=test.wave, propensity=test.propensity)
        else:
            fresh.append(test)
    for place in reversed(range(len(found))):
        if len(found) + len(fresh) > limit and found[place].wave is None:
            del found[place]
    for test in fresh:
        found.insert(int(rng.integers(0, len(found) + 1)), test)
    return [replace(one, slot=place) for place, one in enumerate(found, start=1)]


def shown(user: str, suggestions: Iterable[Suggestion], *, now: int | None) -> Steps[int]:
    """See :meth:`contentgraph.client.graph.Graph.shown`."""
    check_id("user", user)
    kept = suggestions.withheld if isinstance(suggestions, Feed) else ()
    at = (yield from clock.known_until()) if now is None else (yield from _checked(now))
    rows = [
        {
            "userId": user,
            "videoId": one.video_id,
            "at": at,
            "slot": one.slot,
            "source": "explore" if one.explored else max(one.parts, key=one.parts.__getitem__, default="explore"),
            "propensity": one.propensity,
        }
        for one in sorted(suggestions, key=lambda one: one.video_id)
    ]
    ghosts = [
        {"userId": user, "videoId": one.video_id, "at": at, "slot": one.slot, "propensity": one.propensity}
        for one in sorted(kept, key=lambda one: one.video_id)
    ]

    def work() -> Steps[int]:
        yield from hold([user])
        if ghosts:
            yield from write("put_withheld", rows=ghosts)
        return int((yield from write("put_shown", rows=rows))[0]["shown"]) if rows else 0

    count: int = yield from together(work)
    return count


def _checked(now: int) -> Steps[int]:
    """``now``; the graph is asked what it knows only of a time that the clock has not reached."""
    latest = wall_clock()
    if isinstance(now, int) and now > latest:
        latest = max(latest, (yield from clock.known_until()))
    return checked_now(now, latest)


def journey(video: str) -> Steps[Journey]:
    """See :meth:`contentgraph.client.graph.Graph.journey`."""
    rows = yield from read("journey", videoId=check_id("video", video))
    if not rows:
        raise NotFound(f"no video {video!r}; check the id, or load its catalogue row")
    decisions = [from_properties(row["decision"]) for row in rows if row["decision"]]
    first = rows[0]
    return Journey(
        video_id=video,
        state=first["state"] or "none",
        wave=first["wave"] or 0,
        waiting=first["waiting"],
        running=first["running"],
        decisions=tuple(decisions),
        missing=_missing(first, decisions),
    )


def _missing(stands: Record, decisions: Sequence[Decision]) -> str:
    """What stands between the video and its next exit, in one sentence; empty where nothing does.

    People are those counted by now, the bars those of the last decision.
    """
    state = stands["state"]
    if state is None:
        return "In no wave: it was there before the waves began, or no catalogue row describes it."
    if not decisions:
        return "Waiting for its first audience."
    last = decisions[-1]
    if state not in {str(one) for one in OPEN} and state != "stopped":
        return ""
    if not stands["people"] and state == State.STOPPED:
        return "Nobody was counted before it was stopped."
    if not stands["people"]:
        return "Nobody's window is over yet."
    people = (
        f"{stands['people']} {'person' if stands['people'] == 1 else 'people'} so far, {stands['points']:.1f} points"
    )
    if not last.circle.bar and not last.everyone.bar:
        return f"{people}; no bar was known when it was last looked at."
    return f"{people}; its circle's bar is {last.circle.bar:.1f}, the bar for everyone {last.everyone.bar:.1f}."
