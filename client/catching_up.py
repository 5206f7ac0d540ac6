"""What happened to a viewer since the snapshot was read, whichever process recorded it: asked of Neo4j now and then."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable

from contentgraph.client.serving import Served
from contentgraph.cypher import Record, Steps, read
from contentgraph.cypher.upsert import RELATION_OF
from contentgraph.errors import UsageError
from contentgraph.graph.events import Event
from contentgraph.graph.relations import Row

FRESH_S = 60.0
"""So long, seconds, stands what Neo4j told of a viewer."""
ASK_S = 1.0
"""So long Neo4j is asked at most; less where the feed must be there sooner."""
SILENT_S = 1.0
"""While Neo4j is late or away, one viewer is asked about so often."""
VIEWERS = 100_000
"""Of so many viewers it is known when Neo4j told of them."""


class CatchingUp:
    """When to ask of whom, and how; safe between threads.

    Raises:
        UsageError: ``fresh`` below 0, or no number.
    """

    def __init__(self, served: Served, fresh: float) -> None:
        if isinstance(fresh, bool) or not isinstance(fresh, int | float) or not fresh >= 0.0:
            raise UsageError(f"fresh is {fresh!r}; give seconds, 0 or more")
        self._served = served
        self._fresh = fresh
        self._lock = threading.Lock()
        self._told_of: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._asking: dict[object, tuple[str, list[Event]]] = {}
        self._next_try = -math.inf
        self._silent = False

    def current(self, user: str) -> bool:
        """Whether Neo4j told of her lately."""
        opened, at = self._told_of.get(user, (-1, -math.inf))
        return opened == self._served.opened and time.monotonic() - at < self._fresh

    def due(self, user: str) -> bool:
        """Whether to ask of her now; of a Neo4j that is silent only one caller at a time, the others go on without."""
        if self.current(user):
            return False
        with self._lock:
            if self._silent:
                now = time.monotonic()
                if now < self._next_try:
                    return False
                self._next_try = now + ASK_S + SILENT_S
            return True

    def late(self) -> None:
        """Neo4j did not answer."""
        with self._lock:
            self._silent, self._next_try = True, time.monotonic() + SILENT_S

    def steps(self, user: str) -> Steps[bool]:
        """Have the snapshot know what Neo4j does; False where it must not answer her any more: she is gone."""
        opened, at, key = self._served.opened, time.monotonic(), object()
        meanwhile: list[Event] = []
        with self._lock:
            self._asking[key] = user, meanwhile
        try:
            rows = yield from read("told_since", userId=user, since=self._served.since)
            with self._lock:
                self._silent = False
                if rows:
                    self._learn(user, rows[0], meanwhile)
                self._told_of[user] = opened, at
                self._told_of.move_to_end(user)
                if len(self._told_of) > VIEWERS:
                    self._told_of.popitem(last=False)
        finally:
            with self._lock:
                del self._asking[key]
        return bool(rows) and not rows[0]["removed"]

    def told(self, events: Iterable[Event]) -> None:
        """Events were recorded here, and are laid over the snapshot next: an answer on its way may not know them."""
        known = list(events)
        with self._lock:
            for user, meanwhile in self._asking.values():
                meanwhile += [event for event in known if user in (event.user_id, event.target_id)]

    def _learn(self, user: str, told: Record, meanwhile: list[Event]) -> None:
        relations: dict[str, list[Row]] = {}
        for row in told["relations"]:
            relation = {"userId": user, **{name: row[name] for name in ("targetId", "at", "until")}}
            relations.setdefault(RELATION_OF[row["type"], row["target"]], []).append(relation)
        blocks = [{**row, "targetId": user} for row in told["blockers"]]
        relations["merge_blocks"] = [*relations.get("merge_blocks", ()), *blocks]
        pairs = [(row["videoId"], row["happened"], row["lastAt"]) for row in told["pairs"]]
        self._served.learn(user, pairs, relations, told["shown"], meanwhile)
