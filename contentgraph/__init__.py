"""contentgraph: graph recommendations for short video on plain Neo4j."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contentgraph.client import connect

__version__ = "0.1.0"

__all__ = ["__version__", "connect"]


def __getattr__(name: str) -> Any:
    """``connect`` is loaded when it is first asked for: the command line starts without the driver."""
    if name == "connect":
        from contentgraph.client import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
