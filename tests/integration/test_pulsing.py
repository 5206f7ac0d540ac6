"""``contentgraph pulse``: from the last weeks alone it gives what the whole graph gives, in whatever order it came."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import pytest

from contentgraph.cli.entry import main
from contentgraph.client import Graph
from contentgraph.cypher import Database, Record, Transaction
from contentgraph.cypher.installation import install
from contentgraph.errors import Outdated, UsageError
from contentgraph.graph.parts import parts
from contentgraph.graph.trends import TrendParams
from contentgraph.loaders import hours as hours_module
from contentgraph.loaders import pulsing, writeback
from contentgraph.loaders.alone import alone, leased
from contentgraph.loaders.hours import hours_of, read_reach
from contentgraph.loaders.night import run_night
from contentgraph.loaders.pulsing import again, all_trends, pulse, put_pulses
from contentgraph.loaders.readback import read_platform
from contentgraph.loaders.scale import current_scale
from contentgraph.loaders.trending import Trend
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

NOW = 1_793_491_200_000
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def platform(database: Database, session: neo4j.Session) -> Database:
    """Sixty people of two countries, twelve videos of four creators and three tags, some followers."""
    install(database)
    session.run(
        "UNWIND range(0, 59) AS i CREATE (:User {id: 'u' + i, birthYear: 1990, languages: ['fr'], createdAt: 1,"
        " country: CASE WHEN i % 3 = 0 THEN 'CI' ELSE 'FR' END})"
    ).consume()
    session.run(
        "UNWIND range(0, 11) AS i MATCH (c:User {id: 'u' + i % 4}) MERGE (h:Hashtag {name: 'tag' + i % 3})"
        " CREATE (c)-[:CREATED {role: 'author'}]->(v:Video {id: 'v' + i, rating: 'everyone', durationMs: 10000,"
        " language: 'fr', createdAt: $now - i * $day})-[:TAGGED]->(h)",
        now=NOW - 3 * DAY,
        day=4 * DAY,
    ).consume()
    session.run(
        "MATCH (c:User {id: 'u0'}) UNWIND range(40, 49) AS i MATCH (u:User {id: 'u' + i})"
        " CREATE (u)-[:FOLLOWS {at: 5}]->(c)"
    ).consume()
    database.write("put_settings", properties={"now": NOW})
    return database


def events(rng: np.random.Generator, count: int, oldest: int) -> list[dict[str, object]]:
    """Views, likes, unlikes, shares of the last ``oldest`` days, in no order; a fifth came from the list of trends."""
    kinds = ("view", "like", "unlike", "share", "completion")
    found = []
    for _ in range(count):
        event: dict[str, object] = {
            "userId": f"u{rng.integers(60)}", "videoId": f"v{rng.integers(12)}", "kind": kinds[rng.integers(5)],
            "at": int(NOW - rng.integers(0, oldest * DAY)), "source": "trending" if rng.random() < 0.2 else "feed",
        }  # fmt: skip
        if event["kind"] == "view":
            event["watchedMs"] = int(rng.integers(0, 20_000))
        found.append(event)
    return found


def held(session: neo4j.Session) -> list[object]:
    rows = session.run("MATCH (p:Pulse|Trend) RETURN properties(p) AS all").value()
    return sorted((sorted(row.items()) for row in rows), key=repr)


def from_scratch(database: Database, session: neo4j.Session) -> list[object]:
    """Everything forgotten, and computed from every engagement there is, seven at a time."""
    session.run("MATCH (p:Pulse|Trend) DELETE p").consume()
    everything = read_platform(database)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(hours_module, "parts", partial(parts, step=7))
        reach = read_reach(database, everything)
        hours = hours_of(everything, current_scale(database), NOW, reach)
    put_pulses(database, everything, hours, lambda _: None, older=False)
    writeback.put_trends(database, all_trends(everything, hours, {}, TrendParams()))
    return held(session)


def test_a_topic_has_the_pulses_of_its_videos_of_now(platform: Database, session: neo4j.Session) -> None:
    """A topic of a tag's videos has the tag's pulses; a video that is about another takes its past hours along."""

    def told(kind: str, entity: str) -> dict[int, object]:
        rows = platform.stream("night_pulses", kind=kind, since=0)
        return {row["day"]: row.values()[1:] for row in rows if row["entity"] == entity}

    session.run(
        "UNWIND range(0, 2) AS i MATCH (h:Hashtag {name: 'tag' + i})<-[:TAGGED]-(v) MERGE (t:Topic {id: 't' + i})"
        " MERGE (v)-[:ABOUT]->(t)"
    ).consume()
    graph = Graph(platform)
    graph.record(events(np.random.default_rng(3), 300, 20), now=NOW)
    pulse(platform, now=NOW)
    for place in range(3):
        assert told("topic", f"t{place}") == told("hashtag", f"tag{place}") != {}
    assert [each.users for each in graph.pulse("topic", "t1")] == [
        each.users for each in graph.pulse("hashtag", "tag1")
    ]
    platform.write("put_about", rows=[{"id": f"v{place}", "topic": "t1"} for place in (0, 3, 6, 9)])
    pulse(platform, now=NOW)
    assert told("topic", "t0") == {}
    pairs = {
        kind: sum(sum(row["pairs"]) for row in platform.stream("night_pulses", kind=kind, since=0))
        for kind in ("topic", "hashtag")
    }
    assert pairs["topic"] == pairs["hashtag"]
    kept = held(session)
    assert kept == from_scratch(platform, session)


def test_a_sound_under_two_ids_is_counted_once_and_features_all_its_videos(
    platform: Database, session: neo4j.Session, tmp_path: Path
) -> None:
    """Its people are those of both ids, who came by both once; any id asks, and a refusal of any holds."""
    session.run(
        "UNWIND range(0, 11) AS i MATCH (v:Video {id: 'v' + i})"
        " MERGE (s:Sound {id: 's' + i % 3}) MERGE (v)-[:USES]->(s)"
    ).consume()
    graph = Graph(platform)
    graph.record(events(np.random.default_rng(5), 300, 20), now=NOW)
    burst = [
        {"userId": f"u{i}", "videoId": f"v{video}", "kind": "like", "at": NOW - HOUR}
        for i in range(4, 40)
        for video in (9, 10)
    ]
    graph.record([*burst, {"userId": "by-s1", "videoId": "v10", "kind": "like", "at": NOW - 9 * HOUR}], now=NOW)
    platform.write("put_same_as", rows=[{"id": "s1", "origin": "s0", "confidence": 1.0, "by": "t"}])
    (tmp_path / "events.jsonl").touch()
    run_night(platform, [tmp_path], clock=NOW, now=NOW, rejects=tmp_path / "rejects", tuning=Tuning(0.0))
    lists = {row["id"]: set(row["targets"]) for row in platform.pages("night_featured_sounds")}
    assert lists["s0"] == lists["s1"] == {f"v{i}" for i in range(12) if i % 3 < 2}
    assert lists["s2"] == {f"v{i}" for i in range(12) if i % 3 == 2}
    assert {row["entity"] for row in platform.stream("night_pulses", kind="sound", since=0)} == {"s0", "s2"}
    told = {hour.hour: hour for hour in graph.pulse("sound", "s1")}
    assert told == {hour.hour: hour for hour in graph.pulse("sound", "s0")}
    people, pairs = session.run(
        "MATCH (u)-[e:ENGAGED]->(v:Video)-[:USES]->(s) WHERE s.id IN ['s0', 's1'] AND NOT (u)-[:CREATED]->(v)"
        " AND $hour <= e.firstAt < $hour + 3600000 RETURN count(DISTINCT u), count(e)",
        hour=NOW - HOUR,
    ).values()[0]
    assert (told[NOW - HOUR].users, told[NOW - HOUR].pairs) == (people, pairs)
    assert 30 <= people < pairs, "most came by a video of each"
    assert [each.id for each in graph.trending("sound")] == ["s0"]
    assert {"v9", "v10"} <= set(graph.trending("sound")[0].videos)
    kept = held(session)
    assert pulse(platform, now=NOW).pulses == 0
    assert held(session) == kept
    hers = platform.read("erase_pulses", rows=platform.read("erase_pulsed", userId="by-s1"))
    assert {row["entity"] for row in hers if row["kind"] == "sound"} == {"s0"}
    graph.review("sound", "s1", approved=False, by="ana", at=NOW)
    assert graph.trending("sound") == []


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_up_is_what_from_scratch_gives(platform: Database, session: neo4j.Session, seed: int) -> None:
    """After random loads, late ones and unlikes of old likes among them; a second pulse changes nothing."""
    rng, graph = np.random.default_rng(seed), Graph(platform)
    for oldest in (60, 2, 30):
        graph.record(events(rng, 150, oldest), now=NOW)
        done = pulse(platform, now=NOW)
        assert done.pulses > 0
    kept = held(session)
    assert pulse(platform, now=NOW).pulses == 0
    assert any(dict(row).get("users") for row in kept)  # type: ignore[call-overload]
    assert held(session) == kept == from_scratch(platform, session)


def test_days_before_those_kept_by_the_hour_are_the_nights(platform: Database, session: neo4j.Session) -> None:
    """They are neither read nor dropped: an engagement that ended before them is not among the pairs."""
    graph = Graph(platform)
    old = {"userId": "u50", "videoId": "v11", "kind": "like", "at": NOW - 50 * DAY}
    graph.record([old, old | {"userId": "u51", "at": NOW - HOUR}], now=NOW)
    session.run(
        "CREATE (:Pulse {kind: 'hashtag', entity: 'tag2', day: $day, users: [1]})", day=NOW - 60 * DAY
    ).consume()
    assert pulse(platform, now=NOW).pairs == 1
    assert session.run("MATCH (p:Pulse {day: $day}) RETURN count(p)", day=NOW - 60 * DAY).value() == [1]


def test_an_engagement_that_goes_on_while_it_is_read_counts_once_as_it_is_then(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days are read one after the other: who likes again meanwhile, and who is new, is neither lost nor there twice."""
    graph, told = Graph(platform), []
    graph.record({"userId": "u50", "videoId": "v1", "kind": "share", "at": NOW - 20 * DAY}, now=NOW)
    graph.record({"userId": "u51", "videoId": "v1", "kind": "share", "at": NOW - DAY}, now=NOW)
    plain = Database.read

    def meanwhile(self: Database, name: str, **params: object) -> list[dict[str, object]]:
        rows = plain(self, name, **params)
        if name == "night_pairs_since" and rows and not told:
            told.append(name)
            graph.record({"userId": "u50", "videoId": "v1", "kind": "like", "at": NOW}, now=NOW)
            graph.record({"userId": "newcomer", "videoId": "v1", "kind": "like", "at": NOW}, now=NOW)
        return rows

    monkeypatch.setattr(Database, "read", meanwhile)
    found = read_platform(platform, NOW - 35 * DAY).engagements
    assert told
    assert found.user.size == 2
    assert int(found.at["likedAt"].max()) == NOW


