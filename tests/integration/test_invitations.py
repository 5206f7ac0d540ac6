"""Invitations to create a video together: asked, answered, lapsed, and gone with whoever or whatever is gone."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import neo4j
import pytest

import contentgraph
from contentgraph.client import Graph, inviting
from contentgraph.cypher import Database, Record, Steps, read
from contentgraph.errors import NotFound, UsageError
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import dump
from contentgraph.loaders.night import run_night
from contentgraph.loaders.restore import restore
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

NOW = 1_793_491_200_000
DAY = 24 * 3_600_000
VIDEO, AUTHOR, FRIEND, OTHER, YOUNG = "v0", "m0", "m1", "m2", "y1"


def night(database: Database, tmp_path: Path, now: int = NOW, **tables: list[dict[str, Any]]) -> None:
    folder = tmp_path / f"in-{now}-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    for table, rows in tables.items():
        (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    run_night(database, [folder], clock=now, now=now, rejects=tmp_path / "rejects", tuning=Tuning(0.0))


@pytest.fixture
def graph(database: Database, tmp_path: Path) -> Graph:
    """Grown creators with a video each, somebody of 13, a challenge."""
    people = [{"id": f"m{i}", "birthYear": 1990} for i in range(4)] + [{"id": YOUNG, "birthYear": 2013}]
    videos = [
        {"id": f"v{i}", "creatorId": f"m{i}", "createdAt": NOW - DAY, "durationMs": 10_000, "rating": "everyone",
         "caption": "dance"}
        for i in range(4)
    ]  # fmt: skip
    night(database, tmp_path, users=people, videos=videos, challenges=[{"id": "cns", "title": "CNS", "startsAt": NOW}])
    return Graph(database)


def creators(graph: Graph, video: str = VIDEO) -> list[str]:
    return list(graph._database.read("cards", userId=None, ids=[video])[0]["creatorIds"])


def open_to(graph: Graph, user: str) -> list[str]:
    return [each.video_id for each in graph.invitations(user)]


def test_who_is_invited_is_a_creator_once_she_accepts(graph: Graph) -> None:
    """Until then nothing counts. Told twice, each act is one."""
    for _ in range(2):
        graph.take_up("cns", VIDEO, with_user=FRIEND, now=NOW)
        assert graph.challenge("cns").creators == 1
    (told,) = graph.invitations(FRIEND)
    assert (told.video_id, told.caption, told.invited_by) == (VIDEO, "dance", AUTHOR)
    assert (told.challenge_ids, told.at) == (("cns",), NOW)
    assert creators(graph) == [AUTHOR]
    for _ in range(2):
        graph.accept(FRIEND, VIDEO)
        assert graph.challenge("cns").creators == 2
    assert creators(graph) == [AUTHOR, FRIEND]
    assert open_to(graph, FRIEND) == []
    graph.invite(VIDEO, FRIEND)
    assert open_to(graph, FRIEND) == [], "she is a creator already"
    with pytest.raises(NotFound, match=r"'m1' is not invited to 'v0'"):
        graph.decline(FRIEND, VIDEO)


def test_what_was_declined_is_not_repeated(graph: Graph) -> None:
    """Not after it was taken back either; the refusal reads as any other. Another video is another matter."""
    graph.invite(VIDEO, FRIEND)
    for _ in range(2):
        graph.decline(FRIEND, VIDEO)
    assert open_to(graph, FRIEND) == []
    graph.uninvite(VIDEO, FRIEND)
    with pytest.raises(NotFound) as declined:
        graph.invite(VIDEO, FRIEND, now=NOW + DAY)
    with pytest.raises(NotFound) as nobody:
        graph.invite(VIDEO, "nobody")
    assert str(declined.value).replace(FRIEND, "nobody") == str(nobody.value)
    with pytest.raises(NotFound, match="is not invited"):
        graph.accept(FRIEND, VIDEO)
    graph.invite("v3", FRIEND)
    assert open_to(graph, FRIEND) == ["v3"]


def test_what_was_taken_back_can_be_told_again(graph: Graph) -> None:
    graph.invite(VIDEO, FRIEND)
    for _ in range(2):
        graph.uninvite(VIDEO, FRIEND)
    for answer in (graph.accept, graph.decline):
        with pytest.raises(NotFound, match="is not invited"):
            answer(FRIEND, VIDEO)
    graph.invite(VIDEO, FRIEND)
    graph.accept(FRIEND, VIDEO)
    assert creators(graph) == [AUTHOR, FRIEND]


def test_who_cannot_be_invited_is_not(graph: Graph, session: neo4j.Session) -> None:
    """The author, who is not there, who is 13 and no friend; to no video, or one of nobody: nothing is written."""
    for user in (AUTHOR, "nobody", YOUNG):
        with pytest.raises(NotFound, match="cannot be invited by the author of 'v0'"):
            graph.invite(VIDEO, user)
    with pytest.raises(NotFound, match="no video 'nowhere'"):
        graph.invite("nowhere", FRIEND)
    session.run("MATCH (:Video {id: 'v1'})<-[c:CREATED]-() DELETE c").consume()
    with pytest.raises(UsageError, match="has no author"):
        graph.invite("v1", FRIEND)
    assert session.run("MATCH ()-[r:INVITED]->() RETURN count(r)").value() == [0]
    with pytest.raises(NotFound, match="no user 'nobody'"):
        graph.invitations("nobody")


def test_an_invitation_lapses_after_30_days_and_can_be_told_again(
    graph: Graph, database: Database, tmp_path: Path
) -> None:
    graph.invite(VIDEO, FRIEND)
    graph.invite("v3", FRIEND, now=NOW + 1)
    night(database, tmp_path, now=NOW + 30 * DAY, events=[])
    assert open_to(graph, FRIEND) == ["v3"]
    with pytest.raises(NotFound, match="is not invited"):
        graph.accept(FRIEND, VIDEO)
    graph.invite(VIDEO, FRIEND)
    assert open_to(graph, FRIEND) == [VIDEO, "v3"], "the newest first"
    assert [each.video_id for each in graph.invitations(FRIEND, limit=1)] == [VIDEO]


def blocked(graph: Graph) -> None:
    graph.record({"userId": AUTHOR, "kind": "block", "targetId": FRIEND, "at": NOW}, now=NOW)


def blocks(graph: Graph) -> None:
    graph.record({"userId": FRIEND, "kind": "block", "targetId": AUTHOR, "at": NOW}, now=NOW)


def hidden(graph: Graph) -> None:
    graph.record({"userId": FRIEND, "kind": "hide", "targetId": AUTHOR, "at": NOW}, now=NOW)


def reported(graph: Graph) -> None:
    graph.record({"userId": FRIEND, "kind": "report", "videoId": VIDEO, "at": NOW}, now=NOW)


def down(graph: Graph) -> None:
    graph.takedown(VIDEO)


def removed(graph: Graph) -> None:
    graph._database.write("hide_user", userId=AUTHOR, at=NOW)


def erased(graph: Graph) -> None:
    graph.erase_user(AUTHOR)


def erased_but_her_videos(graph: Graph) -> None:
    graph.erase_user(AUTHOR, keep_videos=True)


@pytest.mark.parametrize("happens", [blocked, blocks, hidden, reported, down, removed, erased, erased_but_her_videos])
def test_an_invitation_goes_with_what_bars_it(graph: Graph, happens: Callable[[Graph], None]) -> None:
    """It is in no list and cannot be accepted."""
    graph.invite(VIDEO, FRIEND)
    assert open_to(graph, FRIEND) == [VIDEO]
    happens(graph)
    assert open_to(graph, FRIEND) == []
    with pytest.raises(NotFound, match="is not invited"):
        graph.accept(FRIEND, VIDEO)


def test_who_is_young_may_accept_while_both_are_friends(graph: Graph) -> None:
    pairs = [(AUTHOR, YOUNG), (YOUNG, AUTHOR)]
    graph.record([{"userId": a, "kind": "follow", "targetId": b, "at": NOW - 1} for a, b in pairs], now=NOW)
    graph.invite(VIDEO, YOUNG)
    graph.record({"userId": YOUNG, "kind": "unfollow", "targetId": AUTHOR, "at": NOW}, now=NOW)
    with pytest.raises(NotFound, match="is not invited"):
        graph.accept(YOUNG, VIDEO)
    graph.record({"userId": YOUNG, "kind": "follow", "targetId": AUTHOR, "at": NOW + 1}, now=NOW + 1)
    graph.accept(YOUNG, VIDEO)
    assert creators(graph) == [AUTHOR, YOUNG]


def test_an_erasure_takes_invitations_both_ways(graph: Graph, session: neo4j.Session) -> None:
    """Those that she got, and those that she sent, where her videos stay, too."""
    graph.invite(VIDEO, FRIEND)
    graph.invite("v1", AUTHOR)
    graph.invite("v1", OTHER)
    graph.erase_user(AUTHOR, keep_videos=True)
    assert session.run("MATCH (u)-[:INVITED]->(v) RETURN u.id, v.id").values() == [[OTHER, "v1"]]


def test_two_who_accept_at_once_are_both_creators(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits until the first is written, and does not read the creators before."""
    both, read = threading.Barrier(2), inviting.links_of

    def slowly(video: str) -> Steps[dict[str, list[str]]]:
        links = yield from read(video)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1.0)
        return links

    for user in (FRIEND, OTHER):
        graph.invite(VIDEO, user)
    monkeypatch.setattr(inviting, "links_of", slowly)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda user: graph.accept(user, VIDEO), (FRIEND, OTHER)))
    assert creators(graph) == [AUTHOR, FRIEND, OTHER]


