"""Which videos were erased: what is analysed of them must not bring them back."""

from collections.abc import Iterable
from typing import Any, Protocol

from contentgraph.graph.erasure import tombstones_of


class Ask(Protocol):
    """A packaged read statement, by name; `Database.read`, or `Transaction.run` inside one."""

    def __call__(self, name: str, **params: object) -> list[dict[str, Any]]:
        """Its records."""


def erased(ask: Ask, videos: Iterable[str]) -> frozenset[str]:
    """Those of ``videos`` that have a tombstone."""
    rows = ask("settings")
    hashes = tombstones_of(rows[0]["settings"] if rows else {}, (("video", name) for name in videos))
    if not hashes:
        return frozenset()
    return frozenset(hashes[row["hash"]][1] for row in ask("tombstones_among", hashes=sorted(hashes)))
