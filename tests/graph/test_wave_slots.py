"""Slots: the floor, the sampling, and propensities that are what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.waves.prior import Evidence, fit_prior, grid_posterior
from contentgraph.graph.waves.slots import MOST, Candidates, assign, floor_slots, inclusion, thompson_slots

VALUES = points_of_bits(PointScale(), np.arange(32))


def a_prior():
    rng = np.random.default_rng(1)
    chance = np.clip(0.5 + 0.12 * rng.standard_normal(300), 0.05, 0.95)
    done = rng.random((300, 20)) < chance[:, None]
    law = np.zeros((1, 32))
    law[0, 0], law[0, 1] = (~done).sum(), done.sum()
    points = 8.0 * done.sum(axis=1)
    return fit_prior(law, VALUES, cell=np.zeros(300, int), people=np.full(300, 20), points=points, squares=8.0 * points)


PRIOR = a_prior()


@settings(max_examples=150)
@given(st.lists(st.integers(0, 30), max_size=20), st.integers(0, 400))
def test_the_floor_is_kept_for_all_where_the_slots_suffice_and_never_more_is_given(given_: list[int], slots: int):
    found = floor_slots(np.maximum(20 - np.array(given_, dtype=np.int64), 0), slots, np.random.default_rng(1))
    missing = [max(20 - one, 0) for one in given_]
    assert found.sum() == min(slots, sum(missing))
    assert all(0 <= one <= most for one, most in zip(found.tolist(), missing, strict=True))
    if slots >= sum(missing):
        assert found.tolist() == missing


def test_where_the_floor_is_out_of_reach_for_all_the_nearest_to_it_come_first():
    assert floor_slots(np.array([20, 1, 10]), 12, np.random.default_rng(1)).tolist() == [1, 1, 10]


def posterior(people: list[float], points: list[float]) -> np.ndarray:
    count = len(people)
    told = Evidence(np.arange(count), np.zeros(count, int), np.array(people), np.array(points))
    return grid_posterior(PRIOR, told, count)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(0, 500), st.integers(0, 5))
def test_sampling_spends_what_there_is_room_for_and_keeps_to_the_room(room: list[int], slots: int, seed: int):
    rng = np.random.default_rng(seed)
    count = len(room)
    after = posterior([20.0] * count, list(rng.uniform(0, 160, count)))
    bar = np.full(count, 4.5)
    found = thompson_slots(after, PRIOR, np.zeros(count, int), bar, np.array(room), slots, rng)
    assert found.sum() == min(slots, sum(room))
    assert (found <= np.array(room)).all()
    assert (found >= 0).all()


def test_slots_go_to_what_may_be_above_the_bar():
    """Same people: who gave more points gets more; who cannot be above gets next to none."""
    after = posterior([100.0, 100.0, 100.0], [550.0, 430.0, 150.0])
    found = thompson_slots(
        after, PRIOR, np.zeros(3, int), np.full(3, 4.6), np.full(3, 10_000), 1_000, np.random.default_rng(2)
    )
    assert found[0] > 5 * found[1] > 0 or found[1] == 0
    assert found[2] <= 5


def case(seed: int, people: int = 30, videos: int = 8) -> tuple[Candidates, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pairs = np.flatnonzero(rng.random(people * videos) < 0.5)
    candidates = Candidates(pairs // videos, pairs % videos, np.full(pairs.size, 0.5))
    return candidates, rng.integers(0, 8, videos), rng.integers(0, 3, people)


def test_each_slot_is_given_with_exactly_its_propensity():
    """20,000 draws of one night: the share of each pair is p₁ of it times what it was said to be."""
    candidates, wanted, free = case(3)
    rng = np.random.default_rng(4)
    count = np.zeros(candidates.person.size)
    said = np.full(candidates.person.size, np.nan)
    for _ in range(20_000):
        taken, propensity, _ = assign(candidates, wanted, free, rng)
        count[taken] += 1
        said[taken] = propensity
    share = 0.5 * count / 20_000
    known = np.isfinite(said)
    assert known.sum() > 60
    np.testing.assert_allclose(share[known], said[known], atol=4 * 0.5 * np.sqrt(0.25 / 20_000))
    assert (inclusion(candidates, wanted, free)[~known] < 1e-3).all()


@settings(max_examples=80)
@given(st.integers(0, 10_000))
def test_nobody_gets_more_than_she_has_room_for_nor_a_video_more_than_it_wants_on_average(seed: int):
    candidates, wanted, free = case(seed)
    p = inclusion(candidates, wanted, free)
    assert (p >= 0).all()
    assert (p <= MOST + 1e-12).all()
    assert (np.bincount(candidates.video, p, 8) <= wanted + 1e-9).all()
    assert (np.bincount(candidates.person, p, 30) <= free + 1e-9).all()
    taken, propensity, expected = assign(candidates, wanted, free, np.random.default_rng(seed))
    assert (np.bincount(candidates.person[taken], minlength=30) <= free).all()
    assert np.unique(taken).size == taken.size
    np.testing.assert_allclose(expected, np.bincount(candidates.video, p, 8)[candidates.video[taken]])
    assert (propensity > 0).all()


def test_with_room_for_all_a_video_gets_what_it_wants():
    """The mean over draws of a video's slots is what it wants, where half its candidates are enough."""
    people = np.arange(200)
    candidates = Candidates(np.tile(people, 2), np.repeat([0, 1], 200), np.ones(400))
    p = inclusion(candidates, np.array([20, 60]), np.full(200, 2))
    np.testing.assert_allclose(np.bincount(candidates.video, p, 2), [20, 60], rtol=1e-6)


def test_a_chance_of_nothing_is_refused():
    with pytest.raises(UsageError, match="who cannot be drawn is no candidate"):
        assign(
            Candidates(np.array([0]), np.array([0]), np.array([0.0])),
            np.array([1]), np.array([1]), np.random.default_rng(1),
        )  # fmt: skip
