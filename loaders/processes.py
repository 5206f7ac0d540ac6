"""Whose something is: a mark of this process for names, and whether a mark's process is known to be gone."""

import os
import socket
from pathlib import Path

import psutil


def mark() -> str:
    """``host-namespace-pid-start`` of this process; namespace and start are empty where the system has none.

    Containers may share a host's name, and not its numbers of processes: the namespace tells whose numbers they are.
    """
    number = os.getpid()
    return f"{socket.gethostname()}-{_namespace()}-{number}-{_start(number)}"


def gone(mark: str) -> bool:
    """Whether it was of this host and namespace and is no more; of others, and of other marks, nobody knows."""
    host, *rest = mark.rsplit("-", 3)
    if host != socket.gethostname() or len(rest) != 3 or rest[0] != _namespace() or not rest[1].isdigit():
        return False
    number = int(rest[1])
    return not psutil.pid_exists(number) or _start(number) not in ("", rest[2])


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _start(number: int) -> str:
    """Ticks from boot to its start, which no setting of the clock moves; a number used again has another."""
    try:
        return Path(f"/proc/{number}/stat").read_bytes().rpartition(b")")[2].split()[19].decode()
    except OSError:
        return ""
