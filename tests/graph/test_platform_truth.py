"""The hidden truth: expected points are what outcomes average to, and they leave something to find."""

import numpy as np
import pytest

from contentgraph.graph.platform.generating import Platform, PlatformConfig, generate
from contentgraph.graph.points import PointScale

UNTIL = 1_793_491_200_000  # 2026-11-01T00:00:00Z
WORLDS = ("communities", "continuous", "drifting")


def make(taste: str = "communities", noise: float = 1.0, seed: int = 4) -> Platform:
    config = PlatformConfig(3000, 2000, 60_000, UNTIL, seed=seed, taste=taste, noise=noise)
    return generate(config, np.random.default_rng(seed))


@pytest.fixture(scope="module", params=WORLDS)
def platform(request: pytest.FixtureRequest) -> Platform:
    return make(request.param)


def test_expected_points_are_the_mean_of_simulated_outcomes(platform: Platform) -> None:
    """Within 4 standard errors over 400,000 views, all together and by quarter of the expectation."""
    rng = np.random.default_rng(11)
    users, videos = rng.integers(0, 3000, 400_000), rng.integers(0, 2000, 400_000)
    expected = platform.truth.expected_points(users, videos)
    points = platform.truth.simulate(users, videos, rng).points()
    quarter = np.digitize(expected, np.quantile(expected, [0.25, 0.5, 0.75]))
    for rows in (np.ones(len(users), bool), *(quarter == q for q in range(4))):
        error = points[rows].std() / np.sqrt(rows.sum())
        assert points[rows].mean() == pytest.approx(expected[rows].mean(), abs=4 * error)


def test_the_log_is_such_outcomes(platform: Platform) -> None:
    """Points of the pairs in the log (each watched once, by their events alone) average to the truth's expectation."""
    log, truth, m = platform.events, platform.truth, 2000
    pair = log.user * m + log.video
    seen = log.kind == 0
    pairs, first, times = np.unique(pair[seen], return_index=True, return_counts=True)
    rows = np.flatnonzero(seen)[first[times == 1]]
    ratio = log.watched[rows] / truth.duration[log.video[rows]]
    points = 8.0 * (ratio >= 0.9) + 10.0 * (ratio >= 1.5)
    for kind, weight in ((2, 2.0), (4, 4.0), (5, 6.0)):
        points += weight * np.isin(pair[rows], pair[log.kind == kind])
    chances = truth.chances(log.user[rows], log.video[rows], log.at[rows])
    error = points.std() / np.sqrt(len(points))
    assert points.mean() == pytest.approx(chances.points().mean(), abs=4 * error)
    assert len(pairs) > 40_000


def test_one_pair_a_block_and_pairs_give_the_same(platform: Platform) -> None:
    truth = platform.truth
    users, videos = np.arange(0, 3000, 500), np.arange(0, 2000, 300)
    block = truth.expected_points(users[:, None], videos[None, :])
    pairs = truth.expected_points(np.repeat(users, len(videos)), np.tile(videos, len(users)))
    np.testing.assert_allclose(block.ravel(), pairs, rtol=1e-4)
    one = truth.expected_points(np.array([500]), np.array([300]))
    np.testing.assert_allclose(one, block[1, 1], rtol=1e-4)


def test_another_scale_counts_otherwise(platform: Platform) -> None:
    """With all weights 1 the expectation is the sum of the five chances."""
    chances = platform.truth.chances(np.arange(50), np.arange(50))
    ones = PointScale(rewatch=1, completion=1, share=1, comment=1, like=1)
    total = chances.complete * (1 + chances.rewatch) + chances.like + chances.share + chances.comment
    np.testing.assert_allclose(chances.points(ones), total)


def test_only_drifting_tastes_depend_on_time(platform: Platform) -> None:
    truth, users, videos = platform.truth, np.arange(1000), np.arange(1000)
    early = truth.expected_points(users, videos, truth.start)
    late = truth.expected_points(users, videos, truth.until)
    np.testing.assert_allclose(late, truth.expected_points(users, videos), rtol=1e-5)
    assert np.allclose(early, late, rtol=1e-5) == (platform.config.taste != "drifting")


def top20(platform: Platform) -> tuple[float, float, float]:
    """Mean expected points of the top 20 unseen and suitable: by the truth, by views, at random."""
    log, truth = platform.events, platform.truth
    seen = log.kind == 0
    users = np.arange(0, 3000, 10)
    block = truth.expected_points(users[:, None], np.arange(2000)[None, :])
    free = truth.suitable(users[:, None], np.arange(2000)[None, :])
    watched = np.zeros((3000, 2000), bool)
    watched[log.user[seen], log.video[seen]] = True
    free &= ~watched[users]
    views = np.bincount(log.video[seen], minlength=2000)
    chance = np.random.default_rng(1).random(2000)

    def mean(score: np.ndarray) -> float:
        best = np.argsort(np.where(free, -score, np.inf), axis=1)[:, :20]
        return float(np.take_along_axis(block, best, axis=1).mean())

    flat = np.ones((len(users), 1))
    return mean(block), mean(flat * views), mean(flat * chance)


def test_there_is_something_to_find(platform: Platform) -> None:
    """The best 20 a person could be shown are worth at least 1.8 times the 20 most watched."""
    oracle, popular, _ = top20(platform)
    assert oracle >= 1.8 * popular


def test_noise_hides_taste() -> None:
    """The more noise, the less the oracle has over popularity; with next to no taste, little more than duration."""
    gains = [oracle / popular for oracle, popular, _ in (top20(make(noise=noise)) for noise in (0.7, 1.5, 4.0))]
    assert gains[0] > gains[1] > gains[2] > 1
