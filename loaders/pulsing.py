"""Pulses and trends from the graph into the graph: a part of the night, and ``contentgraph pulse`` every few minutes.

Computed from what the graph holds and written where it differs: any order and repetition gives the same numbers. A
night computes all of it. ``pulse`` reads the engagements that went on in the days that are kept by the hour, which
trends look at, and leaves the days before them to the night.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from contentgraph.cypher import Database
from contentgraph.cypher.clock import known_until
from contentgraph.errors import Outdated, SchemaError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.erasure import Tombstones
from contentgraph.graph.trends import TrendParams
from contentgraph.loaders import pulse_days, writeback
from contentgraph.loaders.hours import (
    PULSE_KINDS,
    Hours,
    Reach,
    find_arrivals,
    hours_of,
    kept_since,
    read_reach,
    stored_pulses,
)
from contentgraph.loaders.marked import with_marked
from contentgraph.loaders.readback import Platform, read_platform
from contentgraph.loaders.reporting import Advance, Reporter
from contentgraph.loaders.scale import current_scale
from contentgraph.loaders.tombstones import read_tombstones
from contentgraph.loaders.trending import TREND_KINDS, Trend, find_trends

LISTED = 50
"""Trends kept a kind, place and window."""
TRIES, WAIT_S = 5, 2.0
"""What Neo4j gives up because of writes beside it is read again so often, after so long, twice that, …"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PulseSummary:
    """What one ``contentgraph pulse`` did."""

    now: int
    """Epoch ms that the hours end with."""
    pairs: int
    """User–video pairs that were read."""
    pulses: int
    """Pulses (an entity and day each) that differed and were written."""
    trends: int
    """Entries of all lists."""
    seconds: float


def all_trends(
    platform: Platform, hours: Hours, silent: Mapping[str, Collection[str]], params: TrendParams, listed: int = LISTED
) -> list[Trend]:
    """Trends of what ``platform`` holds; what is ``silent`` of a kind is in no list."""
    trends: list[Trend] = []
    for kind in TREND_KINDS:
        found = find_arrivals(platform, kind, hours)
        trends += find_trends(platform, kind, found, hours, set(silent.get(kind, ())), params, listed)
    return trends


def silenced(database: Database, generic: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """By kind what is in no list: what is ``generic``, and what a person refused."""
    found = {kind: set(names) for kind, names in generic.items()}
    for row in database.read("night_refused"):
        found.setdefault(row["kind"], set()).update(row["entities"])
    return found


def put_pulses(
    database: Database, platform: Platform, hours: Hours, advance: Advance, since: int = 0, *, older: bool = True
) -> dict[str, int]:
    """Write the pulses that differ, of days from ``since`` (epoch ms) on; how many, by kind.

    ``older``: also of the days before those that are kept by the hour. Some entities' are counted at a time.
    """
    return {
        kind: pulse_days.put_pulses(
            database,
            kind,
            platform.kinds[kind].entities.ids(),
            stored_pulses(platform, kind, hours, older=older),
            hours,
            advance,
            since,
        )
        for kind in PULSE_KINDS
    }


def put_trends(database: Database, trends: list[Trend], advance: Advance) -> int:
    """Replace the stored trends, without whom and what was erased until they stand there; how many."""
    told = _alive(trends, read_tombstones(database))
    while True:
        listed = writeback.put_trends(database, told)
        left = _alive(told, read_tombstones(database))
        if left == told:
            advance(listed)
            return listed
        told = left


def _alive(trends: list[Trend], erased: Tombstones) -> list[Trend]:
    """The trends without whom and what was erased since the graph was read; a night is not interrupted by that."""
    if not erased:
        return trends
    gone = {"creator": erased.user, "video": erased.video}
    return [
        replace(
            trend,
            videos=[video for video in trend.videos if not erased.video(video)],
            also=[name for name in trend.also if trend.kind not in gone or not gone[trend.kind](name)],
        )
        for trend in trends
        if trend.kind not in gone or not gone[trend.kind](trend.entity)
    ]


def pulse(
    database: Database, *, now: int | None = None, params: TrendParams | None = None, reporter: Reporter | None = None
) -> PulseSummary:
    """Derive the pulses of the last 35 days and the trends again; ``now`` is epoch ms, the latest event unless given.

    The ``now`` of feeds stays that of the last night, unless this one is later.

    Raises:
        SchemaError: no night has run yet.
    """
    reporter = reporter or Reporter("quiet")
    began = time.perf_counter()
    settings = database.read("settings")[0]["settings"]
    if not settings.get("now"):
        raise SchemaError("no night has run on this graph; run 'contentgraph nightly' first")
    moment = database.answer(known_until()) if now is None else now
    since = kept_since((moment // HOUR_MS + 1) * HOUR_MS)

    def read() -> tuple[Platform, Reach]:
        found = with_marked(database, read_platform(database, since))
        return found, read_reach(database, found)

    with reporter.phase("read") as advance:
        platform, reach = again(read)
        advance(platform.engagements.user.size)
    with reporter.phase("compute"):
        told = database.read("night_generic")[0]
        silent = silenced(database, {"hashtag": told["names"], "topic": told["topicIds"]})
        hours = hours_of(platform, current_scale(database), moment, reach)
        trends = all_trends(platform, hours, silent, params or TrendParams())
    with reporter.phase("pulses") as advance:
        written = again(lambda: sum(put_pulses(database, platform, hours, advance, since, older=False).values()))
    with reporter.phase("trends") as advance:
        listed = put_trends(database, trends, advance)
    database.write("put_settings", properties={"now": max(moment, int(settings["now"]))})
    seconds = round(time.perf_counter() - began, 3)
    return PulseSummary(moment, int(platform.engagements.user.size), written, listed, seconds)


def again(work: Callable[[], T]) -> T:
    """Do ``work``, which changes nothing that a repetition would not; again where Neo4j gave it up.

    Raises:
        Outdated: it was given up every time.
    """
    for turn in range(TRIES - 1):
        try:
            return work()
        except Outdated:
            time.sleep(WAIT_S * 2**turn)
    return work()