def test_what_neo4j_gives_up_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(pulsing.time, "sleep", waited.append)
    left = [Outdated("a"), Outdated("b")]

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    assert again(work) == "done"
    assert waited == [2.0, 4.0]
    left[:] = [Outdated(str(turn)) for turn in range(9)]
    with pytest.raises(Outdated):
        again(work)
    assert len(left) == 4


def test_a_video_has_a_series_counted_when_asked(platform: Database, session: neo4j.Session) -> None:
    """Of its edges, as the pulses of a topic are that has this video and one that nobody watched."""
    session.run(
        "MATCH (c:User {id: 'u0'}) CREATE (c)-[:CREATED {role: 'author'}]->(:Video {id: 'v99', rating: 'everyone'})"
    ).consume()
    graph = Graph(platform)
    graph.record(events(np.random.default_rng(5), 900, 60), now=NOW)
    platform.write("put_topics", rows=[{"id": "t", "name": "t", "hashtags": [], "words": [], "videos": 2}])
    platform.write("put_about", rows=[{"id": "v4", "topic": "t"}, {"id": "v99", "topic": "t"}])
    run_night_pulses(platform)
    for where in ({}, {"country": "CI"}, {"language": "fr"}, {"country": "FR", "language": "fr"}):
        series = graph.pulse("video", "v4", **where)
        assert series == graph.pulse("topic", "t", **where)
        assert sum(hour.people for hour in series) > 0
    assert graph.pulse("video", "v4", language="en") == graph.pulse("topic", "t", language="en") == []
    assert sum(hour.pushed for hour in graph.pulse("video", "v4")) > 0
    with pytest.raises(UsageError, match="language is 'french'"):
        graph.pulse("video", "v4", language="french")


