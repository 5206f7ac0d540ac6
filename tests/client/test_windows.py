"""Windows of trends, as they are written."""

import pytest

from contentgraph.client.trends import window_hours
from contentgraph.errors import UsageError


@pytest.mark.parametrize(("window", "hours"), [("1h", 1), ("24h", 24), ("7d", 168)])
def test_hours_and_days(window: str, hours: int) -> None:
    assert window_hours(window) == hours


@pytest.mark.parametrize("window", ["", "24", "h", "0h", "-1h", "1.5d", "1w", "24 h", "99999h"])
def test_anything_else_is_refused_with_an_example(window: str) -> None:
    with pytest.raises(UsageError, match="such as 24h or 7d"):
        window_hours(window)
