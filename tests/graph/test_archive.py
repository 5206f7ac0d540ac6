"""Arrays as bytes: what went in comes out, and what was damaged is refused with a reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import SnapshotError
from contentgraph.graph.archive import pack, unpack
from contentgraph.graph.names import Names, packed

ARRAYS = {
    "whole": np.arange(7, dtype=np.int32),
    "table": np.linspace(0.0, 1.0, 6).reshape(2, 3),
    "none": np.zeros((0, 4)),
    "bits": np.array([1, 0, 255], dtype=np.uint8),
}


def whole(kind: str = "thing", version: int = 3) -> bytes:
    return b"".join(bytes(piece) for piece in pack(kind, version, ARRAYS, {"now": 5}))


def test_what_went_in_comes_out() -> None:
    """Names, dtypes, shapes and values; views that nobody can write to."""
    arrays, meta = unpack("thing", 3, memoryview(whole()))
    assert meta == {"now": 5}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        np.testing.assert_array_equal(arrays[name], array)
        assert not arrays[name].flags.writeable


@given(st.integers(0, len(whole()) - 1), st.integers(1, 255))
def test_every_flipped_byte_is_noticed(place: int, by: int) -> None:
    """Of the header and of the arrays; only the padding between arrays carries nothing."""
    told = bytearray(whole())
    told[place] ^= by
    try:
        arrays, _ = unpack("thing", 3, memoryview(bytes(told)))
    except SnapshotError:
        return
    assert all(np.array_equal(arrays[name], array) for name, array in ARRAYS.items())


@pytest.mark.parametrize("size", [0, 7, 40, 200, len(whole()) - 1])
def test_a_cut_file_is_refused(size: int) -> None:
    """Wherever it was cut."""
    with pytest.raises(SnapshotError):
        unpack("thing", 3, memoryview(whole()[:size]))


def test_another_version_or_kind_is_named() -> None:
    """The message says which it is and which is read."""
    with pytest.raises(SnapshotError, match="version 3, this package reads a thing of version 4"):
        unpack("thing", 4, memoryview(whole()))
    with pytest.raises(SnapshotError, match="a thing of version 3, this package reads a feed"):
        unpack("feed", 3, memoryview(whole()))
    with pytest.raises(SnapshotError, match="does not begin as one"):
        unpack("thing", 3, memoryview(b"PK" + whole()))


@given(st.sets(st.text(max_size=6)), st.text(max_size=6))
def test_names_are_found_by_place_and_by_text(texts: set[str], other: str) -> None:
    """Ascending by code point, as a vocabulary has them; what is not there is -1."""
    ordered = sorted(texts)
    names = Names(*packed(ordered))
    assert [names[place] for place in range(len(names))] == ordered
    assert [names.index(text) for text in ordered] == list(range(len(ordered)))
    assert names.index(other) == (ordered.index(other) if other in texts else -1)
