"""The command line: ``contentgraph``."""

from contentgraph.cli.entry import main

__all__ = ["main"]
