"""How the driver is opened, how long it may take, and its errors in our own words; for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from neo4j import NotificationDisabledClassification
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from contentgraph.cypher.settings import Target
from contentgraph.errors import ContentGraphError, Outdated, Refused, Unreachable, UsageError

CONNECT_S = 5.0
POOL = 100
"""Connections at most."""
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
"""What a URI may begin with. The driver would take http as well: a preview, by packages that nobody here asked for."""

_BROKEN = ("Could not append transaction", "needs to be restarted")
"""How Neo4j says that a write to its own files failed, and then that it waits for a restart."""
_FULL = ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError", ".OutOfMemoryError")
"""How the codes end by which it says that transactions took all the memory that they may."""


@contextmanager
def usable(target: Target) -> Iterator[None]:
    """Say in our own words that a URI cannot be used: before the driver is asked where it speaks no Bolt."""
    try:
        if urlsplit(target.uri).scheme not in SCHEMES:
            raise ValueError(f"it begins with none of {', '.join(SCHEMES)}")
        yield
    except (ConfigurationError, ValueError) as error:
        raise UsageError(f"cannot use the URI {target.uri!r}: {error}; write bolt://host:7687 or neo4j://…") from None


def options(target: Target, retry_s: float, acquire_s: float, pool: int) -> dict[str, Any]:
    """What a driver is opened with; ``acquire_s`` bounds the handshake, of which connecting is only the beginning."""
    return {
        "auth": (target.user, target.password.get_secret_value()),
        "connection_timeout": CONNECT_S,
        "connection_acquisition_timeout": acquire_s,
        "max_connection_pool_size": pool,
        "max_transaction_retry_time": retry_s,
        # A young graph lacks types and properties that the statements name: not worth a warning each.
        "notifications_disabled_classifications": [
            NotificationDisabledClassification.UNRECOGNIZED,
            NotificationDisabledClassification.PERFORMANCE,
        ],
        "user_agent": "contentgraph",
    }


def late(target: Target, timeout: float) -> Unreachable:
    """That there was no answer in time."""
    return Unreachable(f"Neo4j at {target.uri} did not answer within {timeout:g} s; check its load, or give it longer")


@contextmanager
def translated(target: Target) -> Iterator[None]:
    """Say driver errors in our own words."""
    try:
        yield
    except AuthError:
        raise Refused(
            f"{target.uri} refused user {target.user!r}; check CONTENTGRAPH_USER and CONTENTGRAPH_PASSWORD"
        ) from None
    except (ServiceUnavailable, OSError) as error:
        raise Unreachable(
            f"Neo4j at {target.uri} does not answer ({_first_line(error)}); "
            "start it ('contentgraph neo4j start') or check the URI"
        ) from None
    except ClientError as error:
        if error.code and "TransactionTimedOut" in error.code:
            raise Unreachable(f"Neo4j at {target.uri} was too slow and gave up: {error.message}") from None
        if error.code == "Neo.ClientError.Database.DatabaseNotFound":
            raise Refused(f"{target.uri} has no database {target.database!r}; check CONTENTGRAPH_DATABASE") from None
        raise ContentGraphError(f"Neo4j refused a statement: {error.message} ({error.code})") from error
    except Neo4jError as error:
        if any(words in (error.message or "") for words in _BROKEN):
            raise ContentGraphError(
                f"Neo4j at {target.uri} cannot write to its store, as where its disk is full ({_cut(error.message)}); "
                "make room, stop and start it, then run this again"
            ) from None
        if error.code and error.code.endswith(_FULL):
            raise ContentGraphError(
                f"Neo4j at {target.uri} has too little memory for this: {error.message} ({error.code}); stop it and "
                "start it with more ('contentgraph neo4j start --heap'), then run this again"
            ) from None
        if error.is_retryable():
            raise Outdated(
                f"Neo4j gave up what other work got in the way of: {error.message} ({error.code}); run it again"
            ) from None
        raise ContentGraphError(f"Neo4j could not finish: {error.message} ({error.code}); run it again") from error
    except DriverError as error:
        raise Unreachable(f"the connection to {target.uri} was lost ({_first_line(error)}); run it again") from None


def _cut(message: str | None) -> str:
    return (message or "").partition(":")[0][:120]


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
