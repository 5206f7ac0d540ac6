"""How much a video deserves at the same likeness: what its viewers gave it, and how fresh it is.

    bar(v)   = (prior mean of v's cell)^baseline · (typical posterior mean)^(1 - baseline)
    lift(v)  = (posterior mean of v / bar(v))^quality · (floor + (1 - floor) · freshness(v))
    prior(v) = lift(v) / max lift                                            0 < prior ≤ 1

Points follow the duration, as short videos complete and loop more easily; the cell is that of the score (duration
bucket and language), and ``baseline`` says how much of what the cell explains is taken off.
freshness: decayed over total engagement (`contentgraph.graph.scores.freshness`); of a video that nobody watched,
0.5^(age/half-life), so that the new start fresh. Freshness was the largest lever on a log with time (docs/quality.md).
``lift`` multiplies the paths that lead to a video, ``prior`` ranks videos where nothing is known of the viewer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.scores import freshness

Floats = npt.NDArray[np.float64]
HOUR_MS = 3_600_000.0


@dataclass(frozen=True, slots=True)
class LiftParams:
    """Exponent, floor and half-life of the lift."""

    quality: float = 1.0
    """Exponent of the posterior mean over its bar; 0: what viewers gave does not count."""
    baseline: float = 0.5
    """0: compare with all videos; 1: only with videos of like duration and language."""
    floor: float = 0.1
    """What is left of the lift of a video that nobody watches any more, 0 … 1."""
    half_life_hours: float = 12.0
    """Engagement of this age counts half."""


def video_freshness(
    video: npt.NDArray[np.integer],
    last_at: npt.NDArray[np.int64],
    created_at: npt.NDArray[np.int64],
    *,
    now: int,
    half_life_hours: float,
) -> Floats:
    """Freshness of each video, 0 … 1; ``created_at`` (epoch ms, -1: unknown, so old) speaks for the unwatched."""
    watched = freshness(video, last_at, videos=created_at.size, now=now, half_life_hours=half_life_hours)
    born = np.where(created_at < 0, 0.0, 0.5 ** (np.maximum(now - created_at, 0) / HOUR_MS / half_life_hours))
    return np.where(np.bincount(video, minlength=created_at.size) > 0, watched, born)


def lift(posterior_mean: Floats, prior_mean: Floats, fresh: Floats, params: LiftParams) -> Floats:
    """The lift of each video, above 0; 1 is typical of a fresh one. The means are in points, an entry a video."""
    typical = float(posterior_mean.mean()) if posterior_mean.size else 1.0
    bar = np.maximum(prior_mean, 1e-9) ** params.baseline * max(typical, 1e-9) ** (1.0 - params.baseline)
    quality: Floats = np.maximum(posterior_mean / bar, 1e-3) ** params.quality
    lifted: Floats = quality * (params.floor + (1.0 - params.floor) * fresh)
    return lifted
