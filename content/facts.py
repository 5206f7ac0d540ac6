"""What is found in one media file, as it is stored: each group with how sure it is and the version of what found it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool | list[str] | list[int] | list[float]
Properties = Mapping[str, Value]
Reject = Callable[[str, int, str, str, object], None]
"""What a reject is told to: file, line, reason, message, row."""

IMAGE = "image-hash-1"
SOUND = "soundprint-1"
TEXT = "words-1"
TAGS = "hashtag-words-1"
DECODER = "decode-1"


@dataclass(frozen=True, slots=True)
class Task:
    """One video to analyse."""

    video_id: str
    path: str | None
    """Its media file; None: only its text."""
    caption: str
    file: str
    """Where it was named: the catalogue, or the file itself."""
    line: int = 0
    """The row of the catalogue; 0: the file as a whole."""
    signature: str | None = None
    """Of the file; None where it cannot be read."""
    lines: tuple[str, ...] = ()
    """What was read on its screen before, where its text alone is analysed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: facts, a reason why there are none, or both where a part could not be used."""

    task: Task
    facts: dict[str, Value] = field(default_factory=dict)
    reason: str | None = None
    """A code of `contentgraph.graph.rejections.REASONS`."""
    message: str = ""
    seconds: float = 0.0
