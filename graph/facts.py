"""What happened between one user and one video: the facts of an ENGAGED edge, and their merge.

The merge is a join (associative, commutative, idempotent): the order in which events are told, and how often,
leave no trace. Replays and crashes are harmless by construction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from contentgraph.graph.events import PUSHED, PUSHED_PREFIX, Event

K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class PairFacts:
    """One user–video pair. Times are epoch ms, lengths ms; ``None`` where it never happened.

    Two lattices hold the longest views: ``view1/view2`` by the time of the view, ``event1/event2`` by its ``eventId``
    (a view without one counts as ``@<time>``). A rewatch needs two completed views that differ in both, and
    that is so exactly when both second places are completed. ``event1Id`` is None where the second
    lattice says no more than the first.
    """

    first_at: int
    """Earliest event of the pair."""
    last_at: int
    """Latest event of the pair."""
    view1_ms: int | None = None
    """Longest view; at equal length the earliest."""
    view1_at: int | None = None
    view2_ms: int | None = None
    """Longest view at another time than the first."""
    view2_at: int | None = None
    event1_id: str | None = None
    event2_ms: int | None = None
    """Longest view under another eventId than the first."""
    event2_id: str | None = None
    first_completion_at: int | None = None
    """First explicit completion."""
    last_completion_at: int | None = None
    first_completion_id: str | None = None
    """Smallest eventId among explicit completions; None where the times say as much."""
    last_completion_id: str | None = None
    first_share_at: int | None = None
    first_comment_at: int | None = None
    last_like_at: int | None = None
    last_unlike_at: int | None = None
    first_pushed_at: int | None = None
    """Earliest event on a surface by which the product itself pushed the video: ``trending`` or a wave."""


FACT_FIELDS = tuple(field.name for field in fields(PairFacts))


def stand_in_id(at: int) -> str:
    """The id of an event that was told without one."""
    return f"@{at}"


def pushed(source: str | None) -> bool:
    """Whether an event's source is one by which the product itself pushed the video to many.

    >>> [pushed(source) for source in ('trending', 'wave:2', 'for_you', None)]
    [True, True, False, False]
    """
    return source is not None and (source == PUSHED or source.startswith(PUSHED_PREFIX))


def facts_of(event: Event) -> PairFacts:
    """The facts of a single event on a video.

    Raises:
        KeyError: the kind says nothing about a user–video pair (follow, hide, …).
    """
    facts = _facts_of(event)
    return replace(facts, first_pushed_at=event.at) if pushed(event.source) else facts


def _facts_of(event: Event) -> PairFacts:
    at = event.at
    own = None if event.event_id == stand_in_id(at) else event.event_id
    match event.kind:
        case "view":
            assert event.watched_ms is not None, "check_event requires watchedMs of a view"  # noqa: S101 -- narrowing
            return PairFacts(at, at, view1_ms=event.watched_ms, view1_at=at, event1_id=own)
        case "completion":
            return PairFacts(
                at, at, first_completion_at=at, last_completion_at=at, first_completion_id=own, last_completion_id=own
            )
        case "share":
            return PairFacts(at, at, first_share_at=at)
        case "comment":
            return PairFacts(at, at, first_comment_at=at)
        case "like":
            return PairFacts(at, at, last_like_at=at)
        case "unlike":
            return PairFacts(at, at, last_unlike_at=at)
    raise KeyError(event.kind)


def merge(a: PairFacts, b: PairFacts) -> PairFacts:
    """The facts of both."""
    times = _top2([*_views(a), *_views(b)])
    ids = _top2([*_events(a), *_events(b)])
    plain = ids == [(ms, stand_in_id(at)) for ms, at in times]
    completions = sorted({*_completion_ids(a), *_completion_ids(b)})
    first_completion = _least(a.first_completion_at, b.first_completion_at)
    last_completion = _greatest(a.last_completion_at, b.last_completion_at)
    told = completions[:1] + completions[-1:]
    if told == [stand_in_id(at) for at in (first_completion, last_completion) if at is not None]:
        told = []
    return PairFacts(
        first_at=min(a.first_at, b.first_at),
        last_at=max(a.last_at, b.last_at),
        view1_ms=times[0][0] if times else None,
        view1_at=times[0][1] if times else None,
        view2_ms=times[1][0] if len(times) > 1 else None,
        view2_at=times[1][1] if len(times) > 1 else None,
        event1_id=None if plain else ids[0][1],
        event2_ms=ids[1][0] if len(ids) > 1 and not plain else None,
        event2_id=ids[1][1] if len(ids) > 1 and not plain else None,
        first_completion_at=first_completion,
        last_completion_at=last_completion,
        first_completion_id=told[0] if told else None,
        last_completion_id=told[-1] if told else None,
        first_share_at=_least(a.first_share_at, b.first_share_at),
        first_comment_at=_least(a.first_comment_at, b.first_comment_at),
        last_like_at=_greatest(a.last_like_at, b.last_like_at),
        last_unlike_at=_greatest(a.last_unlike_at, b.last_unlike_at),
        first_pushed_at=_least(a.first_pushed_at, b.first_pushed_at),
    )


def fold(events: Iterable[Event]) -> dict[tuple[str, str], PairFacts]:
    """(user id, video id) → facts, of all events on videos; the reference for the loader's table expression."""
    pairs: dict[tuple[str, str], PairFacts] = {}
    for event in events:
        if event.video_id is None or event.kind not in PAIR_KINDS:
            continue
        key = (event.user_id, event.video_id)
        facts = facts_of(event)
        pairs[key] = merge(pairs[key], facts) if key in pairs else facts
    return pairs


PAIR_KINDS = frozenset({"view", "completion", "share", "comment", "like", "unlike"})


def _views(facts: PairFacts) -> list[tuple[int, int]]:
    pairs = ((facts.view1_ms, facts.view1_at), (facts.view2_ms, facts.view2_at))
    return [(ms, at) for ms, at in pairs if ms is not None and at is not None]


def _events(facts: PairFacts) -> list[tuple[int, str]]:
    if facts.event1_id is None or facts.view1_ms is None:
        return [(ms, stand_in_id(at)) for ms, at in _views(facts)]
    found = [(facts.view1_ms, facts.event1_id)]
    if facts.event2_ms is not None and facts.event2_id is not None:
        found.append((facts.event2_ms, facts.event2_id))
    return found


def _completion_ids(facts: PairFacts) -> list[str]:
    if facts.first_completion_id is None or facts.last_completion_id is None:
        return [stand_in_id(at) for at in (facts.first_completion_at, facts.last_completion_at) if at is not None]
    return [facts.first_completion_id, facts.last_completion_id]


def _top2(candidates: list[tuple[int, K]]) -> list[tuple[int, K]]:
    """The two longest with different keys: longest first, at equal length the smaller key."""
    longest: dict[K, int] = {}
    for ms, key in candidates:
        longest[key] = max(ms, longest.get(key, ms))
    return sorted(((ms, key) for key, ms in longest.items()), key=lambda view: (-view[0], view[1]))[:2]


def _least(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)


def _greatest(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else max(a, b)
