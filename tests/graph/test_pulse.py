"""Pulses against a plain Python count; nothing in them depends on the order of the rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from contentgraph.graph import pulse
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.pulse import Facts, Pulses, Told, arrivals, pulses, users_per_hour

SINCE, UNTIL = 1_000 * HOUR_MS, 1_030 * HOUR_MS
USERS, VIDEOS, ENTITIES, CELLS = 7, 9, 4, 3

Carried = list[tuple[int, int]]
Row = tuple[int, int, int, float, bool, bool, bool]


def draw(seed: int) -> tuple[list[Row], Carried, list[int], list[int], list[int]]:
    """Rows as `Facts`, (entity, video) pairs, cells of users and of videos, times of creation."""
    rng = np.random.default_rng(seed)
    carried = sorted({(int(rng.integers(ENTITIES)), int(rng.integers(VIDEOS))) for _ in range(14)})
    told: list[Row] = []
    for user in range(USERS):
        for video in range(VIDEOS):
            if rng.random() < 0.6:
                at = int(rng.integers(SINCE - 3 * HOUR_MS, UNTIL + 3 * HOUR_MS))
                how = (bool(rng.random() < 0.2), bool(rng.random() < 0.6))
                told.append((user, video, at, 0.0, True, *how))
                later = [(points, int(rng.integers(4 * HOUR_MS))) for points in (2.0, 8.0) if rng.random() < 0.5]
                told += [(user, video, at + after, points, False, *how) for points, after in later]
    born = [int(at) for at in rng.integers(SINCE - 5 * HOUR_MS, UNTIL + 5 * HOUR_MS, VIDEOS)]
    born[0] = -1
    return told, carried, rng.integers(CELLS, size=USERS).tolist(), rng.integers(CELLS, size=VIDEOS).tolist(), born


def count(
    told: list[Row], carried: Carried, user_cell: list[int], video_cell: list[int], born: list[int], min_videos: int
) -> list[tuple[int, int, int, int, int, int, int, int, float]]:
    """(entity, hour, cell, then the numbers of `Pulses` in their order) of every cell that is not empty."""
    spread: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    of_day: dict[tuple[int, int, int], int] = {}
    pushes: dict[tuple[int, int, int], int] = defaultdict(int)
    people: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    pairs: dict[tuple[int, int, int], int] = defaultdict(int)
    points: dict[tuple[int, int, int], float] = defaultdict(float)
    new: dict[tuple[int, int, int], int] = defaultdict(int)
    for entity, video in carried:
        if sum(other == entity for other, _ in carried) < min_videos:
            continue
        if SINCE <= born[video] < UNTIL:
            new[entity, born[video] // HOUR_MS * HOUR_MS, video_cell[video]] += 1
        for user, seen, at, brought, first, was_pushed, spreads in told:
            if seen == video and SINCE <= at < UNTIL:
                key = (entity, at // HOUR_MS * HOUR_MS, user_cell[user])
                points[key] += brought
                if first:
                    people[key].add(user)
                    pairs[key] += 1
                    pushes[key] += was_pushed
                    if spreads:
                        day = (entity, at // DAY_MS, user)
                        of_day[day] = min(of_day.get(day, at // HOUR_MS), at // HOUR_MS)
    for (entity, _, user), hour in of_day.items():
        spread[entity, hour * HOUR_MS, user_cell[user]].add(user)
    keys = sorted({*people, *pairs, *points, *new})
    return [(*key, len(people[key]), len(spread[key]), pairs[key], pushes[key], new[key], points[key]) for key in keys]


def facts(told: list[Row]) -> Facts:
    """The rows as arrays, a kind of fact for each number of points."""
    user, video, at, points, first, pushed, spread = (np.array(column) for column in zip(*told, strict=True))
    brought = [0.0, 2.0, 8.0]
    kinds = [
        Told(user.astype(np.int32), video.astype(np.int32), at, (points == brings) & (first == (kind == 0)), pushed,
             spread, kind, kind == 0)
        for kind, brings in enumerate(brought)
    ]  # fmt: skip
    return Facts.of(lambda: kinds, brought, VIDEOS, UNTIL + DAY_MS)


def found(
    told: list[Row], carried: Carried, user_cell: list[int], video_cell: list[int], born: list[int], *,
    spreading: bool = False,
) -> Iterator[Pulses]:  # fmt: skip
    return pulses(
        facts(told),
        entity=np.array([entity for entity, _ in carried], dtype=np.int32),
        entity_video=np.array([video for _, video in carried], dtype=np.int32),
        entities=ENTITIES,
        user_cell=np.array(user_cell, dtype=np.int32),
        video_cell=np.array(video_cell, dtype=np.int32),
        created_at=np.array(born, dtype=np.int64),
        cells=CELLS,
        since=SINCE,
        until=UNTIL,
        spreading=spreading,
    )


def table(told: Iterable[Pulses]) -> list[tuple[object, ...]]:
    columns = ("entity", "hour", "cell", "users", "people", "pairs", "pushed", "videos", "points")
    return [row for some in told for row in zip(*(getattr(some, name).tolist() for name in columns), strict=True)]


@pytest.mark.parametrize("rows", [1, 40, pulse.ROWS])
@pytest.mark.parametrize("seed", range(20))
def test_pulses_are_what_counting_one_by_one_gives(seed: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Users once an hour however many of the entity's videos they saw; facts in their own hours; the window's ends. In
    whatever parts it is counted.
    """
    monkeypatch.setattr(pulse, "ROWS", rows)
    case = draw(seed)
    assert table(found(*case)) == count(*case, min_videos=2)


def test_the_order_of_rows_leaves_no_trace() -> None:
    told, carried, *rest = draw(3)
    rng = np.random.default_rng(5)
    shuffled = [told[place] for place in rng.permutation(len(told))]
    mixed = [carried[place] for place in rng.permutation(len(carried))]
    assert table(found(shuffled, mixed, *rest)) == table(found(told, carried, *rest))


def test_nothing_has_no_pulse() -> None:
    """No facts and no videos within the hours: empty arrays, of one length."""
    nobody = found(
        [(0, 0, SINCE - 1, 0.0, True, False, True)], [(0, 0), (0, 1)], [0] * USERS, [0] * VIDEOS, [-1] * VIDEOS
    )
    assert table(nobody) == []


def test_people_per_hour_of_the_busy_and_of_some_cells() -> None:
    """Rows: entities with ``floor`` people in those cells; columns: hours, oldest first, all of them."""
    case = draw(7)
    counted = arrivals(found(*case))
    cells = np.array([True, False, True])
    busy, series = users_per_hour(counted, ENTITIES, SINCE, UNTIL, cells, floor=2.0)
    wanted = np.zeros((ENTITIES, 30))
    for entity, hour, cell, _, people, *_ in count(*case, min_videos=2):
        if cells[cell]:
            wanted[entity, (hour - SINCE) // HOUR_MS] += people
    assert busy.tolist() == np.flatnonzero(wanted.sum(axis=1) >= 2.0).tolist()
    assert busy.size
    assert (series.toarray() == wanted[busy]).all()
    fewer = arrivals(found(*case, spreading=True))
    assert fewer.people.size < counted.people.size
    for one, other in zip(users_per_hour(fewer, ENTITIES, SINCE, UNTIL, cells, floor=2.0), (busy, series), strict=True):
        assert (one != other).sum() == 0
    none, empty = users_per_hour(counted, ENTITIES, SINCE, UNTIL, cells, floor=1e9)
    assert (none.size, empty.shape) == (0, (0, 30))
