"""Feeds from a snapshot's file: no server is asked."""

import mmap
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from contentgraph.client import withdrawn
from contentgraph.client.asking import refuse_ended, wall_clock
from contentgraph.client.recording import Told, checked
from contentgraph.client.results import Feed, Suggestion
from contentgraph.client.suggesting import Slate, Wish, carrying, composed, shown_as, suggestion
from contentgraph.client.waves import asked_of
from contentgraph.cypher import Record
from contentgraph.errors import SnapshotError
from contentgraph.graph.control import withheld
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.events import Event
from contentgraph.graph.ranking import Slot
from contentgraph.graph.reasons import Reason
from contentgraph.graph.relations import Row
from contentgraph.graph.snapshot.events import Pair
from contentgraph.graph.snapshot.kernel import Found
from contentgraph.graph.snapshot.snapshot import Gone, Snapshot

EVENTS = 100_000
"""So many events are laid over the next snapshot again; they change nothing where it has them, or something later."""


class Served:
    """Feeds as :class:`~contentgraph.client.graph.Graph` gives them, from a mapped file; safe between threads.

    Ages, ratings, countries, languages and what was removed are as of the file: refresh it after a catalogue was
    loaded. A takedown and an erasure count within :data:`~contentgraph.client.withdrawn.LOOK_S`, whichever process told
    them.

    Raises:
        SnapshotError: the file is missing, damaged, or of another version.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._shown: deque[tuple[str, list[str]]] = deque(maxlen=EVENTS)
        self._list, self._looked = withdrawn.identity(self.path), time.monotonic()
        self._withdrawn = withdrawn.read(self.path)
        self._gone: set[Gone] = set()
        self._erased: set[str] = set()
        self.opened = 0
        """How many files took the first one's place."""
        self._file, snapshot = _mapped(self.path)
        self._snapshot = snapshot.without(self._withdrawn.videos)
        self._snapshot.warm()

    @property
    def now(self) -> int:
        """The moment that the snapshot speaks of, epoch ms."""
        return self._snapshot.now

    @property
    def since(self) -> int:
        """What has happened from this moment on, epoch ms, may not be in the file: a day before it was read, or before
        its :attr:`now`, as an event may be told later than it happened."""
        return min(int(self._snapshot.settings["readAt"]), self.now) - DAY_MS

    def suggest(
        self,
        user: str,
        limit: int = 20,
        *,
        explore: float = 0.0,
        topic: float | None = None,
        language: str = "en",
        seed: int | None = None,
    ) -> Feed:
        """As ``Graph.suggest``; with the test slots of new videos that had been given out when the file was written.

        Raises:
            NotFound: the snapshot does not know her, she was removed, or her anonymous session ended.
            UsageError: a limit, share or seed out of range, or a language in which no reasons are written.
        """
        return self.feed(Wish.of(user, limit, explore=explore, topic=topic, language=language, seed=seed))

    def feed(self, wish: Wish, *, degraded: bool = False) -> Feed:
        """The feed that is wished for; ``degraded``: so marked."""
        self._ask(wish.user)
        snapshot = self._snapshot
        found = snapshot.found(wish.user, wish.pool)
        told = _compiled(snapshot, wish, found)
        if told is None:
            return _composed(snapshot, wish, found, tested=True).feed(degraded=degraded)
        return Feed(told[0], degraded=degraded)

    def slate(self, wish: Wish) -> Slate:
        """The same with each suggestion's candidate."""
        self._ask(wish.user)
        snapshot = self._snapshot
        found = snapshot.found(wish.user, wish.pool)
        told = _compiled(snapshot, wish, found)
        if told is None:
            return _composed(snapshot, wish, found, tested=True)
        items, cards = told
        return Slate((item, shown_as(item, cards[item.video_id])) for item in items)

    def left(self, wish: Wish) -> Slate:
        """For a viewer of whom only Neo4j knows all: by what the file and events tell of her; without test slots.

        Whom the file does not know gets what is popular and for everyone.

        Raises:
            NotFound: see :meth:`suggest`; not of whom the file does not know.
        """
        self._ask(wish.user)
        snapshot = self._snapshot
        if self.knows(wish.user):
            return _composed(snapshot, wish, snapshot.found(wish.user, wish.pool))
        return _composed(snapshot, wish, snapshot.found_for(snapshot.stranger(wish.user), wish.pool))

    def _ask(self, user: str) -> None:
        """Be as current as the list beside the file, and refuse whose session ended."""
        self.look()
        refuse_ended(user, self.expires_at(user))

    def expires_at(self, user: str) -> int | None:
        """When an anonymous session ends, epoch ms; None with an account, or where the snapshot does not know her."""
        return self._snapshot.expires_at(user)

    def knows(self, user: str) -> bool:
        """Whether she is in the snapshot itself, with her age and rights; removed or not."""
        return self._snapshot.users.index(user) >= 0

    def record(self, event: Told | Iterable[Told], *, now: int | None = None) -> int:
        """Let the next feeds count an event, or several; how many. Nothing is written anywhere.

        Raises:
            InvalidEvent: an event cannot be right; none is counted.
        """
        events = checked(event, now)
        self.lay(events)
        return len(events)

    def shown(self, user: str, suggestions: Iterable[Suggestion]) -> int:
        """Let her next feeds carry none of these test slots again; how many there were. Nothing is written anywhere.

        A wave learns of it from :meth:`Graph.shown` alone: of a feed that nobody notes, silence is not known.
        """
        with self._lock:
            waiting = self._snapshot.waiting(user)
            videos = [each.video_id for each in suggestions if each.video_id in waiting]
            if videos:
                self._shown.append((user, videos))
                self._snapshot = self._snapshot.with_shown(user, videos)
        return len(videos)

    def forget(self, user: str) -> None:
        """Let no event of hers count, nor be kept."""
        with self._lock:
            self._shown = deque((each for each in self._shown if each[0] != user), maxlen=EVENTS)
            self._erased.add(user)
            kept = [event for event in self._events if user not in (event.user_id, event.target_id)]
            self._events = deque(kept, maxlen=EVENTS)
            self._snapshot = self._snapshot.without_person(user)

    def lay(self, events: list[Event]) -> None:
        """Count checked events."""
        with self._lock:
            self._events.extend(events)
            self._snapshot = self._snapshot.with_events(events)

    def merge(self, user: str, account: str) -> None:
        """Count what was told of ``user`` of ``account`` as well; nobody follows or blocks herself."""
        with self._lock:
            about = [event for event in self._events if event.user_id == user and event.target_id != account]
        self.lay([replace(event, user_id=account) for event in about])

    def learn(
        self,
        user: str,
        pairs: Iterable[Pair],
        relations: Mapping[str, Sequence[Row]],
        shown: Sequence[str],
        events: Sequence[Event],
    ) -> None:
        """Have edges of ``user`` as Neo4j told them (``Snapshot.with_edges``), and ``events`` counted.

        ``shown``: videos whose test slots are used up. It is forgotten when another file is opened.
        """
        with self._lock:
            found = self._snapshot
            if pairs or relations:
                found = found.with_edges(user, pairs, relations)
            if shown:
                found = found.with_shown(user, shown)
            self._snapshot = found.with_events(events) if events else found

    def withdrawn(self) -> frozenset[str]:
        """Videos that were taken down since the file was written, everywhere or somewhere."""
        self.look()
        return frozenset(video for video, _ in self._withdrawn.videos | self._gone)

    def withdraw(self, videos: Iterable[str], countries: Sequence[str] = ()) -> None:
        """Show these videos to nobody from now on, in this process and, by the list beside the file, in every other.

        With ``countries`` (in capitals) to nobody there, or of unknown country.

        Raises:
            UsageError: the list cannot be written; this process leaves them out all the same.
        """
        gone = withdrawn.places(videos, countries)
        with self._lock:
            self._gone.update(gone)
            self._snapshot = self._snapshot.without(self._withdrawn.videos | self._gone)
        withdrawn.tell(self.path, gone, down=True)

    def readmit(self, video: str, countries: Sequence[str] = ()) -> None:
        """Undo :meth:`withdraw`; a file that was written in between has the video as removed, or withheld there."""
        back = withdrawn.places([video], countries)
        with self._lock:
            self._gone.difference_update(back)
        withdrawn.tell(self.path, back, down=False)
        self.look(at_once=True)

    def look(self, *, at_once: bool = False) -> None:
        """Follow the list beside the file, if it changed."""
        moment = time.monotonic()
        if not at_once and moment - self._looked < withdrawn.LOOK_S:
            return
        self._looked = moment
        found = withdrawn.identity(self.path)
        if found == self._list:
            return
        with self._lock:
            told = withdrawn.read(self.path)
            reopen = told.reopened != self._withdrawn.reopened
            self._list, self._withdrawn = found, told
            self._snapshot = self._snapshot.without(told.videos | self._gone)
        if reopen:
            self.refresh()

    def refresh(self) -> bool:
        """Open the file again if another has taken its place; whether it has.

        Events recorded here still count, but where the file has something later.

        Raises:
            SnapshotError: the new file cannot be used; the old one goes on being served.
        """
        with self._lock:
            if _identity(self.path) == self._file:
                return False
            self._file, fresh = _mapped(self.path)
            fresh = fresh.without(self._withdrawn.videos | self._gone).with_events(self._events)
            for user, videos in self._shown:
                fresh = fresh.with_shown(user, videos)
            for user in self._erased:
                fresh = fresh.without_person(user)
            self._snapshot = fresh
            self.opened += 1
            return True


