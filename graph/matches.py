"""Pairs of videos that are the same to the eye or the ear, which of them came first, and sounds that are one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs, ordered by (one, other); parallel arrays."""

    one: npt.NDArray[np.int64]
    """Index of a video."""
    other: npt.NDArray[np.int64]
    """Index of the other, greater."""
    confidence: npt.NDArray[np.float64]
    """Share of what was found of the one in the other times how near it is, 0 … 1."""


def origins(found: Matches, created_at: npt.NDArray[np.int64]) -> dict[int, tuple[int, float]]:
    """Video → (the video that it goes back to, confidence), of those that go back to another.

    Each video leads to the oldest one that it is the same as, if that is older, and so on to the end: the origin, and
    the product of the confidences on the way. Nothing is taken back through a newer one: a compilation is the same as
    each of its parts, which are not the same as one another.

    ``created_at``: epoch ms, -1 where unknown, and then it is taken as the newer; equal times by the smaller index.
    """
    age = np.where(created_at < 0, np.iinfo(np.int64).max, created_at)
    before: dict[int, tuple[int, float]] = {}
    for one, other, sure in zip(found.one.tolist(), found.other.tolist(), found.confidence.tolist(), strict=True):
        older, newer = (one, other) if (age[one], one) <= (age[other], other) else (other, one)
        if newer not in before or (age[older], older) < (age[before[newer][0]], before[newer][0]):
            before[newer] = (older, sure)
    best: dict[int, tuple[int, float]] = {}
    for newer in sorted(before, key=lambda video: (age[video], video)):
        older, sure = before[newer]
        origin, known = best.get(older, (older, 1.0))
        best[newer] = (origin, sure * known)
    return best


def equal_sounds(
    named: Mapping[int, Sequence[str]], found: Mapping[int, tuple[int, float]]
) -> dict[str, tuple[str, float]]:
    """Sound → (the sound that it is under an older id, confidence), of those that are another's.

    ``named``: the sounds that each video with a soundprint names; ``found``: what its sound goes back to (`origins`). A
    sound is what most of its videos go back to, so an id that stands for many recordings is none of them; of sounds
    that are the same the oldest is the one that the origin names. Confidence: the mean over its videos, 0 for those
    that go elsewhere.
    """
    back: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for video, names in named.items():
        origin, sure = found.get(video, (video, 1.0))
        for name in names:
            back[name][origin].append(sure)
    same: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for name, told in back.items():
        videos = sum(map(len, told.values()))
        origin = max(told, key=lambda one: len(told[one]))
        if 2 * len(told[origin]) > videos:
            same[origin][name] = sum(told[origin]) / videos
    best: dict[str, tuple[str, float]] = {}
    for origin, names_ in same.items():
        first = min([name for name in named.get(origin, ()) if name in names_] or names_)
        best |= {name: (first, sure) for name, sure in names_.items() if name != first}
    return best
