"""Which videos to analyse: media files of a folder, by name, or rows of a catalogue."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from contentgraph.content.facts import Task
from contentgraph.errors import InvalidEvent, UsageError

ENDINGS = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".3gp", ".ts", ".flv", ".gif"})
PART = 1 << 16
"""Bytes of the head and of the tail of a file that its signature is made of, beside its size."""


def media_files(paths: Iterable[Path]) -> Iterator[Task]:
    """A task a media file, in the order of names; a video's id is its file's name without the ending.

    Raises:
        UsageError: a path that is not there.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}; give media files, folders of them, or a catalogue")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and (file.suffix.lower() in ENDINGS):
                yield Task(file.stem, str(file), "", str(file))


def catalogue_rows(rows: Iterable[tuple[str, int, Mapping[str, object]]]) -> Iterator[Task]:
    """A task a row (file, line, fields) of a videos table; ``media`` is a path, from the catalogue's folder.

    A row without one has its text analysed alone.
    """
    for file, line, row in rows:
        media, name = row.get("media"), row.get("id")
        if not isinstance(name, str) or not name:
            continue
        path = str(Path(file).parent / media) if isinstance(media, str) and media else None
        caption = row.get("caption")
        yield Task(name, path, caption if isinstance(caption, str) else "", file, line)


def signature(path: str) -> str:
    """SHA-256 of a file's size, head and tail: another file has another one, a copy the same.

    Raises:
        InvalidEvent: it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            found = hashlib.sha256(json.dumps(size).encode() + file.read(PART))
            file.seek(max(0, size - PART))
            found.update(file.read(PART))
    except OSError as error:
        raise InvalidEvent("bad_media", f"it cannot be read ({error.strerror})") from None
    return found.hexdigest()[:32]
