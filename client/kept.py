"""The last candidates of some viewers, packed: what a feed is composed of when Neo4j is late."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import orjson

from contentgraph.client.suggesting import Pool
from contentgraph.cypher import Record
from contentgraph.graph.control import Control
from contentgraph.graph.snapshot.kernel import MUTED

Thing = tuple[Literal["sound", "hashtag"], str]
"""A sound's id or a hashtag's name."""

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
    mutes: dict[Thing, tuple[int, int]] = field(default_factory=dict)
    """When she said since that she wants less of it, and when that she does not, epoch ms; -1: never."""


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
        """Hers without what was left out since, and with little left of what she wants less of since.

        Empty where none or none of the last hour are kept.
        """
        found = self._pools.get(user)
        if found is None or time.monotonic() - found.at >= KEPT_S:
            return NOTHING
        rows, cards = orjson.loads(found.text)
        left = Pool(rows, cards, found.groups).without(found.videos, found.makers)
        return _lessened(left, {thing for thing, (on, off) in found.mutes.items() if on >= off})

    def leave_out(self, user: str, videos: Iterable[str | None], makers: Iterable[str | None] = ()) -> None:
        """Show her none of ``videos``, and nothing that ``makers`` made."""
        if user in self._pools:
            self._pools[user].videos.update(videos)
            self._pools[user].makers.update(makers)

    def mute(self, user: str, thing: Thing, at: int, *, on: bool) -> None:
        """She wants less of ``thing``, or no longer less; the later of both counts, as in the graph."""
        if user in self._pools:
            mutes = self._pools[user].mutes
            last, undone = mutes.get(thing, (-1, -1))
            mutes[thing] = (max(last, at), undone) if on else (last, max(undone, at))

    def withdraw(self, videos: Iterable[str]) -> None:
        """Show nobody ``videos``."""
        gone = list(videos)
        for found in self._pools.values():
            found.videos.update(gone)

    def drop(self, user: str) -> None:
        """Keep nothing of hers."""
        self._pools.pop(user, None)


def _lessened(pool: Pool, muted: set[Thing]) -> Pool:
    """The pool with a hundredth of the score of what carries one of ``muted``, and of that for each one more."""
    if not muted:
        return pool
    sounds = {name for kind, name in muted if kind == "sound"}
    sounds |= {card["sameSound"] for card in pool.cards if card["soundId"] in sounds}
    counts = {
        card["videoId"]: sum(("hashtag", name) in muted for name in card["hashtags"])
        + (not sounds.isdisjoint((card["soundId"], card["sameSound"])))
        for card in pool.cards
    }
    return replace(pool, rows=[_scaled(row, MUTED ** counts.get(row["videoId"], 0)) for row in pool.rows])


def _scaled(row: Record, left: float) -> Record:
    """A row of ``suggest.cypher`` with so much ``left`` of its score and of the parts that make it up."""
    parts = {name: part * left for name, part in row["parts"].items()}
    via = [{**why, "part": why["part"] * left} for why in row["via"]]
    return {**row, "score": row["score"] * left, "parts": parts, "via": via}
