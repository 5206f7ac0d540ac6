"""Who gets the test slots: contentgraph and the policies it is measured against, all on one stream of new videos.

A policy is told what each open video has shown so far and returns slots for each, all of them. What leaves the pool,
and what is declared good, is one rule for all (``contentgraph.graph.waves.rules``), on one posterior.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.waves_world import PARAMETERS, VALUES
from contentgraph.graph.waves.prior import WavePrior
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.slots import floor_slots, thompson_slots

NO_END = 1_000_000


@dataclass
class Open:
    """The open videos at one look; a row each, oldest first."""

    views: np.ndarray
    outcomes: np.ndarray
    """[videos × 32] counts."""
    born: np.ndarray
    """Look of arrival."""
    posterior: np.ndarray
    """[videos × grid]."""
    cell: np.ndarray
    bar: np.ndarray
    """Points of the bar of its cell."""
    truth: np.ndarray
    """Expected points; only the policy that knows the truth looks."""
    wave: np.ndarray
    prior: WavePrior
    rule: WaveRule
    slots: int
    rng: np.random.Generator

    @property
    def likes(self) -> np.ndarray:
        """Likes so far."""
        told: np.ndarray = self.outcomes[:, np.arange(32) & 16 > 0].sum(axis=1)
        return told


def even(slots: int, places: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Slots spread evenly over ``places``, what does not divide by chance."""
    found = np.zeros(size, dtype=np.int64)
    if places.size:
        found[places] = slots // places.size
        found[rng.permutation(places)[: slots % places.size]] += 1
    return found


def contentgraph(now: Open) -> np.ndarray:
    """The floor first; then Thompson sampling on points minus the bar, up to each wave's cap; then beyond the caps."""
    slots = floor_slots(np.maximum(now.rule.floor - now.views, 0), now.slots, now.rng)
    for cap in (now.rule.cap(now.wave), np.full(now.views.size, NO_END)):
        room = np.maximum(cap - now.views - slots, 0)
        left = now.slots - int(slots.sum())
        slots = slots + thompson_slots(now.posterior, now.prior, now.cell, now.bar, room, left, now.rng)
    return slots


def random_slots(now: Open) -> np.ndarray:
    """Every slot any open video, alike."""
    return now.rng.multinomial(now.slots, np.full(now.views.size, 1.0 / now.views.size))


def newest_first(now: Open) -> np.ndarray:
    """The newest videos share all slots until newer ones come."""
    return even(now.slots, np.flatnonzero(now.born == now.born.max()), now.views.size, now.rng)


def single_slot(now: Open) -> np.ndarray:
    """One video after the other, the oldest first, until each has its views; then anew from the oldest."""
    slots = np.zeros(now.views.size, dtype=np.int64)
    target = PARAMETERS["policies"]["single_views"]
    left = now.slots
    while left > 0:
        missing = np.maximum(target - now.views - slots, 0)
        before = np.concatenate(([0], np.cumsum(missing)[:-1]))
        more = np.clip(left - before, 0, missing)
        slots += more
        left -= int(more.sum())
        target *= 2
    return slots


def thompson_likes(now: Open) -> np.ndarray:
    """Thompson sampling on the like rate, beta posterior."""
    a, b = PARAMETERS["policies"]["like_prior"]
    likes = now.likes
    rounds = min(200, now.slots)
    drawn = now.rng.beta((a + likes)[:, None], (b + now.views - likes)[:, None], (likes.size, rounds))
    slots = np.zeros(likes.size, dtype=np.int64)
    for turn, take in enumerate(np.bincount(np.arange(now.slots) % rounds, minlength=rounds).tolist()):
        row = drawn[:, turn]
        while take > 0:
            some = min(take, likes.size)
            slots[np.argpartition(-row, some - 1)[:some]] += 1
            take -= some
    return slots


def thompson_points(now: Open) -> np.ndarray:
    """Plain Thompson sampling on points, with the same posterior as ours; neither floor nor bar."""
    room = np.full(now.views.size, NO_END)
    return thompson_slots(now.posterior, now.prior, now.cell, np.zeros(room.size), room, now.slots, now.rng, 1.0)


def knows_the_truth(now: Open) -> np.ndarray:
    """Good videos alone, those first whose distance from the bar takes the fewest views to show; the rest at random."""
    distance = now.truth - now.bar
    spread = now.prior.within_sd[now.cell]
    needed = np.where(distance > 0.0, np.ceil(3.0 * (spread / np.maximum(distance, 1e-3)) ** 2), 0.0)
    missing = np.where(distance > 0.0, np.maximum(needed - now.views, 20.0), 0.0)
    order = np.argsort(-distance, kind="stable")
    before = np.concatenate(([0.0], np.cumsum(missing[order])[:-1]))
    slots = np.zeros(distance.size, dtype=np.int64)
    slots[order] = np.clip(now.slots - before, 0, missing[order]).astype(np.int64)
    found: np.ndarray = slots + even(now.slots - int(slots.sum()), np.arange(distance.size), distance.size, now.rng)
    return found


POLICIES: dict[str, Callable[[Open], np.ndarray]] = {
    "contentgraph": contentgraph,
    "random": random_slots,
    "newest": newest_first,
    "single_slot": single_slot,
    "thompson_likes": thompson_likes,
    "thompson_points": thompson_points,
    "truth": knows_the_truth,
}


def points_of(outcomes: np.ndarray) -> np.ndarray:
    """Sum of points of counts of outcomes."""
    found: np.ndarray = outcomes @ VALUES
    return found
