"""Counter snapshots: what a platform that names no viewers showed beside a video at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from contentgraph.graph import fields

COUNT_MAX = 10**13
"""The greatest count that is believed."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One snapshot of one video; None where the platform showed no number."""

    video_id: str
    at: int  # when it was seen, epoch ms
    views: int | None = None  # since the video was posted, like all counts
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None


def check_counter(raw: Mapping[str, object], *, now: int) -> Counter:
    """The snapshot that ``raw`` (``videoId, at, views, likes, comments, shares``) tells.

    Raises:
        InvalidEvent: the row cannot be right.
    """
    video, at = raw.get("videoId"), raw.get("at")
    if video is None:
        raise fields.missing("videoId")
    if at is None:
        raise fields.missing("at")
    return Counter(
        fields.identifier("videoId", video),
        fields.past("at", at, now),
        *(_count(name, raw.get(name)) for name in ("views", "likes", "comments", "shares")),
    )


def join_counters(one: Counter, other: Counter) -> Counter:
    """Two snapshots of one video and moment as one: the greater of each count (order-free, idempotent)."""
    return Counter(
        one.video_id,
        one.at,
        _greater(one.views, other.views),
        _greater(one.likes, other.likes),
        _greater(one.comments, other.comments),
        _greater(one.shares, other.shares),
    )


def _count(name: str, said: object) -> int | None:
    return None if said is None else fields.between(name, said, 0, COUNT_MAX)


def _greater(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
