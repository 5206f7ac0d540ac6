"""What whoever serves from a snapshot's file must leave out: a list beside it, which every one of them looks at.

``FILE.withdrawn`` has a line of JSON for each takedown and each undoing of one (in some countries: one a country), and
one for each time that the file was replaced for somebody's sake and must be opened again. Who writes the list holds
``FILE.withdrawn.lock``, which stays empty; who reads it waits for nobody.
"""

import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from contentgraph.errors import UsageError
from contentgraph.graph.snapshot.snapshot import Gone

LOOK_S = 0.05
"""Who serves looks at the list so often, seconds."""
_NOBODY = (0, 0, 0)


class Withdrawn(NamedTuple):
    """What the list says."""

    videos: frozenset[Gone]
    reopened: int
    """How often the file had to be opened again."""


def beside(path: Path) -> Path:
    """Where the list of the snapshot at ``path`` is."""
    return path.with_name(f"{path.name}.withdrawn")


def identity(path: Path) -> tuple[int, int, int]:
    """Changes with the list of the snapshot at ``path``; one stat."""
    try:
        found = beside(path).stat()
    except OSError:
        return _NOBODY
    return found.st_ino, found.st_size, found.st_mtime_ns


def read(path: Path) -> Withdrawn:
    """What the list of the snapshot at ``path`` says; a line that is not whole is passed over."""
    try:
        lines = beside(path).read_bytes().split(b"\n")
    except OSError:
        return Withdrawn(frozenset(), 0)
    videos: dict[Gone, bool] = {}
    reopened = 0
    for line in lines[:-1]:
        try:
            told = json.loads(line)
        except ValueError:
            continue  # of a writer that was killed
        if "reopen" in told:
            reopened += int(told["reopen"])
        else:
            videos[told["video"], told.get("country")] = told["down"]
    return Withdrawn(frozenset(gone for gone, down in videos.items() if down), reopened)


def places(videos: Iterable[str], countries: Sequence[str] = ()) -> list[Gone]:
    """Each video with each of the countries, or with none: everywhere."""
    return [(video, country) for video in videos for country in countries or (None,)]


def tell(path: Path, videos: Iterable[Gone], *, down: bool) -> None:
    """Add that videos were taken down somewhere, or may be shown there again; on disk when it returns.

    Raises:
        UsageError: the list cannot be written.
    """
    with _alone(path):
        _write(beside(path), [_line(gone, down=down) for gone in videos])


def replaced(path: Path, gone: Iterable[str] = ()) -> None:
    """Say that the file must be opened again; videos that are ``gone`` for good are named no more.

    Raises:
        UsageError: the list cannot be written.
    """
    out = set(gone)
    place = beside(path).with_suffix(".withdrawn.new")
    with _alone(path):
        found = read(path)
        kept = sorted((video, country or "") for video, country in found.videos if video not in out)
        lines = [_line((video, country or None), down=True) for video, country in kept]
        try:
            place.unlink(missing_ok=True)
            _write(place, [{"reopen": found.reopened + 1}, *lines])
            place.replace(beside(path))
        except OSError as error:
            raise _unwritable(path, error) from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the list: what is told between the reading of it and its replacement would go with the old one."""
    place = beside(path).with_suffix(".withdrawn.lock")
    try:
        place.parent.stat()  # a folder that is gone is not made anew by the lock
        lock = FileLock(place).acquire()
    except OSError as error:
        raise _unwritable(place, error) from None
    with lock:
        yield


def _line(gone: Gone, *, down: bool) -> dict[str, object]:
    video, country = gone
    return {"video": video, "down": down} | ({} if country is None else {"country": country})


def _write(place: Path, lines: list[dict[str, object]]) -> None:
    """Append lines, all of them or none; each begins on a line of its own."""
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    try:
        handle = os.open(place, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                text = b"\n" + text  # who wrote last was killed
            if os.write(handle, text) < len(text):
                os.ftruncate(handle, size)
                raise OSError(errno.ENOSPC, "a short write")
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unwritable(place, error) from None


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"cannot write {path} ({os.strerror(error.errno or 0)}): whoever serves from that snapshot goes on showing "
        "the video; make it writable and run this again"
    )
