"""Arguments of the client, checked; and who asks, looked up."""

import math
import time
from collections.abc import Iterable

from contentgraph.cypher import Record, Steps, read, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.captions import normal_tag

LIMIT_MAX = 1_000
"""The largest feed or list: the pool that ``suggest.cypher`` filters."""


ANONYMOUS = "anonymous:"
"""Ids of anonymous sessions begin so."""


def wall_clock() -> int:
    """Epoch ms now: the one clock of the package's Python side, read at its edge."""
    return time.time_ns() // 1_000_000


def check_id(name: str, value: object) -> str:
    """``value``, if it is a non-empty string.

    Raises:
        UsageError: it is not.
    """
    if not isinstance(value, str) or not value:
        raise UsageError(f"{name} is {value!r}; give its id, a non-empty string")
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
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LIMIT_MAX:
        raise UsageError(f"limit is {limit!r}; give a whole number from 1 to {LIMIT_MAX}")
    return limit


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
    rows = yield from read("example_users", history=history, limit=check_limit(limit))
    return [(row["userId"], row["engagements"]) for row in rows]
