"""Which stored lists stand beside new ones, and that what differs in the others makes them the new ones."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.edges import Similar
from contentgraph.graph.standing import differences

VIDEOS, K = 6, 3
Lists = dict[int, dict[int, float]]


@st.composite
def lists(draw: st.DrawFn) -> Lists:
    """Of some videos up to K others, with weights that are near each other or not."""
    weights = st.sampled_from([0.5, 0.501, 0.504, 0.52, 0.6, 1.0])
    found = {}
    for row in range(VIDEOS):
        others = draw(st.lists(st.sampled_from([v for v in range(VIDEOS) if v != row]), max_size=K, unique=True))
        found[row] = {col: draw(weights) for col in others}
    return found


def similar(told: Lists) -> Similar:
    edges = []
    for row, ends in told.items():
        ordered = sorted(ends.items(), key=lambda end: (-end[1], end[0]))
        edges += [(row, col, weight, rank) for rank, (col, weight) in enumerate(ordered, 1)]
    columns = zip(*edges, strict=True) if edges else ((), (), (), ())
    row, col, weight, rank = (np.array(column) for column in columns)
    return Similar(row.astype(np.int32), col.astype(np.int32), weight.astype(np.float64), rank.astype(np.int32))


def edges_of(told: Similar) -> dict[tuple[int, int], tuple[int, float]]:
    columns = (told.row.tolist(), told.col.tolist(), told.rank.tolist(), told.weight.tolist())
    return {(row, col): (rank, weight) for row, col, rank, weight in zip(*columns, strict=True)}


@given(lists(), lists(), st.sampled_from([0.0, 0.01, 0.1]))
def test_the_differences_make_the_lists_that_do_not_stand_the_new_ones(
    before: Lists, after: Lists, tolerance: float
) -> None:
    """Gone out, fresh in, moved set: those that stand are as they were, all others are as they shall be."""
    stored, found = similar(before), similar(after)
    told = differences(stored, found, VIDEOS, K, tolerance)
    graph = edges_of(stored)
    for place in told.gone:
        del graph[int(stored.row[place]), int(stored.col[place])]
    for place in told.fresh:
        key = (int(found.row[place]), int(found.col[place]))
        assert key not in graph
        graph[key] = (int(found.rank[place]), float(found.weight[place]))
    for place in told.moved:
        key = (int(found.row[place]), int(found.col[place]))
        assert key in graph
        graph[key] = (int(found.rank[place]), float(found.weight[place]))
    wanted = edges_of(found)
    for row in range(VIDEOS):
        mine = {key: told for key, told in graph.items() if key[0] == row}
        if not told.standing[row] or tolerance == 0.0:
            assert mine == {key: told for key, told in wanted.items() if key[0] == row}
        else:
            assert_near(before[row], after[row], tolerance)


def assert_near(before: dict[int, float], after: dict[int, float], tolerance: float) -> None:
    """The law of the tolerance, told list by list in plain Python."""
    cut = min(after.values(), default=0.0) * (1 + tolerance) if len(after) == K else -1.0
    for col in before.keys() | after.keys():
        if col in before and col in after:
            assert abs(before[col] - after[col]) <= tolerance * max(before[col], after[col]) + 1e-9
        else:
            assert (before.get(col) or after[col]) <= cut + 1e-9


def test_a_hair_s_breadth_stands_only_within_the_tolerance() -> None:
    """Weights that moved by a hundredth: written at a tolerance of .1 %, left at 2 %; so is a swap at the cut."""
    stored, found = similar({0: {1: 1.0, 2: 0.5, 3: 0.4}}), similar({0: {1: 0.99, 2: 0.5, 4: 0.401}})
    assert differences(stored, found, VIDEOS, K, 0.02).standing[0]
    told = differences(stored, found, VIDEOS, K, 0.001)
    assert not told.standing[0]
    assert (told.gone.size, told.fresh.size, told.moved.size) == (1, 1, 1)


def test_a_list_that_was_not_full_gets_what_is_new() -> None:
    assert not differences(similar({0: {1: 1.0}}), similar({0: {1: 1.0, 2: 0.001}}), VIDEOS, K, 0.5).standing[0]


def test_an_edge_whose_ends_got_a_shared_viewer_is_written() -> None:
    stored = replace(similar({0: {1: 1.0, 2: 0.5}}), alike=np.array([True, True]))
    found = replace(stored, alike=np.array([False, True]))
    told = differences(stored, found, VIDEOS, K)
    assert (told.gone.size, told.fresh.size, told.moved.tolist()) == (0, 0, [0])
    assert differences(stored, found, VIDEOS, K, 0.02).standing[0]
