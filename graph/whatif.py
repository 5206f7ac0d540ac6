"""Feeds of a snapshot under other settings, beside those it serves: what would change, and for whom.

Nothing is learned again: another point scale is read into the engagements that are known, and each video's worth is
moved by what it makes of its viewers' points,

    worth'(v) = worth(v) · (Σ p' + k·m') / (Σ p + k·m)          over the viewers of v,

m the mean points of all engagements, k = :data:`VIEWS`. Both feeds are measured by the settings that are served.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.fairness import gini
from contentgraph.graph.points import ALL_BITS, PointScale, points_of_bits
from contentgraph.graph.ranking import POOL_FACTOR, POOL_LEAST, SlateSettings
from contentgraph.graph.snapshot.arrays import REMOVED, Floats, Index
from contentgraph.graph.snapshot.snapshot import Snapshot

VIEWS = 20
"""Ordinary views that each video is given, so that a handful of viewers does not move it far."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What feeds are like; slots count alike."""

    points: float
    """Points that a view is expected to bring, by the scale and settings that are served."""
    coverage: float
    """Share of all videos that anybody is shown."""
    diversity: float
    """Mean of 1 - cosine over two videos of a feed, by their places among tastes; 0 where there are none."""
    creator_gini: float
    """Gini coefficient of slots over the creators who have any."""
    small_creators: float
    """Share of slots that go to the half of the creators with the fewest followers."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Feeds before and after."""

    people: int
    overlap: float
    """Mean share of a feed's videos that stay."""
    first_stays: float
    """Share of people whose first video stays."""
    before: Measured
    after: Measured


def rerun(
    snapshot: Snapshot,
    people: Sequence[int],
    limit: int,
    *,
    settings: Mapping[str, float],
    scale: PointScale | None = None,
    topic: float | None = None,
) -> Changed:
    """The feeds of some people as they are and as they would be.

    Parameters:
        people: users by place; those who were removed are left out.
        settings: properties of ``:Settings`` to change.
        scale: another point scale.
        topic: another share of the slate's score that goes to variety.
    """
    plain = SlateSettings()
    other = _other(snapshot, settings, scale)
    rules = plain if topic is None else SlateSettings(topic=topic)
    asked = [user for user in people if not snapshot.arrays.crowd.state[user] & REMOVED]
    before = [_feed(snapshot, user, limit, plain) for user in asked]
    after = [_feed(other, user, limit, rules) for user in asked]
    pairs = [(one, two) for one, two in zip(before, after, strict=True) if one.size and two.size]
    return Changed(
        people=len(pairs),
        overlap=_mean([np.isin(one, two).mean() for one, two in pairs]),
        first_stays=_mean([float(one[0] == two[0]) for one, two in pairs]),
        before=_measured(snapshot, asked, before),
        after=_measured(snapshot, asked, after),
    )


def _other(snapshot: Snapshot, settings: Mapping[str, float], scale: PointScale | None) -> Snapshot:
    arrays = snapshot.arrays
    if scale is not None:
        crowd, catalog = arrays.crowd, arrays.catalog
        worth = catalog.worth * (_told(crowd.engaged, crowd.bits, scale, catalog.worth.size)
                                 / _told(crowd.engaged, crowd.bits, snapshot.scale, catalog.worth.size))  # fmt: skip
        arrays = arrays._replace(catalog=catalog._replace(worth=worth))
    return Snapshot(arrays, {**snapshot.settings, **settings}, scale or snapshot.scale)


def _told(video: Index, bits: npt.NDArray[np.uint8], scale: PointScale, videos: int) -> Floats:
    points = points_of_bits(scale, np.arange(ALL_BITS))[bits]
    usual = max(float(points.mean()) if points.size else 0.0, 1e-9)
    sums: Floats = np.bincount(video, weights=points, minlength=videos).astype(np.float64) + VIEWS * usual
    return sums


def _feed(snapshot: Snapshot, user: int, limit: int, rules: SlateSettings) -> Index:
    found = snapshot.found(snapshot.users[user], max(POOL_FACTOR * limit, POOL_LEAST))
    video: Index = found.video[snapshot.slate(found, limit, rules)]
    return video


def _measured(snapshot: Snapshot, people: Sequence[int], feeds: Sequence[Index]) -> Measured:
    catalog = snapshot.arrays.catalog
    shown = np.concatenate([np.zeros(0, dtype=np.int32), *feeds])
    values = [
        snapshot.values(snapshot.person(snapshot.users[user]), feed)
        for user, feed in zip(people, feeds, strict=True)
        if feed.size
    ]
    makers = [catalog.maker[catalog.maker_ptr[video] : catalog.maker_ptr[video + 1]] for video in shown.tolist()]
    author = np.array([some[0] for some in makers if some.size], dtype=np.int64)
    followers = np.bincount(snapshot.arrays.crowd.follow, minlength=len(snapshot.users))
    active = np.flatnonzero(np.diff(catalog.made_ptr) > 0)
    small = active[np.argsort(followers[active], kind="stable")[: active.size // 2]]
    return Measured(
        points=float(np.concatenate([np.zeros(0), *values]).mean()) if values else 0.0,
        coverage=np.unique(shown).size / max(catalog.worth.size, 1),
        diversity=_mean([_within(catalog.place[feed][catalog.placed[feed] > 0]) for feed in feeds]),
        creator_gini=gini(np.bincount(author)[np.unique(author)].astype(np.float64)) if author.size else 0.0,
        small_creators=float(np.isin(author, small).mean()) if author.size else 0.0,
    )


def _within(place: Floats) -> float:
    n = place.shape[0]
    if n < 2:
        return 0.0
    total = float((place.sum(axis=0) ** 2).sum() - (place**2).sum())
    return float(1.0 - total / (n * (n - 1)))


def _mean(values: Sequence[Any]) -> float:
    return float(np.mean(values)) if values else 0.0
