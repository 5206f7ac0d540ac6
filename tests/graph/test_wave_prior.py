"""The posterior of waves: against a slow reference of its own, and against truth that it has not seen."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import beta

from contentgraph.errors import UsageError
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.waves.prior import (
    GRID,
    Evidence,
    WavePrior,
    above,
    draw,
    evidence_of,
    fit_prior,
    grid_posterior,
    moments,
    quality_of,
)

VALUES = points_of_bits(PointScale(), np.arange(32))


def platform(seed: int, videos: int, shown: int, spread: float = 0.5):
    """Videos that complete, rewatch and like at hidden rates in two cells; outcomes as bits [videos × shown]."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, 2, videos)
    logit = np.array([-0.2, -1.2])[cell] + spread * rng.standard_normal(videos)
    done = 1.0 / (1.0 + np.exp(-logit))
    again = done * 0.3
    like = 0.15 * done
    truth = 8.0 * done + 10.0 * again + 2.0 * like
    told = rng.random((3, videos, shown))
    completed = told[0] < done[:, None]
    bits = completed * 1 + (completed & (told[1] < 0.3)) * 2 + (told[2] < like[:, None]) * 16
    return cell, truth, bits


def prior_of(cell: np.ndarray, bits: np.ndarray) -> tuple[WavePrior, np.ndarray]:
    points = VALUES[bits]
    law = np.zeros((2, 32))
    np.add.at(law, (np.repeat(cell, bits.shape[1]), bits.ravel()), 1.0)
    found = fit_prior(
        law,
        VALUES,
        cell=cell,
        people=np.full(cell.size, bits.shape[1]),
        points=points.sum(axis=1),
        squares=(points**2).sum(axis=1),
    )
    return found, points.sum(axis=1)


def test_it_agrees_with_a_reference_by_quadrature_that_shares_no_code() -> None:
    """Tilt by root search, prior by the beta law, integral by adaptive quadrature: the same P(mean > bar)."""
    cell, _, bits = platform(1, 400, 20)
    prior, _ = prior_of(cell, bits)
    law = np.zeros((2, 32))
    np.add.at(law, (np.repeat(cell, 20), bits.ravel()), 1.0)
    overall = law.sum(axis=0) + 1e-3
    people, points, bar = 40.0, 300.0, float(prior.at(np.array([0]), 0.8)[0])
    mine = above(grid_posterior(prior, _one(0, people, points), 1), 0.8)[0]

    q = law[0] + 200.0 * overall / overall.sum()
    q = q / q.sum()

    def log_likelihood(mean: float) -> float:
        def at(theta: float) -> float:
            weight = [float(q[i]) * math.exp(theta * float(VALUES[i])) for i in range(32)]
            return sum(w * float(x) for w, x in zip(weight, VALUES, strict=True)) / sum(weight) - mean

        theta = brentq(at, -20.0, 20.0, xtol=1e-13)
        norm = math.log(sum(float(q[i]) * math.exp(theta * float(VALUES[i])) for i in range(32)))
        return (theta * points - people * norm) / float(prior.dispersion[0])

    share = float(prior.mean[0]) / 30.0
    lower, upper = prior.means[0, [30, 50]] / 30.0  # z = -1 and 1: the beta law is found from two of its quantiles
    size = brentq(lambda s: beta.cdf(upper, share * s, (1 - share) * s) - 0.841344746, 1.0, 1e5)
    assert beta.cdf(lower, share * size, (1 - share) * size) == pytest.approx(0.158655254, abs=1e-6)
    peak = log_likelihood(points / people)

    def weighed(mean: float) -> float:
        return math.exp(log_likelihood(mean) - peak) * float(beta.pdf(mean / 30.0, share * size, (1 - share) * size))

    total = quad(weighed, 0.5, 29.0, limit=200)[0]
    over = quad(weighed, bar, 29.0, limit=200)[0]
    assert mine == pytest.approx(over / total, abs=2e-3)


def _one(cell: int, people: float, points: float) -> Evidence:
    return Evidence(np.array([0]), np.array([cell]), np.array([people]), np.array([points]))


@pytest.mark.parametrize("shown", [20, 200])
def test_what_it_says_with_90_percent_is_true_nine_times_in_ten(shown: int) -> None:
    """Calibration on videos that the prior has not seen: by odds of being above the bar, and by interval."""
    cell, _, bits = platform(2, 3000, 20)
    prior, _ = prior_of(cell, bits)
    cell, truth, bits = platform(3, 6000, shown)
    bar = prior.at(cell, float(ndtri(0.8)))
    points = VALUES[bits].sum(axis=1)
    evidence = Evidence(np.arange(6000), cell, np.full(6000, float(shown)), points)
    posterior = grid_posterior(prior, evidence, 6000)
    p = above(posterior, float(ndtri(0.8)))
    for low, high in ((0.02, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.95)):
        group = (p >= low) & (p < high)
        if group.sum() >= 100:
            error = 3.0 * math.sqrt(0.25 / group.sum())
            assert abs((truth > bar)[group].mean() - p[group].mean()) < error
    mean, sd = moments(posterior, prior, cell)
    assert 0.86 < (np.abs(truth - mean) < 1.645 * sd).mean() < 0.94


