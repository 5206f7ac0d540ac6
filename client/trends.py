"""What moves: the trends of the last night, as one viewer or anybody may see them."""

import re

from contentgraph.client.asking import check_limit, viewer
from contentgraph.client.results import Trend
from contentgraph.cypher import Database
from contentgraph.errors import UsageError

KINDS = ("challenge", "hashtag", "sound", "video")
WORLD = "ZZ"


def trending(
    database: Database, kind: str, *, country: str | None, hours: int, limit: int, user: str | None
) -> list[Trend]:
    """See :meth:`contentgraph.client.graph.Graph.trending`."""
    if kind not in KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(KINDS)}")
    if country is not None and not re.fullmatch("[A-Za-z]{2}", country):
        raise UsageError(f"country is {country!r}; give an ISO 3166-1 alpha-2 code such as FR, or none for the world")
    if user is not None:
        viewer(database, user)
    asked = {"kind": kind, "country": (country or WORLD).upper(), "hours": hours, "limit": check_limit(limit)}
    rows = database.read("trending", userId=user, **asked)
    if not rows:
        _check_window(database, kind, hours)
    return [Trend(**{**row, "series": tuple(row["series"]), "videos": tuple(row["videos"])}) for row in rows]


def window_hours(window: str) -> int:
    """Hours of a window such as ``24h`` or ``7d``.

    >>> window_hours('7d')
    168

    Raises:
        UsageError: it is written otherwise.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hd])", window)
    if found is None:
        raise UsageError(f"window is {window!r}; give hours or days, such as 24h or 7d")
    return int(found[1]) * (24 if found[2] == "d" else 1)


def _check_window(database: Database, kind: str, hours: int) -> None:
    """An empty answer is fine for a window that the night computed; for another it is a wrong question."""
    computed = [row["hours"] for row in database.read("trend_windows", kind=kind)]
    if computed and hours not in computed:
        known = ", ".join(f"{each}" for each in computed)
        raise UsageError(f"no trends over {hours} hours; the last night computed {known} hours")
