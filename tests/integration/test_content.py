"""Analysis in the graph: facts, copies, proposed ratings, a place at once, neighbours and topics by night."""

import json
import runpy
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.cypher.installation import install
from contentgraph.errors import NotFound
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.loaders.digest import lines
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
        found = {"textBy": "t", "ratingBy": "t", "proposedRating": rating}
        database.write("put_media", rows=[{"id": video, "properties": found}])

    assert rating() == ("everyone", False)
    propose("adult")
    assert rating() == ("everyone", True), "the merge of catalogue rows sees what was told, everybody else the stricter"
    database.write("put_videos", rows=[{"id": video, "properties": {"rating": "teen"}}])
    assert rating() == ("teen", True)
    night(database, folder)
    assert rating()[1]
    database.write("put_media", rows=[{"id": video, "properties": {"textBy": "t"}}])
    assert rating()[1], "of text alone nothing is judged"
    propose(None)
    assert not rating()[1]
    propose("adult")
    with database_graph(database) as graph:
        told = graph.overrule(video, by="moderator")
        with pytest.raises(NotFound):
            graph.overrule("nowhere", by="moderator")
    assert (told.proposed, told.rating, rating()[1]) == ("adult", "teen", False)
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
    before = [*lines(database, everything=True)]

    def pulses() -> int:
        return sum(1 for _ in database.stream("night_pulses", kind="topic", since=0))

    assert pulses() > 0
    with database._session("WRITE") as session:
        session.run("MATCH (n) WHERE n:Topic OR n.kind = 'topic' DETACH DELETE n").consume()
    assert [*lines(database, everything=True)] == before
    night(database, folder)
    assert [*lines(database, everything=True)] == before
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
    # Its language is known by its caption until the catalogue tells one; a new caption is analysed without the file.
    (told_,) = database.read("state_videos", ids=["new"])
    assert "language" not in {name for name, value in told_["properties"].items() if value is not None}
    assert language(database, "new") == "fr"
    caption = {"createdAt": UNTIL, "updatedAt": UNTIL + 1, "caption": "good morning to all of my friends out there"}
    database.write("put_videos", rows=[{"id": "new", "properties": caption}])
    assert language(database, "new") == "fr", "no row said otherwise"
    files["copy"].rename(folder / "kept.mp4")
    shutil.copy(folder / "kept.mp4", files["copy"])
    again = analyse()
    assert (again.analysed, again.before) == (1, 2)
    (renewed,) = [row for row in database.read("digest_media") if row["id"] == "new"]
    assert {"friends", "morning"} <= set(renewed["properties"]["words"])
    assert renewed["properties"]["frameHashes"] == media["properties"]["frameHashes"]
    assert language(database, "new") == "en"
    database.write("put_videos", rows=[{"id": "new", "properties": caption | {"language": "pt"}}])
    assert language(database, "new") == "pt"
    with database._session("WRITE") as session:
        session.run("MATCH (m:Media {id: 'new'}) SET m.ratingBy = 'older', m.silent = true").consume()
    again = analyse()
    assert (again.analysed, again.before) == (1, 2), "another version does it again, whole"
    assert language(database, "new") == "pt"
    # By night: neighbours by content are edges of their own, and part of what is similar.
    night(database, folder)
    alike = {row["videoId"]: row["targets"] for row in database.read("night_alike")}
    assert old[0] in alike["new"], "the other clip may be like neither"
    similar = {row["videoId"]: row["targets"] for row in database.pages("night_similar")}
    assert similar["new"]
    assert any("new" in targets for targets in similar.values())
    before = [*lines(database, everything=True)]
    night(database, folder)
    assert [*lines(database, everything=True)] == before
    with database_graph(database) as graph:
        (user, _), *_ = graph.example_users(history=5, limit=1)
        found = [item.video_id for item in graph.suggest(user, limit=60)]
        assert len({"new", old[0]} & set(found)) <= 1
        assert graph.explain(user, old[0]).topic is None or isinstance(graph.explain(user, old[0]).topic, str)


def language(database: Database, video: str) -> Any:
    """What a feed takes it for."""
    (card,) = database.read("cards", userId=None, ids=[video])
    return card["language"]


@pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED), reason="the extra contentgraph[content] is not installed"
)
def test_the_command_analyses_a_folder_and_a_person_overrules(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A videos table with a broken line, a row without an id and media; then files, two of one name."""
    from contentgraph.cli import main

    monkeypatch.setenv("CONTENTGRAPH_URI", database.target.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", database.target.password.get_secret_value())
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    install(database)

    def call(*arguments: str) -> Any:
        code = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    made = runpy.run_path(str(ROOT / "benchmarks" / "media.py"))
    for name in ("a/1.mp4", "b/1.mp4", "b/2.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        made["save"](tmp_path / name, made["clip"](5, seconds=2.0), made["tune"](5, 5.0))
    rows = ['{"id": "1", "caption": "bonjour à tous les amis", "media": "a/1.mp4"}', "{broken", '{"caption": "x"}']
    (tmp_path / "videos.jsonl").write_text("\n".join(rows))
    told = call("analyse", "videos.jsonl", "--workers", "1", "--log", "quiet")
    assert (told["found"], told["analysed"], told["rejected"]) == (1, 1, {"broken_json": 1, "missing_field": 1})
    rejects = [json.loads(line) for line in Path(told["rejects"]).read_text().splitlines()]
    assert [(row["file"], row["line"]) for row in rejects] == [("videos.jsonl", 2), ("videos.jsonl", 3)]
    told = call("analyse", "a", "b", "--workers", "2", "--log", "quiet")
    assert (told["found"], told["analysed"], told["before"]) == (2, 2, 0), "a row of a table is no caption of a graph"
    assert told["rejected"] == {"duplicate_id": 1}
    assert (told["reposts"], told["same_sounds"]) == (1, 1)
    found = {"textBy": "t", "ratingBy": "t", "proposedRating": "adult"}
    database.write("put_media", rows=[{"id": "2", "properties": found}])
    assert call("overrule", "2", "--by", "moderator") == {"videoId": "2", "proposed": "adult", "rating": None}
    assert main(["overrule", "nowhere", "--by", "moderator"]) != 0


def test_a_video_that_a_night_found_without_viewers_is_placed_at_once(platform: tuple[Database, Path]) -> None:
    """What the night said of its worth stays; it is placed once."""
    database, folder = platform
    database.write("put_videos", rows=[{"id": "new", "properties": {"createdAt": UNTIL, "updatedAt": UNTIL}}])
    night(database, folder)
    (before,) = [row["stored"] for row in database.pages("night_videos") if row["id"] == "new"]
    assert before[1] == 0
    similar = {row["videoId"]: row["targets"] for row in database.pages("night_similar")}
    assert "new" not in similar
    rows = [{"id": "new", "targets": everybody(database)[:3], "likeness": [0.9, 0.8, 0.7]}]
    placed = database.write("place_newcomers", rows=rows)[0]["edges"]
    assert placed >= 4
    (after,) = [row["stored"] for row in database.pages("night_videos") if row["id"] == "new"]
    assert after == before
    assert not database.write("place_newcomers", rows=rows)[0]["edges"]


def test_sounds_that_are_one_no_more_are_linked_no_more(platform: tuple[Database, Path]) -> None:
    """Two videos of the same print under two ids; then one has another print."""
    from contentgraph.content.linking import link

    database, _ = platform
    rng = np.random.default_rng(1)
    one, other = (np.bitwise_or.reduce(1 << rng.integers(0, 62, (80, 3)), axis=1).tolist() for _ in range(2))
    for number, name in enumerate(("w1", "w2")):
        told = {"createdAt": UNTIL - 2 + number, "updatedAt": UNTIL}
        database.write("put_videos", rows=[{"id": name, "properties": told}])
        database.write("link_sound", rows=[{"id": name, "targets": [f"sound of {name}"]}])

    def heard(print_: list[int]) -> tuple[int, dict[str, str]]:
        rows = [{"id": name, "properties": {"textBy": "t", "words": [], "wordCounts": [], "soundprint": found}}
                for name, found in (("w1", one), ("w2", print_))]  # fmt: skip
        database.write("put_media", rows=rows)
        same = link(database).same_sounds
        return same, {row["id"]: row["sameAs"] for row in database.stream("night_things") if row["sameAs"]}

    assert heard(one) == (1, {"sound of w2": "sound of w1"})
    assert heard(other) == (0, {})


def database_graph(database: Database) -> Graph:
    """A client of the same database, with a connection of its own."""
    return Graph(Database(database.target))


@pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED), reason="the extra contentgraph[content] is not installed"
)
def test_what_was_erased_is_not_brought_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither what was before it is analysed, nor what is while it is; each is a reject that names nobody."""
    from contentgraph.content import job
    from contentgraph.content.facts import Outcome, Task
    from contentgraph.content.workers import Bounds

    install(database)
    tasks = [
        Task(name, None, "bonjour", "videos.csv", line) for line, name in enumerate(("before", "while", "kept"), 2)
    ]

    def analyse(erase: str) -> tuple[Any, list[Any]]:
        def fake(some: Any, *_: object) -> Any:
            some = list(some)
            with database_graph(database) as graph:
                graph.erase_video(erase)
            yield from (Outcome(task, {"textBy": "t", "proposedRating": "teen"}) for task in some)

        rows: list[Any] = []
        monkeypatch.setattr(job, "analysed", fake)
        told = job.run(database, tasks, workers=1, bounds=Bounds(), again=True, reject=lambda *row: rows.append(row))
        return told, rows

    def stored() -> set[str]:
        return {row["id"] for row in database.read("digest_media")}

    first, rows = analyse("nobody")
    assert (first.analysed, rows, stored()) == (3, [], {"before", "while", "kept"})
    with database_graph(database) as graph:
        graph.erase_video("before")
    assert stored() == {"while", "kept"}
    second, rows = analyse("while")
    assert (second.found, second.analysed, second.rejected) == (3, 1, {"unusable_erased": 2})
    assert second.proposed == {"teen": 1}
    assert [row[:3] for row in rows] == [("videos.csv", 2, "unusable_erased"), ("videos.csv", 3, "unusable_erased")]
    assert not any(name in str(row) for row in rows for name in ("'before'", "'while'"))
    assert stored() == {"kept"}
    assert {row["id"] for row in database.read("media_known", ids=["before", "kept", "while"])} == {"kept"}
    file = Task("before", str(tmp_path / "before.mp4"), "", str(tmp_path / "before.mp4"))
    tasks[:] = [file]
    _, rows = analyse("nobody")
    assert [row[:3] for row in rows] == [(str(tmp_path), 0, "unusable_erased")]
