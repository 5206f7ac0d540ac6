"""Rejects: one line each, counted by reason, and the share that stops a run."""

import json
from pathlib import Path

import pytest

from contentgraph.errors import TooManyRejects, UsageError
from contentgraph.loaders.rejects import RejectWriter


def lines(writer):
    writer.close()
    return [json.loads(line) for line in writer.path.read_text("utf-8").split("\n")[:-1]]


def test_each_reject_is_a_line_with_its_place_reason_and_row(tmp_path):
    with RejectWriter(tmp_path / "rejects", "run1") as rejects:
        rejects.reject("e.jsonl", 7, "bad_id", "userId is ''", {"userId": "", "kind": "like"})
    assert rejects.path == tmp_path / "rejects" / "run1.jsonl"
    assert lines(rejects) == [
        {
            "file": "e.jsonl",
            "line": 7,
            "reason": "bad_id",
            "message": "userId is ''",
            "row": '{"userId": "", "kind": "like"}',
        }
    ]


@pytest.mark.parametrize(
    "row",
    [
        b"\xff\xfe" * 10_000,
        "\ud800" * 10_000,
        {"a": "\ud800" * 10_000},
        {"a": 10**5000},
        {"a": {1: object()}},
        ["x" * 10**6],
        None,
        float("nan"),
    ],
    ids=lambda row: str(type(row)),
)
def test_any_row_can_be_written_and_is_cut(tmp_path, row):
    with RejectWriter(tmp_path, "r") as rejects:
        rejects.reject("f", 1, "bad_type", "m", row)
    assert len(rejects.path.read_bytes()) < 50_000
    assert len(lines(rejects)) == 1


def test_without_rejects_there_is_no_file(tmp_path):
    with RejectWriter(tmp_path / "rejects", "r"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_too_large_a_share_stops_and_unusable_rows_are_no_fault(tmp_path):
    with RejectWriter(tmp_path, "r") as rejects:
        for _ in range(10):
            rejects.reject("f", 1, "bad_id", "m")
            rejects.reject("f", 1, "unusable_follow", "m")
        rejects.ensure_share(1000, 0.01)
        with pytest.raises(TooManyRejects, match=r"10 of 999 rows .*bad_id 10"):
            rejects.ensure_share(999, 0.01)
    assert rejects.faults == 10


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        RejectWriter(tmp_path / "file", "r").reject("f", 1, "bad_id", "m")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk without room, as Linux has one")
def test_no_room_for_what_is_buffered_is_said_before_anything_else_is_done(tmp_path):
    (tmp_path / "r.jsonl").symlink_to("/dev/full")
    rejects = RejectWriter(tmp_path, "r")
    rejects.reject("f", 1, "bad_id", "m")
    with pytest.raises(UsageError, match=r"r\.jsonl cannot be written .*make room"):
        rejects.ensure_share(9, 1.0)
    with pytest.raises(UsageError, match="make room"):
        rejects.close()
    rejects.close()
