"""Worth of videos: what a next view brings, net of who watched."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.worth import Views, Worth, WorthParams, duration_bucket, worth
from tests.views import some

Floats = npt.NDArray[np.float64]

USERS, VIDEOS = 12, 6


def views(
    user: npt.ArrayLike,
    video: npt.ArrayLike,
    points: npt.ArrayLike,
    *,
    users: int = USERS,
    videos: int = VIDEOS,
    bucket: npt.ArrayLike | None = None,
    creator: npt.ArrayLike | None = None,
    foreign: npt.ArrayLike | None = None,
) -> Views:
    """A log of which no more is known than what is given."""
    who = np.asarray(user, dtype=np.int64)
    return Views(
        user=who,
        video=np.asarray(video, dtype=np.int64),
        points=np.asarray(points, dtype=np.float64),
        users=users,
        videos=videos,
        bucket=np.asarray([-1] * videos if bucket is None else bucket, dtype=np.int64),
        creator=np.asarray([-1] * videos if creator is None else creator, dtype=np.int64),
        foreign=np.asarray(np.zeros(who.size) if foreign is None else foreign, dtype=np.bool_),
    )


@st.composite
def logs(draw: st.DrawFn, *, least: int = 0, abroad: bool = True) -> Views:
    """Any small log: each pair at most once, points of the scale of 2020, durations and creators known or not."""
    pairs = sorted(draw(st.sets(st.integers(0, USERS * VIDEOS - 1), min_size=least, max_size=40)))
    several = {"min_size": len(pairs), "max_size": len(pairs)}
    each = {"min_size": VIDEOS, "max_size": VIDEOS}
    return views(
        [pair // VIDEOS for pair in pairs],
        [pair % VIDEOS for pair in pairs],
        draw(st.lists(st.sampled_from([0.0, 2.0, 8.0, 18.0, 30.0]), **several)),
        bucket=draw(st.lists(st.integers(-1, 2), **each)),
        creator=draw(st.lists(st.integers(-1, 2), **each)),
        foreign=draw(st.lists(st.booleans() if abroad else st.just(False), **several)),
    )


def agree(one: Worth, other: Worth, rtol: float = 1e-9) -> None:
    for name in ("points", "travel", "quality", "ease"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=rtol, atol=1e-12)


@settings(max_examples=100)
@given(logs())
def test_every_video_has_a_worth_whatever_the_log(log: Views) -> None:
    """No viewers, all points zero, nothing known of durations, creators and languages: still finite, never below 0."""
    found = worth(log)
    assert (np.isfinite(found.points) & (found.points >= 0.0)).all()
    for factor in (found.travel, found.quality, found.ease):
        assert (np.isfinite(factor) & (factor > 0.0)).all()
    if not log.points.any():
        assert not found.points.any()


@given(logs(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_pairs_says_nothing(log: Views, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(log.user.size)
    agree(worth(log), worth(some(log, order)))


@given(logs(), st.integers(0, 2**32 - 1))
def test_the_numbers_of_users_and_videos_say_nothing(log: Views, seed: int) -> None:
    rng = np.random.default_rng(seed)
    who, what, maker = rng.permutation(USERS), rng.permutation(VIDEOS), rng.permutation(3)
    back = np.argsort(what)
    creator = np.where(log.creator < 0, -1, maker[log.creator])
    other = replace(log, user=who[log.user], video=what[log.video], bucket=log.bucket[back], creator=creator[back])
    one, two = worth(log), worth(other)
    agree(one, Worth(two.points[what], two.travel[what], two.quality[what], two.ease[who]), rtol=1e-6)


@given(logs(least=1), st.sampled_from([0.01, 3.0, 1000.0]))
def test_points_of_another_unit_give_worths_of_that_unit(log: Views, unit: float) -> None:
    one, other = worth(log), worth(replace(log, points=log.points * unit))
    agree(replace(one, points=one.points * unit), other)


@settings(max_examples=200)
@given(logs(least=1, abroad=False), st.integers(0, VIDEOS - 1), st.sampled_from([1.0, 8.0]))
def test_more_points_from_every_viewer_never_lower_a_worth(log: Views, video: int, more: float) -> None:
    raised = replace(log, points=log.points + more * (log.video == video))
    assert worth(raised).points[video] >= worth(log).points[video] - 1e-9


@given(logs(least=1), st.integers(2, 4))
def test_a_weight_of_n_is_n_equal_pairs(log: Views, n: int) -> None:
    heavy = replace(log, weight=np.full(log.user.size, float(n)))
    many = some(log, np.tile(np.arange(log.user.size), n))
    agree(worth(heavy), worth(many))


@pytest.mark.parametrize("points", [1.0, 12.0])
def test_fewer_viewers_move_a_worth_towards_the_usual_and_never_beyond(points: float) -> None:
    """100 videos at 4 points a view, and one with 0, 1, 2, 4, … viewers of one view each who all give the same."""
    base_user = np.arange(2_000)
    found = []
    for viewers in (0, 1, 2, 4, 8, 16, 64, 256):
        user = np.concatenate([base_user, 2_000 + np.arange(viewers)])
        video = np.concatenate([base_user % 100, np.full(viewers, 100)])
        given_points = np.concatenate([np.full(2_000, 4.0), np.full(viewers, points)])
        found.append(worth(views(user, video, given_points, users=2_256, videos=101)).points)
    told = np.array([row[100] / row[0] for row in found])
    assert told[0] == pytest.approx(1.0)
    assert (np.diff(told) * np.sign(points - 4.0) > 0.0).all()


def test_a_video_without_viewers_is_worth_what_its_creator_s_others_and_its_duration_say() -> None:
    """Creator 0 brings twice what creator 1 does; the new videos 4 and 5 follow, 6 of nobody known is in between."""
    rng = np.random.default_rng(1)
    user, video = np.arange(4_000), rng.integers(0, 4, 4_000)
    found = worth(
        views(user, video, np.where(video < 2, 8.0, 4.0), users=4_000, videos=7, creator=[0, 0, 1, 1, 0, 1, -1])
    )
    assert found.points[4] > 1.5 * found.points[5]
    assert found.points[5] < found.points[6] < found.points[4]
    assert found.quality[6] == pytest.approx(1.0, abs=0.1)


def test_nothing_known_leaves_the_quality_alone() -> None:
    """Without a catalogue the order is that of quality; of equally good videos more viewers make one surer."""
    user = np.arange(60)
    video = np.concatenate([np.zeros(40), np.ones(4), np.full(16, 2)]).astype(np.int64)
    found = worth(views(user, video, np.where(video == 2, 1.0, 9.0), users=60, videos=4))
    assert found.points[0] > found.points[1] > found.points[3] > found.points[2]
    np.testing.assert_allclose(found.points / found.points[3], found.quality / found.quality[3])


def planted(seed: int) -> tuple[Views, Floats, Floats, Floats]:
    """5,000 people of different ease and 300 videos of different quality in 3 durations; strangers give 0.2 to 0.8."""
    rng = np.random.default_rng(seed)
    users, videos, pairs = 5_000, 300, 150_000
    ease, quality = np.exp(0.4 * rng.standard_normal(users)), np.exp(0.4 * rng.standard_normal(videos))
    bucket, travel = rng.integers(0, 3, videos), rng.uniform(0.2, 0.8, videos)
    user, video = rng.integers(0, users, pairs), rng.integers(0, videos, pairs)
    # The good are shown to the easily pleased: a plain mean would take their ease for quality.
    drawn = rng.random(pairs) < 1.0 / (1.0 + np.exp(-2.0 * np.log(ease[user]) * np.sign(np.log(quality[video]))))
    user, video = user[drawn], video[drawn]
    foreign = rng.random(user.size) < 0.3
    usual = np.array([2.0, 4.0, 6.0])[bucket]
    mean = usual[video] * quality[video] * ease[user] * np.where(foreign, travel[video], 1.0)
    log = views(user, video, 2.0 * rng.poisson(mean / 2.0), users=users, videos=videos, bucket=bucket, foreign=foreign)
    return log, usual * quality, travel, ease


def test_planted_worths_are_found_though_the_easily_pleased_watch_what_is_good() -> None:
    log, truth, travel, ease = planted(1)
    found = worth(log)

    def error(guess: Floats) -> float:
        return float(np.std(np.log(guess) - np.log(truth)))

    plain = np.bincount(log.video, log.points, log.videos) / np.bincount(log.video, minlength=log.videos)
    assert error(found.points) < 0.08  # that of 1,000 points a video in twos is 0.045
    assert error(plain) > 2.0 * error(found.points)
    assert np.corrcoef(np.log(found.travel), np.log(travel))[0, 1] > 0.8
    assert np.corrcoef(np.log(found.ease), np.log(ease))[0, 1] > 0.8


def test_taste_that_brought_the_points_is_no_quality() -> None:
    """Two equal videos, one shown to those who love it; told so, both are worth the same."""
    user, video = np.arange(1_000), np.arange(1_000) % 2
    log = views(user, video, np.where(video == 0, 8.0, 4.0), users=1_000, videos=2)
    blind, seeing = worth(log), worth(log, taste=np.where(video == 0, 2.0, 1.0))
    assert blind.points[0] > 1.8 * blind.points[1]
    assert seeing.points[0] == pytest.approx(seeing.points[1], rel=0.01)


def test_what_strangers_watch_travels() -> None:
    """Both videos bring strangers half; one has as many strangers among its viewers as there are, one hardly any."""
    rng = np.random.default_rng(3)
    video = np.repeat(np.arange(40), 100)
    foreign = rng.random(4_000) < np.where(video % 2 == 0, 0.6, 0.05)
    points = np.where(foreign, np.where(video % 2 == 0, 3.6, 1.2), 4.0)
    log = views(np.arange(4_000), video, points, users=4_000, videos=40, foreign=foreign)
    found = worth(replace(log, strangers=np.full(40, 0.6)))
    assert found.travel[::2].min() > 1.3 * found.travel[1::2].max()


def test_durations_are_cut_into_equal_shares_and_unknown_ones_stand_apart() -> None:
    found = duration_bucket(np.array([-1, 0, *range(1, 101)]), 4)
    assert np.bincount(found + 1).tolist() == [2, 25, 25, 25, 25]
    assert duration_bucket(np.array([-1, -1])).tolist() == [-1, -1]
    assert duration_bucket(np.array([7, 7, 7]), 4).size == 3
    with pytest.raises(UsageError, match="0 buckets"):
        duration_bucket(np.array([1]), 0)


@pytest.mark.parametrize("name", ["bucket", "viewer", "video", "creator", "foreign", "share", "travel"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_prior_weighs_something(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        WorthParams(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("video", np.array([0])),
        ("video", np.array([0, VIDEOS])),
        ("user", np.array([0, -1])),
        ("points", np.array([1.0, -1.0])),
        ("points", np.array([1.0, np.nan])),
        ("weight", np.array([1.0, np.inf])),
        ("foreign", np.array([True])),
        ("creator", np.full(VIDEOS, -2)),
        ("bucket", np.array([0])),
        ("strangers", np.full(VIDEOS, np.nan)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name: str, value: npt.NDArray[np.generic]) -> None:
    with pytest.raises(UsageError, match=name):
        replace(views([0, 1], [0, 1], [1.0, 2.0]), **{name: value})


def test_a_taste_is_above_0_and_one_a_pair() -> None:
    log = views([0, 1], [0, 1], [1.0, 2.0])
    for taste in (np.array([1.0]), np.array([1.0, 0.0])):
        with pytest.raises(UsageError, match="taste"):
            worth(log, taste=taste)
