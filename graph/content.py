"""Neighbours by what a video is, not by who watched it: so one that nobody watched leads somewhere and is led to.

Features x (image, sound, text: any matrix with a row a video) are centred and half whitened, x̃ = (x - x̄) C^-¼ with
C their covariance, so that no few directions say everything; s(i, j) = max(0, cos(x̃_i, x̃_j))³, the best K of each
row, each row adding up to 1. Of several matrices the mean.

Words x (`contentgraph.graph.words`, sparse, rows of length 1) are compared as they are (`word_edges`). Features of a
kind may be known of some videos only (`Known`); a video's neighbours are the mean over the kinds that know it.

What the neighbours say counts by how many know the video, (1 + viewers)^½ (`attach`): more viewers never count less,
and one without any still counts. It fades as engagement comes in: with n viewers of the less known of both ends it
counts fade/(fade + n) as much. So between two videos of which one has no viewer it says all it can.

Beside these edges, likeness tilts what the paths say: by exp(tilt · z(i, j)), z(i, j) = Σ (x̂_i - m) · x̂_j over the
matrices, x̂ = (x - x̄) C^-⅜ with rows of length 1, m the mean over people of what each watched (`tilted`): what
everybody's videos are like tilts nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from contentgraph.errors import UsageError
from contentgraph.graph.topk import top_of_rows

VERSION = "content-1"
"""Of the neighbours by content."""
POWER = 3
"""Power of the cosine: near ones say more."""
HALF, MOSTLY = 0.5, 0.75
"""How far features are whitened, for the neighbours and for the tilt; at 1 every direction says as much."""
BLOCK = 512
"""Rows that are compared with all videos at once."""


class Content(NamedTuple):
    """What videos are, whoever watched them."""

    edges: "sparse.csr_matrix"
    """[videos × videos] shares of the best neighbours of each video; a row without one is empty."""
    points: npt.NDArray[np.float32] | None = None
    """[videos × d] the features, whitened to three quarters, side by side, each matrix's rows of length 1, or 0; None:
    likeness tilts nothing."""


def content(features: Sequence[npt.NDArray[np.floating]], k: int) -> Content:
    """The best ``k`` neighbours of each video, and the features they come from.

    Raises:
        UsageError: no features, matrices of different lengths, a value that is not finite, k below 1.
    """
    edges = content_edges(features, k)
    return Content(edges, np.hstack([_whitened(matrix, MOSTLY) for matrix in features]))


def tilted(
    points: npt.NDArray[np.float32], votes: npt.NDArray[np.floating]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The two sides of z: x̂ - m [videos × d], and x̂ transposed [d × videos]; a video has so many ``votes``."""
    total = float(votes.sum())
    mean = (votes @ points) / total if total > 0.0 else np.zeros(points.shape[1])
    return (points - mean).astype(np.float32), np.ascontiguousarray(points.T)


class Known(NamedTuple):
    """Features of one kind, of the videos that have any."""

    video: npt.NDArray[np.int64]
    """Index of the video of each row."""
    features: "npt.NDArray[np.floating] | sparse.csr_matrix"
    """[rows × dims] numbers, or sparse words of rows of length 1 or 0."""


def neighbours(
    kinds: Sequence[Known], k: int, videos: int, ends: npt.NDArray[np.bool_] | None = None
) -> "sparse.csr_matrix":
    """[videos × videos] shares of the best ``k`` neighbours of each video, each kind by itself, then their mean.

    ``ends``: [videos] only these are neighbours; None: all. Kinds that know fewer than two videos say nothing; a row
    without a neighbour is empty.
    """
    found: sparse.csr_matrix = sparse.csr_matrix((videos, videos), dtype=np.float64)
    told = np.zeros(videos)
    for kind in kinds:
        among = np.arange(kind.video.size) if ends is None else np.flatnonzero(ends[kind.video])
        if kind.video.size < 2 or not among.size:
            continue
        some = (
            word_edges(kind.features, k, among)
            if sparse.issparse(kind.features)
            else _neighbours(kind.features, k, among)
        )
        places = sparse.csr_matrix(
            (np.ones(kind.video.size), (np.arange(kind.video.size), kind.video)), shape=(kind.video.size, videos)
        )
        found = found + places.T @ some @ places
        told[kind.video] += np.diff(some.indptr) > 0
    mean: sparse.csr_matrix = (sparse.diags(1.0 / np.maximum(told, 1.0)) @ found).tocsr()
    mean.sort_indices()
    return mean


