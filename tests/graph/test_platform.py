"""The generated platform: what its log must be at any size, and what must be hidden in it."""

from dataclasses import fields

import numpy as np
import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.platform.events import KINDS
from contentgraph.graph.platform.generating import Platform, PlatformConfig, generate, rates
from contentgraph.graph.platform.people import views_a_person

UNTIL = 1_793_491_200_000  # 2026-11-01T00:00:00Z
DAY = 86_400_000


def make(users: int = 3000, videos: int = 2000, events: int = 60_000, seed: int = 1, **more: object) -> Platform:
    config = PlatformConfig(users, videos, events, UNTIL, seed=seed, **more)  # type: ignore[arg-type]
    return generate(config, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def platform() -> Platform:
    return make()


@pytest.fixture(scope="module")
def large() -> Platform:
    """Ten events a person, as in the sizes that are promised."""
    return make(20_000, 10_000, 200_000)


def columns(table: object) -> dict[str, object]:
    return {field.name: getattr(table, field.name) for field in fields(table)}  # type: ignore[arg-type]


def same(one: object, other: object) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(columns(one).values(), columns(other).values(), strict=True))


def test_equal_seeds_give_equal_platforms_and_other_seeds_others() -> None:
    one, again, other = (make(300, 200, 3000, seed) for seed in (7, 7, 8))
    assert same(one.events, again.events)
    assert same(one.truth, again.truth)
    assert one.captions == again.captions
    assert not same(one.events, other.events)


@pytest.mark.parametrize(
    ("users", "videos", "events", "days"),
    [(10, 5, 20, 14), (2, 1, 1, 1), (2, 1, 300, 1), (5, 200, 1000, 3), (400, 3, 2000, 30), (300, 200, 50, 400)],
)
def test_any_size_gives_exactly_the_events_asked_for(users: int, videos: int, events: int, days: int) -> None:
    log = make(users, videos, events, days=days).events
    assert len(log.at) == events
    assert log.at.min() >= UNTIL - days * DAY
    assert log.at.max() <= UNTIL


def test_the_log_ascends_in_time_and_nobody_watches_what_is_not_there(platform: Platform) -> None:
    log, videos = platform.events, platform.videos
    assert (np.diff(log.at) >= 0).all()
    at_video = log.video >= 0
    assert (at_video != (log.target >= 0)).all()
    assert (log.at[at_video] > videos.created[log.video[at_video]]).all()
    assert (videos.created <= UNTIL).all()
    assert (platform.people.created[log.user] < log.at).all()
    assert (platform.people.created[videos.creator] < videos.created).all()
    assert not (log.target == log.user).any()
    assert log.at.max() > UNTIL - 3_600_000


def test_what_follows_a_view_follows_it(platform: Platform) -> None:
    """Every like, comment, share, completion comes from a person who was shown that video before."""
    log = platform.events
    key = log.user * platform.config.videos + log.video
    first: dict[int, int] = {}
    for row in np.flatnonzero(log.kind == 0)[::-1].tolist():
        first[int(key[row])] = int(log.at[row])
    for row in np.flatnonzero((log.kind > 0) & (log.video >= 0)).tolist():
        assert first[int(key[row])] <= log.at[row]


def test_every_kind_of_event_happens_at_its_rate(large: Platform) -> None:
    log = large.events
    counts = np.bincount(log.kind, minlength=len(KINDS))
    assert (counts > 0).all()
    views = int(counts[0])
    share = dict(zip(KINDS, counts / views, strict=True))
    for kind, rate in (("like", rates.LIKE_RATE), ("share", rates.SHARE_RATE), ("comment", rates.COMMENT_RATE)):
        assert share[kind] == pytest.approx(rate, abs=4 * np.sqrt(rate / views) + 0.01 * rate)
    assert 0.85 < views / len(log.at) < 0.95
    assert share["unlike"] < 0.05 * share["like"]
    assert share["block"] < share["hide"] < 0.02


def test_views_are_as_long_as_in_the_real_log(platform: Platform) -> None:
    """KuaiRand where the duration is known: median 0.80, 45 % ≥ 0.9, 14 % ≥ 1.5 of the duration."""
    log = platform.events
    seen = log.kind == 0
    assert (log.watched[seen] >= 0).all()
    assert (log.watched[~seen] == -1).all()
    ratio = log.watched[seen] / platform.videos.duration[log.video[seen]]
    assert np.median(ratio) == pytest.approx(0.80, abs=0.05)
    assert np.mean(ratio >= 0.9) == pytest.approx(0.453, abs=0.015)
    assert np.mean(ratio >= 1.5) == pytest.approx(0.139, abs=0.015)


