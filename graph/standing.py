"""Which stored SIMILAR lists may stand beside newly computed ones, and what differs in the others.

A list stands if writing it anew would change nothing that matters. With tolerance t, over the K of a video:

- an edge in both has a weight within t · (the greater of the two);
- an edge in only one of them has a weight of at most (1 + t) · the least weight of the new list: it is at the cut,
  where the next candidate is as good. A list that was not full has no cut, and stands only if it has the same edges.

With t = 0 a list stands only if edges, ranks and weights are the same, to `LEAST`, and what is told of shared viewers.
Each night compares with what is stored, so what is left standing never adds up to more than t.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.edges import Similar

LEAST = 1e-9
"""Weights that differ by no more are the same."""
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Differences:
    """What to write so that the stored lists are the new ones, those that stand left out."""

    standing: Bools
    """[videos] lists that are left as they are."""
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
    differs = np.abs(here - there) > LEAST
    moved = differs | (found.rank[both] != stored.rank[twin[both]])
    if found.alike is not None and stored.alike is not None:
        moved |= found.alike[both] != stored.alike[twin[both]]
    least = np.full(videos, np.inf)
    np.minimum.at(least, found.row, found.weight)
    full = np.bincount(found.row, minlength=videos) >= k
    cut = np.where(full, least * (1.0 + tolerance), -np.inf)

    broken = np.zeros(videos, dtype=np.bool_)
    if tolerance > 0.0:
        far = np.abs(here - there) > np.maximum(tolerance * np.maximum(here, there), LEAST)
        broken[found.row[both][far]] = True
        broken[found.row[~both][found.weight[~both] > cut[found.row[~both]]]] = True
        broken[stored.row[~kept][stored.weight[~kept] > cut[stored.row[~kept]]]] = True
    else:
        broken[found.row[both][moved]] = True
        broken[found.row[~both]] = True
        broken[stored.row[~kept]] = True
    changed = np.flatnonzero(both)[moved]
    fresh, gone = np.flatnonzero(~both), np.flatnonzero(~kept)
    return Differences(
        ~broken, gone[broken[stored.row[gone]]], fresh[broken[found.row[fresh]]], changed[broken[found.row[changed]]]
    )
