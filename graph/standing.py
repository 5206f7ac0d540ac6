"""Which stored SIMILAR edges may stand beside newly computed ones, and what differs of the others.

An edge stands if writing it anew would change nothing that matters. With tolerance t, over the K of a video:

- an edge in both has a weight within t · (the greater of the two), and a rank within K / `RANKS` of the new one;
- the edges that only one of the two lists has are left as they are where all of them weigh at most (1 + t) · the least
  weight of the new list: they are at the cut, where the next candidate is as good. A list that was not full has no cut,
  and gets what is new.

With t = 0 an edge stands only if rank and weight are the same, to `LEAST`. What is told of shared viewers is always
written. Each night compares with what is stored, so what is left standing never adds up to more than t.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.edges import Similar

LEAST = 1e-9
"""Weights that differ by no more are the same."""
RANKS = 10
"""Ranks that differ by at most one place in so many of a list are the same, within a tolerance."""
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Differences:
    """What to write so that the stored lists are the new ones, what stands left out."""

    gone: npt.NDArray[np.int64]
    """Places of stored edges that are in no new list."""
    fresh: npt.NDArray[np.int64]
    """Places of new edges that are not stored."""
    moved: npt.NDArray[np.int64]
    """Places of new edges that are stored with another rank or weight."""


def differences(stored: Similar, found: Similar, videos: int, k: int, tolerance: float = 0.0) -> Differences:
    """Compare two sets of lists of the same ``videos``, of at most ``k`` edges each; each edge at most once a set."""
    key = stored.row.astype(np.int64) * videos + stored.col
    order = np.argsort(key, kind="stable")
    key = key[order]
    wanted = found.row.astype(np.int64) * videos + found.col
    place = np.searchsorted(key, wanted)
    both = np.zeros(wanted.size, dtype=np.bool_)
    inside = place < key.size
    both[inside] = key[place[inside]] == wanted[inside]
    twin = np.full(wanted.size, -1, dtype=np.int64)
    twin[both] = order[place[both]]
    kept = np.zeros(stored.row.size, dtype=np.bool_)
    kept[twin[both]] = True

    here, there = found.weight[both].astype(np.float64), stored.weight[twin[both]].astype(np.float64)
    shifted = np.abs(found.rank[both].astype(np.int64) - stored.rank[twin[both]])
    moved = (np.abs(here - there) > np.maximum(tolerance * np.maximum(here, there), LEAST)) | (
        shifted > (k // RANKS if tolerance > 0.0 else 0)
    )
    if found.alike is not None and stored.alike is not None:
        moved |= found.alike[both] != stored.alike[twin[both]]
    fresh, gone = np.flatnonzero(~both), np.flatnonzero(~kept)
    least = np.full(videos, np.inf)
    np.minimum.at(least, found.row, found.weight)
    full = np.bincount(found.row, minlength=videos) >= k
    cut = np.where(full & (tolerance > 0.0), least * (1.0 + tolerance), -np.inf)
    other = np.zeros(videos, dtype=np.bool_)
    other[found.row[fresh][found.weight[fresh] > cut[found.row[fresh]]]] = True
    other[stored.row[gone][stored.weight[gone] > cut[stored.row[gone]]]] = True
    return Differences(gone[other[stored.row[gone]]], fresh[other[found.row[fresh]]], np.flatnonzero(both)[moved])
