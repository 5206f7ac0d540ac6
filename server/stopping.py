"""Ending the child: in order, and by force when it does not listen."""

import contextlib

import psutil

from contentgraph.errors import ServerError


def stop_process(process: psutil.Process, timeout_s: float) -> bool:
    """SIGTERM, up to ``timeout_s`` for the shutdown with its checkpoint, then SIGKILL (the next start recovers).

    Returns:
        True if it ended in order, False if it was killed.

    Raises:
        ServerError: the process is not ours to end, or outlives even SIGKILL.
    """
    try:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
        if _gone(process, timeout_s):
            return True
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    except psutil.AccessDenied:
        raise ServerError(f"process {process.pid} belongs to another user: stop Neo4j as that user") from None
    if not _gone(process, 10):
        raise ServerError(f"process {process.pid} does not end, even killed: look at the machine's disk")
    return False


def _gone(process: psutil.Process, timeout_s: float) -> bool:
    try:
        process.wait(timeout_s)
    except psutil.TimeoutExpired:
        # A zombie that nobody reaps (no init in a container) has ended all the same.
        with contextlib.suppress(psutil.NoSuchProcess):
            return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True
