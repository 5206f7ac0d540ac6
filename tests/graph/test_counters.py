"""Counter snapshots: what they may say, and the join of two of one video and moment."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import InvalidEvent
from contentgraph.graph.counters import Counter, check_counter, join_counters

NOW = 1_793_491_200_000
TOLD = {"videoId": "v", "at": NOW, "views": "7", "likes": 0}
COUNTS = st.none() | st.integers(0, 9)
COUNTERS = st.builds(Counter, st.just("v"), st.just(NOW), COUNTS, COUNTS, COUNTS, COUNTS)


def test_a_snapshot_holds_what_was_shown():
    assert check_counter(TOLD, now=NOW) == Counter("v", NOW, views=7, likes=0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"videoId": None}, "missing_field"),
        ({"at": None}, "missing_field"),
        ({"at": NOW + 300_001}, "future"),
        ({"views": -1}, "negative"),
        ({"views": 1.5}, "bad_type"),
        ({"likes": True}, "bad_type"),
        ({"shares": 10**14}, "out_of_range"),
    ],
)
def test_snapshots_that_cannot_be_are_refused(change, code):
    with pytest.raises(InvalidEvent) as caught:
        check_counter(TOLD | change, now=NOW)
    assert caught.value.reason == code


@given(st.lists(COUNTERS, min_size=3, max_size=3))
def test_the_join_is_order_free_and_idempotent(told):
    joined = {join_counters(join_counters(a, b), c) for a, b, c in itertools.permutations(told)}
    assert len(joined) == 1
    assert join_counters(told[0], told[0]) == told[0]
