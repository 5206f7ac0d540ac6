"""One at a time: whoever rewrites the graph as a whole holds it alone, on this machine and on all others.

A file's lock tells runs of one home apart at once, and is gone with its process. The lease in the graph tells those of
other machines apart, by the server's clock: it is renewed while the holder lives, and a holder of this machine (and,
in a container, of this one) whose process is gone is known to be dead. Who lost the lease writes nothing more.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from contentgraph.cypher import Database, Target, home
from contentgraph.cypher.installation import refuse_newer
from contentgraph.errors import Busy, ContentGraphError, UsageError
from contentgraph.loaders.processes import gone, mark

LEASE_MS = 120_000
RENEW_S = 30.0
BRIEF = "/brief"
"""Ends the name of a holder that is soon done."""
LOOK_S = 1.0
"""Who waits looks so often, seconds."""


@contextmanager
def alone(
    goal: Target,
    database: Database,
    home_folder: Path | None = None,
    *,
    wait: Callable[[str], None] | None = None,
    lease_ms: int = LEASE_MS,
    renew_s: float = RENEW_S,
) -> Iterator[None]:
    """Hold the graph. ``wait`` is told whom it waits for; without it a graph that is held is left alone.

    Raises:
        Busy: another run holds it, or, from a write, has taken it from this one.
    """
    refuse_newer(database)
    lock = home_lock(goal, home_folder, wait)
    try:
        with leased(database, wait=wait, lease_ms=lease_ms, renew_s=renew_s):
            yield
    finally:
        lock.release()


@contextmanager
def leased(
    database: Database,
    *,
    brief: bool = False,
    wait: Callable[[str], None] | None = None,
    lease_ms: int = LEASE_MS,
    renew_s: float = RENEW_S,
) -> Iterator[None]:
    """Hold the lease. ``brief``: for some seconds or minutes; whoever wants the graph waits for that.

    Raises:
        Busy: as by :func:`alone`.
    """
    by = f"{mark()}/{uuid.uuid4().hex[:8]}{BRIEF if brief else ''}"
    lost, done = threading.Event(), threading.Event()
    _take(database, by, lease_ms, wait)

    def renew() -> None:
        while not done.wait(renew_s):
            try:
                if not _ask(database, by, None, lease_ms):
                    lost.set()
                    return
            except ContentGraphError:
                continue  # out of reach for now: the writes of the run say so, or the next renewal tells

    def guard() -> None:
        if lost.is_set():
            raise Busy("another run has taken the graph from this one, which had been silent; run this again")

    heart = threading.Thread(target=renew, name="contentgraph-lease", daemon=True)
    heart.start()
    database.guard = guard
    try:
        yield
    finally:
        database.guard = None
        done.set()
        heart.join(5.0)
        if not lost.is_set():
            # Else it ends by itself; the next run of this machine sees that this process is gone.
            with suppress(ContentGraphError):
                database.write("free_night", by=by)


def home_lock(goal: Target, home_folder: Path | None, wait: Callable[[str], None] | None = None) -> FileLock:
    """The lock of this home for one database, held; as a context manager it is released at the end.

    Raises:
        Busy: another run of this home holds it, and nobody waits.
    """
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{goal.uri}-{goal.database}")
    folder = home(home_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"nightly-{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait is None:
                raise
            wait("another run of this home")
            lock.acquire()
    except Timeout:
        raise Busy(f"another nightly run is loading into {goal.uri}; wait for it, then run this again") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); give another --home") from None
    return lock


def _take(database: Database, by: str, lease_ms: int, wait: Callable[[str], None] | None) -> None:
    told = False
    while not _ask(database, by, _dead(database), lease_ms):
        holder = _holder(database)
        if wait is None and not holder.endswith(BRIEF):
            raise Busy(
                f"another nightly run ({holder}) is loading into {database.target.uri}; "
                "wait for it, then run this again"
            )
        if wait is not None and not told:
            wait(holder)
            told = True
        time.sleep(LOOK_S)


def _ask(database: Database, by: str, dead: str | None, lease_ms: int) -> bool:
    return bool(database.write("take_night", by=by, dead=dead, leaseMs=lease_ms))


def _holder(database: Database) -> str:
    rows = database.read("settings")
    return str(rows[0]["settings"].get("nightBy", "")) if rows else ""


def _dead(database: Database) -> str | None:
    """The holder, if its process is known to be gone."""
    holder = _holder(database)
    return holder if gone(holder.partition("/")[0]) else None
