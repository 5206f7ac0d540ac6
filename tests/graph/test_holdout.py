"""The hold-out: what is foretold was not learned, is later where there are times, and is drawn by the seed alone."""

import numpy as np
import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.holdout import HoldOut, hold_out
from contentgraph.graph.similarity import Pairs

HOUR = 3_600_000


def random_pairs(seed: int, *, times: bool, points: bool = True) -> Pairs:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((60, 40)) < 0.1)
    return Pairs(
        user,
        video,
        60,
        40,
        rng.integers(0, 31, user.size).astype(np.float64) if points else None,
        rng.integers(0, 500, user.size) * HOUR if times else None,
    )


def told(held: HoldOut) -> set[tuple[int, int]]:
    found = held.targets.tocoo()
    return set(zip(held.users[found.row].tolist(), found.col.tolist(), strict=True))


def keys(pairs: Pairs, chosen: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(pairs.user[chosen].tolist(), pairs.video[chosen].tolist(), strict=True))


@pytest.mark.parametrize("times", [True, False])
@pytest.mark.parametrize("points", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_no_target_may_be_learned_from(times: bool, points: bool, seed: int):
    pairs = random_pairs(seed, times=times, points=points)
    held = hold_out(pairs, np.random.default_rng(seed))
    assert told(held)
    assert not told(held) & set(keys(pairs, held.train))


@pytest.mark.parametrize("times", [True, False])
def test_targets_have_the_points_of_their_pairs_and_1_without(times: bool):
    pairs = random_pairs(4, times=times)
    assert pairs.points is not None
    gain = dict(zip(keys(pairs, np.ones(pairs.user.size, dtype=bool)), pairs.points.tolist(), strict=True))
    held = hold_out(pairs, np.random.default_rng(4))
    found = held.targets.tocoo()
    for row, video, value in zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True):
        assert value == gain[int(held.users[row]), video] > 0.0
    plain = hold_out(random_pairs(4, times=times, points=False), np.random.default_rng(4))
    assert set(plain.targets.data.tolist()) == {1.0}


@pytest.mark.parametrize("times", [True, False])
def test_judged_users_ascend_and_each_has_a_target(times: bool):
    held = hold_out(random_pairs(5, times=times), np.random.default_rng(5))
    assert (np.diff(held.users) > 0).all()
    assert (np.diff(held.targets.indptr) > 0).all()
    assert held.targets.has_sorted_indices


def test_with_times_all_before_the_cut_is_learned_and_all_targets_are_later():
    pairs = random_pairs(6, times=True)
    assert pairs.at is not None
    held = hold_out(pairs, np.random.default_rng(6), share=0.25)
    assert held.now is not None
    np.testing.assert_array_equal(held.train, pairs.at < held.now)
    later = dict(zip(keys(pairs, np.ones(pairs.user.size, dtype=bool)), (pairs.at >= held.now).tolist(), strict=True))
    assert all(later[pair] for pair in told(held))


def test_with_times_the_share_is_that_of_the_pairs_with_points():
    """100 pairs an hour apart, every second one without points: a fifth of the 50 others is foretold."""
    points = np.tile([1.0, 0.0], 50)
    pairs = Pairs(np.arange(100), np.zeros(100, dtype=np.int64), 100, 1, points, np.arange(100) * HOUR)
    held = hold_out(pairs, np.random.default_rng(0), share=0.2)
    assert (held.users.size, held.now) == (10, 80 * HOUR)
    assert held.train.sum() == 80


def test_without_times_a_fifth_of_each_user_with_two_or_more_is_held_out_at_least_one():
    pairs = random_pairs(7, times=False, points=False)
    held = hold_out(pairs, np.random.default_rng(7))
    many = np.flatnonzero(np.bincount(pairs.user, minlength=60) > 1)
    assert held.now is None
    assert held.users.tolist() == many.tolist()
    lengths = np.bincount(pairs.user, minlength=60)[many]
    share = np.maximum(np.rint(0.2 * lengths), 1.0).astype(int).tolist()
    assert np.diff(held.targets.indptr).tolist() == share
    assert (~held.train).sum() == sum(share)


def test_without_times_every_video_of_a_user_can_be_drawn():
    pairs = Pairs(np.zeros(4, dtype=np.int64), np.arange(4), 1, 4)
    drawn = {int(hold_out(pairs, np.random.default_rng(seed)).targets.indices[0]) for seed in range(60)}
    assert drawn == {0, 1, 2, 3}


@pytest.mark.parametrize("times", [True, False])
def test_only_wanted_pairs_with_points_are_targets(times: bool):
    pairs = random_pairs(8, times=times)
    assert pairs.points is not None
    wanted = pairs.video % 2 == 0
    held = hold_out(pairs, np.random.default_rng(8), wanted=wanted)
    assert told(held)
    assert told(held) <= set(keys(pairs, wanted & (pairs.points > 0.0)))


@pytest.mark.parametrize("times", [True, False])
def test_the_cap_on_users_draws_some_of_them(times: bool):
    pairs = random_pairs(9, times=times, points=False)
    every = hold_out(pairs, np.random.default_rng(9))
    some = hold_out(pairs, np.random.default_rng(9), users=7)
    assert some.users.size == some.targets.shape[0] == 7
    assert set(some.users.tolist()) < set(every.users.tolist())
    pairs_of_others = ~np.isin(pairs.user, some.users)
    few = np.bincount(pairs.user, minlength=60)[pairs.user] < 5
    if times:
        np.testing.assert_array_equal(some.train, every.train)
    else:
        np.testing.assert_array_equal(some.train[~(pairs_of_others & few)], every.train[~(pairs_of_others & few)])


def test_without_times_only_the_judged_of_those_with_few_videos_give_one():
    """A fifth of four videos is less than one: of a user who is not judged all four stay."""
    pairs = Pairs(np.repeat(np.arange(30), 4), np.arange(120) % 40, 30, 40)
    held = hold_out(pairs, np.random.default_rng(3), users=7)
    assert held.users.size == 7
    assert sorted(pairs.user[~held.train].tolist()) == held.users.tolist()


@pytest.mark.parametrize("times", [True, False])
def test_the_seed_alone_decides(times: bool):
    pairs = random_pairs(10, times=times)
    one, same, other = (hold_out(pairs, np.random.default_rng(seed), users=20) for seed in (1, 1, 2))
    assert told(one) == told(same)
    assert told(one) != told(other)


@pytest.mark.parametrize("times", [True, False])
def test_pairs_without_any_points_leave_nobody_to_judge(times: bool):
    pairs = random_pairs(11, times=times)
    silent = Pairs(pairs.user, pairs.video, 60, 40, np.zeros(pairs.user.size), pairs.at)
    held = hold_out(silent, np.random.default_rng(11))
    assert held.users.size == 0
    assert held.targets.shape == (0, 40)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, float("nan")])
def test_a_share_that_leaves_one_side_empty_is_refused(share: float):
    with pytest.raises(UsageError, match="share="):
        hold_out(random_pairs(12, times=True), np.random.default_rng(12), share=share)


def test_fewer_than_one_user_is_refused():
    with pytest.raises(UsageError, match="users=0"):
        hold_out(random_pairs(13, times=True), np.random.default_rng(13), users=0)
