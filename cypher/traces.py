"""What this home wrote outside itself: files in which a person may be named, so that an erasure finds them."""

import json
from pathlib import Path
from typing import Literal

from contentgraph.cypher.settings import home

Kind = Literal["snapshot", "feeds", "rejects", "dump", "draft"]
"""A draft is any of these before it is written: who is killed meanwhile leaves something beside its place."""
FILE = "traces.jsonl"


def note(kind: Kind, path: Path, home_path: Path | None = None) -> None:
    """Remember that something of ``kind`` is at ``path``; a home that cannot be written is passed over."""
    if path.absolute() in told(kind, home_path):
        return
    folder = home(home_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / FILE).open("a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(json.dumps({"kind": kind, "path": str(path.absolute())}) + "\n")
    except OSError:
        return


def noted(kind: Kind, home_path: Path | None = None) -> list[Path]:
    """Where things of ``kind`` were written that are still there, in the order in which they came first."""
    return [path for path in told(kind, home_path) if path.exists()]


def told(kind: Kind, home_path: Path | None = None) -> list[Path]:
    """Where things of ``kind`` were written, still there or not."""
    try:
        lines = (home(home_path) / FILE).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    found: dict[Path, None] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue  # the last line of a writer that was killed
        if row["kind"] == kind:
            found[Path(row["path"])] = None
    return list(found)
