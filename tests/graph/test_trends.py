"""Trends: a burst stands out from strewn, seasonal, overdispersed counts; size does not."""

import numpy as np
import pytest
from scipy import stats

from contentgraph.errors import UsageError
from contentgraph.graph.trends import TrendParams, hour_profile, surprise, trends

HOURS = 24 * 14
BIG, BURST = 0, 1


def counts(seed: int, entities: int = 400, burst_hours: int = 8, lift: float = 12.0) -> np.ndarray:
    """Pareto rates, a daily wave and gamma noise in blocks of 6 h; a burst in entity 1, a steady giant in entity 0."""
    rng = np.random.default_rng(seed)
    rate = np.minimum(rng.pareto(1.1, entities) * 0.3 + 0.02, 60.0)
    rate[BIG], rate[BURST] = 60.0, 0.8
    wave = 1.0 + 0.8 * np.sin(2.0 * np.pi * (np.arange(HOURS) % 24) / 24.0)
    noise = rng.gamma(4.0, 0.25, (entities, HOURS // 6)).repeat(6, axis=1)
    noise[BIG] = 1.0
    mean = rate[:, None] * wave * noise
    mean[BURST, HOURS - burst_hours :] += lift * wave[HOURS - burst_hours :]
    return rng.poisson(mean).astype(np.float64)


@pytest.mark.parametrize("seed", range(8))
def test_a_planted_burst_is_first_and_a_steady_giant_is_not_in_sight(seed: int):
    found = trends(counts(seed), hours=24)
    assert int(np.argmax(found.score)) == BURST
    assert found.window_hours[BURST] in (2, 4, 8)
    assert HOURS - 8 <= found.since[BURST] < HOURS
    assert found.factor[BURST] == pytest.approx(found.observed[BURST] / found.expected[BURST])
    assert found.factor[BURST] > 3.0
    assert found.surprise[BIG] < 3.0, "less than one chance in a thousand would be news"


def test_the_burst_does_not_feed_its_own_baseline():
    """Twice the burst, the same expectation."""
    quiet, loud = counts(3), counts(3)
    loud[BURST, -8:] *= 2.0
    window = trends(quiet).window_hours[BURST]
    assert trends(loud).window_hours[BURST] == window
    assert trends(loud).expected[BURST] == trends(quiet).expected[BURST]
    assert trends(loud).score[BURST] > trends(quiet).score[BURST]


def test_what_is_over_fades_by_half_lives():
    """The same burst of one hour, told 12 h and 24 h ago: the score halves, the surprise stays about what it was."""
    series = counts(4, lift=0.0)
    early, late = series.copy(), series.copy()
    series[BURST, -48:] = early[BURST, -48:] = late[BURST, -48:] = 0.0
    late[BURST, -13] = early[BURST, -25] = 80.0
    young, old = trends(late, 48), trends(early, 48)
    assert young.score[BURST] > 1.2 * old.score[BURST] > 0.0
    assert young.since[BURST] == HOURS - 13
    assert old.since[BURST] == HOURS - 25


def test_few_users_are_no_trend_however_unlikely():
    series = np.zeros((50, HOURS))
    series[3, -2:] = 2.0
    series[4, -2:] = 3.0
    found = trends(series)
    assert found.score[3] == 0.0, "4 users are below the floor of 5"
    assert found.score[4] > 0.0
    assert found.since[3] == HOURS, "nothing trends: no first hour"


def test_an_entity_without_a_past_is_expected_to_be_an_ordinary_one():
    series = counts(5, lift=0.0)
    ordinary = series[:, : HOURS - 24].mean()
    series[BURST] = 0.0
    series[BURST, -3:] = 20.0
    found = trends(series)
    assert int(np.argmax(found.score)) == BURST
    assert found.expected[BURST] < 3.0 * ordinary * found.window_hours[BURST]


def test_the_rush_hour_is_no_trend():
    """A ten-fold evening every day for all: nothing in the last evening but noise."""
    rng = np.random.default_rng(6)
    wave = np.where(np.arange(HOURS) % 24 >= 21, 10.0, 1.0)
    found = trends(rng.poisson(3.0 * wave, (200, HOURS)).astype(np.float64), hours=6)
    assert found.surprise.max() < 6.0
    profile = hour_profile(3.0 * np.tile(wave, (200, 1)), HOURS - 6, 50.0)
    assert profile.max() / profile.min() == pytest.approx(10.0, rel=0.05)


def test_surprise_is_scipy_s_tail_and_does_not_saturate():
    observed, expected = np.array([3.0, 10.0, 40.0]), np.array([4.0, 4.0, 4.0])
    poisson = -np.log10(stats.poisson.sf(observed - 1.0, expected))
    np.testing.assert_allclose(surprise(observed, expected, 0.0), poisson, rtol=1e-4)
    size = 1.0 / 0.3
    negative = -np.log10(stats.nbinom.sf(observed - 1.0, size, size / (size + expected)))
    np.testing.assert_allclose(surprise(observed, expected, 0.3), negative, rtol=1e-9)
    far = surprise(np.array([1e4, 2e4, 4e4]), np.array([1.0, 1.0, 1.0]), 1e-6)
    assert np.isfinite(far).all()
    assert (np.diff(far) > 0.0).all()


def test_more_users_are_never_less_surprising():
    found = surprise(np.arange(1.0, 2000.0), np.full(1999, 5.0), 0.2)
    assert (np.diff(found) >= 0.0).all()


def test_no_entities_no_trends():
    assert trends(np.zeros((0, 48))).score.size == 0


def test_what_cannot_be_used_is_refused():
    with pytest.raises(UsageError, match="24 of 24 hours"):
        trends(np.zeros((2, 24)), hours=24)
    with pytest.raises(UsageError, match="0 of 24 hours"):
        trends(np.zeros((2, 24)), hours=0)
    with pytest.raises(UsageError, match="counts, 0 or more"):
        trends(np.full((2, 48), -1.0))
    with pytest.raises(UsageError, match="half_life_hours is 0"):
        TrendParams(half_life_hours=0.0)
