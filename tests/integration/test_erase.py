"""An erased person is nowhere: not in the graph, not in any file that we wrote, and no replay brings her back."""

import json
import os
import random
import runpy
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import neo4j
import pyarrow.parquet as pq
import pytest

from contentgraph.cli import main
from contentgraph.client import Graph, Served, blanking, erasing
from contentgraph.client.withdrawn import LOOK_S, beside
from contentgraph.cypher import Database, Record, Steps, traces, write
from contentgraph.cypher.installation import install
from contentgraph.errors import InvalidEvent, NotFound, Unreachable
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders import precompute, snapshot_reading
from contentgraph.loaders import snapshot as snapshot_file
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import Summary, run_night
from contentgraph.loaders.pulsing import pulse
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW, HOUR = STORIES["NOW"], STORIES["HOUR"]
WHO, FRIEND = "erased_person_7", "erased_person_70"
SOUND = {"Sound.id", "Sound.title", "Video.soundTitle"}
"""Where her videos stay, so does what their sound is called: free text."""
HERS, SHARED = "video-of-the-erased", "video-with-the-erased"


def night(database: Database, folder: Path, rejects: Path) -> Summary:
    return run_night(database, [folder], clock=NOW, now=NOW, rejects=rejects, max_reject_share=0.5, tuning=Tuning(0.0))


def told(folder: Path) -> Path:
    """A platform in which she is named wherever anybody can be."""
    story = STORIES["story"](3, events=1_200, rows=80)
    rng = random.Random(3)
    at = NOW - 5 * HOUR
    users, videos, challenges, events = (story[name] for name in ("users", "videos", "challenges", "events"))
    users += [
        {"id": WHO, "birthYear": 1990, "country": "IS", "languages": ["is"], "updatedAt": at},
        {"id": FRIEND, "birthYear": 1991, "country": "FR", "languages": ["fr"], "updatedAt": at},
    ]
    videos += [
        {"id": HERS, "creatorId": WHO, "coCreatorIds": [FRIEND], "createdAt": at, "caption": "mine #dance",
         "soundTitle": f"original sound - {WHO}",
         "durationMs": 1000, "updatedAt": at, "rating": "everyone"},
        {"id": SHARED, "creatorId": FRIEND, "coCreatorIds": [WHO], "createdAt": at, "rating": "everyone",
         "caption": f"with @{WHO} and @{WHO}0 #dance", "durationMs": 1000, "updatedAt": at},
        {"id": "v-fan", "creatorId": FRIEND, "createdAt": at, "caption": f"{WHO} is the best #{WHO} #dance",
         "soundTitle": f"original sound - {WHO}", "durationMs": 1000, "updatedAt": at, "rating": "everyone"},
        {"id": "v-remix", "creatorId": FRIEND, "remixOf": HERS, "createdAt": at, "caption": "again #dance",
         "durationMs": 1000, "updatedAt": at, "rating": "everyone"},
    ]  # fmt: skip
    challenges += [
        {"id": "c-hers", "title": f"jump with @{WHO}", "rules": f"ask @{WHO}", "launchedBy": WHO,
         "sponsoredBy": [WHO, FRIEND], "hashtags": ["dance"], "updatedAt": at},
    ]  # fmt: skip
    for number in range(12):
        viewer = f"crowd{number}"
        users.append({"id": viewer, "birthYear": 1980, "country": "FR", "languages": ["fr"], "updatedAt": at})
        for video in (HERS, SHARED, "v-remix", "v0"):
            events.append({"userId": viewer, "kind": "view", "videoId": video, "watchedMs": 2000, "at": at + number})
        events.append({"userId": viewer, "kind": "follow", "targetId": WHO, "at": at})
    for video in ("v0", "v1", SHARED):
        events.append({"userId": WHO, "kind": "view", "videoId": video, "watchedMs": 900, "at": at})
        events.append({"userId": WHO, "kind": "comment", "videoId": video, "at": at})
    events += [
        {"userId": WHO, "kind": kind, "targetId": "u2", "at": at, "reason": "rude"} for kind in ("block", "report")
    ]
    events += [
        {"userId": WHO, "kind": "hide", "videoId": "v2", "at": at},
        {"userId": FRIEND, "kind": "report", "targetId": "u2", "reason": f"he follows @{WHO}", "at": at},
        {"userId": WHO, "kind": "view", "videoId": "v1", "watchedMs": -1, "at": at},  # rejected, with her id
        {"userId": "u2", "kind": "follow", "targetId": WHO, "at": NOW + 9 * HOUR},  # rejected too
        {"userId": "u2", "kind": "wink\x85\u2028", "videoId": "v1", "at": at},  # a reject that stays, whole
    ]
    return Path(STORIES["cut"](story, rng, folder, nights=1)[0])


