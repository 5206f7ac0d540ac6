"""The Python client against a real Neo4j: what it answers, and that what is told changes the next answer."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import pytest

import contentgraph
from contentgraph.client import Graph
from contentgraph.cypher import Database, Target
from contentgraph.cypher.installation import SCHEMA_VERSION, check, install
from contentgraph.errors import InvalidEvent, NotFound, SchemaError, Unreachable, UsageError
from contentgraph.graph.events import Event
from contentgraph.server import Connection

NOW = 1_793_491_200_000


@pytest.fixture(scope="module")
def database(neo4j_server: Connection) -> Iterator[Database]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    with Database(target) as opened:
        yield opened


@pytest.fixture(scope="module")
def still(neo4j_server: Connection, database: Database, fill: Callable[..., None], world: Any) -> Iterator[Graph]:
    """The world, asked and not changed: these tests stand first in the file."""
    fill(database, world)
    with contentgraph.connect(neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password) as graph:
        yield graph


@pytest.fixture
def graph(still: Graph, database: Database, fill: Callable[..., None], world: Any) -> Graph:
    """The world again, for a test that changes it."""
    fill(database, world)
    return still


def viewers(world: Any) -> list[str]:
    return [user for user in world.users if not world.users[user].get("removedAt")]


def test_parts_add_up_to_the_score_and_reasons_to_the_parts(still: Graph, world: Any) -> None:
    """score = Σ parts; per source the reasons' parts add up to that source's part; each has a sentence."""
    for user in viewers(world):
        for each in still.suggest(user, 20):
            assert sum(each.parts.values()) == pytest.approx(each.score, rel=1e-9)
            for source, part in each.parts.items():
                told = sum(why.part for why in each.reasons if why.source == source)
                assert told == pytest.approx(part, rel=1e-9, abs=1e-12)
            assert each.reason == each.reasons[0].sentence
            assert each.reason


def test_a_feed_is_full_without_repeats_and_numbered(still: Graph, world: Any) -> None:
    """limit slots, 1, 2, …, no video twice; the caption comes along."""
    found = still.suggest("u00", 15)
    assert [each.slot for each in found] == list(range(1, 16))
    assert len({each.video_id for each in found}) == 15
    assert all(each.caption == world.videos[each.video_id]["caption"] for each in found)
    assert all(each.propensity == 1.0 and not each.explored for each in found)


def test_exploration_draws_with_a_seed(still: Graph) -> None:
    """The same seed gives the same feed, another one another; what was drawn says so with its propensity."""
    feeds = [
        [(s.video_id, s.propensity) for s in still.suggest("u00", 15, explore=0.9, seed=seed)] for seed in (1, 1, 2)
    ]
    assert feeds[0] == feeds[1] != feeds[2]
    drawn = [each for each in still.suggest("u00", 15, explore=0.9, seed=1) if each.explored]
    assert drawn
    assert all(each.propensity < 1.0 for each in drawn)


def test_a_user_without_history_gets_what_is_popular(still: Graph, world: Any) -> None:
    """Nothing seen, nobody followed: what is popular, here too, and what trends, and nothing else."""
    active = {user for user, _ in world.engaged} | {row["userId"] for row in world.relations["merge_follows"]}
    user = next(each for each in viewers(world) if each not in active and not world.users[each].get("restricted"))
    found = still.suggest(user, 20)
    assert len(found) == 20
    assert {source for each in found for source, part in each.parts.items() if part} == {"popular", "local", "trending"}
    assert {why.sentence for each in found for why in each.reasons if why.source == "popular"} == {"popular now"}
    assert {each.reason.partition(" ")[0] for each in found} <= {"popular", "trending"}


def test_explain_agrees_with_suggest(still: Graph, world: Any) -> None:
    """The parts of a suggested video are those that explain gives."""
    compared = 0
    for user in viewers(world)[:15]:
        for each in still.suggest(user, 20):
            told = still.explain(user, each.video_id)
            assert told.parts == pytest.approx(each.parts, rel=1e-9, abs=1e-12)
            assert told.withheld == ()
            compared += 1
    assert compared > 200


def test_explain_says_what_holds_a_video_back(still: Graph, world: Any) -> None:
    """A video that she has seen, or made, is explained and withheld."""
    user, video = next(pair for pair in world.engaged if pair[1] not in world.forbidden(pair[0]))
    assert still.explain(user, video).withheld[0] == "seen"
    maker, own = next(
        (makers[0], v)
        for v, makers in world.creators.items()
        if v not in world.forbidden(makers[0])
        and (makers[0], v) not in world.engaged
        and not world.users[makers[0]].get("removedAt")
    )
    assert still.explain(maker, own).withheld == ("own",)


def test_trends_come_with_their_numbers(still: Graph) -> None:
    """Best first; a country that is in no trend gives none; a window in between is answered by the next longer."""
    found = still.trending("challenge", country="fr", window="1d")
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert found[0].series == (1, 2, 3)
    assert found[0].country == "FR"
    assert still.trending("challenge", country="JP") == []
    assert {each.hours for each in still.trending("challenge", country="FR", hours=13)} == {24}
    assert still.trending("challenge", country="FR", hours=5) == [], "nothing trends within 6 hours"
    with pytest.raises(UsageError, match=r"721 hours.*1 to 720"):
        still.trending("challenge", hours=721)
    with pytest.raises(UsageError, match=r"'dance'.*challenge, hashtag"):
        still.trending("dance")


def test_topics_trend_under_their_names(still: Graph) -> None:
    """With the words that tell them apart and videos that may be shown; what says nothing, or has none, is left out."""
    found = {each.id: each for each in still.trending("topic")}
    assert {"t1"} <= set(found) <= {"t1", "t3"}, "t2 is generic, of t9 nothing may be shown"
    assert (found["t1"].name, found["t1"].words) == ("#tag1", ("one", "two"))
    assert 1 <= len(found["t1"].videos) <= 3
    assert found["t1"].countries == {"FR": 9}
    assert {each.words for each in still.trending("hashtag")} == {()}
    still.set_review(True)
    assert still.trending("topic") == []
    assert {each.id for each in still.awaiting_review("topic", 10)} >= {"t1"}
    still.set_review(False)


def test_a_generic_hashtag_does_not_trend(still: Graph) -> None:
    assert "fyp" not in {each.id for each in still.trending("hashtag", limit=100)}


@pytest.mark.parametrize("ask", [lambda g: g.suggest("nobody"), lambda g: g.explain("nobody", "v001"),
                                 lambda g: g.trending("video", user="nobody"),
                                 lambda g: g.to_networkx("user:nobody")])  # fmt: skip
def test_an_unknown_user_is_a_clear_error(still: Graph, ask: Callable[[Graph], object]) -> None:
    with pytest.raises(NotFound, match="no user 'nobody'; record an event"):
        ask(still)


def test_a_removed_user_gets_nothing(still: Graph) -> None:
    with pytest.raises(NotFound, match="'u30' was removed"):
        still.suggest("u30")


@pytest.mark.parametrize("limit", [0, -1, 1001, 2.5, True])
def test_a_limit_out_of_range_is_named(still: Graph, limit: Any) -> None:
    with pytest.raises(UsageError, match=r"limit is .*1 to 1000"):
        still.suggest("u00", limit)


def test_stats_count_what_is_there(still: Graph, world: Any) -> None:
    found = still.stats()
    assert found.nodes["Video"] == len(world.videos) + len(world.unannounced)
    assert found.nodes["Unannounced"] == len(world.unannounced)
    assert found.relationships["ENGAGED"] == len(world.engaged)
    assert found.nodes["Counter"] == 0
    assert (found.now, found.last_run) == (NOW, "r1")
    assert found.server.startswith("Neo4j/")
    assert still.now == NOW


@pytest.mark.parametrize("around", ["user:u00", "hashtag:#TAG1", "sound:s1", "challenge:c1", "video:v001"])
def test_a_neighbourhood_is_typed_and_survives_graphml(still: Graph, around: str) -> None:
    """Of any kind of node; every node has label and key, every edge its type; written and read back it is the same."""
    found = still.to_networkx(around, hops=2, limit=300)
    kind, key = around.split(":")
    start = f"{kind}:{key.lstrip('#').lower()}"
    assert found.nodes[start]["label"].lower() == kind
    assert 1 < len(found) <= 300
    assert all({"label", "key"} <= set(data) for _, data in found.nodes(data=True))
    assert all(data["type"] for *_, data in found.edges(data=True))
    apart = nx.single_source_shortest_path_length(found.to_undirected(), start)
    assert max(apart.values()) <= 2
    assert len(apart) == len(found)
    file = io.BytesIO()
    nx.write_graphml(found, file)
    file.seek(0)
    again = nx.read_graphml(file, force_multigraph=True)
    assert set(again.nodes) == set(found.nodes)
    assert again.number_of_edges() == found.number_of_edges()


def test_a_neighbourhood_tells_nobodys_age(still: Graph) -> None:
    found = still.to_networkx("user:u00", hops=2)
    assert not any({"birthYear", "restricted"} & set(data) for _, data in found.nodes(data=True))


def test_hops_zero_is_the_node_alone_and_limits_hold(still: Graph) -> None:
    assert list(still.to_networkx(("sound", "s1"), hops=0).nodes) == ["sound:s1"]
    assert len(still.to_networkx("user:u00", hops=3, limit=7)) == 7
    with pytest.raises(NotFound, match="no hashtag 'nothing'"):
        still.to_networkx("hashtag:nothing")
    with pytest.raises(UsageError, match="give kind:id"):
        still.to_networkx("u00")


def test_an_event_recorded_now_changes_the_next_feed(graph: Graph) -> None:
    """A rewatch of the first suggestion: it is gone from the next feed, and what it leads to comes up."""
    before = graph.suggest("u00", 20)
    first = before[0].video_id
    done = graph.record({"userId": "u00", "kind": "view", "videoId": first, "watchedMs": 3_600_000})
    assert (done.events, done.pairs, done.relations) == (1, 1, 0)
    after = graph.suggest("u00", 20)
    assert first not in {each.video_id for each in after}
    assert [each.video_id for each in before if each.video_id != first] != [each.video_id for each in after][:19]
    assert any(step["id"] == first for each in after for path in each.via for step in path["steps"] or ())


def test_what_was_drawn_at_random_is_logged_with_its_propensity(graph: Graph, database: Database) -> None:
    """A share of slots is explored; `shown` notes each with the probability that it had, which weighs it afterwards."""
    feed = graph.suggest("u00", 20, explore=0.5, seed=4)
    explored = [each for each in feed if each.explored]
    assert 4 <= len(explored) <= 16
    graph.shown("u00", feed, now=NOW)
    with database._session("READ") as session:
        told = session.run(
            "MATCH (:User {id: 'u00'})-[r:SHOWN]->(v) RETURN v.id, r.slot, r.source, r.propensity"
        ).values()
    noted = {video: (slot, source, propensity) for video, slot, source, propensity in told}
    assert noted.keys() == {each.video_id for each in feed}
    for each in explored:
        slot, source, propensity = noted[each.video_id]
        assert (slot, source) == (each.slot, "explore")
        assert propensity == pytest.approx(each.propensity)
        assert 0.0 < propensity < 0.5
    later = graph.suggest("u00", 20, explore=0.5, seed=5)
    assert {each.video_id for each in later if each.explored} & noted.keys() - {each.video_id for each in explored}
    graph.shown("u00", later, now=NOW + 1)
    with database._session("READ") as session:
        again = session.run(
            "MATCH (:User {id: 'u00'})-[r:SHOWN {at: $now}]->(v) RETURN v.id, r.slot, r.source, r.propensity", now=NOW
        ).values()
    assert sorted(again) == sorted(told), "the first exposure stays"


def test_hide_block_and_their_undoing_change_the_next_feed(graph: Graph) -> None:
    """A hidden video and a blocked creator's are gone; unhide and unblock bring them back."""
    first, second = graph.suggest("u00", 2)
    maker = second.creator_ids[0]
    at = NOW - 5_000
    graph.record([
        {"userId": "u00", "kind": "hide", "videoId": first.video_id, "at": at},
        {"userId": "u00", "kind": "block", "targetId": maker, "at": at},
    ], now=NOW)  # fmt: skip
    fed = graph.suggest("u00", 1000)
    assert first.video_id not in {each.video_id for each in fed}
    assert maker not in {creator for each in fed for creator in each.creator_ids}
    graph.record([
        {"userId": "u00", "kind": "unhide", "videoId": first.video_id, "at": at + 1},
        {"userId": "u00", "kind": "unblock", "targetId": maker, "at": at + 1},
    ], now=NOW)  # fmt: skip
    assert {first.video_id, second.video_id} <= {each.video_id for each in graph.suggest("u00", 1000)}


