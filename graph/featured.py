"""The best videos of each hashtag, sound, challenge or creator: the bounded lists that traversals go over.

The value of a video is given by the caller.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Featured:
    """The lists one after the other, ordered by entity, then rank; parallel arrays."""

    entity: npt.NDArray[np.int32]
    """Index of the hashtag, sound, challenge or creator."""
    video: npt.NDArray[np.int32]
    """Index of the video."""
    rank: npt.NDArray[np.int32]
    """1 … n within the entity; equal scores by ascending video."""
    score: FloatArray
    """The value given, descending within an entity."""


def featured(entity: IntArray, video: IntArray, value: FloatArray, n: int = 100) -> Featured:
    """The ``n`` videos of greatest value of each entity; the order of the input leaves no trace.

    Parallel arrays, an entry an entity–video edge; an edge told twice counts once, with its greatest value.
    Values may be 0 or negative; an entity without an edge has no list.

    Raises:
        UsageError: n below 1, arrays of different lengths, a value that is not a number.
    """
    if n < 1:
        raise UsageError(f"featured() was called with n={n!r}; give 1 or more.")
    if not (entity.shape == video.shape == value.shape):
        raise UsageError(f"featured() needs equally long arrays: {entity.shape}, {video.shape}, {value.shape}.")
    if np.isnan(value).any():
        raise UsageError("featured() was given a value that is not a number; check the scores it came from.")
    told = np.lexsort((-value, video, entity))
    entity, video, value = entity[told], video[told], value[told]
    first = np.ones(entity.size, dtype=np.bool_)
    first[1:] = (entity[1:] != entity[:-1]) | (video[1:] != video[:-1])
    entity, video, value = entity[first], video[first], value[first]
    order = np.lexsort((video, -value, entity))
    entity, video, value = entity[order], video[order], value[order]
    rank = np.arange(entity.size) - np.searchsorted(entity, entity, side="left") + 1
    kept = rank <= n
    return Featured(
        entity[kept].astype(np.int32),
        video[kept].astype(np.int32),
        rank[kept].astype(np.int32),
        value[kept].astype(np.float64),
    )
