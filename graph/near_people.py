"""People near a video: those of what it carries and resembles, and those like who engaged with it, from arrays.

The steps, cuts and ties of ``night_near_people.cypher``, for nights that have the whole graph in memory and ask for ten
thousand videos; the statement answers for the few of a step of the day. Every cut is by value, then by index (indices
ascend as ids do).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.snapshot_arrays import pointers
from contentgraph.graph.topk import best_of

Index = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RANKED, NEAR, CROWD = 20, 40, 500
"""Edges of a video or of an entity that are followed; videos that are near at most; viewers of each of them at most:
what everybody watched says little, and is no bounded walk."""
ENGAGED, LATEST = 20, 5
"""People who engaged with it, and videos of each, that likeness begins from."""
BLOCK = 1_024
"""Videos that are answered for together."""


class Walks(NamedTuple):
    """What is walked; rows as pointers into lists."""

    viewers: Index
    """Of each video."""
    viewer_ptr: Longs
    """[videos + 1] who engaged with it, and the points that it brought."""
    viewer: Index
    viewer_points: Floats
    pair_ptr: Longs
    """[users + 1] what she engaged with."""
    pair_video: Index
    pair_points: Floats
    pair_at: Longs
    """Her latest event with it, epoch ms."""
    near_ptr: Longs
    """[videos + 1] videos that it resembles."""
    near: Index
    near_weight: Floats
    thing_ptr: Longs
    """[videos + 1] sounds, hashtags and challenges that it carries."""
    thing: Index
    led_ptr: Longs
    """[things + 1] the best videos of each."""
    led: Index
    led_score: Floats


@dataclass(frozen=True, slots=True)
class NearPeople:
    """The nearest first, for some videos."""

    place: Mapping[str, int]
    """Row of each video that is told of."""
    users: Sequence[str] = field(repr=False)
    affinity_ptr: Longs = field(repr=False)
    affinity: Index = field(repr=False)
    likeness_ptr: Longs = field(repr=False)
    likeness: Index = field(repr=False)

    def of(self, video: str, source: str, most: int) -> list[str]:
        """Ids of the ``most`` nearest people; ``source``: affinity or likeness."""
        row = self.place[video]
        ends, people = (
            (self.affinity_ptr, self.affinity) if source == "affinity" else (self.likeness_ptr, self.likeness)
        )
        return [self.users[one] for one in people[ends[row] : min(ends[row + 1], ends[row] + most)].tolist()]


def walks(
    user: Index,
    video: Index,
    points: Floats,
    last_at: Longs,
    *,
    users: int,
    viewers: npt.NDArray[np.number],
    similar: Similar,
    carried: Sequence[tuple[Index, Index, Featured, int]],
) -> Walks:
    """Arrays to walk over, from engagements (parallel, by user) and edges.

    Edges of a row stand together, rows ascending, as `Similar` and `Featured` have them.

    ``viewers``: of each video. ``carried``: a kind each: (entity, video) of what carries it, the best videos of each
    entity, and how many entities there are.
    """
    videos = int(viewers.size)
    gains = points > 0.0
    user, video, points, last_at = user[gains], video[gains], points[gains], last_at[gains]
    by_video = np.argsort(video, kind="stable")
    ranked = similar.rank <= RANKED
    row, near, weight = similar.row[ranked], similar.col[ranked], similar.weight[ranked]
    shift, thing, bearer, led_by, led, led_score = 0, [], [], [], [], []
    for entity, of, best, size in carried:
        thing.append(entity + shift)
        bearer.append(of)
        first = best.rank <= RANKED
        led_by.append(best.entity[first] + shift)
        led.append(best.video[first])
        led_score.append(best.score[first])
        shift += size
    things, bearers = _joined(thing), _joined(bearer)
    heads, leads = _joined(led_by), _joined(led)
    carrying = np.argsort(bearers, kind="stable")
    return Walks(
        viewers=viewers.astype(np.int32),
        viewer_ptr=_pointer(video, videos),
        viewer=user[by_video].astype(np.int32),
        viewer_points=points[by_video].astype(np.float64),
        pair_ptr=_pointer(user, users),
        pair_video=video.astype(np.int32),
        pair_points=points.astype(np.float64),
        pair_at=last_at.astype(np.int64),
        near_ptr=_pointer(row, videos),
        near=near.astype(np.int32),
        near_weight=weight.astype(np.float64),
        thing_ptr=_pointer(bearers, videos),
        thing=things[carrying].astype(np.int32),
        led_ptr=_pointer(heads, shift),
        led=leads.astype(np.int32),
        led_score=np.concatenate([np.zeros(0), *led_score]).astype(np.float64),
    )


def near_people(
    told: Walks, videos: Index, most: int, *, names: Sequence[str], users: Sequence[str], threads: int = 2
) -> NearPeople:
    """The ``most`` nearest people of each of ``videos``, by either source; the answer is that of any ``threads``.

    ``names``: ids of all videos; ``users``: of all users.
    """
    blocks = [videos[start : start + BLOCK].astype(np.int32) for start in range(0, videos.size, BLOCK)]
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda block: _people(told, block, most, len(users)), blocks))

    def lists(part: int) -> Iterator[npt.NDArray[np.integer]]:
        return (answer[part] for answer in found)

    return NearPeople(
        {names[one]: row for row, one in enumerate(videos.tolist())},
        users,
        pointers(_joined(lists(0))),
        _joined(lists(1)),
        pointers(_joined(lists(2))),
        _joined(lists(3)),
    )


def _joined(parts: "Iterator[npt.NDArray[np.integer]] | list[Index]") -> Index:
    return np.concatenate([np.zeros(0, dtype=np.int32), *parts])


def _pointer(row: npt.NDArray[np.integer], rows: int) -> Longs:
    return pointers(np.bincount(row, minlength=rows))


@compiled()
def _add(one, value, weight, stamp, turn, touched, count):  # type: ignore[no-untyped-def]  # compiled
    """Add to an entry, from 0 where it is met first; how many were met."""
    if stamp[one] != turn:
        stamp[one] = turn
        weight[one] = 0.0
        touched[count] = one
        count += 1
    weight[one] += value
    return count


@compiled()
def _crowd(told, videos, pulls, most, weight, stamp, turn, touched):  # type: ignore[no-untyped-def]  # compiled
    """People of some videos, nearest first: the sum of pull · points."""
    count = 0
    for place in range(videos.size):
        one = videos[place]
        for at in range(told.viewer_ptr[one], told.viewer_ptr[one + 1]):
            value = pulls[place] * told.viewer_points[at]
            count = _add(told.viewer[at], value, weight, stamp, turn, touched, count)
    return best_of(touched[:count], weight, most)


@compiled()
def _latest(told, user, video):  # type: ignore[no-untyped-def]  # compiled
    """Places of her latest engagements but with ``video``, of videos that not everybody watched."""
    first, end = told.pair_ptr[user], told.pair_ptr[user + 1]
    able = np.empty(end - first, dtype=np.int64)
    size = 0
    for at in range(first, end):
        other = told.pair_video[at]
        if other != video and told.viewers[other] <= CROWD:
            able[size] = at
            size += 1
    able = able[:size]
    return able[np.argsort(-told.pair_at[able], kind="mergesort")[:LATEST]]


@compiled()
def _people(told, videos, most, users):  # type: ignore[no-untyped-def]  # compiled
    """How many are near each video and who, by affinity, then by likeness."""
    total = told.viewers.size
    weight, stamp, touched = np.zeros(users), np.full(users, -1, dtype=np.int32), np.empty(users, dtype=np.int32)
    pull, met, near = np.zeros(total), np.full(total, -1, dtype=np.int32), np.empty(total, dtype=np.int32)
    sizes = np.zeros((2, videos.size), dtype=np.int32)
    people = np.empty((2, videos.size * most), dtype=np.int32)
    ends = np.zeros(2, dtype=np.int64)
    for row in range(videos.size):
        video = videos[row]
        count = 0
        for at in range(told.near_ptr[video], told.near_ptr[video + 1]):
            count = _add(told.near[at], told.near_weight[at], pull, met, 2 * row, near, count)
        for at in range(told.thing_ptr[video], told.thing_ptr[video + 1]):
            thing = told.thing[at]
            for edge in range(told.led_ptr[thing], told.led_ptr[thing + 1]):
                count = _add(told.led[edge], told.led_score[edge], pull, met, 2 * row, near, count)
        size = 0
        for other in near[:count]:
            if other != video and told.viewers[other] <= CROWD:
                near[size] = other
                size += 1
        nearest = best_of(near[:size], pull, NEAR)
        affine = _crowd(told, nearest, pull[nearest], most, weight, stamp, 2 * row, touched)
        # Those who engaged with it, by the points that it brought them, and the latest of each.
        first, end = told.viewer_ptr[video], told.viewer_ptr[video + 1]
        keen = np.argsort(-told.viewer_points[first:end], kind="mergesort")[:ENGAGED]
        count = 0
        for place in keen:
            for at in _latest(told, told.viewer[first + place], video):
                count = _add(told.pair_video[at], told.pair_points[at], pull, met, 2 * row + 1, near, count)
        alike = near[:count]
        like = _crowd(told, alike, pull[alike], most, weight, stamp, 2 * row + 1, touched)
        for source, found in ((0, affine), (1, like)):
            sizes[source, row] = found.size
            people[source, ends[source] : ends[source] + found.size] = found
            ends[source] += found.size
    return sizes[0], people[0, : ends[0]].copy(), sizes[1], people[1, : ends[1]].copy()
