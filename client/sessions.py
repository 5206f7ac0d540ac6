"""One sitting of one person, with an account or without: what was shown is remembered, what is told counts at once."""

import uuid
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from contentgraph.client import recording
from contentgraph.client.asking import ANONYMOUS, hold, refuse_ended, viewer, wall_clock
from contentgraph.client.catching_up import ASK_S
from contentgraph.client.feeds import Feeds, bound
from contentgraph.client.recording import Told
from contentgraph.client.results import Feed, Recorded
from contentgraph.client.suggesting import Slate, Wish
from contentgraph.cypher import Database, Steps, read, together, write
from contentgraph.cypher.properties import FACTS
from contentgraph.cypher.upsert import RELATION_OF, named_ids
from contentgraph.errors import InvalidEvent, Refused, Unreachable, UsageError
from contentgraph.graph.catalogue import check_row
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.events import Event
from contentgraph.graph.ranking import Candidate

REMEMBERED = 60
"""Videos shown last that a session remembers: three feeds of twenty. They come again after all others."""
ANONYMOUS_HOURS = 24.0
"""An anonymous session ends after this time."""


class Sitting:
    """What a session remembers, and its questions as steps; :class:`Session` and ``AsyncSession`` carry them out."""

    def __init__(self, feeds: Feeds, user: str, *, remember: int, expires_at: int | None = None) -> None:
        if isinstance(remember, bool) or not isinstance(remember, int) or remember < 0:
            raise UsageError(f"remember is {remember!r}; give how many videos, 0 or more")
        self.feeds = feeds
        self.user = user
        self.expires_at = expires_at
        self._shown: deque[Candidate] = deque(maxlen=remember)

    def wish(self, limit: int, explore: float, topic: float | None, language: str, seed: int | None) -> Wish:
        """The next feed as it is wanted.

        Raises:
            NotFound: the anonymous session ended.
        """
        refuse_ended(self.user, self.expires_at)
        shown = tuple(self._shown)
        return Wish.of(self.user, limit, explore=explore, topic=topic, language=language, seed=seed, shown=shown)

    def showed(self, slate: Slate, *, degraded: bool) -> Feed:
        """The feed of a slate, which is remembered."""
        self._shown.extend(candidate for _, candidate in slate)
        return slate.feed(degraded=degraded)

    def record(self, event: Told | Iterable[Told], now: int | None) -> Steps[Recorded]:
        """See :meth:`Session.record`."""
        if self.expires_at is not None:
            yield from viewer(self.user)
        several = not isinstance(event, Mapping | Event | str | bytes) and isinstance(event, Iterable)
        told = [self._own(one) for one in event] if several else self._own(event)  # type: ignore[union-attr, arg-type]
        events = recording.checked(told, now)
        recorded = yield from recording.record(events)
        self.feeds.told(events)
        return recorded

    def merge_into(self, account: str) -> Steps[int]:
        """See :meth:`Session.merge_into`."""
        if self.expires_at is None:
            raise UsageError(f"the session of {self.user!r} has an account; only an anonymous one is merged")
        if (yield from viewer(account))["anonymous"]:
            raise UsageError(f"{account!r} is anonymous too; merge into an account")
        pairs: int = yield from together(lambda: _merge(self.user, account))
        self.feeds.merged(self.user, account)
        self.user, self.expires_at = account, None
        return pairs

    def _own(self, event: Told) -> Told:
        user = event.user_id if isinstance(event, Event) else event.get("userId", self.user)
        if user != self.user:
            raise UsageError(f"an event of {user!r} was told to the session of {self.user!r}; use Graph.record")
        return event if isinstance(event, Event) else {**event, "userId": self.user}


class Session:
    """One sitting; :meth:`contentgraph.client.graph.Graph.session` and ``anonymous`` make one. Not for several threads.

    Raises:
        NotFound: from ``suggest``: the user was removed, or the anonymous session ended.
    """

    def __init__(self, database: Database, sitting: Sitting, timeout: float | None = None) -> None:
        self._database = database
        self._sitting = sitting
        self._timeout = timeout

    @property
    def user(self) -> str:
        """Id of the user; of an anonymous one until it is merged."""
        return self._sitting.user

    @property
    def expires_at(self) -> int | None:
        """When an anonymous session ends, epoch ms; None with an account."""
        return self._sitting.expires_at

    def suggest(
        self,
        limit: int = 20,
        *,
        explore: float = 0.0,
        topic: float | None = None,
        language: str = "en",
        seed: int | None = None,
        timeout: float | None = None,
    ) -> Feed:
        """As ``Graph.suggest``, but less of what this session showed much of, and what it showed lately after all else.

        Only where too little else is left does that come again, the longest ago first.
        """
        wish, seconds = self._sitting.wish(limit, explore, topic, language, seed), bound(timeout, self._timeout)
        current = caught_up(self._database, self._sitting.feeds, wish.user, seconds)
        slate, degraded = in_time(self._database, self._sitting.feeds, wish, seconds)
        return self._sitting.showed(slate, degraded=degraded or not current)

    def record(self, event: Told | Iterable[Told], *, now: int | None = None, timeout: float | None = None) -> Recorded:
        """As ``Graph.record``; ``userId`` may be left out, and is the session's.

        Raises:
            Unreachable: Neo4j did not say in time that it was written. It may be or not: tell it again.
            InvalidEvent: an event cannot be right; nothing was written.
            UsageError: an event of somebody else, or no event at all.
            NotFound: the anonymous session ended, or was merged elsewhere.
        """
        return self._database.answer(self._sitting.record(event, now), bound(timeout, None))

    def merge_into(self, account: str) -> int:
        """Join all that this anonymous session told and was shown into ``account``, and go on as her; pairs joined.

        One transaction: what both did with a video is one pair as if it had been told of the account; nothing is lost,
        nothing counts twice, and the anonymous user is gone: what any process tells of her is merged, or an error. A
        video that was shown to both is one exposure.

        Raises:
            UsageError: the session has an account already.
            NotFound: no such account, or the session ended and was forgotten.
            InvalidEvent: the account, or somebody or a video that the session told of, is being erased; merge again.
        """
        return self._database.answer(self._sitting.merge_into(account))


