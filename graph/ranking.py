"""One slate from many candidates: varied, without repeats, with a logged share of chance.

Position by position the candidate of greatest  score · Π factor  is taken, where for each creator, sound, hashtag
and challenge that k videos above already had

    factor = (1 - floor) · decay^k + floor

and for the nearest video j above, by their places x among tastes,  factor = 1 - topic · max(⟨x, x_j⟩, 0). The form, and
0.5 and 0.25 for creators, are those of the author decay in xai-org/x-algorithm; the greedy choice by score against the
nearest of what is already chosen is Carbonell and Goldstein's MMR, SIGIR 1998, doi:10.1145/290941.291025. A video that
has no place among tastes stands at that of its topic. A near-duplicate of anything above is left out. What the
session's last feeds showed counts as above the first position; it and its near-duplicates come again only where nothing
else is left, the longest ago first.

With probability ε a position is drawn at random from a pool instead. The propensity logged with a slot is the
probability that this video got this position, given the positions above: exact for both ways of getting there.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from contentgraph.errors import UsageError

EXPLORE = "explore"
"""Source of a slot that was drawn at random."""
POOL_FACTOR, POOL_LEAST = 5, 100
"""Candidates of a slate: so many a slot, and in all."""


_Feature = tuple[str, str]
"""Kind (a name of `SlateSettings`) and id."""
_Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
_Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
_Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


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
    """The oldest id of it, where it has several."""
    hashtags: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    place: tuple[float, ...] = ()
    """Its place among tastes, else that of its topic, of length 1; empty where both are unknown."""
    copies: tuple[str, ...] = ()
    """Videos that share one of these keys are near-duplicates; empty: like no other."""


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


class _Above:
    """What the positions above hold, and the factor and the room that follow for each candidate, in their order."""

    def __init__(self, settings: SlateSettings, candidates: Sequence[Candidate]) -> None:
        self._settings = settings
        self._count: dict[_Feature, int] = {}
        self._features = [_features(candidate) for candidate in candidates]
        self._rows = _rows_of(self._features)
        self._left = dict.fromkeys(self._rows, 1.0)
        dims = max((len(candidate.place) for candidate in candidates), default=0)
        self._place = np.zeros((len(candidates), dims))
        for row, candidate in enumerate(candidates):
            self._place[row, : len(candidate.place)] = candidate.place
        self._near = np.zeros(len(candidates))
        self._product = np.ones(len(candidates))
        self.room = np.ones(len(candidates), dtype=bool)
        """Its creators have not all the places that a creator may have."""

    def add(self, candidate: Candidate) -> None:
        changed: set[int] = set()
        for feature in _features(candidate):
            count = self._count[feature] = self._count.get(feature, 0) + 1
            if feature in self._rows:
                decay: Decay = getattr(self._settings, feature[0])
                self._left[feature] = decay.at(count)
                changed.update(self._rows[feature])
                if feature[0] == "creator" and count >= self._settings.per_creator:
                    self.room[self._rows[feature]] = False
        for row in changed:
            self._product[row] = math.prod([self._left[feature] for feature in self._features[row]])
        if self._settings.topic > 0.0 and len(candidate.place) == self._place.shape[1] > 0:
            np.maximum(self._near, self._place @ np.array(candidate.place), out=self._near)

    def factor(self) -> _Floats:
        return (1.0 - self._settings.topic * np.minimum(self._near, 1.0)) * self._product


class _Alike:
    """Which candidates are neither above already nor near-duplicates of what is."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.kept = np.ones(len(candidates), dtype=bool)
        self._rows = _rows_of(map(_keys, candidates))

    def drop(self, candidate: Candidate) -> None:
        self.kept[self.to(candidate)] = False

    def to(self, candidate: Candidate) -> list[int]:
        """Its own row and those of its near-duplicates."""
        return [row for key in _keys(candidate) for row in self._rows.get(key, ())]


def _keys(candidate: Candidate) -> list[tuple[str, str]]:
    """Videos that share one are the same, or near-duplicates."""
    return [("id", candidate.video_id), *(("copy", key) for key in candidate.copies)]


