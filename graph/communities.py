"""Communities of videos over weighted edges, compiled, and ids that outlive the night.

Louvain's method (Blondel et al., J. Stat. Mech. 2008, P10008, doi:10.1088/1742-5468/2008/10/P10008) on the symmetric
graph (W + Wᵀ)/2: videos move, in the order of their indices, to the neighbouring community of greatest gain

    k_i,C − resolution · k_i · K_C / 2m

until none gains, then each community becomes one node, and so on. No chance, so equal graphs give equal communities.
The search starts from the communities of the night before where they are given: what has not changed keeps its place.

An id goes from an old community to the new one that shares most of its videos with it, the greatest overlaps first; a
new community that nobody inherits gets a new id. So a topic that splits keeps its id in its larger part.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.compiled import compiled

Index = npt.NDArray[np.int64]

PASSES = 20
"""Rounds over all nodes at most, a level."""
LEVELS = 10
INHERITED = 0.2
"""Share of an old community's videos (Jaccard) that a heir must hold."""


def communities(edges: "sparse.csr_matrix", *, resolution: float = 1.0, start: Index | None = None) -> Index:
    """[videos] a number for each community, 0 … by first member; a video without edges is alone.

    Parameters:
        edges: [videos × videos] weights, 0 or more; direction and diagonal do not count.
        start: [videos] communities to begin with, any numbers, -1 for none.
    """
    graph = ((edges + edges.T) * 0.5).tocsr()
    graph.setdiag(0.0)
    graph.eliminate_zeros()
    graph.sort_indices()
    size = graph.shape[0]
    first = np.arange(size, dtype=np.int64)
    if start is not None and size:
        known = start >= 0
        _, place = np.unique(start[known], return_inverse=True)
        lead = np.full(int(place.max()) + 1 if place.size else 0, size, dtype=np.int64)
        np.minimum.at(lead, place, np.flatnonzero(known))
        first[known] = lead[place]
    whole = np.arange(size, dtype=np.int64)
    for _ in range(LEVELS):
        moved = first.copy()
        _move(graph.indptr, graph.indices, graph.data.astype(np.float64), moved, resolution)
        names, number = np.unique(moved, return_inverse=True)
        whole = number[whole]
        if names.size == graph.shape[0]:
            break
        belongs = sparse.csr_matrix((np.ones(number.size), (number, np.arange(number.size))))
        graph = (belongs @ graph @ belongs.T).tocsr()
        graph.sort_indices()
        first = np.arange(names.size, dtype=np.int64)
    return _by_first(whole)


def _by_first(labels: Index) -> Index:
    """Numbers in the order of first members."""
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(first.size, dtype=np.int64)
    order[np.argsort(first)] = np.arange(first.size)
    return order[number]


@compiled()
def _move(indptr, indices, data, label, resolution):  # type: ignore[no-untyped-def]  # compiled
    """Local moves in place. Entries of the diagonal are a node's own inner weight."""
    size = label.size
    degree = np.zeros(size)
    for node in range(size):
        for at in range(indptr[node], indptr[node + 1]):
            degree[node] += data[at]
    total = degree.sum()
    if total <= 0.0:
        return
    mass = np.zeros(size)
    for node in range(size):
        mass[label[node]] += degree[node]
    to = np.zeros(size)
    met = np.empty(size, dtype=np.int64)
    for _ in range(PASSES):
        moved = 0
        for node in range(size):
            count = 0
            own = label[node]
            for at in range(indptr[node], indptr[node + 1]):
                other = indices[at]
                if other == node:
                    continue
                community = label[other]
                if to[community] == 0.0:
                    met[count] = community
                    count += 1
                to[community] += data[at]
            mass[own] -= degree[node]
            best, gain = own, to[own] - resolution * degree[node] * mass[own] / total
            for place in range(count):
                community = met[place]
                value = to[community] - resolution * degree[node] * mass[community] / total
                if value > gain + 1e-12 or (value > gain - 1e-12 and value >= gain and community < best):
                    best, gain = community, value
            mass[best] += degree[node]
            if best != own:
                label[node] = best
                moved += 1
            for place in range(count):
                to[met[place]] = 0.0
        if moved == 0:
            break


def inherit(found: Index, before: Index, least: int = 1) -> tuple[Index, Index]:
    """(the old community of each new one, -1 where it has none; members of each new one).

    ``found``, ``before``: [videos] new and old communities by number, -1 for none. Only communities of ``least``
    videos or more inherit.
    """
    size = int(found.max(initial=-1)) + 1
    members = np.bincount(found[found >= 0], minlength=size)
    heir = np.full(size, -1, dtype=np.int64)
    both = (found >= 0) & (before >= 0)
    if not both.any():
        return heir, members
    old = np.bincount(before[before >= 0])
    shared = (
        sparse.coo_matrix((np.ones(int(both.sum())), (found[both], before[both])), shape=(size, old.size))
        .tocsr()
        .tocoo()
    )
    union = members[shared.row] + old[shared.col] - shared.data
    overlap = shared.data / union
    taken: set[int] = set()
    for place in np.lexsort((shared.col, shared.row, -shared.data)).tolist():
        new, was = int(shared.row[place]), int(shared.col[place])
        if heir[new] < 0 and was not in taken and members[new] >= least and overlap[place] >= INHERITED:
            heir[new] = was
            taken.add(was)
    return heir, members
