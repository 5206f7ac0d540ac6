"""Pairs of videos that are the same to the eye or the ear, and which of them came first."""

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
    """Video → (the oldest it is the same as, confidence); the older of a pair is the origin.

    ``created_at``: epoch ms, -1 where unknown, and then it is taken as the newer; equal times by the smaller index.
    """
    age = np.where(created_at < 0, np.iinfo(np.int64).max, created_at)
    best: dict[int, tuple[int, float]] = {}
    for one, other, sure in zip(found.one.tolist(), found.other.tolist(), found.confidence.tolist(), strict=True):
        older, newer = (one, other) if (age[one], one) <= (age[other], other) else (other, one)
        before = best.get(newer)
        if before is None or (age[older], older) < (age[before[0]], before[0]):
            best[newer] = (older, sure)
    return best
