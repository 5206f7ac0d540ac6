"""What a source yields: rows as they were told, under native field names, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from contentgraph.errors import InvalidEvent

TableName = Literal["users", "videos", "challenges", "events", "counters"]
Row = dict[str, Any]
"""One row under native field names, unchecked."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not even be read."""

    reason: str  # a code of contentgraph.graph.rejections.REASONS
    message: str
    row: object = None  # what was read of it

    @classmethod
    def by(cls, error: InvalidEvent, row: object = None) -> "Rejected":
        """The rejection that ``error`` tells."""
        return cls(error.reason, str(error), row)


class Raw(NamedTuple):
    """One row, or why there is none."""

    file: str
    line: int  # from 1: the line, the item of a JSON array or the row of a Parquet file; 0: of the file as a whole
    table: TableName
    value: Row | Rejected


class Source(Protocol):
    """One file, opened lazily; ``rows`` may be called again and gives the same."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def format(self) -> str:
        """``native``, ``kuairand`` or ``tiktok``."""

    @property
    def stated_at(self) -> int:
        """When its rows were said, epoch ms, where they do not say it themselves; 0: not stated."""

    @property
    def announces(self) -> bool:
        """Whether it has no catalogue, so that the ids in its events are announced by them."""

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the rows; ``now`` (epoch ms) bounds what a row may say. Raises nothing: damage is a row too."""
