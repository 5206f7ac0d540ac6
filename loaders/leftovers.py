"""Work in progress, in a folder of its own or beside its place: locked while its process lives, else cleared.

Who is killed deletes nothing, and a person may be named in what is left. The lock is the kernel's, so that it ends with
the process, and whoever shares the folder sees it, from another container too.
"""

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

WORK = "contentgraph-work-"
"""Folders to work in begin so."""


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder to work in, deleted at the end."""
    with _locked(lambda: Path(tempfile.mkdtemp(prefix=WORK))) as place:
        yield place


@contextmanager
def draft(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """An empty file or ``folder`` beside ``path``, its owner's alone; deleted at the end unless it was renamed.

    What killed writers of ``path`` left goes first.
    """
    clear(path)

    def make() -> Path:
        if folder:
            return Path(tempfile.mkdtemp(dir=path.parent, prefix=_draft(path)))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_draft(path))
        os.close(handle)
        return Path(name)

    with _locked(make) as place:
        yield place


def clear(path: Path) -> int:
    """Delete what killed writers of ``path`` left beside it; how many."""
    return _cleared(path.parent, _draft(path))


def sweep() -> int:
    """Delete the folders in which killed processes worked; how many."""
    return _cleared(Path(tempfile.gettempdir()), WORK)


def _draft(path: Path) -> str:
    return f".{path.name}.draft-"


@contextmanager
def _locked(make: Callable[[], Path]) -> Iterator[Path]:
    place, handle = _taken(make)
    try:
        yield place
    finally:
        _delete(place)
        os.close(handle)


def _taken(make: Callable[[], Path]) -> tuple[Path, int]:
    """What was made, and the handle that locks it."""
    while True:
        place = make()
        with suppress(FileNotFoundError):  # somebody took it for a left one before it was locked
            handle = os.open(place, os.O_RDONLY)
            with suppress(OSError):  # where nothing can be locked, nothing is taken for left either
                fcntl.flock(handle, fcntl.LOCK_EX)
            if place.exists():
                return place, handle
            os.close(handle)


def _cleared(folder: Path, begins: str) -> int:
    left = [each for each in folder.glob(f"{glob.escape(begins)}*") if _left(each)]
    for each in left:
        _delete(each)
    return sum(not each.exists() for each in left)


def _left(place: Path) -> bool:
    """Whether nobody works on it."""
    try:
        handle = os.open(place, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _delete(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with suppress(OSError):
            place.unlink()
