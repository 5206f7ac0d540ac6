"""Writers beside each other: whichever waits for the other's lock reads what the other wrote."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, Literal

import neo4j
import pytest

from contentgraph.client import Graph, Session, blanking, challenges, erasing, recording, sessions, telling
from contentgraph.client.results import Recorded, Suggestion
from contentgraph.cypher import Database, Record, Steps, Transaction, load, read
from contentgraph.cypher.installation import install
from contentgraph.cypher.upsert import pair_row
from contentgraph.errors import InvalidEvent, NotFound, UsageError
from contentgraph.graph.catalogue import check_row, merge
from contentgraph.loaders import catalogue
from contentgraph.loaders.catalogue import put_catalogue
from contentgraph.loaders.scale import derive_again

Write = tuple[str, dict[str, Any]]
LENGTH = 1000
NOW = 1_793_491_200_000


@pytest.fixture
def pair(database: Database) -> Callable[[int, bool], dict[str, float]]:
    """Makes one user and one video of a length, engaged or not; gives the scale."""
    install(database)

    def make(length: int, engaged: bool) -> dict[str, float]:
        with database._session("WRITE") as session:
            session.run("MATCH (n:User|Video) DETACH DELETE n").consume()
        scale = database.read("scales")[0]
        database.write("announce_users", ids=["u"])
        database.write("put_videos", rows=[{"id": "v", "properties": {"durationMs": length}}])
        if engaged:
            database.write("merge_engaged", **told(scale, first_at=2000, last_at=2000))
        return scale

    return make


def told(scale: dict[str, float], **facts: int) -> dict[str, Any]:
    return {"rows": [pair_row("u", "v", facts)], "scale": scale}


def derive(scale: dict[str, float]) -> Write:
    return "derive_points", {"videoIds": ["v"], "after": ["", ""], "limit": 1000, "scale": scale}


def interleaved(database: Database, session: neo4j.Session, first: list[Write], second: Write) -> dict[str, Any]:
    """``first`` keeps its transaction open until ``second`` waits for it; the edge after both."""
    with session.begin_transaction() as open_:
        for name, params in first:
            open_.run(load(name).text, params).consume()
        other = threading.Thread(target=lambda: database.write(second[0], **second[1]))
        other.start()
        other.join(0.5)
        assert other.is_alive(), "they do not touch the same edge"
        open_.commit()
    other.join(30)
    assert not other.is_alive()
    found = session.run("MATCH (:User)-[e:ENGAGED]->(:Video) RETURN properties(e) AS edge").single(strict=True)["edge"]
    return dict(found)


def test_points_derived_again_wait_for_facts_that_are_being_joined(
    database: Database, session: neo4j.Session, pair: Callable[..., Any]
) -> None:
    """Else a share told in that moment would stand beside points that do not count it."""
    scale = pair(LENGTH, True)
    share: Write = ("merge_engaged", told(scale, first_share_at=1000, first_at=1000, last_at=3000))
    edge = interleaved(database, session, [share], derive(scale))
    assert (edge["firstShareAt"], edge["points"]) == (1000, 6.0)


@pytest.mark.parametrize("engaged", [True, False])
def test_facts_of_two_writers_join(
    database: Database, session: neo4j.Session, pair: Callable[..., Any], engaged: bool
) -> None:
    """On an edge that stood, and on one that both would make."""
    scale = pair(LENGTH, engaged)
    share: Write = ("merge_engaged", told(scale, first_share_at=1000, first_at=1000, last_at=3000))
    like: Write = ("merge_engaged", told(scale, last_like_at=1500, first_at=1500, last_at=3500))
    edge = interleaved(database, session, [share], like)
    assert (edge["firstAt"], edge["lastAt"], edge["points"]) == (1000, 3500, 8.0)


@pytest.mark.parametrize("engaged", [True, False])
def test_a_view_told_while_a_length_is_corrected_counts_by_the_new_length(
    database: Database, session: neo4j.Session, pair: Callable[..., Any], engaged: bool
) -> None:
    """The correction derives the points of the edges that it sees, the view those of its own."""
    scale = pair(5 * LENGTH, engaged)
    correction: list[Write] = [
        ("put_videos", {"rows": [{"id": "v", "properties": {"durationMs": LENGTH}}]}),
        derive(scale),
    ]
    view: Write = ("merge_engaged", told(scale, view1_ms=900, view1_at=1000, first_at=1000, last_at=1000))
    assert interleaved(database, session, correction, view)["points"] == 8.0


@pytest.mark.parametrize("engaged", [True, False])
@pytest.mark.parametrize("first", ["view", "length"])
def test_a_view_told_before_the_points_of_a_corrected_length_are_derived_counts_by_it(
    database: Database,
    session: neo4j.Session,
    pair: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    engaged: bool,
    first: str,
) -> None:
    """On an edge that stood, and on a new one: whichever is told first, its video is marked or it reads the length."""
    scale = pair(5 * LENGTH, engaged)
    view: Write = ("merge_engaged", told(scale, view1_ms=900, view1_at=1000, first_at=1000, last_at=1000))

    def correct() -> None:
        put_catalogue(database, "videos", [merge(None, row)], scale)

    row = check_row("videos", {"id": "v", "durationMs": LENGTH, "updatedAt": NOW}, stated_at=NOW, now=NOW)
    if first == "view":
        with session.begin_transaction() as open_:
            open_.run(load(view[0]).text, view[1]).consume()
            other = threading.Thread(target=correct)
            other.start()
            other.join(0.5)
            assert other.is_alive(), "they do not touch the same edge"
            open_.commit()
        other.join(30)
    else:

        def meanwhile(*args: Any) -> int:
            database.write(view[0], **view[1])
            return derive_again(*args)

        monkeypatch.setattr(catalogue, "derive_again", meanwhile)
        correct()
    text = "MATCH (:User)-[e:ENGAGED]->(v:Video) RETURN e.completed, e.points, v:Underived"
    assert session.run(text).values() == [[True, 8.0, False]]


def test_eight_writers_and_corrections_of_lengths_lose_nothing(database: Database) -> None:
    """In any interleaving that comes about: all facts of all writers, and points that follow from them.

    As patient as a night: on a busy machine nine writers of the same edges are in each other's way for long.
    """
    install(database)
    patient = Database(database.target, retry_s=240)
    rng = random.Random(8)
    users, videos = [f"u{number}" for number in range(8)], [f"v{number:02d}" for number in range(25)]
    scale = database.read("scales")[0]
    database.write("announce_users", ids=users)
    database.write("put_videos", rows=[{"id": video, "properties": {"durationMs": 5 * LENGTH}} for video in videos])
    acts: list[dict[str, int]] = [
        {"first_share_at": 1000}, {"view1_ms": 900, "view1_at": 1000}, {"last_like_at": 1000},
        {"first_comment_at": 1000},
    ]  # fmt: skip

    def tell(seed: int) -> None:
        own = random.Random(seed)
        for act in own.sample(acts, len(acts)):
            rows = [pair_row(user, video, {**act, "first_at": 1000 + seed, "last_at": 1000 + seed})
                    for user in own.sample(users, 8) for video in own.sample(videos, 25)]  # fmt: skip
            for start in range(0, len(rows), 40):
                part = sorted(rows[start : start + 40], key=lambda row: (str(row["userId"]), str(row["videoId"])))
                patient.write("merge_engaged", rows=part, scale=scale)

    def correct() -> None:
        for length in (2 * LENGTH, 3 * LENGTH, LENGTH):
            rows = [{"id": video, "properties": {"durationMs": length}} for video in videos]

            def work(tx: Transaction, rows: list[dict[str, Any]] = rows) -> None:
                tx.run("put_videos", rows=rows)
                tx.run("mark_underived", ids=videos)

            patient.transaction(work)
            derive_again(patient, patient.read("night_underived"), scale)

    failed: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- told below
            failed.append(error)

    works: list[Callable[[], None]] = [lambda seed=seed: tell(seed) for seed in range(8)] + [correct]  # type: ignore[misc]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in rng.sample(works, len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    patient.close()
    assert failed == []
    with database._session("READ") as session:
        edges = [row[0] for row in session.run("MATCH (:User)-[e:ENGAGED]->() RETURN properties(e)").values()]
    assert len(edges) == 200
    for edge in edges:
        assert (edge["firstAt"], edge["lastAt"], edge["points"]) == (1000, 1007, 8.0 + 6.0 + 4.0 + 2.0), edge


@pytest.fixture
def visitor(database: Database) -> Session:
    """Told of one video, beside an account."""
    install(database)
    database.write("put_users", rows=[{"id": "account", "properties": {"kind": "person"}}])
    database.write("put_videos", rows=[{"id": video, "properties": {"durationMs": LENGTH}} for video in ("v0", "v1")])
    session = Graph(database).anonymous()
    session.record({"kind": "share", "videoId": "v0"})
    return session


def held_back(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, statement: str
) -> tuple[threading.Event, threading.Event]:
    """Set when the module asks the statement, and what it goes on by; it had the answer before."""
    asked, on = threading.Event(), threading.Event()

    def slowly(name: str, **params: object) -> Steps[list[Record]]:
        rows = yield from read(name, **params)
        if name == statement and not asked.is_set():
            asked.set()
            on.wait(30)
        return rows

    monkeypatch.setattr(module, "read", slowly)
    return asked, on


def beside(
    first: Callable[[], Any], second: Callable[[], Any], asked: threading.Event, on: threading.Event
) -> list[object]:
    """What both answer or raise: the first is held back until the second waits for it."""
    found: list[object] = [None, None]

    def carry(place: int, work: Callable[[], Any]) -> None:
        try:
            found[place] = work()
        except Exception as error:  # noqa: BLE001 -- an answer, too
            found[place] = error

    one, other = (threading.Thread(target=carry, args=each) for each in enumerate((first, second)))
    one.start()
    assert asked.wait(30)
    other.start()
    other.join(1.0)
    waits = other.is_alive()
    on.set()
    one.join(60)
    other.join(60)
    assert waits, f"the second did not wait: {found}"
    return found


ANYTHING = pytest.mark.parametrize("video", ["v0", "v1"])
"""On a pair that stood, and on one that is made."""


@ANYTHING
@pytest.mark.parametrize("told", ["record", "shown"])
def test_what_is_told_while_a_session_is_merged_is_an_error(
    database: Database,
    session: neo4j.Session,
    visitor: Session,
    monkeypatch: pytest.MonkeyPatch,
    video: str,
    told: str,
) -> None:
    """It waits until she is gone, and brings nobody back; so for what she was shown."""
    user, graph = visitor.user, Graph(database)
    late: dict[str, Callable[[], Any]] = {
        "record": lambda: graph.record({"userId": user, "kind": "comment", "videoId": video}),
        "shown": lambda: graph.shown(user, [item(video)], now=NOW),
    }
    asked, on = held_back(monkeypatch, sessions, "session_told")
    merged, refused = beside(lambda: visitor.merge_into("account"), late[told], asked, on)
    assert merged == 1
    assert isinstance(refused, NotFound)
    assert user in str(refused)
    assert session.run("MATCH (u:User) RETURN u.id").value() == ["account"]
    assert session.run("MATCH (:User)-[r]->() RETURN r.points").value() == [6.0]


@ANYTHING
def test_a_merge_takes_along_what_is_being_told(
    database: Database, session: neo4j.Session, visitor: Session, monkeypatch: pytest.MonkeyPatch, video: str
) -> None:
    """It waits for a writer who was there first."""
    user = visitor.user
    asked, on = held_back(monkeypatch, recording, "scales")
    told, merged = beside(
        lambda: Graph(database).record({"userId": user, "kind": "comment", "videoId": video}),
        lambda: visitor.merge_into("account"),
        asked,
        on,
    )
    assert isinstance(told, Recorded), told
    assert merged == len({"v0", video})
    found = session.run("MATCH (u:User)-[r:ENGAGED]->(v) RETURN u.id, v.id, r.points ORDER BY v.id").values()
    assert found == ([["account", "v0", 10.0]] if video == "v0" else [["account", "v0", 6.0], ["account", "v1", 4.0]])
    assert session.run("MATCH (u:User) RETURN u.id").value() == ["account"]


@pytest.mark.parametrize("named", ["video", "user", "target"])
def test_an_erasure_between_the_look_and_the_write_of_an_event_stands(
    database: Database, session: neo4j.Session, visitor: Session, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """Whom or what it names was there when `record` looked, and is not brought back."""
    database.write("announce_users", ids=["other"])
    graph = Graph(database)
    event = {"userId": "account", **({"kind": "follow", "targetId": "other"} if named == "target" else
             {"kind": "like", "videoId": "v1"})}  # fmt: skip
    erase = {
        "video": lambda: graph.erase_video("v1"),
        "user": lambda: graph.erase_user("account"),
        "target": lambda: graph.erase_user("other"),
    }
    refused = meanwhile(monkeypatch, recording, "unknown_ids", lambda: graph.record(event), erase[named])
    assert isinstance(refused, InvalidEvent)
    assert refused.reason == "unusable_erased"
    gone = {"video": "v1", "user": "account", "target": "other"}[named]
    assert session.run("MATCH (n:User|Video {id: $gone}) RETURN count(n)", gone=gone).value() == [0]
    assert session.run("MATCH (:!Anonymous)-[r:ENGAGED|FOLLOWS]->() RETURN count(r)").value() == [0]


def test_an_erasure_beside_a_merge_or_a_new_challenge_stands(
    database: Database, session: neo4j.Session, visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = Graph(database)
    database.write("announce_users", ids=["sponsor"])
    refused = [
        meanwhile(
            monkeypatch,
            sessions,
            "session_told",
            lambda: visitor.merge_into("account"),
            lambda: graph.erase_user("account"),
        ),
        meanwhile(
            monkeypatch,
            challenges,
            "generic_among",
            lambda: graph.create_challenge("c", title="C", sponsors=["sponsor"], now=NOW),
            lambda: graph.erase_user("sponsor"),
        ),
    ]
    assert [getattr(error, "reason", error) for error in refused] == ["unusable_erased"] * 2
    assert session.run("MATCH (n:User|Challenge) RETURN n.id").value() == [visitor.user], "and she can be merged yet"


def test_a_video_taken_up_for_two_challenges_at_once_answers_both(
    database: Database, visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever is second waits before it reads what the video answers: it writes all of it."""
    graph = Graph(database)
    graph.create_challenge("a", title="A", now=NOW)
    graph.create_challenge("b", title="B", now=NOW)
    asked, on = held_back(monkeypatch, telling, "state_videos")
    done = beside(
        lambda: graph.take_up("a", "v0", now=NOW), lambda: graph.take_up("b", "v0", now=NOW), asked, on
    )  # fmt: skip
    assert done == [None, None]
    assert database.read("state_videos", ids=["v0"])[0]["links"]["challengeIds"] in (["a", "b"], ["b", "a"])
    with pytest.raises(NotFound, match="no video 'nowhere'"):
        graph.take_up("a", "nowhere", now=NOW)


