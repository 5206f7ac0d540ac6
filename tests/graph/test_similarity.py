"""The path count against two independent implementations, and on data whose answer is known."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.edges import Similar, similar
from contentgraph.graph.similarity import Pairs, SimilarityParams

HOUR = 3_600_000
NOW = 1_000 * HOUR


def random_pairs(seed: int, users: int = 40, videos: int = 30, share: float = 0.15) -> Pairs:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((users, videos)) < share)
    points = rng.integers(0, 31, user.size).astype(np.float64)
    return Pairs(user, video, users, videos, points, NOW - rng.integers(0, 200, user.size) * HOUR)


def by_numpy(pairs: Pairs, params: SimilarityParams) -> np.ndarray:
    """The formula of the module's docstring, dense, from left to right."""
    assert pairs.points is not None
    assert pairs.at is not None
    ones = np.zeros((pairs.users, pairs.videos))
    ones[pairs.user, pairs.video] = 1.0
    told = np.zeros_like(ones)
    told[pairs.user, pairs.video] = pairs.points + 1.0
    mean = told.sum(axis=0) / np.maximum(ones.sum(axis=0), 1.0)
    entry = np.divide(told, mean, out=np.zeros_like(told), where=mean > 0.0) ** params.weight_exponent * ones
    if params.half_life_hours is not None:
        fade = np.zeros_like(ones)
        fade[pairs.user, pairs.video] = 0.5 ** ((NOW - pairs.at) / HOUR / params.half_life_hours)
        entry = entry * fade
    d_user, d_video = np.maximum(ones.sum(axis=1), 1.0), np.maximum(ones.sum(axis=0), 1.0)
    paths = (
        np.diag(d_video**-params.beta)
        @ entry.T
        @ np.diag(d_user**-params.gamma)
        @ entry
        @ np.diag(d_video**-params.delta)
    )
    np.fill_diagonal(paths, 0.0)
    return paths


def by_networkx(pairs: Pairs, params: SimilarityParams) -> dict[tuple[int, int], float]:
    """The walks video – user – video one by one (weight exponent 0, no decay)."""
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_edges_from((("u", u), ("v", v)) for u, v in zip(pairs.user.tolist(), pairs.video.tolist(), strict=True))
    weight: dict[tuple[int, int], float] = {}
    for start in [node for node in graph if node[0] == "v"]:
        for user in graph[start]:
            for end in graph[user]:
                if end != start:
                    step = (
                        graph.degree[start] ** -params.beta
                        * graph.degree[user] ** -params.gamma
                        * graph.degree[end] ** -params.delta
                    )
                    weight[start[1], end[1]] = weight.get((start[1], end[1]), 0.0) + step
    return weight


