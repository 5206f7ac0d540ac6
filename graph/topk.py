"""The largest entries, compiled: of each row of a dense block, by a heap of K, and of some places of an array."""

import numpy as np

from contentgraph.graph.compiled import compiled


@compiled()
def top_of_rows(block, cols, values):  # type: ignore[no-untyped-def]  # compiled
    """Fill row by row ``cols`` and ``values`` [rows × K] with the K largest positive entries, largest first.

    Equal values go to the smaller column. Places without a positive entry keep column 0 and value 0.
    """
    k = cols.shape[1]
    heap = np.empty(k, dtype=np.int64)
    for row in range(block.shape[0]):
        line = block[row]
        size = 0
        for col in range(line.size):
            if line[col] <= 0.0:
                continue
            if size < k:
                # Sift up: the worst of the kept (smallest value, then greatest column) is at the root.
                place = size
                size += 1
                while place > 0:
                    above = (place - 1) // 2
                    if not _worse(line, col, heap[above]):
                        break
                    heap[place] = heap[above]
                    place = above
                heap[place] = col
            elif _worse(line, heap[0], col):
                _sift(line, heap, size, col)
        # Take the worst again and again: the list fills from its end.
        for place in range(k):
            cols[row, place] = 0
            values[row, place] = 0.0
        while size > 0:
            size -= 1
            cols[row, size] = heap[0]
            values[row, size] = line[heap[0]]
            if size > 0:
                _sift(line, heap, size, heap[size])


@compiled()
def _worse(line, one, other):  # type: ignore[no-untyped-def]  # compiled
    return line[one] < line[other] or (line[one] == line[other] and one > other)


@compiled()
def _sift(line, heap, size, col):  # type: ignore[no-untyped-def]  # compiled
    """Put ``col`` in place of the root of a heap of ``size`` and let it sink."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _worse(line, heap[below + 1], heap[below]):
            below += 1
        if not _worse(line, heap[below], col):
            break
        heap[place] = heap[below]
        place = below
    heap[place] = col


@compiled()
def best_of(touched, weight, most):  # type: ignore[no-untyped-def]  # compiled
    """The ``most`` of the indices ``touched`` of greatest weight, best first, equal ones by smaller index."""
    if touched.size > most:
        values = -weight[touched]
        edge = np.partition(values, most - 1)[most - 1]
        touched = touched[values <= edge]
    ids = np.sort(touched)
    return ids[np.argsort(-weight[ids], kind="mergesort")[:most]]
