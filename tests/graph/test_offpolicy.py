"""Off-policy estimates: against the hidden truth, with intervals that cover it, and refused on too little."""

import numpy as np
import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.offpolicy import policy_value
from contentgraph.graph.waves.slots import Candidates, assign


def world(seed: int, lapsed: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Expected points of 1,500 people × 8 videos, and what a lopsided logging gave them, but for what lapsed.

    Places of the slots that were shown, their propensities, points, and slots expected of their draw.
    """
    rng = np.random.default_rng(seed)
    truth = 5.0 + 2.0 * rng.standard_normal((1_500, 1)) + np.linspace(-2, 2, 8)[None, :]
    pairs = np.arange(12_000)
    candidates = Candidates(pairs // 8, pairs % 8, np.ones(12_000))
    wanted = np.array([100, 120, 140, 160, 240, 300, 400, 500])
    taken, propensity, drawn = assign(candidates, wanted, np.full(1_500, 2), rng)
    points = truth.ravel()[taken] + 6.0 * rng.standard_normal(taken.size)
    shown = rng.random(taken.size) >= lapsed
    return truth, taken[shown], propensity[shown], points[shown], drawn[shown]


@pytest.mark.parametrize("lapsed", [0.0, 0.5])
def test_both_estimates_find_the_truth_that_the_plain_mean_misses(lapsed: float) -> None:
    """Showing every video to everybody alike, judged from slots that favoured the better ones: 200 repetitions.

    With half of the slots never shown it is the same truth, less precisely.
    """
    ips, snips, plain, inside = [], [], [], 0
    truth = world(0)[0]
    for seed in range(200):
        truth, taken, propensity, points, drawn = world(seed, lapsed)
        found = policy_value(points, propensity, np.full(taken.size, 1.0 / 1_500.0), drawn)
        ips.append(found.ips - truth.mean())
        snips.append(found.snips - truth.mean())
        plain.append(points.mean() - truth.mean())
        inside += found.snips_low <= truth.mean() <= found.snips_high
    assert abs(np.mean(ips)) < 3 * np.std(ips) / np.sqrt(200) + 0.01
    assert abs(np.mean(snips)) < 0.05
    assert np.mean(plain) > 0.5
    assert 0.9 <= inside / 200 <= 0.995
    assert np.std(snips) <= np.std(ips) + 1e-9


def test_a_policy_of_its_own_gets_its_own_value() -> None:
    """Always the best video: only its slots weigh."""
    errors = []
    for seed in range(40):
        truth, taken, propensity, points, drawn = world(seed)
        best = taken % 8 == 7
        target = best / 1_500.0
        found = policy_value(points, propensity, target, drawn)
        assert found.slots == best.sum()
        errors.append(found.snips - truth[:, 7].mean())
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(40) + 0.02


def test_below_400_effective_slots_nothing_is_told() -> None:
    ones = np.ones(399)
    with pytest.raises(UsageError, match="effective sample size is 399"):
        policy_value(ones, ones, ones, ones)
    assert policy_value(*(np.ones(400),) * 4).effective == pytest.approx(400)
    lopsided = np.ones(5_000)
    lopsided[:10] = 1_000.0
    with pytest.raises(UsageError, match="of 5000 slots"):
        policy_value(np.ones(5_000), np.ones(5_000), lopsided, np.ones(5_000))


def test_what_was_not_drawn_by_chance_is_refused() -> None:
    with pytest.raises(UsageError, match="not drawn by chance"):
        policy_value(np.ones(500), np.zeros(500), np.ones(500), np.ones(500))
    with pytest.raises(UsageError, match="differ"):
        policy_value(np.ones(500), np.ones(400), np.ones(500), np.ones(500))
