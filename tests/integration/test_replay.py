"""Loads leave no trace of their order, their cut or their number; ``record`` one by one is a night of the file."""

import json
import random
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contentgraph import connect
from contentgraph.cypher import Database
from contentgraph.cypher.installation import install
from contentgraph.errors import InvalidEvent
from contentgraph.loaders.digest import digest, lines
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW, HOUR = STORIES["NOW"], STORIES["HOUR"]

Load = Callable[..., None]


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """Empties the graph and loads folders, a night each."""

    def nights(*folders: Path, empty: bool = True, now: int | None = NOW) -> None:
        if empty:
            with database._session("WRITE") as session:
                session.run("MATCH (n) DETACH DELETE n").consume()
        for folder in folders:
            run_night(
                database,
                [folder],
                clock=NOW,
                now=now,
                rejects=tmp_path / "rejects",
                max_reject_share=0.5,
                tuning=Tuning(0.0),
            )

    return nights


def told_by(database: Database) -> list[str]:
    """The lines that ``digest --all`` hashes: a difference shows itself, not just two numbers."""
    return [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines(database, everything=True)]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_cut_and_repetition_gives_the_same_graph(
    database: Database, load: Load, tmp_path: Path, seed: int
) -> None:
    """One night, three nights, backwards and one told twice: equal facts, and equal in all that a night derives."""
    rng, story = random.Random(seed), STORIES["story"](100 + seed)
    whole = STORIES["cut"](story, rng, tmp_path / "whole", nights=1)
    load(*whole)
    facts, everything, wanted = digest(database), digest(database, everything=True), told_by(database)
    load(whole[0], empty=False)
    assert told_by(database) == wanted
    parts = STORIES["cut"](story, rng, tmp_path / "parts", nights=3)
    for order in (parts, [*reversed(parts), parts[1]]):
        load(*order)
        assert told_by(database) == wanted
        assert (digest(database), digest(database, everything=True)) == (facts, everything)


@pytest.mark.parametrize("seed", range(2))
def test_recording_one_by_one_is_a_night_of_the_file(
    clean_database: Connection, database: Database, load: Load, tmp_path: Path, seed: int
) -> None:
    """The same events by ``record``, shuffled, before and after their catalogue: the same facts; wrong ones refused."""
    story = STORIES["story"](200 + seed, events=150)
    whole = STORIES["cut"](story, random.Random(seed), tmp_path / "whole", nights=1)
    load(*whole)
    facts = digest(database)
    catalogue = STORIES["cut"]({**story, "events": []}, random.Random(seed), tmp_path / "catalogue", nights=1)
    events: list[dict[str, Any]] = random.Random(seed).sample(story["events"], len(story["events"]))
    middle = len(events) // 2
    with database._session("WRITE") as session:
        session.run("MATCH (n:!(Settings|PointScale)) DETACH DELETE n").consume()
    refused = 0
    with connect(clean_database.uri, user=clean_database.user, password=clean_database.password) as graph:
        for place, event in enumerate(events):
            if place == middle:
                load(*catalogue, empty=False)
            try:
                graph.record(event, now=NOW)
            except InvalidEvent:
                refused += 1
        assert refused
        assert digest(database) == facts
        right = [event for event in events if replaces(graph, event)]
        graph.record(right, now=NOW)
    assert digest(database) == facts


def replaces(graph: Any, event: dict[str, Any]) -> bool:
    """Whether an event told again is taken."""
    try:
        graph.record(event, now=NOW)
    except InvalidEvent:
        return False
    return True


def test_a_like_sent_a_thousand_times_is_a_like(clean_database: Connection, database: Database) -> None:
    """Nothing is counted up: a loop of replays adds no points, no pair and no pulse."""
    install(database)
    like = {"userId": "u1", "videoId": "v1", "kind": "like", "at": NOW - 5}
    with connect(clean_database.uri, user=clean_database.user, password=clean_database.password) as graph:
        graph.record(like, now=NOW)
        once = digest(database, everything=True)
        graph.record([like] * 1000, now=NOW)
        graph.record({**like, "eventId": "again"}, now=NOW)
    assert digest(database, everything=True) == once


