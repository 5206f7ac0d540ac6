"""One at a time: whoever rewrites the graph as a whole holds it alone, on this machine and on all others.

A file's lock tells runs of one home apart at once, and is gone with its process. The lease in the graph tells those of
other machines apart, by the server's clock: it is renewed while the holder lives, and a holder of this machine (and,
in a container, of this one) whose process is gone is known to be dead. Who lost the lease writes nothing more: a run
whose last renewal is long ago, as it was frozen, asks whether the graph is still its own before it writes.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
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


def seconds() -> float:
    """A clock that goes on while the machine sleeps, where it has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


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
    with home_lock(goal, home_folder, wait), leased(database, wait=wait, lease_ms=lease_ms, renew_s=renew_s):
        yield


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
    held = _Lease(database, lease_ms, brief=brief)
    _take(database, held, wait)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(renew_s) and not held.lost:
            with suppress(ContentGraphError):  # out of reach for now: the writes of the run say so, or the next renewal
                held.renew()

    heart = threading.Thread(target=renew, name="contentgraph-lease", daemon=True)
    heart.start()
    database.guard = held
    try:
        yield
    finally:
        database.guard = None
        done.set()
        heart.join(5.0)
        if not held.lost:
            # Else it ends by itself; the next run of this machine sees that this process is gone.
            with suppress(ContentGraphError):
                held.free()


class _Lease:
    """One run's hold on the graph, and the guard of what that run writes."""

    def __init__(self, database: Database, lease_ms: int, *, brief: bool) -> None:
        self._database = database.unguarded()
        self._by = f"{mark()}/{uuid.uuid4().hex[:8]}{BRIEF if brief else ''}"
        self._lease_ms = lease_ms
        self._since = seconds()
        """When the last renewal that was granted was asked for: the lease is over no earlier than so long after it."""
        self.lost = False

    def take(self, dead: str | None) -> bool:
        """Take the graph where nobody holds it, or ``dead`` does; whether it is held now."""
        return self._asked("take_night", dead=dead)

    def renew(self) -> None:
        """Have the lease begin anew, unless another run has taken the graph."""
        self.lost = self.lost or not self._asked("keep_night")

    def free(self) -> None:
        """Give the graph back."""
        self._database.write("free_night", by=self._by)

    def begin(self) -> None:
        """See :class:`contentgraph.cypher.database.Guard`; where half the lease is over, it is renewed first."""
        if self._over(0.5):
            self.renew()
        self._refuse(self.lost)

    def commit(self) -> None:
        """See :class:`contentgraph.cypher.database.Guard`.

        Nothing is asked here: the settings may be what the transaction holds.
        """
        self._refuse(self.lost or self._over(1.0))

    def _asked(self, statement: str, **params: object) -> bool:
        asked = seconds()
        granted = bool(self._database.write(statement, by=self._by, leaseMs=self._lease_ms, **params))
        if granted:
            self._since = asked
        return granted

    def _over(self, share: float) -> bool:
        return (seconds() - self._since) * 1000.0 >= share * self._lease_ms

    @staticmethod
    def _refuse(lost: bool) -> None:
        if lost:
            raise Busy(
                "another run has taken the graph from this one, or may have, as it had been silent; run this again"
            )


def home_lock(
    goal: Target, home_folder: Path | None, wait: Callable[[str], None] | None = None
) -> AbstractContextManager[object]:
    """The lock of this home for one database, held until the end of a ``with``.

    Raises:
        Busy: another run of this home holds it, and nobody waits.
    """
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{goal.uri}-{goal.database}")
    folder = home(home_folder)
    try:
        return _locked(folder, f"nightly-{name}.lock", "another run of this home", wait)
    except Timeout:
        raise Busy(f"another nightly run is loading into {goal.uri}; wait for it, then run this again") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); give another --home") from None


@contextmanager
def files_alone(home_folder: Path | None = None, *, wait: Callable[[str], None]) -> Iterator[None]:
    """Write snapshots and feeds that this home remembers, or clean them: an erasure beside that would miss one.

    A home that cannot be written remembers none, and is passed over.
    """
    with ExitStack() as held:
        with suppress(OSError):
            held.enter_context(
                _locked(home(home_folder), "files.lock", "another command that writes files of this home", wait)
            )
        yield


def _locked(folder: Path, name: str, who: str, wait: Callable[[str], None] | None) -> AbstractContextManager[object]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        if wait is None:
            raise
        wait(who)
        return lock.acquire()


def _take(database: Database, lease: _Lease, wait: Callable[[str], None] | None) -> None:
    told = False
    while not lease.take(_dead(database)):
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


def _holder(database: Database) -> str:
    rows = database.read("settings")
    return str(rows[0]["settings"].get("nightBy", "")) if rows else ""


def _dead(database: Database) -> str | None:
    """The holder, if its process is known to be gone."""
    holder = _holder(database)
    return holder if gone(holder.partition("/")[0]) else None
