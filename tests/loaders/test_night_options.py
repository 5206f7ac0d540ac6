"""Options of a night that are refused before anything is read."""

import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders.nightly import asked


def test_a_night_of_next_year_is_refused() -> None:
    """It would be kept, and all nights after it would count from there."""
    with pytest.raises(UsageError, match="later than the clock"):
        asked("quiet", "2100-01-01", 0.0, None)
    assert asked("quiet", "2020-01-01", 0.0, None)[1] == 1_577_836_800_000
