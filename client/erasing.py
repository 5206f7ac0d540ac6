"""Erasing people and videos for good, and taking videos down: the graph's part, as steps.

Each step is repeatable: an erasure that was interrupted is finished by asking for it again. A tombstone comes first, so
that nobody erased comes back by a recorded event or a replayed file; what was hidden by then is deleted at leisure.
Where a step reads what it changes, salts, pulses and texts, it is one transaction and erasures go one after the other,
so that two at once do not put back what the other took out.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from contentgraph.client.asking import check_id, wall_clock
from contentgraph.client.blanking import blank
from contentgraph.client.results import Erased, Takedown
from contentgraph.cypher import Record, Steps, read, together, write
from contentgraph.errors import InvalidEvent, NotFound, UsageError
from contentgraph.graph.erasure import ERASED, tombstone, tombstones_of, without_small
from contentgraph.graph.properties import barred_country

EDGES = 10_000
"""Edges or nodes deleted in one transaction."""
VIDEOS = 20
"""Videos hidden or deleted in one transaction, these with the pulses of what only they carried."""
PULSED = 10
"""Hashtags, sounds, challenges and topics whose pulses are changed in one transaction."""
SALT_BYTES = 32
Ids = Sequence[str]
T = TypeVar("T")


def countries_of(said: Iterable[str]) -> tuple[str, ...]:
    """Countries as catalogue rows have them: in capitals, ascending, each once; none: everywhere.

    Raises:
        UsageError: one is no country.
    """
    try:
        return tuple(sorted({barred_country("countries", one) for one in said}))
    except InvalidEvent as error:
        raise UsageError(str(error)) from None


def takedown(video: str, *, countries: Sequence[str], reason: str | None, now: int | None) -> Steps[Takedown]:
    """See :meth:`contentgraph.client.graph.Graph.takedown`; ``countries`` as `countries_of` gives them."""
    moment = wall_clock() if now is None else now
    ids = [check_id("video", video)]

    def work() -> Steps[int]:
        if not (yield from write("withdraw_videos", ids=ids, at=moment, reason=reason)):
            raise NotFound(f"no video {video!r}; check the id")
        return int((yield from write("drop_from_trends", userIds=[], videoIds=ids, country=None))[0]["trends"])

    if not countries:
        return Takedown(video, moment, (yield from together(work)))
    rows = yield from write("withdraw_in", id=video, countries=countries, down=True, reason=reason)
    if not rows:
        raise NotFound(f"no video {video!r}; check the id")
    return Takedown(video, moment, 0, tuple(sorted(rows[0]["withheldIn"])))


def restore(video: str, *, countries: Sequence[str]) -> Steps[bool]:
    """See :meth:`contentgraph.client.graph.Graph.restore`; ``countries`` as `countries_of` gives them."""
    name = check_id("video", video)
    if not countries:
        rows = yield from write("restore_video", id=name)
        if not rows:
            raise NotFound(f"no video {video!r} that was taken down everywhere; check the id, or give the countries")
        return not rows[0]["removed"]
    rows = yield from write("withdraw_in", id=name, countries=countries, down=False, reason=None)
    if not rows or not {*rows[0]["before"]} & {*countries}:
        raise NotFound(f"no video {video!r} that was taken down in {', '.join(countries)}; check the id")
    return not rows[0]["removed"] and not {*rows[0]["withheldIn"]} & {*countries}


def erase_user(user: str, *, keep_videos: bool) -> Steps[Erased]:
    """See :meth:`contentgraph.client.graph.Graph.erase_user`; to be asked when she is hidden.

    Until the last of her videos went, they are what the graph tells of her: so what is not done yet is found again.
    """
    card = (yield from read("erase_card", userId=user)) or [
        {"country": "ZZ", "language": "und", "videoIds": [], "sharedIds": []}
    ]
    gone: Ids = [] if keep_videos else card[0]["videoIds"]
    yield from write("drop_from_trends", userIds=[user], videoIds=gone, country=card[0]["country"])
    yield from write("drop_reviews", userIds=[user], videoIds=gone)
    pulses = yield from _pulses(user, card[0])
    edges, _ = yield from _videos(gone)
    edges += yield from _some("drop_invited_by", "edges", userId=user)
    edges += yield from _some("drop_user_edges", "edges", userId=user)
    found = (yield from write("drop_user", userId=user))[0]["users"]
    texts = yield from _alone(lambda: _texts(user))
    yield from _unnamed()
    kept = [*card[0]["sharedIds"], *(card[0]["videoIds"] if keep_videos else [])]
    return Erased(
        kind="user", id=user, found=found > 0, videos=tuple(gone), kept=tuple(kept), edges=edges, pulses=pulses,
        texts=texts,
    )  # fmt: skip


def hide_user(user: str, *, keep_videos: bool, now: int | None) -> Steps[Ids]:
    """The first step of an erasure: at once she and her videos are in no answer, and can not come again; these."""
    moment, name = wall_clock() if now is None else now, check_id("user", user)

    def work() -> Steps[None]:
        yield from _bury("user", [name], moment, kept=keep_videos)
        yield from write("hide_user", userId=name, at=moment)

    yield from together(work)
    card = yield from read("erase_card", userId=name)
    videos: Ids = card[0]["videoIds"] if card and not keep_videos else []
    for start in range(0, len(videos), VIDEOS):
        yield from _hide(videos[start : start + VIDEOS], moment)
    return videos


def erase_video(video: str) -> Steps[Erased]:
    """See :meth:`contentgraph.client.graph.Graph.erase_video`; to be asked when it is hidden."""
    ids = [check_id("video", video)]
    yield from write("drop_from_trends", userIds=[], videoIds=ids, country=None)
    yield from write("drop_reviews", userIds=[], videoIds=ids)
    edges, found = yield from _videos(ids)
    yield from _unnamed()
    return Erased(kind="video", id=video, found=found > 0, videos=(), kept=(), edges=edges, pulses=0, texts=0)


def hide_video(video: str, *, now: int | None = None) -> Steps[Ids]:
    """The first step of a video's erasure: at once it is in no answer, and can not come again; it alone."""
    ids = [check_id("video", video)]
    yield from _hide(ids, wall_clock() if now is None else now)
    return ids


