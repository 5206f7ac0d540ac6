"""Content neighbours: kinds of features, fading, and newcomers among the stored edges."""

import numpy as np
from scipy import sparse

from contentgraph.graph.content import Known, attach, neighbours
from contentgraph.graph.edges import Similar
from contentgraph.graph.newcomers import with_newcomers
from contentgraph.graph.words import word_vectors

RNG = np.random.default_rng(3)
GROUP = np.repeat(np.arange(4), 10)
PICTURES = np.eye(4)[GROUP] + RNG.normal(0, 0.05, (40, 4))
WORDS = word_vectors([{f"w{group}": 1, f"v{group}": 1} for group in GROUP])[0]


def test_neighbours_are_of_the_same_kind_whatever_tells_it() -> None:
    some = np.arange(0, 40, 2)
    found = neighbours([Known(np.arange(40), PICTURES), Known(some, WORDS[some])], 4, 40)
    assert np.allclose(np.asarray(found.sum(axis=1)).ravel(), 1.0)
    row = np.repeat(np.arange(40), np.diff(found.indptr))
    assert (GROUP[row] == GROUP[found.indices]).all()
    assert not found.diagonal().any()


def test_only_those_asked_for_are_neighbours_and_the_unknown_have_none() -> None:
    ends = np.arange(40) % 10 == 3
    found = neighbours([Known(np.arange(30), PICTURES[:30])], 2, 40, ends)
    assert set(np.unique(found.indices).tolist()) == {3, 13, 23}
    assert found[30:].nnz == 0
    assert neighbours([Known(np.array([1]), PICTURES[:1])], 2, 40).nnz == 0


def test_content_fades_with_what_is_known_of_both() -> None:
    edges = sparse.csr_matrix(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]))
    viewers = np.array([0.0, 10.0, 30.0])
    plain, faded = attach(edges, viewers), attach(edges, viewers, fade=10.0)
    share = (faded.toarray() / np.where(plain.toarray() > 0, plain.toarray(), 1.0)).round(6)
    assert share.tolist() == [[0, 1, 1], [1, 0, 0.5], [1, 0.5, 0]]


def test_every_fifth_place_is_a_newcomers() -> None:
    col = np.array([*range(2, 12)], dtype=np.int32)
    weight = np.linspace(1.0, 0.1, 10).astype(np.float32)
    stored = Similar(np.zeros(10, dtype=np.int32), col, weight, np.arange(1, 11, dtype=np.int32))
    near = sparse.csr_matrix(([0.5, 0.25, 0.1], ([0, 0, 0], [20, 21, 3])), shape=(22, 22))
    found = with_newcomers(stored, near, 10)
    assert found.col.tolist() == [2, 3, 4, 5, 20, 6, 7, 8, 9, 21, 10, 11]
    assert found.rank.tolist() == list(range(1, 13))
    assert found.weight[4] == weight[3] * np.float32(0.5)
    assert found.weight[9] == weight[7] * np.float32(0.25)
    assert with_newcomers(stored, sparse.csr_matrix((22, 22)), 10) is stored
