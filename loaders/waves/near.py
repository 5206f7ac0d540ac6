"""People near the videos that the waves may test, from what a night has in memory."""

from collections.abc import Mapping

import numpy as np

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured
from contentgraph.graph.near_people import NearPeople, walks
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.loaders.derive import Scored
from contentgraph.loaders.readback import Platform

CANDIDATES = 200
"""People that affinity and likeness name for a video, at most each."""
_CARRIED = ("sound", "hashtag", "challenge")


def near_open(
    platform: Platform,
    similar: Similar,
    featured: Mapping[str, Featured],
    scored: Scored,
    scale: PointScale,
    now: int,
    rule: WaveRule | None = None,
) -> NearPeople:
    """Of the videos young enough at ``now`` (epoch ms) to be on trial; others are asked of the graph.

    Videos that a hashtag of a challenge marks count as its videos here; the statement walks what answers it by name.
    """
    pairs, since = platform.engagements, now - int((rule or WaveRule()).open_hours * HOUR_MS)
    kinds = [(platform.kinds[kind], featured[kind]) for kind in _CARRIED]
    told = walks(
        pairs.user,
        pairs.video,
        pairs.bits,
        pairs.last_at,
        gain=points_of_bits(scale, np.arange(256)),
        users=len(platform.users),
        viewers=scored.scores.viewers,
        similar=similar,
        carried=[(one.entity, one.video, best, len(one.entities)) for one, best in kinds],
    )
    young = np.flatnonzero((platform.created_at > since) & platform.shown).astype(np.int32)
    return NearPeople(told, young, CANDIDATES, names=platform.videos.ids(), users=platform.users.ids())