def edges(database: Database) -> list[Any]:
    with database._session("READ") as session:
        text = (
            "MATCH (u:User)-[r]->(x) WHERE r.at IS NOT NULL OR r.until IS NOT NULL OR r.firstAt IS NOT NULL "
            "RETURN u.id AS u, type(r) AS t, coalesce(x.id, x.name) AS x, properties(r) AS p ORDER BY u, t, x"
        )
        return [record.data() for record in session.run(text)]


def test_one_by_one_in_any_order_and_twice_is_the_same_as_at_once(
    graph: Graph, database: Database, fill: Callable[..., None], world: Any
) -> None:
    """Recording is a join: order, repetition and batching leave no trace."""
    base = {"userId": "u05", "at": NOW - 1_000}
    events: list[dict[str, object]] = [
        base | {"kind": "view", "videoId": "v001", "watchedMs": 90_000},
        base | {"kind": "view", "videoId": "v001", "watchedMs": 90_000, "at": NOW - 500, "eventId": "e1"},
        base | {"kind": "like", "videoId": "v001"},
        base | {"kind": "unlike", "videoId": "v001"},
        base | {"kind": "share", "videoId": "new1"},
        base | {"kind": "follow", "targetId": "newcomer"},
        base | {"kind": "unfollow", "targetId": "newcomer", "at": NOW - 900},
        base | {"kind": "hide", "videoId": "v002"},
        base | {"kind": "hide", "targetId": "u21"},
        base | {"kind": "hide", "soundId": "s1"},
        base | {"kind": "hide", "hashtag": "#New"},
        base | {"kind": "block", "targetId": "u22"},
        base | {"kind": "report", "videoId": "v003", "reason": "b"},
        base | {"kind": "report", "videoId": "v003", "reason": "a"},
        base | {"kind": "report", "targetId": "u23"},
    ]
    done = graph.record(events, now=NOW)
    assert done.announced_users == ("newcomer",)
    assert done.announced_videos == ("new1",)
    assert done.pairs == 2
    at_once = edges(database)
    fill(database, world)
    for event in [*reversed(events), *events]:
        graph.record(event, now=NOW)
    assert edges(database) == at_once


