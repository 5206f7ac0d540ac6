"""One slate from many candidates: varied, without repeats, with a logged share of chance.

Position by position the candidate of greatest  score · Π factor  is taken, where for each creator, sound, hashtag
and challenge that k videos above already had

    factor = (1 - floor) · decay^k + floor

and for the nearest video j above, by their places x among tastes,  factor = 1 - topic · max(⟨x, x_j⟩, 0). The form, and
0.5 and 0.25 for creators, are those of the author decay in xai-org/x-algorithm; the greedy choice by score against the
nearest of what is already chosen is Carbonell and Goldstein's MMR, SIGIR 1998, doi:10.1145/290941.291025. A video that
has no place among tastes stands at that of its topic. What the
session's last feeds showed stands above the first position; a near-duplicate of anything above is left out.

With probability ε a position is drawn at random from a pool instead. The propensity logged with a slot is the
probability that this video got this position, given the positions above: exact for both ways of getting there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from contentgraph.errors import UsageError

EXPLORE = "explore"
"""Source of a slot that was drawn at random."""
POOL_FACTOR, POOL_LEAST = 5, 100
"""Candidates of a slate: so many a slot, and in all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A video that could be shown."""

    video_id: str
    score: float
    """What the graph says, 0 or more; the sum of ``parts``."""
    parts: Mapping[str, float]
    """Score by source."""
    creators: tuple[str, ...] = ()
    """Ids of the author and co-creators."""
    sound: str | None = None
    hashtags: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    place: tuple[float, ...] = ()
    """Its place among tastes, else that of its topic, of length 1; empty where both are unknown."""
    copy: str | None = None
    """Videos of one key are near-duplicates; None: like no other."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A video at a place of the slate."""

    video_id: str
    position: int
    """1, 2, …"""
    score: float
    """The candidate's own score: variety moves a video, it does not change what the graph says of it."""
    parts: Mapping[str, float]
    """The candidate's own parts; they add up to ``score``."""
    source: str
    """The greatest part's source, or "explore" where the video was drawn at random."""
    propensity: float
    """Probability of this video at this position given those above, more than 0, at most 1."""
    factor: float
    """What variety multiplied the score by when the position was given, 0 … 1."""


@dataclass(frozen=True, slots=True)
class Decay:
    """How much less each further video of the same creator, sound, … is worth: (1 - floor)·decay^k + floor."""

    decay: float
    """0 … 1."""
    floor: float
    """0 … 1."""

    def __post_init__(self) -> None:
        """Refuse what would reward repetition."""
        if not (0.0 <= self.decay <= 1.0 and 0.0 <= self.floor <= 1.0):
            raise UsageError(f"A decay is {self.decay!r} with floor {self.floor!r}; give 0 to 1 for both.")

    def at(self, k: int) -> float:
        """The factor after ``k`` videos of the same."""
        return (1.0 - self.floor) * self.decay**k + self.floor


@dataclass(frozen=True, slots=True)
class SlateSettings:
    """Variety and chance.

    Raises:
        UsageError: a probability outside 0 … 1, or a count below its floor.
    """

    creator: Decay = field(default_factory=lambda: Decay(0.5, 0.25))
    sound: Decay = field(default_factory=lambda: Decay(0.7, 0.4))
    hashtag: Decay = field(default_factory=lambda: Decay(0.9, 0.6))
    challenge: Decay = field(default_factory=lambda: Decay(0.7, 0.4))
    topic: float = 0.2
    """How much less a video of the same place among tastes is worth, 0 … 1; 0: tastes do not count."""
    per_creator: int = 3
    """At most this many videos of one creator, as long as there are others."""
    explore: float = 0.0
    """Probability that a position from ``explore_from`` on is drawn at random, 0 … 1."""
    explore_from: int = 3
    """First position that may be drawn at random."""
    explore_pool: int = 100
    """The draw is uniform among this many best remaining candidates (or among the fresh videos given)."""

    def __post_init__(self) -> None:
        """Refuse what no slate can be made with."""
        if not 0.0 <= self.explore <= 1.0:
            raise UsageError(f"The share of exploration is {self.explore!r}; give 0 to 1.")
        if not 0.0 <= self.topic <= 1.0:
            raise UsageError(f"The weight of topics is {self.topic!r}; give 0 to 1.")
        if min(self.per_creator, self.explore_from, self.explore_pool) < 1:
            raise UsageError(
                f"per_creator {self.per_creator!r}, explore_from {self.explore_from!r} and explore_pool"
                f" {self.explore_pool!r} must each be 1 or more."
            )


