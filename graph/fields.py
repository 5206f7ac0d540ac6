"""Checks of single values, as they come from JSON, CSV cells, Parquet columns or a Python caller.

Each check returns the canonical value or raises :class:`~contentgraph.errors.InvalidEvent` with a reason code of
:data:`contentgraph.graph.rejections.REASONS`. Times are epoch milliseconds, UTC.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from contentgraph.errors import InvalidEvent

FUTURE_SKEW_MS = 300_000
"""A time may lie this far (ms) after ``now``: clocks differ."""
OLDEST_MS = 1_104_537_600_000
"""2005-01-01T00:00Z, epoch ms: before it no short-video platform existed."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01T00:00Z, epoch ms: the bound of times that may lie in the future (the end of a challenge)."""
ID_CHARS = 256
"""The longest id, in characters."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_INTEGRAL = re.compile(r"-?[0-9]+\.0+")


def seen(value: object) -> str:
    """The value as an error message shows it: short, escaped, never failing."""
    if isinstance(value, str):
        return ascii(value) if len(value) <= 60 else f"{value[:60]!a}… ({len(value)} characters)"
    if isinstance(value, bool | float | None):
        return repr(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 128 else f"an integer of {value.bit_length()} bits"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def missing(name: str) -> InvalidEvent:
    """The error for a required field that was not said."""
    return InvalidEvent("missing_field", f"{name} is missing; give it")


def identifier(name: str, value: object) -> str:
    """An id: 1 to 256 characters after ``str()``, no control character, no blank at either end.

    Raises:
        InvalidEvent: bad_type, too_long, nul_byte, bad_encoding or bad_id.
    """
    if type(value) is not str:
        if isinstance(value, str):
            value = str(value)
        elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 128:
            return str(int(value))
        else:
            raise InvalidEvent("bad_type", f"{name} is {seen(value)}; give a string or a whole number")
    if len(value) > ID_CHARS:
        raise InvalidEvent("too_long", f"{name} is {seen(value)}; an id has at most {ID_CHARS} characters")
    if value.isprintable() and value and value.strip() == value:
        return value
    if not value or value.strip() != value:
        raise InvalidEvent("bad_id", f"{name} is {seen(value)}; an id is not empty and has no blanks around it")
    characters(name, value, code="bad_id")
    return value


def characters(name: str, value: str, *, code: str = "bad_value", allowed: str = "") -> None:
    """Refuse NUL, half surrogates and control characters other than those ``allowed``.

    Raises:
        InvalidEvent: nul_byte, bad_encoding or ``code``.
    """
    if "\0" in value:
        raise InvalidEvent("nul_byte", f"{name} is {seen(value)}; remove the NUL character")
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise InvalidEvent("bad_encoding", f"{name} is {seen(value)}: half a surrogate pair; write it as UTF-8")
        if category == "Cc" and character not in allowed:
            raise InvalidEvent(code, f"{name} is {seen(value)}; remove the control character")


def text(name: str, value: object, longest: int) -> str:
    """A text of at most ``longest`` characters; line breaks and tabs may stand in it.

    Raises:
        InvalidEvent: bad_type, too_long, nul_byte, bad_encoding or bad_value.
    """
    if not isinstance(value, str):
        raise InvalidEvent("bad_type", f"{name} is {seen(value)}; give a string")
    if len(value) > longest:
        raise InvalidEvent("too_long", f"{name} is {seen(value)}; at most {longest} characters are read")
    if not value.isprintable():
        characters(name, value, allowed="\n\r\t\v\f\x85")
    return str(value)


def whole(name: str, value: object, *, code: str = "bad_type") -> int:
    """A whole number: an int (no bool), an integral float below 2^53, or either in digits with an optional minus.

    >>> whole('watchedMs', '1500.0')
    1500

    Raises:
        InvalidEvent: ``code``.
    """
    if type(value) is int:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and len(value) <= 20 and value.isascii():
        if value.removeprefix("-").isdigit():
            return int(value)
        if _INTEGRAL.fullmatch(value) and abs(number := int(value.partition(".")[0])) < 2**53:
            return number
    raise InvalidEvent(code, f"{name} is {seen(value)}; give a whole number")


def between(name: str, value: object, lowest: int, highest: int) -> int:
    """A whole number in ``lowest … highest``, both inclusive.

    Raises:
        InvalidEvent: bad_type, negative (below zero where ``lowest`` is not) or out_of_range.
    """
    number = whole(name, value)
    if number < lowest:
        code = "negative" if number < 0 else "out_of_range"
        raise InvalidEvent(code, f"{name} is {seen(number)}; the least is {lowest}")
    if number > highest:
        raise InvalidEvent("out_of_range", f"{name} is {seen(number)}; the greatest is {highest}")
    return number


def moment(name: str, value: object) -> int:
    """Epoch ms from ISO 8601 (without a zone: UTC; below a millisecond: cut off), a datetime, or whole epoch ms.

    Raises:
        InvalidEvent: bad_time.
    """
    if type(value) is int:
        return value
    if isinstance(value, datetime):
        parsed = value
    elif isinstance(value, str) and not value.removeprefix("-").isdigit():
        try:
            parsed = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            raise InvalidEvent(
                "bad_time", f"{name} is {seen(value)}; give ISO 8601 (2026-11-01T18:30:00Z) or epoch milliseconds"
            ) from None
    else:
        return whole(name, value, code="bad_time")
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return (parsed - _EPOCH) // _MS


def past(name: str, value: object, now: int) -> int:
    """A moment (epoch ms) that has been: from 2005-01-01 to ``now`` + 5 minutes, both inclusive.

    Raises:
        InvalidEvent: bad_time, too_old or future.
    """
    at = value if type(value) is int else moment(name, value)
    if OLDEST_MS <= at <= now + FUTURE_SKEW_MS:
        return at
    if at > now:
        raise InvalidEvent("future", f"{name} is {seen(value)}, later than now ({now}) + 5 minutes; check the clock")
    hint = " (seconds? give milliseconds)" if OLDEST_MS <= at * 1000 <= now + FUTURE_SKEW_MS else ""
    raise InvalidEvent("too_old", f"{name} is {seen(value)}, before 2005-01-01{hint}")


def country(name: str, value: object) -> str | None:
    """An ISO 3166-1 alpha-2 code in capitals; ``ZZ`` (unknown) reads as not said.

    Raises:
        InvalidEvent: bad_type or bad_value.
    """
    if not isinstance(value, str):
        raise InvalidEvent("bad_type", f"{name} is {seen(value)}; give two letters")
    if len(value) != 2 or not (value.isascii() and value.isalpha()):
        raise InvalidEvent("bad_value", f"{name} is {seen(value)}; give the two letters of ISO 3166-1, such as BR")
    code = value.upper()
    return None if code == "ZZ" else code


def language(name: str, value: object) -> str | None:
    """The primary subtag of a BCP 47 tag, lower case (``pt-BR`` → ``pt``); ``und`` (unknown) reads as not said.

    Raises:
        InvalidEvent: bad_type or bad_value.
    """
    if not isinstance(value, str):
        raise InvalidEvent("bad_type", f"{name} is {seen(value)}; give a BCP 47 tag")
    primary = value.replace("_", "-").partition("-")[0]
    if not 2 <= len(primary) <= 3 or not (primary.isascii() and primary.isalpha()):
        raise InvalidEvent("bad_value", f"{name} is {seen(value)}; give a BCP 47 tag, such as pt or pt-BR")
    return None if primary.lower() == "und" else primary.lower()


def year(now: int) -> int:
    """The year (mean Gregorian, UTC) of ``now``, epoch ms."""
    return 1970 + now // 31_556_952_000