def mapped(path: Path) -> Snapshot:
    """The snapshot in a file, which stays mapped, without what was taken down since.

    Raises:
        SnapshotError: the file is missing, damaged, or of another version.
    """
    return _mapped(path)[1].without(listed(path))


def listed(path: Path) -> frozenset[Gone]:
    """What was taken down since, by the list beside the file."""
    return withdrawn.read(path).videos


def _compiled(snapshot: Snapshot, wish: Wish, found: Found) -> tuple[list[Suggestion], dict[str, Record]] | None:
    """The feed by the compiled slate, and its cards; None where only `compose` can tell.

    That is where it draws, where videos are held back from her, and where the file does not know what was shown.
    """
    if wish.rules.explore > 0.0 or withheld(wish.user, snapshot.controls):
        return None
    shown = [snapshot.number(before.video_id) for before in wish.shown]
    if min(shown, default=0) < 0:
        return None
    places = snapshot.slate(found, wish.limit, wish.rules, shown)
    cards = snapshot.cards(found.video[places].tolist())
    told = zip(
        snapshot.rows(found, places), cards, snapshot.reasons(found, places, language=wish.language), strict=True
    )
    slate = [_slot(number, wish.language, *each) for number, each in enumerate(told, start=1)]
    tests, described = _tests(snapshot, wish)
    described |= {card["videoId"]: card for card in cards}
    if tests:
        slate = carrying(slate, tests, described, wish, np.random.default_rng(wish.seed))
    return slate, described


