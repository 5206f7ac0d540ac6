"""KuaiRand watch logs: one row is a view, and whatever else its flags say.

label 1 (or is_like) = like, label 0 (or is_hate) = hide, is_comment = comment, is_forward = share. is_follow names no
target and is counted as ``unusable_follow``. A flag is 1, 0, true or false, or the float that pandas makes of it.
There is no catalogue: the log announces the users and videos it names, and a video's ``durationMs`` is that of its
newest row with a known one (ties: the greater canonical JSON).
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from contentgraph.errors import InvalidEvent
from contentgraph.graph import fields
from contentgraph.graph.events import WATCHED_MS_MAX
from contentgraph.graph.properties import DURATION_MS_MAX
from contentgraph.loaders import cells
from contentgraph.loaders.raw import Raw, Rejected, Row

_NEEDED = frozenset({"user_id", "video_id", "time_ms", "play_time_ms"})
_FOLLOW = "is_follow names no target; the row's other facts are loaded"
_FLAGS = (("is_comment", "comment"), ("is_forward", "share"), ("is_like", "like"), ("is_hate", "hide"))
_SAID = MappingProxyType({"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False})
COLUMNS = (*sorted(_NEEDED), "duration_ms", "label", "is_follow", *(name for name, _ in _FLAGS))
"""The columns that are read."""


def is_kuairand(header: Set[str]) -> bool:
    """Whether a CSV header is that of a KuaiRand log."""
    return header >= _NEEDED and bool(header & {"label", "is_like"})


@dataclass(frozen=True, slots=True)
class KuaiRandSource:
    """One log file."""

    path: Path
    format: str = "kuairand"
    stated_at: int = 0
    announces: bool = True

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the events; last, one row for each video with a known duration."""
        name = str(self.path)
        durations: dict[str, tuple[int, str, int]] = {}
        for line, row in cells.csv_rows(self.path):
            if isinstance(row, Rejected):
                yield Raw(name, line, "events", row)
                continue
            try:
                events = _events(row, now)
                duration = fields.between("duration_ms", row.get("duration_ms", 0), 0, DURATION_MS_MAX)
                follow = _flag(row, "is_follow", "1 is a follow")
            except InvalidEvent as error:
                yield Raw(name, line, "events", Rejected.by(error, row))
                continue
            for event in events:
                yield Raw(name, line, "events", event)
            if duration:
                video, told = events[0]["videoId"], (events[0]["at"], str(duration), duration)
                durations[video] = max(durations.get(video, told), told)
            if follow:
                yield Raw(name, line, "events", Rejected("unusable_follow", _FOLLOW, row))
        for video, (at, _, duration) in durations.items():
            yield Raw(name, 0, "videos", {"id": video, "durationMs": duration, "updatedAt": at})


def _events(row: Row, now: int) -> list[Row]:
    """The events of one row, the view first.

    Raises:
        InvalidEvent: the row cannot be right.
    """
    for name in ("user_id", "video_id", "time_ms", "play_time_ms"):
        if name not in row:
            raise fields.missing(name)
    told: Row = {
        "userId": fields.identifier("user_id", row["user_id"]),
        "videoId": fields.identifier("video_id", row["video_id"]),
        "at": fields.past("time_ms", row["time_ms"], now),
    }
    watched = fields.between("play_time_ms", row["play_time_ms"], 0, WATCHED_MS_MAX)
    kinds = [kind for flag, kind in _FLAGS if _flag(row, flag, f"1 is a {kind}")]
    label = _flag(row, "label", "1 is a like, 0 a hide")
    if label is not None:
        kinds.append("like" if label else "hide")
    return [{**told, "kind": "view", "watchedMs": watched}, *({**told, "kind": kind} for kind in kinds)]


def _flag(row: Row, name: str, meaning: str) -> bool | None:
    """What a flag of a row says, as the product reads flags, and as a float; None where the cell is empty.

    Raises:
        InvalidEvent: bad_value.
    """
    cell = row.get(name)
    if cell is None:
        return None
    said = _SAID.get(cell.lower())
    if said is None:
        raise InvalidEvent("bad_value", f"{name} is {fields.seen(cell)}; {meaning}")
    return said
