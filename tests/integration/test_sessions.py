"""Sessions with and without an account on a real Neo4j: nothing repeats, nothing told is lost, nothing counts twice."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import contentgraph
from contentgraph.client import Graph, Served
from contentgraph.client.suggesting import Wish
from contentgraph.cypher import Database, Record, Target
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.duplicates import copy_keys
from contentgraph.graph.ranking import Candidate
from contentgraph.loaders import expired
from contentgraph.loaders.digest import digest
from contentgraph.loaders.expired import drop_expired
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.server import Connection

NOW = 1_793_491_200_000
VIEWER = "u00"


@pytest.fixture
def database(neo4j_server: Connection, fill: Callable[..., None], world: Any) -> Iterator[Database]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    with Database(target) as opened:
        fill(opened, world)
        yield opened


@pytest.fixture
def graph(neo4j_server: Connection, database: Database) -> Iterator[Graph]:
    with contentgraph.connect(neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password) as opened:
        yield opened


def test_feeds_of_a_session_never_repeat_a_video(graph: Graph) -> None:
    session = graph.session(VIEWER)
    shown = [item.video_id for _ in range(3) for item in session.suggest(10)]
    assert len(shown) == 30
    assert len(set(shown)) == 30
    assert session.suggest(10)[0].video_id not in shown


def test_what_a_session_no_longer_remembers_comes_again(graph: Graph) -> None:
    session = graph.session(VIEWER, remember=0)
    assert [item.video_id for item in session.suggest(5)] == [item.video_id for item in session.suggest(5)]
    with pytest.raises(UsageError, match="remember"):
        graph.session(VIEWER, remember=-1)


def test_when_all_was_shown_it_comes_again_the_longest_ago_first(
    graph: Graph, database: Database, neo4j_server: Connection, tmp_path: Path, world: Any
) -> None:
    """Or its near-duplicate, in every way of serving: no feed is empty while there is a video that she may see."""
    write_snapshot(database, tmp_path / "snapshot")

    async def sitting() -> list[list[str]]:
        signed = {"user": neo4j_server.user, "password": neo4j_server.password}
        async with await contentgraph.connect_async(neo4j_server.uri, **signed) as opened:
            session = await opened.session(VIEWER, remember=1_000)
            return [ids(await session.suggest(limit)) for limit in (1_000, 15, 15)]

    told = [asyncio.run(sitting())]
    for way in (graph, Graph(database, snapshot=Served(tmp_path / "snapshot"))):
        session = way.session(VIEWER, remember=1_000)
        told.append([ids(session.suggest(limit)) for limit in (1_000, 15, 15)])
    cards = {row["videoId"]: row for row in database.read("cards", userId=VIEWER, ids=sorted(world.videos))}
    like = {
        video: {video, *copy_keys(card["sameSound"], card["caption"], card["origin"])} for video, card in cards.items()
    }
    for every, first, second in told:
        assert len(set(every)) == len(every) > 30
        assert len(first) == len(second) == 15
        assert all(like[one] & like[other] for one, other in zip(first + second, every, strict=False))


def test_beside_what_a_session_remembers_there_are_as_many_candidates_as_without() -> None:
    shown = [Candidate(f"v{place}", 1.0, {}) for place in range(2_000)]
    wishes = [Wish.of("u", 20, explore=0.0, topic=None, language="en", seed=None, shown=some) for some in ((), shown)]
    assert [wish.pool for wish in wishes] == [100, 2_100]


def ids(feed: Any) -> list[str]:
    return [each.video_id for each in feed]


def test_an_anonymous_session_gets_a_feed_and_adapts_from_the_first_event(graph: Graph) -> None:
    session = graph.anonymous(languages=["en"])
    first = session.suggest(10)
    assert len(first) == 10
    before = {source for item in first for source, part in item.parts.items() if part > 0.0}
    assert before == {"popular", "local", "trending"}
    session.record({"kind": "completion", "videoId": first[0].video_id, "at": NOW})
    after = session.suggest(10)
    assert any(part > 0.0 for item in after for source, part in item.parts.items() if source not in before)
    assert first[0].video_id not in [item.video_id for item in after]


def test_merging_gives_what_the_account_had_been_told_itself(
    graph: Graph, database: Database, fill: Callable[..., None], world: Any
) -> None:
    """Whoever told it, and whatever both told: the facts equal those of one person, by digest."""
    videos = sorted(video for video in world.videos if (VIEWER, video) not in world.engaged)[:3]
    told = [
        {"kind": "view", "videoId": videos[0], "watchedMs": 7_000, "at": NOW - 5},
        {"kind": "like", "videoId": videos[0], "at": NOW - 4},
        {"kind": "share", "videoId": videos[1], "at": NOW - 3},
        {"kind": "follow", "targetId": "u05", "at": NOW - 2},
        {"kind": "hide", "videoId": videos[2], "at": NOW - 1},
        {"kind": "hide", "soundId": "s1", "at": NOW - 1},
        {"kind": "hide", "hashtag": "tag1", "at": NOW - 1},
        {"kind": "report", "targetId": "u06", "at": NOW, "reason": "spam"},
        {"kind": "block", "targetId": VIEWER, "at": NOW},
    ]
    both = {"kind": "view", "videoId": videos[0], "watchedMs": 9_000, "at": NOW - 50}
    graph.record([{**one, "userId": VIEWER} for one in (both, *told[:-1])], now=NOW)
    expected = digest(database)
    fill(database, world)
    graph.record({**both, "userId": VIEWER}, now=NOW)
    session = graph.anonymous()
    name = session.user
    session.record(told, now=NOW)
    assert session.merge_into(VIEWER) == 2
    assert digest(database) == expected
    assert session.user == VIEWER
    with pytest.raises(NotFound, match=name):
        graph.suggest(name)
    with pytest.raises(UsageError, match="has an account"):
        session.merge_into(VIEWER)


def test_merging_carries_over_what_was_shown_and_doubles_nothing(graph: Graph, database: Database) -> None:
    """With its propensity, as a test or not; of two exposures to one video the earlier one that was not held back."""
    session = graph.anonymous()
    name, feed = session.user, session.suggest(10)
    graph.shown(name, feed, now=NOW + 10)
    graph.shown(VIEWER, [feed[0]], now=NOW)
    graph.shown(VIEWER, [feed[1]], now=NOW + 99)
    held = {"userId": VIEWER, "videoId": feed[3].video_id, "at": NOW, "slot": 1, "propensity": 1.0}
    database.write("put_withheld", rows=[held])
    tested = {"wave": 2, "propensity": 0.25, "pool": 9, "pending": NOW + 10, "assignedAt": NOW - 5}
    with database._session("WRITE") as opened:
        match = "MATCH (:User {id: $user})-[r:SHOWN]->(v:Video) "
        opened.run(match + "WHERE v.id = $video SET r += $tested", user=name, video=feed[2].video_id, tested=tested)
        before = opened.run("MATCH ()-[r:SHOWN]->() RETURN count(r)").single(strict=True)[0]
        assert before == 13
        session.merge_into(VIEWER)
        rows = opened.run(match + "RETURN v.id AS video, properties(r) AS shown", user=VIEWER).data()
        found = {row["video"]: row["shown"] for row in rows}
        assert set(found) == {each.video_id for each in feed}
        assert opened.run("MATCH ()-[r:SHOWN]->() RETURN count(r)").single(strict=True)[0] == 10
    one, other, test, real, *rest = (found[each.video_id] for each in feed)
    assert [one["at"], other["at"], real["at"]] == [NOW, NOW + 10, NOW + 10]
    assert real["source"] != "control"
    assert test.items() >= tested.items()
    assert [shown["propensity"] for shown in rest] == [1.0] * 6


def test_a_night_forgets_the_sessions_that_ended_and_no_others(graph: Graph, database: Database) -> None:
    ended, later = graph.anonymous(hours=1.0, now=1_600_000_000_000), graph.anonymous()
    assert drop_expired(database, time.time_ns() // 1_000_000) == 1
    with pytest.raises(NotFound, match="no user"):
        graph.suggest(ended.user)
    assert later.suggest(3)


def test_sessions_that_ended_are_forgotten_some_at_a_time(
    graph: Graph, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their nodes and edges, however many they are; one that is larger than that goes by itself."""
    for likes in (2, 0, 9, 1, 2):
        session = graph.anonymous()
        if likes:
            events = [{"kind": "like", "videoId": f"v{place:03d}", "at": NOW} for place in range(1, likes + 1)]
            session.record(events, now=NOW)
    wrote: list[int] = []
    write = database.write

    def counted(name: str, **params: Any) -> list[Record]:
        rows = write(name, **params)
        wrote.append(rows[0]["users"])
        return rows

    monkeypatch.setattr(database, "write", counted)
    monkeypatch.setattr(expired, "SIZE", 6)
    before, later = database.read("size")[0], time.time_ns() // 1_000_000 + 10**10
    assert drop_expired(database, later) == sum(wrote) == 5
    assert 3 <= len(wrote) <= 5
    after = database.read("size")[0]
    gone = {name: before[name] - after[name] for name in ("nodes", "relationships")}
    assert gone == {"nodes": 5, "relationships": 14}
    assert drop_expired(database, later) == 0


