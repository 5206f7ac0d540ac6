"""The leading directions and their filter, against dense linear algebra."""

import numpy as np
import pytest
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph import edges
from contentgraph.graph.content import Content, content, content_edges
from contentgraph.graph.edges import best_edges, similar
from contentgraph.graph.similarity import Pairs, SimilarityParams, paths
from contentgraph.graph.spectrum import gain, spectrum


def random_pairs(seed: int, users: int = 60, videos: int = 40, share: float = 0.12) -> Pairs:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((users, videos)) < share)
    return Pairs(user, video, users, videos)


def dense_filter(pairs: Pairs, params: SimilarityParams) -> np.ndarray:
    """D^-a · g(S) · D^a by a full eigendecomposition, S without its diagonal; the diagonal of the answer is 0."""
    R = np.zeros((pairs.users, pairs.videos))  # noqa: N806 -- the formula's name
    R[pairs.user, pairs.video] = 1.0
    d_user, d_video = np.maximum(R.sum(axis=1), 1.0), np.maximum(R.sum(axis=0), 1.0)
    x, a = (params.beta + params.delta) / 2.0, (params.beta - params.delta) / 2.0
    S = np.diag(d_video**-x) @ R.T @ np.diag(d_user**-params.gamma) @ R @ np.diag(d_video**-x)  # noqa: N806
    np.fill_diagonal(S, 0.0)
    values, vectors = np.linalg.eigh(S)
    order = np.argsort(-values)[: params.rank]
    lead, V = values[order], vectors[:, order]  # noqa: N806
    kept = lead > lead.max() * 1e-6
    lead, V = lead[kept], V[:, kept]  # noqa: N806
    mean = lead.mean()
    lifted = np.where(np.arange(lead.size) < params.leading, lead[: params.leading].mean(), 0.0)
    walked = (lead + params.second_hop * lead**2 / mean + params.low_rank * lifted) * np.exp(
        -params.sharpen * lead / mean
    )
    filtered = np.diag(d_video**-a) @ (S + V @ np.diag(walked - lead) @ V.T) @ np.diag(d_video**a)
    np.fill_diagonal(filtered, 0.0)
    return filtered


def test_the_leading_eigenpairs_are_those_of_dense_algebra() -> None:
    """Of halfᵀ · half without its diagonal; vectors compared by the space they span."""
    rng = np.random.default_rng(0)
    tastes = [np.outer(rng.random(300) < 0.3, rng.random(80) < 0.3) * size for size in (3.0, 2.0, 1.0)]
    half = sparse.csr_matrix(np.sum(tastes, axis=0) + (rng.random((300, 80)) < 0.02), dtype=np.float32)
    dense = np.asarray((half.T @ half).todense(), dtype=np.float64)
    np.fill_diagonal(dense, 0.0)
    values, _ = np.linalg.eigh(dense)
    found = spectrum(half, 3, np.random.default_rng(1))
    assert found.values == pytest.approx(values[::-1][:3], rel=1e-3)
    assert found.vectors.T @ found.vectors == pytest.approx(np.eye(3), abs=1e-4)
    assert dense @ found.vectors[:, 0] == pytest.approx(values[-1] * found.vectors[:, 0], abs=values[-1] * 1e-3)


def test_gain_is_nothing_without_a_filter() -> None:
    values = np.array([3.0, 2.0, 0.5])
    assert gain(values, 0.0, 0.0, 0.0, 512) == pytest.approx([0.0, 0.0, 0.0])
    assert gain(np.zeros(0), 0.4, 1.0, 0.3, 512).size == 0


def test_sharpening_takes_most_from_the_most_popular_direction() -> None:
    """g(λ)/λ falls as λ grows; a second hop makes it rise."""
    values = np.array([4.0, 2.0, 1.0])
    assert (np.diff((gain(values, 0.4, 0.0, 0.0, 512) + values) / values) > 0.0).all()
    assert (np.diff((gain(values, 0.0, 0.0, 0.5, 512) + values) / values) < 0.0).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "params",
    [
        SimilarityParams(0.7, 0.7, 0.1, sharpen=0.4, low_rank=1.0, rank=40),
        SimilarityParams(0.5, 1.0, 0.0, sharpen=0.1, second_hop=1.0, rank=40),
        SimilarityParams(0.5, 0.5, 0.5, low_rank=0.5, rank=40),
        SimilarityParams(0.5, 1.0, 0.0, low_rank=2.0, leading=3),
    ],
)
def test_filtered_edges_are_those_of_the_dense_formula(seed: int, params: SimilarityParams) -> None:
    """All positive entries, by value, with the whole spectrum known; and the untruncated scores agree with them."""
    pairs = random_pairs(seed)
    expected = dense_filter(pairs, params)
    found = similar(pairs, params, k=pairs.videos)
    weights = np.zeros_like(expected)
    weights[found.row, found.col] = found.weight
    assert weights == pytest.approx(np.maximum(expected, 0.0), abs=2e-3 * expected.max())
    scores = paths(pairs, params).scores(sparse.identity(pairs.videos, format="csr"), params)
    np.fill_diagonal(scores, 0.0)
    assert scores == pytest.approx(expected, abs=2e-3 * expected.max())


