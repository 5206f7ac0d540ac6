"""The last candidates of some viewers, packed: what a feed is composed of when Neo4j is late."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from contentgraph.client.suggesting import Pool
from contentgraph.graph.control import Control

KEPT = 3_000
"""Of so many viewers they are kept, for :data:`KEPT_S`: about 60 kB each, those of three slates."""
KEPT_S = 3_600.0
NOTHING = Pool((), ())


@dataclass(slots=True)
class _Packed:
    """One string, so that Python's collector does not look through the rows of thousands of feeds."""

    at: float
    text: bytes
    groups: tuple[Control, ...]
    videos: set[str | None] = field(default_factory=set)
    """Left out since; and all that ``makers`` made."""
    makers: set[str | None] = field(default_factory=set)


class Kept:
    """Not for several threads at once."""

    def __init__(self) -> None:
        self._pools: OrderedDict[str, _Packed] = OrderedDict()

    def put(self, user: str, pool: Pool) -> None:
        """Keep hers, instead of those before."""
        carded = pool.carded()
        text = orjson.dumps([[*map(dict, carded.rows)], [*map(dict, carded.cards)]])
        self._pools[user] = _Packed(time.monotonic(), text, tuple(carded.groups))
        self._pools.move_to_end(user)
        if len(self._pools) > KEPT:
            self._pools.popitem(last=False)

    def pool(self, user: str) -> Pool:
        """Hers without what was left out since; empty where none or none of the last hour are kept."""
        found = self._pools.get(user)
        if found is None or time.monotonic() - found.at >= KEPT_S:
            return NOTHING
        rows, cards = orjson.loads(found.text)
        return Pool(rows, cards, found.groups).without(found.videos, found.makers)

    def leave_out(self, user: str, videos: Iterable[str | None], makers: Iterable[str | None] = ()) -> None:
        """Show her none of ``videos``, and nothing that ``makers`` made."""
        if user in self._pools:
            self._pools[user].videos.update(videos)
            self._pools[user].makers.update(makers)

    def withdraw(self, videos: Iterable[str]) -> None:
        """Show nobody ``videos``."""
        gone = list(videos)
        for found in self._pools.values():
            found.videos.update(gone)

    def drop(self, user: str) -> None:
        """Keep nothing of hers."""
        self._pools.pop(user, None)
