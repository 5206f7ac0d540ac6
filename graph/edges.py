"""The stored edges: the best K candidates of each video, out of the paths that are laid out.

Bare path counts are streamed row by row (``sparse_dot_topn``); never more than K entries a row are held. A filter needs
whole rows, which cost videos² · rank: up to `WHOLE` videos they are made, block by block. Beyond, it ranks again the
`WIDER` · K best candidates by path count and content, which costs videos · K · rank and left recall and NDCG as they
were (Gowalla, docs/decisions/0008). A row that has no more candidates than that, as where few watched each video, gets
the best that the lifted directions alone lead to, among the `WHOLE` videos that they lead to most; what only a second
hop of paths reaches is then left out.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from contentgraph.errors import UsageError
from contentgraph.graph.compiled import compiled
from contentgraph.graph.hops import walked
from contentgraph.graph.parts import each, parts
from contentgraph.graph.similarity import WHOLE, Pairs, Paths, SimilarityParams, paths
from contentgraph.graph.topk import top_of_rows

WIDER = 2
"""Beyond, so many times K candidates a row are ranked again."""
ROWS = 16_384
"""Rows whose candidates are held at once."""
BLOCK = 512
"""Rows that are held whole at once: 4 bytes × videos each."""


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
    alike: npt.NDArray[np.bool_] | None = None
    """True where nobody watched both ends (`contentgraph.graph.shared_viewers`); None: it is not told."""

    def first(self, k: int) -> "Similar":
        """The first ``k`` of each row."""
        return self.some(self.rank <= k)

    def some(self, kept: npt.NDArray[np.bool_]) -> "Similar":
        """Those that are kept."""
        alike = None if self.alike is None else self.alike[kept]
        return Similar(self.row[kept], self.col[kept], self.weight[kept], self.rank[kept], alike)

    def matrix(self, videos: int) -> "sparse.csr_matrix":
        """The same as a videos × videos matrix."""
        return sparse.csr_matrix((self.weight, (self.row, self.col)), shape=(videos, videos))


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


def best_edges(found: Paths, params: SimilarityParams, k: int, *, threads: int = 2, whole: int = WHOLE) -> Similar:
    """The K greatest positive entries of each row, its own column left out.

    ``whole``: up to so many videos a filter sees whole rows.
    """
    videos = found.left.shape[0]
    content = found.content if params.content > 0.0 else None
    alike = found.alike if params.tilt > 0.0 else None
    if (params.filtered or found.walks(params) or alike is not None or content is not None) and videos <= whole:
        return _whole_rows(found, params, k, threads)
    left, right = found.left, found.right
    if content is not None:
        left = sparse.csr_matrix(sparse.hstack([left, params.content * content]))
        right = sparse.csr_matrix(sparse.vstack([right, sparse.eye(videos)]))
    likeness = None if alike is None else (alike[0], np.ascontiguousarray(alike[1].T))
    led = _led(found, params)
    columns: list[list[npt.NDArray[Any]]] = [
        [np.zeros(0, dtype=dtype)] for dtype in (np.int32, np.int32, np.float32, np.int32)
    ]
    for rows in parts(videos, ROWS):
        for column, told in zip(
            columns, _best_of_rows(found, params, k, rows, (left, right), likeness, led, threads), strict=True
        ):
            column.append(told)
    # Given back column by column: the edges of many videos are held once.
    joined: Any = (np.concatenate(columns.pop(0)) for _ in range(4))
    return Similar(*joined)


class _Led(NamedTuple):
    """What lifted directions lead to beside what shares a viewer."""

    videos: npt.NDArray[np.int32]
    """`WHOLE` at most, that they lead to most, ascending."""
    place: npt.NDArray[np.int64]
    """[videos of all] where each stands among them; -1: nowhere."""
    lifts: npt.NDArray[np.int64]
    """The directions that the filter changes."""
    out: npt.NDArray[np.float32]
    """[lifts × videos] gain · V · D^a."""


def _best_of_rows(
    found: Paths,
    params: SimilarityParams,
    k: int,
    rows: slice,
    sides: tuple["sparse.csr_matrix", "sparse.csr_matrix"],
    likeness: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None,
    led: _Led | None,
    threads: int,
) -> tuple[npt.NDArray[Any], ...]:
    """Row, column, weight and rank of the best of some rows of the sides' product; filter and tilt say how good the
    best by that are. ``likeness``: the two sides of what tilts them, [videos × d] each; None: nothing does. ``led``:
    further candidates of rows that have few."""
    left, right = sides
    again = params.filtered or likeness is not None
    # One more than wanted, for the diagonal. Each row comes sorted, largest first.
    top = min((WIDER * k if again else k) + 1, left.shape[0])
    product = sp_matmul_topn(left[rows], right, top_n=top, threshold=0.0, sort=True, n_threads=threads)
    stored = int(product.indptr[-1])
    row = np.repeat(np.arange(rows.start, rows.stop, dtype=np.int32), np.diff(product.indptr))
    col, weight = product.indices[:stored].astype(np.int32), product.data[:stored].astype(np.float32)
    if led is not None:
        few = np.flatnonzero(np.diff(product.indptr) < top)
        far = _led_to(found, few + rows.start, product[few], led, k, threads)
        row, col = np.concatenate([row, far[0]]), np.concatenate([col, far[1]])
        weight = np.concatenate([weight, np.zeros(far[0].size, dtype=np.float32)])
    if params.filtered:
        gained = _products(row, col, found.directions, found.directions, params.gain(found.values), threads)
        weight += gained * (found.bend[col] / found.bend[row])
    if likeness is not None:
        plain = np.ones(likeness[0].shape[1], dtype=np.float32)
        weight *= np.exp(np.float32(params.tilt) * _products(row, col, *likeness, plain, threads))
    if again:
        order = np.lexsort((col, -weight, row))
        row, col, weight = row[order], col[order], weight[order]
    off = (row != col) & (weight > 0.0)
    row, col, weight = row[off], col[off], weight[off]
    rank = np.arange(row.size) - np.searchsorted(row, row, side="left") + 1
    kept = rank <= k
    return row[kept], col[kept], weight[kept], rank[kept].astype(np.int32)


def _led(found: Paths, params: SimilarityParams) -> _Led | None:
    """None where nothing is lifted."""
    if params.low_rank == 0.0 and params.second_hop == 0.0:
        return None
    gain = params.gain(found.values)
    strength = (found.directions**2 @ np.maximum(gain, 0.0)) * found.bend**2
    videos = np.sort(np.argsort(-strength, kind="stable")[:WHOLE]).astype(np.int32)
    place = np.full(strength.size, -1, dtype=np.int64)
    place[videos] = np.arange(videos.size)
    lifts = np.flatnonzero(gain)
    out = np.ascontiguousarray((found.directions[videos][:, lifts] * gain[lifts]).T * found.bend[videos])
    return _Led(videos, place, lifts, out)


def _led_to(
    found: Paths, rows: npt.NDArray[np.int64], near: "sparse.csr_matrix", led: _Led, k: int, threads: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Row and column of the ``k`` that the filter alone leads each of ``rows`` to most, beside ``near``, the candidates
    that they have, themselves among them."""
    cols = np.zeros((rows.size, min(k, led.videos.size)), dtype=np.int32)
    weights = np.zeros(cols.shape, dtype=np.float32)

    def block(some: slice) -> None:
        score = found.directions[rows[some]][:, led.lifts] @ led.out
        own = near[some].tocoo()
        there = led.place[own.col] >= 0
        score[own.row[there], led.place[own.col[there]]] = 0.0
        top_of_rows(score, cols[some], weights[some])

    list(each(block, rows.size, threads, BLOCK))
    kept = weights > 0.0
    return np.repeat(rows, kept.sum(axis=1)).astype(np.int32), led.videos[cols[kept]]