@pytest.fixture
def run(
    neo4j_server: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """A command in a home of its own; its JSON."""
    monkeypatch.setenv("CONTENTGRAPH_URI", neo4j_server.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", neo4j_server.password)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tmp").mkdir()
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)

    def call(*arguments: str) -> Any:
        code = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    yield call
    tempfile.tempdir = None


def in_the_graph(database: Database, *names: str) -> set[str]:
    """Labels, types and properties whose value names one of the ids, as a word."""
    import re

    words = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
    found = set()
    with database._session("READ") as session:
        rows = session.run("MATCH (n) RETURN labels(n) AS what, properties(n) AS said").values()
        rows += session.run("MATCH ()-[r]->() RETURN [type(r)] AS what, properties(r) AS said").values()
    for what, said in rows:
        for name, value in said.items():
            if words.search(json.dumps(value, ensure_ascii=False)):
                found.add(f"{':'.join(what)}.{name}")
    return found


def in_the_files(folder: Path, *names: str) -> set[str]:
    """Files under ``folder`` that hold one of the ids, in plain or in what Parquet holds."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            if path.suffix == ".parquet" and text.startswith(b"PAR1"):
                text = json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode() + text
            if any(name.encode() in text.replace(f"{WHO}0".encode(), b"") for name in names):
                found.add(path.name)
    return found


def test_erase_user_leaves_her_id_nowhere(
    clean_database: Connection, database: Database, run: Callable[..., Any], tmp_path: Path
) -> None:
    """Every string of the graph and every file of the home, the rejects, the snapshot and the feeds is searched."""
    folder, rejects = told(tmp_path / "files"), tmp_path / "elsewhere"
    run("nightly", str(folder), "--now", str(NOW), "--rejects", str(rejects), "--max-rejects", "0.5", "--tune", "0")
    graph = Graph(database)
    graph.review("creator", WHO, approved=True, by=WHO, at=NOW)
    graph.review("hashtag", "dance", approved=True, by=WHO, at=NOW)
    run("snapshot", "feeds.snapshot")
    run("precompute", "--out", "feeds.parquet", "--snapshot", "feeds.snapshot")
    graph.record({"userId": WHO, "kind": "like", "videoId": "v0", "at": NOW})
    slot = {"at": NOW, "until": NOW + HOUR, "source": "random", "wave": 1, "propensity": 0.5, "pool": 2, "turn": 1}
    database.write("put_slots", rows=[{"userId": WHO, "videoId": "v-remix", "slot": slot}])
    shown = {"userId": WHO, "at": NOW, "slot": 1, "source": "similar", "propensity": 1.0}
    database.write("put_shown", rows=[{**shown, "videoId": "видео"}])
    read_there = {"screenText": [f"ask @{WHO} now", f"{WHO}!", f"{WHO}0"], "words": ["ask", WHO], "wordCounts": [2, 1]}
    database.write("put_media", rows=[{"id": name, "properties": read_there} for name in ("v-fan", HERS)])
    topic = {"id": "t", "name": f"#{WHO}", "hashtags": [WHO, "dance"], "words": [WHO], "videos": 1}
    database.write("put_topics", rows=[topic])
    database.write("put_about", rows=[{"id": "v-fan", "topic": "t"}])
    graph.takedown("v-remix", reason=f"{WHO} asked for it", now=NOW)
    # What killed commands left: a night or evaluate, a snapshot, feeds that never came to be, a dump, a rebuild.
    for dead in ("tmp/contentgraph-work-x", ".backup.draft-x", "home/rebuild/x"):
        (tmp_path / dead).mkdir(parents=True)
        (tmp_path / dead / "events.parquet").write_text(WHO)
    for name in ("feeds.snapshot", "other.parquet"):
        (tmp_path / f".{name}.draft-x").write_text(WHO)
    for name in ("backup", "other.parquet"):
        traces.note("draft", tmp_path / name)

    assert len(in_the_graph(database, WHO, HERS)) > 5
    held = in_the_files(tmp_path, WHO, HERS) - {path.name for path in folder.iterdir()}
    assert {"feeds.snapshot", "feeds.parquet", "events.parquet"} < held
    assert any(name.endswith(".jsonl") for name in held)
    served = Served(tmp_path / "feeds.snapshot")
    assert served.knows(WHO)

    answer = run("erase", "user", WHO)
    assert answer["found"]
    assert answer["videos"] == [HERS]
    assert SHARED in answer["kept"]
    assert answer["files"]["rejects"] >= 2
    assert answer["files"]["left"] == 5
    left = [json.loads(line) for path in rejects.iterdir() for line in path.read_text("utf-8").split("\n") if line]
    assert any("wink" in each["message"] for each in left)
    assert answer["pulses"] > 0
    assert in_the_graph(database, WHO, HERS) == set()
    assert in_the_files(tmp_path, WHO, HERS) - {path.name for path in folder.iterdir()} == set()
    assert answer["texts"] >= 7
    assert database.read("cards", userId=None, ids=["v-fan"])[0]["caption"] == "… is the best #… #dance"
    with database._session("READ") as session:
        media = session.run("MATCH (m:Media {id: 'v-fan'}) RETURN properties(m) AS said").single(strict=True)["said"]
    assert media["screenText"] == ["ask @… now", "…!", f"{WHO}0"]
    assert (media["words"], media["wordCounts"]) == (["ask"], [2])
    assert f"@{FRIEND}" in database.read("cards", userId=None, ids=[SHARED])[0]["caption"]

    time.sleep(2 * LOOK_S)
    with pytest.raises(NotFound):
        served.suggest(WHO)  # which looked at the list beside its file
    assert not served.knows(WHO)
    with pytest.raises(NotFound):
        graph.suggest(WHO)

    again = run("erase", "user", WHO)
    assert not again["found"]


def held(database: Database) -> list[str]:
    """Every node and edge, by what they say, but the settings and when somebody was erased."""
    with database._session("READ") as session:
        nodes = session.run(
            "MATCH (n) WHERE NOT n:Settings AND NOT n:Tombstone RETURN [labels(n), properties(n)] AS told"
        ).value()
        edges = session.run(
            "MATCH (a)-[r]->(b) RETURN [properties(a), type(r), properties(r), properties(b)] AS told"
        ).value()
    return sorted(json.dumps(told, sort_keys=True, default=str) for told in [*nodes, *edges])


def lived(database: Database) -> None:
    """Somebody with videos that carry what nobody else does, seen, counted, tested, told of in lists and decisions."""
    with database._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    install(database)
    with database._session("WRITE") as session:
        session.run(
            "CREATE (h:User {id: $who, country: 'IS', languages: ['is']}), (f:User {id: 'f', country: 'FR'}),"
            " (h)-[:FOLLOWS]->(f), (f)-[:FOLLOWS]->(h), (w:Video {id: 'w', createdAt: 1}), (f)-[:CREATED]->(w),"
            " (dance:Hashtag {name: 'dance'}), (w)-[:TAGGED]->(dance), (h)-[:ENGAGED {lastAt: 1}]->(w)"
            " WITH h, f, dance UNWIND range(1, 4) AS i"
            " CREATE (h)-[:CREATED {role: 'author'}]->(v:Video {id: 'h' + i, createdAt: i}),"
            " (v)-[:TAGGED]->(dance), (v)-[:TAGGED]->(:Hashtag {name: 'own' + i}), (f)-[:ENGAGED {lastAt: i}]->(v),"
            " (v)-[:USES]->(:Sound {id: 'sound' + i}), (v)-[:ABOUT]->(:Topic {id: 'topic' + i}),"
            " (v)-[:HAS]->(:Media {id: 'h' + i, words: ['w']}), (v)-[:OBSERVED]->(:Counter {key: 'h' + i, at: 1}),"
            " (v)-[:DECIDED]->(:Decision {id: 'h' + i, number: 1}),"
            " (:Review {kind: 'video', entity: 'h' + i, place: i})",
            who=WHO,
        ).consume()
    counts = {name: [1, 30] for name in ("users", "people", "pairs", "pushed", "videos")}
    cells = {"hours": [0, 0], "countries": ["IS", "FR"], "languages": ["is", "und"], "points": [2.0, 2.0], **counts}
    for kind, names in {
        "hashtag": ["dance", *(f"own{i}" for i in range(1, 5))], "sound": [f"sound{i}" for i in range(1, 5)],
    }.items():  # fmt: skip
        database.write("put_pulses", kind=kind, rows=[{"entity": name, "day": 0, "cells": cells} for name in names])


def test_an_erasure_that_is_cut_off_at_any_write_is_finished_by_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not done yet is found again: nodes, pulses and decisions that only her videos led to, and her videos."""
    monkeypatch.setattr(erasing, "VIDEOS", 1)
    monkeypatch.setattr(erasing, "PULSED", 2)
    lived(database)
    Graph(database).erase_user(WHO)
    whole = held(database)
    assert sum("own" in told or "Media" in told or "Counter" in told or "Review" in told for told in whole) == 0
    assert sum("Pulse" in told for told in whole) == 1

    lived(database)
    left = 0

    def cut(name: str, **params: object) -> Steps[list[Record]]:
        nonlocal left
        left -= 1
        if left == 0:
            raise Unreachable("cut off")
        return (yield from write(name, **params))

    for module in (erasing, blanking):
        monkeypatch.setattr(module, "write", cut)
    cuts = 0
    while True:
        left = cuts + 1
        try:
            Graph(database).erase_user(WHO)
            break
        except Unreachable:
            cuts += 1
    assert cuts > 20
    assert held(database) == whole


