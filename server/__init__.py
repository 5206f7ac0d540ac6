"""The local Neo4j: fetched from a package registry, verified, started in the background, stopped."""

from contentgraph.server.connection import Connection
from contentgraph.server.home import default_cache, default_home
from contentgraph.server.lines import DEFAULT_LINE, LINES, Line
from contentgraph.server.local import LocalServer
from contentgraph.server.state import Status
from contentgraph.server.tools import Command

__all__ = [
    "DEFAULT_LINE",
    "LINES",
    "Command",
    "Connection",
    "Line",
    "LocalServer",
    "Status",
    "default_cache",
    "default_home",
]