def _composed(snapshot: Snapshot, wish: Wish, found: Found, *, tested: bool = False) -> Slate:
    """``tested``: with her test slots."""
    rows = snapshot.rows(found, range(found.video.size))
    tests, described = _tests(snapshot, wish) if tested else ({}, {})
    cards = [*snapshot.cards(found.video.tolist()), *described.values()]
    return composed(wish, rows, cards, tests, snapshot.controls)


def _tests(snapshot: Snapshot, wish: Wish) -> tuple[dict[str, Record], dict[str, Record]]:
    """By video, the test slots that the feed may carry and what it shows of them."""
    age = max(wall_clock() - int(snapshot.settings["readAt"]), 0)
    tests = snapshot.offers(wish.user, asked_of(wish.limit), age)
    cards = snapshot.cards(test.video for test in tests)
    return (
        {
            card["videoId"]: {**test._asdict(), "videoId": card["videoId"]}
            for card, test in zip(cards, tests, strict=True)
        },
        {card["videoId"]: card for card in cards},
    )


def _slot(number: int, language: str, row: Record, card: Record, why: Sequence[Reason]) -> Suggestion:
    return suggestion(Slot(row["videoId"], number, row["score"], row["parts"], "", 1.0, 1.0), row, card, language, why)


def _identity(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _mapped(path: Path) -> tuple[tuple[int, int, int], Snapshot]:
    """What file it is, and the snapshot in it."""
    identity = _identity(path)
    try:
        with path.open("rb") as file:
            buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    try:
        return identity, Snapshot.unpacked(buffer)
    except SnapshotError as error:
        raise SnapshotError(f"{path} is {error} ('contentgraph snapshot')") from None


def _unreadable(path: Path, error: Exception) -> SnapshotError:
    reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "it is empty"
    return SnapshotError(f"cannot read the snapshot {path}: {reason}; make it with 'contentgraph snapshot {path}'")