def test_a_replay_does_not_bring_her_back(database: Database, tmp_path: Path, run: Callable[..., Any]) -> None:
    """The same files after the erasure: all but she is there again; the summary says so, no reject names her."""
    folder = told(tmp_path / "files")
    rejects = tmp_path / "rejects"
    night(database, folder, rejects)
    graph = Graph(database)
    graph.erase_user(WHO)
    assert in_the_graph(database, WHO, HERS) == set()
    wanted = digest(database)
    for path in rejects.glob("*.jsonl"):
        path.unlink()
    summary = night(database, folder, rejects)
    assert summary.rejected["unusable_erased"] > 15
    assert in_the_graph(database, WHO, HERS) == set()
    assert in_the_files(rejects, WHO, HERS) == set()
    assert digest(database) == wanted
    with pytest.raises(InvalidEvent, match="was erased"):
        graph.record({"userId": WHO, "kind": "like", "videoId": "v0", "at": NOW}, now=NOW)
    with pytest.raises(InvalidEvent, match="was erased"):
        graph.record({"userId": "u0", "kind": "view", "watchedMs": 5, "videoId": HERS, "at": NOW}, now=NOW)
    with pytest.raises(InvalidEvent, match="was erased"):
        graph.create_challenge("c-new", title="x", sponsors=[WHO])
    assert graph.lift_erasure("user", WHO)
    assert not graph.lift_erasure("user", WHO)
    graph.record({"userId": WHO, "kind": "like", "videoId": "v0", "at": NOW}, now=NOW)
    assert in_the_graph(database, WHO) == {"User:Unannounced.id"}


