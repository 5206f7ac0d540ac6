"""Hidden tastes: unit vectors of people and videos, and the cells in which videos are looked for.

In ``communities`` people sit around one centre and lean to a second; in ``continuous`` anywhere on the sphere; in
``drifting`` they start at one centre and end at another. The affinity of person u and video v is the inner product of
their unit vectors, -1 to 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

TASTE_LOGITS = 3.6
"""What an affinity of 1 adds to the log-odds of completing a video, at noise 1."""


@dataclass(frozen=True, slots=True)
class Tastes:
    """Where people stand at both ends of the log, and the centres of the cells."""

    first: Floats32
    """users × dimensions, unit rows: taste at the begin of the log."""
    last: Floats32
    """users × dimensions, unit rows: taste at its end."""
    centres: Floats32
    """cells × dimensions, unit rows."""


def unit(rows: NDArray[np.floating]) -> Floats32:
    """Rows scaled to length 1."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats32 = (rows / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


def dimensions(world: str) -> int:
    """Dimensions of the taste space of ``world``: 16 around centres, 8 where taste is continuous."""
    return 8 if world == "continuous" else 16


def make_tastes(world: str, users: int, cells: int, rng: np.random.Generator) -> Tastes:
    """Tastes of ``users`` people in ``world`` with ``cells`` centres, sizes of communities uneven (1/rank^0.5)."""
    d = dimensions(world)
    centres = unit(rng.standard_normal((cells, d)))
    if world == "continuous":
        anywhere = unit(rng.standard_normal((users, d)))
        return Tastes(anywhere, anywhere, centres)
    size = 1 / np.sqrt(np.arange(1, cells + 1))
    home, second, later = rng.choice(cells, size=(3, users), p=size / size.sum())
    lean = rng.uniform(0, 0.7, users)[:, None]
    own = 0.10 * rng.standard_normal((users, d))
    first = unit(centres[home] + lean * centres[second] + own)
    if world == "communities":
        return Tastes(first, first, centres)
    return Tastes(first, unit(centres[later] + lean * centres[second] + own), centres)


def near(centres: Floats32, cell: NDArray[np.integer], spread: float, rng: np.random.Generator) -> Floats32:
    """Unit vectors around the centres of ``cell``: ``spread`` is the noise's length over the centre's."""
    d = centres.shape[1]
    return unit(centres[cell] + spread / np.sqrt(d) * rng.standard_normal((len(cell), d)))