def test_a_session_that_ended_by_the_clock_is_refused_before_any_night(graph: Graph) -> None:
    session = graph.anonymous(hours=1.0, now=1_600_000_000_000)
    with pytest.raises(NotFound, match="ended"):
        session.suggest(3)
    with pytest.raises(NotFound, match="ended"):
        session.record({"kind": "like", "videoId": "v001", "at": NOW})


def test_only_its_own_events_and_only_an_anonymous_session_without_an_account(graph: Graph) -> None:
    session = graph.session(VIEWER)
    with pytest.raises(UsageError, match="u05"):
        session.record({"userId": "u05", "kind": "like", "videoId": "v001"})
    one, other = graph.anonymous(), graph.anonymous()
    with pytest.raises(UsageError, match="anonymous too"):
        one.merge_into(other.user)
    with pytest.raises(NotFound):
        one.merge_into("nobody")
    for wrong in ({"hours": 0.0}, {"hours": True}, {"country": "Nowhere"}, {"languages": ["not a language"]}):
        with pytest.raises(UsageError):
            graph.anonymous(**wrong)


def test_an_anonymous_viewer_gets_what_a_minor_may_see(graph: Graph, world: Any) -> None:
    session = graph.anonymous()
    adult = {name for name, video in world.videos.items() if video.get("rating") == "adult"}
    assert adult
    assert not adult & {item.video_id for item in session.suggest(1000)}
