"""Pairs by the ten million, some at a time: what is needed on the way to a sum is never held of all of them.

Sums are added in the order of the parts, so any number of threads gives the same answer to the last bit.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]
Real = TypeVar("Real", np.float64, np.float32)
T = TypeVar("T")

PART = 1 << 18
"""Pairs at once: what is made of them stays near the processor."""


def parts(size: int, step: int = PART) -> Iterator[slice]:
    """0 … size - 1 in slices of ``step``."""
    return (slice(first, min(first + step, size)) for first in range(0, size, step))


def each(work: Callable[[slice], T], size: int, threads: int = 1, step: int = PART) -> Iterator[T]:
    """What ``work`` gives for each of the `parts` of 0 … size - 1, in their order; ``threads`` at once."""
    if threads == 1:
        yield from map(work, parts(size, step))
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead = (pool.submit(work, some) for some in parts(size, step))
        waiting = deque(islice(ahead, 2 * threads))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(islice(ahead, 1))


def summed(index: IntArray, size: int, value: Callable[[slice], npt.ArrayLike], threads: int = 1) -> Floats:
    """Σ by ``index`` (0 … size - 1) of what ``value`` gives for a slice of its places, float64."""
    found = np.zeros(size)

    def part(some: slice) -> tuple[int, Floats]:
        told = index[some]
        low = int(told.min())  # pairs stand by user: a part has a few of them
        sums: Floats = np.bincount(told - low, weights=np.asarray(value(some), dtype=np.float64))  # type: ignore[assignment]  # weighted: floats
        return low, sums

    for low, told in each(part, index.size, threads):
        found[low : low + told.size] += told
    return found


def filled(
    size: int,
    value: Callable[[slice], Floats],
    dtype: type[Real] = np.float64,  # type: ignore[assignment]
    threads: int = 1,
) -> npt.NDArray[Real]:
    """What ``value`` gives for all places."""
    found = np.empty(size, dtype=dtype)

    def part(some: slice) -> None:
        found[some] = value(some)

    deque(each(part, size, threads), maxlen=0)
    return found


def product(rows: "sparse.csr_matrix", block: npt.NDArray[Real], threads: int = 1) -> npt.NDArray[Real]:
    """``rows @ block``, some rows in each of so many threads; both of one type."""
    if threads == 1:
        return np.asarray(rows @ block)
    found = np.empty((rows.shape[0], block.shape[1]), dtype=block.dtype)
    # Rows of about as many entries each.
    bounds = np.searchsorted(rows.indptr, np.linspace(0, rows.nnz, 4 * threads + 1)[1:-1])
    bounds = np.concatenate(([0], bounds, [rows.shape[0]])).tolist()

    def part(first: int, last: int) -> None:
        start, end = rows.indptr[first], rows.indptr[last]
        told = rows.data[start:end], rows.indices[start:end], rows.indptr[first : last + 1] - start
        found[first:last] = sparse.csr_matrix(told, shape=(last - first, rows.shape[1])) @ block

    with ThreadPoolExecutor(threads) as pool:
        deque(pool.map(part, bounds[:-1], bounds[1:]), maxlen=0)
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
