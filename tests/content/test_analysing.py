"""What is found in videos, and that child processes may die of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contentgraph.graph.copies import alike
from contentgraph.graph.perceptual import WINDOWS
from contentgraph.graph.soundprint import likeness


@pytest.fixture(scope="module")
def analyser() -> Any:
    from contentgraph.content.analysing import Analyser

    return Analyser()


@pytest.fixture(scope="module")
def found(analyser: Any, media: dict[str, Path]) -> dict[str, dict[str, Any]]:
    return {
        name: analyser.analyse(str(path), "Like si t'es d'accord avec ça 😋 #danse") for name, path in media.items()
    }


def prints(told: dict[str, Any]) -> tuple[Any, Any]:
    hashes = np.array(told["frameHashes"], dtype=np.int64).view(np.uint64).reshape(-1, len(WINDOWS))
    return hashes, np.array(told.get("soundprint", []), dtype=np.int64).view(np.uint64)


def test_copies_are_alike_in_pictures_and_sound(found: dict[str, dict[str, Any]]) -> None:
    one = prints(found["one"])
    for name in ("mirror, crop, re-encode", "border"):
        copy = prints(found[name])
        assert alike(one[0], copy[0]) > 0.5
        assert likeness(one[1], copy[1]) > 0.8
        assert np.dot(found["one"]["embedding"], found[name]["embedding"]) > 0.9
    other = prints(found["other"])
    assert alike(one[0], other[0]) == 0.0
    assert likeness(one[1], other[1]) == 0.0


def test_facts_are_said_with_confidence_and_version(found: dict[str, dict[str, Any]]) -> None:
    from contentgraph.cypher.properties import FACTS

    one = found["one"]
    assert set(one) <= FACTS["Media"]
    assert (one["language"], one["hasSound"], one["silent"]) == ("fr", True, False)
    assert 0.0 < one["languageConfidence"] <= 1.0
    assert {"😋", "danse", "d'accord"} <= set(one["words"])
    assert all(
        one[name] for name in ("textBy", "languageBy", "decodedBy", "frameHashesBy", "embeddingBy", "screenTextBy")
    )
    assert len(one["screenText"]) == len(one["screenTextConfidence"])
    assert one["scenes"] >= 2
    assert np.linalg.norm(one["embedding"]) == pytest.approx(1.0, abs=1e-3)
    assert "proposedRating" not in one, "shapes are no nudes"
    assert "soundprint" not in found["silent"]


def test_text_alone_is_analysed_too(analyser: Any) -> None:
    told = analyser.analyse(None, "今日はとても良い天気ですね #東京")
    assert told["language"] == "ja"
    assert "frameHashes" not in told
    assert "language" not in analyser.analyse(None, "#fyp 😋 @somebody")


def test_screen_text_is_read(analyser: Any) -> None:
    import cv2

    frame = np.full((480, 270, 3), 40, dtype=np.uint8)
    cv2.putText(frame, "WAIT FOR IT", (20, 240), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 2, cv2.LINE_AA)
    lines, sure = analyser._reader.read([frame])
    assert [line.upper().replace(" ", "") for line in lines] == ["WAITFORIT"]
    assert sure[0] > 0.8


def test_a_proposal_needs_a_sure_mark_and_faces_are_thrown_away(analyser: Any) -> None:
    class Fake:
        def __init__(self, *marks: tuple[str, float]) -> None:
            self.marks = [{"class": name, "score": score, "box": [0, 0, 1, 1]} for name, score in marks]

        def detect(self, _: Any) -> list[dict[str, Any]]:
            return self.marks

    judge = analyser._judge
    kept, frame = judge._detector, [np.zeros((8, 8, 3), dtype=np.uint8)]
    try:
        for marks, told in (
            ([("FACE_FEMALE", 0.99)], None),
            ([("FEMALE_BREAST_EXPOSED", 0.8), ("FACE_FEMALE", 0.99)], ("adult", 0.8)),
            ([("FEMALE_BREAST_EXPOSED", 0.4)], None),
            ([("BUTTOCKS_EXPOSED", 0.7)], ("teen", 0.7)),
        ):
            judge._detector = Fake(*marks)
            assert judge.propose(frame) == told
    finally:
        judge._detector = kept


def test_a_child_that_dies_or_takes_too_much_is_one_reject_and_the_next_video_is_analysed(
    media: dict[str, Path], tmp_path: Path
) -> None:
    from contentgraph.content.facts import Task
    from contentgraph.content.workers import Bounds, Child

    text = tmp_path / "text.mp4"
    text.write_text("no video")
    child = Child(Bounds(seconds=60.0))
    try:
        assert child.analyse(Task("v0", str(text), "", "f")).reason == "bad_media"
        process = child._process
        assert process is not None
        silent = child.analyse(Task("v1", str(media["silent"]), "", "f"))
        assert (silent.reason, bool(silent.facts)) == ("unusable_sound", True)
        assert child._process is process, "models are loaded once"
        process.kill()
        process.wait()
        assert child.analyse(Task("v2", None, "bonjour tout le monde", "f")).facts["language"] == "fr"
        child._bounds = Bounds(seconds=60.0, bytes=1_000_000)
        greedy = child.analyse(Task("v3", str(media["one"]), "", "f"))
        assert (greedy.reason, greedy.facts) == ("bad_media", {})
        assert "memory" in greedy.message
        assert child._process is None
    finally:
        child.close()


def test_what_cannot_be_said_to_a_child_is_one_reject(tmp_path: Path) -> None:
    """A folder's name may be no UTF-8, a caption half of a surrogate pair; no process is started for them."""
    from contentgraph.content.facts import Task
    from contentgraph.content.workers import Bounds, Child

    child = Child(Bounds(seconds=60.0))
    for task in (Task("v0", str(tmp_path / "bad\udcff" / "v0.mp4"), "", "f"), Task("v1", None, "half \ud83d", "f")):
        told = child.analyse(task)
        assert (told.reason, told.facts) == ("bad_encoding", {})
    assert child._process is None


