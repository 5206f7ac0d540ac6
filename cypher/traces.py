"""What this home wrote outside itself: files in which a person may be named, so that an erasure finds them."""

import json
from pathlib import Path
from typing import Literal

from contentgraph.cypher.settings import home

Kind = Literal["snapshot", "feeds", "rejects", "dump"]
FILE = "traces.jsonl"


def note(kind: Kind, path: Path, home_path: Path | None = None) -> None:
    """Remember that something of ``kind`` is at ``path``; a home that cannot be written is passed over."""
    told = {"kind": kind, "path": str(path.absolute())}
    if path.absolute() in noted(kind, home_path):
        return
    folder = home(home_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / FILE).open("a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(json.dumps(told) + "\n")
    except OSError:
        return


def noted(kind: Kind, home_path: Path | None = None) -> list[Path]:
    """Where things of ``kind`` were written that are still there, in the order in which they came first."""
    try:
        lines = (home(home_path) / FILE).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    found: dict[Path, None] = {}
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue  # the last line of a writer that was killed
        if told["kind"] == kind:
            found[Path(told["path"])] = None
    return [path for path in found if path.exists()]