def word_edges(words: "sparse.csr_matrix", k: int, among: npt.NDArray[np.integer]) -> "sparse.csr_matrix":
    """[rows × rows] shares of the best ``k`` others ``among`` some rows (ascending), by the cosine of their words.

    Equal cosines go to the smaller row: the j-th of n is multiplied by 1 - j/(n·2³⁰), less than a float32 can show.
    """
    rows, size = words.shape[0], among.size
    others = sparse.diags(1.0 - np.arange(size) / (max(size, 1) * 2.0**30)) @ words[among]
    # One more than wanted, for the row itself. Each row comes sorted, greatest first.
    near = sp_matmul_topn(words, others.T.tocsr(), top_n=min(k + 1, size), threshold=0.0, sort=True)
    stored = int(near.indptr[-1])
    row, cosine = np.repeat(np.arange(rows), np.diff(near.indptr)), near.data[:stored]
    col = among[near.indices[:stored]]
    off = (row != col) & (cosine > 0.0)
    row, col, cosine = row[off], col[off], cosine[off]
    best = np.arange(row.size) - np.searchsorted(row, row) < k
    found = sparse.csr_matrix((cosine[best], (row[best], col[best])), shape=(rows, rows))
    total = np.asarray(found.sum(axis=1)).ravel()
    unit = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0.0)
    shares: sparse.csr_matrix = (sparse.diags(unit) @ found).tocsr()
    return shares


def content_edges(features: Sequence[npt.NDArray[np.floating]], k: int) -> "sparse.csr_matrix":
    """[videos × videos] shares of the best ``k`` neighbours of each video; a row without a neighbour is empty.

    Raises:
        UsageError: no features, matrices of different lengths, a value that is not finite, k below 1.
    """
    if not features or k < 1 or len({matrix.shape[0] for matrix in features}) != 1:
        shapes = [matrix.shape for matrix in features]
        raise UsageError(
            f"content_edges() got features {shapes} and k={k!r}; give one row a video in each, k 1 or more."
        )
    found = _neighbours(features[0], k)
    for matrix in features[1:]:
        found = found + _neighbours(matrix, k)
    mean: sparse.csr_matrix = (found / len(features)).tocsr()
    return mean


def attach(
    edges: "sparse.csr_matrix", viewers: npt.NDArray[np.floating], fade: float | None = None
) -> "sparse.csr_matrix":
    """The edges by how many know their end, scaled so that the mean row adds up to 1, then faded.

    ``fade``: viewers of the less known end with which an edge says half as much; None: it does not fade.
    """
    told = (edges @ sparse.diags(np.sqrt(1.0 + viewers))).tocsr()
    rows = int(np.count_nonzero(np.diff(told.indptr)))
    total = float(told.sum())
    scaled: sparse.csr_matrix = told * (rows / total if total > 0.0 else 1.0)
    if fade is not None:
        row = np.repeat(np.arange(scaled.shape[0]), np.diff(scaled.indptr))
        scaled.data = scaled.data * (fade / (fade + np.minimum(viewers[row], viewers[scaled.indices])))
    return scaled


def _neighbours(
    features: npt.NDArray[np.floating], k: int, among: npt.NDArray[np.integer] | None = None
) -> "sparse.csr_matrix":
    """[rows × rows] shares of the best ``k`` others of each row, of those ``among`` which it looks; None: of all."""
    points = _whitened(features, HALF)
    videos = points.shape[0]
    ends = np.arange(videos) if among is None else among
    others = points[ends]
    best = min(k, max(ends.size - (among is None), 1))
    cols = np.zeros((videos, best), dtype=np.int32)
    values = np.zeros((videos, best), dtype=np.float32)
    place = np.full(videos, -1, dtype=np.int64)
    place[ends] = np.arange(ends.size)
    for first in range(0, videos, BLOCK):
        rows = slice(first, min(first + BLOCK, videos))
        near = points[rows] @ others.T
        own = np.flatnonzero(place[rows] >= 0)
        near[own, place[rows][own]] = 0.0
        top_of_rows(np.maximum(near, 0.0) ** POWER, cols[rows], values[rows])
    total = values.sum(axis=1, keepdims=True)
    shares = np.divide(values, total, out=np.zeros_like(values), where=total > 0.0)
    row = np.repeat(np.arange(videos), best)
    found = sparse.csr_matrix((shares.ravel(), (row, ends[cols.ravel()])), shape=(videos, videos))
    found.eliminate_zeros()
    return found


def _whitened(features: npt.NDArray[np.floating], power: float) -> npt.NDArray[np.float32]:
    """Rows of length 1 of (x - x̄) C^(-power/2)."""
    matrix = np.asarray(features, dtype=np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise UsageError(f"Features of shape {matrix.shape} are no matrix of finite numbers; give one row a video.")
    matrix = matrix - matrix.mean(axis=0)
    values, turn = np.linalg.eigh(matrix.T @ matrix / max(matrix.shape[0], 1))
    kept = values > max(float(values.max(initial=0.0)), 0.0) * 1e-9
    white = matrix @ (turn[:, kept] * values[kept] ** (-power / 2.0))
    length = np.linalg.norm(white, axis=1, keepdims=True)
    unit: npt.NDArray[np.float32] = np.divide(white, length, out=np.zeros_like(white), where=length > 0.0).astype(
        np.float32
    )
    return unit
