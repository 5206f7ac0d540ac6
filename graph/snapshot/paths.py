"""What led to some suggestions of a snapshot, step by step, compiled."""

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.snapshot.kernel import STEPS, reach


@compiled()
def steps(catalog, video, seed, share, work):  # type: ignore[no-untyped-def]  # compiled
    """Each step over SIMILAR to one of ``video``: place in ``video``, place in ``seed``, its share of the path, and
    whether nobody watched both ends."""
    walked, furthest = reach(seed.size)
    for place in range(video.size):
        work.slot[video[place]] = place
    to, by, part = np.empty(STEPS, dtype=np.int32), np.empty(STEPS, dtype=np.int32), np.empty(STEPS)
    alike = np.empty(STEPS, dtype=np.bool_)
    size = 0
    for place in range(walked):
        first = catalog.similar_ptr[seed[place]]
        for at in range(first, min(first + furthest, catalog.similar_ptr[seed[place] + 1])):
            if catalog.rank[at] > furthest:
                break
            slot = work.slot[catalog.similar[at]]
            if slot >= 0:
                to[size], by[size], part[size] = slot, place, share[place] * catalog.weight[at]
                alike[size] = catalog.alike[at]
                size += 1
    for one in video:
        work.slot[one] = -1
    return to[:size], by[:size], part[:size], alike[:size]


@compiled()
def having(catalog, seed, entity):  # type: ignore[no-untyped-def]  # compiled
    """Which seeds have each entity: pointers, and places in ``seed``."""
    things = catalog.kind.size
    pointer = np.zeros(entity.size + 1, dtype=np.int64)
    place = np.empty(entity.size * seed.size, dtype=np.int32)
    size = 0
    for row in range(entity.size):
        one, first, member = entity[row], catalog.thing_ptr, catalog.thing
        if one >= things:
            one, first, member = one - things, catalog.maker_ptr, catalog.maker
        for at in range(seed.size):
            for step in range(first[seed[at]], first[seed[at] + 1]):
                if member[step] == one:
                    place[size] = at
                    size += 1
                    break
        pointer[row + 1] = size
    return pointer, place[:size]