def test_an_event_that_cannot_be_right_writes_nothing(graph: Graph, database: Database) -> None:
    """All or none; the reason has the loader's code and names the place."""
    before = edges(database)
    good = {"userId": "u05", "kind": "like", "videoId": "v001", "at": NOW}
    with pytest.raises(InvalidEvent, match=r"event 2: .*nothing was recorded") as caught:
        graph.record([good, good | {"at": NOW + 300_001}], now=NOW)
    assert caught.value.reason == "future"
    with pytest.raises(InvalidEvent) as caught:
        graph.record(Event("view", "u05", NOW, video_id="v001"), now=NOW)
    assert caught.value.reason == "missing_field"
    for wrong in ("like u1 v1", 5, [1]):
        with pytest.raises(UsageError):
            graph.record(wrong)  # type: ignore[arg-type]
    assert graph.record([]).events == 0
    assert edges(database) == before


def test_the_schema_is_installed_once_and_its_version_checked(graph: Graph, database: Database) -> None:
    """Installing again keeps what was tuned; none, an older and a newer one are refused with the way out."""
    database.write("put_settings", properties={"weightPopular": 0.9})
    assert install(database) == SCHEMA_VERSION
    assert check(database)["weightPopular"] == 0.9
    database.write("put_settings", properties={"schemaVersion": SCHEMA_VERSION + 1})
    for refused in (check, install):
        with pytest.raises(SchemaError, match=r"newer than this package.*upgrade contentgraph"):
            refused(database)
    with database._session("WRITE") as session:
        session.run("MATCH (s:Settings) DELETE s").consume()
    with pytest.raises(SchemaError, match="run 'contentgraph schema'"):
        Graph(database)


def test_nobody_at_the_uri_and_a_wrong_password_are_said(neo4j_server: Connection) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        contentgraph.connect("bolt://127.0.0.1:1", password="x")  # noqa: S106
    with pytest.raises(Unreachable, match="refused user"):
        contentgraph.connect(neo4j_server.uri, password="wrong")  # noqa: S106
