"""Near-duplicates by frame hashes: which videos show what an older one shows.

Frames of one video are matched with all windows of all frames of the other, and the other way round, as they are and
mirrored; a frame is found where the least distance is at most `NEAR` bits of 63. Two videos are near-duplicates where
the share of frames found, of the one of which more is found, is at least `SHARE`, and at least `LEAST` different
pictures were among them. Time is not compared: a copy at another speed shows the same pictures.

Pairs are compared where a quarter of a hash (16 bits) is the same in some frames of both; a quarter that many videos
share says nothing (`CROWD`). So the work grows with what is alike, not with the square of the videos.
"""

import numpy as np
import numpy.typing as npt

from contentgraph.graph.matches import Matches
from contentgraph.graph.perceptual import Hashes, distance, mirrored

NEAR = 10
"""Bits that may differ between a frame and its copy."""
SHARE = 0.5
"""Share of frames that must be found."""
LEAST = 3
"""Different pictures that must be among them; a still picture has but one, and then all of the hash must be near."""
STILL = 5
"""Bits that may differ where fewer pictures speak."""
CROWD = 100
"""A quarter of a hash that more videos have is not looked up."""
MET = 2
"""Frames with a common quarter from which on two videos are compared."""


def copies(prints: list[Hashes], new: npt.NDArray[np.bool_] | None = None) -> Matches:
    """All near-duplicates; ``prints``: [frames × windows] a video, empty where nothing is known.

    ``new``: only pairs with one of these; None: all.
    """
    one, other = candidates(prints)
    if new is not None:
        kept = new[one] | new[other]
        one, other = one[kept], other[kept]
    told = np.array([alike(prints[a], prints[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)])
    kept = told > 0.0
    return Matches(one[kept], other[kept], told[kept])


def alike(one: Hashes, other: Hashes) -> float:
    """How sure it is that both show the same, 0 (they do not) … 1."""
    return max(_found(one, other), _found(other, one))


def _found(these: Hashes, among: Hashes) -> float:
    """Of the frames of one video, as a whole: how many are seen in windows of the other, and how near."""
    frames = these[these[:, 0] != 0, 0] if these.size else np.zeros(0, dtype=np.uint64)
    windows = among[among != 0]
    if not frames.size or not windows.size:
        return 0.0
    told = [distance(way[:, None], windows[None, :]).min(axis=1) for way in (frames, mirrored(frames))]
    best = min(told, key=lambda found: (-int((found <= NEAR).sum()), int(found.sum())))
    near = best <= NEAR
    share = float(near.mean())
    pictures = _pictures(frames[near])
    if share < SHARE or (pictures < LEAST and (pictures < _pictures(frames) or int(best[near].max()) > STILL)):
        return 0.0
    return share * (1.0 - float(best[near].mean()) / (2 * NEAR))


def _pictures(frames: Hashes) -> int:
    """Different pictures among some frames, counted up to `LEAST`: each farther than `NEAR` from those before."""
    kept: list[np.uint64] = []
    for frame in frames:
        if all(int(np.bitwise_count(frame ^ before)) > NEAR for before in kept):
            kept.append(frame)
            if len(kept) == LEAST:
                break
    return len(kept)


def candidates(prints: list[Hashes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(one, other), one < other: pairs with a common quarter in `MET` frames or more, ordered."""
    sizes = np.array([found.shape[0] for found in prints], dtype=np.int64)
    if not sizes.sum():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    windows = max(found.shape[1] for found in prints if found.size)
    table = np.concatenate([found.reshape(-1, windows) for found in prints])
    owner = np.repeat(np.arange(sizes.size), sizes)
    frame = np.arange(owner.size)
    met: list[npt.NDArray[np.int64]] = []
    for quarter in range(4):
        inside = _quarter(table, quarter)
        asked = np.concatenate([_quarter(table[:, :1], quarter), _quarter(mirrored(table[:, :1]), quarter)], axis=1)
        key = np.concatenate([inside.ravel(), asked.ravel()])
        who = np.concatenate([np.repeat(owner, windows), np.repeat(owner, 2)])
        which = np.concatenate([np.repeat(frame, windows), np.repeat(frame, 2)])
        asks = np.concatenate([np.zeros(inside.size, dtype=np.bool_), np.ones(asked.size, dtype=np.bool_)])
        met.append(_met(key, who, which, asks, sizes.size))
    rows = np.concatenate(met)
    # One row a pair and frame, however often they met.
    pair, frames = np.unique(np.unique(rows, axis=0)[:, 0], return_counts=True)
    small = np.minimum(sizes[pair // sizes.size], sizes[pair % sizes.size])
    pair = pair[frames >= np.minimum(MET, small)]
    return pair // sizes.size, pair % sizes.size


def _quarter(hashes: Hashes, quarter: int) -> npt.NDArray[np.int64]:
    """16 bits of each hash; -1 where there is none."""
    part = (hashes >> np.uint64(16 * quarter)) & np.uint64(0xFFFF)
    return np.where(hashes == 0, -1, part.astype(np.int64))


def _met(
    key: npt.NDArray[np.int64],
    who: npt.NDArray[np.int64],
    which: npt.NDArray[np.int64],
    asks: npt.NDArray[np.bool_],
    videos: int,
) -> npt.NDArray[np.int64]:
    """[met × 2] pair (smaller · videos + greater) and frame of the one that asks, of all that share a key."""
    order = np.lexsort((who, key))
    order = order[key[order] >= 0]
    key, who, which, asks = key[order], who[order], which[order], asks[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if key.size else np.zeros(0, dtype=np.int64)
    found = [np.zeros((0, 2), dtype=np.int64)]
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), key.size], strict=True):
        if who[start] == who[end - 1]:
            continue
        owners = who[start:end]
        if np.unique(owners).size > CROWD:
            continue
        asking = np.flatnonzero(asks[start:end])
        here, there = np.repeat(owners[asking], owners.size), np.tile(owners, asking.size)
        frame = np.repeat(which[start:end][asking], owners.size)
        apart = here != there
        here, there, frame = here[apart], there[apart], frame[apart]
        pair = np.minimum(here, there) * videos + np.maximum(here, there)
        found.append(np.unique(np.column_stack([pair, frame]), axis=0))
    return np.concatenate(found)
