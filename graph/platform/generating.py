"""A generated platform with hidden truth: people, videos, challenges and their event log, all from one seed.

What people watch, like and share follows from tastes, qualities and chances that no file but the truth's shows; see
``platform.truth`` for the formula. Arrays in the order of opaque, shuffled ids; equal arguments give equal platforms.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.platform import rates
from contentgraph.graph.platform.calibration import calibrate
from contentgraph.graph.platform.challenges import Challenges, make_challenges
from contentgraph.graph.platform.config import PlatformConfig
from contentgraph.graph.platform.events import EventLog, make_events, view_times
from contentgraph.graph.platform.exposure import Shelf, Views, plan_views
from contentgraph.graph.platform.people import People, make_people
from contentgraph.graph.platform.taste import TASTE_LOGITS, Tastes, make_tastes
from contentgraph.graph.platform.text import Sounds, make_captions, make_hashtags, make_sounds
from contentgraph.graph.platform.truth import Truth
from contentgraph.graph.platform.videos import Videos, hour_weights, make_videos

__all__ = ["Platform", "PlatformConfig", "Truth", "generate"]

ACCOUNT_KINDS = ("person", "creator", "brand", "media", "artist", "athlete", "charity")
_LIKELY = 0.93
"""Views an event, about: if all that follows from them is less than expected, a second try makes one view an event."""


@dataclass(frozen=True, slots=True)
class Platform:
    """All of a generated platform; index i of a table is row i of its ids."""

    config: PlatformConfig
    people: People
    account_kind: NDArray[np.int64]
    """Index into :data:`ACCOUNT_KINDS`, a row a person."""
    videos: Videos
    co_creator: NDArray[np.int64]
    """Index of a person, a row a video; -1 where none."""
    mention: NDArray[np.int64]
    """Index of a person, a row a video; -1 where none."""
    hashtags: list[list[str]]
    sounds: Sounds
    captions: list[str]
    challenges: Challenges
    events: EventLog
    truth: Truth


def generate(
    config: PlatformConfig, rng: np.random.Generator, progress: Callable[[str], None] | None = None
) -> Platform:
    """The platform of ``config``; ``progress`` is told the name of each step as it begins.

    The log has exactly ``config.events`` rows in ``config.start`` … ``config.until``; the rates of its views meet
    ``platform.rates`` on the views that were made, whatever the world, the noise and the sizes.
    """
    say = progress or (lambda _: None)
    say("people")
    people = make_people(config, rng)
    cells = int(np.clip(config.videos // 30, 2, 48))
    tastes = make_tastes(config.taste, config.users, cells, rng)
    say("videos")
    weights = hour_weights(config)
    challenges, videos = make_challenges(config, make_videos(config, people, tastes, weights, rng), rng)
    truth = _truth(config, people, tastes, videos, rng)
    shelf = Shelf(config, people, tastes, videos, challenges, truth)
    events = None
    for share in (_LIKELY, 1.0):
        say("views")
        views = plan_views(config, people, weights, int(np.ceil(share * config.events)), rng)
        shelf.fill(views, rng)
        _watch_again(views, videos, rng)
        truth = calibrate(truth, views.user, views.video, views.begun)
        say("outcomes")
        outcomes = truth.simulate(views.user, views.video, rng, views.begun)
        at = view_times(config, views, outcomes.watched, videos)
        events = make_events(config, views, videos, outcomes, at, rng)
        if events is not None:
            break
    assert events is not None  # noqa: S101 - as many views as events were made, so there are enough rows
    say("names")
    people = _registered_in_time(people, videos, challenges, events)
    co_creator = _partners(config, videos, rng, share=0.03)
    mention = np.where(rng.random(config.videos) < 0.3, co_creator, _partners(config, videos, rng, share=0.06))
    hashtags = make_hashtags(videos, challenges, rng)
    sounds = make_sounds(videos, rng)
    return Platform(
        config=config,
        people=people,
        account_kind=_account_kinds(config, videos, rng),
        videos=videos,
        co_creator=co_creator,
        mention=mention,
        hashtags=hashtags,
        sounds=sounds,
        captions=make_captions(videos, hashtags, sounds, mention, people.ids, rng),
        challenges=challenges,
        events=events,
        truth=truth,
    )


def _truth(config: PlatformConfig, people: People, tastes: Tastes, videos: Videos, rng: np.random.Generator) -> Truth:
    return Truth(
        user_ids=people.ids,
        video_ids=videos.ids,
        start=config.start,
        until=config.until,
        scale=TASTE_LOGITS / config.noise,
        taste_first=tastes.first,
        taste_last=tastes.last,
        taste_video=videos.taste,
        ease=0.5 * rng.standard_normal(config.users),
        speaks=people.speaks,
        language=np.where(videos.wordless, -1, videos.language).astype(np.int8),
        appeal=videos.appeal / config.noise,
        duration=videos.duration,
        user_like=0.8 * rng.standard_normal(config.users),
        user_talk=0.9 * rng.standard_normal(config.users),
        video_like=videos.like,
        video_share=videos.share,
        video_comment=videos.comment,
        adult_allowed=people.may_see_adult(config.until),
        restricted=people.restricted,
        rating=videos.rating,
        complete_knots=np.log(rates.COMPLETION_RATE / (1 - rates.COMPLETION_RATE)),
        rewatch_knots=np.log(rates.REWATCH_GIVEN_COMPLETION / (1 - rates.REWATCH_GIVEN_COMPLETION)),
        levels=np.log([rates.LIKE_RATE, rates.SHARE_RATE, rates.COMMENT_RATE]),
    )


def _watch_again(views: Views, videos: Videos, rng: np.random.Generator) -> None:
    """1.2 % of the views come back to what the same person watched one view before."""
    same = np.diff(views.user, prepend=-1) == 0
    rows = np.flatnonzero(same & (rng.random(len(same)) < 0.012))
    before = views.video[rows - 1]
    fits = (videos.created[before] < views.begun[rows]) & (videos.removed[before] == 0)
    views.video[rows[fits]] = before[fits]


def _partners(config: PlatformConfig, videos: Videos, rng: np.random.Generator, share: float) -> NDArray[np.int64]:
    """A creator other than the video's own for ``share`` of the videos, else -1."""
    m = config.videos
    other = videos.creator[rng.integers(0, m, m)]
    return np.where((rng.random(m) < share) & (other != videos.creator), other, -1)


def _account_kinds(config: PlatformConfig, videos: Videos, rng: np.random.Generator) -> NDArray[np.int64]:
    """Creators are the fifth with the most videos; one in sixty of those who post is an organisation or a star."""
    posts = np.bincount(videos.creator, minlength=config.users)
    kind = np.where(posts > max(1, np.quantile(posts[posts > 0], 0.8)), 1, 0)
    special = (posts > 0) & (rng.random(config.users) < 1 / 60)
    kind[special] = rng.integers(2, len(ACCOUNT_KINDS), int(special.sum()))
    return kind


def _registered_in_time(people: People, videos: Videos, challenges: Challenges, events: EventLog) -> People:
    """Registration moved before a person's first video, challenge and event, by an hour to two months."""
    first = np.full(len(people.ids), np.iinfo(np.int64).max)
    np.minimum.at(first, events.user, events.at)
    np.minimum.at(first, videos.creator, videos.created)
    np.minimum.at(first, challenges.launcher, challenges.starts)
    slack = HOUR_MS + people.created % (60 * DAY_MS)
    late = people.created >= first
    return replace(people, created=np.where(late, first - slack, people.created))