def test_what_is_later_than_now_is_in_no_pulse_and_no_trend(platform: Database, session: neo4j.Session) -> None:
    """But for the minutes that a clock may be ahead, which are booked to the hour of now."""
    graph = Graph(platform)
    graph.record(events(np.random.default_rng(6), 600, 20), now=NOW)
    ago = NOW - 5 * DAY
    pulse(platform, now=ago)
    session.run("MATCH (s:Settings {id: 'contentgraph'}) SET s.now = $now", now=ago).consume()
    told = session.run(
        "MATCH (v:Video {id: 'v4'})<-[e:ENGAGED]-(u:User) WHERE NOT (u)-[:CREATED]->(v) RETURN e.firstAt"
    ).value()
    by_hour: dict[int, int] = {}
    for at in told:
        if at <= ago + 300_000:
            hour = min(at, ago) // (DAY // 24) * (DAY // 24)
            by_hour[hour] = by_hour.get(hour, 0) + 1
    assert len(by_hour) > 10
    assert sum(by_hour.values()) < len(told)
    assert {hour.hour: hour.pairs for hour in graph.pulse("video", "v4") if hour.pairs} == by_hour
    session.run("CREATE (:Video {id: 'v99', rating: 'everyone'})").consume()
    platform.write("put_topics", rows=[{"id": "t", "name": "t", "hashtags": [], "words": [], "videos": 2}])
    platform.write("put_about", rows=[{"id": "v4", "topic": "t"}, {"id": "v99", "topic": "t"}])
    run_night_pulses(platform, ago)
    assert graph.pulse("video", "v4") == graph.pulse("topic", "t")


