"""People counted, as they are read: the first of each video, and what their entries mean."""

import numpy as np

from contentgraph.loaders.waves.reads import _exposures, _first, _told


def test_the_first_people_of_a_video_are_the_earliest_in_whatever_order_they_are_read() -> None:
    """An entry is the time times 128 plus flags and source: what people did says nothing of who is among the first."""
    late, early, middle = 9 * 128 + 1, 5 * 128 + 64 + 31, 7 * 128 + 32
    told, video = _told([{"told": [late, early, middle]}, {"told": []}, {"told": [late]}])
    assert video.tolist() == [0, 0, 0, 2]
    first = _first(told, video, 2)
    assert told[first].tolist() == [early, middle, late]
    found = _exposures(told, video, first)
    assert found.video.tolist() == [0, 0, 2]
    assert found.source.tolist() == [2, 1, 0]
    assert found.bits.tolist() == [31, 0, 1]


def test_people_of_one_moment_are_taken_the_same_in_any_order_and_not_by_what_they_did() -> None:
    """Of one silent and one who did all, at 2,000 moments, either is the first about as often."""
    silent = 0
    for moment in range(2_000):
        told, video = _told([{"told": [moment * 128, moment * 128 + 31]}, {"told": [moment * 128 + 31, moment * 128]}])
        first = told[_first(told, video, 1)]
        assert first[0] == first[1]
        silent += int(first[0] == moment * 128)
    assert 850 < silent < 1_150


def test_nobody_counted_is_nobody() -> None:
    told, video = _told([])
    assert _first(told, video, 20).size == 0
    assert np.array_equal(_exposures(told, video, _first(told, video, 20)).bits, [])
