"""Pulses: how many people, pairs, new videos and points an entity had in an hour, by the viewers' country and language.

Computed whole from what the graph holds, never counted up: any order and repetition of loads gives the same numbers.
``users`` and ``pairs`` are booked to the hour of a pair's first event, ``points`` to the hour in which each fact
happened, ``videos`` to the hour in which a video was created (in the video's own country and language).

Trends are told from ``people``, who are fewer: a person counts once a day, in the first hour of hers, however many
videos of the entity she sees; and not where what led her there says nothing of the entity (`Facts.spread`). What the
product itself pushed is told apart as ``pushed``.
"""

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from contentgraph.graph.carrying import Carried, carried

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
PULSE_CELLS = ("hours", "countries", "languages", "users", "people", "pairs", "pushed", "videos", "points")
"""The parallel lists of a stored pulse, a place a cell."""

Index = npt.NDArray[np.int32]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Facts:
    """Dated facts of pairs: who, on which video, when, and how many points it brought. Arrays of one length."""

    user: Index
    video: Index
    at: Whole
    """Epoch ms."""
    points: Floats
    """Zero for the rows that book users and pairs."""
    first: npt.NDArray[np.bool_]
    """True on the one row a pair that books its first event."""
    pushed: npt.NDArray[np.bool_]
    """The pair began on a surface by which the product itself pushed the video."""
    spread: npt.NDArray[np.bool_]
    """The pair tells how the entity spreads: not pushed, no follower of the creator, no account of its first day."""


@dataclass(frozen=True, slots=True)
class Pulses:
    """Cells that are not empty, sorted by (entity, hour, cell). Arrays of one length."""

    entity: Index
    hour: Whole
    """Start of the hour (or of the day, where days were asked for), epoch ms."""
    cell: Index
    """Index of the (country, language) of the viewers."""
    users: Index
    """Distinct people whose first event with a video of the entity fell into this hour."""
    people: Index
    """Distinct people of the day whose first spreading event with a video of the entity fell into this hour."""
    pairs: Index
    pushed: Index
    """Those of ``pairs`` that the product itself pushed."""
    videos: Index
    points: Floats


