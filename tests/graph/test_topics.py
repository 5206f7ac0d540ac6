"""Communities, ids that outlive the night, and names."""

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from contentgraph.graph.communities import communities, inherit
from contentgraph.graph.topics import UNNAMED, named


def planted(groups: int, size: int, seed: int, inside: float = 0.4, outside: float = 0.01) -> sparse.csr_matrix:
    rng = np.random.default_rng(seed)
    label = np.repeat(np.arange(groups), size)
    chance = np.where(label[:, None] == label[None, :], inside, outside)
    found = (rng.random(chance.shape) < chance) * rng.uniform(0.5, 1.0, chance.shape)
    np.fill_diagonal(found, 0.0)
    return sparse.csr_matrix(found)


@pytest.mark.parametrize("seed", range(3))
def test_planted_communities_are_found_and_no_worse_than_networkx(seed: int) -> None:
    edges = planted(5, 30, seed)
    found = communities(edges)
    assert found.tolist() == np.repeat(np.arange(5), 30).tolist()
    graph = nx.from_scipy_sparse_array((edges + edges.T) * 0.5)
    theirs = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    ours = [set(np.flatnonzero(found == number).tolist()) for number in range(5)]
    quality = nx.community.modularity
    assert quality(graph, ours, weight="weight") >= quality(graph, theirs, weight="weight") - 1e-9


def test_equal_graphs_give_equal_communities_and_a_start_is_kept() -> None:
    edges = planted(4, 25, 9, inside=0.3, outside=0.05)
    first = communities(edges)
    assert (communities(edges) == first).all()
    again = communities(edges, start=first)
    assert (again == first).all()
    assert communities(sparse.csr_matrix((3, 3))).tolist() == [0, 1, 2]
    assert communities(sparse.csr_matrix((0, 0))).tolist() == []


def test_an_id_goes_to_the_larger_part() -> None:
    before = np.array([0] * 10 + [1] * 10 + [-1] * 5)
    after = np.array([0] * 7 + [2] * 3 + [1] * 10 + [3] * 5)
    heir, members = inherit(after, before)
    assert heir.tolist() == [0, 1, -1, -1]
    assert members.tolist() == [7, 10, 3, 5]
    assert inherit(after, before, least=8)[0].tolist() == [-1, 1, -1, -1]
    assert inherit(after, np.full(25, -1))[0].tolist() == [-1] * 4


def test_a_topic_is_named_by_what_tells_it_apart() -> None:
    community = np.repeat([0, 1], 6)
    tags = [{"fyp": 1, "dance": 1}] * 6 + [{"fyp": 1, "cooking": 1}] * 6
    words = [{"steps": 1}] * 6 + [{"soup": 2}] * 2 + [{}] * 4
    one, other = named(community, tags, words, np.arange(12))
    assert (one.name, one.words) == ("#dance", ("steps",))
    assert (other.name, other.words) == ("#cooking", ())
    assert named(np.zeros(2, dtype=np.int64), [{}, {}], [{}, {}], np.arange(2))[0].name == UNNAMED


def test_what_fewer_than_three_creators_say_names_no_topic() -> None:
    """Nobody's own tag or name; videos of unknown creators are of another creator each."""
    community, none = np.repeat([0, 1], 6), [{}] * 12
    tags = [{"annaslife": 1}] * 6 + [{"cooking": 1}] * 6
    alone = np.array([7, 7, 7, 7, 8, 8, 1, 2, 3, 3, 3, 3])
    assert [each.name for each in named(community, tags, none, alone)] == [UNNAMED, "#cooking"]
    assert named(community, tags, none, np.full(12, -1))[0].name == "#annaslife"
