"""The graph for asynchronous code: the methods of :class:`~contentgraph.client.graph.Graph`, awaited."""

from collections.abc import Awaitable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from contentgraph.client import (
    asking,
    challenges,
    counting,
    erasing,
    explaining,
    inviting,
    recording,
    reviewing,
    sessions,
    spreading,
    trends,
    waves,
)
from contentgraph.client.catching_up import ASK_S, FRESH_S
from contentgraph.client.feeds import Feeds, bound
from contentgraph.client.recording import Told
from contentgraph.client.results import (
    Challenge,
    ChallengeFor,
    CreatorFor,
    Erased,
    Explanation,
    Feed,
    Hour,
    Invitation,
    Journey,
    Overruled,
    Recorded,
    Stats,
    Suggestion,
    Takedown,
    Trend,
    Waiting,
)
from contentgraph.client.serving import Served
from contentgraph.client.sessions import ANONYMOUS_HOURS, REMEMBERED, Sitting
from contentgraph.client.suggesting import Slate, Wish
from contentgraph.cypher import clock
from contentgraph.cypher.async_database import AsyncDatabase
from contentgraph.cypher.installation import opening
from contentgraph.cypher.manners import CONNECT_S
from contentgraph.errors import Refused, Unreachable
from contentgraph.graph.campaign import SMALL, Report

if TYPE_CHECKING:
    import networkx as nx

    from contentgraph.graph.lineage import Lineage


