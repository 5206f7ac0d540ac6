"""The shared write path, without a server: what it runs, in which order, on which rows."""

from typing import Any

import pytest

from contentgraph.cypher import catalog
from contentgraph.cypher.upsert import RELATIONS, named_ids, pair_row, write_events
from contentgraph.graph.relations import RELATION_STATEMENTS


class Recorder:
    """Remembers what it is asked to run."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, dict[str, Any]]] = []

    def run(self, name: str, **params: object) -> list[dict[str, Any]]:
        self.ran.append((name, dict(params)))
        return []


PAIRS = [pair_row("u2", "v1", {"first_at": 1, "last_at": 1}), pair_row("u1", "v2", {"first_at": 1, "last_at": 1})]
FOLLOW = {"userId": "u9", "targetId": "u0", "at": 1, "until": None}
REPORT = {"userId": "u9", "targetId": "v0", "at": 1, "reason": None}


def test_ids_are_announced_before_anything_is_joined_and_rows_go_in_the_order_of_their_keys() -> None:
    """One order of locks for all writers."""
    run = Recorder()
    write_events(run, pairs=PAIRS, relations={"merge_reports_video": [REPORT], "merge_follows": [FOLLOW]}, scale={})
    assert [name for name, _ in run.ran] == [
        "announce_users", "announce_videos", "merge_engaged", "merge_follows", "merge_reports_video",
    ]  # fmt: skip
    assert run.ran[0][1] == {"ids": ["u0", "u1", "u2", "u9"]}
    assert run.ran[1][1] == {"ids": ["v0", "v1", "v2"]}
    assert [row["userId"] for row in run.ran[2][1]["rows"]] == ["u1", "u2"]


def test_nothing_to_write_runs_nothing() -> None:
    run = Recorder()
    write_events(run, pairs=[], relations={"merge_blocks": []}, scale={})
    assert run.ran == []


def test_an_unknown_relation_is_refused_before_anything_is_written() -> None:
    run = Recorder()
    with pytest.raises(KeyError, match="merge_likes"):
        write_events(run, pairs=PAIRS, relations={"merge_likes": [FOLLOW]}, scale={})
    assert run.ran == []


def test_a_report_of_a_video_names_a_video_and_a_hide_of_a_user_a_user() -> None:
    assert named_ids([], {"merge_reports_video": [REPORT]}) == (["u9"], ["v0"])
    assert named_ids([], {"merge_hides_user": [FOLLOW]}) == (["u0", "u9"], [])


def test_both_sides_know_the_same_relations() -> None:
    assert RELATIONS == RELATION_STATEMENTS
    assert set(RELATIONS) <= set(catalog())