def test_a_video_of_one_frame_is_analysed(analyser: Any, made: dict[str, Any], tmp_path: Path) -> None:
    found = analyser.analyse(str(made["save"](tmp_path / "still.mp4", made["clip"](3)[:1])), "")
    assert found["scenes"] == 1
    assert np.linalg.norm(found["embedding"]) == pytest.approx(1.0, abs=1e-3)


def test_time_is_bounded(media: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from contentgraph.content import workers
    from contentgraph.content.facts import Task

    monkeypatch.setattr(workers, "START_S", 0.0)
    child = workers.Child(workers.Bounds(seconds=0.05))
    try:
        told = child.analyse(Task("v1", str(media["one"]), "", "f"))
        assert (told.reason, told.facts) == ("bad_media", {})
        assert "takes more than" in told.message
    finally:
        child.close()


@pytest.mark.parametrize("kind", ["scale down", "watermark", "5 % faster", "5 % slower", "crop top"])
def test_each_kind_of_copy_is_found(
    kind: str, analyser: Any, found: dict[str, dict[str, Any]], made: dict[str, Any], tmp_path: Path
) -> None:
    change, options = made["COPIES"][kind]
    sound = made["tune"](1)
    if kind in made["SPEEDS"]:
        sound = made["faster"](sound, made["SPEEDS"][kind])
    path = made["save"](tmp_path / "copy.mp4", change(made["clip"](1, seconds=6.0)), sound, **options)
    one, copy = prints(found["one"]), prints(analyser.analyse(str(path), ""))
    assert alike(one[0], copy[0]) > 0.5
    assert likeness(one[1], copy[1]) > 0.5
    assert alike(prints(found["other"])[0], copy[0]) == 0.0


def test_several_workers_find_what_one_finds(media: dict[str, Path]) -> None:
    """Each task once, in whatever order; a bad file among them is a reject of its own."""
    from contentgraph.content.facts import Task
    from contentgraph.content.workers import Bounds, analysed

    tasks = [Task(name, str(path), "bonjour à tous", "f") for name, path in media.items()]
    tasks.insert(1, Task("bad", str(Path(__file__)), "", "f"))
    told = {outcome.task.video_id: outcome for outcome in analysed(tasks, 2, Bounds(seconds=120.0))}
    assert {name: outcome.reason for name, outcome in told.items() if outcome.reason} == {
        "bad": "bad_media", "silent": "unusable_sound"
    }  # fmt: skip
    alone = {outcome.task.video_id: outcome.facts for outcome in analysed(tasks[2:3], 1, Bounds(seconds=120.0))}
    for name, facts in alone.items():
        assert told[name].facts == facts
    assert set(told) == {"bad", *media}
