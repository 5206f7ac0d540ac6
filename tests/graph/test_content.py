"""Likeness by content: what tilts the paths, against the formula of its module written out densely."""

import numpy as np
import pytest
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.content import content, tilted, word_edges
from contentgraph.graph.edges import best_edges
from contentgraph.graph.similarity import Pairs, SimilarityParams, paths


def case(seed: int) -> tuple[Pairs, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((60, 20)) < 0.2)
    return Pairs(user, video, 60, 20), [rng.normal(size=(20, 4)), rng.normal(size=(20, 3))]


def whitened(matrix: np.ndarray) -> np.ndarray:
    """(x - x̄) C^-⅜, rows of length 1."""
    centred = matrix - matrix.mean(axis=0)
    values, turn = np.linalg.eigh(centred.T @ centred / matrix.shape[0])
    white = centred @ turn @ np.diag(values**-0.375)
    return white / np.linalg.norm(white, axis=1, keepdims=True)


def likeness(pairs: Pairs, features: list[np.ndarray]) -> np.ndarray:
    length = np.bincount(pairs.user, minlength=pairs.users)
    votes = np.bincount(pairs.video, weights=1.0 / length[pairs.user], minlength=pairs.videos)
    total = np.zeros((pairs.videos, pairs.videos))
    for matrix in features:
        points = whitened(matrix)
        total += (points - np.average(points, axis=0, weights=votes)) @ points.T
    return total


@pytest.mark.parametrize("whole", [0, 12_000])
def test_edges_are_tilted_by_likeness_however_many_videos_there_are(whole: int) -> None:
    pairs, features = case(0)
    params = SimilarityParams(content=0.0, tilt=1.5)
    laid = paths(pairs, params, content=content(features, 5))
    found = best_edges(laid, params, pairs.videos, whole=whole).matrix(pairs.videos).toarray()
    expected = (laid.left @ laid.right).toarray() * np.exp(1.5 * likeness(pairs, features))
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_allclose(found, expected, rtol=2e-4, atol=1e-7)


def test_whole_scores_of_one_video_are_its_edges() -> None:
    pairs, features = case(1)
    params = SimilarityParams(0.5, 1.0, 0.0, walk=2.0, content=0.2, tilt=0.7)
    laid = paths(pairs, params, content=content(features, 5))
    whole = laid.scores(sparse.csr_matrix(np.eye(pairs.videos)), params)
    np.fill_diagonal(whole, 0.0)
    edges = best_edges(laid, params, pairs.videos).matrix(pairs.videos).toarray()
    np.testing.assert_allclose(edges, whole, rtol=1e-4, atol=1e-6)


def test_what_everybodys_videos_are_like_tilts_nothing() -> None:
    """The mean of z over votes is 0 for every candidate: content gives no candidate a greater share of all tastes."""
    pairs, features = case(2)
    votes = np.bincount(pairs.video, minlength=pairs.videos).astype(np.float64)
    into, out = tilted(content(features, 5).points, votes)
    np.testing.assert_allclose(votes @ (into @ out), 0.0, atol=1e-4)


def test_videos_without_viewers_are_tilted_too() -> None:
    into, out = tilted(content([np.eye(3)], 2).points, np.zeros(3))
    assert (into @ out)[0, 0] > (into @ out)[0, 1]


def test_without_features_nothing_is_tilted() -> None:
    pairs, _ = case(3)
    params = SimilarityParams(tilt=2.0)
    plain, found = (best_edges(paths(pairs, one), one, 5) for one in (SimilarityParams(), params))
    np.testing.assert_array_equal(found.col, plain.col)
    np.testing.assert_array_equal(found.weight, plain.weight)


def test_a_negative_tilt_is_refused() -> None:
    with pytest.raises(UsageError, match="tilt"):
        SimilarityParams(tilt=-0.1)


def test_word_neighbours_are_the_best_k_others_and_equals_go_to_the_smaller_index() -> None:
    """Ten equal texts, and one that shares a word with them."""
    words = sparse.csr_matrix([[0.6, 0.8, 0.0, 0.0]] * 10 + [[0.0, 0.6, 0.8, 0.0], [0.0, 0.0, 0.0, 1.0]])
    found = word_edges(words, 3, np.arange(12)).toarray()
    ends = [np.flatnonzero(row).tolist() for row in found]
    assert ends[:4] == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    assert ends[4:] == [[0, 1, 2]] * 7 + [[]]
    np.testing.assert_allclose(found[:11].sum(axis=1), 1.0)
    np.testing.assert_allclose(found[found > 0.0], 1 / 3, rtol=1e-6)


def test_word_neighbours_are_of_those_that_may_be_ends() -> None:
    words = sparse.csr_matrix(np.ones((6, 1)))
    found = word_edges(words, 2, np.array([1, 4, 5])).toarray()
    assert [np.flatnonzero(row).tolist() for row in found] == [
        [1, 4], [4, 5], [1, 4], [1, 4], [1, 5], [1, 4]
    ]  # fmt: skip
    assert word_edges(words, 2, np.zeros(0, dtype=np.int64)).nnz == 0
