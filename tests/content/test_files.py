"""Which videos are analysed, and by what a file is known again."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from contentgraph.content.files import catalogue_rows, distinct, media_files, signature
from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.loaders.rejects import RejectWriter


class Rejects:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, str, str, object]] = []

    def __call__(self, *row: Any) -> None:
        self.rows.append(row)


def test_media_of_a_folder_by_name(tmp_path: Path) -> None:
    for name in ("v2.mp4", "v1.WEBM", "notes.txt", "deep/v3.mov"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    rejects = Rejects()
    assert [task.video_id for task in media_files([tmp_path], rejects)] == ["v3", "v1", "v2"]
    (named := tmp_path / "clip.wmv").write_bytes(b"x")
    assert [task.path for task in media_files([named], rejects)] == [str(named)], "a file that is named is tried"
    with pytest.raises(UsageError, match="there is no"):
        list(media_files([tmp_path / "nowhere"], rejects))
    assert not rejects.rows


def test_a_file_whose_name_can_be_no_id_is_one_reject(tmp_path: Path) -> None:
    """Not UTF-8, a blank at its end, a line break: the others are taken."""
    for name in (b"good.mp4", b"bad\xff.mp4", b"blank .mp4", b"two\nlines.mp4"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    rejects = Rejects()
    assert [task.video_id for task in media_files([tmp_path], rejects)] == ["good"]
    assert sorted(row[2] for row in rejects.rows) == ["bad_encoding", "bad_id", "bad_id"]
    with RejectWriter(tmp_path / "rejects", "run") as writer:
        assert len(list(media_files([tmp_path], writer.reject))) == 1
    assert len(writer.path.read_text("utf-8").splitlines()) == 3


def test_a_media_path_that_no_file_can_have_is_one_reject() -> None:
    names = ("a\0b.mp4", "a\ud800.mp4", "c.mp4")
    rows = [("f", line, {"id": f"v{line}", "media": media}) for line, media in enumerate(names)]
    rejects = Rejects()
    assert [task.video_id for task in distinct(catalogue_rows(rows, rejects), rejects)] == ["v2"]
    assert [row[1:3] for row in rejects.rows] == [(0, "nul_byte"), (1, "bad_encoding")]
    for path in names[:2]:
        with pytest.raises(InvalidEvent, match="cannot be read"):
            signature(path)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe would be waited for, a device has no end."""
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", tmp_path, Path("/dev/zero")):
        with pytest.raises(InvalidEvent, match="no regular file") as refused:
            signature(str(path))
        assert refused.value.reason == "bad_media"
    assert not list(media_files([tmp_path], Rejects()))
    assert len(list(media_files([tmp_path / "pipe.mp4"], Rejects()))) == 1, "one that is named is told of"


def test_rows_name_media_beside_their_catalogue() -> None:
    rows = [("a/videos.csv", 2, {"id": "v1", "media": "m/1.mp4"}), ("a/videos.csv", 3, {"id": "v2", "caption": "hi"}),
            ("a/videos.csv", 4, {"media": "x"}), ("a/videos.csv", 5, {"id": "v3", "media": 7}),
            ("a/videos.csv", 6, {"id": " v4"}), ("a/videos.csv", 7, {"id": 8})]  # fmt: skip
    rejects = Rejects()
    told = list(catalogue_rows(rows, rejects))
    assert [(task.video_id, task.path, task.caption, task.line) for task in told] == [
        ("v1", "a/m/1.mp4", "", 2), ("v2", None, "hi", 3), ("8", None, "", 7)
    ]  # fmt: skip
    assert [row[1:3] for row in rejects.rows] == [(4, "missing_field"), (5, "bad_type"), (6, "bad_id")]


def test_a_second_file_for_one_video_is_a_reject_that_names_the_first(tmp_path: Path) -> None:
    """The same file or a row without one says nothing new; the row that names the media counts."""
    for name in ("a/1.mp4", "b/1.mp4", "b/1.mov"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    rejects = Rejects()
    assert len(distinct(media_files([tmp_path, tmp_path / "a" / "1.mp4"], rejects), rejects)) == 1
    assert [(row[0], row[2]) for row in rejects.rows] == [
        (str(tmp_path / "b" / name), "duplicate_id") for name in ("1.mov", "1.mp4")
    ]
    assert all(str(tmp_path / "a" / "1.mp4") in row[3] for row in rejects.rows)
    rows = [("f", line, {"id": "v1", "media": media}) for line, media in enumerate((None, "x.mp4", None, "./x.mp4"))]
    (kept,) = distinct(catalogue_rows(rows, rejects), rejects)
    assert (kept.path, kept.line, len(rejects.rows)) == ("x.mp4", 1, 2)


def test_a_copy_has_the_same_signature_and_a_change_at_either_end_another(tmp_path: Path) -> None:
    one, copy = tmp_path / "one", tmp_path / "copy"
    one.write_bytes(b"a" * 200_000)
    shutil.copy(one, copy)
    assert signature(str(one)) == signature(str(copy))
    for changed in (b"b" + b"a" * 199_999, b"a" * 199_999 + b"b", b"a" * 200_001):
        copy.write_bytes(changed)
        assert signature(str(one)) != signature(str(copy))
    with pytest.raises(InvalidEvent, match="cannot be read"):
        signature(str(tmp_path / "missing"))
