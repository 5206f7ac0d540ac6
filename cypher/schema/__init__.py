"""Statement files, one statement each, and what installs them."""

from contentgraph.cypher.installation import DEFAULT_SCALE, DEFAULT_SETTINGS, SCHEMA_VERSION, check, install

__all__ = ["DEFAULT_SCALE", "DEFAULT_SETTINGS", "SCHEMA_VERSION", "check", "install"]
