"""Which videos to analyse: media files of a folder, by name, or rows of a catalogue."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from stat import S_ISREG

from contentgraph.content.facts import Reject, Task
from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.graph.fields import characters, identifier, missing, seen

ENDINGS = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".3gp", ".ts", ".flv", ".gif"})
PART = 1 << 16
"""Bytes of the head and of the tail of a file that its signature is made of, beside its size."""


def media_files(paths: Iterable[Path], reject: Reject) -> Iterator[Task]:
    """A task a media file, in the order of names; a video's id is its file's name without the ending.

    Of folders those whose ending is one of media; a file that is named itself is tried whatever its ending. A name that
    can be no id (not UTF-8, a blank at its end) is a reject.

    Raises:
        UsageError: a path that is not there.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}; give media files, folders of them, or a catalogue")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file == path or (file.is_file() and file.suffix.lower() in ENDINGS):
                try:
                    yield Task(identifier("id", file.stem), str(file), "", str(file))
                except InvalidEvent as error:
                    reject(str(file), 0, error.reason, f"{error}, and the file with it", {"media": str(file)})


def catalogue_rows(rows: Iterable[tuple[str, int, Mapping[str, object]]], reject: Reject) -> Iterator[Task]:
    """A task a row (file, line, fields) of a videos table; ``media`` is a path, from the catalogue's folder.

    A row without one has its text analysed alone; one that names no video is a reject.
    """
    for file, line, row in rows:
        try:
            yield _row(file, line, row)
        except InvalidEvent as error:
            reject(file, line, error.reason, str(error), row)


def _row(file: str, line: int, row: Mapping[str, object]) -> Task:
    name, media, caption = row.get("id"), row.get("media"), row.get("caption")
    if name is None or name == "":
        raise missing("id")
    if media is not None and not isinstance(media, str):
        raise InvalidEvent("bad_type", f"media is {seen(media)}; give the path of a file")
    if media:
        characters("media", media)
    path = str(Path(file).parent / media) if media else None
    return Task(identifier("id", name), path, caption if isinstance(caption, str) else "", file, line)


def distinct(tasks: Iterable[Task], reject: Reject) -> list[Task]:
    """A task a video, the first that names its media; another file for the same video is a reject."""
    kept: dict[str, Task] = {}
    for task in tasks:
        before = kept.setdefault(task.video_id, task)
        if before.path is None:
            kept[task.video_id] = task
        elif task.path is not None and Path(task.path).resolve() != Path(before.path).resolve():
            message = f"{task.video_id}: {before.path} is this video's file already; give each video an id of its own"
            reject(task.file, task.line, "duplicate_id", message, {"id": task.video_id, "media": task.path})
    return list(kept.values())


def signature(path: str) -> str:
    """SHA-256 of a file's size, head and tail: another file has another one, a copy the same.

    Raises:
        InvalidEvent: it cannot be read, or is no regular file: a pipe would be waited for without an end.
    """
    try:
        if not S_ISREG(Path(path).stat().st_mode):
            raise InvalidEvent("bad_media", "it is no regular file; give the path of one")
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            found = hashlib.sha256(json.dumps(size).encode() + file.read(PART))
            file.seek(max(0, size - PART))
            found.update(file.read(PART))
    except InvalidEvent:  # a ValueError too
        raise
    except OSError as error:
        raise InvalidEvent("bad_media", f"it cannot be read ({error.strerror})") from None
    except ValueError as error:  # a path that no file can have
        raise InvalidEvent("bad_media", f"it cannot be read ({error})") from None
    return found.hexdigest()[:32]
