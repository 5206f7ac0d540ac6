"""The best videos of many users from stored edges: what leads to a video, over arrays.

For a user with history shares h (they add up to 1) and stored edges W:

    raw(v)   = lift(v) · Σ_i h(i) · W[i, v]
    score(v) = raw(v) / max raw + weight · prior(v)

over all videos v that she has not seen; the maximum is over those that a path reaches. A video that no path reaches
has the second term alone. Equal scores go to the smaller index.

One pass over the edges of her history into one array of a number a video, so nothing of the size users × videos is
held. It is 0 between two users: only what one touched or has seen is cleared. What she has seen holds -∞ meanwhile,
which no path lifts, so that one read an edge says whether a video is new, known or barred.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.compiled import compiled

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int32]


class Lists(NamedTuple):
    """Ranked lists."""

    video: Index
    """[users × n], best first; -1 where there is no further video."""
    score: npt.NDArray[np.float32]
    """[users × n], descending; 0 where ``video`` is -1."""


class Retriever:
    """Stored edges, lifts and priors, laid out once for many questions; safe to ask from several threads.

    Parameters:
        edges: [videos × videos] stored weights, row watched, column candidate; those not above 0 lead nowhere.
        lift, prior: an entry a video, 0 or more; without them 1 and 0. The weight of the prior is in it.

    Raises:
        UsageError: shapes that do not fit each other.
    """

    def __init__(
        self,
        edges: "sparse.csr_matrix",
        lift: Floats | None = None,
        prior: Floats | None = None,
    ) -> None:
        videos = edges.shape[0]
        if edges.shape[1] != videos or any(given is not None and given.shape != (videos,) for given in (lift, prior)):
            raise UsageError(f"Edges have shape {edges.shape}; give a square, and a lift and a prior a video.")
        self.videos = videos
        self._edges = _csr(_positive(edges))
        self._lift = np.ones(videos, dtype=np.float32) if lift is None else lift.astype(np.float32)
        self._prior = np.zeros(videos, dtype=np.float32) if prior is None else prior.astype(np.float32)
        order = np.lexsort((np.arange(videos), -self._prior)).astype(np.int32)
        self._order = order[: int(np.count_nonzero(self._prior))]
        self._idle: list[_Work] = []

    def top_n(
        self,
        history: "sparse.csr_matrix",
        n: int,
        *,
        seen: "sparse.csr_matrix | None" = None,
        threads: int = 1,
    ) -> Lists:
        """The ``n`` best unseen videos of each row of ``history``.

        Parameters:
            history: [users × videos] shares of taste, 0 or more.
            seen: [users × videos] whose stored entries are not suggested; ``history`` without it.

        Raises:
            UsageError: shapes that do not fit, n or threads below 1.
        """
        barred = history if seen is None else seen
        if history.shape[1] != self.videos or barred.shape != history.shape:
            raise UsageError(f"History is {history.shape}, seen {barred.shape}; both need {self.videos} columns.")
        if n < 1 or threads < 1:
            raise UsageError(f"top_n() was called with n={n!r}, threads={threads!r}; give 1 or more of both.")
        users = history.shape[0]
        found = Lists(np.full((users, n), -1, dtype=np.int32), np.zeros((users, n), dtype=np.float32))
        asked, known = _csr(history), _csr(barred)
        bounds = np.linspace(0, users, threads + 1).astype(np.int64)

        def part(place: int) -> None:
            work = self._work()
            _fill(
                bounds[place], bounds[place + 1], *asked, known[0], known[1], *self._edges, self._lift, self._prior,
                self._order, work.raw, work.touched, found.video, found.score,
            )  # fmt: skip
            self._idle.append(work)

        if threads == 1:
            part(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(part, range(threads)))
        return found

    def one(self, videos: Index, shares: npt.NDArray[np.float32], n: int) -> tuple[Index, npt.NDArray[np.float32]]:
        """The ``n`` best of one person who has seen just ``videos`` (int32), with their ``shares`` (float32): ids,
        scores.

        The same as a row of :meth:`top_n`, without what a matrix costs.
        """
        work = self._work()
        pointer, end, weight = self._edges
        found: tuple[Index, npt.NDArray[np.float32]] = _one(
            videos, shares, n, pointer, end, weight, self._lift, self._prior, self._order, work.raw, work.touched
        )
        self._idle.append(work)
        return found

    def _work(self) -> "_Work":
        """Idle working memory, or new one."""
        try:
            return self._idle.pop()
        except IndexError:
            return _Work(self.videos)


class _Work:
    """What one thread needs; ``raw`` is 0 everywhere between two questions."""

    __slots__ = ("raw", "touched")

    def __init__(self, videos: int) -> None:
        self.raw = np.zeros(videos, dtype=np.float32)
        self.touched = np.empty(videos + 1, dtype=np.int32)


def _positive(edges: "sparse.csr_matrix") -> "sparse.csr_matrix":
    """The edges above 0."""
    if edges.nnz and not float(edges.data.min()) > 0.0:
        edges = edges.copy()
        edges.data = np.maximum(edges.data, 0.0)
        edges.eliminate_zeros()
    return edges


def _csr(matrix: "sparse.csr_matrix") -> tuple[npt.NDArray[np.int64], Index, npt.NDArray[np.float32]]:
    return (
        matrix.indptr.astype(np.int64, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data.astype(np.float32, copy=False),
    )


_TINY = np.float32(2e-38)
"""What a product that underflows still adds: a video that was touched is never 0."""
_BELOW = np.float32(1.0 - 1e-5)
"""A list's end is missed by no rounding."""


