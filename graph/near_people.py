"""People near a video: those of what it carries and resembles, and those like who engaged with it, from arrays.

The steps, cuts and ties of ``night_near_people.cypher``, for nights that have the whole graph in memory and ask for ten
thousand videos; the statement answers for the few of a step of the day. Every cut is by value, then by index (indices
ascend as ids do).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.parts import each, rows_of
from contentgraph.graph.snapshot.arrays import pointers
from contentgraph.graph.topk import best_of
from contentgraph.graph.waves.rules import SOURCES

Index = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]

RANKED, NEAR, CROWD = 20, 40, 500
"""Edges of a video or of an entity that are followed; videos that are near at most; viewers of each of them at most:
what everybody watched says little, and is no bounded walk."""
ENGAGED, LATEST = 20, 5
"""People who engaged with it, and videos of each, that likeness begins from."""
BLOCK = 1_024
"""Videos that are answered for together."""


class Walks(NamedTuple):
    """What is walked; rows as pointers into lists. Engagements are those that the night holds, not copied."""

    viewers: Index
    """Of each video."""
    gain: Floats
    """Points by the flag bits of an engagement; one of none leads nowhere."""
    viewer_ptr: Longs
    """[videos + 1] who engaged with it, ascending, and what happened."""
    viewer: Index
    viewer_bits: Bits
    pair_ptr: Longs
    """[users + 1] what she engaged with, and what happened."""
    pair_video: Index
    pair_bits: Bits
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


class Found(NamedTuple):
    """The nearest people of some videos, nearest first; pointers into lists."""

    affinity_ptr: Longs
    affinity: Index
    likeness_ptr: Longs
    likeness: Index

    def of(self, row: int) -> tuple[Index, Index]:
        """By affinity and by likeness."""
        return (
            self.affinity[self.affinity_ptr[row] : self.affinity_ptr[row + 1]],
            self.likeness[self.likeness_ptr[row] : self.likeness_ptr[row + 1]],
        )


class NearPeople:
    """The nearest people of some videos: found as they are asked for, or all of them beforehand."""

    def __init__(self, told: Walks, videos: Index, most: int, *, names: Sequence[str], users: Sequence[str]) -> None:
        """The ``most`` nearest of each of ``videos``; ``names``: ids of all videos; ``users``: of all users."""
        self.place = {names[one]: row for row, one in enumerate(videos.tolist())}
        """Row of each video that is told of."""
        self._videos, self._most, self._users = videos.astype(np.int32), most, users
        self._told: Walks | None = told
        self._found: Found | None = None

    def people(self, videos: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """Of each of ``videos``: ids by source (affinity, likeness), the nearest first. For any thread."""
        rows = [self.place[video] for video in videos]
        if self._found is None:
            found, rows = self._find(self._videos[rows]), list(range(len(rows)))
        else:
            found = self._found
        return {
            video: {
                source: [self._users[one] for one in people.tolist()]
                for source, people in zip(SOURCES[:-1], found.of(row), strict=True)
            }
            for video, row in zip(videos, rows, strict=True)
        }

    def beforehand(self, threads: int) -> "NearPeople":
        """Find all of them now, and let go of what is walked; the answer is that of any ``threads``."""
        found = list(each(lambda some: self._find(self._videos[some]), self._videos.size, threads, BLOCK))
        sizes = [[np.diff(one[part]) for one in found] for part in (0, 2)]
        people = [_joined([one[part] for one in found]) for part in (1, 3)]
        self._found = Found(pointers(_joined(sizes[0])), people[0], pointers(_joined(sizes[1])), people[1])
        self._told = None
        return self

    def _find(self, videos: Index) -> Found:
        affine, affinity, alike, likeness = _people(self._told, videos, self._most, len(self._users))
        return Found(pointers(affine), affinity, pointers(alike), likeness)


def walks(
    user: Index,
    video: Index,
    bits: Bits,
    last_at: Longs,
    *,
    gain: Floats,
    users: int,
    viewers: npt.NDArray[np.number],
    similar: Similar,
    carried: Sequence[tuple[Index, Index, Featured, int]],
) -> Walks:
    """Arrays to walk over, from engagements (parallel, by user and video) and edges.

    Edges of a row stand together, rows ascending, as `Similar` and `Featured` have them.

    ``gain``: points of each value of ``bits``. ``viewers``: of each video. ``carried``: a kind each: (entity, video)
    of what carries it, the best videos of each entity, and how many entities there are.
    """
    videos = int(viewers.size)
    told = rows_of(user, video, bits, (users, videos))
    # Compressed by the other side: a count and one pass, in which each video's viewers stand in their order.
    turned = told.tocsc()
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
        gain=gain.astype(np.float64),
        viewer_ptr=turned.indptr.astype(np.int64),
        viewer=turned.indices.astype(np.int32, copy=False),
        viewer_bits=turned.data,
        pair_ptr=told.indptr.astype(np.int64),
        pair_video=video.astype(np.int32, copy=False),
        pair_bits=bits,
        pair_at=last_at.astype(np.int64, copy=False),
        near_ptr=_pointer(row, videos),
        near=near.astype(np.int32),
        near_weight=weight.astype(np.float64),
        thing_ptr=_pointer(bearers, videos),
        thing=things[carrying].astype(np.int32),
        led_ptr=_pointer(heads, shift),
        led=leads.astype(np.int32),
        led_score=np.concatenate([np.zeros(0), *led_score]).astype(np.float64),
    )


def _joined(parts: "Iterable[npt.NDArray[np.integer]]") -> Index:
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
            points = told.gain[told.viewer_bits[at]]
            if points <= 0.0:
                continue
            value = pulls[place] * points
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
        if other != video and told.viewers[other] <= CROWD and told.gain[told.pair_bits[at]] > 0.0:
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
        points = told.gain[told.viewer_bits[first:end]]
        keen = np.argsort(-points, kind="mergesort")[:ENGAGED]
        count = 0
        for place in keen:
            if points[place] <= 0.0:
                break
            for at in _latest(told, told.viewer[first + place], video):
                count = _add(told.pair_video[at], told.gain[told.pair_bits[at]], pull, met, 2 * row + 1, near, count)
        alike = near[:count]
        like = _crowd(told, alike, pull[alike], most, weight, stamp, 2 * row + 1, touched)
        for source, found in ((0, affine), (1, like)):
            sizes[source, row] = found.size
            people[source, ends[source] : ends[source] + found.size] = found
            ends[source] += found.size
    return sizes[0], people[0, : ends[0]].copy(), sizes[1], people[1, : ends[1]].copy()
