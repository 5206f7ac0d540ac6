"""Pairs by the ten million, some at a time: what is needed on the way to a sum is never held of all of them."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]
Real = TypeVar("Real", np.float64, np.float32)

PART = 1 << 18
"""Pairs at once: what is made of them stays near the processor."""


def parts(size: int, step: int = PART) -> Iterator[slice]:
    """0 … size - 1 in slices of ``step``."""
    return (slice(first, min(first + step, size)) for first in range(0, size, step))


def summed(index: IntArray, size: int, value: Callable[[slice], npt.ArrayLike]) -> Floats:
    """Σ by ``index`` (0 … size - 1) of what ``value`` gives for a slice of its places, float64."""
    found = np.zeros(size)
    for some in parts(index.size):
        told = index[some]
        low, high = int(told.min()), int(told.max())  # pairs stand by user: a part has a few of them
        found[low : high + 1] += np.bincount(told - low, weights=np.asarray(value(some), dtype=np.float64))
    return found


def filled(size: int, value: Callable[[slice], Floats], dtype: type[Real] = np.float64) -> npt.NDArray[Real]:  # type: ignore[assignment]
    """What ``value`` gives for all places."""
    found = np.empty(size, dtype=dtype)
    for some in parts(size):
        found[some] = value(some)
    return found


def in_order(user: IntArray, video: IntArray) -> bool:
    """Whether pairs ascend by user, then video, none of them twice."""
    for some in parts(user.size - 1):
        after = slice(some.start + 1, some.stop + 1)
        same = user[after] == user[some]
        if not ((user[after] > user[some]) | (same & (video[after] > video[some]))).all():
            return False
    return True


def rows_of(
    user: IntArray, video: IntArray, value: npt.NDArray[np.number], shape: tuple[int, int]
) -> "sparse.csr_matrix":
    """[users × videos] of ``value``; of pairs by user it holds ``video`` and ``value`` themselves, without a copy."""
    if (user[1:] < user[:-1]).any():
        return sparse.csr_matrix((value, (user, video)), shape=shape)
    start = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(user, minlength=shape[0]), out=start[1:])
    return sparse.csr_matrix((value, video, start), shape=shape)
