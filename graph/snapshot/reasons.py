"""Reasons of a snapshot's suggestions, straight from its arrays: those that `contentgraph.graph.reasons` gives.

What is said is said by `contentgraph.graph.reasons.reasons`; only counts are made here, and sentences kept.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled
from contentgraph.graph.points import ALL_BITS, COMMENTED, SHARED
from contentgraph.graph.reasons import Reason, Via, reasons
from contentgraph.graph.snapshot.arrays import (
    CREATOR,
    LOCAL,
    POPULAR,
    SIMILAR,
    SOCIAL,
    SOURCES,
    TRENDING,
    Catalog,
    Index,
)
from contentgraph.graph.snapshot.kernel import Found, Work, reach

ACTS = ("rewatched", "completed", "shared", "commented", "liked", "watched")
"""The last of them is said of what is folded."""
DONE = len(ACTS)
PUBLIC = np.array([2 if bits & SHARED else 3 if bits & COMMENTED else 4 for bits in range(ALL_BITS)], dtype=np.int8)
"""[64] place in `ACTS` of what others may know of, by flag bits."""
_ALIKE = len(SOURCES)
"""Similar videos that nobody watched beside this one."""
_WHOLE = (SIMILAR, _ALIKE, SOCIAL, TRENDING, LOCAL, POPULAR)
"""Sources of one reason a video."""
_NAMES = (*SOURCES, SOURCES[SIMILAR])
_COLUMNS = np.array([SIMILAR, SIMILAR, SOCIAL, TRENDING, LOCAL, POPULAR])
_KINDS = {SIMILAR: "video", _ALIKE: "alike"}
_PLACED = (TRENDING, LOCAL)
"""Sources whose reason may name a country."""
_PLACED_COLUMNS = {-1 - _WHOLE.index(source): source for source in _PLACED}
BITS = 10
MOST = 2**BITS - 1
"""How many videos of an act are told apart; her seeds and proofs are a hundred at most."""
Counts = tuple[int, ...]
"""How many of her videos by act, in the order of `ACTS`."""
Said = dict[tuple[int, int, str | None, str], str]
"""Sentences by entity or source, acts, place and language: people have many of them in common."""


@compiled()
def _grounds(  # type: ignore[no-untyped-def]  # compiled
    catalog, video, scale, seed, act, entity, followed, common, row_video, row_entity, row_part, proof_video, proof_act,
    slot_of,
):  # fmt: skip
    """What leads to each of ``video``, counted: similar ones by act, and entity, slot and part of each featured one.

    Returns: [videos × acts] similar; [videos] whether nobody watched one of those beside it; the acts of people she
    follows; slots; rows of ``entity``; parts; [entities × acts] her acts with their videos, one of what is folded.
    """
    things = catalog.kind.size
    walked, furthest = reach(seed.size)
    for place in range(video.size):
        slot_of[video[place]] = place
    walks = np.zeros((2, video.size, DONE), dtype=np.int64)
    for place in range(walked):
        first = catalog.similar_ptr[seed[place]]
        for at in range(first, min(first + furthest, catalog.similar_ptr[seed[place] + 1])):
            if catalog.rank[at] > furthest:
                break
            slot = slot_of[catalog.similar[at]]
            if slot >= 0:
                walks[catalog.alike[at], slot, act[place]] += 1
    similar, apart = walks[0], np.ones(video.size, dtype=np.bool_)
    for slot in range(video.size):
        for number in range(DONE):
            if similar[slot, number] > 0:
                apart[slot] = False
        if apart[slot]:
            similar[slot] = walks[1, slot]
    proofs = np.zeros((video.size, DONE), dtype=np.int64)
    for number in range(proof_video.size):
        slot = slot_of[proof_video[number]]
        if slot >= 0:
            proofs[slot, proof_act[number]] += 1
    counts, counted = np.zeros((entity.size, DONE), dtype=np.int64), np.zeros(entity.size, dtype=np.bool_)
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
        if row >= common:
            counts[row, DONE - 1] = 1
            continue
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
    return similar, apart, proofs, slots[:size], rows[:size], parts[:size], counts


@compiled()
def grounds(  # type: ignore[no-untyped-def]  # compiled
    catalog, video, scale, parts, seed, act, entity, followed, common, row_video, row_entity, row_part, proof_video,
    proof_act, slot_of,
):  # fmt: skip
    """Slots, rows, parts and counts of `_grounds`; of what is one reason a video (`_WHOLE`) the parts [videos × those]
    and the acts [those × videos × acts]."""
    similar, apart, proofs, slots, rows, weights, counts = _grounds(
        catalog, video, scale, seed, act, entity, followed, common, row_video, row_entity, row_part, proof_video,
        proof_act, slot_of,
    )  # fmt: skip
    whole = parts[:, _COLUMNS]
    of_whole = np.zeros((_COLUMNS.size, video.size, DONE), dtype=np.int64)
    of_whole[0], of_whole[1], of_whole[2] = similar, similar, proofs
    for slot in range(video.size):
        whole[slot, 0 if apart[slot] else 1] = 0.0
    return slots, rows, weights, counts, whole, of_whole


@compiled()
def heaviest(whole, grounds, slots, rows, parts, entity, followed, counts):  # type: ignore[no-untyped-def]  # compiled
    """Of each slot what weighs most, and all that weighs the same: slot, entity (-1 - column of ``whole``), and acts
    and whether she follows it as one number (`_unpacked`).

    ``whole``: [slots × sources] parts of one reason each; ``grounds``: their acts.
    """
    size = slots.size
    total, first = np.zeros(size), np.ones(size, dtype=np.bool_)
    follow, did = np.zeros(size, dtype=np.bool_), np.zeros((size, DONE), dtype=np.int64)
    top = np.zeros(whole.shape[0])
    for one in range(top.size):
        top[one] = whole[one].max()
    for one in range(size):
        for other in range(size):
            if slots[other] == slots[one] and entity[rows[other]] == entity[rows[one]]:
                total[one] += parts[other]
                first[one] = first[one] and other >= one
                follow[one] = follow[one] or rows[other] < followed
                did[one] = np.maximum(did[one], counts[rows[other]])
        top[slots[one]] = max(top[slots[one]], total[one])
    most = size + whole.size
    slot, what, code = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    kept = 0
    for one in range(size):
        if first[one] and total[one] == top[slots[one]]:
            slot[kept], what[kept], code[kept] = slots[one], entity[rows[one]], follow[one]
            for act in range(DONE):
                code[kept] = code[kept] << BITS | min(did[one, act], MOST)
            kept += 1
    for one in range(top.size):
        for column in range(whole.shape[1]):
            if whole[one, column] > 0.0 and whole[one, column] == top[one]:
                slot[kept], what[kept] = one, -1 - column
                for act in range(DONE):
                    code[kept] = code[kept] << BITS | min(grounds[column, one, act], MOST)
                kept += 1
    return slot[:kept], what[:kept], code[:kept]


def _unpacked(code: int) -> tuple[bool, Counts]:
    """Whether she follows it, and how many of her videos by act."""
    return bool(code >> DONE * BITS), tuple(code >> BITS * (DONE - 1 - act) & MOST for act in range(DONE))


def told(
    catalog: Catalog,
    acts: npt.NDArray[np.int8],
    found: Found,
    chosen: npt.NDArray[np.int64],
    work: Work,
    named: Callable[[int], tuple[str, str | None]],
    place_of: Callable[[int, int, int], str | None],
    language: str = "en",
) -> list[list[Reason]]:
    """The reasons of some places of an answer, heaviest first.

    Parameters:
        acts: [64] place in `ACTS` by flag bits.
        named: the id and name of an entity.
        place_of: the viewer's country, if a reason by this source names it.
    """
    slots, rows, weights, counts, whole, grounds_of = _looked(catalog, acts, found, chosen, work)
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
    for slot, (group, part_of) in enumerate(zip(groups, whole.tolist(), strict=True)):
        grounds = [(part, source_of[entity], entity, follow, count) for entity, (part, follow, count) in group.items()]
        for column, (source, part) in enumerate(zip(_WHOLE, part_of, strict=True)):
            if part > 0.0:
                grounds.append((part, source, -1, False, tuple(grounds_of[column, slot].tolist())))
        video = int(found.video[chosen[slot]])
        said = []
        for part, source, entity, follow, count in grounds:
            place = place_of(found.country, video, source) if source in _PLACED else None
            called = named(entity) if entity >= 0 else ("", place)
            said.append(Reason(_NAMES[source], part, _sentence(source, *called, follow, count, language)))
        if len(said) > 1:
            said.sort(key=lambda reason: (-reason.part, reason.sentence))
        answer.append(said)
    return answer


def sentences(
    catalog: Catalog,
    acts: npt.NDArray[np.int8],
    found: Found,
    chosen: npt.NDArray[np.int64],
    work: Work,
    named: Callable[[int], tuple[str, str | None]],
    place_of: Callable[[int, int, int], str | None],
    language: str,
    said: Said,
) -> list[str]:
    """The sentence of the heaviest reason of each place, of those that weigh the same the first; see `told`.

    Parameters:
        said: what was said before of the same snapshot; it grows.
    """
    slots, rows, weights, counts, whole, grounds_of = _looked(catalog, acts, found, chosen, work)
    tops = heaviest(whole, grounds_of, slots, rows, weights, found.entity, found.followed, counts)
    return say(catalog, found.video[chosen], found.country, tops, named, place_of, language, said)


def say(
    catalog: Catalog,
    video: Index,
    country: int,
    tops: tuple[npt.NDArray[Any], ...],
    named: Callable[[int], tuple[str, str | None]],
    place_of: Callable[[int, int, int], str | None],
    language: str,
    said: Said,
) -> list[str]:
    """The sentences of some videos for what `heaviest` told of them; see `sentences`."""
    things, kind = catalog.kind.size, catalog.kind
    answer = [""] * video.size
    for slot, what, code in zip(*(column.tolist() for column in tops), strict=True):
        of = _PLACED_COLUMNS.get(what)
        place = None if of is None else place_of(country, int(video[slot]), of)
        key = (what, code, place, language)
        sentence = said.get(key)
        if sentence is None:
            source = CREATOR if what >= things else int(kind[what]) if what >= 0 else _WHOLE[-1 - what]
            called = named(what) if what >= 0 else ("", place)
            sentence = said[key] = _sentence(source, *called, *_unpacked(code), language)
        if not answer[slot] or sentence < answer[slot]:
            answer[slot] = sentence
    return answer


def _looked(
    catalog: Catalog, acts: npt.NDArray[np.int8], found: Found, chosen: npt.NDArray[np.int64], work: Work
) -> tuple[npt.NDArray[Any], ...]:
    told: tuple[npt.NDArray[Any], ...] = grounds(
        catalog, found.video[chosen], found.scale[chosen], found.parts[chosen], found.seed, acts[found.act],
        found.entity, found.followed, found.common, found.row_video, found.row_entity, found.row_part,
        found.proof_video, PUBLIC[found.proof_bits], work.slot,
    )  # fmt: skip
    return told


def kinds(catalog: Catalog, entity: Index) -> npt.NDArray[np.uint8]:
    """Codes of the sources that entities are."""
    things = catalog.kind.size
    if things == 0:
        return np.full(entity.size, CREATOR, dtype=np.uint8)
    return np.where(entity >= things, CREATOR, catalog.kind[np.minimum(entity, things - 1)]).astype(np.uint8)


@lru_cache(maxsize=200_000)
def _sentence(source: int, id: str, name: str | None, follow: bool, counts: Counts, language: str) -> str:
    """What `reasons` says of her acts with videos of one entity, or with similar videos."""
    told = _NAMES[source]
    kind = _KINDS.get(source, told)
    vias = [Via(told, kind, id, name, 1.0, act, n) for act, n in zip(ACTS, counts, strict=False) if n > 0]
    if follow:
        vias.append(Via(told, kind, id, name, 1.0, "follow", 0))
    if source in (*_PLACED, POPULAR):
        vias.append(Via(told, told, "", name, 1.0, "watched", 0))
    return reasons(vias, language)[0].sentence
