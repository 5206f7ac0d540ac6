"""Cypher in every string field of every source stays data: it is stored as it was told, and runs nowhere."""

import json
import runpy
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.errors import ContentGraphError, NotFound
from contentgraph.graph.captions import decode_escapes, normal_tag
from contentgraph.graph.properties import CHECKS
from contentgraph.loaders.night import Summary, run_night
from contentgraph.loaders.tuning import Tuning

NOW = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))["NOW"]

EVIL = (
    "x'}) DETACH DELETE n //",
    "x'}) MATCH (n) DETACH DELETE n RETURN '",
    '"}) MATCH (n) DETACH DELETE n //',
    "`User`) DETACH DELETE (n:`",
    "\\' OR 1=1 //",
    "\\u0027}) MATCH (n) DETACH DELETE n //",
    "$userId",
    "${jndi:ldap://127.0.0.1/x}",
    "1]->() DELETE n /*",
    "CALL { MATCH (n) DETACH DELETE n } RETURN 1",
    "{0}{user}%s%(x)s",
)
STORED = """
MATCH (v:Video {id: $id})
MATCH (c:Challenge {id: $id})
RETURN v.caption AS caption, c.title AS title, c.description AS description, c.rules AS rules,
  COLLECT { MATCH (v)<-[:CREATED]-(x) RETURN x.id ORDER BY x.id } AS makers,
  COLLECT { MATCH (v)-[:MENTIONS]->(x) RETURN x.id ORDER BY x.id } AS mentions,
  COLLECT { MATCH (v)-[:USES]->(x) RETURN x.id } AS sounds,
  COLLECT { MATCH (v)-[:TAGGED]->(x) RETURN x.name ORDER BY x.name } AS tags,
  COLLECT { MATCH (v)-[:ANSWERS]->(x) RETURN x.id ORDER BY x.id } AS challenges,
  COLLECT { MATCH (v)-[:REMIXES]->(x) RETURN x.id } AS remixed,
  COLLECT { MATCH (c)<-[:LAUNCHED]-(x) RETURN x.id } AS launcher,
  COLLECT { MATCH (c)<-[:SPONSORS]-(x) RETURN x.id ORDER BY x.id } AS sponsors,
  COLLECT { MATCH (c)-[:MARKED_BY]->(x:Sound) RETURN x.id ORDER BY x.id } AS marks,
  head(COLLECT { MATCH (v)<-[r:REPORTED]-() RETURN r.reason }) AS reason
"""
FREE = ("caption", "soundTitle", "title", "description", "rules")


def night(database: Database, path: Path, folder: Path, **options: Any) -> Summary:
    return run_night(
        database, [path], clock=NOW, now=NOW, rejects=folder / "rejects", max_reject_share=1.0, tuning=Tuning(0.0),
        **options,
    )  # fmt: skip


@pytest.fixture
def canary(database: Database, session: neo4j.Session) -> Database:
    """A node of nobody's, which only foreign Cypher would touch."""
    session.run("CREATE (:Canary {id: 'alive'})").consume()
    return database


def alive(session: neo4j.Session) -> bool:
    count = session.run("MATCH (n:Canary {id: 'alive'}) RETURN count(n) AS count").single(strict=True)["count"]
    labels = {label for (label,) in session.run("CALL db.labels()").values()}
    return count == 1 and not any("DELETE" in label for label in labels)


def filled(table: str, evil: str, number: int) -> dict[str, Any]:
    """A row in which every field that takes text holds ``evil``, as far as the field may."""
    row: dict[str, Any] = {"id": f"{evil}{number}", "updatedAt": NOW - 1}
    for name in CHECKS[table]:  # type: ignore[index]  # keys are a Literal
        if name in FREE or name in ("creatorId", "soundId", "launchedBy"):
            row[name] = evil
        elif name in ("coCreatorIds", "mentions", "challengeIds", "sponsoredBy", "soundIds"):
            row[name] = [f"{evil}a", f"{evil}b"]
        elif name == "hashtags":
            row[name] = [evil.replace("#", "")]
        elif name == "remixOf":
            row[name] = f"{evil} other"
    return row


def test_native_rows_are_stored_as_told(canary: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """JSONL and Parquet: every text is in its place, letter by letter, and nothing ran."""
    folder = tmp_path / "files"
    folder.mkdir()
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ("users", "videos", "challenges", "events")}
    for number, evil in enumerate(EVIL):
        for table in ("users", "videos", "challenges"):
            rows[table].append(filled(table, evil, number))
        event = {"userId": evil, "videoId": f"{evil}{number}", "at": NOW - number}
        rows["events"] += [
            event | {"kind": "view", "watchedMs": 5000, "eventId": evil, "source": evil},
            event | {"kind": "report", "reason": evil},
            {"userId": evil, "targetId": f"{evil}{number}", "kind": "follow", "at": NOW - number},
        ]
    for table, told in rows.items():
        (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told), "utf-8")
    summary = night(canary, folder, tmp_path)
    assert summary.rejected == {}
    assert alive(session)
    for number, evil in enumerate(EVIL):
        found = session.run(STORED, id=f"{evil}{number}").single(strict=True).data()
        pair = sorted([f"{evil}a", f"{evil}b"])
        # A title has its escapes decoded, as the format says; all else is told letter by letter.
        assert found == {
            "caption": evil, "title": decode_escapes(evil), "description": evil, "rules": evil,
            "makers": sorted([evil, *pair]), "mentions": pair, "sounds": [evil], "tags": [normal_tag(evil)],
            "challenges": pair, "remixed": [f"{evil} other"], "launcher": [evil], "sponsors": pair, "marks": pair,
            "reason": evil,
        }  # fmt: skip
    columns = {name: [row.get(name) for row in rows["users"]] for name in ("id",)}
    (tmp_path / "more").mkdir()
    pq.write_table(pa.table(columns), tmp_path / "more" / "users.parquet")
    night(canary, tmp_path / "more", tmp_path)
    assert alive(session)