def test_histories_and_popularity_are_heavy_tailed(large: Platform) -> None:
    """99 % of the people have fewer than some 300 to 450 events where the mean allows it, half have at most three."""
    platform = large
    history = np.bincount(platform.events.user, minlength=20_000)
    assert 300 <= np.quantile(history, 0.99) <= 450
    assert np.median(history) <= 3
    assert (history == 0).any()
    seen = platform.events.kind == 0
    popular = np.sort(np.bincount(platform.events.video[seen], minlength=10_000))[::-1]
    assert popular[:1000].sum() > 0.35 * popular.sum()
    assert (popular == 0).any()


@pytest.mark.parametrize(("users", "views"), [(1000, 3), (1000, 1000), (100, 100_000), (2, 5), (50_000, 450_000)])
def test_views_a_person_add_up(users: int, views: int) -> None:
    counts = views_a_person(users, views, np.random.default_rng(1))
    assert counts.sum() == views
    assert counts.min() >= 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_challenge_bursts_in_the_last_day_by_new_videos_and_their_viewers(seed: int) -> None:
    platform = make(seed=seed)
    challenges, videos, log = platform.challenges, platform.videos, platform.events
    answered = np.where(log.video >= 0, challenges.answers[log.video], -1)
    late = log.at > UNTIL - DAY
    names = len(challenges.ids)

    def viewers(during: np.ndarray) -> np.ndarray:
        rows = np.flatnonzero((log.kind == 0) & (answered >= 0) & during)
        pairs = np.unique(answered[rows] * platform.config.users + log.user[rows])
        return np.bincount(pairs // platform.config.users, minlength=names)

    last, before = viewers(late), viewers(~late) / (platform.config.days - 1)
    growth = (last - before) ** 2 / (before + 1)
    assert np.argmax(np.where(last > before, growth, 0)) == challenges.burst
    assert challenges.starts[challenges.burst] < UNTIL - DAY
    new = (challenges.answers == challenges.burst) & (videos.created > UNTIL - DAY)
    assert new.sum() >= 6
    assert len(np.unique(videos.creator[new])) == new.sum()


def test_suitability_is_kept(platform: Platform) -> None:
    """A restricted person is shown only what is for everyone; who is not known to be 18 is shown nothing adult."""
    log, truth = platform.events, platform.truth
    seen = log.kind == 0
    assert truth.suitable(log.user[seen], log.video[seen]).all()
    year = 2026
    minor_or_unknown = (platform.people.birth_year == 0) | (platform.people.birth_year > year - 18)
    rating = platform.videos.rating[log.video[seen]]
    assert not (minor_or_unknown[log.user[seen]] & (rating == 2)).any()
    assert (rating == 2).any()
    assert 0.05 < (platform.people.birth_year == 0).mean() < 0.11
    assert 0.01 < platform.people.restricted.mean() < 0.05


def test_ids_are_opaque(platform: Platform) -> None:
    """The order of ids says nothing of age or popularity, and index order is id order."""
    videos = platform.videos
    assert (videos.ids[1:] > videos.ids[:-1]).all()
    place = np.arange(len(videos.ids))
    views = np.bincount(platform.events.video[platform.events.kind == 0], minlength=len(place))
    for column in (videos.created, views, videos.pull):
        rank = np.argsort(np.argsort(column, kind="stable"))
        assert abs(np.corrcoef(place, rank)[0, 1]) < 4 / np.sqrt(len(place))


def test_hashtags_are_topical_or_meaningless(platform: Platform) -> None:
    """A topical tag points to few taste cells, a meaningless one (fyp) to as many as the platform has."""
    cells: dict[str, set[int]] = {}
    uses: dict[str, int] = {}
    for video, tags in enumerate(platform.hashtags):
        assert len(set(tags)) == len(tags)
        for tag in tags:
            cells.setdefault(tag, set()).add(int(platform.videos.cell[video]))
            uses[tag] = uses.get(tag, 0) + 1
    assert len(cells["fyp"]) > 20
    often = [tag for tag in ("dance", "cooking", "football", "gaming", "makeup", "fitness") if uses.get(tag, 0) > 10]
    assert often
    assert all(len(cells[tag]) <= 4 for tag in often)


@pytest.mark.parametrize(
    "wrong",
    [
        {"users": 1},
        {"videos": 0},
        {"events": 0},
        {"events": -5},
        {"days": 0},
        {"days": 100_000},
        {"seed": -1},
        {"until": 0},
        {"until": 10**15},
        {"taste": "salty"},
        {"noise": 0.0},
        {"noise": float("nan")},
        {"users": 2.5},
        {"users": True},
    ],
)
def test_silly_arguments_are_refused_with_the_value_seen(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"users": 10, "videos": 5, "events": 20, "until": UNTIL}
    with pytest.raises(UsageError, match=str(next(iter(wrong)))) as caught:
        PlatformConfig(**(good | wrong))  # type: ignore[arg-type]
    assert repr(next(iter(wrong.values()))) in str(caught.value) or "until" in str(caught.value)
