"""The retriever against the formula of its docstring, written out densely."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.retrieval import Lists, Retriever

Dense = np.ndarray


def by_numpy(
    edges: Dense, lift: Dense | None, prior: Dense | None, history: Dense, seen: Dense, n: int
) -> tuple[list[list[int]], list[list[float]]]:
    """raw over its maximum plus prior, float32, one user and one video at a time; equals to the smaller index."""
    videos = edges.shape[0]
    f = np.float32
    lifts = np.ones(videos, dtype=f) if lift is None else lift.astype(f)
    priors = np.zeros(videos, dtype=f) if prior is None else prior.astype(f)
    ids, scores = [], []
    for shares, barred in zip(history.astype(f), seen, strict=True):
        raw = np.zeros(videos, dtype=f)
        for watched in np.flatnonzero(shares):
            raw += shares[watched] * edges.astype(f)[watched]
        raw = np.where(barred != 0, f(0.0), raw * lifts)
        top = raw.max() if raw.size and raw.max() > 0.0 else f(1.0)
        score = raw / top + priors
        free = [v for v in range(videos) if not barred[v] and score[v] > 0.0]
        best = sorted(free, key=lambda v: (-score[v], v))[:n]
        ids.append(best + [-1] * (n - len(best)))
        scores.append([float(score[v]) for v in best] + [0.0] * (n - len(best)))
    return ids, scores


def agree(found: Lists, expected: tuple[list[list[int]], list[list[float]]]) -> None:
    assert found.video.tolist() == expected[0]
    np.testing.assert_allclose(found.score, np.array(expected[1]).reshape(found.score.shape), rtol=1e-5)


def grid(draw: st.DrawFn, rows: int, columns: int, low: int = 0) -> Dense:
    """Eighths, so that sums are exact in float32 and many scores are equal."""
    cells = draw(st.lists(st.integers(low - 6, 8), min_size=rows * columns, max_size=rows * columns))
    return np.maximum(np.array(cells, dtype=np.float64), low).reshape(rows, columns) / 8.0


@st.composite
def cases(draw: st.DrawFn) -> tuple[Dense, Dense | None, Dense | None, Dense, Dense, int]:
    videos, users = draw(st.integers(1, 9)), draw(st.integers(0, 5))
    edges, history, seen = grid(draw, videos, videos), grid(draw, users, videos), grid(draw, users, videos)
    lift = grid(draw, 1, videos)[0] if draw(st.booleans()) else None
    prior = grid(draw, 1, videos)[0] if draw(st.booleans()) else None
    return edges, lift, prior, history, seen, draw(st.integers(1, 12))


@given(cases())
@settings(max_examples=300)
def test_the_lists_are_those_of_the_dense_formula(case: tuple[Dense, Dense | None, Dense | None, Dense, Dense, int]):
    edges, lift, prior, history, seen, n = case
    retriever = Retriever(sparse.csr_matrix(edges), lift, prior)
    found = retriever.top_n(sparse.csr_matrix(history), n, seen=sparse.csr_matrix(seen))
    agree(found, by_numpy(edges, lift, prior, history, seen, n))
    without = retriever.top_n(sparse.csr_matrix(history), n)
    agree(without, by_numpy(edges, lift, prior, history, history, n))


def random_case(seed: int, users: int = 300, videos: int = 120) -> tuple[Retriever, "sparse.csr_matrix"]:
    rng = np.random.default_rng(seed)
    edges = rng.random((videos, videos)) * (rng.random((videos, videos)) < 0.1)
    history = rng.random((users, videos)) * (rng.random((users, videos)) < 0.05)
    lift, prior = rng.random(videos), rng.random(videos) * (rng.random(videos) < 0.5)
    return Retriever(sparse.csr_matrix(edges), lift, prior), sparse.csr_matrix(history)


def same(one: Lists, other: Lists) -> None:
    np.testing.assert_array_equal(one.video, other.video)
    np.testing.assert_array_equal(one.score, other.score)


@pytest.mark.parametrize("threads", [2, 3, 7, 400])
def test_the_number_of_threads_leaves_no_trace(threads: int):
    """More threads than users too."""
    retriever, history = random_case(1)
    same(retriever.top_n(history, 20), retriever.top_n(history, 20, threads=threads))


def test_several_calls_on_one_retriever_leave_no_trace():
    """What one question barred or touched is not barred or touched in the next."""
    retriever, history = random_case(2)
    turned = history[::-1].tocsr()
    first = retriever.top_n(history, 20)
    for threads in (1, 3, 2, 1):
        back = retriever.top_n(turned, 20, threads=threads)
        same(Lists(back.video[::-1], back.score[::-1]), first)
        same(retriever.top_n(history, 20, threads=threads), first)


def test_a_batch_is_its_users_one_by_one():
    retriever, history = random_case(3, users=30)
    batch = retriever.top_n(history, 10)
    for row in range(30):
        single = retriever.top_n(history[row], 10)
        same(single, Lists(batch.video[row : row + 1], batch.score[row : row + 1]))


def test_the_order_in_which_entries_are_stored_leaves_no_trace():
    edges = np.array([[0, 2, 1, 4], [1, 0, 0, 2], [4, 1, 0, 0], [0, 0, 1, 0]]) / 8.0
    history = sparse.csr_matrix((np.array([0.5, 0.25]), np.array([3, 0]), np.array([0, 2])), shape=(1, 4))
    ordered = history.sorted_indices()
    retriever = Retriever(sparse.csr_matrix(edges))
    same(retriever.top_n(history, 4), retriever.top_n(ordered, 4))


def test_a_seen_video_that_is_no_history_is_barred_and_leads_nowhere():
    edges = sparse.csr_matrix(np.array([[0.0, 0.5, 0.25], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    history = sparse.csr_matrix(np.array([[1.0, 0.0, 0.0]]))
    seen = sparse.csr_matrix(np.array([[1.0, 1.0, 0.0]]))
    found = Retriever(edges).top_n(history, 3, seen=seen)
    assert found.video.tolist() == [[2, -1, -1]]
    assert found.score.tolist() == [[1.0, 0.0, 0.0]]


def test_without_a_history_the_prior_alone_ranks_equals_by_index():
    prior = np.array([0.25, 0.5, 0.0, 0.5])
    found = Retriever(sparse.csr_matrix((4, 4)), prior=prior).top_n(sparse.csr_matrix((1, 4)), 5)
    assert found.video.tolist() == [[1, 3, 0, -1, -1]]


def test_the_maximum_is_over_unseen_videos():
    """The best path leads to a seen video; the best unseen one still scores 1."""
    edges = sparse.csr_matrix(np.array([[8.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    found = Retriever(edges).top_n(sparse.csr_matrix(np.array([[1.0, 0.0, 0.0]])), 1)
    assert (found.video.tolist(), found.score.tolist()) == ([[2]], [[1.0]])


@pytest.mark.parametrize(
    ("shape", "lift", "prior"), [((3, 4), None, None), ((3, 3), np.ones(2), None), ((3, 3), None, np.ones((3, 1)))]
)
def test_edges_lifts_and_priors_that_do_not_fit_are_refused(
    shape: tuple[int, int], lift: Dense | None, prior: Dense | None
):
    with pytest.raises(UsageError, match="square"):
        Retriever(sparse.csr_matrix(shape), lift, prior)


@pytest.mark.parametrize(("history", "seen"), [((2, 4), None), ((2, 3), (1, 3)), ((2, 3), (2, 4))])
def test_a_history_or_seen_that_does_not_fit_is_refused(history: tuple[int, int], seen: tuple[int, int] | None):
    barred = None if seen is None else sparse.csr_matrix(seen)
    with pytest.raises(UsageError, match="3 columns"):
        Retriever(sparse.csr_matrix((3, 3))).top_n(sparse.csr_matrix(history), 1, seen=barred)


@pytest.mark.parametrize(("n", "threads"), [(0, 1), (1, 0)])
def test_no_length_and_no_thread_are_refused(n: int, threads: int):
    with pytest.raises(UsageError, match="give 1 or more"):
        Retriever(sparse.csr_matrix((3, 3))).top_n(sparse.csr_matrix((1, 3)), n, threads=threads)
