"""Reasons of a snapshot's suggestions, straight from its arrays: those that `contentgraph.graph.reasons` gives.

What is said is said by `contentgraph.graph.reasons.reasons`; only counts are made here, and sentences kept.
"""

from collections.abc import Callable
from functools import lru_cache

import numba
import numpy as np
import numpy.typing as npt

from contentgraph.graph.reasons import Reason, Via, reasons
from contentgraph.graph.snapshot_arrays import CREATOR, POPULAR, SIMILAR, SOURCES, Catalog, Index
from contentgraph.graph.snapshot_kernel import STEPS, Found, Work

ACTS = ("rewatched", "completed", "shared", "commented", "liked")
_NOBODY = ("", None)
Counts = tuple[int, ...]
"""How many of her videos by act, in the order of `ACTS`."""


@numba.njit(cache=True, nogil=True)
def _grounds(catalog, video, scale, seed, act, entity, followed, row_video, row_entity, row_part, slot_of):  # type: ignore[no-untyped-def]  # compiled
    """What leads to each of ``video``, counted: similar ones by act, and entity, slot and part of each featured one.

    Returns: [videos × acts] similar; slots; rows of ``entity``; parts; [entities × acts] her acts with their videos.
    """
    things, furthest = catalog.kind.size, STEPS // max(seed.size, 1)
    for place in range(video.size):
        slot_of[video[place]] = place
    similar = np.zeros((video.size, 5), dtype=np.int64)
    for place in range(seed.size):
        first = catalog.similar_ptr[seed[place]]
        for at in range(first, min(first + furthest, catalog.similar_ptr[seed[place] + 1])):
            if catalog.rank[at] > furthest:
                break
            slot = slot_of[catalog.similar[at]]
            if slot >= 0:
                similar[slot, act[place]] += 1
    counts, counted = np.zeros((entity.size, 5), dtype=np.int64), np.zeros(entity.size, dtype=np.bool_)
    slots, rows = np.empty(row_video.size, dtype=np.int64), np.empty(row_video.size, dtype=np.int64)
    parts, size = np.empty(row_video.size), 0
    for number in range(row_video.size):
        slot, row = slot_of[row_video[number]], row_entity[number]
        if slot < 0 or row_part[number] <= 0.0:
            continue
        slots[size], rows[size], parts[size] = slot, row, row_part[number] * scale[slot]
        size += 1
        if row < followed or counted[row]:
            continue
        counted[row] = True
        one, first, member = entity[row], catalog.thing_ptr, catalog.thing
        if one >= things:
            one, first, member = one - things, catalog.maker_ptr, catalog.maker
        for place in range(seed.size):
            for at in range(first[seed[place]], first[seed[place] + 1]):
                if member[at] == one:
                    counts[row, act[place]] += 1
                    break
    for one in video:
        slot_of[one] = -1
    return similar, slots[:size], rows[:size], parts[:size], counts


def told(
    catalog: Catalog,
    acts: npt.NDArray[np.int8],
    found: Found,
    chosen: npt.NDArray[np.int64],
    work: Work,
    named: Callable[[int], tuple[str, str | None]],
    language: str = "en",
    *,
    heaviest: bool = False,
) -> list[list[Reason]]:
    """The reasons of some places of an answer, heaviest first.

    Parameters:
        heaviest: make only the heaviest of each place, and what weighs the same.
        acts: [32] place in `ACTS` by flag bits.
        named: the id and name of an entity.
    """
    similar, slots, rows, weights, counts = _grounds(
        catalog, found.video[chosen], found.scale[chosen], found.seed, acts[found.act], found.entity, found.followed,
        found.row_video, found.row_entity, found.row_part, work.slot,
    )  # fmt: skip
    groups: list[dict[int, tuple[float, bool, Counts]]] = [{} for _ in range(chosen.size)]
    entities = found.entity[rows]
    source_of = dict(zip(entities.tolist(), kinds(catalog, entities).tolist(), strict=True))
    columns = (slots, entities, rows < found.followed, weights, counts[rows])
    for slot, entity, follow, part, acts_of in zip(*(column.tolist() for column in columns), strict=True):
        count = tuple(acts_of)
        before = groups[slot].get(entity)
        if before is not None:  # followed, and a creator of what she watched
            part, follow, count = part + before[0], follow or before[1], tuple(map(max, count, before[2]))
        groups[slot][entity] = part, follow, count
    answer = []
    for group, parts, near in zip(groups, found.parts[chosen].tolist(), similar.tolist(), strict=True):
        grounds = [(part, source_of[entity], entity, follow, count) for entity, (part, follow, count) in group.items()]
        if parts[SIMILAR] > 0.0:
            grounds.append((parts[SIMILAR], SIMILAR, -1, False, tuple(near)))
        if parts[POPULAR] > 0.0:
            grounds.append((parts[POPULAR], POPULAR, -1, False, ()))
        if heaviest and len(grounds) > 1:
            top = max(grounds)[0]
            grounds = [ground for ground in grounds if ground[0] == top]
        said = [
            Reason(
                SOURCES[source],
                part,
                _sentence(source, *(named(entity) if entity >= 0 else _NOBODY), follow, count, language),
            )
            for part, source, entity, follow, count in grounds
        ]
        if len(said) > 1:
            said.sort(key=lambda reason: (-reason.part, reason.sentence))
        answer.append(said)
    return answer


def kinds(catalog: Catalog, entity: Index) -> npt.NDArray[np.uint8]:
    """Codes of the sources that entities are."""
    things = catalog.kind.size
    if things == 0:
        return np.full(entity.size, CREATOR, dtype=np.uint8)
    return np.where(entity >= things, CREATOR, catalog.kind[np.minimum(entity, things - 1)]).astype(np.uint8)


@lru_cache(maxsize=200_000)
def _sentence(source: int, id: str, name: str | None, follow: bool, counts: Counts, language: str) -> str:
    """What `reasons` says of her acts with videos of one entity, or with similar videos."""
    kind = "video" if source == SIMILAR else SOURCES[source]
    vias = [Via(SOURCES[source], kind, id, name, 1.0, act, n) for act, n in zip(ACTS, counts, strict=False) if n > 0]
    if follow:
        vias.append(Via(SOURCES[source], kind, id, name, 1.0, "follow", 0))
    if source == POPULAR:
        vias.append(Via("popular", "popular", "", name, 1.0, "watched", 0))
    return reasons(vias, language)[0].sentence