class AsyncGraph:
    """An open graph; :func:`contentgraph.connect_async` makes one. For the tasks of one event loop.

    Each method answers as the one of that name of :class:`~contentgraph.client.graph.Graph`.
    """

    def __init__(
        self,
        database: AsyncDatabase,
        *,
        snapshot: Served | None = None,
        timeout: float | None = None,
        fresh: float = FRESH_S,
    ) -> None:
        self._database = database
        self._feeds = Feeds(snapshot, fresh=fresh)
        self._timeout = bound(timeout, None)

    async def checked(self) -> Self:
        """The graph, if this package can work with its schema; with a snapshot also while Neo4j is away.

        Raises:
            SchemaError: the store has no contentgraph schema, or one of another version.
            Unreachable: Neo4j does not answer, and there is no snapshot; or it refuses us.
        """
        target, alone = self._database.target, self._feeds.served is not None
        try:
            await self._database.answer(opening(target), CONNECT_S if alone else None)
        except Refused:
            raise
        except Unreachable:
            if not alone:
                raise
            self._database.first.put(lambda: opening(target))
        return self

    @property
    def now(self) -> Awaitable[int]:
        """See :attr:`Graph.now`; to be awaited."""
        return self._database.answer(clock.now())

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
        seconds = bound(timeout, self._timeout)
        current = await caught_up(self._database, self._feeds, wish.user, seconds)
        ready = self._feeds.ready(wish, degraded=not current)
        if ready is not None:
            return ready
        slate, degraded = await in_time(self._database, self._feeds, wish, seconds)
        return slate.feed(degraded=degraded)

    def refresh(self) -> bool:
        """See :meth:`Graph.refresh`; it reads a file, and is not to be awaited."""
        return self._feeds.refresh()

    async def session(self, user: str, *, remember: int = REMEMBERED, timeout: float | None = None) -> "AsyncSession":
        """See :meth:`Graph.session`."""
        try:
            found = await self._database.answer(
                sessions.sitting(self._feeds, user, remember=remember), bound(timeout, self._timeout)
            )
        except Unreachable as error:
            found = sessions.left(self._feeds, user, error, remember=remember)
        return AsyncSession(self._database, found, self._timeout)

    async def anonymous(
        self,
        *,
        country: str | None = None,
        languages: Iterable[str] = (),
        hours: float = ANONYMOUS_HOURS,
        remember: int = REMEMBERED,
        now: int | None = None,
        timeout: float | None = None,
    ) -> "AsyncSession":
        """See :meth:`Graph.anonymous`."""
        found = sessions.anonymous(
            self._feeds, country=country, languages=tuple(languages), hours=hours, remember=remember, now=now
        )
        opened = await self._database.answer(found, bound(timeout, self._timeout))
        return AsyncSession(self._database, opened, self._timeout)

    async def trending(
        self,
        kind: str,
        *,
        country: str | None = None,
        language: str | None = None,
        hours: int | None = None,
        window: str | None = None,
        limit: int = 10,
        user: str | None = None,
    ) -> list[Trend]:
        """See :meth:`Graph.trending`."""
        span = trends.span(hours, window)
        return await self._database.answer(
            trends.trending(kind, country=country, language=language, hours=span, limit=limit, user=user)
        )

    async def pulse(
        self, kind: str, entity: str, *, country: str | None = None, language: str | None = None
    ) -> list[Hour]:
        """See :meth:`Graph.pulse`."""
        return await self._database.answer(trends.pulse(kind, entity, country=country, language=language))

    async def awaiting_review(self, kind: str, limit: int = 50) -> list[Waiting]:
        """See :meth:`Graph.awaiting_review`."""
        return await self._database.answer(reviewing.awaiting(kind, limit))

    async def review(self, kind: str, entity: str, *, approved: bool, by: str, at: int) -> None:
        """See :meth:`Graph.review`."""
        await self._database.answer(reviewing.decide(kind, entity, approved=approved, by=by, at=at))

    async def set_review(self, on: bool) -> None:
        """See :meth:`Graph.set_review`."""
        await self._database.answer(reviewing.switch(on))

    async def challenge(self, challenge: str, *, user: str | None = None) -> Challenge:
        """See :meth:`Graph.challenge`."""
        return await self._database.answer(challenges.show(challenge, user=user))

    async def create_challenge(
        self,
        challenge: str,
        *,
        title: str,
        by: str | None = None,
        description: str | None = None,
        rules: str | None = None,
        charity: bool = False,
        hashtags: Sequence[str] = (),
        sounds: Sequence[str] = (),
        sponsors: Sequence[str] = (),
        starts_at: int | None = None,
        ends_at: int | None = None,
        now: int | None = None,
    ) -> None:
        """See :meth:`Graph.create_challenge`."""
        await self._database.answer(challenges.create(
            challenge, title=title, by=by, description=description, rules=rules, charity=charity,
            hashtags=hashtags, sounds=sounds, sponsors=sponsors, starts_at=starts_at, ends_at=ends_at, now=now,
        ))  # fmt: skip

    async def close_challenge(self, challenge: str, *, now: int | None = None) -> None:
        """See :meth:`Graph.close_challenge`."""
        await self._database.answer(challenges.close(challenge, now=now))

    async def take_up(
        self, challenge: str, video: str, *, with_user: str | None = None, now: int | None = None
    ) -> None:
        """See :meth:`Graph.take_up`."""
        await self._database.answer(challenges.take_up(challenge, video, with_user=with_user, now=now))

    async def invite(self, video: str, user: str, *, now: int | None = None) -> None:
        """See :meth:`Graph.invite`."""
        await self._database.answer(inviting.invite(video, user, now=now))

    async def uninvite(self, video: str, user: str) -> None:
        """See :meth:`Graph.uninvite`."""
        await self._database.answer(inviting.uninvite(video, user))

    async def invitations(self, user: str, limit: int = 20) -> list[Invitation]:
        """See :meth:`Graph.invitations`."""
        return await self._database.answer(inviting.invitations(user, limit))

    async def accept(self, user: str, video: str, *, now: int | None = None) -> None:
        """See :meth:`Graph.accept`."""
        await self._database.answer(inviting.accept(user, video, now=now))

    async def decline(self, user: str, video: str, *, now: int | None = None) -> None:
        """See :meth:`Graph.decline`."""
        await self._database.answer(inviting.decline(user, video, now=now))

    async def challenges_for(self, user: str, limit: int = 10) -> list[ChallengeFor]:
        """See :meth:`Graph.challenges_for`."""
        return await self._database.answer(challenges.challenges_for(user, limit))

    async def creators_for(
        self, challenge: str | None = None, *, brand: str | None = None, limit: int = 20
    ) -> list[CreatorFor]:
        """See :meth:`Graph.creators_for`."""
        return await self._database.answer(challenges.creators_for(challenge, brand, limit))

    async def lineage(self, challenge: str, *, user: str | None = None) -> "Lineage":
        """See :meth:`Graph.lineage`."""
        return await self._database.answer(spreading.lineage(challenge, user=user))

    async def campaign(self, challenge: str, *, small: int = SMALL) -> Report:
        """See :meth:`Graph.campaign`."""
        return await self._database.answer(spreading.campaign(challenge, small=small))

    async def hold_back(self, challenge: str, share: float) -> None:
        """See :meth:`Graph.hold_back`."""
        await self._database.answer(spreading.hold_back(challenge, share))

    async def explain(self, user: str, video: str, *, language: str = "en") -> Explanation:
        """See :meth:`Graph.explain`."""
        return await self._database.answer(explaining.explain(user, video, language=language))

    async def record(
        self, event: Told | Iterable[Told], *, now: int | None = None, timeout: float | None = None
    ) -> Recorded:
        """See :meth:`Graph.record`."""
        events = recording.checked(event, now)
        recorded = await self._database.answer(recording.record(events), bound(timeout, None))
        self._feeds.told(events)
        return recorded

    async def shown(self, user: str, suggestions: Iterable[Suggestion], *, now: int | None = None) -> int:
        """See :meth:`Graph.shown`."""
        told = suggestions if isinstance(suggestions, Feed) else list(suggestions)
        count = await self._database.answer(waves.shown(user, told, now=now))
        self._feeds.seen(user, told)
        return count

    async def journey(self, video: str) -> Journey:
        """See :meth:`Graph.journey`."""
        return await self._database.answer(waves.journey(video))

    async def takedown(
        self, video: str, *, countries: Iterable[str] = (), reason: str | None = None, now: int | None = None
    ) -> Takedown:
        """See :meth:`Graph.takedown`."""
        where = erasing.countries_of(countries)
        found = await self._database.answer(erasing.takedown(video, countries=where, reason=reason, now=now))
        self._feeds.withdraw([video], where)
        return found

    async def restore(self, video: str, *, countries: Iterable[str] = ()) -> bool:
        """See :meth:`Graph.restore`."""
        where = erasing.countries_of(countries)
        shown = await self._database.answer(erasing.restore(video, countries=where))
        if shown or where:
            self._feeds.readmit(video, where)
        return shown

    async def overrule(self, video: str, *, by: str, now: int | None = None) -> Overruled:
        """See :meth:`Graph.overrule`."""
        return await self._database.answer(reviewing.overrule(video, by=by, now=now))

    async def erase_user(self, user: str, *, keep_videos: bool = False, now: int | None = None) -> Erased:
        """See :meth:`Graph.erase_user`."""
        hidden = await self._database.answer(erasing.hide_user(user, keep_videos=keep_videos, now=now))
        self._feeds.forget(user)
        self._feeds.withdraw(hidden)
        return await self._database.answer(erasing.erase_user(user, keep_videos=keep_videos))

    async def erase_video(self, video: str, *, now: int | None = None) -> Erased:
        """See :meth:`Graph.erase_video`."""
        self._feeds.withdraw(await self._database.answer(erasing.hide_video(video, now=now)))
        return await self._database.answer(erasing.erase_video(video))

    async def lift_erasure(self, kind: Literal["user", "video"], name: str) -> bool:
        """See :meth:`Graph.lift_erasure`."""
        return await self._database.answer(erasing.lift(kind, name))

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
        wish, seconds = self._sitting.wish(limit, explore, topic, language, seed), bound(timeout, self._timeout)
        current = await caught_up(self._database, self._sitting.feeds, wish.user, seconds)
        slate, degraded = await in_time(self._database, self._sitting.feeds, wish, seconds)
        return self._sitting.showed(slate, degraded=degraded or not current)

    async def record(
        self, event: Told | Iterable[Told], *, now: int | None = None, timeout: float | None = None
    ) -> Recorded:
        """See :meth:`Session.record`."""
        return await self._database.answer(self._sitting.record(event, now), bound(timeout, None))

    async def merge_into(self, account: str) -> int:
        """See :meth:`Session.merge_into`."""
        return await self._database.answer(self._sitting.merge_into(account))


async def caught_up(database: AsyncDatabase, feeds: Feeds, user: str, timeout: float | None) -> bool:
    """See :func:`contentgraph.client.sessions.caught_up`."""
    if not feeds.due(user):
        return feeds.current(user)
    try:
        await database.answer(feeds.catch_up(user), min(timeout or ASK_S, ASK_S))
    except Refused:
        raise
    except Unreachable:
        feeds.silent()
        return False
    return True


async def in_time(database: AsyncDatabase, feeds: Feeds, wish: Wish, timeout: float | None) -> tuple[Slate, bool]:
    """See :func:`contentgraph.client.sessions.in_time`."""
    ready = feeds.slate(wish)
    if ready is not None:
        return ready, False
    try:
        return await database.answer(feeds.steps(wish), timeout), False
    except Refused:
        raise
    except Unreachable:
        left = feeds.late(wish)
        if timeout is None and not left:
            raise
        return left, True
