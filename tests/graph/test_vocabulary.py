"""The seam between ids and indices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.vocabulary import Vocabulary


@given(st.lists(st.text()))
def test_ids_and_indices_are_a_round_trip_in_any_script(ids: list[str]):
    words = Vocabulary(ids)
    assert words.ids(words.index(ids)) == ids
    assert words.ids() == sorted(set(ids))
    assert len(words) == len(set(ids))


@given(st.permutations(["b", "a", "ä", "", "😋", "a\x00", "10", "9"]))
def test_the_order_in_which_ids_are_told_leaves_no_trace(ids: list[str]):
    assert Vocabulary(ids) == Vocabulary(sorted(ids))


def test_an_unknown_id_is_an_error_or_minus_one_as_asked():
    words = Vocabulary(["a", "b"])
    found = words.index(["b", "x", "a"], missing="negative")
    assert found.tolist() == [1, -1, 0]
    assert found.dtype == np.int32
    with pytest.raises(NotFound, match="'x' is not one of the 2 known ids"):
        words.index(["b", "x"])
    with pytest.raises(UsageError, match="'ignore'"):
        words.index(["b"], missing="ignore")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [-1, 2])
def test_an_index_without_an_id_is_refused(wrong: int):
    with pytest.raises(UsageError, match=f"Index {wrong} has no id"):
        Vocabulary(["a", "b"]).ids(np.array([0, wrong]))