def _rows_of(keys: Iterable[Iterable[tuple[str, str]]]) -> dict[tuple[str, str], list[int]]:
    """Key → the rows that have it."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, some in enumerate(keys):
        for key in some:
            rows.setdefault(key, []).append(row)
    return rows


def _features(candidate: Candidate) -> list[_Feature]:
    """What variety counts of a video, each once."""
    sound = () if candidate.sound is None else (candidate.sound,)
    named = (("creator", candidate.creators), ("sound", sound), ("hashtag", candidate.hashtags))
    features = [(kind, name) for kind, names in (*named, ("challenge", candidate.challenges)) for name in names]
    return list(dict.fromkeys(features))


def compose(
    candidates: Sequence[Candidate],
    limit: int,
    *,
    settings: SlateSettings | None = None,
    rng: np.random.Generator,
    fresh: Sequence[Candidate] = (),
    shown: Sequence[Candidate] = (),
) -> list[Slot]:
    """The slate: ``limit`` slots or all candidates but near-duplicates, no video twice.

    The order of ``candidates`` leaves no trace (equal scores go to the smaller id; of one video told twice the greater
    score counts); given the same generator state the answer is the same. ``fresh`` videos appear by a draw, or where
    the candidates have run out. ``shown``: videos of the session's last feeds, the longest ago first; where all others
    have run out they fill the slate in that order.

    Raises:
        UsageError: a limit below 0, or a score that is negative or not finite.
    """
    if limit < 0:
        raise UsageError(f"A slate of {limit!r} videos was asked for; give 0 or more.")
    settings = settings or SlateSettings()
    known = _distinct(candidates)
    every = known + _distinct(fresh)
    score = np.array([one.score for one in every])
    above, alike = _Above(settings, every), _Alike(every)
    last = np.full(len(every), -1)
    for turn, before in enumerate(shown):
        above.add(before)
        last[alike.to(before)] = turn
    new = np.flatnonzero(last < 0)
    remaining, unseen = new[new < len(known)], new[new >= len(known)]
    again = np.argsort(last, kind="stable")[new.size :]
    slots: list[Slot] = []
    while len(slots) < limit and remaining.size + unseen.size + again.size:
        position, factor = len(slots) + 1, above.factor()
        left = remaining if remaining.size else unseen if unseen.size else again[:1]
        best = _best(left, score * factor, above.room)
        pool = _pool(unseen if unseen.size else remaining, above.room, settings, position)
        chance = settings.explore if pool.size else 0.0
        drawn = chance > 0.0 and bool(rng.random() < chance)
        row = int(pool[rng.integers(pool.size)]) if drawn else best
        propensity = (1.0 - chance) * (row == best) + (chance / pool.size if row in pool else 0.0)
        chosen = every[row]
        source = (
            EXPLORE if drawn or not chosen.parts else max(sorted(chosen.parts), key=lambda name: chosen.parts[name])
        )
        slots.append(
            Slot(
                chosen.video_id,
                position,
                chosen.score,
                dict(chosen.parts),
                source,
                float(propensity),
                float(factor[row]),
            )
        )
        above.add(chosen)
        alike.drop(chosen)
        remaining, unseen, again = (rows[alike.kept[rows]] for rows in (remaining, unseen, again))
    return slots


def joining(candidates: Iterable[Candidate], above: Iterable[Candidate], *, settings: SlateSettings) -> list[Candidate]:
    """Those of ``candidates``, in their order, that may stand beside ``above`` and those before them.

    No video twice, no near-duplicate of another, no more of one creator than ``settings`` allow.
    """
    every = list(candidates)
    beside, alike = _Above(settings, every), _Alike(every)

    def add(candidate: Candidate) -> None:
        beside.add(candidate)
        alike.drop(candidate)

    for candidate in above:
        add(candidate)
    found = []
    for row, candidate in enumerate(every):
        if beside.room[row] and alike.kept[row]:
            found.append(candidate)
            add(candidate)
    return found


def certain(
    slots: Sequence[Slot],
    candidates: Mapping[str, Candidate],
    limit: int,
    left: float,
    *,
    settings: SlateSettings,
    shown: Sequence[Candidate] = (),
) -> bool:
    """Whether ``compose`` had given the same with further candidates, of scores of at most ``left``, drawing nothing.

    ``candidates``: by id, those of the slots at least. A factor is at most 1, so nobody whose bare score is below
    every score · factor that won could have; unless a creator got more places than there are for one, or what was shown
    came again, as nobody else was left.
    """
    chosen = [candidates[slot.video_id] for slot in slots]
    before = {key for candidate in shown for key in _keys(candidate)}
    places = Counter(name for candidate in (*shown, *chosen) for name in set(candidate.creators))
    return (
        len(slots) >= limit
        and all(slot.score * slot.factor > left for slot in slots)
        and all(places[name] <= settings.per_creator for candidate in chosen for name in candidate.creators)
        and before.isdisjoint(key for candidate in chosen for key in _keys(candidate))
    )


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


def _best(rows: _Rows, value: _Floats, room: _Bools) -> int:
    """The first of greatest value among those whose creators have room; among all where none has."""
    free = rows[room[rows]]
    among = free if free.size else rows
    return int(among[np.argmax(value[among])])


def _pool(rows: _Rows, room: _Bools, settings: SlateSettings, position: int) -> _Rows:
    """What a draw may take at a position: the best remaining whose creators have room."""
    return rows[room[rows]][: settings.explore_pool if position >= settings.explore_from else 0]