def test_her_videos_stay_without_her_where_that_is_asked_for(database: Database, tmp_path: Path) -> None:
    """--keep-videos: they are shown, nobody made them, and their catalogue rows are still taken."""
    folder = told(tmp_path / "files")
    night(database, folder, tmp_path / "rejects")
    Graph(database).erase_user(WHO, keep_videos=True)
    assert in_the_graph(database, WHO) <= SOUND
    card = database.read("cards", userId=None, ids=[HERS])[0]
    assert card["creatorIds"] == [FRIEND]
    STORIES["write"](folder / "videos-z.jsonl", [{"id": HERS, "creatorId": WHO, "caption": "new", "updatedAt": NOW}])
    night(database, folder, tmp_path / "rejects")
    assert database.read("cards", userId=None, ids=[HERS])[0]["caption"] == "new"
    assert in_the_graph(database, WHO) <= SOUND


def test_a_sound_is_called_as_a_video_that_is_left_calls_it(database: Database, session: neo4j.Session) -> None:
    """Not as the erased one did; without one it has no title."""
    install(database)
    rows = [
        {"id": "v1", "properties": {"soundTitle": "hers alone", "updatedAt": NOW}},
        {"id": "v2", "properties": {"soundTitle": "plain", "updatedAt": NOW - 1}},
    ]
    database.write("put_videos", rows=rows)
    database.write("link_sound", rows=[{"id": row["id"], "targets": ["s1"]} for row in rows])
    database.write("title_sounds", ids=["s1"])
    graph = Graph(database)
    graph.erase_video("v1")
    assert session.run("MATCH (s:Sound) RETURN s.title").value() == ["plain"]


