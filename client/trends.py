"""What moves: the trends of the last night, as one viewer or anybody may see them."""

import re

from contentgraph.client.asking import check_entity, check_limit, viewer
from contentgraph.client.results import Hour, Trend
from contentgraph.cypher import Record, Steps, read
from contentgraph.errors import UsageError
from contentgraph.graph.trends import TREND_HOURS

KINDS = ("challenge", "hashtag", "sound", "topic", "video", "creator")
PULSE_KINDS = ("challenge", "hashtag", "sound", "topic", "video")
WORLD, EVERY = "ZZ", "und"
SERIES_MAX = 100_000
"""Engagements that a video's series is counted from; the latest."""


def trending(
    kind: str, *, country: str | None, language: str | None = None, hours: int, limit: int, user: str | None
) -> Steps[list[Trend]]:
    """See :meth:`contentgraph.client.graph.Graph.trending`."""
    if kind not in KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(KINDS)}")
    where = _where(country, language)
    if language is not None and country is not None:
        raise UsageError(f"both country ({country!r}) and language ({language!r}) are given; give one, or none for all")
    if user is not None:
        yield from viewer(user)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 1 <= hours <= TREND_HOURS[-1]:
        raise UsageError(f"the window is {hours!r} hours; give 1 to {TREND_HOURS[-1]} (30 days)")
    window = yield from _window(kind, hours)
    rows = yield from read("trending", userId=user, kind=kind, hours=window, limit=check_limit(limit), **where)
    return [_trend(row) for row in rows]


def _where(country: str | None, language: str | None) -> dict[str, str]:
    if country is not None and not _code("[A-Za-z]{2}", country):
        raise UsageError(f"country is {country!r}; give an ISO 3166-1 alpha-2 code such as FR, or none for the world")
    if language is not None and not _code("[A-Za-z]{2,3}", language):
        raise UsageError(f"language is {language!r}; give a code such as fr, or none for every language")
    return {"country": (country or WORLD).upper(), "language": (language or EVERY).lower()}


def _code(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _trend(row: Record) -> Trend:
    lists = {name: tuple(row[name]) for name in ("series", "videos", "also", "words")}
    return Trend(**{**row, **lists, "countries": {each["country"]: each["people"] for each in row["countries"]}})


def span(hours: int | None, window: str | None) -> int:
    """The window in hours, told in one of two ways; 24 unless said.

    Raises:
        UsageError: told in both, or written otherwise.
    """
    if hours is not None and window is not None:
        raise UsageError(f"both hours ({hours!r}) and window ({window!r}) are given; give one")
    return window_hours(window) if window is not None else 24 if hours is None else hours


def window_hours(window: str) -> int:
    """Hours of a window such as ``24h`` or ``7d``.

    >>> window_hours('7d')
    168

    Raises:
        UsageError: it is written otherwise.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hd])", window) if isinstance(window, str) else None
    if found is None:
        raise UsageError(f"window is {window!r}; give hours or days, such as 24h or 7d")
    return int(found[1]) * (24 if found[2] == "d" else 1)


def _window(kind: str, hours: int) -> Steps[int]:
    """The shortest window that holds the asked one; the longest that something is in where that is shorter, for of a
    platform that is younger than the window there is none."""
    wanted = next(each for each in TREND_HOURS if each >= hours)
    rows = yield from read("trend_windows", kind=kind)
    return min(wanted, max((int(row["hours"]) for row in rows), default=wanted))


def pulse(kind: str, entity: str, *, country: str | None, language: str | None) -> Steps[list[Hour]]:
    """See :meth:`contentgraph.client.graph.Graph.pulse`."""
    if kind not in PULSE_KINDS:
        raise UsageError(f"kind is {kind!r}; give one of {', '.join(PULSE_KINDS)}")
    where = _where(country, language)
    entity = check_entity(kind, entity)
    if kind == "video":
        rows = yield from read("video_series", entity=entity, limit=SERIES_MAX, **where)
    else:
        rows = yield from read("pulse_series", kind=kind, entity=entity, **where)
    return [Hour(**row) for row in rows]
