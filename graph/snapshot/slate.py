"""`contentgraph.graph.ranking.compose` over a snapshot's arrays, compiled: the same slate where nothing is drawn."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.ranking import SlateSettings
from contentgraph.graph.snapshot.arrays import CHALLENGE, HASHTAG, SOUND, SOURCES, Floats

_KINDS = (SOUND, HASHTAG, CHALLENGE)
NOTHING = np.zeros(0, dtype=np.int32)
"""Shown before."""


class Variety(NamedTuple):
    """Slate settings as the kernel needs them."""

    topic: float
    per_creator: int
    maker: Floats
    """Factor of a creator by how many videos above are theirs; so for each kind."""
    kind: Floats
    """[sources × …]."""


@lru_cache(maxsize=64)
def variety(settings: SlateSettings, limit: int) -> Variety:
    """The factors of ``settings`` for slates of up to ``limit`` videos, those shown before among them."""
    kind = np.ones((len(SOURCES), limit + 1))
    for code, decay in ((SOUND, settings.sound), (HASHTAG, settings.hashtag), (CHALLENGE, settings.challenge)):
        kind[code, 1:] = [decay.at(k) for k in range(1, limit + 1)]
    maker = np.array([1.0, *(settings.creator.at(k) for k in range(1, limit + 1))])
    return Variety(settings.topic, settings.per_creator, maker, kind)


@compiled(inline="always")
def _factor(catalog, rules, video, count):  # type: ignore[no-untyped-def]  # compiled
    """What the videos above leave of a score by creators, sound, hashtags and challenges."""
    product = 1.0
    things = catalog.kind.size
    for at in range(catalog.maker_ptr[video], catalog.maker_ptr[video + 1]):
        product *= rules.maker[count[things + catalog.maker[at]]]
    for kind in _KINDS:
        for at in range(catalog.thing_ptr[video], catalog.thing_ptr[video + 1]):
            thing = catalog.counted[at]
            if catalog.kind[thing] == kind:
                product *= rules.kind[kind, count[thing]]
                if kind == SOUND:
                    break
    return product


@compiled(inline="always")
def _full(catalog, rules, video, count):  # type: ignore[no-untyped-def]  # compiled
    """One of its creators has all the places a creator may have."""
    things = catalog.kind.size
    for at in range(catalog.maker_ptr[video], catalog.maker_ptr[video + 1]):
        if count[things + catalog.maker[at]] >= rules.per_creator:
            return True
    return False


@compiled(inline="always")
def _count(catalog, video, count, by):  # type: ignore[no-untyped-def]  # compiled
    """One more, or less, video of its creators, sound, hashtags and challenges."""
    things = catalog.kind.size
    for at in range(catalog.maker_ptr[video], catalog.maker_ptr[video + 1]):
        count[things + catalog.maker[at]] += by
    sounds = 0
    for at in range(catalog.thing_ptr[video], catalog.thing_ptr[video + 1]):
        thing = catalog.counted[at]
        sounds += catalog.kind[thing] == SOUND
        if catalog.kind[thing] != SOUND or sounds == 1:
            count[thing] += by


@compiled(inline="always")
def _nearer(one, taste, alike, near):  # type: ignore[no-untyped-def]  # compiled
    """``near`` where a video at ``one`` is above, too; ``alike`` is for this sum alone."""
    alike[:] = 0.0
    for dim in range(taste.shape[0]):
        for place in range(taste.shape[1]):
            alike[place] += one[dim] * taste[dim, place]
    for place in range(taste.shape[1]):
        near[place] = max(near[place], alike[place])


@compiled()
def slate(catalog, rules, video, score, limit, count, shown):  # type: ignore[no-untyped-def]  # compiled
    """Places in ``video`` (best score first) of the slate, position by position.

    ``count``: [T + U] zeros, and zeros again afterwards. ``shown``: videos of the session's last feeds, the longest ago
    first.
    """
    near, alike = np.zeros(video.size), np.zeros(video.size)
    # By place among tastes, then by video: sums side by side are many times faster than one after the other.
    taste = np.empty((catalog.place.shape[1], video.size))
    for place in range(video.size):
        for dim in range(taste.shape[0]):
            taste[dim, place] = catalog.place[video[place], dim]
    origin, said = catalog.origin[video], catalog.said[video]
    alive, last = np.ones(video.size, dtype=np.bool_), np.full(video.size, -1)
    for turn in range(shown.size):
        before = shown[turn]
        _count(catalog, before, count, 1)
        for place in range(video.size):
            if (
                video[place] == before
                or origin[place] == catalog.origin[before] >= 0
                or said[place] == catalog.said[before] >= 0
            ):
                last[place] = turn
        if rules.topic > 0.0:
            _nearer(catalog.place[before], taste, alike, near)
    chosen = np.empty(min(limit, video.size), dtype=np.int64)
    size = 0
    while size < chosen.size:
        best, value = -1, 0.0
        for respect in (True, False):
            for place in range(video.size):
                if not alive[place] or last[place] >= 0:
                    continue
                if best >= 0 and score[place] <= value:
                    break
                if respect and _full(catalog, rules, video[place], count):
                    continue
                factor = (1.0 - rules.topic * min(near[place], 1.0)) * _factor(catalog, rules, video[place], count)
                if best < 0 or score[place] * factor > value:
                    best, value = place, score[place] * factor
            if best >= 0:
                break
        if best < 0:
            for place in range(video.size):
                if alive[place] and (best < 0 or last[place] < last[best]):
                    best = place
        if best < 0:
            break
        chosen[size] = best
        size += 1
        one = video[best]
        alive[best] = False
        _count(catalog, one, count, 1)
        for place in range(video.size):
            if origin[place] == origin[best] >= 0 or said[place] == said[best] >= 0:
                alive[place] = False
        if rules.topic > 0.0:
            _nearer(taste[:, best], taste, alike, near)
    for place in chosen[:size]:
        _count(catalog, video[place], count, -1)
    for before in shown:
        _count(catalog, before, count, -1)
    return chosen[:size]
