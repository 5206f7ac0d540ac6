"""Flags and points of many pairs at once, from columns of facts: the array twin of `contentgraph.graph.points`.

Used where pairs go into a store from outside, by millions; a test holds it against :func:`points.flags` and against the
statement ``merge_engaged``.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from contentgraph.graph.points import (
    COMMENTED,
    COMPLETED,
    LIKED,
    REWATCHED,
    SHARED,
    SKIP_MS,
    SKIP_RATIO,
    SKIPPED,
    PointScale,
    points_of_bits,
)

Times = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.int64]


def bits_of_pairs(
    scale: PointScale,
    facts: Mapping[str, Times],
    duration_ms: Times,
    *,
    one_event: Bools,
    one_completion: Bools,
) -> Bits:
    """Flag bits of each pair, skips among them, of one length with all arguments.

    Parameters:
        facts: columns of times and lengths by the names of ``PairFacts``, ms, -1 where it never happened.
        duration_ms: of the pair's video, -1 (or 0) where unknown.
        one_event: pairs that hold event ids (``event1_id``): their second view counts by ``event2_ms`` too.
        one_completion: pairs whose first and last completion carry one id: two times of one event.
    """
    known = duration_ms > 0
    length = np.where(known, duration_ms, 1).astype(np.float64)

    def watched(name: str, ratio: float) -> Bools:
        return known & (facts[name] >= 0) & (facts[name] / length >= ratio)

    whole, again = scale.completion_ratio, scale.rewatch_ratio
    twice = watched("view2_ms", whole) & (~one_event | watched("event2_ms", whole))
    first, last = facts["first_completion_at"], facts["last_completion_at"]
    rewatched = watched("view1_ms", again) | twice | ((first >= 0) & (first < last) & ~one_completion)
    completed = rewatched | watched("view1_ms", whole) | (first >= 0)
    liked_at = facts["last_like_at"]
    liked = (liked_at >= 0) & (liked_at >= facts["last_unlike_at"])
    bits: Bits = (
        COMPLETED * completed.astype(np.int64)
        + REWATCHED * rewatched
        + SHARED * (facts["first_share_at"] >= 0)
        + COMMENTED * (facts["first_comment_at"] >= 0)
        + LIKED * liked
    )
    left = (facts["view1_ms"] >= 0) & (
        (facts["view1_ms"] < SKIP_MS) | (facts["view1_ms"] < SKIP_RATIO * np.maximum(duration_ms, 0))
    )
    bits += SKIPPED * (left & (points_of_bits(scale, bits) == 0.0))
    return bits


def times_of_flags(facts: Mapping[str, Times], bits: Bits) -> dict[str, Times]:
    """When each flag came true, epoch ms, of the pairs where it is set; as the statement ``night_pairs`` tells it."""

    def first_of(*names: str) -> Times:
        found = facts[names[0]]
        for name in names[1:]:
            found = np.where(found >= 0, found, facts[name])
        return found

    told = {
        "completedAt": (COMPLETED, first_of("first_completion_at", "view1_at")),
        "rewatchedAt": (REWATCHED, first_of("last_completion_at", "view2_at", "view1_at")),
        "sharedAt": (SHARED, facts["first_share_at"]),
        "commentedAt": (COMMENTED, facts["first_comment_at"]),
        "likedAt": (LIKED, facts["last_like_at"]),
    }
    return {name: at[bits & bit > 0] for name, (bit, at) in told.items()}
