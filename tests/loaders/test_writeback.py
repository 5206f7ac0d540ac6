"""Writing SIMILAR edges by two writers at a time: every edge once, and never a shared video."""

import numpy as np

from contentgraph.graph.edges import Similar
from contentgraph.loaders.similar_edges import similar_rounds


def test_rounds_hold_every_edge_once_and_their_halves_share_no_video() -> None:
    rng = np.random.default_rng(1)
    n, k = 23, 7
    row = np.repeat(np.arange(n), k).astype(np.int32)
    col = np.concatenate([rng.choice([j for j in range(n) if j != i], k, replace=False) for i in range(n)])
    rank = np.tile(np.arange(1, k + 1), n).astype(np.int32)
    found = Similar(row, col.astype(np.int32), rng.random(n * k).astype(np.float32), rank)
    names = np.array([f"v{i}" for i in range(n)], dtype=np.object_)
    edges = np.flatnonzero(row % 5 != 0)
    rounds = similar_rounds(names, found, edges)
    told = []
    for halves in rounds:
        touched = [{name for each in rows for name in (each["id"], *each["targets"])} for rows in halves]
        assert not touched[0] & touched[1]
        for each in (*halves[0], *halves[1]):
            told += [(each["id"], *edge) for edge in zip(each["targets"], each["ranks"], each["weights"], strict=True)]
    wanted = [(f"v{row[e]}", f"v{col[e]}", int(rank[e]), float(found.weight[e])) for e in edges]
    assert sorted(told) == sorted(wanted)
