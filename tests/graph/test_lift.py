"""Lift and freshness: what a video deserves at the same likeness."""

from dataclasses import replace

import numpy as np
import pytest

from contentgraph.graph.lift import Goods, LiftParams, lift, prior, video_freshness

HOUR = 3_600_000
NOW = 1_000_000 * HOUR


def fresh(video: list[int], ages: list[float], born: list[int]) -> list[float]:
    at = np.array([NOW - int(age * HOUR) for age in ages], dtype=np.int64)
    found = video_freshness(
        np.array(video, dtype=np.int32), at, np.array(born, dtype=np.int64), now=NOW, half_life_hours=48.0
    )
    return [float(value) for value in found]


def goods(
    posterior: list[float] | np.ndarray,
    cell: list[float] | np.ndarray | None = None,
    short: list[float] | np.ndarray | None = None,
    viewers: list[float] | None = None,
) -> Goods:
    mean = np.asarray(posterior, dtype=np.float64)
    ones = np.ones(mean.size)
    return Goods(
        mean,
        mean if cell is None else np.asarray(cell, dtype=np.float64),
        ones if short is None else np.asarray(short, dtype=np.float64),
        ones,
        ones if viewers is None else np.asarray(viewers, dtype=np.float64),
    )


def test_freshness_is_the_mean_of_decayed_engagements() -> None:
    """Two engagements, now and one half-life ago: (1 + 0.5) / 2."""
    assert fresh([0, 0], [0.0, 48.0], [NOW - 900 * HOUR]) == pytest.approx([0.75])


def test_with_the_same_profile_of_time_more_viewers_change_nothing() -> None:
    """Freshness is a mean, so it is no count of viewers in disguise, neither upwards nor downwards."""
    once, often = [0.0, 30.0], [0.0, 30.0] * 7
    assert fresh([0, 0], once, [-1]) == pytest.approx(fresh([0] * 14, often, [-1]))


def test_the_unwatched_are_as_fresh_as_they_are_young() -> None:
    """Created now 1, a half-life ago ½, at an unknown time 0, and after now (a slow clock) 1."""
    assert fresh([], [], [NOW, NOW - 48 * HOUR, -1, NOW + HOUR]) == pytest.approx([1.0, 0.5, 0.0, 1.0])


def test_an_event_of_the_next_minutes_has_age_zero() -> None:
    assert fresh([0], [-0.05], [NOW]) == pytest.approx([1.0])


def test_a_typical_fresh_video_has_lift_one() -> None:
    """lift = (posterior / bar)^quality · (floor + (1 - floor) · F)^e, bar the mean posterior without baseline."""
    params = LiftParams(quality=1.0, baseline=0.0, floor=0.1, short=1.0, long=0.0)
    assert lift(goods([4.0, 4.0], [4.0, 9.0], [1.0, 0.0]), params) == pytest.approx([1.0, 0.1])
    assert lift(goods([2.0, 6.0], [4.0, 9.0], [1.0, 0.5]), params) == pytest.approx([0.5, 1.5 * 0.55])
    halved = replace(params, short=0.5)
    assert lift(goods([4.0, 4.0], [4.0, 9.0], [1.0, 0.5]), halved) == pytest.approx([1.0, 0.55**0.5])


def test_a_baseline_compares_like_with_like() -> None:
    """With baseline 1 a long video with its cell's points equals a short one with its own; halfway, the roots."""
    known = goods([9.0, 4.0])
    assert lift(known, LiftParams(quality=1.0, baseline=1.0)) == pytest.approx([1.0, 1.0])
    half = lift(known, LiftParams(quality=1.0, baseline=0.5))
    assert half[0] / half[1] == pytest.approx(9.0**0.5 / 4.0**0.5)


@pytest.mark.parametrize("quality", [0.0, 0.5, 2.0])
def test_more_points_or_freshness_never_lower_the_lift(quality: float) -> None:
    """Monotone in both, and above 0 always, so that a path never vanishes."""
    params = LiftParams(quality=quality, floor=0.0)
    means, ages = np.meshgrid(np.linspace(0.0, 30.0, 13), np.linspace(0.0, 1.0, 7))
    found = lift(goods(means.ravel(), np.full(means.size, 5.0), ages.ravel()), params).reshape(means.shape)
    assert (np.diff(found, axis=0) >= 0.0).all()
    assert (np.diff(found, axis=1) >= 0.0).all()
    assert (found > 0.0).all()


def test_more_viewers_never_lower_the_prior() -> None:
    """At the same points and freshness; with crowd 0 they are no reason at all."""
    known = goods([4.0] * 4, viewers=[0.0, 1.0, 10.0, 1000.0])
    for crowd in (0.0, 0.25, 1.0):
        params = LiftParams(crowd=crowd)
        found = prior(known, lift(known, params), params)
        assert (np.diff(found) >= 0.0).all()
        assert (np.diff(found) > 0.0).all() == (crowd > 0.0)


def test_no_video_no_lift_and_no_points_no_division() -> None:
    assert lift(goods([]), LiftParams()).shape == (0,)
    assert np.isfinite(lift(goods(np.zeros(3)), LiftParams())).all()
