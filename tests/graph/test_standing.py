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


def written(stored: Similar, found: Similar, tolerance: float) -> dict[tuple[int, int], tuple[int, float]]:
    """The edges after the differences were written: gone out, fresh in, moved set."""
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
        if key in graph:  # else it was left out beside others at the cut
            graph[key] = (int(found.rank[place]), float(found.weight[place]))
    return graph


@given(lists(), lists())
def test_without_a_tolerance_the_lists_become_the_new_ones(before: Lists, after: Lists) -> None:
    assert written(similar(before), similar(after), 0.0) == edges_of(similar(after))


@given(lists(), lists(), st.sampled_from([0.01, 0.1]))
def test_within_a_tolerance_each_edge_is_the_new_one_or_near_it(before: Lists, after: Lists, tolerance: float) -> None:
    """Who is in a list is as before or as it shall be; of those who were, only at the cut of a full list."""
    graph = written(similar(before), similar(after), tolerance)
    wanted = edges_of(similar(after))
    for row in range(VIDEOS):
        ends = {col for one, col in graph if one == row}
        assert ends in (before[row].keys(), after[row].keys())
        assert len(ends) <= K
        cut = min(after[row].values(), default=0.0) * (1 + tolerance) if len(after[row]) == K else -1.0
        if ends != after[row].keys():
            for col in before[row].keys() ^ after[row].keys():
                assert (before[row].get(col) or after[row][col]) <= cut + 1e-9
        for col in ends & after[row].keys():
            weight = graph[row, col][1]
            assert abs(weight - after[row][col]) <= tolerance * max(weight, after[row][col]) + 1e-9
            assert abs(graph[row, col][0] - wanted[row, col][0]) <= K // 10


def test_a_hair_s_breadth_stands_only_within_the_tolerance() -> None:
    """Weights that moved by a hundredth: written at a tolerance of .1 %, left at 2 %; so is a swap at the cut."""
    stored, found = similar({0: {1: 1.0, 2: 0.5, 3: 0.4}}), similar({0: {1: 0.99, 2: 0.5, 4: 0.401}})
    assert sizes(stored, found, 0.02) == (0, 0, 0)
    assert sizes(stored, found, 0.001) == (0, 0, 1)
    assert sizes(stored, found, 0.0) == (1, 1, 1)


def test_of_a_list_only_what_moved_far_is_written() -> None:
    stored, found = similar({0: {1: 1.0, 2: 0.5, 3: 0.7}}), similar({0: {1: 1.1, 2: 0.501, 4: 0.7}})
    assert sizes(stored, found, 0.02) == (1, 1, 1)


def test_a_list_that_was_not_full_gets_what_is_new() -> None:
    assert sizes(similar({0: {1: 1.0}}), similar({0: {1: 1.0, 2: 0.001}}), 0.5) == (0, 1, 0)


def test_an_edge_whose_ends_got_a_shared_viewer_is_written() -> None:
    """Whatever the tolerance: what is said of it changes."""
    stored = replace(similar({0: {1: 1.0, 2: 0.5}}), alike=np.array([True, True]))
    found = replace(stored, alike=np.array([False, True]))
    assert sizes(stored, found, 0.0) == sizes(stored, found, 0.02) == (0, 0, 1)


def sizes(stored: Similar, found: Similar, tolerance: float) -> tuple[int, int, int]:
    told = differences(stored, found, VIDEOS, K, tolerance)
    return told.gone.size, told.fresh.size, told.moved.size
