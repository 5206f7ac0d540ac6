"""The graph for asynchronous code: the methods of :class:`~contentgraph.client.graph.Graph`, awaited."""

from collections.abc import Awaitable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from contentgraph.client import asking, counting, explaining, recording, sessions, trends, waves
from contentgraph.client.feeds import Feeds
from contentgraph.client.recording import Told
from contentgraph.client.results import Explanation, Feed, Hour, Journey, Recorded, Stats, Suggestion, Trend
from contentgraph.client.serving import Served
from contentgraph.client.sessions import ANONYMOUS_HOURS, REMEMBERED, Sitting
from contentgraph.client.suggesting import Slate, Wish
from contentgraph.cypher.async_database import AsyncDatabase
from contentgraph.cypher.installation import checked
from contentgraph.cypher.steps import read
from contentgraph.errors import Unreachable

if TYPE_CHECKING:
    import networkx as nx


class AsyncGraph:
    """An open graph; :func:`contentgraph.connect_async` makes one. For the tasks of one event loop.

    Each method answers as the one of that name of :class:`~contentgraph.client.graph.Graph`.
    """

    def __init__(
        self, database: AsyncDatabase, *, snapshot: Served | None = None, timeout: float | None = None
    ) -> None:
        self._database = database
        self._feeds = Feeds(snapshot)
        self._timeout = timeout

    async def checked(self) -> Self:
        """The graph, if this package can work with its schema.

        Raises:
            SchemaError: the store has no contentgraph schema, or one of another version.
        """
        checked(await self._database.answer(read("settings")), self._database.target)
        return self

    @property
    def now(self) -> Awaitable[int]:
        """See :attr:`Graph.now`; to be awaited."""
        return self._database.answer(asking.now())

    async def suggest(
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
        """See :meth:`Graph.suggest`."""
        wish = Wish.of(user, limit, explore=explore, topic=topic, language=language, seed=seed)
        ready = self._feeds.ready(wish)
        if ready is not None:
            return ready
        slate, degraded = await in_time(self._database, self._feeds, wish, timeout or self._timeout)
        return Feed((item for item, _ in slate), degraded=degraded)

    def refresh(self) -> bool:
        """See :meth:`Graph.refresh`; it reads a file, and is not to be awaited."""
        return self._feeds.refresh()

    async def session(self, user: str, *, remember: int = REMEMBERED) -> "AsyncSession":
        """See :meth:`Graph.session`."""
        found = await self._database.answer(sessions.sitting(self._feeds, user, remember=remember))
        return AsyncSession(self._database, found, self._timeout)

    async def anonymous(
        self,
        *,
        country: str | None = None,
        languages: Iterable[str] = (),
        hours: float = ANONYMOUS_HOURS,
        remember: int = REMEMBERED,
        now: int | None = None,
    ) -> "AsyncSession":
        """See :meth:`Graph.anonymous`."""
        found = sessions.anonymous(
            self._feeds, country=country, languages=tuple(languages), hours=hours, remember=remember, now=now
        )
        return AsyncSession(self._database, await self._database.answer(found), self._timeout)

    async def trending(
        self,
        kind: str,
        *,
        country: str | None = None,
        hours: int | None = None,
        window: str | None = None,
        limit: int = 10,
        user: str | None = None,
    ) -> list[Trend]:
        """See :meth:`Graph.trending`."""
        span = trends.span(hours, window)
        return await self._database.answer(trends.trending(kind, country=country, hours=span, limit=limit, user=user))

    async def pulse(self, kind: str, entity: str, *, country: str | None = None) -> list[Hour]:
        """See :meth:`Graph.pulse`."""
        return await self._database.answer(trends.pulse(kind, entity, country=country))

    async def explain(self, user: str, video: str, *, language: str = "en") -> Explanation:
        """See :meth:`Graph.explain`."""
        return await self._database.answer(explaining.explain(user, video, language=language))

    async def record(self, event: Told | Iterable[Told], *, now: int | None = None) -> Recorded:
        """See :meth:`Graph.record`."""
        events = recording.checked(event, now)
        recorded = await self._database.answer(recording.record(events))
        self._feeds.told(events)
        return recorded

    async def shown(self, user: str, suggestions: Iterable[Suggestion], *, now: int | None = None) -> int:
        """See :meth:`Graph.shown`."""
        return await self._database.answer(waves.shown(user, suggestions, now=now))

    async def journey(self, video: str) -> Journey:
        """See :meth:`Graph.journey`."""
        return await self._database.answer(waves.journey(video))

    async def stats(self) -> Stats:
        """See :meth:`Graph.stats`."""
        return await self._database.answer(counting.stats())

    async def example_users(self, history: int = 20, limit: int = 5) -> list[tuple[str, int]]:
        """See :meth:`Graph.example_users`."""
        return await self._database.answer(asking.example_users(history, limit))

    async def to_networkx(
        self,
        around: str | tuple[str, str],
        hops: int = 2,
        *,
        limit: int = 1_000,
        per_type: int = 25,
        user: str | None = None,
    ) -> "nx.MultiDiGraph[str]":
        """See :meth:`Graph.to_networkx`."""
        from contentgraph.client import exchange

        return await self._database.answer(
            exchange.to_networkx(around=around, hops=hops, limit=limit, per_type=per_type, user=user)
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncSession:
    """One sitting; :meth:`AsyncGraph.session` and ``anonymous`` make one. Not for several tasks at once.

    Each method answers as the one of that name of :class:`~contentgraph.client.sessions.Session`.
    """

    def __init__(self, database: AsyncDatabase, sitting: Sitting, timeout: float | None = None) -> None:
        self._database = database
        self._sitting = sitting
        self._timeout = timeout

    @property
    def user(self) -> str:
        """See :attr:`Session.user`."""
        return self._sitting.user

    @property
    def expires_at(self) -> int | None:
        """See :attr:`Session.expires_at`."""
        return self._sitting.expires_at

    async def suggest(
        self,
        limit: int = 20,
        *,
        explore: float = 0.0,
        topic: float | None = None,
        language: str = "en",
        seed: int | None = None,
        timeout: float | None = None,
    ) -> Feed:
        """See :meth:`Session.suggest`."""
        wish = self._sitting.wish(limit, explore, topic, language, seed)
        slate, degraded = await in_time(self._database, self._sitting.feeds, wish, timeout or self._timeout)
        return self._sitting.showed(slate, degraded=degraded)

    async def record(self, event: Told | Iterable[Told], *, now: int | None = None) -> Recorded:
        """See :meth:`Session.record`."""
        return await self._database.answer(self._sitting.record(event, now))

    async def merge_into(self, account: str) -> int:
        """See :meth:`Session.merge_into`."""
        return await self._database.answer(self._sitting.merge_into(account))


async def in_time(database: AsyncDatabase, feeds: Feeds, wish: Wish, timeout: float | None) -> tuple[Slate, bool]:
    """See :func:`contentgraph.client.sessions.in_time`."""
    try:
        return await database.answer(feeds.steps(wish), timeout), False
    except Unreachable:
        if timeout is None:
            raise
        return feeds.late(wish), True
