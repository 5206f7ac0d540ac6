"""Why a start failed, in words that say what to do."""

from contentgraph.server.home import Home
from contentgraph.server.settings import Settings

_FULL = ("No space left on device", "Disk quota exceeded", "ENOSPC")
_PORT = ("BindException", "Address already in use", "Failed to bind")
_MEMORY = ("Could not reserve enough space", "insufficient memory", "OutOfMemoryError", "Invalid maximum heap size")
_LOCKED = ("StoreLock", "store_lock", "FileLockException")


def explain_failure(reason: str, home: Home, settings: Settings) -> str:
    """One line from the child's ``reason``: what was wrong, the value seen, what to do next."""
    if any(word in reason for word in _FULL):
        return f"disk full: Neo4j could not write below {home.root}; free some space and start again ({reason})"
    if any(word in reason for word in _PORT):
        return port_taken(settings.port)
    if any(word in reason for word in _MEMORY):
        return (
            f"Neo4j ran out of memory with heap {settings.heap_mb} MiB and page cache {settings.page_cache_mb} MiB: "
            f"choose other sizes ({reason})"
        )
    if any(word in reason for word in _LOCKED):
        return f"another Neo4j has the store in {home.root} open: stop it, or choose another home ({reason})"
    return f"Neo4j did not start: {reason}; more in {home.logs}"


def port_taken(port: int) -> str:
    """The line for a Bolt port that somebody else holds."""
    return f"port {port} on 127.0.0.1 is taken by another program: choose another with --port, or stop that program"
