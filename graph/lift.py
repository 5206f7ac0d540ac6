"""How much a video deserves at the same likeness: what its viewers gave it, and how fresh it is.

    bar(v)   = (usual points of v's duration)^baseline · (typical points)^(1 - baseline)
    lift(v)  = (points of v / bar(v))^quality · Π over half-lives h of (floor + (1 - floor) · F_h(v))^e_h
    prior(v) = lift(v) · (1 + viewers of v)^crowd / max                                 0 < prior ≤ 1

points: what a next view is expected to bring (`contentgraph.graph.worth`). They follow the duration, as short videos
complete and loop more easily; ``baseline`` says how much of what the duration explains is taken off.
F_h: decayed over total
engagement (`contentgraph.graph.scores.freshness`) with a half-life of 12 or of 96 hours; of a video that nobody
watched, 0.5^(age/half-life), so that the new start fresh. It is a mean over viewers: with the same profile of time
more viewers change nothing. Freshness was the largest lever on a log with time (docs/quality.md). ``lift`` multiplies
the paths that lead to a video, ``prior`` ranks videos where nothing is known of the viewer.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.checks import number
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.scores import freshness

Floats = npt.NDArray[np.float64]

SHORT_HOURS = 12.0
"""Half-life of what moves today."""
LONG_HOURS = 96.0
"""Half-life of what moves this week."""


@dataclass(frozen=True, slots=True)
class LiftParams:
    """Exponents and floor of the lift.

    Raises:
        TypeError: a value that is no number. UsageError: one that is not finite or out of bounds.
    """

    quality: float = 1.0
    """Exponent of the expected points over their bar; 0: what viewers gave does not count."""
    baseline: float = 0.5
    """0: compare with all videos; 1: only with videos of like duration."""
    floor: float = 0.05
    """What is left of the freshness of a video that nobody watches any more, 0 … 1."""
    short: float = 0.5
    """Exponent of the freshness of today; 0: it does not count."""
    long: float = 1.0
    """Exponent of the freshness of this week."""
    crowd: float = 0.25
    """Exponent of the number of viewers in the prior; 0: many viewers are no reason by themselves."""

    def __post_init__(self) -> None:
        """Refuse what no lift can be: a negative exponent would praise what is stale or gave little."""
        for name in ("quality", "short", "long", "crowd"):
            number("Lift", name, getattr(self, name), least=0.0)
        for name in ("baseline", "floor"):
            number("Lift", name, getattr(self, name), least=0.0, most=1.0)


@dataclass(frozen=True, slots=True)
class Goods:
    """What is known of each video by itself; arrays of one entry a video, float64."""

    points: Floats
    """Expected points of a next viewer who understands it."""
    usual: Floats
    """The same of a video of its duration, in points."""
    short: Floats
    """Freshness with the short half-life, 0 … 1; 1 where nothing has a time."""
    long: Floats
    """Freshness with the long half-life."""
    viewers: Floats
    """Number of people who engaged."""


def video_freshness(
    video: npt.NDArray[np.integer],
    last_at: npt.NDArray[np.int64],
    created_at: npt.NDArray[np.int64],
    *,
    now: int,
    half_life_hours: float,
    stale: Floats | None = None,
) -> Floats:
    """Freshness of each video, 0 … 1; ``created_at`` (epoch ms, -1: unknown, so old) speaks for the unwatched.

    ``stale``: viewers of each video so long ago that nothing of them is fresh, beside those told by pairs.
    """
    watched = freshness(video, last_at, videos=created_at.size, now=now, half_life_hours=half_life_hours)
    seen = np.bincount(video, minlength=created_at.size).astype(np.float64)
    if stale is not None:
        watched = watched * seen / np.maximum(seen + stale, 1.0)
        seen = seen + stale
    born = np.where(created_at < 0, 0.0, 0.5 ** (np.maximum(now - created_at, 0) / HOUR_MS / half_life_hours))
    return np.where(seen > 0.0, watched, born)


def lift(goods: Goods, params: LiftParams) -> Floats:
    """The lift of each video, above 0; 1 is typical of a fresh one."""
    typical = float(goods.points.mean()) if goods.points.size else 1.0
    bar = np.maximum(goods.usual, 1e-9) ** params.baseline * max(typical, 1e-9) ** (1.0 - params.baseline)
    lifted: Floats = np.maximum(goods.points / bar, 1e-3) ** params.quality
    for fresh, exponent in ((goods.short, params.short), (goods.long, params.long)):
        lifted = lifted * np.maximum(params.floor + (1.0 - params.floor) * fresh, 1e-6) ** exponent
    return lifted


def prior(goods: Goods, lifts: Floats, params: LiftParams) -> Floats:
    """The prior of each video before it is divided by the greatest, above 0."""
    standing: Floats = lifts * (1.0 + goods.viewers) ** params.crowd
    return standing