def test_a_field_that_takes_a_code_refuses_it(canary: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """Kinds, countries, languages, ratings, times and numbers: each row is rejected, or read as unsaid."""
    folder = tmp_path / "files"
    folder.mkdir()
    lines: dict[str, list[str]] = {"users": [], "videos": [], "challenges": [], "events": []}
    for evil in EVIL:
        for table in ("users", "videos", "challenges"):
            for name in CHECKS[table]:  # type: ignore[index]
                lines[table].append(json.dumps({"id": f"{table}{len(lines[table])}", name: evil}))
        for name in ("kind", "at", "watchedMs", "country"):
            lines["events"].append(json.dumps({"userId": "u", "kind": "view", "videoId": "v", "at": NOW, name: evil}))
    for table, told in lines.items():
        (folder / f"{table}.jsonl").write_text("\n".join(told), "utf-8")
    summary = night(canary, folder, tmp_path)
    assert sum(summary.rejected.values()) > len(EVIL) * 10
    assert alive(session)
    with session.begin_transaction() as read:
        for label, name in (("User", "kind"), ("User", "country"), ("Video", "rating"), ("Video", "language")):
            found = read.run(f"MATCH (n:{label}) RETURN DISTINCT n.{name}").values()  # type: ignore[arg-type]
            assert not {value for (value,) in found} & set(EVIL)


def test_kuairand_and_tiktok_fields_are_data(canary: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """Every text column of the log, and every text anywhere in a web item."""
    columns = ["user_id", "video_id", "date", "hourmin", "time_ms", "is_click", "is_follow", "is_comment", "is_forward"]
    columns += ["long_view", "play_time_ms", "duration_ms", "comment_stay_time", "is_profile_enter", "label"]
    good = ["u", "v", "20261031", "0100", str(NOW - 5000), "1", "0", "1", "0", "1", "900", "1000", "0", "0", "1"]
    rows = [columns, good]
    for evil in EVIL:
        rows += [[evil if place == at else cell for place, cell in enumerate(good)] for at in range(len(columns))]
    (tmp_path / "kuai").mkdir()
    log = tmp_path / "kuai" / "log.tsv"
    log.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    night(canary, tmp_path / "kuai", tmp_path, format="kuairand")
    assert alive(session)
    items = []
    for number, evil in enumerate(EVIL):
        items.append(
            {
                "id": f"{evil}{number}", "desc": f"{evil} #{evil} @{evil}", "createTime": (NOW - 9000) // 1000,
                "author": {"id": evil, "uniqueId": evil, "nickname": evil}, "video": {"duration": 5},
                "music": {"id": evil, "title": evil, "authorName": evil, "original": True},
                "stats": {"diggCount": 1, "shareCount": 1, "commentCount": 1, "playCount": 9},
                "challenges": [{"id": evil, "title": evil, "desc": evil}],
                "textExtra": [{"hashtagName": evil, "userId": evil, "userUniqueId": evil}],
            }
        )  # fmt: skip
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "items.json").write_text(json.dumps(items), "utf-8")
    summary = night(canary, tmp_path / "web", tmp_path, format="tiktok")
    assert summary.read == len(EVIL)
    assert alive(session)


def test_the_client_takes_it_for_a_name(canary: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """Every question, with it in every argument: an answer or a named error."""
    for number, evil in enumerate(EVIL):
        row = filled("videos", evil, number)
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "videos.jsonl").write_text(json.dumps(row))
    for number in range(len(EVIL)):
        night(canary, tmp_path / str(number), tmp_path)
    graph = Graph(canary)
    for number, evil in enumerate(EVIL):
        graph.record({"userId": evil, "kind": "view", "videoId": f"{evil}{number}", "watchedMs": 9, "at": NOW}, now=NOW)
        graph.suggest(evil)
        graph.explain(evil, f"{evil}{number}")
        graph.pulse("hashtag", evil)
        graph.review("hashtag", evil, approved=True, by=evil, at=NOW)
        graph.takedown(f"{evil}{number}", reason=evil)
        for kind in ("user", "video", "hashtag", "sound", "challenge"):
            try:
                found = graph.to_networkx((kind, evil), hops=1)
                assert len(found) > 0
            except NotFound:
                continue
        for ask in (
            lambda evil=evil: graph.trending(evil),
            lambda evil=evil: graph.trending("hashtag", country=evil),
            lambda evil=evil: graph.to_networkx((evil, evil)),
            lambda evil=evil: graph.suggest(evil, language=evil),
        ):
            with pytest.raises(ContentGraphError):
                ask()
        graph.erase_user(evil)
    assert alive(session)
