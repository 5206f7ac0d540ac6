"""Test slots in a slate: at random places, marked, never twice, never more than fit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.client.results import Suggestion
from contentgraph.client.waves import merge


def item(video: str, place: int, wave: int | None = None) -> Suggestion:
    return Suggestion(
        video_id=video, slot=place, score=1.0, parts={"similar": 1.0}, reasons=(), propensity=0.1 if wave else 1.0,
        explored=wave is not None, via=(), caption=None, creator_ids=(), sound=None, hashtags=(), challenge_ids=(),
        wave=wave,
    )  # fmt: skip


@given(st.integers(0, 12), st.sets(st.integers(0, 20), max_size=4), st.integers(4, 12), st.integers(0, 9))
def test_every_test_is_there_once_and_the_last_of_the_slate_make_room(
    length: int, tested: set[int], limit: int, seed: int
) -> None:
    slate = [item(f"v{i}", i + 1) for i in range(min(length, limit))]
    tests = [item(f"v{i}", 1, wave=2) for i in sorted(tested)]
    found = merge(slate, tests, limit, np.random.default_rng(seed))
    ids = [one.video_id for one in found]
    assert len(set(ids)) == len(ids) == min(limit, len({one.video_id for one in [*slate, *tests]}))
    assert [one.slot for one in found] == list(range(1, len(found) + 1))
    assert {one.video_id for one in found if one.wave == 2} == {f"v{i}" for i in tested}
    plain = [one.video_id for one in found if one.wave is None]
    assert plain == [one.video_id for one in slate if one.video_id not in {f"v{i}" for i in tested}][: len(plain)]


def test_each_place_is_as_likely() -> None:
    rng = np.random.default_rng(1)
    slate = [item(f"v{i}", i + 1) for i in range(9)]
    places = [
        next(one.slot for one in merge(slate, [item("new", 1, wave=1)], 10, rng) if one.wave) for _ in range(10_000)
    ]
    counts = np.bincount(places, minlength=11)[1:]
    assert counts.sum() == 10_000
    assert (np.abs(counts - 1_000) < 150).all()
