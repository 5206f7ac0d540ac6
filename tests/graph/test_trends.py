"""Trends: a burst stands out from strewn, seasonal, overdispersed counts; size does not."""

import numpy as np
import pytest
from scipy import stats

from contentgraph.errors import UsageError
from contentgraph.graph.levels import LevelParams, Levels
from contentgraph.graph.seasons import kind_seasons
from contentgraph.graph.trends import TrendParams, admits, surprise, trends, trends_of_windows

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
    with pytest.raises(UsageError, match="half_life_windows is 0"):
        TrendParams(half_life_windows=0.0)


def test_many_windows_at_once_are_each_as_if_alone():
    """One pass over the series, the same answer a window."""
    series = counts(7)
    asked = [1, 6, 24, 72, 168]
    for hours, together in zip(asked, trends_of_windows(series, asked), strict=True):
        alone = trends(series, hours)
        for name in alone.__dataclass_fields__:
            np.testing.assert_allclose(getattr(together, name), getattr(alone, name), rtol=1e-9, err_msg=name)


def test_levels_are_gamma_poisson_posteriors():
    """Against the formula of the module in plain Python: faded sums, the long run, then the level."""
    rng = np.random.default_rng(8)
    series = rng.poisson(4.0, (3, 60)).astype(np.float64)
    seasons = kind_seasons(series.sum(axis=0), 48, 50.0)
    params = LevelParams(short_hours=6.0, long_hours=100.0, prior_users=8.0, own_users=20.0)
    levels = Levels(series, [40], seasons, 3.0, params)
    expected, unknown = levels.expected(np.array([45]), 4, 1, kappa=5.0)
    own = seasons.own(series, 20.0)
    for row in range(3):

        def season(hour, row=row):
            return own[row, hour % 24] * seasons.weekday[hour]

        def faded(half, what):
            return sum(what(hour) * 0.5 ** ((39 - hour) / half) for hour in range(40))

        def seen(hour, row=row):
            return series[row, hour]

        long_run = (faded(100.0, seen) + 8.0) / (faded(100.0, season) + 8.0 / 3.0)
        level = (faded(6.0, seen) + 5.0) / (faded(6.0, season) + 5.0 / long_run)
        assert expected[row, 0] == pytest.approx(level * sum(season(hour) for hour in range(41, 45)))
        assert unknown[row, 0] == pytest.approx(1.0 / (faded(6.0, seen) + 5.0))


def test_an_entity_s_own_hours_of_day_count():
    """A tag of the mornings among tags of the evenings: its morning is no trend, its evening would be one."""
    rng = np.random.default_rng(9)
    hour = np.arange(HOURS + 8) % 24
    rate = np.tile(np.where(hour >= 18, 8.0, 1.0), (200, 1))
    rate[BURST] = np.where((hour >= 4) & (hour < 8), 24.0, 0.5)
    series = rng.poisson(rate).astype(np.float64)
    assert trends(series, 8).surprise[BURST] < 4.0
    assert trends(series, 8, TrendParams(own_profile_users=1e9)).surprise[BURST] > 10.0, "by the kind's hours alone"
    evening = series[:, : HOURS - 1]
    evening[BURST, -5:] = 24.0
    assert int(np.argmax(trends(evening, 8).score)) == BURST


def test_weekends_are_no_trend():
    """All tags three times as busy on two days of seven, today is one of them."""
    rng = np.random.default_rng(10)
    day = np.arange(24 * 28) // 24 % 7
    series = rng.poisson(np.where(day >= 5, 9.0, 3.0), (300, 24 * 28)).astype(np.float64)
    assert trends(series[:, : 24 * 27 - 12], 24).surprise.max() < 5.0
    flat = series.copy()
    flat[:, 24 * 26 :] = rng.poisson(27.0, (300, 48))
    assert trends(flat[:, : 24 * 27 - 12], 24).surprise.min() > 5.0


def test_chance_alone_is_as_rare_as_the_surprise_says():
    """Steady gamma-Poisson counts: of 2,000 windows of one length a hundredth or so reach a surprise of 2."""
    rng = np.random.default_rng(11)
    rate = np.exp(rng.uniform(np.log(0.5), np.log(20.0), 2_000))[:, None]
    series = rng.poisson(rate * rng.gamma(8.0, 1.0 / 8.0, (2_000, HOURS))).astype(np.float64)
    found = trends(series, 1)
    assert 0.002 < np.mean(found.surprise >= 2.0) < 0.02


def test_a_dozen_entities_are_not_blinded_by_the_burst_itself():
    """It began yesterday, so the days on which the rule is tried hold a part of it: it stands first all the same."""
    rng = np.random.default_rng(12)
    series = rng.poisson(0.7, (12, HOURS)).astype(np.float64)
    series[BURST, -24:] += rng.poisson(np.linspace(1.0, 10.0, 24))
    found = trends(series, 24)
    assert int(np.argmax(found.score)) == BURST
    assert found.score[BURST] > admits(12, 24, TrendParams()) > np.sort(found.score)[-2]
