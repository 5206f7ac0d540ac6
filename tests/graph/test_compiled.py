"""Compiled functions where nothing can be kept between processes."""

import pytest
from numba.core.caching import CacheImpl

from contentgraph.graph.compiled import compiled


@pytest.mark.parametrize("places", [None, ()])
def test_a_function_is_compiled_where_no_folder_can_be_written(
    monkeypatch: pytest.MonkeyPatch, places: tuple[type, ...] | None
) -> None:
    """As for a service's user without a home, of a package that somebody else installed."""
    if places is not None:
        monkeypatch.setattr(CacheImpl, "_locator_classes", list(places))

    @compiled()
    def twice(value):  # type: ignore[no-untyped-def]  # compiled
        return 2 * value

    assert twice(21) == 42
    assert twice.nopython_signatures