def test_corrected_rows_leave_no_trace_of_what_they_correct(database: Database, load: Load, tmp_path: Path) -> None:
    """Rows of one id, newest first or last, a night each or all in one: co-creators who were the author for a while,
    an author, mention, remix, sound, tag and challenge that nothing but an old row named."""
    old = {"id": "v1", "creatorId": "u1", "caption": "#old @gone", "soundId": "s-old", "challengeIds": ["c-old"]}
    rows = [
        {**old, "remixOf": "v-old", "updatedAt": NOW - 9},
        {"id": "v1", "coCreatorIds": ["u1", "u2"], "updatedAt": NOW - 8},
        {"id": "v1", "creatorId": "u3", "caption": "#new", "soundTitle": "New", "updatedAt": NOW - 7},
        {"id": "v1", "remixOf": "v2", "soundId": "s-new", "challengeIds": [], "updatedAt": NOW - 6},
        {"id": "v1", "durationMs": 1000, "updatedAt": NOW - 5},
        {"id": "v1", "durationMs": 5000, "updatedAt": NOW - 4},
    ]
    like = {"userId": "u1", "kind": "view", "videoId": "v1", "watchedMs": 950, "at": NOW - 3}
    places = []
    for name, told in [("all", rows), *((f"night-{place}", [row]) for place, row in enumerate(rows))]:
        places.append(tmp_path / name)
        places[-1].mkdir()
        STORIES["write"](places[-1] / "videos.jsonl", told)
        STORIES["write"](places[-1] / "events.jsonl", [like])
    load(places[0])
    wanted = told_by(database)
    assert all(f'"{name}"' not in "".join(wanted) for name in ("gone", "c-old", "v-old", "s-old", "old"))
    for order in (places[1:], places[:0:-1]):
        load(*order)
        assert told_by(database) == wanted


def test_without_now_ages_count_from_the_latest_of_what_is_there(
    database: Database, load: Load, tmp_path: Path
) -> None:
    """The catalogue a night before its events, after them or with them: one moment, and one graph in all."""
    story = STORIES["story"](400, events=100)
    whole = STORIES["cut"](story, random.Random(1), tmp_path / "whole", nights=1)
    events = STORIES["cut"]({"events": story["events"]}, random.Random(1), tmp_path / "events", nights=1)
    catalogue = STORIES["cut"]({**story, "events": []}, random.Random(1), tmp_path / "catalogue", nights=1)
    graphs = []
    for order in (whole, catalogue + events, events + catalogue):
        load(*order, now=None)
        graphs.append((database.read("settings")[0]["settings"]["now"], told_by(database)))
    assert NOW - HOUR < graphs[0][0] <= NOW + 300_000
    assert graphs[0] == graphs[1] == graphs[2]


@pytest.mark.parametrize("texts", [("～", "😀"), ("a", "～"), ("é", "e"), ("10", "9")])
def test_ties_of_texts_are_settled_alike_by_python_duckdb_and_neo4j(
    database: Database, clean_database: Connection, load: Load, tmp_path: Path, texts: tuple[str, str]
) -> None:
    """Two reports of one moment, two views and two completions of one length, under ids in any script, in any order."""
    install(database)
    one, other = (
        [
            {"userId": "u1", "kind": "report", "videoId": "v1", "at": NOW - 9, "reason": text},
            {"userId": "u1", "kind": "view", "videoId": "v1", "at": NOW - 9 - place, "watchedMs": 5, "eventId": text},
            {"userId": "u1", "kind": "completion", "videoId": "v1", "at": NOW - 9 - place, "eventId": text},
        ]
        for place, text in enumerate(texts)
    )
    found = set()
    with connect(clean_database.uri, user=clean_database.user, password=clean_database.password) as graph:
        for order in ([one, other], [other, one], [one + other], [other + one]):
            with database._session("WRITE") as session:
                session.run("MATCH (n:User|Video) DETACH DELETE n").consume()
            for events in order:
                graph.record(events, now=NOW)
            found.add(digest(database))
    (tmp_path / "night").mkdir()
    STORIES["write"](tmp_path / "night" / "events.jsonl", one + other)
    load(tmp_path / "night")
    assert {*found, digest(database)} == found
    assert len(found) == 1
