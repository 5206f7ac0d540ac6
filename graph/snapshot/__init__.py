"""Feeds from arrays, as the statement gives them, without a server."""
