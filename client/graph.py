"""The graph as Python sees it: ask it, tell it, take a piece of it away."""

from collections.abc import Iterable, Sequence
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
from contentgraph.client.catching_up import FRESH_S
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
from contentgraph.client.sessions import ANONYMOUS_HOURS, REMEMBERED, Session, caught_up, in_time
from contentgraph.client.suggesting import Wish
from contentgraph.cypher import Database, clock
from contentgraph.cypher.installation import opening
from contentgraph.cypher.manners import CONNECT_S
from contentgraph.errors import Refused, Unreachable
from contentgraph.graph.campaign import SMALL, Report

if TYPE_CHECKING:
    import networkx as nx

    from contentgraph.graph.lineage import Lineage


class Graph:
    """An open graph; :func:`contentgraph.connect` makes one. Safe to share between threads.

    Raises:
        SchemaError: on opening, when the store has no contentgraph schema, or one of another version.
        Unreachable: from any method, when Neo4j stops answering; on opening too, but with a snapshot, which then
            answers alone, and the schema is looked at once Neo4j is back.
    """

    def __init__(
        self,
        database: Database,
        *,
        snapshot: Served | None = None,
        timeout: float | None = None,
        fresh: float = FRESH_S,
    ) -> None:
        self._database = database
        self._feeds = Feeds(snapshot, fresh=fresh)
        self._timeout = bound(timeout, None)
        try:
            database.answer(opening(database.target), None if snapshot is None else CONNECT_S)
        except Refused:
            raise
        except Unreachable:
            if snapshot is None:
                raise
            database.first.put(lambda: opening(database.target))

    @property
    def now(self) -> int:
        """``now`` of the last night, epoch ms: the moment that feeds and trends speak of; 0 before the first."""
        return self._database.answer(clock.now())

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
        answered from it, with the test slots that were given out when it was written; Neo4j is asked what she did
        since, the first time and when it told that ``fresh`` seconds ago. Without its answer the feed is of what is
        known here, marked ``degraded``.

        ``timeout``: seconds in which there is an answer, for this call or given to :func:`connect`. If Neo4j is late
        or away it is what is left, marked ``degraded``: the best of her own candidates of the last hour, else what a
        snapshot has for her, or of whom it does not know what is popular and for everyone, else nothing. Without a
        ``timeout`` a slow Neo4j is waited for, and nothing is an error.

        Raises:
            NotFound: no such user, or she was removed.
            UsageError: a limit or share out of range, or a language in which no reasons are written.
            Unreachable: without a ``timeout``: Neo4j is away, and nothing is left.
        """
        wish = Wish.of(user, limit, explore=explore, topic=topic, language=language, seed=seed)
        seconds = bound(timeout, self._timeout)
        current = caught_up(self._database, self._feeds, wish.user, seconds)
        ready = self._feeds.ready(wish, degraded=not current)
        if ready is not None:
            return ready
        slate, degraded = in_time(self._database, self._feeds, wish, seconds)
        return slate.feed(degraded=degraded)

    def refresh(self) -> bool:
        """Open the snapshot's file again if another has taken its place; whether it has.

        Raises:
            SnapshotError: the new file cannot be used; the old one goes on being served.
        """
        return self._feeds.refresh()

    def session(self, user: str, *, remember: int = REMEMBERED, timeout: float | None = None) -> Session:
        """One sitting of ``user``: feeds that do not repeat each other, and events that count in the next one.

        An anonymous user's session goes on where another process left it. ``remember``: so many of the videos shown
        last make more of the same worth less, and are shown again only where nothing else is left, the longest ago
        first. ``timeout``: as of :meth:`suggest`; whom a snapshot knows gets a session without Neo4j.

        Raises:
            NotFound: no such user, or she was removed.
            UsageError: ``remember`` below 0.
        """
        try:
            found = self._database.answer(
                sessions.sitting(self._feeds, user, remember=remember), bound(timeout, self._timeout)
            )
        except Unreachable as error:
            found = sessions.left(self._feeds, user, error, remember=remember)
        return Session(self._database, found, self._timeout)

    def anonymous(
        self,
        *,
        country: str | None = None,
        languages: Iterable[str] = (),
        hours: float = ANONYMOUS_HOURS,
        remember: int = REMEMBERED,
        now: int | None = None,
        timeout: float | None = None,
    ) -> Session:
        """A session without an account: it adapts from the first event, and ends ``hours`` after ``now``.

        She is shown what a minor may see. ``Session.merge_into`` hands all that was told to an account; what is not
        merged is forgotten by the first night after the end. ``now`` is epoch ms, the wall clock unless given.
        ``timeout``: seconds in which it is open, or an error; given to :func:`connect` it holds here too.

        Raises:
            Unreachable: Neo4j did not open it in time.
            UsageError: hours not above 0, a country or a language that is no code.
        """
        found = sessions.anonymous(
            self._feeds, country=country, languages=tuple(languages), hours=hours, remember=remember, now=now
        )
        return Session(self._database, self._database.answer(found, bound(timeout, self._timeout)), self._timeout)

    def trending(
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
        """What moves: ``kind`` is challenge, hashtag, sound, video or creator; the answer is best first.

        Of the viewers in one ``country``, or of one ``language``, or without either of the world. The window is
        ``hours``, or ``window`` such as ``24h`` or ``7d``; 24 hours unless said. Computed are 1, 3, 6, 12, 24, 48, 72,
        168, 336 and 720 hours; the answer is of the shortest that holds the window, and says which. ``user`` gets what
        she may see; without one it is what anybody may. Every entry has a video that may be shown. Creators under 16,
        or of unknown age, are not named.

        Raises:
            NotFound: no such user.
            UsageError: an unknown kind, a country or language that is no code, both, or a window beyond 30 days.
        """
        span = trends.span(hours, window)
        return self._database.answer(
            trends.trending(kind, country=country, language=language, hours=span, limit=limit, user=user)
        )

    def awaiting_review(self, kind: str, limit: int = 50) -> list[Waiting]:
        """What trends and waits for a decision, best first. For staff: it names what may not be shown to everybody.

        Raises:
            UsageError: an unknown kind, or a limit out of range.
        """
        return self._database.answer(reviewing.awaiting(kind, limit))

    def review(self, kind: str, entity: str, *, approved: bool, by: str, at: int) -> None:
        """Decide on a trend: refused, it is in no list; approved, it may be, also in review mode. The newest holds.

        Raises:
            UsageError: an unknown kind, an ``at`` that is no epoch ms of the past, or a later decision says otherwise.
        """
        self._database.answer(reviewing.decide(kind, entity, approved=approved, by=by, at=at))

    def set_review(self, on: bool) -> None:
        """Review mode: nothing trends before a person approved it."""
        self._database.answer(reviewing.switch(on))

    def pulse(self, kind: str, entity: str, *, country: str | None = None, language: str | None = None) -> list[Hour]:
        """The hours of one challenge, hashtag, sound, topic or video (ids; a hashtag's name) that were not silent.

        Oldest first; days, where they are older than 35 days. Of the viewers in one ``country``, of one ``language``;
        None is the world, and every language. A video's are counted when asked, from its latest 100,000 engagements;
        the others are as of the last night or ``contentgraph pulse``. Empty where nothing is known, and for a hashtag,
        say, of a single video.

        Raises:
            UsageError: another kind, a country or language that is no code.
        """
        return self._database.answer(trends.pulse(kind, entity, country=country, language=language))

    def challenge(self, challenge: str, *, user: str | None = None) -> Challenge:
        """What a challenge asks, who stands behind it, and what came of it, as ``user`` or anybody may see it.

        A video is of it where a row says so (``challengeIds``), or where it carries a hashtag or sound that marks the
        challenge and was made between its dates; a hashtag in a caption is a hashtag. A video may answer several.

        Raises:
            NotFound: no such challenge that may be shown, or no such user.
        """
        return self._database.answer(challenges.show(challenge, user=user))

    def create_challenge(
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
        """Launch a challenge: a catalogue row told at ``now`` (epoch ms; the last night's unless given), its start.

        Raises:
            InvalidEvent: a value cannot be right.
            UsageError: there is one of that id, or a hashtag says nothing (``generic``), as ``foryou``.
        """
        self._database.answer(challenges.create(
            challenge, title=title, by=by, description=description, rules=rules, charity=charity,
            hashtags=hashtags, sounds=sounds, sponsors=sponsors, starts_at=starts_at, ends_at=ends_at, now=now,
        ))  # fmt: skip

    def close_challenge(self, challenge: str, *, now: int | None = None) -> None:
        """End it at ``now``: what is made later is not of it by its tags and sounds, and it is suggested no more.

        Raises:
            NotFound: no such challenge. UsageError: it has not begun.
        """
        self._database.answer(challenges.close(challenge, now=now))

    def take_up(self, challenge: str, video: str, *, with_user: str | None = None, now: int | None = None) -> None:
        """Say that ``video`` answers the challenge, beside those it answers already; ``with_user`` is invited, as
        :meth:`invite` says it. Both or neither is written.

        Raises:
            NotFound: no such challenge or video, or she cannot be invited. UsageError: the challenge is closed.
        """
        self._database.answer(challenges.take_up(challenge, video, with_user=with_user, now=now))

    def invite(self, video: str, user: str, *, now: int | None = None) -> None:
        """Invite ``user``, in the name of its author, to be a creator of ``video``; both count once she accepts.

        It lapses 30 days after ``now`` (epoch ms; the last night's unless given), unless told again. What she declined
        is not repeated for this video. Who is under 16 or of unknown age can be invited only where both follow each
        other, and by no brand; nobody where one blocks the other, or to what she may not see. Where any of that changes
        before she accepts, or somebody or the video is removed, there is no invitation.

        Raises:
            NotFound: no such video, or she cannot be invited; the sentence does not say why.
        """
        self._database.answer(inviting.invite(video, user, now=now))

    def uninvite(self, video: str, user: str) -> None:
        """Take an invitation back before it is answered; where there is none nothing changes."""
        self._database.answer(inviting.uninvite(video, user))

    def invitations(self, user: str, limit: int = 20) -> list[Invitation]:
        """The invitations that ``user`` may still accept, the newest first.

        Raises:
            NotFound: no such user.
        """
        return self._database.answer(inviting.invitations(user, limit))

    def accept(self, user: str, video: str, *, now: int | None = None) -> None:
        """Make ``user``, who was invited, a creator of ``video``; told again it changes nothing.

        Raises:
            NotFound: no invitation that she may still accept.
        """
        self._database.answer(inviting.accept(user, video, now=now))

    def decline(self, user: str, video: str, *, now: int | None = None) -> None:
        """Decline for good: ``user`` is not invited to ``video`` again. Told again it changes nothing.

        Raises:
            NotFound: she was not invited, or accepted.
        """
        self._database.answer(inviting.decline(user, video, now=now))

    def challenges_for(self, user: str, limit: int = 10) -> list[ChallengeFor]:
        """Running challenges that ``user`` has not joined, best first, each with videos that she may see.

        Raises:
            NotFound: no such user.
        """
        return self._database.answer(challenges.challenges_for(user, limit))

    def creators_for(
        self, challenge: str | None = None, *, brand: str | None = None, limit: int = 20
    ) -> list[CreatorFor]:
        """Creators who suit a challenge or a brand, best first; nobody under 16 or of unknown age.

        Raises:
            NotFound: no such challenge or brand. UsageError: not exactly one of them is given.
        """
        return self._database.answer(challenges.creators_for(challenge, brand, limit))

    def lineage(self, challenge: str, *, user: str | None = None) -> "Lineage":
        """How a challenge spread. Creators under 16 or of unknown age go by names of the moment.

        ``graph.lineage.to_networkx`` gives its tree, ``graph.pictures.spread_tree`` a picture.

        Raises:
            NotFound: no such challenge that may be shown, or no such user.
        """
        return self._database.answer(spreading.lineage(challenge, user=user))

    def campaign(self, challenge: str, *, small: int = SMALL) -> Report:
        """Reach, viewers, points a viewer and participation of a challenge, by country and age; lift where people were
        held back. No figure tells of fewer than ``small`` people.

        Raises:
            NotFound: no such challenge.
        """
        return self._database.answer(spreading.campaign(challenge, small=small))

    def hold_back(self, challenge: str, share: float) -> None:
        """Hold ``challenge`` back from a ``share`` of people (0 … 0.5; 0, as at first, ends it), drawn by a keyed hash.

        No feed of theirs carries its videos; ``shown`` notes where one would have stood, which is what
        :meth:`campaign` tells the lift from. A snapshot knows what was set when it was made. The lift compares
        those whose first time was while this share was held back: whom a feed showed one before it began is left out,
        as is who is shown the first after it ended. Another share begins anew.

        Raises:
            NotFound: no such challenge. UsageError: a share out of range.
        """
        self._database.answer(spreading.hold_back(challenge, share))

    def explain(self, user: str, video: str, *, language: str = "en") -> Explanation:
        """Why ``video`` is, or is not, suggested to ``user``: every path between them, with its part of the score.

        Raises:
            NotFound: no such user, or no such video that may be shown to her.
        """
        return self._database.answer(explaining.explain(user, video, language=language))

    def record(self, event: Told | Iterable[Told], *, now: int | None = None, timeout: float | None = None) -> Recorded:
        """Write an event, or several in one transaction: all or none; the next feed counts them.

        An event is a mapping with the fields of the native format (``userId``, ``kind``, ``videoId`` or ``targetId``,
        ``watchedMs`` of a view; ``at``, if absent, is ``now``) or an ``Event``. ``now`` is epoch ms, the wall clock
        unless given; an event later than ``now`` + 5 minutes is refused. Recording the same event again
        changes nothing, and one by one gives the same graph as the nightly loader. ``timeout``: seconds in which it is
        written, or an error; it is this call's alone, as what bounds a feed may be too short to write in.

        Raises:
            Unreachable: Neo4j did not say in time that it was written. It may be or not: tell it again.
            InvalidEvent: an event cannot be right; nothing was written.
            NotFound: it names an anonymous session that was merged, or ended and was forgotten.
            UsageError: not an event at all.
        """
        events = recording.checked(event, now)
        recorded = self._database.answer(recording.record(events), bound(timeout, None))
        self._feeds.told(events)
        return recorded

    def shown(self, user: str, suggestions: Iterable[Suggestion], *, now: int | None = None) -> int:
        """Note that a feed's ``suggestions`` were put before ``user`` at ``now`` (epoch ms): how many.

        Call it when they are put before her, and before what she does with them is recorded. Without ``now`` it is the
        latest event in the graph, or the last night's now where that is later. A new video's test counts from here:
        what she does within 24 hours, silence included; where an event from her slot was recorded before, from that
        one on. Of several exposures to a
        video the first stays, with its propensity and source: which one is the last depends on what came of those
        before. An event of a test slot's video whose source begins with ``wave`` notes it too. Of a ``Feed`` what it
        held back is noted too, with the source ``control``; it counts as not shown.

        Raises:
            NotFound: an anonymous session that was merged, or ended and was forgotten.
            UsageError: ``now`` is no epoch ms, or over 5 minutes later than the clock and all that the graph knows.
        """
        told = suggestions if isinstance(suggestions, Feed) else list(suggestions)
        count = self._database.answer(waves.shown(user, told, now=now))
        self._feeds.seen(user, told)
        return count

    def journey(self, video: str) -> Journey:
        """Where ``video`` stands in its waves, each wave's numbers, why it went on or stopped, and what was missing.

        Raises:
            NotFound: no such video.
        """
        return self._database.answer(waves.journey(video))

    def takedown(
        self, video: str, *, countries: Iterable[str] = (), reason: str | None = None, now: int | None = None
    ) -> Takedown:
        """Take ``video`` down: from this call on in no feed, list, trend or test, nor in this graph's snapshot.

        With ``countries`` (ISO 3166-1 alpha-2) only for viewers there and of unknown country; those of several calls
        add up. It is kept for :meth:`restore`. ``now`` is epoch ms, the wall clock unless given. Whatever else serves
        from the same snapshot file leaves it out within :data:`~contentgraph.client.withdrawn.LOOK_S`.

        Raises:
            NotFound: no such video.
            UsageError: a country that is none.
        """
        where = erasing.countries_of(countries)
        found = self._database.answer(erasing.takedown(video, countries=where, reason=reason, now=now))
        self._feeds.withdraw([video], where)
        return found

    def restore(self, video: str, *, countries: Iterable[str] = ()) -> bool:
        """Undo a takedown, with ``countries`` only that in those; whether ``video`` may be shown again there.

        False: the catalogue removed it, or told that it is withheld in one of them, or it is down everywhere.
        Feeds have it at once, or from the next night on where one ran meanwhile; so have ``FEATURED`` and trends.

        Raises:
            NotFound: no such video that was taken down, everywhere or in one of ``countries``.
            UsageError: a country that is none.
        """
        where = erasing.countries_of(countries)
        shown = self._database.answer(erasing.restore(video, countries=where))
        if shown or where:
            self._feeds.readmit(video, where)
        return shown

    def overrule(self, video: str, *, by: str, now: int | None = None) -> Overruled:
        """Decide that a rating which analysis proposed for ``video`` does not hold: what was told holds again.

        No later analysis proposes for it. ``by``: who decides; ``now`` is epoch ms, the wall clock unless given. A
        snapshot follows when it is written anew.

        Raises:
            NotFound: no such video.
        """
        return self._database.answer(reviewing.overrule(video, by=by, now=now))

    def erase_user(self, user: str, *, keep_videos: bool = False, now: int | None = None) -> Erased:
        """Remove ``user`` from the graph for good, with all that she did and all videos that are hers.

        Hers are those that she is the author or the only creator of; ``keep_videos`` leaves them, without a creator.
        Several erasures at once do not mix. It does not wait for a night: what one that is running read before, such as
        cells of pulses that she fed, is there until the next, and ``contentgraph erase user`` waits.
        An event or a row that names her later is refused. Files (snapshots, feeds made beforehand, rejects) are
        cleaned by ``contentgraph erase user``, which does this too. Told again, it goes on where it was interrupted.
        """
        hidden = self._database.answer(erasing.hide_user(user, keep_videos=keep_videos, now=now))
        self._feeds.forget(user)
        self._feeds.withdraw(hidden)
        return self._database.answer(erasing.erase_user(user, keep_videos=keep_videos))

    def erase_video(self, video: str, *, now: int | None = None) -> Erased:
        """Remove ``video`` from the graph for good; an event or row that names it later is refused."""
        self._feeds.withdraw(self._database.answer(erasing.hide_video(video, now=now)))
        return self._database.answer(erasing.erase_video(video))

    def lift_erasure(self, kind: Literal["user", "video"], name: str) -> bool:
        """Let an erased id come again, as of somebody else; ``kind`` is user or video. Whether it was erased."""
        return self._database.answer(erasing.lift(kind, name))

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
        see, nobody under 16 or of unknown age but herself, and of others neither what they watched nor whom they
        follow, unless it is her; around a user it is that user unless said. Without one it is for the owner's analysis:
        the videos that anybody may see, people of every age, and all that they did.

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