def test_the_spread_between_videos_is_net_of_sampling_noise() -> None:
    """Twenty people a video or two hundred: the same spread, and that of the truth."""
    for shown in (20, 200):
        cell, truth, bits = platform(4, 4000, shown)
        prior, _ = prior_of(cell, bits)
        for which in (0, 1):
            assert prior.between_sd[which] == pytest.approx(truth[cell == which].std(), rel=0.12)
            assert prior.mean[which] == pytest.approx(truth[cell == which].mean(), rel=0.05)


@settings(max_examples=60)
@given(st.integers(1, 400), st.floats(0.0, 29.0), st.floats(0.0, 10.0), st.floats(-2.0, 2.0))
def test_more_points_of_as_many_people_never_lower_the_odds(people: int, mean: float, more: float, bar: float) -> None:
    prior, _ = PRIOR
    low = above(grid_posterior(prior, _one(0, people, people * mean), 1), bar)[0]
    high = above(grid_posterior(prior, _one(0, people, people * (mean + more)), 1), bar)[0]
    assert 0.0 <= low <= high + 1e-9 <= 1.0 + 2e-9


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 31)), max_size=40), st.randoms())
def test_the_order_of_views_is_nothing_to_it(views: list[tuple[int, int, int]], random: object) -> None:
    prior, _ = PRIOR

    def of(rows: list[tuple[int, int, int]]) -> np.ndarray:
        video, cell, bit = (np.array([row[i] for row in rows], dtype=np.int64) for i in range(3))
        return grid_posterior(prior, evidence_of(video, cell, VALUES[bit], cells=2), 4)

    shuffled = list(views)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    np.testing.assert_allclose(of(views), of(shuffled), atol=1e-12)


def test_without_views_it_is_the_prior_and_the_bar_s_share_is_above() -> None:
    prior, _ = PRIOR
    nothing = grid_posterior(prior, evidence_of(*(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), cells=2), 3)
    assert above(nothing, np.array([0.0, 0.0, 0.0])) == pytest.approx(0.5, abs=1e-6)
    assert above(nothing, float(ndtri(0.8))) == pytest.approx(0.2, abs=2e-3)
    assert above(nothing, np.array([ndtri(0.9), ndtri(0.8), 0.0])) == pytest.approx([0.1, 0.2, 0.5], abs=2e-3)


def test_no_videos_have_no_odds() -> None:
    nothing = grid_posterior(PRIOR[0], evidence_of(*(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), cells=2), 0)
    assert above(nothing, 0.8).shape == (0,)
    assert draw(nothing, 3, np.random.default_rng(1)).shape == (0, 3)


def test_draws_have_the_posterior_s_mean_and_spread() -> None:
    prior, _ = PRIOR
    evidence = Evidence(np.array([0, 1]), np.array([0, 1]), np.array([50.0, 5.0]), np.array([400.0, 10.0]))
    posterior = grid_posterior(prior, evidence, 2)
    drawn = draw(posterior, 20_000, np.random.default_rng(5))
    expected = posterior @ GRID
    np.testing.assert_allclose(drawn.mean(axis=1), expected, atol=0.03)
    np.testing.assert_allclose(
        drawn.std(axis=1), np.sqrt((posterior * (GRID - expected[:, None]) ** 2).sum(axis=1)), rtol=0.05
    )


def test_quality_and_points_are_each_other_s_inverse() -> None:
    prior, _ = PRIOR
    cell = np.array([0, 1, 1])
    np.testing.assert_allclose(
        quality_of(prior, cell, prior.at(cell, np.array([-1.3, 0.0, 2.2]))), [-1.3, 0, 2.2], atol=1e-9
    )


def test_a_law_of_another_lattice_is_refused() -> None:
    with pytest.raises(UsageError, match="give cells × values"):
        fit_prior(
            np.ones((2, 31)), VALUES, cell=np.zeros(1, int), people=np.ones(1), points=np.ones(1), squares=np.ones(1)
        )


def _shared() -> tuple[WavePrior, np.ndarray]:
    cell, _, bits = platform(9, 500, 20)
    return prior_of(cell, bits)


PRIOR = _shared()
