"""A viewer's slate and what weighs most in each of its places, in one compiled call: for files of everybody's feeds.

What `feed_of`, `slate` and the grounds of `contentgraph.graph.snapshot.reasons` give one after the other. A compiled
function that is called from Python is handed every array of the snapshot, which takes longer than some of them do.
"""

from typing import NamedTuple

import numpy as np

from contentgraph.graph.compiled import compiled
from contentgraph.graph.snapshot.arrays import Floats, Index
from contentgraph.graph.snapshot.person import feed_of
from contentgraph.graph.snapshot.reasons import grounds, heaviest
from contentgraph.graph.snapshot.slate import NOTHING, slate


class Listed(NamedTuple):
    """A slate, in its order, and its heaviest grounds as `heaviest` tells them."""

    video: Index
    score: Floats
    parts: Floats
    """[videos × sources]."""
    slot: Index
    what: Index
    code: Index
    country: int
    """As `Found.country`."""


@compiled()
def listed(  # type: ignore[no-untyped-def]  # compiled
    catalog, crowd, rule, user, pool, rules, limit, held, acts, public, work, turn
):
    """The fields of `Listed` for a user as the snapshot has her; ``held``: videos that she is not shown."""
    (video, score, parts, scale, seed, _share, act, entity, followed, common, row_entity, row_video, row_part,
     proof_video, proof_bits, country) = feed_of(catalog, crowd, rule, user, pool, work, turn)  # fmt: skip
    if held.size:
        kept = np.ones(video.size, dtype=np.bool_)
        for one in held:
            kept &= video != one
        video, score, parts, scale = video[kept], score[kept], parts[kept], scale[kept]
    places = slate(catalog, rules, video, score, limit, work.tally, NOTHING)
    video, score, parts = video[places], score[places], parts[places]
    slots, rows, weights, counts, whole, of_whole = grounds(
        catalog, video, scale[places], parts, seed, acts[act], entity, followed, common, row_video, row_entity,
        row_part, proof_video, public[proof_bits], work.slot,
    )  # fmt: skip
    slot, what, code = heaviest(whole, of_whole, slots, rows, weights, entity, followed, counts)
    return video, score, parts, slot, what, code, country
