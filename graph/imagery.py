"""A picture as numbers without a model: colours, edges, grain and layout, the same for a mirrored copy.

Of each of three bands (top, middle, bottom): a histogram of 8 hues at two saturations and 4 greys, and of gradients by
6 directions (folded left to right) at two scales; of the whole: low frequencies of the luma and how much neighbouring
frames differ. Square roots of shares (Hellinger), groups of equal weight, of length 1. It tells scenes of one look, not
what is in them; an image model (`--model`) tells that.
"""

import numpy as np
import numpy.typing as npt

Pictures = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Weights of red, green and blue in what is seen as bright (ITU-R BT.601)."""
SIDE = 64
"""Pixels a side that pictures are drawn on."""
BANDS = 3
HUES = 8
GREYS = 4
TURNS = 6
VERSION = "imagery-1"


def embedding(pictures: Pictures) -> Floats:
    """[152] of a video, of length 1; ``pictures``: [frames × 64 × 64 × 3] RGB, 0 … 255, at least one."""
    shares = np.sqrt(np.mean([_shares(picture / np.float32(255.0)) for picture in pictures], axis=0))
    luma = pictures @ LUMA / np.float32(255.0)
    steps = np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2))
    moved = np.array([float(steps.mean()), float(steps.max())]) if steps.size else np.zeros(2)
    rest = np.concatenate([_layout(luma.mean(axis=0)), np.sqrt(np.minimum(moved, 1.0))])
    whole = np.concatenate([_unit(shares), 0.5 * _unit(rest)])
    return _unit(whole).astype(np.float32)


def _shares(picture: Floats) -> npt.NDArray[np.float64]:
    """Shares of colours and directions, band by band."""
    high, low = picture.max(axis=2), picture.min(axis=2)
    span = high - low
    saturation = np.divide(span, high, out=np.zeros_like(span), where=high > 0.0)
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    safe = np.maximum(span, 1e-6)
    hue = np.where(
        high == red,
        ((green - blue) / safe) % 6.0,
        np.where(high == green, (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    coloured = (saturation > 0.15) & (high > 0.1)
    code = np.where(
        coloured,
        (hue / 6.0 * HUES).astype(np.int64) % HUES + HUES * (saturation > 0.5),
        2 * HUES + np.minimum((high * GREYS).astype(np.int64), GREYS - 1),
    )
    luma = picture @ LUMA
    parts = []
    for band in range(BANDS):
        rows = slice(band * SIDE // BANDS, (band + 1) * SIDE // BANDS)
        colours = np.bincount(code[rows].ravel(), minlength=2 * HUES + GREYS).astype(np.float64)
        parts.append(colours / colours.sum())
        parts += [_directions(luma[rows], step) for step in (1, 4)]
    return np.concatenate(parts)


def _directions(luma: Floats, step: int) -> npt.NDArray[np.float64]:
    """[7] strength of edges by direction, folded left to right, and what is even."""
    down = luma[step:, :-step] - luma[:-step, :-step]
    across = luma[:-step, step:] - luma[:-step, :-step]
    strength = np.hypot(down, across)
    turn = np.arctan2(np.abs(down), np.abs(across)) / (np.pi / 2.0)
    told = np.bincount(
        np.minimum((turn * TURNS).astype(np.int64), TURNS - 1).ravel(), weights=strength.ravel(), minlength=TURNS
    )
    even = float((strength < 0.02).sum()) * 0.02
    whole = np.append(told, even)
    return np.asarray(whole / max(float(whole.sum()), 1e-9))


def _layout(luma: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Lowest frequencies of the mean picture, without sign where a mirror turns them."""
    cell = np.arange(SIDE)
    dct = np.cos(np.pi * (2 * cell + 1) * np.arange(6)[:, None] / (2 * SIDE)) / SIDE
    low = (dct @ luma @ dct.T).astype(np.float64)
    low[:, 1::2] = np.abs(low[:, 1::2])
    return low.ravel()


def _unit(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    length = float(np.linalg.norm(values))
    return np.asarray(values / length if length > 0.0 else values, dtype=np.float64)
