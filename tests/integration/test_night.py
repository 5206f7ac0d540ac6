"""A night from its command line, and its pulses and trends against a plain Python count."""

import json
import os
import random
import runpy
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from contentgraph.cypher import Database
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

HERE = Path(__file__).parents[1]
STORIES = runpy.run_path(str(HERE / "stories.py"))
VERIFIER = runpy.run_path(str(HERE / "verifier.py"))
DATA = HERE.parents[1] / "shared" / "data"
NOW, HOUR = STORIES["NOW"], STORIES["HOUR"]
UNTIL = (NOW // HOUR + 1) * HOUR

Cell = tuple[str, str, int, str, str]


@pytest.fixture
def tidy(session: neo4j.Session) -> Iterator[None]:
    """A large graph does not stay for the tests to come: those empty theirs in one transaction."""
    yield
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS").consume()


def nightly(work: Path, *arguments: object, uri: str, password: str = "") -> subprocess.CompletedProcess[str]:
    """``python -m contentgraph.loaders.nightly`` as a process of its own."""
    environment = os.environ | {"CONTENTGRAPH_URI": uri, "CONTENTGRAPH_PASSWORD": password}
    environment |= {"CONTENTGRAPH_USER": "neo4j", "CONTENTGRAPH_HOME": str(work / "home")}
    command = [sys.executable, "-m", "contentgraph.loaders.nightly", *map(str, arguments)]
    command += ["--rejects", str(work / "rejects")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def night_of(folder: Path, seed: int, **sizes: int) -> Path:
    found: list[Path] = STORIES["cut"](STORIES["story"](seed, **sizes), random.Random(seed), folder, nights=1)
    return found[0]


def expected_pulses(files: list[Path], about: dict[str, str]) -> dict[Cell, tuple[int, int, int, int, int, float]]:
    """(kind, entity, hour, country, language) → the numbers of a pulse; counted one pair at a time.

    ``about``: video → topic.
    """
    nodes, edges = VERIFIER["expected"](files, NOW)
    makers = defaultdict(list)
    for kind, start, end in edges:
        if kind == "CREATED":
            makers[end].append(start)
    spread: dict[Cell, set[str]] = defaultdict(set)
    of_day: dict[tuple[object, ...], int] = {}
    pushes: dict[Cell, int] = defaultdict(int)

    def spreads(user: tuple[str, str], video: tuple[str, str], told: dict[str, Any]) -> bool:
        if told.get("firstPushedAt", told["firstAt"] + 1) <= told["firstAt"]:
            return False
        follows = [edges.get(("FOLLOWS", user, maker), {}) for maker in makers[video]]
        if any("at" in one and one["at"] >= one.get("until", one["at"]) for one in follows):
            return False
        return bool(told["firstAt"] - nodes[user][1].get("createdAt", 0) >= 24 * HOUR)

    own = {(start, end) for kind, start, end in edges if kind == "CREATED"}
    kinds = {"TAGGED": "hashtag", "USES": "sound", "ANSWERS": "challenge"}
    carries = defaultdict(list)
    for kind, start, end in edges:
        if kind in kinds:
            carries[kinds[kind], end[1]].append(start)
    for video, topic in about.items():
        carries["topic", topic].append(("Video", video))
    for kind, challenge, tag in edges:
        if kind == "MARKED_BY":
            dates = nodes[challenge][1]
            for video in carries["hashtag", tag[1]]:
                born = nodes[video][1].get("createdAt")
                inside = born is not None and dates.get("startsAt", born) <= born <= dates.get("endsAt", born)
                if inside and video not in carries["challenge", challenge[1]]:
                    carries["challenge", challenge[1]].append(video)

    def place(end: tuple[str, str]) -> tuple[str, str]:
        told = nodes[end][1]
        spoken = told.get("language") if end[0] == "Video" else next(iter(told.get("languages", [])), None)
        return told.get("country", "ZZ"), spoken or "und"

    people: dict[Cell, set[str]] = defaultdict(set)
    pairs: dict[Cell, int] = defaultdict(int)
    new: dict[Cell, int] = defaultdict(int)
    points: dict[Cell, float] = defaultdict(float)
    for (kind, entity), videos in carries.items():
        if len(videos) < 2:
            continue
        for video in videos:
            born = nodes[video][1].get("createdAt")
            if born is not None:
                new[(kind, entity, born // HOUR * HOUR, *place(video))] += 1
            for edge, user, other in edges:
                if edge != "ENGAGED" or other != video or (user, video) in own:
                    continue
                for at, brought in happened(edges[edge, user, other]):
                    cell = (kind, entity, min(at, UNTIL - 1) // HOUR * HOUR, *place(user))
                    points[cell] += brought
                    if not brought:
                        told = edges[edge, user, other]
                        people[cell].add(user[1])
                        pairs[cell] += 1
                        pushes[cell] += told.get("firstPushedAt", at + 1) <= at
                        if spreads(user, video, told):
                            day = (kind, entity, cell[2] // (24 * HOUR), user)
                            of_day[day] = min(of_day.get(day, cell[2]), cell[2])
    for (kind, entity, _, user), hour in of_day.items():
        spread[kind, entity, hour, *place(user)].add(user[1])
    return {
        cell: (len(people[cell]), len(spread[cell]), pairs[cell], pushes[cell], new[cell], points[cell])
        for cell in {*people, *pairs, *new, *points}
    }


def happened(told: dict[str, Any]) -> list[tuple[int, float]]:
    """(at, points) of each fact of a pair, and (firstAt, 0) once."""
    found = [(told["firstAt"], 0.0)]
    if told["completed"]:
        found.append((told.get("firstCompletionAt", told.get("view1At")), 8.0))
    if told["rewatched"]:
        found.append((told.get("lastCompletionAt", told.get("view2At", told.get("view1At"))), 10.0))
    if "lastLikeAt" in told and told["lastLikeAt"] >= told.get("lastUnlikeAt", 0):
        found.append((told["lastLikeAt"], 2.0))
    found += [(told[name], weight) for name, weight in (("firstShareAt", 6.0), ("firstCommentAt", 4.0)) if name in told]
    return found


@pytest.mark.parametrize("seed", range(2))
def test_pulses_and_the_series_of_trends_are_what_counting_gives(
    database: Database, session: neo4j.Session, tmp_path: Path, seed: int
) -> None:
    """After two nights, the second of which corrects countries, tags and durations of the first."""
    folders = STORIES["cut"](STORIES["story"](300 + seed, events=400), random.Random(seed), tmp_path / "in", nights=2)
    for folder in folders:
        run_night(
            database,
            [folder],
            clock=NOW,
            now=NOW,
            rejects=tmp_path / "rejects",
            max_reject_share=0.5,
            tuning=Tuning(0.0),
        )
    about = dict(session.run("MATCH (v:Video)-[:ABOUT]->(t:Topic) RETURN v.id, t.id").values())
    assert about, "what videos are about tonight, not the night before"
    told = session.run(
        "MATCH (v:Video)-[s:SIMILAR]->(w:Video) "
        "RETURN coalesce(s.alike, false), EXISTS { (v)<-[:ENGAGED]-()-[:ENGAGED]->(w) }"
    ).values()
    assert told
    assert all(alike != watched_both for alike, watched_both in told)
    wanted = expected_pulses(STORIES["files_of"](folders), about)
    found = {}
    columns = ("hours", "countries", "languages", "users", "people", "pairs", "pushed", "videos", "points")
    for (pulse,) in session.run("MATCH (p:Pulse) RETURN properties(p)").values():
        for hour, country, language, *counts in zip(*(pulse[name] for name in columns), strict=True):
            assert pulse["day"] <= hour < pulse["day"] + 24 * HOUR
            found[pulse["kind"], pulse["entity"], hour, country, language] = tuple(counts)
    assert found == wanted
    for (trend,) in session.run(
        "MATCH (t:Trend) WHERE NOT t.kind IN ['video', 'creator'] RETURN properties(t)"
    ).values():
        people: dict[int, int] = defaultdict(int)
        for (kind, entity, hour, *where), counts in wanted.items():
            asked = zip((trend["country"], trend["language"]), ("ZZ", "und"), where, strict=True)
            if (kind, entity) == (trend["kind"], trend["entity"]) and all(
                one in (every, own) for one, every, own in asked
            ):
                people[hour] += counts[1]
        hours = range(UNTIL - len(trend["series"]) * HOUR, UNTIL, HOUR)
        assert trend["series"] == [people[hour] for hour in hours]
        assert trend["observed"] <= sum(people[hour] for hour in range(UNTIL - trend["hours"] * HOUR, UNTIL, HOUR))
        assert trend["factor"] == pytest.approx(trend["observed"] / trend["expected"])


def test_a_burst_is_the_trend(database: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """Of three challenges with like pasts, the one that forty people joined within the last two hours stands first."""
    challenges = [{"id": name} for name in ("c1", "c2", "c3")]
    videos = [
        {"id": f"{name}-{place}", "challengeIds": [name], "createdAt": NOW - 400 * HOUR}
        for name in ("c1", "c2", "c3")
        for place in range(3)
    ]
    events = [
        {"userId": f"u{hour}-{name}", "kind": "like", "videoId": f"{name}-{hour % 3}", "at": NOW - hour * HOUR}
        for hour in range(300)
        for name in ("c1", "c2", "c3")
    ]
    events += [
        {
            "userId": f"n{place}",
            "kind": "view",
            "videoId": f"c2-{place % 3}",
            "watchedMs": 9,
            "at": NOW - place * 60_000,
        }
        for place in range(40)
    ]
    for table, rows in (("challenges", challenges), ("videos", videos), ("events", events)):
        STORIES["write"](tmp_path / f"{table}.jsonl", rows)
    run_night(database, [tmp_path], clock=NOW, rejects=tmp_path / "rejects")
    rows = session.run(
        "MATCH (t:Trend {kind: 'challenge', country: 'ZZ', hours: 24}) RETURN t.entity, t.observed ORDER BY t.rank"
    ).values()
    assert rows[0][0] == "c2"
    assert rows[0][1] >= 40


def test_a_summary_is_one_json_object_and_the_run_is_booked(
    clean_database: Connection, session: neo4j.Session, tmp_path: Path
) -> None:
    """``--json``: events, rejects by reason, pairs, nodes, relationships, seconds by phase, peak memory."""
    folder = night_of(tmp_path / "in", seed=5, events=200)
    done = nightly(
        tmp_path, folder, "--json", "--max-rejects", 0.5, "--now", NOW,
        uri=clean_database.uri, password=clean_database.password,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    events = [row for table, _, row in VERIFIER["read"](sorted(folder.iterdir())) if table == "events"]
    assert told["events"] == sum(VERIFIER["may_be"](event, NOW) for event in events)
    assert told["events"] + sum(told["rejected"].values()) == len(events)
    assert told["rejected"].keys() >= {"future"}
    assert told["now"] == NOW
    edges = session.run("MATCH (:User)-[e:ENGAGED]->(:Video) RETURN count(e)").single(strict=True)[0]
    assert told["pairs"] == edges
    computed = ["check", "catalogue", "engagements", "read", "tune", "score", "similarity", "trends", "waves"]
    written = ["read_similar", "put_scores", "put_similar", "put_featured", "put_content", "put_trends", "put_pulses"]
    assert [name for name in told["seconds"] if name not in written] == computed
    assert [name for name in told["seconds"] if name in written] == written
    assert 0.0 < told["peak_gib"] < 8.0
    rejects = [json.loads(line) for line in Path(told["rejects"]).read_text("utf-8").splitlines()]
    assert len(rejects) == sum(told["rejected"].values())
    assert all(Path(row["file"]).parent == folder and row["line"] > 0 and row["message"] for row in rejects)
    booked = session.run("MATCH (r:Run) RETURN r.id, r.state, r.now").values()
    assert booked == [[told["run"], "finished", NOW]]


def test_a_dry_run_needs_no_neo4j_and_counts_the_same(tmp_path: Path) -> None:
    folder = night_of(tmp_path / "in", seed=5, events=200)
    done = nightly(
        tmp_path, folder, "--dry-run", "--json", "--max-rejects", 0.5, "--now", NOW, uri="bolt://127.0.0.1:9"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    rows = [row for table, _, row in VERIFIER["read"](sorted(folder.iterdir())) if table == "events"]
    right = [row for row in rows if VERIFIER["may_be"](row, NOW)]
    assert (told["dry_run"], told["events"]) == (True, len(right))
    assert told["pairs"] == len({(r["userId"], r["videoId"]) for r in right if r["kind"] in VERIFIER["ON_VIDEO"]})


def test_too_many_rejects_stop_the_run_before_it_writes(
    clean_database: Connection, session: neo4j.Session, tmp_path: Path
) -> None:
    """Exit code 3, one line that says how many and where they are; no user, video or edge."""
    path = tmp_path / "events.jsonl"
    path.write_text('{"userId": "u1", "kind": "like", "videoId": "v1", "at": 1700000000000}\n' * 9 + "nonsense\n")
    done = nightly(tmp_path, path, "--log", "quiet", uri=clean_database.uri, password=clean_database.password)
    assert done.returncode == 3
    assert done.stderr.startswith("contentgraph: 1 of 10 rows were rejected (broken_json 1)")
    assert len(done.stderr.splitlines()) == 1
    assert session.run("MATCH (n) WHERE NOT n:Run|Settings|PointScale RETURN count(n)").single(strict=True)[0] == 0
    assert session.run("MATCH (r:Run {state: 'finished'}) RETURN count(r)").single(strict=True)[0] == 0


@pytest.mark.parametrize("wrong", [["no-such-folder"], ["."], [".", "--log", "loud"], [".", "--now", "soon"], []])
def test_wrong_usage_is_exit_code_2_without_a_traceback(
    clean_database: Connection, tmp_path: Path, wrong: list[str]
) -> None:
    """A path that is not there, a folder without data, an option that cannot be, no path at all."""
    arguments = [str(tmp_path / each) if not each.startswith("--") and each[0] in "n." else each for each in wrong]
    done = nightly(tmp_path, *arguments, uri=clean_database.uri, password=clean_database.password)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize("silent", [False, True])
def test_neo4j_out_of_reach_is_exit_code_4_within_seconds(tmp_path: Path, silent: bool) -> None:
    """Nobody listens, or somebody who never answers: said within 5 s of the start of the connection."""
    (tmp_path / "events.jsonl").write_text('{"userId": "u1", "kind": "like", "videoId": "v1", "at": 1700000000000}\n')
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if silent:
            server.listen(5)
        began = time.monotonic()
        done = nightly(tmp_path, tmp_path, uri=f"bolt://127.0.0.1:{server.getsockname()[1]}")
        took_s = time.monotonic() - began
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert took_s < 30.0  # 5 s and the start of Python, on a busy machine


@pytest.mark.skipif(not (DATA / "kuairand").exists(), reason="KuaiRand is not in ../shared/data")
def test_kuairand_gives_feeds_and_trending_videos(
    database: Database, session: neo4j.Session, tidy: None, tmp_path: Path
) -> None:
    """The log as it is: 33,745 likes and 8,083 hides; follows without a target are told; what was liked leads on."""
    summary = run_night(database, [DATA / "kuairand" / "log.tsv"], clock=NOW, rejects=tmp_path / "rejects")
    assert summary.read == 41_828
    likes = session.run("MATCH ()-[e:ENGAGED]->() WHERE e.lastLikeAt IS NOT NULL RETURN count(e)").single(strict=True)[
        0
    ]
    assert 30_000 < likes <= 33_745
    assert session.run("MATCH ()-[h:HIDES]->() RETURN count(h)").single(strict=True)[0] > 7_000
    counts = session.run("MATCH (v:Video) RETURN count(v), count(v.prior)").values()[0]
    assert counts[0] == counts[1] > 9_000
    assert summary.unannounced == {"users": 0, "videos": 0}
    assert session.run("MATCH (t:Trend {kind: 'video', hours: 24}) RETURN count(t)").single(strict=True)[0] > 0
    users = session.run("MATCH (u:User) RETURN u.id ORDER BY u.id LIMIT 10").value()
    for user in users:
        assert len(database.read("suggest", userId=user, limit=20)) == 20


@pytest.mark.skipif(not (DATA / "tiktok-2020").exists(), reason="TikTok's files are not in ../shared/data")
def test_tiktok_items_give_videos_tags_sounds_and_counters(
    database: Database, session: neo4j.Session, tidy: None, tmp_path: Path
) -> None:
    """A catalogue without viewers: tags and sounds with featured videos, snapshots, and a feed for anybody."""
    summary = run_night(database, [DATA / "tiktok-2020"], clock=NOW, rejects=tmp_path / "rejects")
    for what, least in (
        ("(n:Video)", 1_000), ("(n:Hashtag)", 1_000), ("(n:Sound)", 500), ("(:Video)-[n:OBSERVED]->(:Counter)", 1_000),
        ("(:Hashtag)-[n:FEATURED]->(:Video)", 100), ("(:Sound)-[n:FEATURED]->(:Video)", 10),
    ):  # fmt: skip
        assert session.run(f"MATCH {what} RETURN count(n)").single(strict=True)[0] >= least, what
    assert set(summary.rejected) <= {"unusable_trend"}
    assert summary.now > 1_500_000_000_000, "the clock of the data, not 1970"