def test_filtered_rows_are_ranked_and_cut() -> None:
    params = SimilarityParams(sharpen=0.2, low_rank=0.5)
    pairs = random_pairs(5)
    few, many = similar(pairs, params, k=4), similar(pairs, params, k=9)
    for row in np.unique(few.row):
        cut, longer = few.col[few.row == row], many.col[many.row == row]
        assert cut.tolist() == longer[: cut.size].tolist()
        assert (np.diff(few.weight[few.row == row]) <= 0.0).all()
        assert row not in cut


def test_renumbering_users_and_videos_renumbers_the_filtered_edges() -> None:
    """Ids are opaque: with other numbers the same edges come out, up to float32."""
    params = SimilarityParams(0.7, 0.7, 0.1, sharpen=0.4, low_rank=1.0, rank=20)
    pairs = random_pairs(3)
    rng = np.random.default_rng(9)
    people, shelf = rng.permutation(pairs.users), rng.permutation(pairs.videos)
    other = similar(Pairs(people[pairs.user], shelf[pairs.video], pairs.users, pairs.videos), params, k=pairs.videos)
    found = similar(pairs, params, k=pairs.videos)
    one, two = np.zeros((pairs.videos, pairs.videos)), np.zeros((pairs.videos, pairs.videos))
    one[found.row, found.col] = found.weight
    two[other.row, other.col] = other.weight
    assert two[np.ix_(shelf, shelf)] == pytest.approx(one, abs=0.02 * one.max())


def test_a_video_that_nobody_watched_is_led_to_by_its_content() -> None:
    """Two groups of features; the unwatched video of each gets edges from and to its own group only."""
    rng = np.random.default_rng(2)
    group = np.array([0, 1] * 10)
    features = np.eye(2)[group] * 5.0 + rng.normal(scale=0.2, size=(20, 2))
    user, video = np.nonzero(rng.random((50, 18)) < 0.3)
    pairs = Pairs(user, video, 50, 20)
    laid = paths(pairs, SimilarityParams(), content=content([features], 5))

    found = best_edges(laid, SimilarityParams(content=0.5), 20)
    for cold in (18, 19):
        ends = found.col[found.row == cold]
        assert ends.size
        assert set(group[ends]) == {group[cold]}
        assert cold in found.col
    without = best_edges(laid, SimilarityParams(content=0.0), 20)
    assert not np.isin([18, 19], without.col).any()


@pytest.mark.parametrize(
    ("features", "k"),
    [([], 3), ([np.zeros((3, 2)), np.zeros((4, 2))], 3), ([np.full((3, 2), np.nan)], 3), ([np.zeros((3, 2))], 0)],
)
def test_features_that_cannot_be_are_refused(features: list[np.ndarray], k: int) -> None:
    with pytest.raises(UsageError):
        content_edges(features, k)


@pytest.mark.parametrize(
    "change", [{"sharpen": -0.1}, {"low_rank": -1.0}, {"second_hop": -1.0}, {"rank": 0}, {"content": -1.0}]
)
def test_a_filter_that_cannot_be_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="or more"):
        SimilarityParams(**change)  # type: ignore[arg-type]


def test_beyond_so_many_videos_a_filter_ranks_the_best_by_path_count_again() -> None:
    """With room for every candidate all edges are there; with twice K nearly all of the best."""
    rng = np.random.default_rng(31)
    taste = rng.integers(0, 4, 300)
    user, video = np.nonzero(rng.random((300, 120)) < np.where(taste[:, None] == np.arange(120) % 4, 0.3, 0.04))
    params = SimilarityParams(sharpen=0.3, low_rank=1.0, rank=20)
    laid = paths(Pairs(user, video, 300, 120), params)
    every, again = best_edges(laid, params, 119), best_edges(laid, params, 119, whole=0)
    np.testing.assert_array_equal(again.row, every.row)
    np.testing.assert_array_equal(again.col, every.col)
    np.testing.assert_allclose(again.weight, every.weight, rtol=1e-4, atol=1e-6)
    few, some = best_edges(laid, params, 10), best_edges(laid, params, 10, whole=0, threads=3)
    kept = set(zip(few.row.tolist(), few.col.tolist(), strict=True))
    assert len(kept & set(zip(some.row.tolist(), some.col.tolist(), strict=True))) > 0.85 * len(kept)


def sparse_world(seed: int) -> Pairs:
    """Four tastes, and histories so short that a video shares viewers with few others."""
    rng = np.random.default_rng(seed)
    taste = rng.integers(0, 4, 400)
    user, video = np.nonzero(rng.random((400, 240)) < np.where(taste[:, None] == np.arange(240) % 4, 0.03, 0.0))
    return Pairs(user, video, 400, 240)