class _Shown:
    """What the positions above hold, and the factor that follows for a candidate."""

    def __init__(self, settings: SlateSettings, candidates: Sequence[Candidate]) -> None:
        self._settings = settings
        self._count: dict[tuple[str, str], int] = {}
        self._features: dict[int, list[tuple[tuple[str, str], Decay]]] = {}
        self._row = {id(candidate): row for row, candidate in enumerate(candidates)}
        dims = max((len(candidate.place) for candidate in candidates), default=0)
        self._place = np.zeros((len(candidates), dims))
        for row, candidate in enumerate(candidates):
            self._place[row, : len(candidate.place)] = candidate.place
        self._near = np.zeros(len(candidates))

    def add(self, candidate: Candidate) -> None:
        for key, _ in self._of(candidate):
            self._count[key] = self._count.get(key, 0) + 1
        if self._settings.topic > 0.0 and len(candidate.place) == self._place.shape[1] > 0:
            np.maximum(self._near, self._place @ np.array(candidate.place), out=self._near)

    def factor(self, candidate: Candidate) -> float:
        product = 1.0 - self._settings.topic * min(float(self._near[self._row[id(candidate)]]), 1.0)
        for key, decay in self._of(candidate):
            k = self._count.get(key, 0)
            if k > 0:
                product *= decay.at(k)
        return product

    def full(self, candidate: Candidate) -> bool:
        """One of its creators has all the places a creator may have."""
        places = self._settings.per_creator
        return any(self._count.get(("creator", name), 0) >= places for name in candidate.creators)

    def _of(self, candidate: Candidate) -> list[tuple[tuple[str, str], Decay]]:
        """The candidate's features and their decays, made once; the caller's sequences keep every candidate alive."""
        known = self._features.get(id(candidate))
        if known is not None:
            return known
        rules = self._settings
        found = [(("creator", name), rules.creator) for name in dict.fromkeys(candidate.creators)]
        if candidate.sound is not None:
            found.append((("sound", candidate.sound), rules.sound))
        found += [(("hashtag", name), rules.hashtag) for name in dict.fromkeys(candidate.hashtags)]
        found += [(("challenge", name), rules.challenge) for name in dict.fromkeys(candidate.challenges)]
        self._features[id(candidate)] = found
        return found


def compose(
    candidates: Sequence[Candidate],
    limit: int,
    *,
    settings: SlateSettings | None = None,
    rng: np.random.Generator,
    fresh: Sequence[Candidate] = (),
    shown: Sequence[Candidate] = (),
) -> list[Slot]:
    """The slate: ``limit`` slots or all candidates but near-duplicates, no video twice, none that was ``shown`` before.

    The order of ``candidates`` leaves no trace (equal scores go to the smaller id; of one video told twice the greater
    score counts); given the same generator state the answer is the same. ``fresh`` videos appear by a draw, or where
    the candidates have run out. ``shown``: videos of the session's last feeds.

    Raises:
        UsageError: a limit below 0, or a score that is negative or not finite.
    """
    if limit < 0:
        raise UsageError(f"A slate of {limit!r} videos was asked for; give 0 or more.")
    settings = settings or SlateSettings()
    remaining, unseen = _distinct(candidates), _distinct(fresh)
    above = _Shown(settings, [*remaining, *unseen])
    for before in shown:
        above.add(before)
        _drop(remaining, before)
        _drop(unseen, before)
    slots: list[Slot] = []
    while len(slots) < limit and (remaining or unseen):
        position = len(slots) + 1
        best, factor = _best(remaining or unseen, above)
        pool = _pool(unseen or remaining, above, settings) if position >= settings.explore_from else []
        chance = settings.explore if pool else 0.0
        drawn = chance > 0.0 and bool(rng.random() < chance)
        chosen = pool[int(rng.integers(len(pool)))] if drawn else best
        propensity = (1.0 - chance) * (chosen is best) + (chance / len(pool) if chosen in pool else 0.0)
        factor = factor if chosen is best else above.factor(chosen)
        source = (
            EXPLORE if drawn or not chosen.parts else max(sorted(chosen.parts), key=lambda name: chosen.parts[name])
        )
        slots.append(
            Slot(chosen.video_id, position, chosen.score, dict(chosen.parts), source, float(propensity), factor)
        )
        above.add(chosen)
        _drop(remaining, chosen)
        _drop(unseen, chosen)
    return slots


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best score first, then id; each video once."""
    for candidate in candidates:
        if not (math.isfinite(candidate.score) and candidate.score >= 0.0):
            raise UsageError(f"Video {candidate.video_id!r} has the score {candidate.score!r}; give 0 or more.")
    ordered = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.video_id))
    first: dict[str, Candidate] = {}
    for candidate in ordered:
        first.setdefault(candidate.video_id, candidate)
    return list(first.values())


def _drop(ordered: list[Candidate], taken: Candidate) -> None:
    """Take a video and its near-duplicates out of the list."""
    ordered[:] = [
        candidate
        for candidate in ordered
        if candidate.video_id != taken.video_id and (taken.copy is None or candidate.copy != taken.copy)
    ]


def _best(remaining: Sequence[Candidate], shown: _Shown) -> tuple[Candidate, float]:
    """Greatest score · factor among those whose creators have room; among all where none has.

    A factor is at most 1, so candidates (best score first) need no look once their bare score is not above the best.
    """
    for respect in (True, False):
        best: tuple[float, Candidate, float] | None = None
        for candidate in remaining:
            if best is not None and candidate.score <= best[0]:
                break
            if respect and shown.full(candidate):
                continue
            factor = shown.factor(candidate)
            if best is None or candidate.score * factor > best[0]:
                best = (candidate.score * factor, candidate, factor)
        if best is not None:
            return best[1], best[2]
    raise AssertionError("there is a candidate")


def _pool(remaining: Sequence[Candidate], shown: _Shown, settings: SlateSettings) -> list[Candidate]:
    """What a draw may take: the best remaining whose creators have room."""
    pool: list[Candidate] = []
    for candidate in remaining:
        if len(pool) == settings.explore_pool:
            break
        if not shown.full(candidate):
            pool.append(candidate)
    return pool
