"""What a night costs: processor seconds of both sides, and the bytes that Neo4j keeps for an event.

Neo4j's side is seen where it runs on this machine, by the process that listens on the port; elsewhere it stays unknown.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Cost:
    """What was used between two moments."""

    cpu_s: float
    """Processor seconds of this process."""
    neo4j_cpu_s: float | None
    """Processor seconds of Neo4j, whoever asked it; None where it is not on this machine."""
    store_bytes: int | None
    """Files of the database. None where it is not on this machine, or has made no checkpoint meanwhile: what was told
    since the last one is only in its memory and log."""


def peak_gib(pid: int | None = None) -> float:
    """What a process, this one unless given, held in memory at most, GiB: what it holds now where nothing tells.

    Not `resource`'s: a child begins with its parent's.
    """
    status = Path(f"/proc/{pid or os.getpid()}/status")
    if not status.exists():
        return round(psutil.Process(pid).memory_info().rss / 2**30, 3)
    told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(told.split()[1]) / 2**20, 3)


class Meter:
    """Begins to count when it is made."""

    def __init__(self, uri: str, database: str) -> None:
        self._neo4j = _listener(uri)
        self._database = database
        self._before = time.process_time(), _cpu(self._neo4j)
        self._began = time.time()

    def read(self) -> Cost:
        """What was used since."""
        mine, theirs = time.process_time(), _cpu(self._neo4j)
        before, before_theirs = self._before
        used = None if theirs is None or before_theirs is None else round(theirs - before_theirs, 1)
        return Cost(round(mine - before, 1), used, _store(self._neo4j, self._database, self._began))


def _listener(uri: str) -> psutil.Process | None:
    parts = urlsplit(uri)
    if parts.hostname not in LOOPBACK:
        return None
    try:
        for found in psutil.net_connections("tcp"):
            if found.status == psutil.CONN_LISTEN and tuple(found.laddr)[1:2] == (parts.port or 7687,) and found.pid:
                return psutil.Process(found.pid)
    except psutil.Error:
        return None
    return None


def _cpu(process: psutil.Process | None) -> float | None:
    try:
        return None if process is None else sum(process.cpu_times()[:2])
    except psutil.Error:
        return None


def _store(process: psutil.Process | None, database: str, since: float) -> int | None:
    """Of the folder ``databases/NAME`` in which the process has files open, if a checkpoint was made ``since``."""
    try:
        paths = [] if process is None else [Path(file.path) for file in process.open_files()]
    except psutil.Error:
        return None
    for path in paths:
        for folder in path.parents:
            if folder.name == database and folder.parent.name == "databases":
                logs = folder.parent.parent / "transactions" / database
                made = max((file.stat().st_mtime for file in logs.glob("checkpoint.*")), default=0.0)
                return sum(_size(file) for file in folder.rglob("*")) if made >= since else None
    return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
