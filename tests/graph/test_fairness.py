"""Equal chances at equal points: known answers, and what is not unfair is not called so."""

import numpy as np
import pytest

from contentgraph.graph.fairness import chances, gini, quintiles


def test_a_group_with_better_videos_is_not_called_favoured() -> None:
    """Promotion by points alone; one group has more good videos: its rate is higher and its ratio 1."""
    rng = np.random.default_rng(1)
    big = rng.random(20_000) < 0.5
    points = rng.normal(5.0, 2.0, 20_000) + 1.5 * big
    promoted = rng.random(20_000) < 1 / (1 + np.exp(6.0 - points))
    found = {one.group: one for one in chances(np.where(big, "big", "small").tolist(), points, promoted, rng)}
    assert found["big"].rate > 1.5 * found["small"].rate
    assert found["big"].ratio == pytest.approx(1.0, abs=0.12)
    assert found["small"].ratio == pytest.approx(1.0, abs=0.12)


def test_a_group_that_is_favoured_twofold_is_found() -> None:
    rng = np.random.default_rng(2)
    big = rng.random(20_000) < 0.5
    points = rng.normal(5.0, 2.0, 20_000)
    promoted = rng.random(20_000) < np.where(big, 0.2, 0.1)
    found = {one.group: one for one in chances(np.where(big, "big", "small").tolist(), points, promoted, rng)}
    assert found["big"].ratio / found["small"].ratio == pytest.approx(2.0, rel=0.1)
    assert found["big"].low > 1.0 > found["small"].high
    assert found["big"].videos + found["small"].videos == 20_000


def test_the_interval_covers_a_fair_ratio_nineteen_times_in_twenty() -> None:
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points = rng.normal(5.0, 2.0, 400)
        promoted = rng.random(400) < 0.2
        found = chances(rng.choice(["a", "b"], 400).tolist(), points, promoted, rng)
        inside += found[0].low <= 1.0 <= found[0].high
    assert inside >= 51


def test_nothing_promoted_has_no_ratio_and_nothing_at_all_no_group() -> None:
    rng = np.random.default_rng(3)
    found = chances(["a", "b", "a"], np.array([1.0, 2.0, 3.0]), np.zeros(3, bool), rng)
    assert (found[0].ratio, found[0].low) == (None, None)
    assert chances([], np.zeros(0), np.zeros(0, bool), rng) == []


def test_fifths_share_ties() -> None:
    names = quintiles(np.arange(10.0))
    assert [names.count(name) for name in sorted(set(names))] == [2] * 5
    assert set(quintiles(np.zeros(7))) == {"1 (smallest)"}


def test_gini_of_known_answers() -> None:
    assert gini(np.ones(9)) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert gini(np.zeros(3)) == 0.0
    assert gini(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0.25)
