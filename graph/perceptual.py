"""Perceptual hashes of frames: what is left of a picture after re-encoding, scaling, mirroring, cropping or a border.

    h(f) = signs of the 63 lowest DCT coefficients of the luma of a window of f, the constant one left out

The coefficients C[v, u], u, v < 8, are of the window drawn on 32 × 32 by means over areas; bit 8v + u is set where
C[v, u] > 0. Turning a picture left to right multiplies C[v, u] by (-1)^u, so the hash of the mirrored picture is the
hash with the bits of odd u turned over where C is not 0 (`mirrored`). A hash of several windows of one frame is met
by a copy that shows only one of them. Uniform borders are cut off first; a frame without contrast has hash 0, which
matches nothing.

References: the DCT hash after Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint64]

SIDE = 32
"""Cells a side of the grid that a window is drawn on."""
LOW = 8
"""Frequencies a side that are kept."""
FLAT = 3.0
"""A window whose luma (0 … 255) deviates less than this says nothing."""
BORDER = 6.0
"""Rows and columns at the edge whose luma deviates less, and stays so near the edge's, are border."""
WIDEST = 0.4
"""At most this share of a side is border, each end."""

WINDOWS: tuple[tuple[float, float, float, float], ...] = (
    (0.0, 0.0, 1.0, 1.0),
    (0.05, 0.05, 0.9, 0.9),
    (0.1, 0.1, 0.8, 0.8),
    (0.15, 0.15, 0.7, 0.7),
    (0.15, 0.0, 0.85, 1.0),
    (0.0, 0.0, 0.85, 1.0),
    (0.0, 0.15, 1.0, 0.85),
    (0.0, 0.0, 1.0, 0.85),
    (0.0, 0.0, 0.85, 0.85),
    (0.0, 0.15, 0.85, 0.85),
    (0.15, 0.0, 0.85, 0.85),
    (0.15, 0.15, 0.85, 0.85),
)
"""Top, left, height and width of each window as shares of the frame; the first is all of it."""

_ODD = np.uint64(sum(1 << (LOW * v + u) for v in range(LOW) for u in range(1, LOW, 2)))


def frame_hashes(luma: Floats) -> Hashes:
    """[windows] the hashes of one frame; ``luma``: [height × width], 0 … 255, at least 8 × 8."""
    frame = without_border(luma)
    found = np.zeros(len(WINDOWS), dtype=np.uint64)
    height, width = frame.shape
    for place, (top, left, high, wide) in enumerate(WINDOWS):
        rows = slice(int(top * height), max(int((top + high) * height), 1))
        found[place] = _hash(frame[rows, int(left * width) : max(int((left + wide) * width), 1)])
    return found


def mirrored(hashes: Hashes) -> Hashes:
    """The hashes of the same pictures turned left to right; 0 stays 0."""
    return np.where(hashes == 0, np.uint64(0), hashes ^ _ODD)


def distance(one: Hashes, other: Hashes) -> npt.NDArray[np.uint8]:
    """Bits that differ, 0 … 63, broadcast; 64 where either is 0."""
    found: npt.NDArray[np.uint8] = np.where((one == 0) | (other == 0), np.uint8(64), np.bitwise_count(one ^ other))
    return found


def without_border(luma: Floats) -> Floats:
    """The frame without uniform bars at its edges."""
    top, bottom = _bars(luma)
    left, right = _bars(luma[top:bottom].T)
    return luma[top:bottom, left:right]


def _bars(luma: Floats) -> tuple[int, int]:
    """First and last (exclusive) row that is no border."""
    size = luma.shape[0]
    even = luma.std(axis=1) < BORDER
    mean = luma.mean(axis=1)
    most = int(size * WIDEST)

    def run(flags: npt.NDArray[np.bool_]) -> int:
        inside = np.flatnonzero(~flags[:most])
        return int(inside[0]) if inside.size else most

    first = run(even & (np.abs(mean - mean[0]) < BORDER))
    last = run((even & (np.abs(mean - mean[-1]) < BORDER))[::-1])
    if first + last >= size - LOW or (first == most and last == most):
        return 0, size
    return first, size - last


def _hash(part: Floats) -> np.uint64:
    if min(part.shape) < 2 or float(part.std()) < FLAT:
        return np.uint64(0)
    low = _low(part.shape[0]) @ part @ _low(part.shape[1]).T
    bits = (low > 0.0).ravel()
    bits[0] = True  # the constant: always set, so that no hash of a picture is 0
    return np.uint64(int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little"))


@lru_cache(maxsize=256)
def _low(size: int) -> Floats:
    """[8 × size] the lowest DCT-II rows of a side drawn on `SIDE` cells by means over areas."""
    edge = np.linspace(0.0, size, SIDE + 1)
    at = np.arange(size)
    share = np.clip(np.minimum(edge[1:, None], at + 1) - np.maximum(edge[:-1, None], at), 0.0, None)
    share /= share.sum(axis=1, keepdims=True)
    cell = np.arange(SIDE)
    dct = np.cos(np.pi * (2 * cell + 1) * np.arange(LOW)[:, None] / (2 * SIDE))
    found: Floats = (dct @ share).astype(np.float32)
    return found
