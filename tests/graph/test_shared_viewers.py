"""Edges between videos that nobody watched both of, against sets."""

import numpy as np

from contentgraph.graph.edges import Similar
from contentgraph.graph.shared_viewers import without_shared_viewers


def test_an_edge_without_a_shared_viewer_is_told() -> None:
    rng = np.random.default_rng(3)
    videos, users = 40, 60
    pairs = np.unique(np.column_stack([rng.integers(0, users, 90), rng.integers(0, videos - 3, 90)]), axis=0)
    rng.shuffle(pairs)
    row = np.repeat(np.arange(videos), 5).astype(np.int32)
    col = rng.integers(0, videos, row.size).astype(np.int32)
    found = Similar(row, col, np.ones(row.size, dtype=np.float32), np.tile(np.arange(1, 6), videos).astype(np.int32))
    viewers = [set(pairs[pairs[:, 1] == video, 0].tolist()) for video in range(videos)]
    wanted = [not viewers[one] & viewers[other] for one, other in zip(row.tolist(), col.tolist(), strict=True)]
    assert without_shared_viewers(found, pairs[:, 0], pairs[:, 1], videos).tolist() == wanted
    assert any(wanted)
    assert not all(wanted)


def test_without_pairs_no_edge_has_one() -> None:
    none = np.zeros(0, dtype=np.int64)
    found = Similar(*(np.zeros(1, dtype=kind) for kind in (np.int32, np.int32, np.float32, np.int32)))
    assert without_shared_viewers(found, none, none, 2).tolist() == [True]
