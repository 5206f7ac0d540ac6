"""The best videos of each hashtag, sound, challenge and creator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.featured import featured


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(-2, 3))),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_each_list_is_that_of_a_plain_sort_in_any_order_of_edges(rows: list[tuple[int, int, int]], n: int, chance):
    expected = []
    for entity in range(4):
        best = {video: max(v for e, w, v in rows if (e, w) == (entity, video)) for e, video, _ in rows if e == entity}
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:n]
        expected += [(entity, video, rank, float(value)) for rank, (video, value) in enumerate(ranked, start=1)]
    chance.shuffle(rows)
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    found = featured(table[:, 0], table[:, 1], table[:, 2].astype(np.float64), n)
    columns = (found.entity, found.video, found.rank, found.score)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


def test_what_cannot_be_used_is_refused():
    one = np.array([0])
    with pytest.raises(UsageError, match="n=0"):
        featured(one, one, np.array([1.0]), 0)
    with pytest.raises(UsageError, match="not a number"):
        featured(one, one, np.array([np.nan]))
    with pytest.raises(UsageError, match="equally long"):
        featured(one, one, np.array([1.0, 2.0]))
