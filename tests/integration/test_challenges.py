"""Challenges through the client and the command line: launched, joined, recognised, closed, told of."""

import json
from pathlib import Path
from typing import Any

import neo4j
import networkx as nx
import pyarrow.parquet as pq
import pytest

from contentgraph.client import Graph, Served
from contentgraph.client.serving import mapped
from contentgraph.cypher import Database
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.control import in_control
from contentgraph.loaders.night import run_night
from contentgraph.loaders.precompute import precompute
from contentgraph.loaders.pulsing import pulse, silenced
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

NOW = 1_793_491_200_000
HOUR = 3_600_000


def tell(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def night(database: Database, folder: Path, tmp_path: Path) -> None:
    run_night(database, [folder], clock=NOW, now=NOW, rejects=tmp_path / "rejects", tuning=Tuning(0.0))


@pytest.fixture
def graph(database: Database, tmp_path: Path) -> Graph:
    """Five creators with a video each, forty viewers who liked; no challenge yet."""
    people = [
        {"id": f"m{i}", "birthYear": 1990, "country": "FR" if i < 3 else "CI", "createdAt": 1_700_000_000_000}
        for i in range(5)
    ]
    people += [
        {"id": f"p{i}", "birthYear": (1980, 2004, 1999, 2013, None)[i % 5], "country": "FR" if i % 2 else "BR"}
        for i in range(40)
    ]
    people += [{"id": "shop", "kind": "brand"}]
    people = [{key: value for key, value in one.items() if value is not None} for one in people]
    videos = [
        {"id": f"v{i}", "creatorId": f"m{i}", "createdAt": NOW - (20 - i) * HOUR, "durationMs": 10_000,
         "rating": "everyone", "caption": ("plain", "look ##CNS2026🎉 yes", "##CNS2026 yes", "plain", "plain")[i],
         **({"soundId": "s1"} if i == 3 else {})}
        for i in range(5)
    ]  # fmt: skip
    events = [
        {"userId": f"p{i}", "videoId": f"v{k}", "kind": "like", "at": NOW - (19 - k) * HOUR + i * 60_000}
        for i in range(40)
        for k in range(5)
        if (i + k) % 3
    ]
    events += [{"userId": "m1", "videoId": "v0", "kind": "view", "watchedMs": 9_000, "at": NOW - 20 * HOUR + 60_000}]
    events += [{"userId": "m2", "videoId": "v1", "kind": "view", "watchedMs": 9_000, "at": NOW - 18 * HOUR - 60_000}]
    night(database, tell(tmp_path / "in", users=people, videos=videos, events=events), tmp_path)
    return Graph(database)


def launched(graph: Graph) -> None:
    graph.create_challenge(
        "cns", title="CNS challenge", by="m0", rules="jump", charity=True, hashtags=["CNS2026", "cns2026🎉"],
        sounds=["s1"], sponsors=["shop"], starts_at=NOW - 100 * HOUR, now=NOW - 30 * HOUR,
    )  # fmt: skip
    graph.take_up("cns", "v0", now=NOW)


def test_it_is_recognised_by_row_caption_and_sound(graph: Graph) -> None:
    launched(graph)
    card = graph.challenge("cns")
    assert (card.title, card.charity, card.rules, card.launched_by) == ("CNS challenge", True, "jump", "m0")
    assert card.sponsored_by == ("shop",)
    assert set(card.top) == {"v0", "v1", "v2", "v3"}, "told by a row, in two captions, by its sound; v4 says nothing"
    assert card.creators == 4


CAPTIONS = {
    "On fait le Double Ton Don avec Léa": True,
    "DOUBLE TON\nDON!": True,
    "\uff24\uff4f\uff55\uff42\uff4c\uff45 ton don": True,
    "(double ton don)": True,
    "mon redouble ton don": False,
    "double ton donateur": False,
    "ton double don": False,
    "double ton, don": False,
}


def test_a_title_of_several_words_is_recognised_in_captions_that_came_before_it(
    graph: Graph, database: Database, tmp_path: Path
) -> None:
    """Whole words whatever their case, within its dates; one word is no title to look for, signs are no query."""
    videos = [
        {"id": f"w{i}", "creatorId": "m1", "createdAt": NOW - HOUR, "caption": caption, "rating": "everyone"}
        for i, caption in enumerate(CAPTIONS)
    ]
    videos.append({"id": "early", "creatorId": "m1", "createdAt": NOW - 90 * HOUR, "caption": "Double Ton Don"})
    videos.append({"id": "signs", "creatorId": "m1", "createdAt": NOW - HOUR, "caption": 'say \\Q"why"\\E not* (now'})
    night(database, tell(tmp_path / "words", videos=videos), tmp_path)
    before = database.read("size")[0]
    graph.create_challenge("don", title=" double ton don ", starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR)
    graph.create_challenge("plain", title="Doubletondon", starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR)
    graph.create_challenge("odd", title='\\Q"why"\\E not* (now', starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR)
    found = {row["challengeId"]: set(row["videoIds"]) for row in database.read("night_marked")}
    assert found["don"] == {f"w{i}" for i, named in enumerate(CAPTIONS.values()) if named}
    assert found.get("plain", set()) == set()
    assert found["odd"] == {"signs"}
    assert graph.challenge("don").videos == sum(CAPTIONS.values())
    assert database.read("size")[0]["relationships"] == before["relationships"], "asked, not written"
    graph.hold_back("don", 0.5)
    ids = [video["id"] for video in videos]
    assert set(database.read("state_controls", ids=ids)[0]["videoIds"]) == found["don"]
    assert set(database.read("night_controls")[0]["videoIds"]) == found["don"]


def test_a_video_answers_several_and_creators_are_two(graph: Graph) -> None:
    launched(graph)
    graph.create_challenge("other", title="Other", now=NOW - HOUR)
    graph.take_up("other", "v0", now=NOW)
    graph.invite("v0", "m4", now=NOW)
    graph.accept("m4", "v0", now=NOW)
    assert "v0" in graph.challenge("cns").top
    assert "v0" in graph.challenge("other").top
    assert graph.challenge("other").creators == 2
    with pytest.raises(UsageError, match="is there already"):
        graph.create_challenge("other", title="Again", now=NOW)
    with pytest.raises(NotFound, match="cannot be invited"):
        graph.invite("v0", "p3", now=NOW)


def test_a_string_where_a_list_is_asked_for_is_read_as_in_a_row(graph: Graph) -> None:
    """One item, or some with ``|`` between them as in a CSV cell; never its letters."""
    graph.create_challenge("one", title="One", hashtags="#Dance", sounds="s1", sponsors="shop", now=NOW)
    card = graph.challenge("one")
    assert (card.hashtags, card.sounds, card.sponsored_by) == (("dance",), ("s1",), ("shop",))
    graph.create_challenge("two", title="Two", hashtags="dance|Léa", now=NOW)
    assert set(graph.challenge("two").hashtags) == {"dance", "léa"}


def test_a_closed_challenge_takes_no_more(graph: Graph) -> None:
    launched(graph)
    graph.close_challenge("cns", now=NOW - 17 * HOUR - 1)
    assert "v3" not in graph.challenge("cns").top, "its sound, after the end"
    with pytest.raises(UsageError, match="closed at"):
        graph.take_up("cns", "v4", now=NOW)
    with pytest.raises(NotFound, match="no challenge 'nowhere'"):
        graph.close_challenge("nowhere", now=NOW)


def test_a_refused_take_up_writes_nothing(graph: Graph) -> None:
    """The challenge is closed, or she cannot be invited: neither the answer nor the invitation is there."""
    launched(graph)
    graph.create_challenge("other", title="Other", starts_at=NOW - 9 * HOUR, now=NOW - 9 * HOUR)
    with pytest.raises(NotFound, match="cannot be invited"):
        graph.take_up("other", "v4", with_user="p3", now=NOW)
    assert graph.challenge("other").videos == 0
    graph.close_challenge("cns", now=NOW - HOUR)
    with pytest.raises(UsageError, match="closed at"):
        graph.take_up("cns", "v4", with_user="m1", now=NOW)
    assert graph.invitations("m1") == []
    graph.take_up("other", "v4", with_user="m1", now=NOW)
    assert graph.challenge("other").videos == 1
    assert [each.challenge_ids for each in graph.invitations("m1")] == [("other",)]


def test_its_time_is_that_of_the_last_night_unless_said(graph: Graph) -> None:
    """As everything that the graph says; a log of years ago would else have challenges that begin after it."""
    graph.create_challenge("old", title="Old")
    assert graph.challenge("old").starts_at == graph.now == NOW
    graph.close_challenge("old")
    assert graph.challenge("old").ends_at == NOW


def test_what_the_client_tells_and_what_the_night_loads_is_one(
    graph: Graph, database: Database, tmp_path: Path
) -> None:
    """The catalogue row of the same content and time leaves no trace."""
    from contentgraph.loaders.digest import digest

    launched(graph)
    before = digest(database)
    row = {
        "id": "cns", "title": "CNS challenge", "launchedBy": "m0", "rules": "jump", "charity": True, "soundIds": ["s1"],
        "hashtags": ["CNS2026", "cns2026🎉"], "sponsoredBy": ["shop"], "startsAt": NOW - 100 * HOUR,
        "updatedAt": NOW - 30 * HOUR,
    }  # fmt: skip
    night(database, tell(tmp_path / "again", challenges=[row]), tmp_path)
    assert digest(database) == before


def test_the_lineage_follows_who_watched_whom(graph: Graph) -> None:
    launched(graph)
    found = graph.lineage("cns")
    steps = {step.creator: (step.parent, step.how, step.generation) for step in found.steps}
    assert steps == {
        "m0": (None, "origin", 0),
        "m1": ("m0", "watched", 1),
        "m2": ("m1", "watched", 2),
        "m3": (None, "alone", 0),
    }


def test_a_campaign_is_told_by_country_and_age(graph: Graph, session: neo4j.Session) -> None:
    """Against a count in Python; who is under 16 or of unknown age is in one band."""
    launched(graph)
    found = graph.campaign("cns", small=1)
    viewers = {f"p{i}" for i in range(40) for k in range(4) if (i + k) % 3} | {"m1", "m2"}
    assert found.total is not None
    assert found.total.viewers == len(viewers)
    bands = ("30-50", "16-24", "25-29", "other", "other")
    count = {band: sum(bands[int(p[1:]) % 5] == band for p in viewers if p[0] == "p") for band in bands}
    count["30-50"] += 2
    assert {band: cell.viewers for band, cell in found.by_age.items() if cell} == count
    assert found.lift is None
    session.run(
        "MATCH (v:Video {id: 'v0'}) UNWIND range(0, 39) AS i MATCH (u:User {id: 'p' + i}) "
        "CREATE (u)-[:SHOWN {at: 1, slot: 1, source: CASE WHEN i < 15 THEN 'control' ELSE 'wave' END}]->(v)"
    ).consume()
    assert graph.campaign("cns").lift is None, "nobody of either joined"


def test_a_campaign_is_held_back_from_a_share_and_its_lift_told(
    graph: Graph, database: Database, session: neo4j.Session, tmp_path: Path
) -> None:
    """Whose feed would have shown one of its videos is noted, by traversal and snapshot alike; no other is touched."""
    launched(graph)
    videos, people = {"v0", "v1", "v2", "v3"}, [f"p{i}" for i in range(20)]
    before = {user: [one.video_id for one in graph.suggest(user, seed=1)] for user in people}
    graph.hold_back("cns", 0.5)
    key, share = session.run("MATCH (c:Challenge {id: 'cns'}) RETURN c.controlKey, c.controlShare").values()[0]
    write_snapshot(database, tmp_path / "snapshot")
    served, held = Served(tmp_path / "snapshot"), {user for user in people if in_control(key, share, user)}
    assert 3 < len(held) < 17
    for user in people:
        feed = graph.suggest(user, seed=1)
        if user in held:
            assert {one.video_id for one in feed.withheld} == videos & {*before[user]}
            assert [one.video_id for one in feed] == [video for video in before[user] if video not in videos]
        else:
            assert [one.video_id for one in feed] == before[user]
            assert not feed.withheld
        again = served.suggest(user, seed=1)
        assert [one.video_id for one in again] == [one.video_id for one in feed]
        assert {one.video_id for one in again.withheld} == {one.video_id for one in feed.withheld}
        assert graph.shown(user, feed, now=NOW) == len(feed)
    table = pq.read_table(_precomputed(served.path, tmp_path / "feeds.parquet")).to_pylist()
    assert not {row["videoId"] for row in table if row["userId"] in held} & videos
    assert {row["videoId"] for row in table} & videos
    noted = session.run("MATCH (u)-[r:SHOWN {source: 'control'}]->(v) RETURN u.id, v.id, r.at").values()
    assert {user for user, _, _ in noted} <= held
    assert {(video, at) for _, video, at in noted} <= {(video, NOW) for video in videos}
    joined = [next(user for user in people if user in held and videos & {*before[user]}),
              next(user for user in people if user not in held and videos & {*before[user]})]  # fmt: skip
    session.run(
        "MATCH (c:Challenge {id: 'cns'}) UNWIND $joined AS id MATCH (u:User {id: id})"
        " CREATE (u)-[:CREATED {role: 'author'}]->(:Video {id: 'of' + id, createdAt: $at})-[:ANSWERS]->(c)",
        joined=joined,
        at=NOW + HOUR,
    ).consume()
    arms = {row["held"]: (row["people"], row["joined"]) for row in database.read("campaign_arms", id="cns")}
    assert arms[True] == (sum(1 for user in held if videos & {*before[user]}), 1)
    assert arms[False] == (sum(1 for user in people if user not in held and videos & {*before[user]}), 1)
    lift = graph.campaign("cns", small=1).lift
    assert lift is not None
    assert lift.low < arms[True][0] / arms[False][0] < lift.high
    graph.hold_back("cns", 0.0)
    assert not any(graph.suggest(user).withheld for user in people)
    for wrong in (-0.1, 0.6, True):
        with pytest.raises(UsageError, match=r"share is .*; give the share"):
            graph.hold_back("cns", wrong)
    with pytest.raises(NotFound):
        graph.hold_back("nowhere", 0.1)


def _precomputed(snapshot: Path, path: Path) -> Path:
    precompute(mapped(snapshot), path)
    return path


def test_creators_for_and_challenges_for(graph: Graph, database: Database, tmp_path: Path) -> None:
    launched(graph)
    night(database, tell(tmp_path / "more", events=[]), tmp_path)
    fitting = graph.creators_for("cns")
    assert [one.user_id for one in fitting] == ["m4"], "not who launched it, nor who joined: by row, caption or sound"
    assert all(0.0 <= one.overlap <= 1.0 and 0.0 <= one.fit <= 1.0 and one.views > 0 for one in fitting)
    assert {one.user_id for one in graph.creators_for(brand="shop")} == {f"m{i}" for i in range(5)}
    with pytest.raises(UsageError, match="exactly one"):
        graph.creators_for()
    assert [one.challenge_id for one in graph.challenges_for("p0")] == ["cns"]


def test_a_challenge_known_by_its_marks_alone_is_suggested_but_to_who_joined(
    graph: Graph, database: Database, tmp_path: Path
) -> None:
    """By hashtag, by sound, by its title in captions: no row says that a video answers it."""
    videos = [
        {"id": f"w{i}", "creatorId": maker, "createdAt": NOW - HOUR, "caption": "Double Ton Don", "rating": "everyone"}
        for i, maker in enumerate(("m0", "m4"))
    ]
    videos.append({"id": "x4", "creatorId": "m4", "createdAt": NOW - HOUR, "soundId": "s1", "rating": "everyone"})
    likes = [
        {"userId": f"p{i}", "videoId": video["id"], "kind": "like", "at": NOW - i} for i in range(9) for video in videos
    ]
    graph.create_challenge(
        "tag", title="Tag", hashtags=["cns2026", "cns2026🎉"], starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR
    )
    graph.create_challenge("sound", title="Sound", sounds=["s1"], starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR)
    graph.create_challenge("words", title="Double ton don", starts_at=NOW - 50 * HOUR, now=NOW - 2 * HOUR)
    follows = [{"userId": user, "targetId": other, "kind": "follow", "at": NOW - HOUR}
               for user in ("p0", "m0", "m1", "m3") for other in ("m1", "m3", "m4") if user != other]  # fmt: skip
    night(database, tell(tmp_path / "marks", videos=videos, events=likes + follows), tmp_path)
    assert {one.challenge_id for one in graph.challenges_for("p0")} == {"tag", "sound", "words"}
    joined = {"tag": {"m1", "m2"}, "sound": {"m3", "m4"}, "words": {"m0", "m4"}}
    for user in ("m0", "m1", "m3"):
        suggested = {one.challenge_id for one in graph.challenges_for(user)}
        assert suggested == {challenge for challenge, people in joined.items() if user not in people}
    followed = {one.challenge_id: one.parts["followed"] for one in graph.challenges_for("p0")}
    assert followed == {"sound": 1.0, "tag": 0.5, "words": 0.5}, "of three whom she follows two joined, one, and one"
    for challenge, people in joined.items():
        fitting = {one.user_id for one in graph.creators_for(challenge)}
        assert fitting
        assert not fitting & people


def test_a_hashtag_that_is_on_everything_marks_nothing(
    graph: Graph, database: Database, session: neo4j.Session, tmp_path: Path
) -> None:
    """A file's challenge that it alone marks is in no list of trends and, once a night found it out, has no video; the
    client refuses to make another. A mark of few videos stays one, whoever carries it."""
    videos = [
        {"id": f"w{i}", "creatorId": f"m{i % 5}", "createdAt": NOW - 5 * HOUR, "caption": "#fürdich"} for i in range(30)
    ]
    likes = [
        {"userId": f"p{i}", "videoId": f"w{k}", "kind": "like", "at": NOW - (i + k) * 60_000}
        for i in range(40)
        for k in range(30)
        if (i + k) % 3
    ]
    marked = [{"id": "all", "title": "All", "hashtags": ["Fürdich"]}, {"id": "few", "title": "Few", "soundIds": ["s1"]}]
    night(database, tell(tmp_path / "all", videos=videos, events=likes, challenges=marked), tmp_path)
    assert [row["names"] for row in database.read("night_generic")] == [["fürdich"]]
    assert session.run("MATCH (p:Pulse {kind: 'challenge', entity: 'all'}) RETURN count(p) > 0").single(strict=True)[0]
    assert session.run("MATCH (t:Trend {kind: 'challenge'}) RETURN collect(t.entity)").single(strict=True)[0] == []
    night(database, tell(tmp_path / "none", events=[]), tmp_path)
    assert [row["names"] for row in database.read("night_generic")] == [["fürdich"]]
    assert (graph.challenge("all").videos, graph.challenge("few").videos) == (0, 1)
    with pytest.raises(UsageError, match="hashtag 'fürdich' is on videos of every kind"):
        graph.create_challenge("again", title="Again", hashtags=["#FürDich", "mine"], now=NOW)


def test_pulses_by_command_are_those_of_the_night(
    graph: Graph, database: Database, session: neo4j.Session, tmp_path: Path
) -> None:
    """After records, pulse and a whole night give the same, in either order and repeated; but for topics, which a night
    finds anew and ``pulse`` takes as they are."""
    launched(graph)
    graph.record(
        [{"userId": f"p{i}", "videoId": f"v{i % 4}", "kind": "share", "at": NOW - i * 60_000} for i in range(30)],
        now=NOW,
    )

    def held() -> list[object]:
        rows = session.run("MATCH (p:Pulse|Trend) WHERE p.kind <> 'topic' RETURN properties(p) AS all").value()
        return sorted((sorted(row.items(), key=lambda one: one[0]) for row in rows), key=repr)

    first = pulse(database)
    once = held()
    assert first.pulses > 0
    assert pulse(database).pulses == 0
    night(database, tell(tmp_path / "none", events=[]), tmp_path)
    assert held() == once


def test_the_command_line(graph: Graph, tmp_path: Path, clean_database: Connection, monkeypatch: pytest.MonkeyPatch,
                          capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    from contentgraph.cli.entry import main

    for name, value in (
        ("URI", clean_database.uri),
        ("USER", clean_database.user),
        ("PASSWORD", clean_database.password),
    ):
        monkeypatch.setenv(f"CONTENTGRAPH_{name}", value)

    def run(*arguments: str) -> str:
        assert main(arguments) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    run(
        "challenge",
        "create",
        "cns",
        "--title",
        "CNS",
        "--hashtag",
        "cns2026",
        "--by",
        "m0",
        "--starts",
        "2026-01-01",
        "--charity",
    )
    run("challenge", "take-up", "cns", "v0", "--with", "m4")
    assert json.loads(run("challenge", "show", "cns", "--json"))["charity"] is True
    assert "cns2026" in run("challenge", "show", "cns")
    told = json.loads(
        run(
            "challenge",
            "lineage",
            "cns",
            "--json",
            "--graphml",
            str(tmp_path / "t.graphml"),
            "--picture",
            str(tmp_path / "t.svg"),
        )
    )
    assert told["origin"] == "m0"
    assert "m2" in nx.read_graphml(tmp_path / "t.graphml")
    assert "<svg" in (tmp_path / "t.svg").read_text("utf-8")
    assert "generation" in run("challenge", "lineage", "cns")
    report = json.loads(
        run(
            "campaign",
            "report",
            "cns",
            "--json",
            "--csv",
            str(tmp_path / "r.csv"),
            "--picture",
            str(tmp_path / "r.svg"),
        )
    )
    assert report["reach"] > 0
    assert (tmp_path / "r.csv").read_text("utf-8").startswith("breakdown,cell,viewers")
    assert "no lift" in run("campaign", "report", "cns")
    run("challenge", "creators", "cns")
    run("challenge", "suggest", "p0")
    run("challenge", "close", "cns", "--now", "2026-11-01")
    assert json.loads(run("challenge", "show", "cns", "--json"))["endsAt"] == NOW
    run("pulse", "--json")
    run("trending", "creator", "--language", "und", "--hours", "5")
    row = {
        "kind": "video", "country": "ZZ", "language": "und", "hours": 6, "rank": 1, "entity": "v0", "score": 9.0,
        "observed": 90, "expected": 9.0, "factor": 10.0, "since": NOW, "series": [1], "also": [], "videos": ["v0"],
        "countries": ["FR"], "people": [9],
    }  # fmt: skip
    graph._database.write("put_trends", rows=[row])
    assert "1 trends over 6 hours" in run("trending", "video", "--hours", "5"), "those of the data, not those asked for"
    assert json.loads(run("trending", "video", "--hours", "5", "--json"))["hours"] == 6


def test_review_mode(graph: Graph, session: neo4j.Session) -> None:
    """Refused: in no list. In review mode: in none before somebody approved."""
    session.run("MATCH (t:Trend) DELETE t").consume()
    row = {
        "kind": "video", "country": "ZZ", "language": "und", "hours": 24, "rank": 1, "entity": "v0", "score": 9.0,
        "observed": 90, "expected": 9.0, "factor": 10.0, "since": NOW, "series": [1], "also": [], "videos": ["v0"],
        "countries": ["FR"], "people": [9],
    }  # fmt: skip
    graph._database.write("put_trends", rows=[row, row | {"entity": "v1", "rank": 2, "videos": ["v1"]}])

    def shown() -> list[str]:
        return [one.id for one in graph.trending("video")]

    assert shown() == ["v0", "v1"]
    graph.review("video", "v0", approved=False, by="ana", at=NOW + 1)
    assert shown() == ["v1"]
    graph.set_review(True)
    assert shown() == []
    assert [one.id for one in graph.awaiting_review("video")] == ["v1"]
    graph.review("video", "v1", approved=True, by="ana", at=NOW + 2)
    assert shown() == ["v1"]
    graph.set_review(False)
    graph.review("video", "v0", approved=True, by="ana", at=NOW + 3)
    assert shown() == ["v0", "v1"]


def tag_row(name: str, rank: int, also: list[str]) -> dict[str, object]:
    """An entry of the list of hashtags of a day."""
    return {
        "kind": "hashtag", "country": "ZZ", "language": "und", "hours": 24, "rank": rank, "entity": name,
        "score": 10.0 - rank, "observed": 90, "expected": 9.0, "factor": 10.0, "since": NOW, "series": [1],
        "also": also, "videos": ["v0"], "countries": ["FR", "LI"], "people": [89, 1],
    }  # fmt: skip


def test_a_hashtag_is_refused_however_it_is_written_and_so_among_what_another_stands_for(
    graph: Graph, session: neo4j.Session
) -> None:
    """Nor is told among those what is on nothing that the viewer may see, says nothing, or waits for approval."""
    session.run("MATCH (t:Trend) DELETE t").consume()
    session.run("MATCH (w:Review) DELETE w").consume()
    session.run(
        "MATCH (v:Video {id: 'v0'}) MERGE (x:Video {id: 'v-x'}) SET x.rating = 'adult' "
        "WITH v, x UNWIND [['soup', v], ['stew', v], ['nsfw', x], ['fyp', v]] AS row "
        "MERGE (h:Hashtag {name: row[0]}) SET h.generic = row[0] = 'fyp' WITH h, row[1] AS w MERGE (w)-[:TAGGED]->(h)"
    ).consume()
    try:
        told = ["stew", "nsfw", "fyp", "gone"]
        graph._database.write("put_trends", rows=[tag_row("soup", 1, told), tag_row("stew", 2, [])])

        def shown() -> list[tuple[str, tuple[str, ...]]]:
            return [(one.id, one.also) for one in graph.trending("hashtag")]

        assert shown() == [("soup", ("stew",)), ("stew", ())]
        graph.review("hashtag", "#STEW", approved=False, by="ana", at=NOW + 5)
        assert shown() == [("soup", ())]
        with pytest.raises(UsageError, match="the newest decision holds"):
            graph.review("hashtag", "stew", approved=True, by="ana", at=NOW + 3)
        for wrong in (NOW // 1000, NOW * 1000, "soon"):
            with pytest.raises(UsageError):
                graph.review("hashtag", "soup", approved=False, by="ana", at=wrong)  # type: ignore[arg-type]
        assert shown() == [("soup", ())]
        graph.review("hashtag", "stew", approved=True, by="ana", at=NOW + 6)
        graph.set_review(True)
        graph.review("hashtag", "soup", approved=True, by="ana", at=NOW + 6)
        assert shown() == [("soup", ("stew",)), ("stew", ())]
        session.run("MATCH (w:Review {entity: 'stew'}) DELETE w").consume()
        assert shown() == [("soup", ())]
        graph.set_review(False)
        with pytest.raises(NotFound, match="no sound 'typo'"):
            graph.review("sound", "typo", approved=False, by="ana", at=NOW + 7)
        with pytest.raises(UsageError, match="letters and digits"):
            graph.review("hashtag", "#", approved=False, by="ana", at=NOW + 7)
        graph.review("hashtag", "#Stew", approved=False, by="ana", at=NOW + 8)
        assert silenced(graph._database, {"hashtag": ["fyp"]})["hashtag"] == {"fyp", "stew"}, (
            "and none of the next night"
        )
        # What is lost is in no list any more, nor the one person whom its country had.
        graph._database.write("drop_lost", rows=[{"kind": "hashtag", "entity": "gone"}])
        graph._database.write("drop_from_trends", userIds=[], videoIds=[], country="LI")
        row = session.run("MATCH (t:Trend {entity: 'soup'}) RETURN t.also, t.countries, t.people").single(strict=True)
        assert row.values() == [["stew", "nsfw", "fyp"], ["FR"], [89]]
    finally:
        session.run("MATCH (t:Trend) DELETE t").consume()
        session.run("MATCH (w:Review) DELETE w").consume()
        session.run("MATCH (x:Video {id: 'v-x'}) DETACH DELETE x").consume()
        session.run("MATCH (h:Hashtag) WHERE h.name IN ['soup', 'stew', 'nsfw', 'fyp'] DETACH DELETE h").consume()


def test_a_window_in_which_nothing_trends_is_answered_with_nothing(graph: Graph, session: neo4j.Session) -> None:
    """Not with a longer one's list; of what is younger than the window there is a shorter one."""
    session.run("MATCH (t:Trend) DELETE t").consume()
    assert graph.trending("hashtag", hours=24) == []
    session.run("MATCH (v:Video {id: 'v0'}) MERGE (h:Hashtag {name: 'soup'}) MERGE (v)-[:TAGGED]->(h)").consume()
    try:
        graph._database.write("put_trends", rows=[tag_row("soup", 1, []) | {"hours": 72}])
        asked = {hours: [one.hours for one in graph.trending("hashtag", hours=hours)] for hours in (1, 24, 49, 72, 700)}
        assert asked == {1: [], 24: [], 49: [72], 72: [72], 700: [72]}
    finally:
        session.run("MATCH (t:Trend) DELETE t").consume()
        session.run("MATCH (h:Hashtag {name: 'soup'}) DETACH DELETE h").consume()
