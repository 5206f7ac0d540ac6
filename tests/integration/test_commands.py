"""The command line against a real Neo4j: each command answers, for people and as one JSON document."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from contentgraph.cli import main
from contentgraph.cypher import Database, Target
from contentgraph.server import Connection


@pytest.fixture(scope="module", autouse=True)
def filled(neo4j_server: Connection, fill: Callable[..., None], world: Any) -> Iterator[None]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    with Database(target) as opened:
        fill(opened, world)
        yield


@pytest.fixture
def run(
    neo4j_server: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a command that must succeed; what it printed."""
    monkeypatch.setenv("CONTENTGRAPH_URI", neo4j_server.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", neo4j_server.password)

    def call(*arguments: str) -> str:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    return call


def test_feed(run: Callable[..., str]) -> None:
    """A line a video with its sentence; as JSON with parts that add up, and the now that it speaks of."""
    assert "5 videos for u00, as of 2026-11-01 00:00 UTC" in run("feed", "u00", "--limit", "5")
    assert re.search(r"(similar|creator|popular) \d\.\d{3} \+ ", run("feed", "u00", "--explain"))
    found = json.loads(run("feed", "u00", "--json", "--limit", "7"))
    assert found["now"] == 1_793_491_200_000
    assert len(found["suggestions"]) == 7
    for each in found["suggestions"]:
        assert sum(each["parts"].values()) == pytest.approx(each["score"])
        assert each["reason"]


def test_snapshot_and_precompute(run: Callable[..., str], tmp_path: Path) -> None:
    """A file from the graph, feeds from the file and from the graph: the same rows."""
    file, feeds = tmp_path / "snapshot", tmp_path / "feeds.parquet"
    assert "40 users and 122 videos" in run("snapshot", str(file))
    assert json.loads(run("snapshot", str(file), "--json"))["bytes"] == file.stat().st_size
    told = json.loads(run("precompute", "--out", str(feeds), "--limit", "5", "--snapshot", str(file), "--json"))
    assert told["rows"] > 150
    assert f"{told['rows']} slots for 40 users" in run("precompute", "--out", str(feeds), "--limit", "5")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    file.write_bytes(file.read_bytes()[:-9])
    assert main(["precompute", "--out", str(feeds), "--snapshot", str(file)]) == 7


def test_trending(run: Callable[..., str]) -> None:
    assert "3 trends over 24 hours in FR" in run("trending", "challenge", "--country", "FR")
    assert "one two" in run("trending", "topic")
    found = json.loads(run("trending", "hashtag", "--json", "--limit", "4", "--for", "u00"))
    assert [each["id"] for each in found["trends"]] == ["tag0", "tag1", "tag2", "tag3"]
    assert {"observed", "expected", "factor", "since", "series", "videos"} <= set(found["trends"][0])


def test_explain(run: Callable[..., str], world: Any) -> None:
    user, video = next(pair for pair in world.engaged if pair[1] not in world.forbidden(pair[0]))
    assert "not suggested: she has seen it" in run("explain", user, video)
    found = json.loads(run("explain", user, video, "--json"))
    assert found["withheld"][0] == "seen"
    assert sum(found["parts"].values()) == pytest.approx(found["score"])


def test_feeds_of_the_night_under_other_settings(run: Callable[..., str]) -> None:
    """What stays and what it brings, as a table and as JSON."""
    told = run("replay", "--scale", "like=20, rewatch=0", "--half-life", "24", "--diversity", "0.9", "--people", "30")
    assert re.search(r"\d+ feeds: \d+% of the videos stay", told)
    found = json.loads(run("replay", "--half-life", "24", "--profile-half-life", "24", "--people", "30", "--json"))
    assert 0 < found["people"] <= 30
    assert 0.0 <= found["overlap"] <= 1.0
    for wrong in (("--scale", "likes=2"), ("--scale", "like"), ("--scale", "like=-1"), ("--half-life", "0"),
                  ("--profile-half-life", "0"),
                  ("--diversity", "2"), ("--diversity", "0.5", "--bar", "0.5")):  # fmt: skip
        assert main(["replay", *wrong]) == 2, wrong


def test_record_by_arguments_and_by_lines(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One event, many, and what was not known before."""
    assert "1 events: 1 user–video pairs" in run("record", "view", "u01", "v001", "--watched-ms", "9000")
    assert "1 relations" in run("record", "hide", "u01", "u02", "--on-user", "--at", "2026-10-31T10:00:00Z")
    assert "1 relations" in run("record", "hide", "u01", "s1", "--on-sound")
    assert "1 relations" in run("record", "hide", "u01", "#Dance", "--on-hashtag")
    assert "not known before" in run("record", "follow", "u01", "stranger")
    lines = (
        '{"userId": "u01", "kind": "like", "videoId": "v001"}\n\n{"userId": "u01", "kind": "share", "videoId": "x1"}\n'
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    done = json.loads(run("record", "--json"))
    assert done == {"events": 2, "pairs": 2, "relations": 0, "announcedUsers": [], "announcedVideos": ["x1"]}
    assert main(["record", "follow", "u01", "s1", "--on-sound"]) == 2


def test_stats_scale_digest_and_schema(run: Callable[..., str]) -> None:
    assert json.loads(run("stats", "--json"))["nodes"]["Challenge"] == 4
    assert "as of 2026-11-01 00:00 UTC, last run r1" in run("stats")
    assert json.loads(run("scale", "show", "--json"))["rewatch"] == 10.0
    before = run("digest")
    assert len(before.strip()) == 64
    assert "version 2" in run("scale", "set", "--share", "7")
    assert json.loads(run("scale", "show", "--json")) | {"version": 2, "share": 7.0} == json.loads(
        run("scale", "show", "--json")
    )
    assert run("digest") == before, "points are derived, not facts"
    assert "schema version 4" in run("schema")
    assert "to create: nothing" in run("schema", "--dry-run")


def test_cypher(run: Callable[..., str]) -> None:
    """By name, with typed parameters; the list and the file itself."""
    rows = json.loads(run("cypher", "suggest", "-P", "userId=u00", "-P", "limit=3", "--json"))
    assert [list(row) for row in rows] == [["videoId", "score", "parts", "via"]] * 3
    assert "Challenge" in run("cypher", "stats")
    assert "suggest" in run("cypher")
    assert run("cypher", "suggest", "--source").startswith("// suggest: ")


def test_export(run: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "around.graphml"
    said = run("export", str(file), "--around", "challenge:c1", "--hops", "1")
    found = nx.read_graphml(file)
    assert said.startswith(f"{len(found)} nodes and ")
    assert found.nodes["challenge:c1"]["label"] == "Challenge"


def test_the_options_stand_before_or_after(
    neo4j_server: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", neo4j_server.password)
    monkeypatch.delenv("CONTENTGRAPH_URI", raising=False)
    assert main(["--uri", neo4j_server.uri, "stats", "--json"]) == 0
    assert main(["stats", "--json", "--uri", neo4j_server.uri]) == 0
    first, second = capsys.readouterr().out.strip().split("\n}\n{")
    assert first.lstrip("{").strip() == second.rstrip("}").strip()