def test_her_name_told_by_escapes_goes_out_of_captions_that_stand(database: Database, session: neo4j.Session) -> None:
    """Captions are stored as told, and read as their escapes mean them."""
    told = {"v1": r"with @jos\u00e91 and jos\u00e91", "v2": r"with @anna\u005fb", "v3": r"a \u00e9 of nobody"}
    install(database)
    database.write("put_videos", rows=[{"id": name, "properties": {"caption": said}} for name, said in told.items()])
    graph = Graph(database)
    database.write("announce_users", ids=["josé1", "anna_b"])
    graph.erase_user("josé1")
    graph.erase_user("anna_b")
    found = dict(session.run("MATCH (v:Video) RETURN v.id, v.caption").values())
    assert found == {"v1": "with @… and …", "v2": "with @…", "v3": told["v3"]}


def put_topic(database: Database, videos: list[str], name: str) -> None:
    row = {"id": name, "name": "#x", "hashtags": [], "words": [], "videos": len(videos), "generic": False}
    database.write("put_topics", rows=[row])
    database.write("put_about", rows=[{"id": video, "topic": name} for video in videos])


def test_small_cells_of_pulses_go_with_her_and_come_back_without_her(database: Database, tmp_path: Path) -> None:
    """A cell of her country and language alone is hers; the next night counts without her."""
    folder = told(tmp_path / "files")
    night(database, folder, tmp_path / "rejects")

    def hers(kind: str) -> int:
        rows = database.stream("night_pulses", kind=kind, since=0)
        return sum(cell == "IS" for row in rows for cell in row["countries"])

    assert hers("hashtag") > 0
    put_topic(database, ["v0", "v1"], "t1")
    pulse(database, now=NOW)
    assert hers("topic") > 0
    Graph(database).erase_user(WHO)
    assert hers("hashtag") == hers("topic") == 0
    night(database, folder, tmp_path / "rejects")
    assert hers("hashtag") == hers("topic") == 0


def test_a_topic_goes_with_its_last_video(database: Database, tmp_path: Path) -> None:
    """Node, pulses and trends: what named it may have been told by that video."""
    night(database, told(tmp_path / "files"), tmp_path / "rejects")
    for video, name in ((HERS, "lonely"), ("v0", "kept")):
        put_topic(database, [video], name)
        with database._session("WRITE") as session:
            session.run("CREATE (:Pulse {kind: 'topic', entity: $name, day: 0})", name=name).consume()
            session.run("CREATE (:Trend {kind: 'topic', entity: $name, videos: [], also: []})", name=name).consume()
    Graph(database).erase_video(HERS)
    assert in_the_graph(database, "lonely") == set()
    assert in_the_graph(database, "kept") == {"Topic.id", "Pulse.entity", "Trend.entity"}


def feeds_of(graph: Any) -> set[str]:
    return {each.video_id for each in graph.suggest("crowd1", 100)}


