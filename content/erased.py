"""Which videos were erased: what is analysed of them must not bring them back."""

from collections.abc import Iterable
from typing import Any, Protocol

from contentgraph.graph.erasure import tombstone


class Ask(Protocol):
    """A packaged read statement, by name; `Database.read`, or `Transaction.run` inside one."""

    def __call__(self, name: str, **params: object) -> list[dict[str, Any]]:
        """Its records."""


def erased(ask: Ask, videos: Iterable[str]) -> frozenset[str]:
    """Those of ``videos`` that have a tombstone."""
    rows = ask("settings")
    salts = rows[0]["settings"].get("erasureSalts", ()) if rows else ()
    names = {tombstone(salt, "video", name): name for name in videos for salt in salts}
    if not names:
        return frozenset()
    return frozenset(names[row["hash"]] for row in ask("tombstones_among", hashes=sorted(names)))