def caught_up(database: Database, feeds: Feeds, user: str, timeout: float | None) -> bool:
    """Whether the snapshot knows of ``user`` what Neo4j does; which is asked, if that is due, within ``timeout``."""
    if not feeds.due(user):
        return feeds.current(user)
    try:
        database.answer(feeds.catch_up(user), min(timeout or ASK_S, ASK_S))
    except Refused:
        raise
    except Unreachable:
        feeds.silent()
        return False
    return True


def in_time(database: Database, feeds: Feeds, wish: Wish, timeout: float | None) -> tuple[Slate, bool]:
    """The slate, and whether it is what is left because Neo4j is late or away.

    Raises:
        Unreachable: nothing is left, and there is no ``timeout``.
    """
    ready = feeds.slate(wish)
    if ready is not None:
        return ready, False
    try:
        return database.answer(feeds.steps(wish), timeout), False
    except Refused:
        raise
    except Unreachable:
        left = feeds.late(wish)
        if timeout is None and not left:
            raise
        return left, True


def sitting(feeds: Feeds, user: str, *, remember: int) -> Steps[Sitting]:
    """See :meth:`contentgraph.client.graph.Graph.session`."""
    card = yield from viewer(user)
    return Sitting(feeds, user, remember=remember, expires_at=card["expiresAt"])


def left(feeds: Feeds, user: str, error: Unreachable, *, remember: int) -> Sitting:
    """The session without Neo4j, of whom a snapshot knows; of anybody else ``error`` is raised."""
    if isinstance(error, Refused) or feeds.served is None or not feeds.knows(user):
        raise error
    return Sitting(feeds, user, remember=remember, expires_at=feeds.served.expires_at(user))


def anonymous(
    feeds: Feeds,
    *,
    country: str | None,
    languages: Sequence[str],
    hours: float,
    remember: int,
    now: int | None,
) -> Steps[Sitting]:
    """See :meth:`contentgraph.client.graph.Graph.anonymous`."""
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0.0 < hours < 24.0 * 366:
        raise UsageError(f"hours is {hours!r}; give a number above 0, up to a year")
    moment = wall_clock() if now is None else now
    user, ends = f"{ANONYMOUS}{uuid.uuid4().hex}", moment + int(hours * HOUR_MS)
    found = Sitting(feeds, user, remember=remember, expires_at=ends)
    told = _place(user, country, languages, moment)
    yield from write("open_session", userId=user, properties={**told, "createdAt": moment, "expiresAt": ends})
    return found


def _place(user: str, country: str | None, languages: Sequence[str], now: int) -> dict[str, object]:
    """Where and in what languages, checked as a catalogue row is."""
    row = {"id": user, "country": country, "languages": list(languages)}
    try:
        values = check_row("users", row, stated_at=now, now=now).values
    except InvalidEvent as error:
        raise UsageError(f"an anonymous session cannot be so: {error}") from None
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _merge(user: str, account: str) -> Steps[int]:
    """Join what the anonymous user told and was shown into the account, and remove her.

    Whoever tells of her meanwhile waits, and finds her gone. Test slots of hers that wait go with her: they were drawn
    for another viewer, and lapse as any that nobody sees. Of folded engagement (``SAW``, ``FOLDED``) she has none.
    """
    yield from hold([user])
    told = (yield from read("session_told", userId=user))[0]
    pairs = [
        {
            "userId": account,
            "videoId": pair["videoId"],
            "facts": {name: value for name, value in pair["facts"].items() if name in FACTS["ENGAGED"]},
        }
        for pair in told["pairs"]
    ]
    relations: dict[str, list[dict[str, object]]] = {}
    for row in told["relations"]:
        if row["target"] != "User" or row["targetId"] != account:  # nobody follows or blocks herself
            name = RELATION_OF[row["type"], row["target"]]
            kept = ("reason",) if row["type"] == "REPORTED" else ("until",)
            relations.setdefault(name, []).append(
                {"userId": account, "targetId": row["targetId"], "at": row["at"], **{key: row[key] for key in kept}}
            )
    yield from recording.put(*named_ids(pairs, relations), pairs, relations)
    if told["shown"]:
        yield from write("merge_shown", rows=[{"userId": account, **row} for row in told["shown"]])
    yield from write("close_session", userId=user)
    return len(pairs)
