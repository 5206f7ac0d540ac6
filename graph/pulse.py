"""Pulses: how many people, pairs, new videos and points an entity had in an hour, by the viewers' country and language.

Computed whole from what the graph holds, never counted up: any order and repetition of loads gives the same numbers.
``users`` and ``pairs`` are booked to the hour of a pair's first event, ``points`` to the hour in which each fact
happened, ``videos`` to the hour in which a video was created (in the video's own country and language).

Trends are told from ``people``, who are fewer: a person counts once a day, in the first hour of hers, however many
videos of the entity she sees; and not where what led her there says nothing of the entity (`Facts.spread`). What the
product itself pushed is told apart as ``pushed``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.carrying import carried
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.pulse_kernel import FIRST, PUSHED, SPREAD, busy_of, count_cells, place_rows, series_of
from contentgraph.graph.snapshot.arrays import pointers

PULSE_CELLS = ("hours", "countries", "languages", "users", "people", "pairs", "pushed", "videos", "points")
"""The parallel lists of a stored pulse, a place a cell."""

Index = npt.NDArray[np.int32]
Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Told:
    """Some dated facts of one kind: who, on which video, when; arrays of one length; the ``kept`` rows count."""

    user: Index
    video: Index
    at: Whole
    """Epoch ms."""
    kept: Bools
    pushed: Bools
    """The pair began on a surface by which the product itself pushed the video."""
    spread: Bools
    """The pair tells how the entity spreads: not pushed, no follower of the creator, no account of its first day."""
    kind: int
    """Place of what each brings in the points of all kinds."""
    first: bool
    """Each is the first event of a pair: users and pairs are booked to its hour."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Dated facts of pairs by video: rows ``start[v]`` to ``start[v + 1]`` are those of video v (18 bytes a fact)."""

    start: Whole
    """[videos + 1]."""
    user: Index
    at: Whole
    """Epoch ms."""
    kind: npt.NDArray[np.uint8]
    """Index into ``points``."""
    how: npt.NDArray[np.uint8]
    """Bits of `contentgraph.graph.pulse_kernel`: FIRST, PUSHED, SPREAD."""
    points: Floats
    """Points of one fact, by its kind."""

    @classmethod
    def of(cls, told: Callable[[], Iterable[Told]], points: Sequence[float], videos: int, latest: int) -> "Facts":
        """Facts in the order told, of kinds that bring ``points``; what is of after ``latest`` (epoch ms) is then.

        ``told`` is called twice, so that few rows at a time need be held.
        """
        counts = np.zeros(videos, dtype=np.int64)
        for each in told():
            counts += np.bincount(each.video[each.kept], minlength=videos)
        start = pointers(counts)
        total, free = int(start[-1]), start[:-1].copy()
        user, at = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int64)
        kind, how = np.empty(total, dtype=np.uint8), np.empty(total, dtype=np.uint8)
        for each in told():
            bits = each.pushed * np.uint8(PUSHED) + each.spread * np.uint8(SPREAD) + np.uint8(each.first * FIRST)
            place_rows(free, each.user, each.video, each.at, each.kept, each.kind, bits, latest, (user, at, kind, how))
        return cls(start, user, at, kind, how, np.array(points, dtype=np.float64))


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


class Arrivals(NamedTuple):
    """Of `Pulses` what trends are told from."""

    entity: Index
    hour: Whole
    cell: Index
    people: Index


def pulses(
    facts: Facts,
    *,
    entity: Index,
    entity_video: Index,
    entities: int,
    user_cell: Index,
    video_cell: Index,
    created_at: Whole,
    cells: int,
    since: int,
    until: int,
    min_videos: int = 2,
    step: int = HOUR_MS,
    spreading: bool = False,
) -> Iterator[Pulses]:
    """Pulses of one kind of entity for the hours from ``since`` (inclusive) to ``until`` (exclusive), epoch ms.

    They come some entities at a time, in order, each with all of its own; once at least.

    ``entity[k]`` carries ``entity_video[k]``. An entity carried by fewer than ``min_videos`` has no pulse of its
    own: the series of a single video is that of its edges. ``step`` DAY_MS gives days, as older pulses are kept.
    ``spreading``: of the facts that make ``people`` alone, which is all that trends are told from.
    """
    kept = np.bincount(entity, minlength=entities)[entity] >= min_videos
    lists = carried(entity_video[kept], entity[kept], entities)
    told: Floats = np.bincount(entity[kept], weights=np.diff(facts.start)[entity_video[kept]] + 1.0, minlength=entities)  # type: ignore[assignment]  # weighted: floats
    wanted = FIRST | SPREAD if spreading else 0
    seen = np.full(user_cell.size, -1), np.full(user_cell.size, -1)
    for first, last in _blocks(told):
        room: list[npt.NDArray[Any]] = [
            np.empty(int(told[first:last].sum()), dtype=dtype) for dtype in _COLUMNS.values()
        ]
        size = count_cells(
            first, last, lists, (facts.start, facts.user, facts.at, facts.kind, facts.how), (created_at, video_cell),
            facts.points, (user_cell, cells), since, until, step, wanted, seen, tuple(room),
        )  # fmt: skip
        yield Pulses(*(column[:size].copy() for column in room))


def arrivals(found: Iterable[Pulses]) -> Arrivals:
    """What of pulses trends are told from."""
    columns: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in Arrivals._fields}
    for some in found:
        for name, told in columns.items():
            told.append(getattr(some, name))
    # Given back column by column: many cells are held once.
    joined: Any = (np.concatenate(columns.pop(name)) for name in Arrivals._fields)
    return Arrivals(*joined)


_COLUMNS = {field.name: np.int32 for field in fields(Pulses)} | {"hour": np.int64, "points": np.float64}
ROWS = 1_000_000
"""Facts of entities at once: some sixty bytes each."""


def _blocks(told: Floats) -> list[tuple[int, int]]:
    """Ranges of entities with `ROWS` facts together at most, or one entity; ``told``: facts an entity."""
    sums = np.cumsum(told)
    bounds = [0]
    while bounds[-1] < told.size:
        done = sums[bounds[-1] - 1] if bounds[-1] else 0.0
        bounds.append(max(int(np.searchsorted(sums, done + ROWS, side="right")), bounds[-1] + 1))
    return list(pairwise(bounds)) or [(0, 0)]


def users_per_hour(
    found: Arrivals, entities: int, since: int, until: int, cell_in: Bools, floor: float
) -> tuple[Index, "sparse.csr_matrix"]:
    """Entities with ``floor`` people or more, ascending, and [those × hours] people per hour (`Pulses.people`).

    Counted are the cells marked in ``cell_in`` (bool, one a cell) from ``since`` (inclusive) to ``until`` (exclusive).
    """
    start = since // HOUR_MS * HOUR_MS
    hours = max(-(-(until - start) // HOUR_MS), 1)
    inside = found.entity, found.hour, found.cell, found.people, cell_in, start, start + hours * HOUR_MS
    total = np.zeros(entities, dtype=np.int64)
    cells = busy_of(*inside, total)
    busy = np.flatnonzero(total >= floor).astype(np.int32)
    row = np.full(entities, -1, dtype=np.int32)
    row[busy] = np.arange(busy.size)
    entries = np.zeros(busy.size + 1, dtype=np.int64)
    column, count = np.empty(cells, dtype=np.int32), np.empty(cells, dtype=np.float32)
    size = series_of(*inside, row, (entries, column, count))
    told = count[:size].copy(), column[:size].copy(), np.cumsum(entries)
    return busy, sparse.csr_matrix(told, shape=(busy.size, hours))