@pytest.mark.parametrize("threads", [1, 3])
def test_beyond_so_many_videos_rows_of_few_candidates_get_those_of_the_lifted_directions(threads: int) -> None:
    """Every list is short, so every list is the one of whole rows: what the directions alone lead to stands in it."""
    pairs = sparse_world(33)
    for params in (SimilarityParams(low_rank=6.0, leading=4, rank=20), SimilarityParams(second_hop=2.0, rank=8)):
        laid = paths(pairs, params)
        direct = (laid.left @ laid.right).toarray()
        assert np.count_nonzero(direct, axis=1).max() < 80
        every, again = best_edges(laid, params, 60), best_edges(laid, params, 60, whole=0, threads=threads)
        np.testing.assert_array_equal(np.bincount(again.row, minlength=240), np.bincount(every.row, minlength=240))
        np.testing.assert_allclose(again.weight, every.weight, rtol=1e-4, atol=1e-6)
        kept = set(zip(every.row.tolist(), every.col.tolist(), strict=True))
        assert len(kept & set(zip(again.row.tolist(), again.col.tolist(), strict=True))) > 0.999 * len(kept)
        assert (direct[again.row, again.col] == 0.0).mean() > 0.2
        assert np.all(again.row != again.col)


def test_directions_lead_to_the_videos_that_they_lead_to_most_and_sharpening_alone_to_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edges, "WHOLE", 7)
    lifted, sharpened = SimilarityParams(low_rank=6.0, leading=4, rank=20), SimilarityParams(sharpen=0.4, rank=20)
    pairs = sparse_world(34)
    for params, most in ((lifted, 7), (sharpened, 0)):
        laid = paths(pairs, params)
        found = best_edges(laid, params, 60, whole=0)
        far = (laid.left @ laid.right).toarray()[found.row, found.col] == 0.0
        assert np.unique(found.col[far]).size == most


def test_content_reaches_what_nobody_watched_beyond_so_many_videos_too() -> None:
    rng = np.random.default_rng(32)
    user, video = np.nonzero(rng.random((80, 40)) < 0.2)
    edges = sparse.csr_matrix((np.array([0.9, 0.9]), ([40, 3], [3, 40])), shape=(41, 41))
    for params in (SimilarityParams(content=1.0), SimilarityParams(content=1.0, low_rank=0.5, rank=8)):
        laid = paths(Pairs(user, video, 80, 41), params, content=Content(edges, np.zeros((41, 1), dtype=np.float32)))
        whole, again = best_edges(laid, params, 30), best_edges(laid, params, 30, whole=0)
        assert 40 in again.row
        assert 40 in again.col
        for row in (3, 40):
            assert set(again.col[again.row == row][:5].tolist()) == set(whole.col[whole.row == row][:5].tolist())


def with_isolated(pairs: Pairs, videos: int, viewers: int) -> Pairs:
    """The same and further videos, each with viewers of its own who watched nothing else."""
    user = np.arange(videos * viewers) + pairs.users
    video = np.repeat(np.arange(videos), viewers) + pairs.videos
    return Pairs(
        np.concatenate([pairs.user, user]),
        np.concatenate([pairs.video, video]),
        pairs.users + user.size,
        pairs.videos + videos,
    )


@pytest.mark.parametrize("viewers", [1, 7, 400])
@pytest.mark.parametrize("params", [SimilarityParams(0.4, 0.7, 0.1, low_rank=1.0), SimilarityParams(sharpen=0.4)])
def test_a_video_that_shares_no_viewer_has_no_edge_and_changes_none(params: SimilarityParams, viewers: int) -> None:
    """What rounding leaves of its own paths is no neighbour of it, whether whole rows are made or not."""
    pairs = random_pairs(6)
    for whole in (0, 12_000):
        found, alone = (
            best_edges(paths(some, params), params, 50, whole=whole)
            for some in (pairs, with_isolated(pairs, 40, viewers))
        )
        assert found.row.size
        assert not (alone.row >= pairs.videos).any()
        assert not (alone.col >= pairs.videos).any()
        one, two = (edges.matrix(pairs.videos + 40).toarray() for edges in (found, alone))
        np.testing.assert_allclose(two, one, atol=1e-3 * one.max())


@pytest.mark.parametrize("change", [{"low_rank": 1.0}, {"sharpen": 0.4}, {"second_hop": 1.0}])
@pytest.mark.parametrize("videos", [1, 5])
def test_where_no_two_videos_share_a_viewer_there_is_no_direction(videos: int, change: dict[str, float]) -> None:
    nobody = np.zeros(0, dtype=np.int64)
    pairs = with_isolated(Pairs(nobody, nobody, 0, 0), videos, 3)
    params = SimilarityParams(**change)  # type: ignore[arg-type]
    laid = paths(pairs, params)
    assert laid.directions.shape == (pairs.videos, 0)
    assert best_edges(laid, params, 5).row.size == best_edges(laid, params, 5, whole=0).row.size == 0
    assert laid.filtered(sparse.identity(pairs.videos, format="csr"), params).max() == 0.0
