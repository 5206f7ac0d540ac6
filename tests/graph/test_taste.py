"""Taste: planted tastes are found, languages and popularity are none, and what says nothing has no slope."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph import parts
from contentgraph.graph import taste_vectors as taste_module
from contentgraph.graph.taste import affinity, learn, profiles, slope
from contentgraph.graph.taste_vectors import Groups, Tags, TasteParams, taste_vectors
from contentgraph.graph.worth import Views, worth
from tests.views import some

Floats = npt.NDArray[np.float64]

HOUR = 3_600_000
NOW = 1_000_000 * HOUR


def log_of(user: npt.ArrayLike, video: npt.ArrayLike, points: npt.ArrayLike, users: int, videos: int) -> Views:
    """A log of which neither durations nor creators nor languages are known."""
    who = np.asarray(user, dtype=np.int64)
    return Views(
        user=who,
        video=np.asarray(video, dtype=np.int64),
        points=np.asarray(points, dtype=np.float64),
        users=users,
        videos=videos,
        bucket=np.full(videos, -1),
        creator=np.full(videos, -1),
        foreign=np.zeros(who.size, dtype=np.bool_),
    )


def expected_of(log: Views) -> Floats:
    return worth(log).expected(log.user, log.video, log.foreign)


def camps(seed: int, users: int = 600, videos: int = 120, pairs: int = 9_000, b: float = 1.0) -> Views:
    """Even users like even videos: three of four views are within the camp, and bring e^b as many points there."""
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, pairs)
    own = rng.random(pairs) < 0.75
    video = 2 * rng.integers(0, videos // 2, pairs) + np.where(own, user % 2, 1 - user % 2)
    _, first = np.unique(user * videos + video, return_index=True)
    user, video, own = user[first], video[first], own[first]
    return log_of(user, video, 2.0 * rng.poisson(2.0 * np.exp(b * own - b / 2)), users, videos)


def contrast(x: Floats, camp: npt.NDArray[np.integer]) -> float:
    """Mean inner product of two videos within a camp, less that of two from different ones."""
    product = x @ x.T
    same = camp[:, None] == camp
    off = ~np.eye(camp.size, dtype=np.bool_)
    return float(product[same & off].mean() - product[~same].mean())


def test_two_planted_camps_are_found() -> None:
    log = camps(1)
    x = taste_vectors(log, worth(log), TasteParams(dims=4))
    assert contrast(x, np.arange(120) % 2) > 1.0
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1.0)


def test_users_are_led_to_their_own_camp_and_the_slope_says_so() -> None:
    """The checkerboard: of the videos she has not seen, those of her camp come first."""
    log = camps(2)
    found = learn(log, np.random.default_rng(0).random(log.user.size) < 0.2, params=TasteParams(dims=4))
    assert found.slope.value > 4.0 * found.slope.error
    liking = found.profiles.vectors @ found.vectors.T
    seen = np.zeros(liking.shape, dtype=np.bool_)
    seen[log.user, log.video] = True
    best = np.argsort(np.where(seen, -np.inf, liking), axis=1)[:, -10:]
    assert (best % 2 == (np.arange(600) % 2)[:, None]).mean() > 0.95


def test_what_nobody_prefers_has_no_slope() -> None:
    """Everybody watches and likes everything alike."""
    rng = np.random.default_rng(3)
    key = rng.permutation(300 * 60)[:6_000]
    log = log_of(key // 60, key % 60, 2.0 * rng.poisson(2.0, key.size), 300, 60)
    found = learn(log, rng.random(key.size) < 0.2)
    assert found.slope.value * found.profiles.vectors.std() < 0.05
    np.testing.assert_allclose(found.worth.points, worth(log).points, rtol=0.02)


def tongues(seed: int) -> tuple[Views, Groups]:
    """Even users understand even videos and watch no others; within, all is chance."""
    rng = np.random.default_rng(seed)
    user = rng.integers(0, 400, 8_000)
    video = 2 * rng.integers(0, 50, user.size) + user % 2
    _, first = np.unique(user * 100 + video, return_index=True)
    log = log_of(user[first], video[first], 2.0 * rng.poisson(2.0, first.size), 400, 100)
    return log, Groups(np.arange(400) % 2, np.arange(100) % 2)


def test_a_language_is_no_taste() -> None:
    log, groups = tongues(4)
    blind = taste_vectors(log, worth(log), TasteParams(dims=4))
    seeing = taste_vectors(log, worth(log), TasteParams(dims=4), groups=groups)
    assert contrast(blind, groups.video) > 1.0
    assert abs(contrast(seeing, groups.video)) < 0.2


def dense_vectors(log: Views, expected: Floats, params: TasteParams, groups: Groups, tags: Tags) -> Floats:
    """The module's formula over dense matrices and numpy's SVD."""
    s = params.silence * log.points.mean()
    w = np.zeros((log.videos, log.users))
    w[log.video, log.user] = (log.points + s) / (expected + s)
    same = (log.creator[:, None] == log.creator) & (log.creator >= 0)
    sw = w + params.smooth * (same @ w)
    k_v, k_u = sw.sum(1), sw.sum(0)
    null = np.zeros_like(sw)
    for g in np.unique(groups.video):
        for h in np.unique(groups.user):
            rows, columns = np.flatnonzero(groups.video == g), np.flatnonzero(groups.user == h)
            m = sw[np.ix_(rows, columns)].sum()
            null[np.ix_(rows, columns)] = (
                m * np.outer(k_v[rows], k_u[columns]) / max(k_v[rows].sum() * k_u[columns].sum(), 1e-300)
            )
    d_v = np.where(k_v > 0, (k_v + params.calm * k_v.mean()) ** -0.5, 0.0)
    d_u = np.where(k_u > 0, (k_u + params.calm * k_u.mean()) ** -0.5, 0.0)
    u, size, _ = np.linalg.svd(d_v[:, None] * (sw - null) * d_u, full_matrices=False)
    z = unit(u[:, : params.dims] * size[: params.dims] ** 2)
    q = d_u[:, None] ** 2 * (w.T @ z)
    own = w.sum(1)
    told = w @ q - (null * np.divide(own, k_v, out=np.zeros_like(k_v), where=k_v > 0)[:, None]) @ q
    x = told.copy()
    for video in range(log.videos):
        x[video] += mean_of_kin(told, own, [np.flatnonzero(same[video])], params.kin)
        named = [tags.video[tags.tag == tag] for tag in tags.tag[tags.video == video]]
        x[video] += mean_of_kin(told, own, [kin for kin in named if kin.size > 1], params.kin)
    return unit(x)


def unit(x: Floats) -> Floats:
    length: Floats = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.maximum(length, 1e-12)


def mean_of_kin(told: Floats, own: Floats, groups: list[npt.NDArray[np.integer]], weight: float) -> Floats:
    each = [weight * told[kin].sum(axis=0) / (weight + own[kin].sum()) for kin in groups]  # 0 of none
    return np.mean(each, axis=0) if each else np.zeros(told.shape[1])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_vectors_are_those_of_the_formula(seed: int) -> None:
    """Up to a rotation, which no inner product sees; a video without viewers and creators unknown are among them."""
    rng = np.random.default_rng(seed)
    key = rng.permutation(40 * 18)[:200]
    log = log_of(key // 18, key % 18, rng.choice([0.0, 2.0, 8.0, 18.0], key.size), 40, 20)
    log = replace(log, creator=rng.integers(-1, 6, 20))
    groups = Groups(rng.integers(0, 3, 40), rng.integers(0, 2, 20))
    tags = Tags(np.repeat(np.arange(5), 4), rng.permutation(20))
    params = TasteParams(dims=6, smooth=0.2, kin=5.0)
    x = taste_vectors(log, worth(log), params, groups=groups, tags=tags)
    reference = dense_vectors(log, expected_of(log), params, groups, tags)
    np.testing.assert_allclose(x @ x.T, reference @ reference.T, atol=2e-3)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_order_of_the_pairs_and_the_numbers_of_users_say_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    log = camps(5, users=200, videos=40, pairs=3_000)
    order, who = rng.permutation(log.user.size), rng.permutation(200)
    other = some(log, order)
    other = replace(other, user=who[other.user])
    params = TasteParams(dims=3)
    one = taste_vectors(log, worth(log), params)
    two = taste_vectors(other, worth(other), params)
    np.testing.assert_allclose(one @ one.T, two @ two.T, atol=1e-3)


def test_the_numbers_of_videos_say_nothing() -> None:
    log = camps(6)
    what = np.random.default_rng(1).permutation(120)
    other = replace(log, video=what[log.video])
    one = taste_vectors(log, worth(log), TasteParams(dims=1))
    two = taste_vectors(other, worth(other), TasteParams(dims=1))[what]
    np.testing.assert_allclose(one @ one.T, two @ two.T, atol=1e-3)


def test_points_of_another_unit_change_no_vector_and_no_profile() -> None:
    log = camps(7)
    other = replace(log, points=0.001 * log.points)
    one, two = (taste_vectors(some, worth(some), TasteParams(dims=4)) for some in (log, other))
    np.testing.assert_allclose(one @ one.T, two @ two.T, atol=1e-3)
    ours, theirs = (profiles(some, one, worth(some).points).vectors for some in (log, other))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_direction_points_to_its_longer_tail(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign is that of the log and not of the decomposition: a night after which little is new keeps it."""
    log = camps(seed, pairs=4_000)
    plain, params = worth(log), TasteParams(dims=3)
    x = taste_vectors(log, plain, params)
    assert (x**3).sum(axis=0).min() > 0.0
    leading = taste_module._leading

    def mirrored(*told: Any) -> tuple[Floats, Floats]:
        basis, size = leading(*told)
        return -basis, size

    monkeypatch.setattr(taste_module, "_leading", mirrored)
    np.testing.assert_array_equal(taste_vectors(log, plain, params), x)


