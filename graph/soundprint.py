"""Soundprints: which spectral peaks a sound has, eight times a second; they find the same sound under another id.

A frame is 0.37 s of mono sound. Its energies in 64 bands, each a sixteenth-octave-and-a-bit (4.7 %) wide, from 200 to
4,000 Hz; bit b is set where band b is louder than both neighbours, within `DEEP` of the frame's loudest and of the
sound's, so noise below and silence set none. Peaks outlive re-encoding and another volume; playing 5 % faster moves
them by one band, which is one shift of all bits.

Two prints are the same sound where pieces of 4 s of the shorter are found in the other: Jaccard similarity of the
bits, aligned, of `ALIKE` or more. Pieces are aligned each by itself, so a cropped or slightly faster copy is found.
"""

import numpy as np
import numpy.typing as npt

from contentgraph.graph.matches import Matches
from contentgraph.graph.topk import top_of_rows

Samples = npt.NDArray[np.float32]
Print = npt.NDArray[np.uint64]

RATE = 11_025
"""Samples a second that a print is made from."""
FRAME = 4_096
"""Samples a frame."""
HOP = RATE // 8
"""Samples from frame to frame."""
BANDS = 64
LOW_HZ, HIGH_HZ = 200.0, 4_000.0
DEEP = 4.6
"""Natural logarithms below the loudest at which a peak still counts: 20 dB."""
QUIET = 9.2
"""The same below the loudest of the whole sound: 40 dB."""
PIECE = 32
"""Frames that are looked for together: 4 s."""
ALIKE = 0.5
"""Jaccard similarity of the peaks from which on a piece is found."""
SHARE = 0.5
"""Share of pieces that must be found."""
TELLING = 24
"""Peaks that a piece must have to say anything."""
NEAREST = 30
"""Sounds of most similar mean peaks that each is compared with."""
BLOCK = 1_024


def soundprint(samples: Samples) -> Print:
    """[frames] the peaks of mono ``samples`` at `RATE`, -1 … 1; empty below one frame."""
    energy = band_energies(samples)
    if not energy.size:
        return np.zeros(0, dtype=np.uint64)
    floor = max(float(energy.max()) - QUIET, float(np.log(1e-7)))
    loud = energy.max(axis=1, keepdims=True)
    inner = energy[:, 1:-1]
    peak = (inner > energy[:, :-2]) & (inner >= energy[:, 2:]) & (inner > loud - DEEP) & (inner > floor)
    bits = np.left_shift(np.uint64(1), np.arange(BANDS, dtype=np.uint64))
    found: Print = np.where(peak, bits, np.uint64(0)).sum(axis=1, dtype=np.uint64)
    return found


def band_energies(samples: Samples) -> npt.NDArray[np.float64]:
    """[frames × (bands + 2)] natural logarithms of energies; one more band at each end."""
    if samples.size < FRAME:
        return np.zeros((0, BANDS + 2))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(FRAME).astype(np.float32), axis=1)) ** 2
    step = (HIGH_HZ / LOW_HZ) ** (1.0 / BANDS)
    edges = LOW_HZ * step ** np.arange(-1, BANDS + 2)
    bins = np.fft.rfftfreq(FRAME, 1.0 / RATE)
    starts = np.searchsorted(bins, edges)
    # Low bands are narrower than a bin is wide: each takes one bin at least.
    starts = np.maximum.accumulate(np.maximum(starts, starts[0] + np.arange(starts.size)))
    energy = np.add.reduceat(spectrum[:, : starts[-1]], starts[:-1], axis=1)
    found: npt.NDArray[np.float64] = np.log(energy / FRAME + 1e-9)
    return found


def likeness(one: Print, other: Print) -> float:
    """How sure it is that the shorter is, or is a piece of, the longer: 0 (it is not) … 1."""
    short, long = (one, other) if one.size <= other.size else (other, one)
    if short.size < PIECE:
        return 0.0
    starts = list(range(0, short.size - PIECE + 1, PIECE // 2))
    pieces = [short[start : start + PIECE] for start in starts]
    pieces = [piece for piece in pieces if int(np.bitwise_count(piece).sum()) >= TELLING]
    if not pieces:
        return 0.0
    best = 0.0
    for moved in (long, long << np.uint64(1), long >> np.uint64(1)):
        views = np.lib.stride_tricks.sliding_window_view(moved, PIECE)
        told = np.array([_best(piece, views) for piece in pieces])
        near = told >= ALIKE
        if near.mean() >= SHARE:
            best = max(best, float(near.mean() * told[near].mean()))
    return best


def _best(piece: Print, views: npt.NDArray[np.uint64]) -> float:
    both = np.bitwise_count(views & piece).sum(axis=1, dtype=np.int64)
    either = np.bitwise_count(views | piece).sum(axis=1, dtype=np.int64)
    return float((both / np.maximum(either, 1)).max())


def profile(found: Print) -> npt.NDArray[np.float32]:
    """[bands] mean peaks, of length 1; zeros where there are none. The same for any piece of a steady sound."""
    if not found.size:
        return np.zeros(BANDS, dtype=np.float32)
    bits = (found[:, None] >> np.arange(BANDS, dtype=np.uint64)) & np.uint64(1)
    mean = bits.mean(axis=0)
    smooth = mean + 0.5 * (np.roll(mean, 1) + np.roll(mean, -1))
    length = float(np.linalg.norm(smooth))
    return np.asarray(smooth / length if length > 0.0 else smooth, dtype=np.float32)


def same_sounds(prints: list[Print], new: npt.NDArray[np.bool_] | None = None) -> Matches:
    """Pairs that are the same sound, looked for among the `NEAREST` of each by mean peaks.

    ``new``: only pairs with one of these; None: all.
    """
    means = np.array([profile(found) for found in prints]).reshape(len(prints), BANDS)
    asked = np.arange(len(prints)) if new is None else np.flatnonzero(new)
    best = min(NEAREST, max(len(prints) - 1, 0))
    pairs: set[tuple[int, int]] = set()
    for first in range(0, asked.size if best else 0, BLOCK):
        rows = asked[first : first + BLOCK]
        near = means[rows] @ means.T
        near[np.arange(rows.size), rows] = 0.0
        cols, values = np.zeros((rows.size, best), dtype=np.int32), np.zeros((rows.size, best), dtype=np.float32)
        top_of_rows(near, cols, values)
        for row, ends, told in zip(rows.tolist(), cols.tolist(), values.tolist(), strict=True):
            pairs.update((min(row, end), max(row, end)) for end, value in zip(ends, told, strict=True) if value > 0.0)
    ordered = sorted(pairs)
    sure = np.array([likeness(prints[one], prints[other]) for one, other in ordered])
    kept = np.flatnonzero(sure > 0.0)
    both = np.array(ordered, dtype=np.int64).reshape(-1, 2)[kept]
    return Matches(both[:, 0], both[:, 1], sure[kept])
