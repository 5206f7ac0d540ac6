"""The Python client: suggest, trending, explain, record, stats, to_networkx."""

from contentgraph.client.connecting import connect
from contentgraph.client.graph import Graph
from contentgraph.client.results import Explanation, Hour, Journey, Recorded, Stats, Suggestion, Trend
from contentgraph.client.sessions import Session

__all__ = ["Explanation", "Graph", "Hour", "Journey", "Recorded", "Session", "Stats", "Suggestion", "Trend", "connect"]
