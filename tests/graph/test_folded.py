"""What is left of folded engagements says of videos what the engagements said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import InvalidEvent
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.events import KINDS
from contentgraph.graph.facts import PAIR_KINDS
from contentgraph.graph.folded import FOLDED, LEAST_DAYS, Folded, Totals, cells, fold_mark, refuse_folded
from contentgraph.graph.interactions import goods, plain
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.scores import video_scores
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.worth import Views, worth
from contentgraph.loaders.hours import KEPT_DAYS

VIDEOS = 4
PAIRS = st.lists(
    st.tuples(st.integers(0, VIDEOS - 1), st.sampled_from([0, 1, 3, 9, 31, 16]), st.booleans()), min_size=1, max_size=40
)
SCALE = PointScale()
FIELDS = ("score", "viewers", "rewatch_rate", "completion_rate", "like_rate", "posterior_mean", "posterior_sd")


def folded_of(pairs: list[tuple[int, int, bool]]) -> Folded:
    """The cells of the pairs that are old."""
    found = cells((str(video), bits) for video, bits, old in pairs if old)
    told = [(int(video), bits, people) for video, some in found.items() for bits, people in some]
    table = np.array(told, dtype=np.int64).reshape(-1, 3)
    return Folded(table[:, 0].astype(np.int32), table[:, 1], table[:, 2])


@given(PAIRS)
def test_scores_rates_and_posteriors_are_those_of_the_pairs(pairs: list[tuple[int, int, bool]]) -> None:
    """On any mix of pairs and cells, and on another scale of weights too."""
    for scale in (SCALE, PointScale(like=9.0, share=0.0)):
        video, bits = (np.array([pair[place] for pair in pairs], dtype=np.int64) for place in (0, 1))
        wanted = video_scores(video, points_of_bits(scale, bits), bits, videos=VIDEOS)
        old, young = folded_of(pairs), np.array([not pair[2] for pair in pairs])
        told = np.concatenate((bits[young], old.bits))
        found = video_scores(
            np.concatenate((video[young], old.video)),
            points_of_bits(scale, told),
            told,
            videos=VIDEOS,
            people=np.concatenate((np.ones(int(young.sum()), dtype=np.int64), old.people)),
        )
        for name in FIELDS:
            np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), rtol=1e-9, atol=1e-9)


VideoScoresFields = (
    "score",
    "viewers",
    "rewatch_rate",
    "completion_rate",
    "like_rate",
    "posterior_mean",
    "posterior_sd",
)


@given(PAIRS)
def test_worth_counts_folded_viewers_as_ordinary_ones(pairs: list[tuple[int, int, bool]]) -> None:
    """Each as one view of a person of whom nothing else is known and whose ease is 1."""
    old = folded_of(pairs).totals(SCALE, VIDEOS)
    nothing, none = np.zeros(0, dtype=np.int64), np.full(VIDEOS, -1, dtype=np.int64)
    views = Views(nothing, nothing, np.zeros(0), 1, VIDEOS, none, none, np.zeros(0, dtype=np.bool_), folded=old)
    found = worth(views)
    assert np.isfinite(found.points).all()
    if old.points.sum() > 0.0:
        best = np.argmax(np.where(old.people > 0, old.points / np.maximum(old.people, 1), -1.0))
        assert found.points[best] >= found.points.min() - 1e-9
        mean = old.points.sum() / old.people.sum()
        assert abs(found.points.mean() / mean - 1.0) < 2.0


def test_a_video_known_by_its_folded_viewers_alone_is_not_new() -> None:
    """It is stale, where one that nobody ever watched starts fresh; the share of old viewers takes freshness."""
    now = 100 * DAY_MS
    pairs = Pairs(np.array([0]), np.array([0]), 1, 3, np.array([8.0]), np.array([now]))
    totals = Totals(np.array([3.0, 5.0, 0.0]), np.array([9.0, 9.0, 0.0]), np.array([2.0, 1.0, 0.0]))
    known = plain(pairs)
    catalogue = replace(known.catalogue, created_at=np.full(3, now))
    told = replace(known, catalogue=catalogue, folded=totals)
    found = goods(told, None, now)
    np.testing.assert_allclose(found.long, [0.25, 0.0, 1.0])
    np.testing.assert_allclose(found.viewers, [3.0, 1.0, 0.0])
    np.testing.assert_allclose(told.leaders(), [1.0, 0.0, 0.0])


def test_events_on_videos_from_before_the_mark_are_refused_and_no_others() -> None:
    """Follows, hides, blocks and reports are never folded, so they are always taken."""
    for kind in KINDS:
        refuse_folded(kind, 1000, 1000)
        if kind in PAIR_KINDS:
            with pytest.raises(InvalidEvent, match="folded") as found:
                refuse_folded(kind, 999, 1000)
            assert found.value.reason == FOLDED
        else:
            refuse_folded(kind, 999, 1000)


@given(st.integers(0, 10**13), st.integers(LEAST_DAYS, 5000))
def test_the_mark_is_the_start_of_a_day_that_old(latest: int, days: int) -> None:
    """Whole days, so that no day's pulse is half of it."""
    mark = fold_mark(latest, days)
    assert mark % DAY_MS == 0
    assert mark == 0 or days * DAY_MS <= latest - mark < (days + 1) * DAY_MS


def test_what_is_made_from_the_last_days_is_not_folded() -> None:
    """Pulses by the hour."""
    assert LEAST_DAYS > KEPT_DAYS
