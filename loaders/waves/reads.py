"""The waves read back: videos in their waves, the floors that the prior rests on, and who may be shown something."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.cypher import Database
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.waves.night import RANDOM, Exposures, Trials, base_cells
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.states import BOOSTED, OPEN, State
from contentgraph.loaders.waves.viewers import Viewers

Ints = npt.NDArray[np.int64]
FRESH_DAYS = 7
"""An account younger than this is no test viewer."""
KEPT_DAYS = 90
"""Days that exposures are kept."""
ACTIVE_DAYS = 7
"""Test viewers engaged with something within so many days."""
BUDGET_MS = 23 * HOUR_MS
"""Slots given so long ago are of another day: a night may come a little earlier than the one before."""
READERS = 2
"""Videos in their waves are read in so many parts at once."""
FLOORS = 50_000
"""About so many videos tell the prior, at most; of more every second, third … by the second of birth."""
CODES = 128
"""Flags and source of a person counted are below this: an entry is when she was shown it, times this, plus these."""


@dataclass(slots=True)
class Board:
    """All that a step decides on."""

    tested: Trials
    floor: Exposures
    """The first people of each video of the last weeks."""
    floor_base: Ints
    """Cell of each video that ``floor.video`` counts."""
    cells: int
    """Number of cells of one source."""
    later: Exposures
    """People of boosted videos by the sources of their exit, shown from the decision on; videos as in ``tested``."""
    later_people: Ints
    auditing: Ints
    """Of boosted videos, people of the same sources who were shown it since or are to be, and are not counted yet; of
    others, who are to be shown it."""
    group: dict[str, str]
    """Cell of each video in words."""
    ended: dict[str, State]
    """How each video of the last weeks that left its waves did; without those that may not be shown any more."""
    spent: float
    """Σ (1 - p - aim) over the promotions of the last weeks."""
    languages: list[str | None]
    """Of each video on trial."""
    viewers: Viewers
    taken: int
    """Test slots given today, waiting or shown."""


def read_board(database: Database, rule: WaveRule, now: int, memory_ms: int) -> Board:
    """Read what a step at ``now`` needs; floors and promotions of the last ``memory_ms``."""
    since, month = now - 2 * int(rule.open_hours * HOUR_MS), now - memory_ms
    every = max(1, int(database.read("night_wave_size", since=month)[0]["videos"]) // FLOORS)
    states = [str(state) for state in [*OPEN, *BOOSTED]]
    with ThreadPoolExecutor(READERS) as pool:
        people = pool.submit(_viewers, database, rule, now)
        readers = [pool.submit(_videos, database, states, since, part) for part in range(READERS)]
        left = pool.submit(_floors, database, since=month, boosted=since, every=every)
        steps = pool.submit(database.read, "night_wave_ended", since=month)
        rows = sorted((row for reader in readers for row in reader.result()), key=lambda row: str(row["id"]))
        floors, ledger, (viewers, taken) = left.result(), steps.result(), people.result()
    both = [*rows, *floors]
    base = base_cells(
        np.array([-1 if row["durationMs"] is None else row["durationMs"] for row in both], dtype=np.int64),
        [row["language"] or "und" for row in both],
    )
    state = np.array([State(row["state"]) for row in rows], dtype=object)
    told, video = _told(both)
    # The first people of each video, but of those that are no part of the sample.
    floor = _first(told, video, rule.floor)
    born = np.array([row["createdAt"] or 0 for row in both], dtype=np.int64)
    sampled = (born > month) & (born // 1000 % every == 0)
    floor = floor[sampled[video[floor]]]
    # Of those boosted what came after the decision by the sources of their exit is told apart: no part of what decided.
    # At random after a circle's decision is evidence for everyone. Nobody shown it in the same ms was counted by then.
    never = np.iinfo(np.int64).max
    until = np.array([never if row.get("decidedAt") is None else row["decidedAt"] for row in both], dtype=np.int64)
    ours = video < len(rows)
    wide = np.array([row.get("state") == State.EVERYONE for row in both], dtype=np.bool_)
    later = ours & (told // CODES >= until[video]) & (wide[video] == (told % CODES // 32 == RANDOM))

    def whole(name: str) -> Ints:
        return np.array([row[name] or 0 for row in rows], dtype=np.int64)

    tested = Trials(
        ids=[row["id"] for row in rows],
        state=state,
        wave=whole("wave"),
        decisions=whole("decisions"),
        born=whole("createdAt"),
        cell=base[: len(rows)],
        gone=np.array([row["gone"] for row in rows], dtype=np.bool_),
        waiting=whole("waiting"),
        shown=whole("shown"),
        running=whole("running"),
        fans=whole("fans"),
        seen=_exposures(told, video, ours & ~later),
    )
    return Board(
        tested=tested,
        floor=_exposures(told, video, floor),
        floor_base=base,
        cells=int(base.max()) + 1 if base.size else 1,
        later=_exposures(told, video, later),
        later_people=np.bincount(video[later], minlength=len(rows)).astype(np.int64),
        auditing=whole("auditing"),
        group={
            str(row.get("id", row.get("videoId"))): f"cell {cell} ({row['language'] or 'und'})"
            for row, cell in zip(both, base.tolist(), strict=True)
        },
        ended={row["videoId"]: State(row["after"]) for row in ledger if not row["gone"]},
        spent=sum(1.0 - row["posterior"] - rule.aim for row in ledger if row["posterior"] is not None),
        languages=[row["language"] for row in rows],
        viewers=viewers,
        taken=taken,
    )


def _videos(database: Database, states: Sequence[str], since: int, part: int) -> list[dict[str, Any]]:
    """One part of the videos in their waves."""
    found = database.stream("night_wave_videos", fetch_size=2_000, states=states, since=since, parts=READERS, part=part)
    return [dict(record) for record in found]


def _floors(database: Database, **params: int) -> list[dict[str, Any]]:
    return [dict(record) for record in database.stream("night_wave_floor", fetch_size=2_000, **params)]


def _told(rows: Sequence[Mapping[str, Any]]) -> tuple[Ints, Ints]:
    """(entry, index of its video) of everybody counted, in one array each."""
    sizes = [len(row["told"]) for row in rows]
    told = np.fromiter(chain.from_iterable(row["told"] for row in rows), dtype=np.int64, count=sum(sizes))
    return told, np.repeat(np.arange(len(rows)), sizes)


def _first(told: Ints, video: Ints, people: int) -> Ints:
    """Places of the first ``people`` of each video; of one ms by a hash: the same in any order, whatever they did."""
    order = np.lexsort((_mixed(told), told // CODES, video))
    start = np.searchsorted(video[order], video[order])
    return np.sort(order[np.arange(order.size) - start < people])


def _mixed(told: Ints) -> npt.NDArray[np.uint64]:
    """A hash of each: the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195)."""
    found = told.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        found = (found ^ found >> np.uint64(shift)) * np.uint64(factor)
    return found ^ found >> np.uint64(31)


def _exposures(told: Ints, video: Ints, of: npt.NDArray[np.bool_] | Ints) -> Exposures:
    """Some of the people counted."""
    codes = told[of] % CODES
    return Exposures(video[of], codes // 32, codes % 32)


def _viewers(database: Database, rule: WaveRule, now: int) -> tuple[Viewers, int]:
    found = database.stream("night_wave_viewers", since=now - ACTIVE_DAYS * DAY_MS, fresh=now - FRESH_DAYS * DAY_MS)
    viewers = Viewers.of([(record["languages"], record["userIds"]) for record in found], rule.per_viewer)
    taken = 0
    for record in database.stream("night_wave_taken", after=now - BUDGET_MS):
        slots, people = int(record["slots"]), record["userIds"]
        taken += slots * len(people)
        places = viewers.names.index(people, missing="negative")
        places = places[places >= 0]
        viewers.free[places] = np.maximum(viewers.free[places] - slots, 0)
    return viewers, taken
