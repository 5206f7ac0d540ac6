"""The asynchronous client beside the blocking one, and both when Neo4j is late: a proxy that can fall silent."""

import asyncio
import gc
import inspect
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import contentgraph
from contentgraph.client import AsyncGraph, AsyncSession, Graph, Served, Session
from contentgraph.client.withdrawn import LOOK_S
from contentgraph.cypher import Database, Target, read
from contentgraph.errors import NotFound, Refused, Unreachable, UsageError
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.server import Connection

NOW = 1_793_491_200_000


class Proxy:
    """A port in front of Neo4j; ``talks`` cleared, it holds every byte back, connections stay open."""

    def __init__(self, port: int) -> None:
        self.talks = threading.Event()
        self.talks.set()
        self._behind = port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._behind))
            self._open += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                self.talks.wait()
                sink.sendall(data)
        except OSError:
            pass
        finally:
            sink.close()

    def close(self) -> None:
        self.talks.set()
        self._listener.close()

    def go_away(self) -> None:
        """Nobody answers any more, and who was connected hears so."""
        for each in (self._listener, *self._open):
            with suppress(OSError):  # closed already
                each.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def filled(neo4j_server: Connection, fill: Callable[..., None], world: Any) -> Iterator[Database]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    with Database(target) as opened:
        fill(opened, world)
        yield opened


@pytest.fixture
def proxy(neo4j_server: Connection) -> Iterator[Proxy]:
    found = Proxy(int(neo4j_server.uri.rsplit(":", 1)[1]))
    yield found
    found.close()


def credentials(server: Connection) -> dict[str, Any]:
    return {"user": server.user, "password": server.password}


def ids(feed: Any) -> list[str]:
    return [each.video_id for each in feed]


def whole(ask: Callable[[], Any]) -> bool:
    """Whether a feed is no longer degraded within the minute, on whatever machine."""
    ends = time.monotonic() + 60.0
    while (late := ask().degraded) and time.monotonic() < ends:
        time.sleep(0.2)
    return not late


@pytest.mark.parametrize(("one", "other"), [(Graph, AsyncGraph), (Session, AsyncSession)])
def test_both_clients_have_the_same_methods(one: type, other: type) -> None:
    """Names, parameters and defaults; only what is awaited differs."""
    names = {name for name in vars(one) if not name.startswith("_")}
    assert names == {name for name in vars(other) if not name.startswith("_")} - {"checked"}
    for name in names:
        mine, theirs = inspect.getattr_static(one, name), inspect.getattr_static(other, name)
        if not isinstance(mine, property):
            assert inspect.signature(mine).parameters == inspect.signature(theirs).parameters, name


def test_the_asynchronous_client_answers_as_the_blocking_one(
    neo4j_server: Connection, filled: Database, world: Any
) -> None:
    """Every method, on the same graph; ten feeds at once."""
    users = [user for user in world.users if not world.users[user].get("removedAt")][:10]
    uri, signed = neo4j_server.uri, credentials(neo4j_server)

    async def ask() -> dict[str, Any]:
        async with await contentgraph.connect_async(uri, **signed, pool=4) as graph:
            feeds = await asyncio.gather(*(graph.suggest(user, 15) for user in users))
            first = feeds[0][0].video_id
            with pytest.raises(NotFound):
                await graph.suggest("nobody")
            with pytest.raises(UsageError):
                await graph.trending("planet")
            around = await graph.to_networkx(("user", users[0]), hops=1)
            return {
                "feeds": feeds,
                "now": await graph.now,
                "trending": await graph.trending("challenge", country="fr", window="1d"),
                "pulse": await graph.pulse("hashtag", "tag1"),
                "explain": await graph.explain(users[0], first),
                "stats": await graph.stats(),
                "example": await graph.example_users(3, 5),
                "around": sorted(around.edges(keys=True)),
            }

    told = asyncio.run(ask())
    with contentgraph.connect(uri, **signed) as graph:
        assert told["feeds"] == [graph.suggest(user, 15) for user in users]
        assert told["now"] == graph.now == NOW
        assert told["trending"] == graph.trending("challenge", country="fr", window="1d")
        assert told["pulse"] == graph.pulse("hashtag", "tag1")
        assert told["explain"] == graph.explain(users[0], told["feeds"][0][0].video_id)
        assert told["stats"] == graph.stats()
        assert told["example"] == graph.example_users(3, 5)
        assert told["around"] == sorted(graph.to_networkx(("user", users[0]), hops=1).edges(keys=True))


