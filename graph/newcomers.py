"""Newcomers among the stored edges: a video that hardly anybody watched is led to by its neighbours in content.

By paths alone nothing leads to it, and by content it seldom stands among the best K of a row of well-known videos. So
of each row every `EVERY`-th place goes to the newcomer that is next by content, at the weight of the place before it
times `LEAVE` and its closeness over that of the row's closest newcomer. No edge gives way: a row grows by a fifth. Who
has a long history follows the first ten places (``suggest.cypher``), two of which may be newcomers.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.edges import Similar

FEW = 1
"""With fewer people whom it won a video is a newcomer."""
EVERY = 5
"""Every such place of a row."""
LEAVE = 0.5
"""Weight of the closest newcomer of a row beside that of the place before it: at 1, newcomers cost known videos 2 %."""


def with_newcomers(found: Similar, near: "sparse.csr_matrix", k: int) -> Similar:
    """The edges with newcomers among them, ``k`` // `EVERY` a row at most.

    ``near``: [videos × videos] neighbours by content, newcomers alone (`contentgraph.graph.content.neighbours`). A row
    without edges is left to `contentgraph.graph.edges`: its edges are those of content.
    """
    if not near.nnz:
        return found
    start = np.searchsorted(found.row, np.arange(near.shape[0] + 1))
    rows: list[npt.NDArray[np.int32]] = []
    cols: list[npt.NDArray[np.int32]] = []
    weights: list[npt.NDArray[np.float32]] = []
    ranks: list[npt.NDArray[np.int32]] = []
    for row in range(near.shape[0]):
        told = slice(int(start[row]), int(start[row + 1]))
        col, weight = found.col[told], found.weight[told]
        ends = slice(int(near.indptr[row]), int(near.indptr[row + 1]))
        if ends.stop > ends.start and col.size:
            col, weight = _with(row, col, weight, near.indices[ends], near.data[ends], k)
        rows.append(np.full(col.size, row, dtype=np.int32))
        cols.append(col)
        weights.append(weight)
        ranks.append(np.arange(1, col.size + 1, dtype=np.int32))
    return Similar(np.concatenate(rows), np.concatenate(cols), np.concatenate(weights), np.concatenate(ranks))


def _with(
    row: int,
    col: npt.NDArray[np.int32],
    weight: npt.NDArray[np.float32],
    new: npt.NDArray[np.int32],
    close: npt.NDArray[np.floating],
    k: int,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """One row's columns and weights with its closest newcomers; those that stand in it already keep their place."""
    open_ = ~np.isin(new, col) & (new != row)
    new, close = new[open_], close[open_]
    best = np.lexsort((new, -close))[: k // EVERY]
    new, close = new[best], close[best]
    if not new.size:
        return col, weight
    at = np.minimum(EVERY - 1 + (EVERY - 1) * np.arange(new.size), col.size)
    own = LEAVE * weight[np.maximum(at - 1, 0)] * (close / close[0]).astype(np.float32)
    return np.insert(col, at, new), np.insert(weight, at, own).astype(np.float32)
