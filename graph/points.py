"""The point scale, and the points of one user–video pair.

    p(u, v) = rewatch·[rewatched] + completion·[completed] + share·[shared] + comment·[commented] + like·[liked]

where [x] is 1 if it happened and 0 if not, added from left to right (as the Cypher of ``derive_points`` does, so both
agree to the last bit). A rewatch is also a completion. With the default scale p is between 0 and 30.
The weights are those an article of 2020 claims for TikTok; they are a claim, not TikTok's specification.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.facts import PairFacts
from contentgraph.graph.parts import filled

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


COMPLETED, REWATCHED, SHARED, COMMENTED, LIKED = 1, 2, 4, 8, 16
"""Bits of a pair's flags where many pairs are told at once; see :meth:`Flags.bits`."""
_FLAGS = COMPLETED | REWATCHED | SHARED | COMMENTED | LIKED
SKIPPED = 32
"""Bit of a pair that brought nothing and was left at once; see :func:`skipped`. It brings no points."""
ALL_BITS = 64
"""So many numbers can be told by bits."""
SKIP_MS, SKIP_RATIO = 2_000, 0.1
"""Who watched less than either, ms and watched / duration, skipped."""


@dataclass(frozen=True, slots=True)
class PointScale:
    """Five weights and two thresholds.

    Raises:
        UsageError: a weight that is negative or not a finite number, or thresholds out of order.
    """

    version: int = 1
    """Number of the scale in the store; a greater one is newer."""
    rewatch: float = 10.0
    """Points of a rewatch."""
    completion: float = 8.0
    """Points of a completion."""
    share: float = 6.0
    """Points of a share."""
    comment: float = 4.0
    """Points of a comment."""
    like: float = 2.0
    """Points of a like that was not taken back."""
    completion_ratio: float = 0.9
    """Watched / duration from which (inclusive) a view is completed."""
    rewatch_ratio: float = 1.5
    """Watched / duration from which (inclusive) one view is a rewatch."""

    def __post_init__(self) -> None:
        """Refuse what no scale can be."""
        for name in (field.name for field in fields(self) if field.name != "version"):
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0.0:
                raise UsageError(f"The point scale's {name} is {value!r}; give a finite number, 0 or more.")
        if not 0.0 < self.completion_ratio < self.rewatch_ratio:
            raise UsageError(
                f"The thresholds are out of order: completion_ratio {self.completion_ratio!r}, rewatch_ratio"
                f" {self.rewatch_ratio!r}; give 0 < completion_ratio < rewatch_ratio."
            )

    @property
    def highest(self) -> float:
        """Points of a pair in which everything happened."""
        return self.rewatch + self.completion + self.share + self.comment + self.like


@dataclass(frozen=True, slots=True)
class Flags:
    """What happened between one user and one video, yes or no."""

    completed: bool
    rewatched: bool
    shared: bool
    commented: bool
    liked: bool

    def bits(self) -> int:
        """The flags as one number, 0 … 31."""
        return (
            COMPLETED * self.completed
            + REWATCHED * self.rewatched
            + SHARED * self.shared
            + COMMENTED * self.commented
            + LIKED * self.liked
        )


def flags(scale: PointScale, facts: PairFacts, duration_ms: int | None) -> Flags:
    """What the facts of a pair amount to, given the video's duration.

    completed: a view of at least ``completion_ratio`` of the duration, or an explicit completion.
    rewatched: one view of at least ``rewatch_ratio``, or two completed views that differ in time and in event id, or
    two explicit completions that differ in both. Without a (positive) duration only explicit completions count.
    A like and an unlike of the same millisecond: the like wins.
    """

    def watched(ms: int | None) -> float:
        return -1.0 if ms is None or not duration_ms or duration_ms < 0 else ms / duration_ms

    whole, again = scale.completion_ratio, scale.rewatch_ratio
    twice = watched(facts.view2_ms) >= whole and (facts.event1_id is None or watched(facts.event2_ms) >= whole)
    told_twice = (
        facts.first_completion_at is not None
        and facts.last_completion_at is not None
        and facts.first_completion_at < facts.last_completion_at
        and (facts.first_completion_id is None or facts.first_completion_id != facts.last_completion_id)
    )
    rewatched = watched(facts.view1_ms) >= again or twice or told_twice
    liked_at, unliked_at = facts.last_like_at, facts.last_unlike_at
    return Flags(
        completed=rewatched or watched(facts.view1_ms) >= whole or facts.first_completion_at is not None,
        rewatched=rewatched,
        shared=facts.first_share_at is not None,
        commented=facts.first_comment_at is not None,
        liked=liked_at is not None and (unliked_at is None or liked_at >= unliked_at),
    )


def skipped(facts: PairFacts, duration_ms: int | None) -> bool:
    """Whether the longest view was left at once; it is for pairs in which nothing else happened to ask."""
    longest = facts.view1_ms
    return longest is not None and (longest < SKIP_MS or longest < SKIP_RATIO * max(duration_ms or 0, 0))


def points(scale: PointScale, happened: Flags) -> float:
    """Points of one pair; the scalar twin of :func:`pair_points`."""
    return (
        (scale.rewatch if happened.rewatched else 0.0)
        + (scale.completion if happened.completed or happened.rewatched else 0.0)
        + (scale.share if happened.shared else 0.0)
        + (scale.comment if happened.commented else 0.0)
        + (scale.like if happened.liked else 0.0)
    )


def pair_points(
    scale: PointScale,
    *,
    completed: BoolArray,
    rewatched: BoolArray,
    shared: BoolArray,
    commented: BoolArray,
    liked: BoolArray,
) -> FloatArray:
    """Points of many pairs: five bool arrays of one length in, float64 of that length out."""
    total = np.where(rewatched, scale.rewatch, 0.0)
    total = total + np.where(completed | rewatched, scale.completion, 0.0)
    total = total + np.where(shared, scale.share, 0.0)
    total = total + np.where(commented, scale.comment, 0.0)
    return total + np.where(liked, scale.like, 0.0)


def points_of_bits(scale: PointScale, bits: npt.NDArray[np.integer]) -> FloatArray:
    """Points of many pairs, told by the :meth:`Flags.bits` of each."""
    every = np.arange(_FLAGS + 1)
    points = pair_points(
        scale,
        completed=(every & COMPLETED) > 0,
        rewatched=(every & REWATCHED) > 0,
        shared=(every & SHARED) > 0,
        commented=(every & COMMENTED) > 0,
        liked=(every & LIKED) > 0,
    )
    return filled(bits.size, lambda some: points[bits[some] & _FLAGS])