def test_an_asynchronous_session_adapts_and_merges(
    neo4j_server: Connection, filled: Database, fill: Callable[..., None], world: Any
) -> None:
    """Recorded events leave the next feed; an anonymous sitting becomes an account's."""

    async def sitting() -> None:
        async with await contentgraph.connect_async(neo4j_server.uri, **credentials(neo4j_server)) as graph:
            session = await graph.anonymous(country="FR", languages=["fr"])
            first = await session.suggest(5)
            assert not first.degraded
            await session.record({"kind": "view", "videoId": first[0].video_id, "watchedMs": 600_000})
            second = await session.suggest(5)
            assert not set(ids(first)) & set(ids(second))
            assert await session.merge_into("u00") == 1
            assert session.user == "u00"
            assert first[0].video_id not in ids(await graph.suggest("u00", 100))
            known = await graph.session("u00", remember=5)
            assert len(await known.suggest(5)) == 5

    asyncio.run(sitting())
    fill(filled, world)


def test_a_silent_neo4j_gives_the_last_feed_in_time(neo4j_server: Connection, filled: Database, proxy: Proxy) -> None:
    """Blocking: her last feed, marked; nothing for a stranger, whose blocks are not known; afterwards as before."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    with contentgraph.connect(uri, **credentials(neo4j_server), timeout=20.0) as graph:
        good = graph.suggest("u00", 10)
        assert len(good) == 10
        assert not good.degraded
        proxy.talks.clear()
        began = time.monotonic()
        late, stranger = graph.suggest("u00", 5, timeout=0.3), graph.suggest("u04", 5, timeout=0.3)
        assert time.monotonic() - began < 5.0
        assert late.degraded
        assert ids(late) == ids(good)[:5]
        assert stranger.degraded
        assert stranger == []
        proxy.talks.set()
        assert ids(graph.suggest("u00", 10)) == ids(good)


def test_a_silent_neo4j_does_not_hold_up_a_loop(neo4j_server: Connection, filled: Database, proxy: Proxy) -> None:
    """Asynchronous: the same, and other tasks go on meanwhile."""
    uri = f"bolt://127.0.0.1:{proxy.port}"

    async def ask() -> None:
        async with await contentgraph.connect_async(uri, **credentials(neo4j_server), timeout=20.0) as graph:
            good = await graph.suggest("u00", 10)
            assert not good.degraded
            proxy.talks.clear()
            late, stranger = await asyncio.gather(
                graph.suggest("u00", 5, timeout=0.3), graph.suggest("u04", 5, timeout=0.3)
            )
            assert late.degraded
            assert ids(late) == ids(good)[:5]
            assert stranger.degraded
            assert stranger == []
            proxy.talks.set()
            assert ids(await graph.suggest("u00", 10)) == ids(good)

    asyncio.run(ask())


def test_nothing_kept_shows_what_was_hidden_or_blocked_since(
    neo4j_server: Connection, filled: Database, proxy: Proxy, fill: Callable[..., None], world: Any
) -> None:
    """What is kept loses what its viewer recorded on, hid, blocked, reported, and videos of creators who block her."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    with contentgraph.connect(uri, **credentials(neo4j_server), timeout=20.0) as graph:
        good = graph.suggest("u00", 20)
        maker, blocker, reported = list(dict.fromkeys(each.creator_ids[0] for each in good[1:]))[:3]
        at = NOW + 1000
        graph.record({"userId": "u00", "kind": "hide", "videoId": good[0].video_id, "at": at}, now=at)
        graph.record({"userId": "u00", "kind": "block", "targetId": maker, "at": at}, now=at)
        graph.record({"userId": blocker, "kind": "block", "targetId": "u00", "at": at}, now=at)
        graph.record({"userId": "u00", "kind": "report", "targetId": reported, "at": at}, now=at)
        proxy.talks.clear()
        late = graph.suggest("u00", 20, timeout=0.3)
        proxy.talks.set()
    assert late.degraded
    assert not {maker, blocker, reported} & {maker for each in late for maker in each.creator_ids}
    assert good[0].video_id not in ids(late)
    assert len(late) == 20, "others of her candidates take their places"
    fill(filled, world)


