"""People counted, as they are read: the first of each video, and what their entries mean."""

import numpy as np

from contentgraph.loaders.wave_reads import _exposures, _first, _told


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


def test_people_of_one_moment_are_taken_as_they_lie_and_not_by_what_they_did() -> None:
    told, video = _told([{"told": [3 * 128 + 31, 3 * 128, 3 * 128 + 16]}])
    assert told[_first(told, video, 2)].tolist() == [3 * 128 + 31, 3 * 128]


def test_nobody_counted_is_nobody() -> None:
    told, video = _told([])
    assert _first(told, video, 20).size == 0
    assert np.array_equal(_exposures(told, video, _first(told, video, 20)).bits, [])