@compiled()
def _put(video, score, size, n, ids, scores):  # type: ignore[no-untyped-def]  # compiled
    """Insert into a descending list of at most n; its new size."""
    if size == n and not (score > scores[n - 1] or (score == scores[n - 1] and video < ids[n - 1])):
        return size
    place = size if size < n else n - 1
    while place > 0 and (score > scores[place - 1] or (score == scores[place - 1] and video < ids[place - 1])):
        ids[place] = ids[place - 1]
        scores[place] = scores[place - 1]
        place -= 1
    ids[place] = video
    scores[place] = score
    return size + 1 if size < n else size


@compiled()
def _fill(  # type: ignore[no-untyped-def]  # compiled
    first, last, h_ptr, h_col, h_val, s_ptr, s_col, e_ptr, e_col, e_val, lift, prior, order, raw, touched, ids, scores,
):  # fmt: skip
    """Fill rows first … last - 1 of ``ids`` and ``scores``."""
    n = ids.shape[1]
    zero, barred = np.float32(0.0), np.float32(-np.inf)
    for user in range(first, last):
        for at in range(s_ptr[user], s_ptr[user + 1]):
            raw[s_col[at]] = barred
        count = 0
        for at in range(h_ptr[user], h_ptr[user + 1]):
            share = h_val[at]
            if share > zero:
                for step in range(e_ptr[h_col[at]], e_ptr[h_col[at] + 1]):
                    video = e_col[step]
                    before = raw[video]
                    # Written always, kept where the video is new: cheaper than a branch that nobody can foretell.
                    touched[count] = video
                    count += before == zero
                    raw[video] = before + (share * e_val[step] + _TINY)
        top = zero
        for place in range(count):
            video = touched[place]
            raw[video] *= lift[video]
            top = max(top, raw[video])
        size, low = 0, barred
        mine, worth = ids[user], scores[user]
        for place in range(count):
            video = touched[place]
            value = raw[video]
            # Without a division first: nearly all are far below the list's end.
            if value > zero and value + prior[video] * top >= low:
                score = value / top + prior[video]
                size = _put(video, score, size, n, mine, worth)
                if size == n:
                    low = worth[n - 1] * top * _BELOW
        for place in range(order.size):
            video = order[place]
            if size == n and prior[video] < worth[n - 1]:
                break
            if raw[video] == zero:
                size = _put(video, prior[video], size, n, mine, worth)
        for place in range(count):
            raw[touched[place]] = zero
        for at in range(s_ptr[user], s_ptr[user + 1]):
            raw[s_col[at]] = zero


@compiled()
def _one(  # type: ignore[no-untyped-def]  # compiled
    videos, shares, n, e_ptr, e_col, e_val, lift, prior, order, raw, touched,
):  # fmt: skip
    """`_fill` for one person; arrays of n."""
    ends = np.array((0, videos.size), dtype=np.int64)
    ids, scores = np.full((1, n), -1, dtype=np.int32), np.zeros((1, n), dtype=np.float32)
    _fill(
        0, 1, ends, videos, shares, ends, videos, e_ptr, e_col, e_val, lift, prior, order, raw, touched, ids, scores,
    )  # fmt: skip
    return ids[0], scores[0]
