"""Sounds that are one under several ids."""

import pytest

from contentgraph.graph.matches import equal_sounds


def test_sounds_are_one_where_most_videos_of_each_go_back_to_one_recording() -> None:
    """Videos 1 and 2 sound as 0 does; 4, which names both a and a loose id, sounds as 3."""
    named = {0: ["a"], 1: ["b"], 2: ["c"], 3: ["d"], 4: ["a", "loose"], 5: ["loose"], 6: ["a"], 7: []}
    found = {1: (0, 0.9), 2: (0, 0.8), 4: (3, 1.0), 6: (0, 0.7)}
    told = equal_sounds(named, found)
    assert {name: first for name, (first, _) in told.items()} == {"b": "a", "c": "a"}, (
        "a is the one that the oldest names"
    )
    assert told["b"][1] == 0.9
    assert equal_sounds({}, {}) == {}


def test_an_id_of_many_recordings_is_none_of_them() -> None:
    named = {0: ["a"], 1: ["original"], 2: ["b"], 3: ["original"], 4: ["original"]}
    assert equal_sounds(named, {1: (0, 1.0), 3: (2, 1.0)}) == {}
    named[4] = ["b"]
    assert equal_sounds({**named, 3: ["b"]}, {1: (0, 1.0), 3: (0, 0.8), 4: (0, 0.7)}) == {
        "b": ("a", pytest.approx(0.5)), "original": ("a", 1.0)
    }  # fmt: skip
