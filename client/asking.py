"""Arguments of the client, checked; and who asks, looked up."""

import math
import numbers
import time
from collections.abc import Iterable

from contentgraph.cypher import Record, Steps, read, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.captions import normal_tag

LIMIT_MAX = 1_000
"""The largest feed or list: the pool that ``suggest.cypher`` filters."""
WHOLE_MAX = 2**63 - 1
"""The greatest whole number that Neo4j takes."""


ANONYMOUS = "anonymous:"
"""Ids of anonymous sessions begin so."""


def wall_clock() -> int:
    """Epoch ms now: the one clock of the package's Python side, read at its edge."""
    return time.time_ns() // 1_000_000


def check_id(name: str, value: object) -> str:
    """``value``, if it is a non-empty string of whole characters.

    Raises:
        UsageError: it is not.
    """
    if not isinstance(value, str) or not value:
        raise UsageError(f"{name} is {value!r}; give its id, a non-empty string")
    return check_text(name, value, "its id, text in UTF-8")


def check_text(name: str, value: str, wanted: str = "text in UTF-8") -> str:
    """``value``, if it is of whole characters; ``wanted``: what to give instead.

    Raises:
        UsageError: it holds half a surrogate pair, as bytes that are no UTF-8 become.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{name} is {value!r}, which UTF-8 cannot say; give {wanted}") from None
    return value


def check_entity(kind: str, value: object) -> str:
    """The id of an entity of ``kind``; a hashtag as the graph has it, however it is written.

    Raises:
        UsageError: it is not a non-empty string, or of a hashtag nothing is left.
    """
    named = check_id("id", value)
    if kind != "hashtag":
        return named
    tag = normal_tag(named)
    if not tag:
        raise UsageError(f"hashtag is {value!r}; give its letters and digits, with or without #")
    return tag


def check_limit(limit: object) -> int:
    """``limit``, if it is a whole number from 1 to 1,000.

    Raises:
        UsageError: it is not.
    """
    return check_whole("limit", limit, 1, LIMIT_MAX)


def check_whole(name: str, value: object, least: int, most: int = WHOLE_MAX) -> int:
    """``value``, if it is a whole number from ``least`` to ``most``, both inclusive.

    Raises:
        UsageError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UsageError(f"{name} is {value!r}; give a whole number from {least} to {most}")
    return value


def check_seed(seed: object) -> int | None:
    """``seed`` of a draw, if it is a whole number from 0 up, however large; or None, for another draw each time.

    Raises:
        UsageError: it is neither.
    """
    if seed is None:
        return None
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise UsageError(f"seed is {seed!r}; give a whole number, 0 or more, or none")
    return int(seed)


def viewer(user: str) -> Steps[Record]:
    """The card of a user who may ask.

    Raises:
        NotFound: no event or catalogue row names her, she was removed, or her anonymous session ended.
    """
    rows = yield from read("user_card", userId=check_id("user", user))
    if not rows:
        raise NotFound(f"no user {user!r}; record an event of theirs, or load a file that names them")
    if rows[0]["removed"]:
        raise NotFound(f"user {user!r} was removed; nothing is shown to or of them")
    refuse_ended(user, rows[0]["expiresAt"])
    return rows[0]


def refuse_ended(user: str, expires_at: int | None) -> None:
    """Refuse a user whose anonymous session ended; ``expires_at``: epoch ms, None with an account.

    Raises:
        NotFound: it did.
    """
    if (expires_at or math.inf) <= wall_clock():
        raise NotFound(f"the anonymous session of {user!r} ended; open another")


def hold(users: Iterable[str]) -> Steps[None]:
    """Let no anonymous session among ``users`` be merged before the transaction ends. A part of one, and its first.

    Raises:
        NotFound: one of them is gone.
    """
    named = sorted({user for user in users if user.startswith(ANONYMOUS)})
    rows = (yield from write("hold_sessions", ids=named)) if named else []
    gone = [user for user in named if user not in {row["id"] for row in rows}]
    if gone:
        raise NotFound(f"the session of {gone[0]!r} was merged, or ended and was forgotten; open another")


def example_users(history: int, limit: int) -> Steps[list[tuple[str, int]]]:
    """See :meth:`contentgraph.client.graph.Graph.example_users`."""
    least = check_whole("history", history, 0)
    rows = yield from read("example_users", history=least, limit=check_limit(limit))
    return [(row["userId"], row["engagements"]) for row in rows]
