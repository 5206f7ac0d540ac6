"""The Python client, blocking and asynchronous: suggest, trending, explain, record, stats, to_networkx."""

from contentgraph.client.async_graph import AsyncGraph, AsyncSession
from contentgraph.client.connecting import connect, connect_async
from contentgraph.client.graph import Graph
from contentgraph.client.results import Explanation, Feed, Hour, Journey, Recorded, Stats, Suggestion, Trend
from contentgraph.client.serving import Served
from contentgraph.client.sessions import Session

__all__ = [
    "AsyncGraph",
    "AsyncSession",
    "Explanation",
    "Feed",
    "Graph",
    "Hour",
    "Journey",
    "Recorded",
    "Served",
    "Session",
    "Stats",
    "Suggestion",
    "Trend",
    "connect",
    "connect_async",
]
