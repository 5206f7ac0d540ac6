"""Every error this package raises on purpose, one tree.

::

    ContentGraphError              what was wrong, the value seen, and what to do next
    ├── UsageError                 the caller's arguments or settings          (exit code 2)
    ├── TooManyRejects             the input's share of bad rows is too large  (exit code 3)
    ├── Unreachable                Neo4j does not answer, or refuses us        (exit code 4)
    │   └── Refused                it answers, and will not have us: user, password or database
    ├── ServerError                the local Neo4j cannot be fetched, verified, started or stopped  (exit code 5)
    ├── SchemaError                the store's schema is missing or newer than this package  (exit code 6)
    ├── SnapshotError              a snapshot's file is missing, damaged or of another version  (exit code 7)
    ├── NotFound                   no such user, video, challenge, statement
    ├── InvalidEvent               an event that cannot be right; `.reason` is its code
    ├── Busy                       another nightly run holds the graph
    └── Outdated                   Neo4j gave up what other work got in the way of: the same again may pass

A leaf of the import graph: every package may import it, it imports nothing.
"""


class ContentGraphError(Exception):
    """Base of all: its text says what was wrong, the value seen, and what to do next."""

    exit_code: int = 1


class UsageError(ContentGraphError):
    """The caller's arguments or settings cannot be used."""

    exit_code = 2


class TooManyRejects(ContentGraphError):
    """More rows were rejected than the set share; none was written."""

    exit_code = 3


class Unreachable(ContentGraphError):
    """Neo4j does not answer, or refuses the credentials."""

    exit_code = 4


class Refused(Unreachable):
    """Neo4j answers and refuses the credentials, or has no such database: waiting does not help."""


class ServerError(ContentGraphError):
    """The local Neo4j cannot be fetched, verified, started or stopped."""

    exit_code = 5


class SchemaError(ContentGraphError):
    """The store has no schema of ours, or one of a newer version."""

    exit_code = 6


class SnapshotError(ContentGraphError):
    """A snapshot's file is missing, damaged, or of another version."""

    exit_code = 7


class NotFound(ContentGraphError, LookupError):
    """No such user, video, hashtag, sound, challenge or statement."""


class InvalidEvent(ContentGraphError, ValueError):
    """An event or catalogue row that cannot be right; ``reason`` is its code in ``rejects/``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Busy(ContentGraphError):
    """Another nightly run holds the graph; wait for it, or run again later."""


class Outdated(ContentGraphError):
    """Neo4j gave up a transaction because of other work on the same records; the same again may pass."""