def test_a_night_that_tells_a_video_while_it_takes_a_challenge_up_keeps_that(
    database: Database, visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other way round: a challenge that is closed while a night tells its title keeps the title."""
    graph = Graph(database)
    graph.create_challenge("a", title="A", now=NOW)
    graph.create_challenge("b", title="B", now=NOW)
    graph.take_up("b", "v0", now=NOW)

    def tell(table: Literal["videos", "challenges"], row: dict[str, object]) -> Callable[[], int]:
        states = [merge(None, check_row(table, row, stated_at=NOW + 1, now=NOW + 1))]
        return lambda: put_catalogue(database, table, states, database.read("scales")[0])

    asked, on = held_back(monkeypatch, telling, "state_videos")
    night = tell("videos", {"id": "v0", "caption": "told"})
    assert beside(lambda: graph.take_up("a", "v0", now=NOW), night, asked, on) == [None, 1]
    video = database.read("state_videos", ids=["v0"])[0]
    assert (sorted(video["links"]["challengeIds"]), video["properties"]["caption"]) == (["a", "b"], "told")
    asked, on = held_back(monkeypatch, telling, "state_challenges")
    night = tell("challenges", {"id": "a", "title": "Anew", "description": "told"})
    assert beside(lambda: graph.close_challenge("a", now=NOW + 5), night, asked, on) == [None, 1]
    told = database.read("state_challenges", ids=["a"])[0]["properties"]
    assert (told["title"], told["description"], told["endsAt"]) == ("Anew", "told", NOW + 5)


def test_takedowns_in_two_countries_at_once_are_both_there(
    database: Database, session: neo4j.Session, pair: Callable[..., Any]
) -> None:
    """The second waits before it reads where the video is down."""
    pair(LENGTH, True)
    told = {"id": "v", "down": True, "reason": None}
    interleaved(
        database,
        session,
        [("withdraw_in", told | {"countries": ["DE"]})],
        ("withdraw_in", told | {"countries": ["FR"]}),
    )
    assert session.run("MATCH (v:Video) RETURN v.withdrawnIn, v.withheldIn").single(strict=True).values() == [
        ["DE", "FR"],
        ["DE", "FR"],
    ]


@pytest.mark.parametrize("announced", [False, True])
def test_of_challenges_created_at_once_under_one_id_one_is_there(
    database: Database, visitor: Session, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    """The other is told so, whether a video named that id before or nothing did."""
    graph = Graph(database)
    if announced:
        database.write("announce_challenges", ids=["c"])
    asked, on = held_back(monkeypatch, challenges, "state_challenges")
    done, refused = beside(
        lambda: graph.create_challenge("c", title="First", now=NOW),
        lambda: graph.create_challenge("c", title="Second", now=NOW),
        asked,
        on,
    )
    assert done is None
    assert isinstance(refused, UsageError)
    assert "'c' is there already" in str(refused)
    assert graph.challenge("c").title == "First"


def meanwhile(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    statement: str,
    first: Callable[[], Any],
    second: Callable[[], Any],
) -> object:
    """What ``first`` answers or raises, where ``second`` begins and ends between its ``statement`` and the next."""
    found: list[object] = []

    def carry() -> None:
        try:
            found.append(first())
        except Exception as error:  # noqa: BLE001 -- an answer, too
            found.append(error)

    asked, on = held_back(monkeypatch, module, statement)
    other = threading.Thread(target=carry)
    other.start()
    assert asked.wait(30)
    second()
    on.set()
    other.join(60)
    return found[0]


def item(video: str) -> Suggestion:
    return Suggestion(
        video_id=video, slot=1, score=1.0, parts={"similar": 1.0}, reasons=(), propensity=1.0, explored=False, via=(),
        caption=None, creator_ids=(), sound=None, hashtags=(), challenge_ids=(),
    )  # fmt: skip


def test_erasures_that_would_make_the_first_salt_have_one(database: Database, session: neo4j.Session) -> None:
    """Else the tombstones of one would be hashed with a salt that nobody knows any more."""
    install(database)
    found: list[Record] = []
    with session.begin_transaction() as open_:
        open_.run(load("put_salt").text, salt="first").consume()
        other = threading.Thread(target=lambda: found.extend(database.write("put_salt", salt="second")))
        other.start()
        other.join(0.5)
        assert other.is_alive()
        open_.commit()
    other.join(30)
    assert found == [{"salts": ["first"]}]


def test_erasures_at_once_do_not_put_back_what_the_other_took_out(
    database: Database, session: neo4j.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that names both and a pulse that both fed: each would write it as it had read it, with the other in it."""
    install(database)
    people = {"ana_1": "IS", "bob_2": "CI"}
    database.write("put_users", rows=[{"id": one, "properties": {"country": at}} for one, at in people.items()])
    database.write("put_videos", rows=[{"id": "v", "properties": {"caption": "by @ana_1 and @bob_2", "createdAt": 1}}])
    database.write("link_hashtags", rows=[{"id": "v", "targets": ["dance"]}])
    session.run("MATCH (u:User), (v:Video) CREATE (u)-[:ENGAGED {lastAt: 1}]->(v)").consume()
    counts = {name: [1, 1, 30] for name in ("users", "people", "pairs", "pushed", "videos")}
    cells = {"hours": [0, 0, 0], "countries": ["IS", "CI", "FR"], "languages": ["und"] * 3, "points": [2.0] * 3}
    database.write("put_pulses", kind="hashtag", rows=[{"entity": "dance", "day": 0, "cells": {**cells, **counts}}])
    both = {name: threading.Barrier(2) for name in ("erase_texts", "erase_pulses")}

    def meeting(name: str, **params: object) -> Steps[list[Record]]:
        """Goes on once both have read, or where the other waits for this one."""
        rows = yield from read(name, **params)
        if name in both:
            with suppress(threading.BrokenBarrierError):
                both[name].wait(2.0)
        return rows

    for module in (erasing, blanking):
        monkeypatch.setattr(module, "read", meeting)
    graph = Graph(database)
    threads = [threading.Thread(target=graph.erase_user, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert session.run("MATCH (v:Video) RETURN v.caption").value() == ["by @… and @…"]
    assert session.run("MATCH (p:Pulse) RETURN p.countries").value() == [["FR"]]
    assert session.run("MATCH (t:Tombstone) RETURN count(t)").single(strict=True)[0] == 2
