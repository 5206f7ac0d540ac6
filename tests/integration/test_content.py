"""Analysis in the graph: facts, copies, proposed ratings, a place at once, neighbours and topics by night."""

import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.graph.platform import PlatformConfig
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import run_night
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.tuning import Tuning

ROOT = Path(__file__).parents[2]
UNTIL = 1_793_491_200_000
NEEDED = ("av", "cv2", "rapidocr", "nudenet", "lingua", "onnxruntime")


@pytest.fixture
def platform(database: Database, tmp_path: Path) -> tuple[Database, Path]:
    """A small platform after its night."""
    write_sample(tmp_path / "data", PlatformConfig(users=60, videos=60, events=1_500, until=UNTIL, seed=4))
    night(database, tmp_path)
    return database, tmp_path


def everybody(database: Database) -> list[str]:
    """Ids of the videos that somebody watched, ascending."""
    return sorted(row["id"] for row in database.read("all_video_ids"))


def night(database: Database, folder: Path) -> Any:
    return run_night(
        database, [folder / "data"], clock=UNTIL, now=UNTIL, rejects=folder / "rejects", tuning=Tuning(budget_s=0.0)
    )


def test_a_proposed_rating_only_makes_stricter_and_a_person_overrules_it(platform: tuple[Database, Path]) -> None:
    """Whatever the catalogue says again; and what a person decided no later analysis undoes."""
    database, folder = platform
    video = next(row["id"] for row in database.read("state_videos", ids=everybody(database))
                 if row["properties"].get("rating") == "everyone")  # fmt: skip

    def rating() -> tuple[Any, Any]:
        (row,) = database.read("state_videos", ids=[video])
        adult = video in database.read("night_adult")[0]["ids"]
        return row["properties"].get("rating"), adult

    def propose(rating: str | None) -> None:
        database.write("put_media", rows=[{"id": video, "properties": {"textBy": "t"}, "proposed": rating}])

    assert rating() == ("everyone", False)
    propose("adult")
    assert rating() == ("everyone", True), "the merge of catalogue rows sees what was told, everybody else the stricter"
    database.write("put_videos", rows=[{"id": video, "properties": {"rating": "teen"}}])
    assert rating() == ("teen", True)
    night(database, folder)
    assert rating()[1]
    propose(None)
    assert not rating()[1]
    propose("adult")
    told = database.write("overrule_rating", videoId=video, by="moderator", at=UNTIL)
    assert (told[0]["proposed"], rating()[1]) == ("adult", False)
    propose("adult")
    assert not rating()[1]


def about(database: Database) -> dict[str, str]:
    """Video → its topic."""
    return {row["id"]: row["topicIds"][0] for row in database.pages("night_videos") if row["topicIds"]}


def test_topics_are_named_and_keep_their_ids(platform: tuple[Database, Path]) -> None:
    """The same night again: the topics are the same, and hardly a video moves between them; a video says its own."""
    database, folder = platform
    before = about(database)
    assert len(before) > 20
    assert 1 < len(set(before.values())) < 20
    night(database, folder)
    after = about(database)
    assert set(after.values()) == set(before.values())
    assert sum(after.get(video) == topic for video, topic in before.items()) >= 0.95 * len(before)
    names = {row["topic"] for row in database.read("cards", userId=None, ids=sorted(before))}
    assert any(name and name.startswith("#") for name in names)
    ids = set(everybody(database))
    assert not any(video in topic for topic in after.values() for video in ids), "who erases a video erases its id"


def test_topics_their_pulses_and_trends_are_history(platform: tuple[Database, Path]) -> None:
    """They depend on the night before, so no digest covers them; a night that starts without finds and counts them."""
    database, folder = platform
    night(database, folder)
    before = digest(database, everything=True)

    def pulses() -> int:
        return sum(1 for _ in database.stream("night_pulses", kind="topic", since=0))

    assert pulses() > 0
    with database._session("WRITE") as session:
        session.run("MATCH (n) WHERE n:Topic OR n.kind = 'topic' DETACH DELETE n").consume()
    assert digest(database, everything=True) == before
    night(database, folder)
    assert digest(database, everything=True) == before
    assert pulses() > 0
    assert about(database)


@pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED), reason="the extra contentgraph[content] is not installed"
)
def test_analysed_videos_have_a_place_at_once_and_by_night(platform: tuple[Database, Path]) -> None:
    """New videos without viewers lead on and are led to; copies are known; a second run finds nothing to do."""
    from contentgraph.content.facts import Task
    from contentgraph.content.job import run
    from contentgraph.content.workers import Bounds

    database, folder = platform
    made = runpy.run_path(str(ROOT / "benchmarks" / "media.py"))
    one, sound = made["clip"](1, seconds=4.0), made["tune"](1, 5.0)
    change, options = made["COPIES"]["mirror"]
    files = {
        "one": made["save"](folder / "one.mp4", one, sound),
        "copy": made["save"](folder / "copy.mp4", change(one), sound, **options),
        "other": made["save"](folder / "other.mp4", made["clip"](2, seconds=4.0)),
    }
    (folder / "bad.mp4").write_text("no video")
    rows = database.read("state_videos", ids=everybody(database))
    old = [row["id"] for row in rows if "removedAt" not in row["properties"]][:2]
    new = [{"id": "new", "properties": {"createdAt": UNTIL, "updatedAt": UNTIL, "caption": "bonjour à tous les amis"}}]
    database.write("put_videos", rows=new)
    tasks = [
        Task(old[0], str(files["one"]), "", "f", 1),
        Task(old[1], str(files["other"]), "", "f", 2),
        Task("new", str(files["copy"]), "", "f", 3),
        Task("bad", str(folder / "bad.mp4"), "", "f", 4),
    ]

    def analyse() -> Any:
        with RejectWriter(folder / "rejects", "analyse") as writer:
            return run(database, tasks, workers=1, bounds=Bounds(seconds=120.0), reject=writer.reject)

    told = analyse()
    assert (told.found, told.analysed, told.before) == (4, 3, 0)
    assert told.rejected == {"bad_media": 1, "unusable_sound": 1}
    assert (told.reposts, told.same_sounds) == (1, 1)
    (media,) = [row for row in database.read("digest_media") if row["id"] == "new"]
    assert media["properties"]["language"] == "fr"
    assert sorted(edge[:2] for edge in media["edges"]) == [["REPOSTS", old[0]], ["SAME_SOUND", old[0]]]
    # At once: it leads on and is led to, by what it looks like.
    similar = {row["videoId"]: row["targets"] for row in database.pages("night_similar")}
    assert old[0] in similar["new"]
    assert "new" in similar[old[0]]
    cards = {row["videoId"]: row for row in database.read("cards", userId=None, ids=["new", old[0]])}
    assert cards["new"]["origin"] == cards[old[0]]["origin"] is not None, "near-duplicates never share a feed"
    assert cards["new"]["origin"] not in everybody(database), "the oldest may be one that she may not see"
    again = analyse()
    assert (again.analysed, again.before, again.rejected) == (0, 3, {"bad_media": 1})
    # By night: neighbours by content are edges of their own, and part of what is similar.
    night(database, folder)
    alike = {row["videoId"]: row["targets"] for row in database.read("night_alike")}
    assert old[0] in alike["new"], "the other clip may be like neither"
    similar = {row["videoId"]: row["targets"] for row in database.pages("night_similar")}
    assert similar["new"]
    assert any("new" in targets for targets in similar.values())
    before = digest(database, everything=True)
    night(database, folder)
    assert digest(database, everything=True) == before
    with database_graph(database) as graph:
        (user, _), *_ = graph.example_users(history=5, limit=1)
        found = [item.video_id for item in graph.suggest(user, limit=60)]
        assert len({"new", old[0]} & set(found)) <= 1
        assert graph.explain(user, old[0]).topic is None or isinstance(graph.explain(user, old[0]).topic, str)


def database_graph(database: Database) -> Graph:
    """A client of the same database, with a connection of its own."""
    return Graph(Database(database.target))