def test_a_video_that_nobody_watched_is_known_by_its_creator_or_its_hashtags() -> None:
    """Creator k makes videos of camp k % 2; hashtag k likewise. Videos 0 to 3 have no viewer."""
    log = camps(8)
    log = some(log, log.video > 3)
    camp = np.arange(120) % 2
    params = TasteParams(dims=4)

    def lead(x: Floats) -> Floats:
        """How much nearer each of the four is to its own camp's videos than to the other's."""
        near = x[:4] @ x[4:].T
        return np.array(
            [near[row, camp[4:] == camp[row]].mean() - near[row, camp[4:] != camp[row]].mean() for row in range(4)]
        )

    unknown = taste_vectors(log, worth(log), params)
    assert not unknown[:4].any()
    made = replace(log, creator=np.arange(120) % 12)
    assert (lead(taste_vectors(made, worth(made), params)) > 1.0).all()
    tags = Tags(np.arange(120) % 12, np.arange(120))
    assert (lead(taste_vectors(log, worth(log), params, tags=tags)) > 0.5).all()


@st.composite
def small_logs(draw: st.DrawFn) -> Views:
    users, videos = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    pairs = sorted(draw(st.sets(st.integers(0, users * videos - 1), max_size=30)))
    several = {"min_size": len(pairs), "max_size": len(pairs)}
    points = draw(st.lists(st.sampled_from([0.0, 8.0, 18.0]), **several))
    log = log_of([pair // videos for pair in pairs], [pair % videos for pair in pairs], points, users, videos)
    return replace(log, creator=np.array(draw(st.lists(st.integers(-1, 2), min_size=videos, max_size=videos))))


@settings(max_examples=60)
@given(small_logs(), st.integers(0, 255))
def test_everything_is_defined_whatever_the_log(log: Views, mask: int) -> None:
    """Empty logs, one user, one video, no points, everything or nothing held out."""
    held = np.array([bool(mask >> (row % 8) & 1) for row in range(log.user.size)], dtype=np.bool_)
    found = learn(log, held, params=TasteParams(dims=5, least_pairs=2))
    length = np.linalg.norm(found.vectors, axis=1)
    assert (np.isclose(length, 1.0) | (length == 0.0)).all()
    for values in (found.worth.points, found.profiles.vectors, found.profiles.own):
        assert np.isfinite(values).all()
    assert 0.0 <= found.slope.value <= 8.0


def test_no_videos_and_no_users_have_no_taste() -> None:
    nothing = log_of([], [], [], 0, 0)
    found = learn(nothing, np.zeros(0, dtype=np.bool_))
    assert found.vectors.shape == (0, 16)
    assert found.profiles.vectors.shape == (0, 16)
    assert found.slope.value == 0.0


def test_a_profile_is_the_sum_of_the_formula() -> None:
    """Two views, now and a half-life ago, of which the first brought twice what was expected."""
    log = log_of([0, 0, 1], [0, 1, 0], [8.0, 4.0, 0.0], 3, 2)
    x = np.eye(2)
    at = np.array([NOW, NOW - 120 * HOUR, NOW])
    found = profiles(log, x, np.array([4.0, 4.0]), last_at=at, now=NOW)
    np.testing.assert_allclose(found.vectors[0], [(1 + 0.5) / (1 + 1.5), 0.5 / (1 + 1.5)])
    np.testing.assert_allclose(found.vectors[1], [0.5 / 2, 0.0])
    assert not found.vectors[2].any()
    np.testing.assert_allclose(found.own, [0.6, 0.2, 0.25])
    late = profiles(log, x, np.array([4.0, 4.0]), last_at=at + HOUR, now=NOW)
    np.testing.assert_allclose(late.vectors[1], found.vectors[1])
    with pytest.raises(UsageError, match="now"):
        profiles(log, x, np.array([4.0, 4.0]), last_at=at)


def test_affinity_is_the_inner_product() -> None:
    rng = np.random.default_rng(9)
    p, x = rng.standard_normal((5, 3)), rng.standard_normal((7, 3))
    user, video = np.repeat(np.arange(5), 7), np.tile(np.arange(7), 5)
    np.testing.assert_allclose(affinity(p, x, user, video).reshape(5, 7), p @ x.T)


@pytest.mark.parametrize("unit", [1.0, 10.0])
@pytest.mark.parametrize("b", [0.5, 2.0])
def test_a_planted_slope_is_found_and_its_error_is_true(b: float, unit: float) -> None:
    """Points in tens are ten times as spread as counts are; the error says so, and holds b 9 times in 10 or more."""
    inside = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        taste, expected = 0.3 * rng.standard_normal(4_000), rng.uniform(1.0, 8.0, 4_000)
        points = unit * rng.poisson(0.7 * expected * np.exp(b * taste) / unit)
        found = slope(taste, expected, points)
        inside.append(abs(found.value - b) < 2.0 * found.error)
    assert np.mean(inside) >= 0.9
    assert found.pairs == 4_000


def test_a_slope_needs_evidence() -> None:
    rng = np.random.default_rng(1)
    taste, expected = rng.standard_normal(500), np.full(500, 4.0)
    better = rng.poisson(4.0 * np.exp(taste)).astype(float)
    assert slope(taste, expected, better).value > 0.8
    assert slope(taste[:199], expected[:199], better[:199]).value == 0.0  # too few
    assert slope(-taste, expected, better).value == 0.0  # the contrary of taste
    assert slope(rng.standard_normal(500), expected, rng.poisson(4.0, 500).astype(float)).value == 0.0  # chance
    assert slope(np.ones(500), expected, better).value == 0.0  # all alike
    assert slope(taste, expected, np.zeros(500)).value == 0.0
    assert slope(taste, np.zeros(500), better).value == 0.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("dims", 0), ("least_pairs", 1), ("calm", 0.0), ("silence", 0.0), ("doubt", 0.0), ("half_life_hours", 0.0),
     ("smooth", -1.0), ("kin", 0.0), ("kin", float("nan")), ("netted", float("inf"))],
)  # fmt: skip
def test_settings_that_no_taste_can_have_are_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        TasteParams(**{name: value})


