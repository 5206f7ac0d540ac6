"""The digest: a change of any fact of any kind shows in it, and every property of the graph is in one of the lists."""

import random
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from contentgraph.cypher import Database, Target
from contentgraph.cypher.properties import DERIVED, FACTS, HISTORY
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW = STORIES["NOW"]

LABELS = {"User", "Video", "Media", "Challenge", "Hashtag", "Sound", "Counter"}
ENDS = "MATCH (n) WHERE elementId(n) = $id "
EDGE = "MATCH ()-[n]->() WHERE elementId(n) = $id "

LISTS = {"frameHashes", "embedding", "soundprint", "scenes", "wordCounts"}
TEXTS = {
    "signature", "decodedBy", "frameHashesBy", "embeddingBy", "screenTextBy", "proposedRating", "ratingBy", "soundBy",
    "textBy", "textOf", "language", "languageBy",
}  # fmt: skip
MEDIA: dict[str, Any] = {
    name: [1, 2] if name in LISTS else ["a"] if name in ("screenText", "words") else "a" if name in TEXTS else 1
    for name in FACTS["Media"] - {"id"}
}
"""All that analysis can find of a video."""


@pytest.fixture(scope="module")
def loaded(neo4j_server: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A night in which everything was told that a graph can hold."""
    found, folder = neo4j_server, tmp_path_factory.mktemp("digest")
    with Database(Target(uri=found.uri, user=found.user, password=found.password, database=found.database)) as opened:
        with opened._session("WRITE") as session:
            session.run("MATCH (n) DETACH DELETE n").consume()
        story = STORIES["story"](1, events=1_500, rows=80)
        story["challenges"].append({"id": "c9", "hashtags": ["dance"], "removedAt": NOW - 5, "updatedAt": NOW - 5})
        story["challenges"].append({"id": "c8", "hashtags": ["dance"], "rules": "jump", "charity": True})
        story["users"].append({"id": "u1", "removedAt": NOW - 5, "updatedAt": NOW - 5})
        story["videos"] += [
            {"id": "v9", "coCreatorIds": ["u0", "u1"], "updatedAt": NOW - 9},
            {"id": "v9", "creatorId": "u0", "updatedAt": NOW - 8},
        ]
        files = STORIES["cut"](story, random.Random(1), folder, nights=1)
        run_night(
            opened, files, clock=NOW, now=NOW, rejects=folder / "rejects", max_reject_share=0.5, tuning=Tuning(0.0)
        )
        counter = {"videoId": "v0", "at": NOW, "views": 10, "likes": 4, "comments": 3, "shares": 1}
        opened.write("merge_counters", rows=[counter])
        with opened._session("READ") as session:
            rated = "MATCH (v:Video&!Unannounced) WHERE v.rating IS NOT NULL RETURN v.id AS id ORDER BY id LIMIT 2"
            one, other_one = (record["id"] for record in session.run(rated))
        opened.write("put_media", rows=[{"id": one, "properties": MEDIA | {"proposedRating": "adult"}}])
        unsaid = "MATCH (v:Video) WHERE v.language IS NULL AND v.id <> $one RETURN v.id ORDER BY v.id LIMIT 1"
        with opened._session("READ") as session:
            silent = session.run(unsaid, one=one).single(strict=True)[0]
        opened.write("put_media", rows=[{"id": silent, "properties": {"textBy": "t"}, "language": "fr"}])
        opened.write("overrule_rating", videoId=other_one, by="moderator", at=NOW)
        folded = "MATCH (u:User {id: 'u0'}), (v:Video {id: 'v0'})-[:USES|TAGGED]->(x) WITH u, v, x LIMIT 1"
        with opened._session("WRITE") as session:
            session.run(
                folded
                + " SET v.foldedBits = [1], v.foldedPeople = [2] CREATE (u)-[:FOLDED {points: 3.0, lastAt: 1}]->(x)"
            ).consume()
        opened.write("open_session", userId="anonymous:1", properties={"expiresAt": NOW + 1, "languages": ["en"]})
        opened.write("put_invited", videoId="v0", userId="u0", at=NOW)
        opened.write("decline_invited", videoId="v0", userId="u0", at=NOW)
        opened.write("merge_follows", rows=[{"userId": "anonymous:1", "targetId": "u0", "at": NOW, "until": None}])
        yield opened


@pytest.fixture
def session(loaded: Database) -> Iterator[neo4j.Session]:
    with loaded._session("WRITE") as opened:
        yield opened


def other(value: Any) -> Any:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case str():
            return value + "~"
        case list():
            return [*value, *(value[-1:] or ["a"])]
    return value + 1


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in FACTS for name in sorted(FACTS[kind])])
def test_one_changed_property_changes_the_digest_and_back(
    loaded: Database, session: neo4j.Session, kind: str, name: str
) -> None:
    """Each property in FACTS: set to something else, taken away, and put back."""
    found = f"(n:{kind})-[]-()" if kind in LABELS else f"()-[n:{kind}]->()"
    rows = session.run(f"MATCH {found} WHERE n.{name} IS NOT NULL RETURN elementId(n), n.{name} LIMIT 1").values()
    assert rows, f"the night left no {kind} with {name}"
    (place, value), start = rows[0], ENDS if kind in LABELS else EDGE
    before = digest(loaded)
    seen = {before}
    changes = (other(value), None) if name != "id" else (other(value),)
    for change in changes:
        session.run(start + f"SET n.{name} = $value", id=place, value=change).consume()
        seen.add(digest(loaded))
    assert len(seen) == 1 + len(changes)
    session.run(start + f"SET n.{name} = $value", id=place, value=value).consume()
    assert digest(loaded) == before


EDGES = ("CREATED", "FOLLOWS", "BLOCKS", "HIDES", "REPORTED", "ENGAGED", "TAGGED", "USES", "ANSWERS", "MENTIONS")
EDGES += ("REMIXES", "MARKED_BY", "LAUNCHED", "SPONSORS", "OBSERVED", "INVITED")


@pytest.mark.parametrize("kind", EDGES)
def test_one_edge_less_changes_the_digest_and_back(loaded: Database, session: neo4j.Session, kind: str) -> None:
    before = digest(loaded)
    kept = session.run(f"MATCH (a)-[n:{kind}]->(b) RETURN elementId(a), properties(n), elementId(b) LIMIT 1").values()
    assert kept, f"the night left no {kind}"
    start, properties, end = kept[0]
    both = "MATCH (a) WHERE elementId(a) = $a MATCH (b) WHERE elementId(b) = $b "
    session.run(both + f"MATCH (a)-[n:{kind}]->(b) DELETE n", a=start, b=end).consume()
    assert digest(loaded) != before
    session.run(both + f"CREATE (a)-[n:{kind}]->(b) SET n = $own", a=start, b=end, own=properties).consume()
    assert digest(loaded) == before


@pytest.mark.parametrize("label", ["User", "Video", "Challenge"])
def test_what_is_only_named_differs_from_what_was_described(
    loaded: Database, session: neo4j.Session, label: str
) -> None:
    before = digest(loaded)
    place = session.run(f"MATCH (n:{label}&!Unannounced) RETURN elementId(n) LIMIT 1").single(strict=True)[0]
    session.run(ENDS + "SET n:Unannounced", id=place).consume()
    assert digest(loaded) != before
    session.run(ENDS + "REMOVE n:Unannounced", id=place).consume()
    assert digest(loaded) == before


def test_history_and_what_is_derived_are_not_in_the_digest_of_facts(loaded: Database, session: neo4j.Session) -> None:
    """Runs, settings and results leave the facts' digest alone; results show in ``--all``, history in neither."""
    facts, everything = digest(loaded), digest(loaded, everything=True)
    session.run("MATCH (n:Run|Settings|PointScale) SET n.state = 'another'").consume()
    assert (digest(loaded), digest(loaded, everything=True)) == (facts, everything)
    session.run("MATCH (n:Run|Settings|PointScale) SET n.state = null").consume()
    for change in (
        "MATCH (v:Video {id: 'v0'}) SET v.score = v.score + 1",
        "MATCH ()-[e:ENGAGED]->() SET e.points = 0.5",
    ):
        session.run(change).consume()
        assert digest(loaded) == facts
        assert digest(loaded, everything=True) not in (everything, None)
        everything = digest(loaded, everything=True)


def test_every_property_of_the_graph_is_in_a_list(session: neo4j.Session) -> None:
    """A property that is neither a fact, nor derived, nor history would be in no digest and in no document."""
    nodes = session.run("MATCH (n) UNWIND labels(n) AS kind UNWIND keys(n) AS name RETURN DISTINCT kind, name").values()
    edges = session.run("MATCH ()-[r]->() UNWIND keys(r) AS name RETURN DISTINCT type(r), name").values()
    listed = {(kind, name) for table in (FACTS, DERIVED, HISTORY) for kind in table for name in table[kind]}
    found = {(kind, name) for kind, name in [*nodes, *edges] if kind not in ("Unannounced", "Anonymous", "Withheld")}
    assert found - listed == set()
    twice = [kind for kind in FACTS if FACTS[kind] & DERIVED.get(kind, frozenset())]
    assert twice == []


def test_lists_of_trends_of_several_languages_come_in_one_order(loaded: Database, session: neo4j.Session) -> None:
    """However they were written: all of them are of the country ZZ, and have each a first one."""
    row = {
        "kind": "hashtag", "country": "ZZ", "hours": 24, "rank": 1, "entity": "soup", "score": 9.0, "observed": 90,
        "expected": 9.0, "factor": 10.0, "since": NOW, "series": [1], "also": [], "videos": [], "countries": [],
        "people": [],
    }  # fmt: skip
    found = set()
    for languages in (("en", "pt", "und"), ("und", "pt", "en"), ("pt", "und", "en")):
        loaded.write("put_trends", rows=[row | {"language": language} for language in languages])
        found.add(digest(loaded, everything=True))
        session.run(
            "MATCH (t:Trend {kind: 'hashtag', entity: 'soup'}) WHERE t.since = $now DELETE t", now=NOW
        ).consume()
    assert len(found) == 1