def _products(
    row: npt.NDArray[np.int32],
    col: npt.NDArray[np.int32],
    into: npt.NDArray[np.float32],
    out: npt.NDArray[np.float32],
    gain: npt.NDArray[np.float32],
    threads: int,
) -> npt.NDArray[np.float32]:
    """Σ into of the row · gain · out of the column of each entry."""
    found = np.empty(row.size, dtype=np.float32)
    bounds = np.linspace(0, row.size, threads + 1).astype(np.int64)

    def part(place: int) -> None:
        some = slice(bounds[place], bounds[place + 1])
        _fill_products(row[some], col[some], into, out, gain, found[some])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, range(threads)))
    return found


@compiled(fastmath=True)
def _fill_products(row, col, into, out, gain, found):  # type: ignore[no-untyped-def]  # compiled
    for entry in range(row.size):
        one, other = into[row[entry]], out[col[entry]]
        total = np.float32(0.0)
        for direction in range(one.size):
            total += one[direction] * gain[direction] * other[direction]
        found[entry] = total


def _whole_rows(found: Paths, params: SimilarityParams, k: int, threads: int) -> Similar:
    """Top K of rows with filter, second hop and content, made whole, block by block."""
    videos = found.left.shape[0]
    gain = params.gain(found.values)
    left, right = found.left.astype(np.float32), found.right.astype(np.float32)
    single = sparse.eye(videos, format="csr", dtype=np.float32)
    best = max(min(k, videos - 1), 0)
    cols = np.zeros((videos, best), dtype=np.int32)
    weights = np.zeros(cols.shape, dtype=np.float32)

    def block(rows: slice) -> None:
        score = (left[rows] @ right).toarray()
        score[np.arange(score.shape[0]), np.arange(rows.start, rows.stop)] = 0.0
        if found.walks(params):
            score += np.float32(params.walk) * walked(found.hops, left, right, score)
        if params.filtered:
            gained = (found.directions[rows] * (gain / found.bend[rows, None])) @ found.directions.T
            score += gained * found.bend
        bent = found.tilt(single[rows], params)
        if bent is not None:
            score *= bent
        if found.content is not None and params.content > 0.0:
            score += np.float32(params.content) * found.content[rows].astype(np.float32).toarray()
        score[np.arange(score.shape[0]), np.arange(rows.start, rows.stop)] = 0.0
        top_of_rows(score, cols[rows], weights[rows])

    if best > 0:
        list(each(block, videos, threads, BLOCK))
    kept = weights > 0.0
    row = np.repeat(np.arange(videos, dtype=np.int32), kept.sum(axis=1))
    rank = np.broadcast_to(np.arange(1, best + 1, dtype=np.int32), cols.shape)[kept]
    return Similar(row, cols[kept], weights[kept], rank)
