"""The graph as Python sees it: ask it, tell it, take a piece of it away."""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from contentgraph.client import asking, counting, explaining, recording, sessions, trends, waves
from contentgraph.client.feeds import Feeds
from contentgraph.client.recording import Told
from contentgraph.client.results import Explanation, Feed, Hour, Journey, Recorded, Stats, Suggestion, Trend
from contentgraph.client.serving import Served
from contentgraph.client.sessions import ANONYMOUS_HOURS, REMEMBERED, Session, in_time
from contentgraph.client.suggesting import Wish
from contentgraph.cypher import Database
from contentgraph.cypher.installation import check

if TYPE_CHECKING:
    import networkx as nx


class Graph:
    """An open graph; :func:`contentgraph.connect` makes one. Safe to share between threads.

    Raises:
        SchemaError: on opening, when the store has no contentgraph schema, or one of another version.
        Unreachable: from any method, when Neo4j stops answering.
    """

    def __init__(self, database: Database, *, snapshot: Served | None = None, timeout: float | None = None) -> None:
        self._database = database
        self._feeds = Feeds(snapshot)
        self._timeout = timeout
        check(database)

    @property
    def now(self) -> int:
        """``now`` of the last night, epoch ms: the moment that feeds and trends speak of; 0 before the first."""
        return self._database.answer(asking.now())

    def suggest(
        self,
        user: str,
        limit: int = 20,
        *,
        explore: float = 0.0,
        topic: float | None = None,
        language: str = "en",
        seed: int | None = None,
        timeout: float | None = None,
    ) -> Feed:
        """The next videos for ``user``, best first: at most ``limit`` (1 … 1,000), none that she has seen.

        ``suggest.cypher`` gives five times as many (at least 100), ``graph.ranking`` composes the slate. A user
        without history gets what is popular and hers to understand. ``explore`` (0 … 1) is the probability that a slot
        from the third on is drawn at random from the candidates, with ``seed`` for the draw. ``topic`` (0 … 1) is how
        much less a further video of the same place among tastes is worth. ``language``: of the reasons, en or fr. Each
        call stands alone; a :meth:`session` remembers what it showed. New videos that she is a test viewer of stand at
        random places, at most one for ten, with their ``wave`` and propensity. With a snapshot, whom it knows is
        answered from it, and the feed carries no test slots.

        ``timeout``: seconds in which there is an answer, for this call or given to :func:`connect`. If Neo4j is late
        or away it is what is left, marked ``degraded``: from a snapshot what is popular and for everyone, else her
        own last feed of the last hour, else nothing. Without a ``timeout`` it is an error.

        Raises:
            NotFound: no such user, or she was removed.
            UsageError: a limit or share out of range, or a language in which no reasons are written.
        """
        wish = Wish.of(user, limit, explore=explore, topic=topic, language=language, seed=seed)
        ready = self._feeds.ready(wish)
        if ready is not None:
            return ready
        slate, degraded = in_time(self._database, self._feeds, wish, timeout or self._timeout)
        return Feed((item for item, _ in slate), degraded=degraded)

    def refresh(self) -> bool:
        """Open the snapshot's file again if another has taken its place; whether it has.

        Raises:
            SnapshotError: the new file cannot be used; the old one goes on being served.
        """
        return self._feeds.refresh()

    def session(self, user: str, *, remember: int = REMEMBERED) -> Session:
        """One sitting of ``user``: feeds that do not repeat each other, and events that count in the next one.

        An anonymous user's session goes on where another process left it. ``remember``: so many of the videos shown
        last are not shown again, and make more of the same worth less.

        Raises:
            NotFound: no such user, or she was removed.
            UsageError: ``remember`` below 0.
        """
        found = self._database.answer(sessions.sitting(self._feeds, user, remember=remember))
        return Session(self._database, found, self._timeout)

    def anonymous(
        self,
        *,
        country: str | None = None,
        languages: Iterable[str] = (),
        hours: float = ANONYMOUS_HOURS,
        remember: int = REMEMBERED,
        now: int | None = None,
    ) -> Session:
        """A session without an account: it adapts from the first event, and ends ``hours`` after ``now``.

        She is shown what a minor may see. ``Session.merge_into`` hands all that was told to an account; what is not
        merged is forgotten by the first night after the end. ``now`` is epoch ms, the wall clock unless given.

        Raises:
            UsageError: hours not above 0, a country or a language that is no code.
        """
        found = sessions.anonymous(
            self._feeds, country=country, languages=tuple(languages), hours=hours, remember=remember, now=now
        )
        return Session(self._database, self._database.answer(found), self._timeout)

    def trending(
        self,
        kind: str,
        *,
        country: str | None = None,
        hours: int | None = None,
        window: str | None = None,
        limit: int = 10,
        user: str | None = None,
    ) -> list[Trend]:
        """What moves: ``kind`` is challenge, hashtag, sound or video; the answer is best first.

        ``country`` None is the world. The window is ``hours``, or ``window`` such as ``24h`` or ``7d``; 24 hours
        unless said. A night computes 1, 6, 24, 72, 168 and 720 hours; the answer is of the shortest that holds the
        window, and says which. ``user`` gets what she may see; without one it is what anybody may.

        Raises:
            NotFound: no such user.
            UsageError: an unknown kind, a country that is no code, or a window beyond 30 days.
        """
        span = trends.span(hours, window)
        return self._database.answer(trends.trending(kind, country=country, hours=span, limit=limit, user=user))

    def pulse(self, kind: str, entity: str, *, country: str | None = None) -> list[Hour]:
        """The hours of one challenge, hashtag or sound (ids; a hashtag's name) that were not silent, oldest first.

        Of the last 35 days before the last night; ``country`` None is the world. Empty where nothing is known, and for
        an entity with a single video.

        Raises:
            UsageError: another kind.
        """
        return self._database.answer(trends.pulse(kind, entity, country=country))

    def explain(self, user: str, video: str, *, language: str = "en") -> Explanation:
        """Why ``video`` is, or is not, suggested to ``user``: every path between them, with its part of the score.

        Raises:
            NotFound: no such user, or no such video that may be shown to her.
        """
        return self._database.answer(explaining.explain(user, video, language=language))

    def record(self, event: Told | Iterable[Told], *, now: int | None = None) -> Recorded:
        """Write an event, or several in one transaction: all or none; the next feed counts them.

        An event is a mapping with the fields of the native format (``userId``, ``kind``, ``videoId`` or ``targetId``,
        ``watchedMs`` of a view; ``at``, if absent, is ``now``) or an ``Event``. ``now`` is epoch ms, the wall clock
        unless given; an event later than ``now`` + 5 minutes is refused. Recording the same event again
        changes nothing, and one by one gives the same graph as the nightly loader.

        Raises:
            InvalidEvent: an event cannot be right; nothing was written.
            UsageError: not an event at all.
        """
        events = recording.checked(event, now)
        recorded = self._database.answer(recording.record(events))
        self._feeds.told(events)
        return recorded

    def shown(self, user: str, suggestions: Iterable[Suggestion], *, now: int | None = None) -> int:
        """Note that a feed's ``suggestions`` were put before ``user`` at ``now`` (epoch ms; the wall clock): how many.

        A new video's test counts from here: what she does within 24 hours, silence included. What was noted before
        stays. A test slot whose video she watches counts as shown at that moment, noted or not.
        """
        return self._database.answer(waves.shown(user, suggestions, now=now))

    def journey(self, video: str) -> Journey:
        """Where ``video`` stands in its waves, each wave's numbers, why it went on or stopped, and what was missing.

        Raises:
            NotFound: no such video.
        """
        return self._database.answer(waves.journey(video))

    def stats(self) -> Stats:
        """How much is in the graph, and as of when."""
        return self._database.answer(counting.stats())

    def example_users(self, history: int = 20, limit: int = 5) -> list[tuple[str, int]]:
        """(user id, number of videos engaged with) of some users with ``history`` or more, the shortest first.

        To try things with; it looks at every user.
        """
        return self._database.answer(asking.example_users(history, limit))

    def to_networkx(
        self,
        around: str | tuple[str, str],
        hops: int = 2,
        *,
        limit: int = 1_000,
        per_type: int = 25,
        user: str | None = None,
    ) -> "nx.MultiDiGraph[str]":
        """What lies within ``hops`` (0 … 5) steps of ``around``: ``"user:u1"`` or ``("hashtag", "dance")``.

        Nodes are named like ``video:v1`` and carry ``label``, ``key`` and their properties; edges carry ``type`` and
        theirs; nothing is None or a list, so ``networkx.write_graphml`` takes it. At most ``limit`` nodes; of each
        node at most ``per_type`` edges a type and direction, the newest and best first. ``user`` sees what she may
        see; around a user it is that user unless said, else what anybody may.

        Raises:
            NotFound: no such node that may be shown.
            UsageError: ``around`` names no kind, or a bound is out of range.
        """
        from contentgraph.client import exchange

        return self._database.answer(
            exchange.to_networkx(around=around, hops=hops, limit=limit, per_type=per_type, user=user)
        )

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
