"""Who is shown what next: how many test slots each video gets, and which people get them, with exact propensities.

How many. The floor first: each open video up to its floor, the one nearest to it first. Every further slot goes by
Thompson sampling: in each round one quality is drawn from every posterior, and the videos whose drawn points are
furthest above their bar share the slots of the round. A video that is known to be above or below leaves the pool, so
what is spent is spent on what may be found; caps by wave bound what a few views can bring about.

Who. Each video brings candidates by source, each with the probability p₁ of being one (drawn at random, or 1). Among
its candidates a slot is wanted with probability π, where the sums of π over a video's candidates are its slots, the
sums over a person's candidates are at most her free slots, both by turns (raking), and no π is above ½. Then each
person's slots are drawn by systematic sampling in random order: never more than she has room for, and each with exactly
the probability π. The propensity is p₁ · π.

References: Thompson, "On the likelihood that one unknown probability exceeds another", Biometrika 25 (1933); Chapelle
and Li, "An empirical evaluation of Thompson sampling", NIPS 2011 (draws nearer to the mean); Komiyama,
Honda, Nakagawa, "Optimal regret analysis of Thompson sampling in multiple-play bandits", ICML 2015; Wang, Jiao,
Bhadury, Zhang, Gao, "Item level exploration traffic allocation", arXiv:2505.09033; Madow, "On the theory of systematic
sampling, II", Annals of Mathematical Statistics 20 (1949), doi:10.1214/aoms/1177729988; Särndal, Swensson, Wretman,
"Model Assisted Survey Sampling", Springer 1992, §9.3 (p₁ · π of two-phase sampling).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.scores import sums
from contentgraph.graph.waves.prior import GRID, WavePrior, draw

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ROUNDS = 200
"""Draws of every posterior in one allocation; fewer where there are fewer slots."""
CELLS_MOST = 4_000_000
"""Draws held at once, at most: rounds are fewer where videos are many."""
WINNERS = 20
"""At most one video of so many wins a round: slots of a round beyond that go to the winners again."""
RESHAPE = 0.7
"""Draws are nearer to the posterior's mean by this: 1 to 3 % more good videos than at 1 (seeds 11 to 13)."""
RAKES = 12
MOST = 0.5
"""No candidate is given a video with a higher probability: a group too small to choose from is no audience."""


def floor_slots(missing: IntArray, slots: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """What each video misses of its floor, at most ``slots`` in all; the fewest missing first, ties by chance."""
    missing = np.asarray(missing, dtype=np.int64)
    order = np.lexsort((rng.random(missing.size), missing))
    left = np.maximum(slots - np.concatenate(([0], np.cumsum(missing[order])[:-1])), 0) if missing.size else missing
    found = np.zeros(missing.size, dtype=np.int64)
    found[order] = np.minimum(missing[order], left)
    return found


def thompson_slots(
    posterior: FloatArray,
    prior: WavePrior,
    cell: IntArray,
    bar: FloatArray,
    room: IntArray,
    slots: int,
    rng: np.random.Generator,
    reshape: float = RESHAPE,
) -> npt.NDArray[np.int64]:
    """Slots for each video, ``slots`` in all where there is room, by draws of points minus ``bar``.

    Parameters:
        posterior: [videos × grid] of each video.
        cell: the cell whose points a video's quality stands for; one a video.
        bar: points of the bar in that cell; one a video.
        room: people whom each video may still be given; 0 leaves it out.
        reshape: spread of the draws around the posterior's mean; 1 is plain Thompson sampling.
    """
    left = np.asarray(room, dtype=np.int64).copy()
    able = np.flatnonzero(left > 0)
    found = np.zeros(left.size, dtype=np.int64)
    slots = int(min(slots, left.sum()))
    if slots <= 0:
        return found
    rounds = max(1, min(ROUNDS, slots, CELLS_MOST // max(able.size, 1)))
    centre = (posterior[able] @ GRID)[:, None]
    quality = centre + reshape * (draw(posterior[able], rounds, rng) - centre)
    value = prior.at(np.repeat(cell[able][:, None], rounds, axis=1), quality) - bar[able][:, None]
    value = np.ascontiguousarray(value.T)
    given = 0
    winners = max(1, able.size // WINNERS)
    for turn in range(10 * rounds):
        if given >= slots:
            break
        row = value[turn % rounds]
        take = min(-(-slots // rounds), slots - given)
        candidates = np.flatnonzero(left[able] > 0)
        best = min(take, winners)
        if best < candidates.size:
            candidates = candidates[np.argpartition(-row[candidates], best - 1)[:best]]
        each = np.full(candidates.size, take // candidates.size)
        each[: take % candidates.size] += 1
        each = np.minimum(each, left[able[candidates]])
        left[able[candidates]] -= each
        found[able[candidates]] += each
        given += int(each.sum())
    if given < slots:  # little room in few videos: what is left goes in the order of the mean draw
        for place in able[np.argsort(-value.mean(axis=0), kind="stable")].tolist():
            more = int(min(left[place], slots - given))
            found[place] += more
            given += more
    return found


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could be given what; one entry a (person, video), each pair once."""

    person: IntArray
    video: IntArray
    """Index of the arm: a video under one source."""
    chance: FloatArray
    """p₁: probability of having become a candidate, more than 0, at most 1."""


def assign(
    candidates: Candidates, wanted: IntArray, free: IntArray, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Draw who gets which slot: (places in ``candidates``, propensity of each, Σ π of the arm it belongs to).

    Parameters:
        wanted: slots of each arm.
        free: test slots that each person still has today.

    Raises:
        UsageError: a chance outside 0 … 1.
    """
    chance = candidates.chance
    if chance.size and not (float(chance.min()) > 0.0 and float(chance.max()) <= 1.0 + 1e-12):
        raise UsageError("A candidate's chance is not within 0 … 1; who cannot be drawn is no candidate.")
    want = inclusion(candidates, wanted, free)
    order = np.lexsort((rng.random(want.size), candidates.person))
    person, ordered = candidates.person[order], want[order]
    total = np.cumsum(ordered)
    first = np.flatnonzero(np.concatenate(([True], person[1:] != person[:-1]))) if person.size else person
    before = np.repeat(total[first] - ordered[first], np.diff(np.append(first, person.size)))
    start = rng.random(len(free))[person]
    # Each whole step of the running sum beyond the start is one slot.
    upper = np.floor(np.round(total - before, 9) - start)
    lower = np.floor(np.round(total - ordered - before, 9) - start)
    taken = order[upper > lower]
    return taken, chance[taken] * want[taken], sums(candidates.video, want, len(wanted))[candidates.video[taken]]


def inclusion(candidates: Candidates, wanted: IntArray, free: IntArray) -> FloatArray:
    """π of every candidate: sums by video are at most ``wanted``, by person at most ``free``, each at most 1."""
    person, video = candidates.person, candidates.video
    want, room = np.asarray(wanted, dtype=np.float64), np.asarray(free, dtype=np.float64)
    able = np.where(room[person] >= 1.0, MOST, 0.0)
    found = able.copy()
    for _ in range(RAKES):
        got = sums(video, found, want.size)
        found = np.minimum(found * (want / np.maximum(got, 1e-12))[video], able)
        held = sums(person, found, room.size)
        found = found * np.minimum(room / np.maximum(held, 1e-12), 1.0)[person]
    return found * np.minimum(want / np.maximum(sums(video, found, want.size), 1e-12), 1.0)[video]