def test_a_session_goes_on_by_the_candidates_that_it_was_read(
    neo4j_server: Connection, filled: Database, proxy: Proxy, fill: Callable[..., None], world: Any
) -> None:
    """Marked, while Neo4j is silent: what it has not shown yet, then what it showed longest ago; in both clients."""
    # So much popular part that the first cards settle no slate: all of her candidates are looked up, and kept.
    filled.write("put_settings", properties={"weightPopular": 0.3})
    uri = f"bolt://127.0.0.1:{proxy.port}"

    async def sitting() -> list[Any]:
        async with await contentgraph.connect_async(uri, **credentials(neo4j_server), timeout=20.0) as graph:
            session = await graph.session("u00")
            feeds = [await session.suggest(10)]
            proxy.talks.clear()
            feeds += [await session.suggest(20, timeout=0.2) for _ in range(4)]
            proxy.talks.set()
            return feeds

    with contentgraph.connect(uri, **credentials(neo4j_server), timeout=20.0) as graph:
        session = graph.session("u00")
        feeds = [session.suggest(10)]
        proxy.talks.clear()
        feeds += [session.suggest(20, timeout=0.2) for _ in range(4)]
        proxy.talks.set()
    for told in (feeds, asyncio.run(sitting())):
        assert [each.degraded for each in told] == [False, True, True, True, True]
        assert [len(each) for each in told] == [10, 20, 20, 20, 20]
        shown = [video for feed in told for video in ids(feed)]
        assert 30 <= len(set(shown)) < 90, "the candidates of three slates are kept"
        assert len(set(shown[:30])) == 30
    fill(filled, world)