def run_night_pulses(database: Database, now: int = NOW) -> None:
    """The pulses of a night, days that are older than are kept by the hour among them."""
    everything = read_platform(database)
    reach = read_reach(database, everything)
    hours = hours_of(everything, current_scale(database), now, reach)
    put_pulses(database, everything, hours, lambda _: None)


def test_beside_a_night_it_leaves_and_a_night_waits_for_it(
    platform: Database, clean_database: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    """Whichever read earlier would write last."""
    for name in ("uri", "user", "password"):
        monkeypatch.setenv(f"CONTENTGRAPH_{name.upper()}", getattr(clean_database, name))
    with alone(platform.target, platform, tmp_path):
        assert main(("pulse",)) == 1
    assert "another nightly run" in capsys.readouterr().err
    order = []
    with ThreadPoolExecutor(1) as pool, Database(platform.target) as other:

        def night() -> None:
            with alone(other.target, other, tmp_path):
                order.append("night")

        with leased(platform, brief=True):
            waiting = pool.submit(night)
            time.sleep(0.5)
            order.append("pulse")
        waiting.result(timeout=30)
    assert order == ["pulse", "night"]
    assert main(("pulse",)) == 0


def test_trends_are_replaced_some_places_at_a_time_and_nobody_sees_half_a_list(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each transaction a kind and place has its lists of before or its new ones; what is not told any more goes,
    kinds that nobody knows among it."""

    def trends(entity: str, lengths: dict[tuple[str, str, str], int]) -> list[Trend]:
        return [
            Trend(
                kind=kind, country=country, language=language, hours=hours, rank=rank, entity=f"{entity}{rank}",
                score=1.0, observed=9, expected=1.0, factor=9.0, since=NOW, series=[1], also=[], videos=[],
                countries=[], people=[],
            )
            for (kind, country, language), length in lengths.items() for hours in (1, 24)
            for rank in range(1, length + 1)
        ]  # fmt: skip

    def stored() -> dict[tuple[str, ...], list[tuple[object, ...]]]:
        text = (
            "MATCH (t:Trend) RETURN t.kind, t.country, t.language, t.hours, t.rank, t.entity ORDER BY t.hours, t.rank"
        )
        return lists(session.run(text).values())

    def lists(rows: list[list[object]]) -> dict[tuple[str, ...], list[tuple[object, ...]]]:
        found: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
        for *place, hours, rank, entity in rows:
            found.setdefault(tuple(map(str, place)), []).append((hours, rank, entity))
        return found

    def told(rows: list[Trend]) -> dict[tuple[str, ...], list[tuple[object, ...]]]:
        return lists([[row.kind, row.country, row.language, row.hours, row.rank, row.entity] for row in rows])

    places = [(kind, *where) for kind in ("creator", "sound", "video") for where in PLACES]
    before = trends("old", {**dict.fromkeys(places, 3), ("genre", "ZZ", "und"): 2})
    after = trends("new", {place: number % 4 for number, place in enumerate(places)})
    run, transaction = Transaction.run, Database.transaction
    written: list[int] = []
    seen: list[int] = []

    def counted(self: Transaction, name: str, **params: Any) -> list[Record]:
        rows = run(self, name, **params)
        written.append(rows[0]["trends"])
        return rows

    def watched(self: Database, work: Callable[[Transaction], Any]) -> Any:
        done = transaction(self, work)
        found, old, new = stored(), told(before), told(after)
        assert all(found.get(place, []) in (old.get(place, []), new.get(place, [])) for place in {*found, *old, *new})
        seen.append(len(found))
        return done

    assert writeback.put_trends(platform, before) == len(before)
    assert stored() == told(before)
    with monkeypatch.context() as patched:
        patched.setattr(writeback, "TREND_BATCH", 14)
        patched.setattr(Transaction, "run", counted)
        patched.setattr(Database, "transaction", watched)
        assert writeback.put_trends(platform, after) == len(after)
    assert stored() == told(after)
    assert max(written) <= 14
    assert len(seen) > 5
    assert writeback.put_trends(platform, []) == 0
    assert stored() == {}


PLACES = [("ZZ", "und"), ("FR", "und"), ("ZZ", "fr"), ("CI", "und"), ("ZZ", "en")]
"""The world, two countries and two languages."""


@pytest.mark.parametrize("whole", [False, True])
def test_who_is_erased_while_trends_are_written_is_in_none(
    platform: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, whole: bool
) -> None:
    """By ``pulse`` and by a night, whose ``erase_user`` from Python does not wait for them."""

    def trends(_: object, kind: str, *__: object) -> list[Trend]:
        one = Trend(
            kind=kind, country="ZZ", language="und", hours=24, rank=1, entity="u1", score=1.0, observed=9, expected=1.0,
            factor=9.0, since=NOW, series=[1], also=["u2"], videos=["v1", "v2"], countries=["FR"], people=[9],
        )  # fmt: skip
        return [one, replace(one, rank=2, entity="u2", also=["u1"])] if kind == "creator" else []

    put, beside = writeback.put_trends, iter(["u1"])

    def slow(database: Database, rows: list[Trend]) -> int:
        for user in beside:
            Graph(database).erase_user(user)
        return put(database, rows)

    monkeypatch.setattr(pulsing, "find_trends", trends)
    monkeypatch.setattr(writeback, "put_trends", slow)
    if whole:
        (tmp_path / "events.jsonl").touch()
        run_night(platform, [tmp_path], clock=NOW, now=NOW, rejects=tmp_path / "rejects", tuning=Tuning(0.0))
    else:
        pulse(platform, now=NOW)
    assert session.run("MATCH (t:Trend) RETURN t.entity, t.also, t.videos").values() == [["u2", [], ["v2"]]]
