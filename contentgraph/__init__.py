"""contentgraph: graph recommendations for short video on plain Neo4j."""

__version__ = "0.1.0"
