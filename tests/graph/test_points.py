"""The point scale: what each kind of act is worth, and the rule of cypher/write/derive_points.cypher."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.facts import PairFacts
from contentgraph.graph.points import Flags, PointScale, flags, pair_points, points, points_of_bits

SCALE = PointScale()
MINUTE = 60_000


def pair(**facts: object) -> PairFacts:
    return PairFacts(first_at=1, last_at=9, **facts)  # type: ignore[arg-type]


def test_the_article_s_scale_adds_up_to_thirty():
    assert SCALE.highest == 30.0
    assert points(SCALE, Flags(True, True, True, True, True)) == 30.0
    assert points(SCALE, Flags(False, False, False, False, False)) == 0.0


@pytest.mark.parametrize(
    ("one", "worth"),
    [("completed", 8.0), ("rewatched", 18.0), ("shared", 6.0), ("commented", 4.0), ("liked", 2.0)],
)
def test_a_rewatch_is_also_a_completion(one: str, worth: float):
    happened = Flags(**{name: name == one for name in ("completed", "rewatched", "shared", "commented", "liked")})
    assert points(SCALE, happened) == worth


def test_arrays_and_bits_equal_the_scalar_for_all_thirty_two_combinations_of_an_odd_scale():
    scale = PointScale(7, rewatch=0.1, completion=0.2, share=0.3, comment=0.7, like=1e-3)
    every = [Flags(*row) for row in itertools.product((False, True), repeat=5)]
    columns = {
        name: np.array([getattr(row, name) for row in every])
        for name in ("completed", "rewatched", "shared", "commented", "liked")
    }
    expected = [points(scale, row) for row in every]
    assert pair_points(scale, **columns).tolist() == expected
    assert points_of_bits(scale, np.array([row.bits() for row in every])).tolist() == expected
    assert sorted(row.bits() for row in every) == list(range(32))


@pytest.mark.parametrize(
    ("watched_ms", "completed", "rewatched"),
    [(0, False, False), (53_999, False, False), (54_000, True, False), (89_999, True, False), (90_000, True, True)],
)
def test_thresholds_are_inclusive(watched_ms: int, completed: bool, rewatched: bool):
    found = flags(SCALE, pair(view1_ms=watched_ms, view1_at=1), MINUTE)
    assert (found.completed, found.rewatched) == (completed, rewatched)


def test_two_completed_views_at_different_times_are_a_rewatch():
    assert flags(SCALE, pair(view1_ms=60_000, view1_at=1, view2_ms=54_000, view2_at=9), MINUTE).rewatched
    assert not flags(SCALE, pair(view1_ms=60_000, view1_at=1, view2_ms=53_000, view2_at=9), MINUTE).rewatched


def test_one_view_told_at_two_times_is_not_a_rewatch():
    """Same event id, two times: the second place by id is not completed."""
    told_twice = pair(
        view1_ms=60_000, view1_at=1, view2_ms=60_000, view2_at=9, event1_id="a", event2_ms=100, event2_id="b"
    )
    assert not flags(SCALE, told_twice, MINUTE).rewatched
    twice = pair(
        view1_ms=60_000, view1_at=1, view2_ms=60_000, view2_at=9, event1_id="a", event2_ms=60_000, event2_id="b"
    )
    assert flags(SCALE, twice, MINUTE).rewatched


def test_explicit_completions_need_no_duration_and_two_of_them_are_a_rewatch():
    once = pair(first_completion_at=1, last_completion_at=1)
    assert flags(SCALE, once, None) == Flags(True, False, False, False, False)
    assert flags(SCALE, pair(first_completion_at=1, last_completion_at=9), None).rewatched
    same_id = pair(first_completion_at=1, last_completion_at=9, first_completion_id="a", last_completion_id="a")
    assert not flags(SCALE, same_id, None).rewatched


@pytest.mark.parametrize("duration", [None, 0, -5])
def test_without_a_duration_views_say_nothing(duration: int | None):
    assert flags(SCALE, pair(view1_ms=10**9, view1_at=1), duration) == Flags(False, False, False, False, False)


@pytest.mark.parametrize(("liked_at", "unliked_at", "liked"), [(5, None, True), (5, 5, True), (5, 6, False)])
def test_the_like_wins_a_tie(liked_at: int, unliked_at: int | None, liked: bool):
    assert flags(SCALE, pair(last_like_at=liked_at, last_unlike_at=unliked_at), None).liked is liked


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        ({"like": -1.0}, "like is -1.0"),
        ({"share": math.nan}, "share is nan"),
        ({"rewatch": math.inf}, "rewatch is inf"),
        ({"completion_ratio": 1.5}, "out of order"),
        ({"completion_ratio": 0.0}, "out of order"),
        ({"rewatch_ratio": 0.5}, "out of order"),
    ],
)
def test_a_scale_that_cannot_be_is_refused_with_the_value(wrong: dict[str, float], seen: str):
    with pytest.raises(UsageError, match=seen):
        PointScale(**wrong)  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_longer_view_never_costs_points(short: int, more: int, duration: int):
    less = points(SCALE, flags(SCALE, pair(view1_ms=short, view1_at=1), duration))
    assert points(SCALE, flags(SCALE, pair(view1_ms=short + more, view1_at=1), duration)) >= less
