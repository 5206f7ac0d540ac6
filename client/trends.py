"""What moves: the trends of the last night, as one viewer or anybody may see them."""

import re

from contentgraph.client.asking import check_limit, viewer
from contentgraph.client.results import Hour, Trend
from contentgraph.cypher import Database
from contentgraph.errors import UsageError

KINDS = ("challenge", "hashtag", "sound", "video")
PULSE_KINDS = ("challenge", "hashtag", "sound")
WORLD = "ZZ"
HOURS_MAX = 720


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
    if not 1 <= hours <= HOURS_MAX:
        raise UsageError(f"the window is {hours!r} hours; give 1 to {HOURS_MAX} (30 days)")
    asked = {"kind": kind, "country": (country or WORLD).upper(), "limit": check_limit(limit)}
    rows = database.read("trending", userId=user, hours=_window(database, kind, hours), **asked)
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


def _window(database: Database, kind: str, hours: int) -> int:
    """The shortest computed window that holds the asked one, else the longest; the asked one where none is computed."""
    computed = [int(row["hours"]) for row in database.read("trend_windows", kind=kind)]
    return min((each for each in computed if each >= hours), default=max(computed, default=hours))


def pulse(database: Database, kind: str, entity: str, *, country: str | None) -> list[Hour]:
    """See :meth:`contentgraph.client.graph.Graph.pulse`."""
    if kind not in PULSE_KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(PULSE_KINDS)}")
    where = (country or WORLD).upper()
    return [Hour(**row) for row in database.read("pulse_series", kind=kind, entity=entity, country=where)]
