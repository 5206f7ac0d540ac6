"""Lift and freshness: what a video deserves at the same likeness."""

import numpy as np
import pytest

from contentgraph.graph.lift import LiftParams, lift, video_freshness

HOUR = 3_600_000
NOW = 1_000_000 * HOUR


def fresh(video: list[int], ages: list[float], born: list[int]) -> list[float]:
    at = np.array([NOW - int(age * HOUR) for age in ages], dtype=np.int64)
    found = video_freshness(
        np.array(video, dtype=np.int32), at, np.array(born, dtype=np.int64), now=NOW, half_life_hours=48.0
    )
    return [float(value) for value in found]


def test_freshness_is_the_mean_of_decayed_engagements() -> None:
    """Two engagements, now and one half-life ago: (1 + 0.5) / 2."""
    assert fresh([0, 0], [0.0, 48.0], [NOW - 900 * HOUR]) == pytest.approx([0.75])


def test_the_unwatched_are_as_fresh_as_they_are_young() -> None:
    """Created now 1, a half-life ago ½, at an unknown time 0, and after now (a slow clock) 1."""
    assert fresh([], [], [NOW, NOW - 48 * HOUR, -1, NOW + HOUR]) == pytest.approx([1.0, 0.5, 0.0, 1.0])


def test_an_event_of_the_next_minutes_has_age_zero() -> None:
    assert fresh([0], [-0.05], [NOW]) == pytest.approx([1.0])


def test_a_typical_fresh_video_has_lift_one() -> None:
    """lift = (posterior / bar)^quality · (floor + (1 - floor) · freshness), bar the mean posterior without baseline."""
    params = LiftParams(quality=1.0, baseline=0.0, floor=0.1)
    any_cell = np.array([4.0, 9.0])
    assert lift(np.array([4.0, 4.0]), any_cell, np.array([1.0, 0.0]), params) == pytest.approx([1.0, 0.1])
    assert lift(np.array([2.0, 6.0]), any_cell, np.array([1.0, 0.5]), params) == pytest.approx([0.5, 1.5 * 0.55])


def test_a_baseline_compares_like_with_like() -> None:
    """With baseline 1 a long video with its cell's points equals a short one with its own; halfway, the roots."""
    means, cells = np.array([9.0, 4.0]), np.array([9.0, 4.0])
    assert lift(means, cells, np.ones(2), LiftParams(quality=1.0, baseline=1.0)) == pytest.approx([1.0, 1.0])
    half = lift(means, cells, np.ones(2), LiftParams(quality=1.0, baseline=0.5))
    assert half[0] / half[1] == pytest.approx(9.0**0.5 / 4.0**0.5)


@pytest.mark.parametrize("quality", [0.0, 0.5, 2.0])
def test_more_points_or_freshness_never_lower_the_lift(quality: float) -> None:
    """Monotone in both, and above 0 always, so that a path never vanishes."""
    params = LiftParams(quality=quality)
    means, ages = np.meshgrid(np.linspace(0.0, 30.0, 13), np.linspace(0.0, 1.0, 7))
    found = lift(means.ravel(), np.full(means.size, 5.0), ages.ravel(), params).reshape(means.shape)
    assert (np.diff(found, axis=0) >= 0.0).all()
    assert (np.diff(found, axis=1) >= 0.0).all()
    assert (found > 0.0).all()


def test_no_video_no_lift_and_no_points_no_division() -> None:
    assert lift(np.array([]), np.array([]), np.array([]), LiftParams()).shape == (0,)
    assert np.isfinite(lift(np.zeros(3), np.zeros(3), np.ones(3), LiftParams())).all()