def test_who_accepts_and_declines_at_once_has_done_the_first_alone(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits, and then finds no invitation."""
    asked, on = threading.Event(), threading.Event()

    def slowly(name: str, **params: object) -> Steps[list[Record]]:
        rows = yield from read(name, **params)
        if name == "invitations":
            asked.set()
            on.wait(30)
        return rows

    graph.invite(VIDEO, FRIEND)
    monkeypatch.setattr(inviting, "read", slowly)
    with ThreadPoolExecutor(2) as threads:
        accepted = threads.submit(graph.accept, FRIEND, VIDEO)
        assert asked.wait(30)
        declined = threads.submit(graph.decline, FRIEND, VIDEO)
        with pytest.raises(TimeoutError):
            declined.result(timeout=0.5)
        on.set()
        accepted.result()
        with pytest.raises(NotFound):
            declined.result()
    assert creators(graph) == [AUTHOR, FRIEND]


def test_a_file_says_co_creators_as_before_and_an_invitation_is_a_fact(
    graph: Graph, database: Database, tmp_path: Path
) -> None:
    """A platform's row makes a co-creator at once; invitations and refusals are in the digest and in a dump."""
    before = digest(database)
    graph.invite(VIDEO, FRIEND)
    graph.invite(VIDEO, OTHER)
    graph.decline(OTHER, VIDEO)
    told = digest(database)
    assert told != before
    dump(database, tmp_path / "dump")
    assert restore(database, tmp_path / "dump", replace=True).digest == told
    assert open_to(graph, FRIEND) == [VIDEO]
    night(database, tmp_path, videos=[{"id": VIDEO, "coCreatorIds": [FRIEND, OTHER], "updatedAt": NOW}])
    assert creators(graph) == [AUTHOR, FRIEND, OTHER]
    assert open_to(graph, FRIEND) == []


def test_awaited_and_by_command(
    graph: Graph, clean_database: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from contentgraph.cli.entry import main

    found = clean_database

    async def ask() -> list[str]:
        async with await contentgraph.connect_async(found.uri, user=found.user, password=found.password) as awaited:
            for user in (FRIEND, OTHER, "m3"):
                await awaited.invite(VIDEO, user)
            await awaited.uninvite(VIDEO, "m3")
            await awaited.decline(OTHER, VIDEO)
            seen = [each.invited_by for user in (FRIEND, OTHER, "m3") for each in await awaited.invitations(user)]
            await awaited.accept(FRIEND, VIDEO)
            return seen

    assert asyncio.run(ask()) == [AUTHOR]
    assert creators(graph) == [AUTHOR, FRIEND]
    for name, value in (("URI", found.uri), ("USER", found.user), ("PASSWORD", found.password)):
        monkeypatch.setenv(f"CONTENTGRAPH_{name}", str(value))

    def run(*arguments: str, code: int = 0) -> str:
        assert main(arguments) == code
        told = capsys.readouterr()
        return told.out + told.err

    assert "v3 answers cns; m1 is invited" in run("challenge", "take-up", "cns", "v3", "--with", FRIEND)
    assert "cns" in run("invitations", FRIEND)
    assert json.loads(run("invitations", FRIEND, "--accept", "v3", "--json")) == []
    assert creators(graph, "v3") == ["m3", FRIEND]
    assert "m1 is invited to v2" in run("invite", "v2", FRIEND, "--now", str(NOW + 5))
    assert json.loads(run("invitations", FRIEND, "--json"))[0]["at"] == NOW + 5
    assert "m1 is not invited to v2" in run("invite", "v2", FRIEND, "--undo")
    run("invite", "v2", FRIEND)
    assert json.loads(run("invitations", FRIEND, "--decline", "v2", "--json")) == []
    assert "cannot be invited" in run("invite", "v2", FRIEND, code=1)
    assert "give one" in run("invitations", FRIEND, "--accept", "v2", "--decline", "v2", code=2)
