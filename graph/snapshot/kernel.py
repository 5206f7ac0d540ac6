"""``suggest.cypher`` over arrays, compiled: the same steps, cuts and ties, one person at a time.

Every cut is by value, then by id (indices ascend as ids do). Stamps say which question touched an entry last, so
nothing of the size of the catalogue is cleared between two people. What is asked of each candidate is written into its
loop (``inline``): a call hands over every array of the catalogue.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled
from contentgraph.graph.points import SKIPPED
from contentgraph.graph.snapshot.arrays import (
    CREATOR,
    LOCAL,
    MAKER_REMOVED,
    POPULAR,
    REMOVED,
    SIMILAR,
    SOCIAL,
    SOURCES,
    TRENDING,
    UNANNOUNCED,
    Bytes,
    Floats,
    Index,
    Longs,
)
from contentgraph.graph.topk import best_of

SEEDS, VIEWS, FOLLOWED, THINGS, MAKERS, STEPS, POPULAR_LEAST, POOL = 100, 50, 200, 40, 20, 1500, 100, 300
WALKED, LED, LISTED, PROOFS, KNOWN, TONGUES, NEAR = 60, 200, 100, 100, 10, 2, 50
"""The cuts of ``suggest.cypher``: seeds, views of a profile, follows, things and creators of seeds, steps over SIMILAR,
popular ones at least, candidates at least; seeds walked from, videos that similar ones lead to, that lists hold, proven
by whom she follows; seeds of who needs nothing local, her languages, videos of a country
or language."""

MUTED = 0.01
"""As in ``suggest.cypher``: what is left at least of a score where she wants less of it."""


class Rule(NamedTuple):
    """Settings as the kernel needs them."""

    now: int
    half_life_ms: float
    power: float
    taste: Floats
    """[64] points ^ power by flag bits."""
    points: Floats
    """[64] points by flag bits."""
    followed: float
    weight: Floats
    """[sources]."""
    relevance: float
    slope: float
    profile_half_life_ms: float
    surprise: float
    skip: float
    doubt: float
    mute_half_life_ms: float
    repeat_ms: float
    """What she saw so long ago may come again."""


class Person(NamedTuple):
    """One viewer: the rows of `contentgraph.graph.snapshot.arrays.Crowd` that are hers."""

    allowed: int
    country: int
    """-1 where unknown: the last column of ``suits``."""
    tongue: npt.NDArray[np.int16]
    engaged: Index
    bits: Bytes
    at: Longs
    follow: Index
    hidden: Index
    barring: Index
    """Users whom she hides or blocks, or who block her."""
    made: Index
    mute: Index
    mute_at: Longs
    saw: Index
    sum: Index
    sum_points: Floats
    sum_at: Longs
    proof_video: Index
    """An entry for each act of people she follows: the video, what happened, when."""
    proof_bits: Bytes
    proof_at: Longs


class Work(NamedTuple):
    """Memory of one thread."""

    seen: Index
    own: Index
    hidden: Index
    barred: Index
    path: Floats
    path_at: Index
    proof: Floats
    proof_at: Index
    relevance: Floats
    relevance_at: Index
    parts: Floats
    share: Floats
    share_at: Index
    slot: Index
    tally: Index
    """[T + U] zeros between two questions."""


def work(videos: int, things: int, users: int) -> Work:
    """Fresh memory; questions are numbered from 1."""

    def stamps(size: int) -> Index:
        return np.zeros(size, dtype=np.int32)

    entities = things + users
    return Work(
        seen=stamps(videos),
        own=stamps(videos),
        hidden=stamps(videos),
        barred=stamps(videos),
        path=np.zeros(videos),
        path_at=stamps(videos),
        proof=np.zeros(videos),
        proof_at=stamps(videos),
        relevance=np.zeros(videos),
        relevance_at=stamps(videos),
        parts=np.zeros((videos, len(SOURCES))),
        share=np.zeros(entities),
        share_at=stamps(entities),
        slot=np.full(videos, -1, dtype=np.int32),
        tally=stamps(entities),
    )


class Found(NamedTuple):
    """An answer, best first, and what led to it."""

    video: Index
    score: Floats
    parts: Floats
    """[videos × sources] they add up to ``score``."""
    scale: Floats
    """What a step's part is multiplied by to be in the unit of the score."""
    seed: Index
    """Videos that say most of her."""
    share: Floats
    act: Bytes
    """Flag bits of each."""
    entity: Index
    """Things, then T + user: those whom she follows, what the seeds have in common, what is folded."""
    followed: int
    """So many of the entities are followed."""
    common: int
    """So many of the entities are followed or of the seeds: from there on they are folded."""
    row_entity: Index
    """Row of ``entity`` of each featured video that counted."""
    row_video: Index
    row_part: Floats
    proof_video: Index
    """An entry for each act of a person she follows: the video, and what was done."""
    proof_bits: Bytes
    country: int
    """Row of her country, or -1."""


