"""Which videos are analysed, and by what a file is known again."""

import shutil
from pathlib import Path

import pytest

from contentgraph.content.files import catalogue_rows, media_files, signature
from contentgraph.errors import InvalidEvent, UsageError


def test_media_of_a_folder_by_name(tmp_path: Path) -> None:
    for name in ("v2.mp4", "v1.WEBM", "notes.txt", "deep/v3.mov"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert [task.video_id for task in media_files([tmp_path])] == ["v3", "v1", "v2"]
    with pytest.raises(UsageError, match="there is no"):
        list(media_files([tmp_path / "nowhere"]))


def test_rows_name_media_beside_their_catalogue() -> None:
    rows = [("a/videos.csv", 2, {"id": "v1", "media": "m/1.mp4"}), ("a/videos.csv", 3, {"id": "v2", "caption": "hi"}),
            ("a/videos.csv", 4, {"media": "x"})]  # fmt: skip
    told = list(catalogue_rows(rows))
    assert [(task.video_id, task.path, task.caption, task.line) for task in told] == [
        ("v1", "a/m/1.mp4", "", 2), ("v2", None, "hi", 3)
    ]  # fmt: skip


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
