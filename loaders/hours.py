"""From the graph to pulses: who watched what in which hour, and which of it says how an entity spreads."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.carrying import carried
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.fields import FUTURE_SKEW_MS
from contentgraph.graph.parts import parts
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED, PointScale
from contentgraph.graph.pulse import Arrivals, Facts, Pulses, Told, arrivals, pulses
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.readback import FACT_BITS, Belonging, Platform

Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

KEPT_DAYS = 35
"""Pulses are kept by the hour this long, and by the day from then on."""
FRESH_MS = DAY_MS
"""What an account does in its first day says nothing of a trend."""
NOBODY = 1 << 62
"""Greater than any (follower, followed)."""
PULSE_KINDS = ("challenge", "hashtag", "sound", "topic")
WORLD = "ZZ"


@dataclass(frozen=True, slots=True)
class Reach:
    """Of each engagement (`Platform.engagements`, one entry each) how it came about."""

    pushed: Bools
    """It began on a surface by which the product itself pushed the video."""
    spread: Bools
    """It says how what the video carries spreads: neither pushed, nor by a follower of a creator of the video, nor by
    a session without an account, nor in the first day of an account. An account of unknown age counts as an old one."""


def read_reach(database: Database, platform: Platform) -> Reach:
    """Read what of it the platform's arrays do not hold."""
    follows = _keys(database, "night_follows", platform.users, platform.users)
    return reach_of(platform, platform.engagements.pushed, follows)


def reach_of(platform: Platform, pushed: Bools, follows: Whole) -> Reach:
    """The reach of each engagement.

    ``pushed``: an entry an engagement. ``follows``: (follower · users + followed).
    """
    pairs, users, videos = platform.engagements, platform.users, platform.videos
    creators = platform.kinds["creator"]
    author = users.index(creators.entities.ids(creators.entity), missing="negative").astype(np.int64)
    made, follows = carried(author, creators.video, len(videos)), np.append(np.sort(follows), NOBODY)
    spread = np.empty(pairs.user.size, dtype=np.bool_)
    for some in parts(spread.size):
        user = pairs.user[some]
        # A pair by a follower: (viewer, creator) is a follow, for any creator of the video.
        row, creator = made.of(pairs.video[some])
        asked = user[row] * np.int64(len(users)) + creator
        follower = np.zeros(user.size, dtype=np.bool_)
        follower[row[follows[np.searchsorted(follows, asked)] == asked]] = True
        joined = platform.joined_at[user]
        fresh = (joined >= 0) & (pairs.first_at[some] - joined < FRESH_MS)
        spread[some] = ~pushed[some] & ~follower & ~fresh & platform.accounts[user]
    return Reach(pushed, spread)


def _keys(database: Database, statement: str, rows: Vocabulary, columns: Vocabulary) -> Whole:
    """(user, target) of the rows of a statement as one number each."""
    found = [np.zeros(0, dtype=np.int64)]
    for record in database.pages(statement):
        place = int(rows.index([record["userId"]], missing="negative")[0])
        ends = columns.index(record["ids"], missing="negative").astype(np.int64)
        if place >= 0:
            found.append(place * np.int64(len(columns)) + ends[ends >= 0])
    return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that pulses are kept of, and the (country, language) cells of people and videos."""

    since: int
    """Start of the first day that is kept by the hour, epoch ms, inclusive."""
    until: int
    """Epoch ms, exclusive: the end of the hour of ``now``."""
    cells: list[tuple[str, str]]
    user_cell: npt.NDArray[np.int32]
    video_cell: npt.NDArray[np.int32]
    facts: Facts = field(repr=False)


def kept_since(until: int) -> int:
    """Start of the first day that is kept by the hour where the hours end at ``until``; both epoch ms."""
    return (until // DAY_MS - KEPT_DAYS) * DAY_MS


def hours_of(platform: Platform, scale: PointScale, now: int, reach: Reach) -> Hours:
    """The days up to the end of the hour of ``now``."""
    until = (now // HOUR_MS + 1) * HOUR_MS
    pairs = platform.engagements
    weights = {
        COMPLETED: scale.completion, REWATCHED: scale.rewatch, SHARED: scale.share, COMMENTED: scale.comment,
        LIKED: scale.like,
    }  # fmt: skip

    # What a clock ahead told of the last minutes is booked to the hour of now; what is later is not yet.
    latest = now + FUTURE_SKEW_MS

    def some(rows: slice | Whole, at: Whole, kind: int) -> Told:
        kept = ~pairs.own[rows] & (at <= latest)
        return Told(
            pairs.user[rows], pairs.video[rows], at, kept, reach.pushed[rows], reach.spread[rows], kind, first=kind == 0
        )  # fmt: skip

    def told() -> Iterator[Told]:
        for part in parts(pairs.user.size):
            yield some(part, pairs.first_at[part], 0)
        for kind, (name, bit) in enumerate(FACT_BITS.items(), 1):
            done = 0
            for part in parts(pairs.user.size):
                row = np.flatnonzero(pairs.bits[part] & bit) + part.start
                yield some(row, pairs.at[name][done : done + row.size], kind)
                done += row.size

    points = [0.0, *(weights[bit] for bit in FACT_BITS.values())]
    facts = Facts.of(told, points, len(platform.videos), until - 1)
    people = list(zip(platform.user_country, platform.user_language, strict=True))
    places = list(zip(platform.video_country, platform.video_language, strict=True))
    cells = sorted({*people, *places}) or [(WORLD, "und")]
    number = {cell: index for index, cell in enumerate(cells)}
    return Hours(
        since=kept_since(until),
        until=until,
        cells=cells,
        user_cell=np.array([number[cell] for cell in people], dtype=np.int32),
        video_cell=np.array([number[cell] for cell in places], dtype=np.int32),
        facts=facts,
    )


def find_arrivals(platform: Platform, kind: str, hours: Hours) -> Arrivals:
    """By the hour, of one kind of entity: what trends are told from."""
    return arrivals(_pulses(platform, kind, hours, hours.since, hours.until, HOUR_MS, spreading=True))


def stored_pulses(platform: Platform, kind: str, hours: Hours, *, older: bool = True) -> Iterator[Pulses]:
    """Pulses of one kind, some entities at a time: by the hour, and (``older``) by the day of what is before that."""
    yield from _pulses(platform, kind, hours, hours.since, hours.until, HOUR_MS)
    if older:
        born = platform.created_at[platform.created_at >= 0]
        first = min((int(each.min()) for each in (hours.facts.at, born) if each.size), default=hours.since)
        since = min(first // DAY_MS * DAY_MS, hours.since)
        yield from _pulses(platform, kind, hours, since, hours.since, DAY_MS)


def _pulses(
    platform: Platform, kind: str, hours: Hours, since: int, until: int, step: int, *, spreading: bool = False
) -> Iterator[Pulses]:
    belonging = video_belonging(platform) if kind == "video" else platform.kinds[kind]
    return pulses(
        hours.facts,
        entity=belonging.entity,
        entity_video=belonging.video,
        entities=len(belonging.entities),
        user_cell=hours.user_cell,
        video_cell=hours.video_cell,
        created_at=platform.created_at,
        cells=len(hours.cells),
        since=since,
        until=until,
        min_videos=1 if kind in ("video", "creator") else 2,
        step=step,
        spreading=spreading,
    )


def video_belonging(platform: Platform) -> Belonging:
    """Each shown video as an entity of its own."""
    shown = np.flatnonzero(platform.shown).astype(np.int32)
    return Belonging(platform.videos, shown, shown)