def test_takedown_is_at_once_everywhere_and_can_be_undone(
    database: Database, tmp_path: Path, run: Callable[..., Any]
) -> None:
    """Feeds by traversal and by a mapped file in another process, lists, trends; a replay of the catalogue keeps it."""
    folder = told(tmp_path / "files")
    STORIES["write"](folder / "users-z.jsonl", [{"id": "crowd99", "birthYear": 1980, "updatedAt": NOW}])
    night(database, folder, tmp_path / "rejects")
    graph = Graph(database)
    run("snapshot", "feeds.snapshot")
    before = digest(database)
    served = Served(tmp_path / "feeds.snapshot")
    assert SHARED in {each.video_id for each in served.suggest("crowd99", 100)}
    assert SHARED in {each.video_id for each in graph.suggest("crowd99", 100)}
    code = (
        "import sys, time\nfrom contentgraph.client import Served\n"
        "served = Served('feeds.snapshot')\n"
        "print('ready', flush=True)\n"
        "while any(each.video_id == sys.argv[1] for each in served.suggest('crowd99', 100)):\n    time.sleep(0.01)\n"
        "print('gone', flush=True)\nsys.stdin.readline()\n"
        "print(any(each.video_id == sys.argv[1] for each in served.suggest('crowd99', 100)))\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, SHARED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert other.stdin is not None
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    began = time.monotonic()
    answer = run("takedown", SHARED, "--reason", "a court said so")
    assert answer["videoId"] == SHARED
    assert other.stdout.readline() == "gone\n"
    assert time.monotonic() - began < 10.0
    time.sleep(2 * LOOK_S)
    assert SHARED not in {each.video_id for each in served.suggest("crowd99", 100)}
    assert SHARED not in {each.video_id for each in graph.suggest("crowd99", 100)}
    with database._session("READ") as session:
        named = session.run("MATCH (t:Trend) WHERE t.entity = $id OR $id IN t.videos RETURN count(t)", id=SHARED)
        assert named.single(strict=True)[0] == 0
        featured = session.run("MATCH (v:Video {id: $id})<-[f:FEATURED|ASSIGNED]-() RETURN count(f)", id=SHARED)
        assert featured.single(strict=True)[0] == 0
    assert digest(database) == before, "a takedown is a decision, not a fact"

    assert run("takedown", SHARED, "--undo")["shown"]
    other.stdin.write("\n")
    other.stdin.flush()
    assert other.stdout.readline() == "True\n"
    other.stdin.close()
    other.wait(timeout=30)
    other.stdout.close()
    assert SHARED in {each.video_id for each in graph.suggest("crowd99", 100)}

    run("takedown", SHARED)
    night(database, folder, tmp_path / "rejects")
    assert SHARED not in {each.video_id for each in graph.suggest("crowd99", 100)}, "a replayed row keeps it down"
    run("takedown", SHARED, "--undo")
    night(database, folder, tmp_path / "rejects")
    assert SHARED in {each.video_id for each in graph.suggest("crowd99", 100)}, (
        "what no night ranked comes back with one"
    )
    assert digest(database) == before

    run("takedown", SHARED)
    answer = run("erase", "video", SHARED)
    assert answer["found"]
    assert in_the_graph(database, SHARED) == set()
    assert in_the_files(tmp_path, SHARED) - {path.name for path in folder.iterdir()} == set()
    assert not beside(tmp_path / "feeds.snapshot").read_text().count(SHARED)


def test_a_takedown_names_the_feeds_made_beforehand(
    database: Database, tmp_path: Path, run: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """They are not changed, for it may be undone."""
    night(database, told(tmp_path / "files"), tmp_path / "rejects")
    run("snapshot", "feeds.snapshot")
    run("precompute", "--out", "feeds.parquet", "--snapshot", "feeds.snapshot")
    assert main(["takedown", SHARED]) == 0
    assert f"run 'precompute' again: {tmp_path / 'feeds.parquet'}" in capsys.readouterr().err
    assert main(["takedown", SHARED, "--undo"]) == 0
    assert not capsys.readouterr().err


def test_a_takedown_in_countries_by_the_command(
    database: Database, tmp_path: Path, run: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where, and what is no country is a wrong argument; tests/integration/test_withheld.py has the rest."""
    night(database, told(tmp_path / "files"), tmp_path / "rejects")
    users = {"FR": "crowd98", "IS": "crowd99"}
    rows = [{"id": user, "properties": {"birthYear": 1980, "country": place}} for place, user in users.items()]
    database.write("put_users", rows=rows)
    graph = Graph(database)

    def there() -> set[str]:
        return {
            place for place, user in users.items() if SHARED in {each.video_id for each in graph.suggest(user, 100)}
        }

    assert there() == {"FR", "IS"}
    answer = run("takedown", SHARED, "--country", "is", "--country", "DE", "--reason", "a court said so")
    assert (answer["videoId"], answer["withheldIn"], answer["trends"]) == (SHARED, ["DE", "IS"], 0)
    assert there() == {"FR"}
    night(database, tmp_path / "files" / "night-0", tmp_path / "rejects")
    assert there() == {"FR"}, "a replayed row keeps it down there"
    assert main(["takedown", SHARED, "--country", "FR"]) == 0
    assert "withheld in DE, FR, IS" in capsys.readouterr().out
    assert there() == set()
    assert run("takedown", SHARED, "--country", "IS", "--country", "FR", "--undo")["shown"]
    assert there() == {"FR", "IS"}
    assert main(["takedown", SHARED, "--country", "Iceland"]) == 2
    assert "two letters" in capsys.readouterr().err


def test_undoing_a_takedown_leaves_what_the_catalogue_removed(database: Database) -> None:
    """Removed by its row before or after: it stays removed."""
    graph = Graph(database) if database.read("settings") else None
    from contentgraph.cypher.installation import install

    install(database)
    graph = graph or Graph(database)
    database.write("put_videos", rows=[{"id": "v1", "properties": {"removedAt": 5, "updatedAt": 5}}])
    graph.takedown("v1", now=NOW)
    assert not graph.restore("v1")
    with pytest.raises(NotFound):
        graph.restore("v1")
    with pytest.raises(NotFound):
        graph.takedown("v-none")


def test_an_erasure_waits_for_the_night(
    clean_database: Connection, database: Database, tmp_path: Path, run: Callable[..., Any]
) -> None:
    """Else the night would write again what it read before; she is out of all answers meanwhile."""
    from contentgraph.cypher import target
    from contentgraph.loaders.alone import alone

    folder = told(tmp_path / "files")
    night(database, folder, tmp_path / "rejects")
    done: list[Any] = []
    environment = os.environ | {"CONTENTGRAPH_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "contentgraph.cli", "erase", "user", WHO, "--json"]
    with alone(target(), database):
        process = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        reader = threading.Thread(target=lambda: done.append(process.communicate()))
        reader.start()
        for _ in range(200):
            rows = database.read("user_card", userId=WHO)
            if rows and rows[0]["removed"]:
                break
            time.sleep(0.1)
        assert rows[0]["removed"], "hidden before the wait"
        time.sleep(1.0)
        assert process.poll() is None
    reader.join(timeout=60)
    assert process.returncode == 0, done
    assert in_the_graph(database, WHO, HERS) == set()


def test_an_erasure_waits_for_feeds_that_are_being_written(
    clean_database: Connection,
    database: Database,
    tmp_path: Path,
    run: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else they would be published after the files were cleaned, with her in them."""
    night(database, told(tmp_path / "files"), tmp_path / "rejects")
    begun, go = threading.Event(), threading.Event()
    batches = precompute._batches

    def slow(snapshot: Snapshot, limit: int) -> Iterator[Any]:
        begun.set()
        assert go.wait(60)
        yield from batches(snapshot, limit)

    monkeypatch.setattr(precompute, "_batches", slow)
    environment = os.environ | {"CONTENTGRAPH_HOME": str(tmp_path / "home")}
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(main, ["precompute", "--out", "feeds.parquet", "--limit", "5"])
        assert begun.wait(60)
        command = [sys.executable, "-m", "contentgraph.cli", "erase", "user", WHO, "--json"]
        erasure = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert erasure.stderr is not None
        said = erasure.stderr.readline()
        go.set()
        assert written.result(timeout=60) == 0
    out, err = erasure.communicate(timeout=120)
    assert said == "waiting for another command that writes files of this home to end\n", said + err
    assert erasure.returncode == 0, err
    assert json.loads(out)["files"]["slots"] > 0
    assert in_the_files(tmp_path, WHO, HERS) <= {path.name for path in (tmp_path / "files").rglob("*")}


def test_what_is_taken_down_while_its_first_file_is_written_is_not_in_it(
    database: Database, tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A takedown knows of no file that is not there yet: who writes it looks again."""
    folder = told(tmp_path / "files")
    STORIES["write"](folder / "users-z.jsonl", [{"id": "crowd99", "birthYear": 1980, "updatedAt": NOW}])
    night(database, folder, tmp_path / "rejects")
    graph, read, batches = Graph(database), snapshot_reading.read_snapshot, precompute._batches
    assert {SHARED, "v-fan", "v-remix"} <= {each.video_id for each in graph.suggest("crowd99", 100)}
    late = iter([SHARED, "v-fan", "v-remix"])

    def read_then_down(database: Database) -> Snapshot:
        found = read(database)
        for video in [next(late)]:
            graph.takedown(video, now=NOW)
        return found

    def written_then_down(snapshot: Snapshot, limit: int) -> Iterator[Any]:
        yield from batches(snapshot, limit)
        for video in late:
            graph.takedown(video, now=NOW)

    monkeypatch.setattr(snapshot_file, "read_snapshot", read_then_down)
    monkeypatch.setattr(snapshot_reading, "read_snapshot", read_then_down)
    run("snapshot", "feeds.snapshot")
    assert SHARED not in {each.video_id for each in Served(tmp_path / "feeds.snapshot").suggest("crowd99", 100)}
    run("precompute", "--out", "read.parquet", "--limit", "100")
    monkeypatch.setattr(precompute, "_batches", written_then_down)
    run("precompute", "--out", "mapped.parquet", "--limit", "100", "--snapshot", "feeds.snapshot")
    for name, gone in (("read", {SHARED, "v-fan"}), ("mapped", {SHARED, "v-fan", "v-remix"})):
        listed = set(pq.read_table(tmp_path / f"{name}.parquet").column("videoId").to_pylist())
        assert listed
        assert not listed & gone


def test_a_dump_from_before_comes_back_without_her_in_a_new_store(
    database: Database, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the home that erased her; elsewhere by the file; told neither, it says so. Every property is searched."""
    folder = told(tmp_path / "files")
    night(database, folder, tmp_path / "rejects")
    read_there = {"screenText": [f"ask @{WHO} now"], "words": [WHO], "wordCounts": [1]}
    for video in (HERS, "v-fan"):
        database.write("put_media", rows=[{"id": video, "properties": read_there}])
    counter = {"views": 1, "likes": 0, "comments": 0, "shares": 0}
    database.write("merge_counters", rows=[{"videoId": HERS, "at": 7, **counter}])
    Graph(database).review("creator", WHO, approved=True, by="ana", at=NOW)
    run("dump", "dump")
    run("erase", "user", WHO)
    salts = database.read("tombstones")[0]["salts"]
    assert run("erasures", "erasures.jsonl")["erased"] >= 2
    assert in_the_files(tmp_path / "home", WHO, HERS) == set()
    assert WHO not in (tmp_path / "erasures.jsonl").read_text()

    def anew() -> None:
        with database._session("WRITE") as session:
            session.run("MATCH (n) DETACH DELETE n").consume()

    anew()
    assert run("restore", "dump")["erased"] >= 4
    assert in_the_graph(database, WHO, HERS) == set()
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "another"))
    anew()
    assert run("restore", "dump")["erased"] == 0
    assert len(in_the_graph(database, WHO, HERS)) > 5
    anew()
    run("restore", "dump", "--erasures", "erasures.jsonl")
    assert in_the_graph(database, WHO, HERS) == set()
    assert salts[0] in database.read("tombstones")[0]["salts"]
    summary = night(database, folder, tmp_path / "rejects")
    assert summary.rejected["unusable_erased"] > 15, "and her files stay out, too"
    assert in_the_graph(database, WHO, HERS) == set()