def test_without_a_timeout_a_late_neo4j_is_an_error(neo4j_server: Connection, filled: Database, proxy: Proxy) -> None:
    """Whom it matters to know gets to know."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    with contentgraph.connect(uri, **credentials(neo4j_server)) as graph:
        with pytest.raises(UsageError, match="above 0"):
            graph.suggest("u00", timeout=-1.0)
        proxy.talks.clear()
        with pytest.raises(Unreachable, match=r"within 0\.2 s"):
            graph._database.answer(read("settings"), timeout=0.2)
        proxy.talks.set()


def test_without_a_timeout_what_is_left_of_a_neo4j_that_is_away(
    neo4j_server: Connection, filled: Database, proxy: Proxy
) -> None:
    """Her own candidates, marked; of whom nothing is known it is an error, no empty feed. In both clients."""
    uri = f"bolt://127.0.0.1:{proxy.port}"

    async def sitting() -> list[Any]:
        async with await contentgraph.connect_async(uri, **credentials(neo4j_server)) as graph:
            with contentgraph.connect(uri, **credentials(neo4j_server)) as blocking:
                feeds = [blocking.suggest("u00", 10), await graph.suggest("u00", 10)]
                proxy.go_away()
                feeds += [blocking.suggest("u00", 10), await graph.suggest("u00", 10)]
                with pytest.raises(Unreachable):
                    blocking.suggest("u04", 10)
                with pytest.raises(Unreachable):
                    await graph.suggest("u04", 10)
            return feeds

    feeds = asyncio.run(sitting())
    assert [each.degraded for each in feeds] == [False, False, True, True]
    assert [len(each) for each in feeds] == [10] * 4


@pytest.mark.parametrize("warm", [False, True], ids=["handshake", "statement"])
def test_who_is_late_gives_the_pool_back(neo4j_server: Connection, proxy: Proxy, warm: bool) -> None:
    """When nobody waits any more, in a handshake or in a statement; what is left open warns."""

    def late() -> tuple[Database, threading.Thread]:
        with Database(Target(uri=f"bolt://127.0.0.1:{proxy.port}", **credentials(neo4j_server))) as opened:
            if warm:
                opened.read("settings")
            proxy.talks.clear()
            with pytest.raises(Unreachable):
                opened.answer(read("settings"), timeout=0.1)
            (thread,) = opened._late
        return opened, thread

    left, waiting = late()
    assert not left._driver._closed, "nobody closes what another thread reads from"
    proxy.talks.set()
    waiting.join(60.0)
    assert not waiting.is_alive()
    assert left._driver._closed
    del left, waiting
    gc.collect()


def test_a_graph_with_a_snapshot_serves_from_it(
    neo4j_server: Connection, filled: Database, proxy: Proxy, tmp_path: Path, fill: Callable[..., None], world: Any
) -> None:
    """Whom it knows is answered while Neo4j is silent, and is not degraded; who is newer gets what is for everyone."""
    write_snapshot(filled, tmp_path / "snapshot")
    uri = f"bolt://127.0.0.1:{proxy.port}"
    with contentgraph.connect(uri, **credentials(neo4j_server), timeout=20.0, snapshot=tmp_path / "snapshot") as graph:
        before = graph.suggest("u00", 10)
        at = NOW + 1000
        graph.record({"userId": "u00", "kind": "hide", "videoId": before[0].video_id, "at": at}, now=at)
        session, other = graph.anonymous(), graph.anonymous().user
        first = session.suggest(5)
        assert not first.degraded
        proxy.talks.clear()
        served = graph.suggest("u00", 10, timeout=0.3)
        own = session.suggest(5, timeout=0.3)
        newcomer = graph.suggest(other, 5, timeout=0.3)
        proxy.talks.set()
        assert not served.degraded
        assert before[0].video_id not in ids(served)
        assert own.degraded
        assert len({*ids(own), *ids(first)}) == 10, "of her own candidates"
        assert newcomer.degraded
        assert len(newcomer) == 5
        assert {world.videos[video]["rating"] for video in ids(newcomer)} == {"everyone"}
        graph._feeds._since._fresh = 0.0  # type: ignore[union-attr]
        proxy.talks.clear()
        began = time.monotonic()
        unknown = [graph.suggest(user, 10, timeout=0.3) for user in ("u00", "u04", "u05")]
        assert time.monotonic() - began < 0.9, "a silent Neo4j is waited for once"
        assert all(each.degraded for each in unknown), "what happened since is not known"
        assert ids(unknown[0]) == ids(served)
        proxy.talks.set()
        assert whole(lambda: graph.suggest("u00", 10))
        assert not graph.refresh()
        write_snapshot(filled, tmp_path / "snapshot")
        assert graph.refresh()
        assert ids(graph.suggest("u00", 10)) == ids(served)
    fill(filled, world)


def test_a_late_feed_after_a_merge_holds_to_what_is_known_of_her(
    neo4j_server: Connection, filled: Database, proxy: Proxy, tmp_path: Path, fill: Callable[..., None], world: Any
) -> None:
    """Neo4j alone has all of the account then. What the file has her seen, hidden and blocked, and what the session
    was told; her own candidates once there are any, but for what another process took down since."""
    path = tmp_path / "snapshot"
    write_snapshot(filled, path)
    uri = f"bolt://127.0.0.1:{proxy.port}"
    seen = {video for user, video in world.engaged if user == "u00"}
    with contentgraph.connect(uri, **credentials(neo4j_server), timeout=20.0, snapshot=path) as graph:
        visitor = graph.anonymous()
        maker = visitor.suggest(1)[0].creator_ids[0]
        visitor.record([{"kind": "block", "targetId": each, "at": NOW} for each in (maker, "u00")])
        visitor.merge_into("u00")
        proxy.talks.clear()
        late = graph.suggest("u00", 1_000, timeout=0.3)
        proxy.talks.set()
        own = graph.suggest("u00", 10)
        proxy.talks.clear()
        Served(path).withdraw([own[0].video_id])
        time.sleep(2 * LOOK_S)
        kept = graph.suggest("u00", 5, timeout=0.3)
        proxy.talks.set()
    assert late.degraded
    assert late
    assert not {*ids(late)} & (world.forbidden("u00") | seen)
    assert maker not in {each for item in late for each in item.creator_ids}
    assert not own.degraded
    assert kept.degraded
    assert ids(kept) == ids(own)[1:6]
    fill(filled, world)


def test_with_a_snapshot_a_process_comes_up_while_neo4j_is_away(
    neo4j_server: Connection, filled: Database, proxy: Proxy, tmp_path: Path
) -> None:
    """Its feeds are marked until Neo4j is back; a wrong password is an error, then or at once."""
    write_snapshot(filled, tmp_path / "snapshot")
    uri, given = f"bolt://127.0.0.1:{proxy.port}", {**credentials(neo4j_server), "snapshot": tmp_path / "snapshot"}
    wrong = {**given, "password": "not-the-one"}
    with pytest.raises(Refused), contentgraph.connect(uri, **wrong):
        pass

    async def refused() -> None:
        with pytest.raises(Refused):
            await contentgraph.connect_async(uri, **wrong)

    async def away() -> tuple[Any, Any]:
        async with await contentgraph.connect_async("bolt://127.0.0.1:1", **given) as graph:
            return await graph.suggest("u00", 10), await (await graph.session("u00")).suggest(10)

    asyncio.run(refused())
    proxy.talks.clear()
    with contentgraph.connect(uri, **given) as graph, contentgraph.connect(uri, **wrong) as mistaken:
        feed = graph.suggest("u00", 10)
        assert feed.degraded
        session = graph.session("u00", timeout=0.2)
        first, second = session.suggest(10), session.suggest(10)
        assert first.degraded
        assert second
        assert not set(ids(first)) & set(ids(second))
        with pytest.raises(Unreachable):
            graph.session("nobody", timeout=0.2)
        proxy.talks.set()
        assert whole(lambda: graph.suggest("u00", 10))
        with pytest.raises(Refused):
            mistaken.suggest("u00", 10)
    for told in asyncio.run(away()):
        assert told.degraded
        assert ids(told) == ids(feed)
    with pytest.raises(Unreachable), contentgraph.connect("bolt://127.0.0.1:1", **credentials(neo4j_server)):
        pass


def test_what_is_recorded_in_bounded_time_is_written_or_an_error(
    neo4j_server: Connection, filled: Database, proxy: Proxy, fill: Callable[..., None], world: Any
) -> None:
    """By graphs and sessions; told again it counts once. Nor is a session opened without end."""
    uri = f"bolt://127.0.0.1:{proxy.port}"

    async def ask() -> None:
        async with await contentgraph.connect_async(uri, **credentials(neo4j_server)) as graph:
            session = await graph.anonymous(timeout=20.0)
            proxy.talks.clear()
            for late in (
                graph.record({**event, "userId": "u00"}, now=at, timeout=0.2),
                session.record(event, now=at, timeout=0.2),
                graph.session("u00", timeout=0.2),
                graph.anonymous(timeout=0.2),
            ):
                with pytest.raises(Unreachable, match=r"within 0\.2 s"):
                    await late
            proxy.talks.set()

    with contentgraph.connect(uri, **credentials(neo4j_server)) as graph:
        at = NOW + 1000
        event = {"kind": "share", "videoId": graph.suggest("u00", 1)[0].video_id, "at": at}
        session = graph.anonymous(timeout=20.0)
        proxy.talks.clear()
        began = time.monotonic()
        for late in (
            lambda: graph.record({**event, "userId": "u00"}, now=at, timeout=0.2),
            lambda: session.record(event, now=at, timeout=0.2),
            lambda: graph.session("u00", timeout=0.2),
            lambda: graph.anonymous(timeout=0.2),
        ):
            with pytest.raises(Unreachable, match=r"within 0\.2 s"):
                late()
        assert time.monotonic() - began < 5.0
        proxy.talks.set()
        for _ in range(2):
            assert graph.record({**event, "userId": "u00"}, now=at, timeout=20.0).pairs == 1
        assert event["videoId"] not in ids(graph.suggest("u00", 100))
    asyncio.run(ask())
    fill(filled, world)
