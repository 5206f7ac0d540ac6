"""Where a feed comes from: a snapshot that knows the viewer, the traversal, or what is left when Neo4j is late."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from contentgraph.client import suggesting, withdrawn
from contentgraph.client.catching_up import FRESH_S, CatchingUp
from contentgraph.client.kept import Kept
from contentgraph.client.results import Feed, Suggestion
from contentgraph.client.serving import Served
from contentgraph.client.suggesting import Slate, Wish
from contentgraph.cypher import Steps, traces
from contentgraph.errors import UsageError
from contentgraph.graph.events import Event

BARRING = frozenset({"hide", "block", "report"})
"""Events after which nothing of the creator whom they are about is shown."""


def bound(timeout: float | None, usual: float | None) -> float | None:
    """The seconds of one call, or those of the graph; None: no bound.

    Raises:
        UsageError: not above 0, or more than a day.
    """
    chosen = usual if timeout is None else timeout
    if chosen is not None and (
        isinstance(chosen, bool) or not isinstance(chosen, int | float) or not 0.0 < chosen <= 86_400.0
    ):
        raise UsageError(f"timeout is {chosen!r}; give seconds above 0, or None for no bound")
    return chosen


class Feeds:
    """Shared by the blocking and the asynchronous graph; safe between threads."""

    def __init__(self, served: Served | None = None, *, fresh: float = FRESH_S) -> None:
        self.served = served
        self._since = None if served is None else CatchingUp(served, fresh)
        self._lock = threading.Lock()
        self._kept = Kept()
        self._changed: set[str] = set()

    def due(self, user: str) -> bool:
        """Whether the snapshot answers her, and Neo4j is to be asked first what happened since (:meth:`catch_up`)."""
        return self._since is not None and self.knows(user) and self._since.due(user)

    def current(self, user: str) -> bool:
        """Whether what answers her is as current as it can be."""
        return self._since is None or not self.knows(user) or self._since.current(user)

    def catch_up(self, user: str) -> Steps[None]:
        """Have the snapshot know of her what Neo4j does."""
        assert self._since is not None  # noqa: S101 -- narrowing: it is due
        if not (yield from self._since.steps(user)):
            self.changed(user)

    def silent(self) -> None:
        """Neo4j did not answer :meth:`catch_up` in time."""
        if self._since is not None:
            self._since.late()

    def ready(self, wish: Wish, *, degraded: bool) -> Feed | None:
        """The feed, if the snapshot knows the viewer; marked as told."""
        if self.served is None or not self.knows(wish.user):
            return None
        return self.served.feed(wish, degraded=degraded)

    def slate(self, wish: Wish) -> Slate | None:
        """The same with each suggestion's candidate."""
        return self.served.slate(wish) if self.served is not None and self.knows(wish.user) else None

    def steps(self, wish: Wish) -> Steps[Slate]:
        """The slate of the traversal, whose candidates are kept."""
        slate, pool = yield from suggesting.feed(wish)
        with self._lock:
            self._kept.put(wish.user, pool)
        return slate

    def late(self, wish: Wish) -> Slate:
        """What there is without Neo4j: of her own last candidates what is new to the session, else the snapshot's, if
        there is one, else those candidates again, if there are any.

        A feed of somebody else is no answer: whom she blocks, and what she may see, is not known here.
        """
        with self._lock:
            pool = self._kept.pool(wish.user)
        if self.served is not None:
            pool = pool.without(self.served.withdrawn())
        own = suggesting.composed(wish, pool.rows, pool.cards, groups=pool.groups)
        before = {candidate.video_id for candidate in wish.shown}
        if self.served is None or (own and before.isdisjoint(candidate.video_id for _, candidate in own)):
            return own
        return self.served.left(wish)

    def told(self, events: Iterable[Event]) -> None:
        """Let the next feeds count recorded events, and nothing that is kept hold what they are about.

        What carries a sound or hashtag that she hides keeps its place among the last, as in a feed of Neo4j.
        """
        known = list(events)
        if self.served is not None and self._since is not None:
            self._since.told(known)
            self.served.lay(known)
        with self._lock:
            for event in known:
                self._leave_out(event.user_id, event)
                if event.target_id is not None and event.kind == "block":
                    self._leave_out(event.target_id, event)
                if event.sound_id is not None:
                    self._kept.mute(event.user_id, ("sound", event.sound_id), event.at, on=event.kind == "hide")
                if event.hashtag is not None:
                    self._kept.mute(event.user_id, ("hashtag", event.hashtag), event.at, on=event.kind == "hide")

    def seen(self, user: str, suggestions: Iterable[Suggestion]) -> None:
        """She was shown these: test slots among them are used up."""
        if self.served is not None:
            self.served.shown(user, suggestions)

    def changed(self, user: str) -> None:
        """She was changed in a way that no event tells: only Neo4j knows her from now on."""
        with self._lock:
            self._changed.add(user)
            self._kept.drop(user)

    def merged(self, user: str, account: str) -> None:
        """An anonymous ``user`` went into ``account``: what was told of her here is known of the account."""
        self.changed(user)
        self.changed(account)
        if self.served is not None:
            self.served.merge(user, account)

    def withdraw(self, videos: Iterable[str], countries: Sequence[str] = ()) -> None:
        """Leave videos out of all that is kept, of this snapshot, and of those that this home wrote.

        With ``countries`` from snapshots there alone; what is kept does not know where its viewers are.

        Raises:
            UsageError: a list beside a snapshot cannot be written.
        """
        gone = list(videos)
        if not gone:
            return
        with self._lock:
            self._kept.withdraw(gone)
        if self.served is not None:
            self.served.withdraw(gone, countries)
        for path in self._others():
            withdrawn.tell(path, withdrawn.places(gone, countries), down=True)

    def readmit(self, video: str, countries: Sequence[str] = ()) -> None:
        """Undo :meth:`withdraw`."""
        if self.served is not None:
            self.served.readmit(video, countries)
        for path in self._others():
            withdrawn.tell(path, withdrawn.places([video], countries), down=False)

    def forget(self, user: str) -> None:
        """She was erased: nothing of hers is kept, and no file answers her."""
        self.changed(user)
        if self.served is not None:
            self.served.forget(user)

    def _others(self) -> list[Path]:
        own = None if self.served is None else self.served.path.absolute()
        return [path for path in traces.noted("snapshot") if path != own]

    def refresh(self) -> bool:
        """See :meth:`contentgraph.client.serving.Served.refresh`."""
        if self.served is None or not self.served.refresh():
            return False
        with self._lock:
            self._changed.clear()
        return True

    def knows(self, user: str) -> bool:
        """Whether the snapshot answers her."""
        return self.served is not None and user not in self._changed and self.served.knows(user)

    def _leave_out(self, user: str, event: Event) -> None:
        makers = {event.target_id, event.user_id} if event.kind in BARRING else set()
        self._kept.leave_out(user, {event.video_id}, makers)