def edges(found: Similar) -> list[tuple[int, int, float, int]]:
    return list(zip(found.row.tolist(), found.col.tolist(), found.weight.tolist(), found.rank.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "params",
    [
        SimilarityParams(),
        SimilarityParams(0.7, 0.7, 0.2),
        SimilarityParams(weight_exponent=0.5),
        SimilarityParams(half_life_hours=24.0),
        SimilarityParams(0.0, 0.0, 0.0, weight_exponent=1.0, half_life_hours=100.0),
    ],
)
def test_every_kept_edge_is_that_of_the_dense_formula_best_first_ties_by_column(seed: int, params: SimilarityParams):
    pairs, k = random_pairs(seed), 7
    dense = by_numpy(pairs, params)
    found = edges(similar(pairs, params, k, now=NOW))
    for row in range(pairs.videos):
        rounded = [float(f"{weight:.9e}") for weight in dense[row]]
        best = sorted((col for col in range(pairs.videos) if dense[row, col] > 0.0), key=lambda c: (-rounded[c], c))
        own = [edge for edge in found if edge[0] == row]
        assert [edge[1] for edge in own] == best[:k]
        assert [edge[3] for edge in own] == list(range(1, len(own) + 1))
        np.testing.assert_allclose([edge[2] for edge in own], dense[row, best[:k]], rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_weights_are_the_walks_of_networkx(seed: int):
    pairs, params = random_pairs(seed, share=0.1), SimilarityParams(0.3, 0.8, 0.6)
    walked = by_networkx(pairs, params)
    found = {(row, col): weight for row, col, weight, _ in edges(similar(pairs, params, k=30))}
    assert found.keys() == walked.keys()
    for edge, weight in walked.items():
        assert found[edge] == pytest.approx(weight, rel=1e-6)


def test_on_a_checkerboard_the_withheld_video_is_the_first():
    """Users watch the videos of their own parity but one: that one is first for each of them."""
    users, videos = 20, 20
    board = (np.arange(users)[:, None] + np.arange(videos)[None, :]) % 2 == 0
    withheld = np.array([next(v for v in range(u, u + videos) if board[u, v % videos]) % videos for u in range(users)])
    board[np.arange(users), withheld] = False
    user, video = np.nonzero(board)
    graph = similar(Pairs(user, video, users, videos), k=videos).matrix(videos)
    score = np.asarray(board.astype(float) @ graph)
    score[board] = -1.0
    assert score.argmax(axis=1).tolist() == withheld.tolist()


def test_the_order_of_the_pairs_and_the_number_of_threads_leave_no_trace():
    pairs = random_pairs(9, users=300, videos=200, share=0.05)
    assert pairs.points is not None
    assert pairs.at is not None
    params = SimilarityParams(weight_exponent=0.3, half_life_hours=48.0, user_cap=5)
    once = edges(similar(pairs, params, 10, now=NOW))
    shuffled = np.random.default_rng(1).permutation(pairs.user.size)
    again = Pairs(pairs.user[shuffled], pairs.video[shuffled], 300, 200, pairs.points[shuffled], pairs.at[shuffled])
    for threads in (1, 2, 3):
        assert edges(similar(again, params, 10, now=NOW, threads=threads)) == once


def test_equal_weights_at_the_cut_go_to_the_smaller_videos():
    """One user, 50 videos: every weight is the same, and each row keeps the three smallest others."""
    found = similar(Pairs(np.zeros(50, dtype=np.int64), np.arange(50), 1, 50), k=3)
    for row in range(50):
        assert found.col[found.row == row].tolist() == [col for col in range(5) if col != row][:3]


def test_a_heavy_user_keeps_her_latest_videos():
    """Videos 0 … 9 from old to new, a cap of 3: paths among 7, 8 and 9 only, and a degree of 3."""
    pairs = Pairs(np.zeros(10, dtype=np.int64), np.arange(10), 1, 10, at=np.arange(10, dtype=np.int64))
    found = similar(pairs, SimilarityParams(gamma=1.0, user_cap=3))
    assert set(found.row.tolist()) == {7, 8, 9}
    np.testing.assert_allclose(found.weight, 1.0 / 3.0, rtol=1e-6)


def test_nothing_in_nothing_out():
    none = np.empty(0, dtype=np.int64)
    for videos in (0, 5):
        found = similar(Pairs(none, none, 0, videos))
        assert found.row.size == found.weight.size == 0
    alone = similar(Pairs(np.array([0, 1]), np.array([0, 1]), 2, 2))
    assert alone.row.size == 0, "two videos without a common viewer are not similar"


def test_what_cannot_be_used_is_refused_with_the_value():
    two = np.array([0, 1])
    with pytest.raises(UsageError, match="given twice"):
        similar(Pairs(np.array([0, 0]), np.array([1, 1]), 2, 2))
    with pytest.raises(UsageError, match="video index is outside"):
        similar(Pairs(two, np.array([0, 2]), 2, 2))
    with pytest.raises(UsageError, match="k=0"):
        similar(Pairs(two, two, 2, 2), k=0)
    with pytest.raises(UsageError, match="no points"):
        similar(Pairs(two, two, 2, 2), SimilarityParams(weight_exponent=1.0))
    with pytest.raises(UsageError, match="times are missing"):
        similar(Pairs(two, two, 2, 2), SimilarityParams(half_life_hours=1.0))
    with pytest.raises(UsageError, match="gamma is nan"):
        SimilarityParams(gamma=float("nan"))
    with pytest.raises(UsageError, match="user_cap is 1"):
        SimilarityParams(user_cap=1)
    with pytest.raises(UsageError, match="half_life_hours is 0"):
        SimilarityParams(half_life_hours=0)
