"""Which videos lead to which: degree-normalised 3-hop paths video ← user → video, the best K per video.

    W = top K per row of  D_i^-β · Rᵀ · D_u^-γ · R · D_i^-δ,   zero diagonal

R: users × videos. On the user's way back (right) and on the way in (left) an entry is m(u,v)^w · t(u,v), where
m is the pair's points (plus one, so that a silent view still counts) over the mean of the video's viewers, w the
``weight_exponent`` (0: every viewer counts the same) and t = 0.5^(age / half-life) the optional decay. D_u and D_i are
plain numbers of videos per user and of users per video. ``W[i, j]``: row i watched, column j candidate.

The product is streamed row by row (``sparse_dot_topn``); never more than K entries a row are held. With a filter
(``sharpen``, ``second_hop`` or ``low_rank`` above 0, see `contentgraph.graph.spectrum`) rows are made block by block,
whole.

References: Fu et al., "Revisiting Neighborhood-based Link Prediction for Collaborative Filtering" (LinkProp),
WWW Companion 2022, doi:10.1145/3487553.3524712. Degree exponents were measured again, see docs/quality.md.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from contentgraph.errors import UsageError
from contentgraph.graph.checks import number
from contentgraph.graph.content import attach
from contentgraph.graph.spectrum import Spectrum, gain, spectrum
from contentgraph.graph.topk import top_of_rows

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

HOUR_MS = 3_600_000.0


@dataclass(frozen=True, slots=True)
class SimilarityParams:
    """Exponents, decay and cap of the path count.

    Raises:
        TypeError: a value that is no number. UsageError: one that is not finite or below its floor.
    """

    beta: float = 0.5
    """Exponent of the watched video's degree (row)."""
    gamma: float = 0.5
    """Exponent of the user's degree: how much less one edge of a heavy user says."""
    delta: float = 0.2
    """Exponent of the candidate's degree (column); greater favours rarer videos."""
    weight_exponent: float = 0.0
    """Exponent of the pair's points over the video's mean; 0 counts every viewer the same."""
    half_life_hours: float | None = None
    """A path's edge fades by half in this time; None: it does not fade."""
    sharpen: float = 0.0
    """Filter: how much less the popular directions say, 0 or more."""
    second_hop: float = 0.0
    """Filter: what the neighbours of neighbours say, 0 or more."""
    low_rank: float = 0.0
    """Filter: what every leading direction gets on top, as a share of their mean eigenvalue."""
    content: float = 0.1
    """Weight of neighbours by content beside the path count, where there are features."""
    rank: int = 512
    """Leading directions that the filter knows."""
    user_cap: int = 500
    """At most this many videos of one user where there are times, the latest: her paths grow with their square."""

    def __post_init__(self) -> None:
        """Refuse what no path count can use."""
        for name in ("beta", "gamma", "delta", "weight_exponent"):
            number("Similarity", name, getattr(self, name))
        for name in ("sharpen", "second_hop", "low_rank", "content"):
            number("Similarity", name, getattr(self, name), least=0.0)
        if self.half_life_hours is not None:
            number("Similarity", "half_life_hours", self.half_life_hours, above=0.0)
        number("Similarity", "rank", self.rank, least=1, whole=True)
        number("Similarity", "user_cap", self.user_cap, least=2, whole=True)

    @property
    def filtered(self) -> bool:
        """Whether the leading directions are filtered at all."""
        return self.sharpen != 0.0 or self.low_rank != 0.0 or self.second_hop != 0.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """User–video pairs as parallel arrays, each pair at most once."""

    user: IntArray
    """Index of the user, 0 … users - 1."""
    video: IntArray
    """Index of the video, 0 … videos - 1."""
    users: int
    """Number of users."""
    videos: int
    """Number of videos."""
    points: FloatArray | None = None
    """Points of the pair, 0 or more; needed where ``weight_exponent`` is not 0."""
    at: npt.NDArray[np.int64] | None = None
    """Epoch ms of the pair's latest event; needed for a half-life, and for which videos a cap keeps."""

    @property
    def gains(self) -> FloatArray:
        """What each pair brought: its points, or 1 where pairs have none."""
        return np.ones(self.user.size) if self.points is None else np.asarray(self.points, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Similar:
    """The stored edges, ordered by row, then rank; parallel arrays."""

    row: npt.NDArray[np.int32]
    """Index of the watched video."""
    col: npt.NDArray[np.int32]
    """Index of the candidate, never that of the row."""
    weight: npt.NDArray[np.float32]
    """W[row, col], more than 0, descending within a row."""
    rank: npt.NDArray[np.int32]
    """1 … K within the row; equal weights by ascending column."""

    def matrix(self, videos: int) -> "sparse.csr_matrix":
        """The same as a videos × videos matrix."""
        return sparse.csr_matrix((self.weight, (self.row, self.col)), shape=(videos, videos))


@dataclass(frozen=True, slots=True)
class Paths:
    """The path count, laid out but not multiplied: N = left · right, and its leading directions where a filter asks."""

    left: "sparse.csr_matrix"
    """[videos × users] D_i^-β Rᵀ D_u^-γ, float64."""
    right: "sparse.csr_matrix"
    """[users × videos] R D_i^-δ, float64."""
    into: npt.NDArray[np.float32]
    """[videos × rank] D_i^-a V; no column without a filter."""
    out: npt.NDArray[np.float32]
    """[rank × videos] Vᵀ D_i^a."""
    values: npt.NDArray[np.float64]
    """[rank] eigenvalues."""
    content: "sparse.csr_matrix | None" = None
    """[videos × videos] edges by content, in the unit of the path count (its mean row sum)."""

    def scores(self, history: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
        """[rows × videos] history · g(N), dense: every path counted, nothing cut to K. For blocks of a few hundred
        rows.

        What a video adds to itself is in it: mask what is in the history.
        """
        reached = (history @ self.left).astype(np.float32).toarray()
        found: npt.NDArray[np.float32] = np.ascontiguousarray((self.right.T.astype(np.float32) @ reached.T).T)
        found += self.filtered(history, params)
        if self.content is not None and params.content > 0.0:
            found += np.float32(params.content) * (history @ self.content).astype(np.float32).toarray()
        return found

    def filtered(self, history: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
        """[rows × videos] what the filter adds to the bare path count."""
        gained = gain(self.values, params.sharpen, params.low_rank, params.second_hop).astype(np.float32)
        added: npt.NDArray[np.float32] = ((history.astype(np.float32) @ self.into) * gained) @ self.out
        return added


def paths(
    pairs: Pairs,
    params: SimilarityParams,
    *,
    now: int | None = None,
    rank: int | None = None,
    content: "sparse.csr_matrix | None" = None,
) -> Paths:
    """Lay the path count out; ``rank`` leading directions (``params.rank`` if it filters, else none).

    ``content``: [videos × videos] neighbours by content, see `contentgraph.graph.content`.

    Raises:
        UsageError: an index out of range, a pair given twice, points or times missing.
    """
    left, right = _sides(pairs, params, now)
    wanted = rank if rank is not None else (params.rank if params.filtered else 0)
    tilt = _tilt(left, params)
    if wanted:
        d_user = np.maximum(np.diff(right.indptr), 1).astype(np.float64)
        half = sparse.diags(d_user ** (-params.gamma / 2.0)) @ right @ sparse.diags(1.0 / tilt)
        found = spectrum(half.astype(np.float32).tocsr(), wanted, np.random.default_rng(0))
    else:
        found = Spectrum(np.zeros((pairs.videos, 0), dtype=np.float32), np.zeros(0))
    return Paths(
        left,
        right,
        into=found.vectors / tilt[:, None],
        out=np.ascontiguousarray((found.vectors * tilt[:, None]).T),
        values=found.values,
        content=None if content is None else _in_unit(attach(content, np.diff(left.indptr)), left, right),
    )


def _tilt(left: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
    """D_i^a of each video, a = (β-δ)/2."""
    degree = np.maximum(np.diff(left.indptr), 1).astype(np.float32)
    tilt: npt.NDArray[np.float32] = np.power(degree, np.float32((params.beta - params.delta) / 2.0))
    return tilt


def _in_unit(
    content: "sparse.csr_matrix", left: "sparse.csr_matrix", right: "sparse.csr_matrix"
) -> "sparse.csr_matrix":
    """Content edges times the mean row sum of the path count."""
    sums = left @ (right @ np.ones(right.shape[1]))
    reached = sums[sums > 0.0]
    return content * (float(reached.mean()) if reached.size else 1.0)


def similar(
    pairs: Pairs, params: SimilarityParams | None = None, k: int = 50, *, now: int | None = None, threads: int = 2
) -> Similar:
    """The best ``k`` candidates of each video by path count.

    The answer does not depend on the order of the pairs nor on ``threads``. Equal weights go to the smaller column
    (without a filter column j is multiplied by 1 - j/(videos·2³⁰), less than what a float32 can show).

    Parameters:
        now: epoch ms from which ages are counted; later events have age 0. Needed for a half-life.
        k: at least 1. threads: at least 1.

    Raises:
        UsageError: k or threads below 1, an index out of range, a pair given twice, points or times missing.
    """
    params = params or SimilarityParams()
    if k < 1 or threads < 1:
        raise UsageError(f"similar() was called with k={k!r}, threads={threads!r}; give 1 or more of both.")
    return best_edges(paths(pairs, params, now=now), params, k, threads=threads)


def best_edges(found: Paths, params: SimilarityParams, k: int, *, threads: int = 2) -> Similar:
    """The K greatest positive entries of each row, its own column left out."""
    if params.filtered or (found.content is not None and params.content > 0.0):
        return _whole_rows(found, params, k, threads)
    videos = found.left.shape[0]
    # One more than k, for the diagonal. Each row comes sorted, largest first.
    top = min(k + 1, videos)
    product = sp_matmul_topn(found.left, found.right, top_n=top, threshold=0.0, sort=True, n_threads=threads)
    stored = int(product.indptr[-1])
    row = np.repeat(np.arange(videos, dtype=np.int32), np.diff(product.indptr))
    col, weight = product.indices[:stored].astype(np.int32), product.data[:stored].astype(np.float32)
    off = (row != col) & (weight > 0.0)
    row, col, weight = row[off], col[off], weight[off]
    rank = np.arange(row.size) - np.searchsorted(row, row, side="left") + 1
    kept = rank <= k
    return Similar(row[kept], col[kept], weight[kept], rank[kept].astype(np.int32))


BLOCK = 512
"""Rows that are held whole at once: 4 bytes × videos each."""


def _whole_rows(found: Paths, params: SimilarityParams, k: int, threads: int) -> Similar:
    """Top K of rows with filter and content, made whole, block by block."""
    videos = found.left.shape[0]
    into = found.into * gain(found.values, params.sharpen, params.low_rank, params.second_hop).astype(np.float32)
    left, right = found.left.astype(np.float32), found.right.astype(np.float32)
    best = max(min(k, videos - 1), 0)
    cols = np.zeros((videos, best), dtype=np.int32)
    weights = np.zeros(cols.shape, dtype=np.float32)

    def block(first: int) -> None:
        rows = slice(first, min(first + BLOCK, videos))
        score = (left[rows] @ right).toarray()
        if params.filtered:
            score += into[rows] @ found.out
        if found.content is not None and params.content > 0.0:
            score += np.float32(params.content) * found.content[rows].astype(np.float32).toarray()
        score[np.arange(score.shape[0]), np.arange(rows.start, rows.stop)] = 0.0
        top_of_rows(score, cols[rows], weights[rows])

    if best > 0:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(block, range(0, videos, BLOCK)))
    kept = weights > 0.0
    row = np.repeat(np.arange(videos, dtype=np.int32), kept.sum(axis=1))
    rank = np.broadcast_to(np.arange(1, best + 1, dtype=np.int32), cols.shape)[kept]
    return Similar(row, cols[kept], weights[kept], rank)


def _sides(pairs: Pairs, params: SimilarityParams, now: int | None) -> tuple["sparse.csr_matrix", "sparse.csr_matrix"]:
    """D_i^-β Rᵀ D_u^-γ (videos × users) and R D_i^-δ (users × videos), float64, indices sorted."""
    user, video, entry = _entries(pairs, params, now)
    d_user = np.bincount(user, minlength=pairs.users).astype(np.float64)
    d_video = np.bincount(video, minlength=pairs.videos).astype(np.float64)
    tilt = 1.0 - video / (max(pairs.videos, 1) * 2.0**30)
    into = entry * d_video[video] ** -params.beta * d_user[user] ** -params.gamma
    out = entry * d_video[video] ** -params.delta * tilt
    left = sparse.csr_matrix((into, (video, user)), shape=(pairs.videos, pairs.users))
    right = sparse.csr_matrix((out, (user, video)), shape=(pairs.users, pairs.videos))
    left.sort_indices()
    right.sort_indices()
    return left, right


def _entries(pairs: Pairs, params: SimilarityParams, now: int | None) -> tuple[IntArray, IntArray, FloatArray]:
    """User, video and entry of R of the pairs that are kept, ordered by user, then video."""
    user, video = np.asarray(pairs.user), np.asarray(pairs.video)
    _check(pairs)
    entry = np.ones(user.size)
    if params.weight_exponent != 0.0:
        if pairs.points is None:
            raise UsageError("weight_exponent is not 0 and the pairs have no points; pass Pairs(points=…).")
        told = np.asarray(pairs.points, dtype=np.float64) + 1.0
        mean = np.bincount(video, weights=told, minlength=pairs.videos) / np.maximum(
            np.bincount(video, minlength=pairs.videos), 1
        )
        entry *= (told / mean[video]) ** params.weight_exponent
    if params.half_life_hours is not None:
        if pairs.at is None or now is None:
            raise UsageError("half_life_hours is set and times are missing; pass Pairs(at=…) and now=….")
        age_hours = np.maximum(now - np.asarray(pairs.at, dtype=np.int64), 0) / HOUR_MS
        entry *= 0.5 ** (age_hours / params.half_life_hours)
    latest = np.zeros(user.size, dtype=np.int64) if pairs.at is None else -np.asarray(pairs.at, dtype=np.int64)
    order = np.lexsort((video, latest, user))
    place = np.arange(order.size) - np.searchsorted(user[order], user[order], side="left")
    # Without times nothing says which are the latest, and an index must not: then all are kept.
    kept = order[place < params.user_cap] if pairs.at is not None else order
    kept = kept[np.lexsort((video[kept], user[kept]))]
    return user[kept], video[kept], entry[kept]


def _check(pairs: Pairs) -> None:
    user, video = np.asarray(pairs.user), np.asarray(pairs.video)
    if user.shape != video.shape or user.ndim != 1:
        raise UsageError(f"Pairs need two equally long arrays; user has shape {user.shape}, video {video.shape}.")
    for name, found in (("points", pairs.points), ("at", pairs.at)):
        if found is not None and np.shape(found) != user.shape:
            raise UsageError(f"Pairs' {name} has shape {np.shape(found)}; give one a pair, {user.shape}.")
    for name, index, size in (("user", user, pairs.users), ("video", video, pairs.videos)):
        if index.size and (int(index.min()) < 0 or int(index.max()) >= size):
            raise UsageError(f"A {name} index is outside 0 … {size - 1}: {int(index.min())} … {int(index.max())}.")
    key = user.astype(np.int64) * pairs.videos + video
    if np.unique(key).size != key.size:
        raise UsageError(f"{key.size - np.unique(key).size} pairs are given twice; fold them to one a user and video.")
