"""contentgraph: graph recommendations for short video on plain Neo4j."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contentgraph.client import connect, connect_async

__version__ = "0.1.0"

__all__ = ["__version__", "connect", "connect_async"]


def __getattr__(name: str) -> Any:
    """What opens a graph is loaded when it is first asked for: the command line starts without the driver."""
    if name in ("connect", "connect_async"):
        from contentgraph import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
