"""Captions, as the loader reads them: :func:`parse_caption` of the pure engine under its public name."""

from contentgraph.graph.captions import Caption, parse_caption

__all__ = ["Caption", "parse_caption"]
