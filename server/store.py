"""Which line opened a store last: asked before another one opens it."""

import json
from dataclasses import dataclass

from contentgraph.errors import ServerError
from contentgraph.server.connection import write_private
from contentgraph.server.home import Home
from contentgraph.server.lines import LINES, Line


@dataclass(frozen=True)
class StoreMark:
    """The release that last opened the store."""

    line: str
    version: str


def read_mark(home: Home) -> StoreMark | None:
    """The store's mark; None for a home without one (new, or its first start never finished)."""
    try:
        read = json.loads(home.line_mark.read_text(encoding="utf-8"))
        return StoreMark(line=str(read["line"]), version=str(read["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_mark(home: Home, line: Line) -> None:
    """Say that ``line`` opens the store from here on."""
    write_private(home.line_mark, json.dumps({"line": line.name, "version": line.version}) + "\n")


def require_line(home: Home, line: Line, *, upgrade: bool) -> None:
    """Check that ``line`` may open the store in ``home``.

    Raises:
        ServerError: the store is of a newer line (there is no way back), or of an older one and
            ``upgrade`` was not asked for (an upgrade cannot be undone).
    """
    mark = read_mark(home)
    if mark is None or mark.line == line.name:
        return
    known = LINES.get(mark.line)
    if known is None or known.rank > line.rank:
        raise ServerError(
            f"the store in {home.root} is of Neo4j {mark.version}, which {line.version} cannot open: "
            f"start it with line {mark.line}, or choose another home for {line.name}"
        )
    if not upgrade:
        raise ServerError(
            f"the store in {home.root} is of Neo4j {mark.version}; {line.version} would upgrade it for good: "
            f"start it with line {mark.line}, choose another home, or ask for the upgrade (after a copy of the home)"
        )