def _hide(videos: Ids, moment: int) -> Steps[None]:
    def work() -> Steps[None]:
        yield from _bury("video", videos, moment)
        yield from write("withdraw_videos", ids=videos, at=moment, reason=None)

    yield from together(work)


def _bury(kind: str, names: Ids, moment: int, *, kept: bool = False) -> Steps[None]:
    salt = yield from _salt()
    rows = [{"hash": tombstone(salt, kind, name), "at": moment, "kept": kept} for name in names]
    yield from write("put_tombstones", rows=rows)


def lift(kind: str, name: str) -> Steps[bool]:
    """See :meth:`contentgraph.client.graph.Graph.lift_erasure`."""
    rows = yield from read("settings")
    hashes = [*tombstones_of(rows[0]["settings"] if rows else {}, [(kind, check_id(kind, name))])]
    return bool(hashes) and (yield from write("drop_tombstones", hashes=hashes))[0]["tombstones"] > 0


def refuse(users: Iterable[str], videos: Iterable[str], settings: Mapping[str, Any]) -> Steps[None]:
    """Refuse ids that were erased; to be asked in the transaction that announced them, with the settings as of then.

    What an erasure has deleted by then has its tombstone, and what it deletes later is not announced again.

    Raises:
        InvalidEvent: one of them was.
    """
    named = [("user", name) for name in users] + [("video", name) for name in videos]
    hashes = tombstones_of(settings, named)
    found = (yield from read("tombstones_among", hashes=sorted(hashes))) if hashes else []
    if found:
        kind, name = hashes[found[0]["hash"]]
        raise InvalidEvent(
            ERASED,
            f"{kind} {name!r} was erased; nothing was recorded. If it is another one of that id: "
            f"contentgraph erase {kind} {name} --lift",
        )


def _alone(work: Callable[[], Steps[T]]) -> Steps[T]:
    """``work`` in one transaction, begun when those of other erasures have ended."""

    def held() -> Steps[T]:
        yield from _salt()
        return (yield from work())

    return (yield from together(held))


def _salt() -> Steps[str]:
    """The salt of new tombstones; other erasures wait for it until the transaction ends."""
    return str((yield from write("put_salt", salt=secrets.token_hex(SALT_BYTES)))[0]["salts"][0])


def _some(statement: str, column: str, **params: object) -> Steps[int]:
    """Delete some at a time until none is left; how many."""
    total = 0
    while True:
        deleted = int((yield from write(statement, limit=EDGES, **params))[0][column])
        total += deleted
        if deleted < EDGES:
            return total


def _videos(ids: Ids) -> Steps[tuple[int, int]]:
    """Delete videos, and what only they carried; edges, and how many were there."""
    edges, found = 0, 0
    for video in ids:
        edges += yield from _some("drop_video_edges", "edges", videoId=video)
        yield from _some("drop_own", "nodes", videoId=video)
    for start in range(0, len(ids), VIDEOS):
        found += yield from together(lambda some=ids[start : start + VIDEOS]: _last(some))  # type: ignore[misc]
    return edges, found


def _last(ids: Ids) -> Steps[int]:
    """Videos with the hashtags, sounds and topics that nothing else carries, and the pulses and trends of these."""
    things = yield from read("erase_things", ids=ids)
    found = (yield from write("drop_videos", ids=ids))[0]["videos"]
    yield from write("drop_lost", rows=things)
    # Their titles may have been those of these videos.
    yield from write("title_sounds", ids=[row["entity"] for row in things if row["kind"] == "sound"])
    return int(found)


def _unnamed() -> Steps[None]:
    """Drop whatever else nothing names any more, such as a person whom only her videos mention."""
    yield from _some("drop_unnamed", "nodes")
    yield from write("drop_topics")


def _texts(user: str) -> Steps[int]:
    """Blank her in all texts, with the pulses and trends of what was called after her; in how many."""
    texts, called = yield from blank(user)
    lost = [{"kind": kind, "entity": name} for name in called for kind in ("hashtag", "sound")]
    yield from write("drop_lost", rows=lost)
    return texts


def _pulses(user: str, card: Record) -> Steps[int]:
    """Drop the cells of pulses that may be hers alone; in how many pulses."""
    things, changed = (yield from read("erase_pulsed", userId=user)), 0
    for start in range(0, len(things), PULSED):
        changed += yield from _alone(lambda some=things[start : start + PULSED]: _cells(some, card))  # type: ignore[misc]
    return changed


def _cells(things: list[Record], card: Record) -> Steps[int]:
    told: dict[str, list[Record]] = {}
    empty: dict[str, list[Record]] = {}
    for row in (yield from read("erase_pulses", rows=things)):
        left = without_small(row["cells"], card["country"], card["language"])
        if left is not None:
            key = {"entity": row["entity"], "day": row["day"]}
            (told if left["hours"] else empty).setdefault(row["kind"], []).append({**key, "cells": left})
    for kind, rows in told.items():
        yield from write("put_pulses", kind=kind, rows=rows)
    for kind, rows in empty.items():
        yield from write("drop_pulses", kind=kind, rows=rows)
    return sum(map(len, [*told.values(), *empty.values()]))
