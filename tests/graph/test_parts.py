"""Some at a time, by several threads: the same answer to the last bit."""

import numpy as np
import pytest
from scipy import sparse

from contentgraph.graph import parts
from contentgraph.graph.parts import each, filled, product, summed


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 7, so that there are many."""
    some = parts.parts
    monkeypatch.setattr(parts, "parts", lambda size, step=None: some(size, 7))


@pytest.mark.parametrize("size", [0, 1, 7, 8, 500])
def test_parts_come_in_their_order(size: int) -> None:
    wanted = [(some.start, some.stop) for some in parts.parts(size)]
    assert list(each(lambda some: (some.start, some.stop), size, 3)) == wanted
    assert list(each(lambda some: (some.start, some.stop), size)) == wanted


def test_sums_and_rows_are_those_of_one_thread() -> None:
    rng = np.random.default_rng(4)
    index, value = np.sort(rng.integers(0, 90, 500)), rng.random(500)
    alone = summed(index, 100, lambda some: value[some])
    assert np.array_equal(summed(index, 100, lambda some: value[some], 3), alone)
    assert np.allclose(alone, np.bincount(index, weights=value, minlength=100))
    assert np.array_equal(filled(500, lambda some: value[some] * 2.0, np.float32, 3), (value * 2.0).astype(np.float32))


@pytest.mark.parametrize("shape", [(1, 5), (60, 30), (400, 3)])
def test_a_product_is_that_of_one_thread(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    told = np.where(rng.random(shape) < 0.3, rng.random(shape), 0.0).astype(np.float32)
    told[0] = 0.0
    rows = sparse.csr_matrix(told)
    block = rng.random((shape[1], 4), dtype=np.float32)
    for threads in (1, 2, 3):
        found = product(rows, block, threads)
        assert found.dtype == np.float32
        assert np.array_equal(found, rows @ block)


def test_what_fails_in_a_thread_is_raised() -> None:
    def fails(some: slice) -> None:
        raise ArithmeticError(some.start)

    with pytest.raises(ArithmeticError):
        list(each(fails, 50, 2))
