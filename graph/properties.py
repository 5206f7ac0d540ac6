"""The properties that each table of the catalogue may say, each with its check.

A check takes (field, said, now) and returns the canonical value, or None where the row says nothing by it.
"""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from contentgraph.errors import InvalidEvent
from contentgraph.graph import fields
from contentgraph.graph.captions import decode_escapes, normal_tag

Value = str | int | bool | tuple[str, ...]
"""A canonical value: times are epoch ms; lists are tuples without repeats, sorted but for `ORDERED`."""
Table = Literal["users", "videos", "challenges"]
Check = Callable[[str, object, int], Value | None]

CAPTION_CHARS = 10_000
"""The longest caption or description, characters."""
TITLE_CHARS = 1_000
"""The longest title of a sound or challenge, characters."""
TITLE_KEY = "title:"
"""What the key of a sound without an id begins with; its title follows."""
LIST_ITEMS = 1_000
"""The most items of a list."""
DURATION_MS_MAX = 86_400_000
"""The longest video, ms (24 hours)."""

USER_KINDS = frozenset({"person", "creator", "brand", "media", "artist", "athlete", "charity"})
RATINGS = frozenset({"everyone", "teen", "adult", "unknown"})

_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})


def single_spaced(title: str) -> str:
    """NFKC with single blanks: the form in which titles of sounds are compared."""
    return " ".join(unicodedata.normalize("NFKC", title).split())


def _id(name: str, said: object, _now: int) -> Value:
    return fields.identifier(name, said)


def _past(name: str, said: object, now: int) -> Value:
    return fields.past(name, said, now)


def _scheduled(name: str, said: object, _now: int) -> Value:
    at = fields.moment(name, said)
    if at < fields.OLDEST_MS:
        raise InvalidEvent("too_old", f"{name} is {fields.seen(said)}, before 2005-01-01")
    if at > fields.LATEST_MS:
        raise InvalidEvent("out_of_range", f"{name} is {fields.seen(said)}, after 2100-01-01")
    return at


def _birth_year(name: str, said: object, now: int) -> Value:
    return fields.between(name, said, 1900, fields.year(now))


def _duration(name: str, said: object, _now: int) -> Value | None:
    return fields.between(name, said, 0, DURATION_MS_MAX) or None


def _flag(name: str, said: object, _now: int) -> Value:
    if isinstance(said, bool):
        return said
    word = said.lower() if isinstance(said, str) else str(said) if type(said) is int and 0 <= said <= 1 else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    code = "bad_value" if isinstance(said, str | int) else "bad_type"
    raise InvalidEvent(code, f"{name} is {fields.seen(said)}; give true or false")


def _country(name: str, said: object, _now: int) -> Value | None:
    return fields.country(name, said)


def _language(name: str, said: object, _now: int) -> Value | None:
    return fields.language(name, said)


def barred_country(name: str, said: object) -> str:
    """An ISO 3166-1 alpha-2 code in capitals of a country in which something may not be shown.

    Raises:
        InvalidEvent: bad_type or bad_value; ``ZZ`` is no country.
    """
    code = fields.country(name, said)
    if code is None:
        raise InvalidEvent("bad_value", f"{name} has {fields.seen(said)}, which is no country; give such as DE")
    return code


def _caption(name: str, said: object, _now: int) -> Value:
    return fields.text(name, said, CAPTION_CHARS)


def _title(name: str, said: object, _now: int) -> Value | None:
    # Its normal form may be 18 times as long, and Neo4j keys a sound by it.
    return fields.text(name, single_spaced(decode_escapes(fields.text(name, said, TITLE_CHARS))), TITLE_CHARS) or None


def _sound_id(name: str, said: object, _now: int) -> Value:
    found = fields.identifier(name, said)
    if found.startswith(TITLE_KEY):
        raise InvalidEvent("bad_value", f"{name} is {fields.seen(said)}; tell a title as soundTitle")
    return found


def _one_of(choices: frozenset[str]) -> Check:
    def check(name: str, said: object, _now: int) -> Value:
        if isinstance(said, str) and said in choices:
            return str(said)
        code = "bad_value" if isinstance(said, str) else "bad_type"
        raise InvalidEvent(code, f"{name} is {fields.seen(said)}; give one of {', '.join(sorted(choices))}")

    return check


ORDERED = frozenset({"languages"})
"""Lists of which the order says something."""


def _list_of(check: Callable[[str, object], str | None]) -> Check:
    def checked(name: str, said: object, _now: int) -> Value:
        if isinstance(said, str):
            said = said.split("|") if said else []
        if not isinstance(said, list | tuple):
            raise InvalidEvent("bad_type", f"{name} is {fields.seen(said)}; give a list")
        if len(said) > LIST_ITEMS:
            raise InvalidEvent("too_long", f"{name} has {len(said)} items; at most {LIST_ITEMS} are read")
        items = [item for item in dict.fromkeys(check(name, item) for item in said if item is not None) if item]
        return tuple(items if name in ORDERED else sorted(items))

    return checked


def hashtag(name: str, said: object) -> str:
    """The normal form of one hashtag; empty if it is nothing but number signs.

    Raises:
        InvalidEvent: it cannot be one.
    """
    tag = normal_tag(fields.text(name, said, fields.ID_CHARS))
    if not tag.isprintable():
        fields.characters(name, tag)
    if "#" in tag or len(tag) > fields.ID_CHARS:
        raise InvalidEvent("bad_value", f"{name} has {fields.seen(said)}; give one hashtag an item")
    return tag


CHECKS: Mapping[Table, Mapping[str, Check]] = MappingProxyType(
    {
        "users": {
            "kind": _one_of(USER_KINDS),
            "birthYear": _birth_year,
            "country": _country,
            "languages": _list_of(fields.language),
            "restricted": _flag,
            "createdAt": _past,
            "removedAt": _past,
        },
        "videos": {
            "creatorId": _id,
            "coCreatorIds": _list_of(fields.identifier),
            "createdAt": _past,
            "durationMs": _duration,
            "caption": _caption,
            "hashtags": _list_of(hashtag),
            "mentions": _list_of(fields.identifier),
            "soundId": _sound_id,
            "soundTitle": _title,
            "soundOriginal": _flag,
            "challengeIds": _list_of(fields.identifier),
            "remixOf": _id,
            "language": _language,
            "country": _country,
            "rating": _one_of(RATINGS),
            "withheldIn": _list_of(barred_country),
            "removedAt": _past,
        },
        "challenges": {
            "title": _title,
            "description": _caption,
            "rules": _caption,
            "charity": _flag,
            "startsAt": _scheduled,
            "endsAt": _scheduled,
            "hashtags": _list_of(hashtag),
            "soundIds": _list_of(fields.identifier),
            "launchedBy": _id,
            "sponsoredBy": _list_of(fields.identifier),
            "removedAt": _past,
        },
    }
)
"""Every property of each table with its check; ``id`` and ``updatedAt`` stand beside them in every table."""
