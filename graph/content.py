"""Neighbours by what a video is, not by who watched it: so one that nobody watched leads somewhere and is led to.

Features x (image, sound, text: any matrix with a row a video) are centred and half whitened, x̃ = (x - x̄) C^-¼ with
C their covariance, so that no few directions say everything; s(i, j) = max(0, cos(x̃_i, x̃_j))³, the best K of each
row, each row adding up to 1. Of several matrices the mean.

What the neighbours say counts by how many know the video, (1 + viewers)^½ (`attach`): more viewers never count less,
and one without any still counts.

Beside these edges, likeness tilts what the paths say: by exp(tilt · z(i, j)), z(i, j) = Σ (x̂_i - m) · x̂_j over the
matrices, x̂ = (x - x̄) C^-⅜ with rows of length 1, m the mean over people of what each watched (`tilted`): what
everybody's videos are like tilts nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.topk import top_of_rows

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
    points: npt.NDArray[np.float32]
    """[videos × d] the features, whitened to three quarters, side by side, each matrix's rows of length 1, or 0."""


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


def attach(edges: "sparse.csr_matrix", viewers: npt.NDArray[np.floating]) -> "sparse.csr_matrix":
    """The edges by how many know their end, scaled so that the mean row adds up to 1."""
    told = (edges @ sparse.diags(np.sqrt(1.0 + viewers))).tocsr()
    rows = int(np.count_nonzero(np.diff(told.indptr)))
    total = float(told.sum())
    scaled: sparse.csr_matrix = told * (rows / total if total > 0.0 else 1.0)
    return scaled


def _neighbours(features: npt.NDArray[np.floating], k: int) -> "sparse.csr_matrix":
    points = _whitened(features, HALF)
    videos = points.shape[0]
    best = min(k, max(videos - 1, 1))
    cols = np.zeros((videos, best), dtype=np.int32)
    values = np.zeros((videos, best), dtype=np.float32)
    for first in range(0, videos, BLOCK):
        rows = slice(first, min(first + BLOCK, videos))
        near = points[rows] @ points.T
        near[np.arange(near.shape[0]), np.arange(rows.start, rows.stop)] = 0.0
        top_of_rows(np.maximum(near, 0.0) ** POWER, cols[rows], values[rows])
    total = values.sum(axis=1, keepdims=True)
    shares = np.divide(values, total, out=np.zeros_like(values), where=total > 0.0)
    row = np.repeat(np.arange(videos), best)
    found = sparse.csr_matrix((shares.ravel(), (row, cols.ravel())), shape=(videos, videos))
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