@compiled()
def reach(seeds):  # type: ignore[no-untyped-def]  # compiled
    """From how many of her seeds SIMILAR is walked, and up to which rank."""
    walked = min(seeds, WALKED)
    return walked, STEPS // max(walked, 1)


@compiled()
def _cut(values, ids, n):  # type: ignore[no-untyped-def]  # compiled
    """Places of the ``n`` greatest, equal ones by smaller id; in no order."""
    if values.size <= n:
        return np.arange(values.size)
    edge = -np.partition(-values, n - 1)[n - 1]
    places = np.empty(n, dtype=np.int64)
    size = 0
    for place in range(values.size):
        if values[place] > edge:
            places[size] = place
            size += 1
    equal = np.flatnonzero(values == edge)
    if equal.size > n - size:
        equal = equal[np.argsort(ids[equal], kind="mergesort")]
    for place in equal[: n - size]:
        places[size] = place
        size += 1
    return places[:size]


@compiled()
def _mark(catalog, rule, person, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Stamp what she has seen, made and hidden, and what is barred by that or by whom she hides or blocks."""
    for place in range(person.engaged.size):
        if rule.now - person.at[place] < rule.repeat_ms:
            work.seen[person.engaged[place]] = turn
    for video in person.saw:
        work.seen[video] = turn
    for video in person.made:
        work.own[video] = turn
        work.barred[video] = turn
    for video in person.hidden:
        work.hidden[video] = turn
        work.barred[video] = turn
    for user in person.barring:
        for at in range(catalog.made_ptr[user], catalog.made_ptr[user + 1]):
            work.barred[catalog.made[at]] = turn


@compiled()
def _seeds(catalog, rule, person, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Places in ``person.engaged`` of what says most of her now, their shares, which add up to 1, and their total."""
    taste = np.zeros(person.engaged.size)
    for place in range(person.engaged.size):
        video, bits = person.engaged[place], person.bits[place]
        if rule.points[bits] > 0.0 and not catalog.state[video] & REMOVED and work.barred[video] != turn:
            age = max(rule.now - person.at[place], 0)
            taste[place] = rule.taste[bits] * 0.5 ** (age / rule.half_life_ms)
    order = np.argsort(-taste, kind="mergesort")[:SEEDS]
    size = 0
    while size < order.size and taste[order[size]] > 0.0:
        size += 1
    chosen = taste[order[:size]]
    total = 0.0
    for value in chosen:
        total += value
    return order[:size], chosen / total, total


@compiled()
def _profile(catalog, rule, person, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Her place among tastes by her latest views, times how much taste says; 0 where nothing is known."""
    pull = np.zeros(catalog.place.shape[1])
    told, taken = 0.0, 0
    for place in np.argsort(-person.at, kind="mergesort"):
        video = person.engaged[place]
        if work.own[video] == turn:
            continue
        if taken == VIEWS:
            break
        taken += 1
        if catalog.placed[video]:
            weight = 0.5 ** (max(rule.now - person.at[place], 0) / rule.profile_half_life_ms)
            said = weight * (1.0 + rule.surprise * (rule.points[person.bits[place]] / catalog.worth[video] - 1.0))
            if person.bits[place] & SKIPPED:
                said -= weight * rule.skip
            if work.hidden[video] == turn:
                said = -weight
            told += weight
            for dim in range(pull.size):
                pull[dim] += said * catalog.place[video, dim]
    return pull * (rule.slope / (rule.doubt + told))


@compiled()
def _entities(catalog, rule, person, seed, share, total, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Whom she follows, what her seeds have in common, then what is folded; the pull and source of each."""
    things = catalog.kind.size
    followed = min(person.follow.size, FOLLOWED)
    entity = np.empty(followed + THINGS + MAKERS + person.sum.size, dtype=np.int32)
    pull = np.empty(entity.size)
    source = np.full(entity.size, CREATOR, dtype=np.uint8)
    for size in range(followed):
        entity[size] = things + person.follow[size]
        pull[size] = rule.followed
    size = followed
    for makers in (False, True):
        pointer, member, shift = catalog.thing_ptr, catalog.thing, 0
        if makers:
            pointer, member, shift = catalog.maker_ptr, catalog.maker, things
        most = 0
        for video in seed:
            most += pointer[video + 1] - pointer[video]
        touched = np.empty(most, dtype=np.int32)
        count = 0
        for place in range(seed.size):
            for at in range(pointer[seed[place]], pointer[seed[place] + 1]):
                one = member[at] + shift
                if work.share_at[one] != turn:
                    work.share_at[one] = turn
                    work.share[one] = 0.0
                    touched[count] = one
                    count += 1
                work.share[one] += share[place]
        for one in best_of(touched[:count], work.share, MAKERS if makers else THINGS):
            entity[size] = one
            if not makers:
                source[size] = catalog.kind[one]
            pull[size] = work.share[one] * rule.weight[source[size]]
            size += 1
    common = size
    taste, of_kind = np.empty(person.sum.size), np.zeros(rule.weight.size)
    for place in range(person.sum.size):
        age = max(rule.now - person.sum_at[place], 0)
        taste[place] = person.sum_points[place] ** rule.power * 0.5 ** (age / rule.half_life_ms)
    greatest_first = np.argsort(-taste)
    for place in greatest_first:
        one = person.sum[place]
        of_kind[CREATOR if one >= things else catalog.kind[one]] += taste[place]
    for place in greatest_first:
        one = person.sum[place]
        kind = CREATOR if one >= things else catalog.kind[one]
        if taste[place] > 0.0:
            entity[size] = one
            source[size] = kind
            pull[size] = taste[place] / (total + of_kind[kind]) * rule.weight[kind]
            size += 1
    return entity[:size], pull[:size], source[:size], followed, common


@compiled()
def _proven(catalog, rule, person, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Videos that she may see with acts of people she follows; what they weigh together is in ``work.proof``."""
    proven, met = np.empty(person.proof_video.size, dtype=np.int32), 0
    for number in range(person.proof_video.size):
        video = person.proof_video[number]
        if (
            not catalog.suits[catalog.suit[video], person.country] & person.allowed
            or catalog.state[video] & REMOVED
            or work.seen[video] == turn
            or work.barred[video] == turn
            or rule.points[person.proof_bits[number]] <= 0.0
        ):
            continue
        if work.proof_at[video] != turn:
            work.proof_at[video] = turn
            work.proof[video] = 0.0
            proven[met] = video
            met += 1
        age = max(rule.now - person.proof_at[number], 0)
        work.proof[video] += 0.5 ** (age / rule.half_life_ms)
    return proven[:met]


@compiled(inline="always")
def _open(video, work, turn, touched, count):  # type: ignore[no-untyped-def]  # compiled
    """A candidate's parts, zero when it is met first; how many there are now."""
    if work.relevance_at[video] != turn:
        work.relevance_at[video] = turn
        work.relevance[video] = 0.0
        for column in range(work.parts.shape[1]):
            work.parts[video, column] = 0.0
        touched[count] = video
        return count + 1
    return count


@compiled(inline="always")
def _understood(catalog, person, video):  # type: ignore[no-untyped-def]  # compiled
    """Whether it is in a language of hers."""
    found = False
    for tongue in person.tongue:
        found = found or tongue == catalog.language[video]
    return found


@compiled(inline="always")
def _value(catalog, rule, person, profile, video):  # type: ignore[no-untyped-def]  # compiled
    """Points that a view is expected to bring her, less where she wants less of it."""
    liking = 0.0
    if catalog.placed[video]:
        for dim in range(profile.size):
            liking += catalog.place[video, dim] * profile[dim]
    fit = 1.0
    if person.tongue.size and catalog.language[video] >= 0:
        fit = 1.0 if _understood(catalog, person, video) else catalog.travel[video]
    for number in range(person.mute.size):
        for at in range(catalog.thing_ptr[video], catalog.thing_ptr[video + 1]):
            if catalog.counted[at] == catalog.same[person.mute[number]]:
                age = max(rule.now - person.mute_at[number], 0)
                fit *= max(1.0 - 0.5 ** (age / rule.mute_half_life_ms), MUTED)
                break
    return fit * catalog.worth[video] * np.exp(liking)


@compiled()
def values(catalog, rule, person, videos, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """Points that a view of each of ``videos`` is expected to bring her."""
    _mark(catalog, rule, person, work, turn)
    profile = _profile(catalog, rule, person, work, turn)
    found = np.empty(videos.size)
    for place in range(videos.size):
        found[place] = _value(catalog, rule, person, profile, videos[place])
    return found


@compiled()
def feed(catalog, rule, person, limit, work, turn):  # type: ignore[no-untyped-def]  # compiled
    """The ``limit`` best videos; the fields of `Found`."""
    _mark(catalog, rule, person, work, turn)
    places, share, total = _seeds(catalog, rule, person, work, turn)
    seed, act = person.engaged[places], person.bits[places]
    profile = _profile(catalog, rule, person, work, turn)
    entity, pull, source, followed, common = _entities(catalog, rule, person, seed, share, total, work, turn)
    popular = max(limit, POPULAR_LEAST)
    candidates = np.empty(LED + LISTED + PROOFS + catalog.trend.size + (1 + TONGUES) * NEAR + popular, dtype=np.int32)
    count = 0
    # Similar to her seeds.
    walked, furthest = reach(seed.size)
    touched = np.empty(STEPS + 1, dtype=np.int32)
    met = 0
    for place in range(walked):
        video = seed[place]
        first = catalog.similar_ptr[video]
        for at in range(first, min(first + furthest, catalog.similar_ptr[video + 1])):
            if catalog.rank[at] > furthest:
                break
            other = catalog.similar[at]
            if work.path_at[other] != turn:
                work.path_at[other] = turn
                work.path[other] = 0.0
                touched[met] = other
                met += 1
            work.path[other] += share[place] * catalog.weight[at]
    size = 0
    for video in touched[:met]:
        if (
            catalog.suits[catalog.suit[video], person.country] & person.allowed
            and not catalog.state[video] & (REMOVED | UNANNOUNCED)
            and work.seen[video] != turn
        ):
            touched[size] = video
            size += 1
    raw = np.empty(size)
    top = 0.0
    for place in range(size):
        raw[place] = work.path[touched[place]] * catalog.lift[touched[place]]
        top = max(top, raw[place])
    for place in _cut(raw, touched[:size], LED):
        if raw[place] > 0.0:
            video = touched[place]
            count = _open(video, work, turn, candidates, count)
            part = rule.weight[SIMILAR] * raw[place] / top
            work.relevance[video] += part
            work.parts[video, SIMILAR] = part
    # Featured by her entities.
    most = 0
    for one in entity:
        most += catalog.featured_ptr[one + 1] - catalog.featured_ptr[one]
    row_entity, row_video, row_part = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32), np.empty(most)
    size = 0
    for place in range(entity.size):
        for at in range(catalog.featured_ptr[entity[place]], catalog.featured_ptr[entity[place] + 1]):
            video = catalog.featured[at]
            if (
                catalog.suits[catalog.suit[video], person.country] & person.allowed
                and not catalog.state[video] & REMOVED
                and work.seen[video] != turn
            ):
                row_entity[size], row_video[size] = place, video
                row_part[size] = pull[place] * catalog.featured_score[at]
                size += 1
    kept = _cut(row_part[:size], row_video[:size], LISTED)
    kept = kept[np.argsort(-row_part[kept], kind="mergesort")]
    row_entity, row_video, row_part = row_entity[kept], row_video[kept], row_part[kept]
    for place in range(kept.size):
        video = row_video[place]
        count = _open(video, work, turn, candidates, count)
        work.relevance[video] += row_part[place]
        work.parts[video, source[row_entity[place]]] += row_part[place]
    # Shared, commented or liked by people she follows.
    proven = _proven(catalog, rule, person, work, turn)
    raw = work.proof[proven]
    top = 0.0
    for value in raw:
        top = max(top, value)
    for place in _cut(raw, proven, PROOFS):
        if raw[place] <= 0.0:
            continue
        video = proven[place]
        count = _open(video, work, turn, candidates, count)
        part = rule.weight[SOCIAL] * raw[place] / top
        work.relevance[video] += part
        work.parts[video, SOCIAL] = part
    # Trending where she is, or everywhere.
    world = catalog.trend_ptr.size - 2
    for row in (person.country, world):
        if row < 0:
            continue
        for at in range(catalog.trend_ptr[row], catalog.trend_ptr[row + 1]):
            video = catalog.trend[at]
            if (
                catalog.suits[catalog.suit[video], person.country] & person.allowed
                and not catalog.state[video] & REMOVED
                and work.seen[video] != turn
            ):
                count = _open(video, work, turn, candidates, count)
                part = rule.weight[TRENDING] / catalog.trend_rank[at]
                if part > work.parts[video, TRENDING]:
                    work.relevance[video] += part - work.parts[video, TRENDING]
                    work.parts[video, TRENDING] = part
    # While little is known of her: of her country, and of the first of her languages.
    for number in range(1 + min(person.tongue.size, TONGUES) if seed.size < KNOWN else 0):
        row = person.country if number == 0 else world + person.tongue[number - 1]
        if row < 0:
            continue
        taken = 0
        for at in range(catalog.local_ptr[row], catalog.local_ptr[row + 1]):
            if taken == NEAR:
                break
            video = catalog.local[at]
            if (
                catalog.suits[catalog.suit[video], person.country] & person.allowed
                and not catalog.state[video] & (REMOVED | UNANNOUNCED)
                and work.seen[video] != turn
                and work.barred[video] != turn
            ):
                taken += 1
                count = _open(video, work, turn, candidates, count)
                if work.parts[video, LOCAL] == 0.0:
                    part = rule.weight[LOCAL] * rule.weight[POPULAR] * catalog.prior[video] / (1 + seed.size)
                    there = person.country >= 0 and catalog.country[video] == person.country
                    if not there or not _understood(catalog, person, video):
                        part *= 0.5
                    work.relevance[video] += part
                    work.parts[video, LOCAL] = part
    # Popular.
    taken = 0
    for video in catalog.order:
        if taken == popular:
            break
        if (
            catalog.suits[catalog.suit[video], person.country] & person.allowed
            and not catalog.state[video] & (REMOVED | UNANNOUNCED)
            and work.seen[video] != turn
            and work.barred[video] != turn
        ):
            count = _open(video, work, turn, candidates, count)
            part = rule.weight[POPULAR] * catalog.prior[video]
            work.relevance[video] += part
            work.parts[video, POPULAR] = part
            taken += 1
    # The pool, and what a view of each is expected to bring.
    size = 0
    for video in candidates[:count]:
        if work.relevance[video] > 0.0 and work.barred[video] != turn and not catalog.state[video] & UNANNOUNCED:
            candidates[size] = video
            size += 1
    pool = candidates[:size]
    pool = pool[_cut(work.relevance[pool], pool, max(limit, POOL))]
    score = np.empty(pool.size)
    size = 0
    for video in np.sort(pool):
        if catalog.state[video] & MAKER_REMOVED:
            continue
        pool[size] = video
        score[size] = work.relevance[video] ** rule.relevance * _value(catalog, rule, person, profile, video)
        size += 1
    order = np.argsort(-score[:size], kind="mergesort")[:limit]
    video, best = pool[order], score[order]
    scale = best / work.relevance[video]
    parts = np.empty((video.size, work.parts.shape[1]))
    for place in range(video.size):
        for column in range(parts.shape[1]):
            parts[place, column] = work.parts[video[place], column] * scale[place]
    return (
        video, best, parts, scale, seed, share, act, entity, followed, common, row_entity, row_video, row_part,
        person.proof_video, person.proof_bits, person.country,
    )  # fmt: skip
