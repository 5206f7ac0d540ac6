"""Scores of videos: the mean, the rates it is made of, and what it is worth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.scores import estimate_prior, freshness, posterior, sums, video_scores

HOUR = 3_600_000


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 31)), max_size=60),
    st.lists(st.floats(0, 100), min_size=5, max_size=5),
)
def test_the_mean_of_points_is_the_sum_of_weighted_rates(rows: list[tuple[int, int]], weights: list[float]):
    """Both are the video's score: what its viewers gave, and how often they did what."""
    scale = PointScale(1, *weights)
    video = np.array([row[0] for row in rows], dtype=np.int64)
    bits = np.array([row[1] for row in rows], dtype=np.int64)
    found = video_scores(video, points_of_bits(scale, bits), bits, videos=6, highest=scale.highest)
    rates = (
        scale.rewatch * found.rewatch_rate
        + scale.completion * found.completion_rate
        + scale.share * found.share_rate
        + scale.comment * found.comment_rate
        + scale.like * found.like_rate
    )
    np.testing.assert_allclose(found.score, rates, rtol=1e-12, atol=1e-12)
    assert found.viewers.tolist() == np.bincount(video, minlength=6).tolist()


def test_silent_viewers_count_and_creators_own_views_do_not():
    video, bits = np.array([0, 0, 0, 1]), np.array([1, 0, 31, 31])
    points = points_of_bits(PointScale(), bits)
    found = video_scores(video, points, bits, videos=3, counted=np.array([True, True, False, False]))
    assert found.score.tolist() == [4.0, 0.0, 0.0]
    assert found.viewers.tolist() == [2, 0, 0]
    assert np.isfinite(found.posterior_mean).all()
    assert (found.posterior_sd > 0.0).all()


def simulated(seed: int, tau: float, videos: int = 4000):
    """True means in 4 cells of different means, with 0 to 200 viewers each, most with few."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, 4, videos)
    truth = np.array([4.0, 8.0, 12.0, 16.0])[cell] + tau * rng.standard_normal(videos)
    viewers = np.minimum(rng.zipf(1.6, videos) - 1, 200)
    video = np.repeat(np.arange(videos), viewers)
    told = truth[video] + 6.0 * rng.standard_normal(video.size)
    score = sums(video, told, videos) / np.maximum(viewers, 1)
    squares = sums(video, (told - score[video]) ** 2, videos)
    return truth, score, viewers, squares, cell


def test_the_posterior_s_90_percent_interval_holds_the_truth_nine_times_in_ten():
    """For videos without viewers, with few and with many: the error belongs to the shrunk mean."""
    truth, score, viewers, squares, cell = simulated(1, tau=2.0)
    mean, sd = posterior(score, viewers, estimate_prior(score, viewers, squares, cell), cell)
    inside = np.abs(truth - mean) < 1.645 * sd
    for group in (viewers == 0, (viewers > 0) & (viewers < 5), viewers >= 5):
        assert group.sum() > 500
        assert 0.87 < inside[group].mean() < 0.93


def test_the_posterior_mean_is_nearer_the_truth_than_the_raw_mean_and_than_the_cell_s():
    truth, score, viewers, squares, cell = simulated(2, tau=2.0)
    mean, _ = posterior(score, viewers, estimate_prior(score, viewers, squares, cell), cell)
    cell_mean = (sums(cell, score * viewers, 4) / sums(cell, viewers, 4))[cell]
    seen = viewers > 0

    def error(guess: np.ndarray) -> float:
        return float(((guess - truth)[seen] ** 2).mean())

    assert error(mean) < 0.2 * error(score)
    assert error(mean) < 0.8 * error(cell_mean)


@pytest.mark.parametrize("tau", [0.0, 1.0, 3.0])
def test_the_prior_s_spread_is_net_of_sampling_noise(tau: float):
    _, score, viewers, squares, cell = simulated(3, tau=tau, videos=20_000)
    prior = estimate_prior(score, viewers, squares, cell)
    np.testing.assert_allclose(prior.between_var, tau**2, rtol=0.1, atol=0.3)
    np.testing.assert_allclose(prior.within_var, 36.0, rtol=0.05)
    np.testing.assert_allclose(prior.mean, [4.0, 8.0, 12.0, 16.0], atol=0.25)


def test_more_viewers_of_the_same_mean_never_widen_the_posterior():
    _, score, viewers, squares, cell = simulated(4, tau=2.0)
    prior = estimate_prior(score, viewers, squares, cell)
    one = np.zeros(300, dtype=np.int64)
    mean, sd = posterior(np.full(300, 20.0), np.arange(300), prior, one)
    assert (np.diff(sd) < 0.0).all()
    assert (np.diff(mean) > 0.0).all()


def test_viewers_who_all_agree_leave_a_doubt():
    bits = np.full(30, 31)
    found = video_scores(np.zeros(30, dtype=np.int64), points_of_bits(PointScale(), bits), bits, videos=1)
    assert found.score[0] == 30.0
    assert found.posterior_sd[0] > 0.0


def test_points_that_cannot_be_are_refused():
    one = np.array([0])
    with pytest.raises(UsageError, match="not a number"):
        video_scores(one, np.array([np.nan]), one, videos=1)
    with pytest.raises(UsageError, match="equally long"):
        video_scores(one, np.array([1.0, 2.0]), one, videos=1)


def test_freshness_is_decayed_over_total_engagement():
    """Two half-lives and none: (1/4 + 1) / 2; the future is age 0; no engagement is 0."""
    now = 100 * HOUR
    found = freshness(np.array([0, 0, 1]), np.array([76 * HOUR, now, now + 5]), videos=3, now=now, half_life_hours=12.0)
    assert found.tolist() == [0.625, 1.0, 0.0]
    with pytest.raises(UsageError, match=r"half_life_hours is 0\.0"):
        freshness(np.array([0]), np.array([now]), videos=1, now=now, half_life_hours=0.0)