def pulses(
    facts: Facts,
    *,
    entity: Index,
    entity_video: Index,
    entities: int,
    videos: int,
    user_cell: Index,
    video_cell: Index,
    created_at: Whole,
    cells: int,
    since: int,
    until: int,
    min_videos: int = 2,
    step: int = HOUR_MS,
    spreading: bool = False,
) -> Pulses:
    """Pulses of one kind of entity for the hours from ``since`` (inclusive) to ``until`` (exclusive), epoch ms.

    ``entity[k]`` carries ``entity_video[k]``. An entity carried by fewer than ``min_videos`` has no pulse of its
    own: the series of a single video is that of its edges. ``step`` DAY_MS gives days, as older pulses are kept.
    ``spreading``: of the facts that make ``people`` alone, which is all that trends are told from.
    """
    kept = np.bincount(entity, minlength=entities)[entity] >= min_videos
    entity, entity_video = entity[kept], entity_video[kept]
    inside = (facts.at >= since) & (facts.at < until)
    if spreading:
        inside &= facts.first & facts.spread
    born = np.flatnonzero((created_at >= since) & (created_at < until)).astype(np.int32)
    scope = _Scope(since // step, max(-(-until // step) - since // step, 1), cells, step)
    rows = np.bincount(facts.video[inside], minlength=videos)
    told = np.bincount(entity, weights=rows[entity_video], minlength=entities)
    found = []
    for first, last in _blocks(told.astype(np.float64)):
        some = (entity >= first) & (entity < last)
        lists = carried(entity[some], entity_video[some], videos)
        carries = np.zeros(videos, dtype=np.bool_)
        carries[entity_video[some]] = True
        chosen = np.flatnonzero(inside & carries[facts.video])
        found.append(_pulses(facts, chosen, lists, scope, user_cell, video_cell, created_at, born))
    return Pulses(*(np.concatenate([getattr(part, name) for part in found]) for name in _COLUMNS))


_COLUMNS = [field.name for field in fields(Pulses)]
ROWS = 2_500_000
"""Facts of entities at once: some hundred bytes each."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The hours (or days) that are counted, and the number of cells."""

    start: int
    """The first hour, in steps since the epoch."""
    hours: int
    cells: int
    step: int


def _blocks(told: Floats) -> list[tuple[int, int]]:
    """Ranges of entities with `ROWS` facts together at most, or one entity; ``told``: facts an entity."""
    sums = np.cumsum(told)
    bounds = [0]
    while bounds[-1] < told.size:
        done = sums[bounds[-1] - 1] if bounds[-1] else 0.0
        bounds.append(max(int(np.searchsorted(sums, done + ROWS, side="right")), bounds[-1] + 1))
    return list(pairwise(bounds)) or [(0, 0)]


def _pulses(
    facts: Facts,
    chosen: Whole,
    lists: Carried,
    scope: _Scope,
    user_cell: Index,
    video_cell: Index,
    created_at: Whole,
    born: Index,
) -> Pulses:
    """The pulses of the entities in ``lists`` from the chosen facts and from the videos that were born."""
    start, hours, cells, step = scope.start, scope.hours, scope.cells, scope.step
    user, video, at = facts.user[chosen], facts.video[chosen], facts.at[chosen]
    points, is_first = facts.points[chosen], facts.first[chosen]
    row, carrier = lists.of(video)
    hour = at[row] // step - start
    slot = (carrier.astype(np.int64) * hours + hour) * cells + user_cell[user[row]]
    begins = is_first[row]
    width = int(user_cell.size) + 1
    users = _distinct((carrier.astype(np.int64) * hours + hour)[begins] * width + user[row][begins])
    users_slot = users // width * cells + user_cell[users % width]
    told = begins & facts.spread[chosen][row]
    people = _first_of_day(carrier[told], hour[told], user[row][told], hours, width, max(DAY_MS // step, 1), start)
    people_slot = people // width * cells + user_cell[people % width]

    born_row, born_carrier = lists.of(born)
    born_hour = created_at[born][born_row] // step - start
    born_slot = (born_carrier.astype(np.int64) * hours + born_hour) * cells + video_cell[born][born_row]

    keys = _distinct(np.concatenate([slot, born_slot]))
    count = keys.size
    place = np.searchsorted(keys, np.sort(slot))  # sorted look-ups walk the keys once
    by_slot = np.argsort(slot, kind="stable")

    def booked(slots: Whole) -> Index:
        return np.bincount(np.searchsorted(keys, np.sort(slots)), minlength=count).astype(np.int32)

    return Pulses(
        entity=(keys // cells // hours).astype(np.int32),
        hour=((keys // cells) % hours + start) * step,
        cell=(keys % cells).astype(np.int32),
        users=booked(users_slot),
        people=booked(people_slot),
        pairs=booked(slot[begins]),
        pushed=booked(slot[begins & facts.pushed[chosen][row]]),
        videos=booked(born_slot),
        points=np.bincount(place, weights=points[row][by_slot], minlength=count).astype(np.float64),
    )


def _distinct(values: Whole) -> Whole:
    """Distinct values, ascending; by sorting, which beats hashing at this size."""
    ordered = np.sort(values)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if ordered.size else ordered


def _first_of_day(
    carrier: npt.NDArray[np.integer], hour: Whole, user: Index, hours: int, width: int, per_day: int, start: int
) -> Whole:
    """(carrier, hour, user) as one number, of the earliest hour a carrier, day and user."""
    day = (hour + start) // per_day - start // per_day
    days = int(day.max()) + 1 if day.size else 1
    whole = (carrier.astype(np.int64) * days + day) * width + user
    ordered = np.lexsort((hour, whole))
    whole = whole[ordered]
    first = ordered[np.r_[True, whole[1:] != whole[:-1]]] if whole.size else ordered
    return np.asarray((carrier[first].astype(np.int64) * hours + hour[first]) * width + user[first])


def users_per_hour(
    found: Pulses, entities: int, since: int, until: int, cell_in: npt.NDArray[np.bool_], floor: float
) -> tuple[Index, npt.NDArray[np.float32]]:
    """Entities with ``floor`` people or more, ascending, and [those × hours] people per hour (`Pulses.people`).

    Counted are the cells marked in ``cell_in`` (bool, one a cell) from ``since`` (inclusive) to ``until`` (exclusive).
    """
    start = since // HOUR_MS
    hours = max(-(-until // HOUR_MS) - start, 1)
    inside = cell_in[found.cell] & (found.hour >= start * HOUR_MS) & (found.hour < (start + hours) * HOUR_MS)
    inside &= found.people > 0
    entity, users = found.entity[inside], found.people[inside]
    busy = np.flatnonzero(np.bincount(entity, weights=users, minlength=entities) >= floor).astype(np.int32)
    row = np.full(entities, -1, dtype=np.int64)
    row[busy] = np.arange(busy.size)
    kept = row[entity] >= 0
    place = row[entity[kept]] * hours + found.hour[inside][kept] // HOUR_MS - start
    series = np.zeros(busy.size * hours, dtype=np.float32)
    # By entity and hour already: the cells of an hour stand side by side.
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if place.size else place
    series[place[first]] = np.add.reduceat(users[kept], first) if place.size else 0.0
    return busy, series.reshape(busy.size, hours)