def test_what_is_not_one_a_pair_is_refused() -> None:
    log = camps(1)
    with pytest.raises(UsageError, match="held"):
        learn(log, np.zeros(3, dtype=np.bool_))
    with pytest.raises(UsageError, match="last_at"):
        learn(log, np.zeros(log.user.size, dtype=np.bool_), last_at=np.zeros(3, dtype=np.int64), now=0)


def test_what_is_learned_is_the_same_by_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    every = parts.parts
    monkeypatch.setattr(parts, "parts", lambda size, step=None: every(size, 400))
    log = camps(5)
    order = np.lexsort((log.video, log.user))
    log = log_of(log.user[order], log.video[order], log.points[order], log.users, log.videos)
    at = NOW - np.random.default_rng(6).integers(0, 900, log.user.size) * HOUR
    held = at > np.quantile(at, 0.8)
    told = [learn(replace(log, threads=threads), held, last_at=at, now=NOW) for threads in (1, 2, 3)]
    assert told[0].slope.value > 0.0
    for other in told[1:]:
        assert other.slope == told[0].slope
        assert np.array_equal(other.vectors, told[0].vectors)
        assert np.array_equal(other.profiles.vectors, told[0].profiles.vectors)
        assert np.array_equal(other.worth.points, told[0].worth.points)
