"""The second hop against the formula of its module, written out densely; nothing walks beyond so many videos."""

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph import similarity
from contentgraph.graph.edges import best_edges
from contentgraph.graph.similarity import Pairs, SimilarityParams, paths


def random_pairs(seed: int, users: int = 40, videos: int = 15) -> Pairs:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((users, videos)) < 0.2)
    return Pairs(user, video, users, videos)


def dense_count(pairs: Pairs, params: SimilarityParams) -> np.ndarray:
    """N° = D_i^-β Rᵀ D_u^-γ R D_i^-δ without its diagonal."""
    R = np.zeros((pairs.users, pairs.videos))  # noqa: N806 -- the formula's name
    R[pairs.user, pairs.video] = 1.0
    d_user, d_video = np.maximum(R.sum(axis=1), 1.0), np.maximum(R.sum(axis=0), 1.0)
    count = np.diag(d_video**-params.beta) @ R.T @ np.diag(d_user**-params.gamma) @ R @ np.diag(d_video**-params.delta)
    np.fill_diagonal(count, 0.0)
    return count


def dense(pairs: Pairs, params: SimilarityParams) -> np.ndarray:
    one = dense_count(pairs, params)
    two = one @ one
    found = one + params.walk * one.sum() / two.sum() * two
    np.fill_diagonal(found, 0.0)
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "params", [SimilarityParams(0.5, 1.0, 0.0, walk=8.0), SimilarityParams(0.7, 0.6, 0.3, walk=1.0)]
)
def test_edges_and_whole_scores_count_every_path_of_two_hops(seed: int, params: SimilarityParams) -> None:
    pairs = random_pairs(seed)
    laid, expected = paths(pairs, params), dense(pairs, params)
    edges = best_edges(laid, params, pairs.videos).matrix(pairs.videos).toarray()
    np.testing.assert_allclose(edges, expected, rtol=1e-5, atol=1e-7)
    whole = laid.scores(sparse.csr_matrix(np.eye(pairs.videos)), params)
    np.fill_diagonal(whole, 0.0)
    np.testing.assert_allclose(whole, expected, rtol=1e-5, atol=1e-7)


def test_a_second_hop_reaches_what_shares_no_viewer() -> None:
    """Of a chain of videos a – b – c, neighbours by one viewer each, c is reached from a, and a from itself not."""
    pairs = Pairs(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), 2, 3)
    near = best_edges(paths(pairs, SimilarityParams()), SimilarityParams(), 3).matrix(3).toarray()
    params = SimilarityParams(walk=1.0)
    far = best_edges(paths(pairs, params), params, 3).matrix(3).toarray()
    assert near[0, 2] == 0.0
    assert far[0, 2] > 0.0
    assert far[0, 0] == 0.0


def test_the_second_hop_is_the_sum_over_walks_of_two_edges_in_networkx() -> None:
    pairs, params = random_pairs(7), SimilarityParams(0.5, 1.0, 0.1, walk=2.0)
    graph = nx.from_numpy_array(dense_count(pairs, params), create_using=nx.DiGraph)
    weight = {(i, j): told["weight"] for i, j, told in graph.edges(data=True)}
    two: dict[tuple[int, int], float] = {}
    for i, j in weight:
        for k in graph.successors(j):
            two[i, k] = two.get((i, k), 0.0) + weight[i, j] * weight[j, k]
    unit = sum(weight.values()) / sum(two.values())
    found = best_edges(paths(pairs, params), params, pairs.videos)
    for i, k, told in zip(found.row.tolist(), found.col.tolist(), found.weight.tolist(), strict=True):
        assert told == pytest.approx(weight.get((i, k), 0.0) + 2.0 * unit * two.get((i, k), 0.0), rel=1e-5)


def test_beyond_so_many_videos_nothing_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, params = random_pairs(1), SimilarityParams(walk=3.0)
    monkeypatch.setattr(similarity, "WHOLE", 10)
    plain = best_edges(paths(pairs, SimilarityParams()), SimilarityParams(), 5, whole=10)
    found = best_edges(paths(pairs, params), params, 5, whole=10)
    np.testing.assert_array_equal(found.col, plain.col)
    np.testing.assert_allclose(found.weight, plain.weight, rtol=1e-6)


def test_a_graph_without_a_second_hop_walks_nowhere() -> None:
    pairs, params = Pairs(np.array([0, 1]), np.array([0, 1]), 2, 2), SimilarityParams(walk=3.0)
    assert best_edges(paths(pairs, params), params, 2).row.size == 0


def test_a_negative_walk_is_refused() -> None:
    with pytest.raises(UsageError, match="walk"):
        SimilarityParams(walk=-1.0)
