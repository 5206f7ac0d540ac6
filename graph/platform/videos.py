"""Videos of the generated platform as numbers: who made them, when, how good, how liked, with which sound."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.platform import rates
from contentgraph.graph.platform.config import PlatformConfig
from contentgraph.graph.platform.people import UTC_OFFSET_H, People, opaque_ids
from contentgraph.graph.platform.taste import Floats32, Tastes, near

WORDLESS_SHARE = 0.22
RATINGS = ("everyone", "teen", "adult", "unknown")
_OLD_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class Videos:
    """Columns of the videos, in the order of their ids."""

    ids: NDArray[np.str_]
    """Opaque ids, ``v`` and ten digits, ascending; they say nothing of age or popularity."""
    creator: NDArray[np.int64]
    """Index of the person who made it."""
    created: NDArray[np.int64]
    """Epoch milliseconds."""
    removed: NDArray[np.int64]
    """Epoch milliseconds, 0 where still there."""
    duration: NDArray[np.int64]
    """Milliseconds."""
    language: NDArray[np.int8]
    """Index into LANGUAGES, of the caption."""
    wordless: NDArray[np.bool_]
    """Needs no language to be understood."""
    rating: NDArray[np.int8]
    """Index into :data:`RATINGS`."""
    cell: NDArray[np.int64]
    """Index of the taste centre nearest to it."""
    taste: Floats32
    """videos × dimensions, unit rows."""
    appeal: NDArray[np.float64]
    """Hidden quality: what it adds to the log-odds of completion, mean about 0."""
    pull: NDArray[np.float64]
    """How much it is shown, relative: creator's reach, quality and luck; heavy-tailed."""
    like: NDArray[np.float64]
    share: NDArray[np.float64]
    comment: NDArray[np.float64]
    """Log multipliers of the three rates, mean 0."""
    reach: NDArray[np.float64]
    """Of its creator: log of followers-to-be, standardised."""


def make_videos(
    config: PlatformConfig,
    people: People,
    tastes: Tastes,
    weights_by_hour: NDArray[np.float64],
    rng: np.random.Generator,
) -> Videos:
    """Videos of creators with heavy-tailed reach and output; a fifth is older than the log, some are minutes old.

    ``weights_by_hour``: countries × hours of the log, how busy each hour is.
    """
    n, m = config.users, config.videos
    makers = rng.permutation(n)[: max(1, min(n, round(0.4 * m) + 1))]
    output = 1 / (np.arange(len(makers)) + 8) ** 0.75
    who = rng.choice(len(makers), m, p=output / output.sum())
    creator = makers[who]
    reach_of = rng.standard_normal(len(makers)) + 0.5 * (1 - np.arange(len(makers)) / len(makers))
    skill_of = rng.standard_normal(len(makers))

    own = near(tastes.first, creator, 0.35, rng)
    taste = near(own, np.arange(m), 0.35, rng)
    cell = np.concatenate(
        [np.argmax(part @ tastes.centres.T, axis=1) for part in np.array_split(taste, 1 + m // 200_000)]
    )
    reach = reach_of[who]
    created = _created(config, people.country[creator], weights_by_hour, rng)
    rating = rng.choice(4, m, p=[0.83, 0.09, 0.03, 0.05]).astype(np.int8)
    rating[np.argmin(created)] = 0  # something is suitable for everyone at every hour
    quality = 0.5 * skill_of[who] + 0.85 * rng.standard_normal(m)
    return Videos(
        ids=opaque_ids("v", m, rng),
        creator=creator,
        created=created,
        removed=np.zeros(m, np.int64),
        duration=np.exp(np.interp(rng.random(m), rates.DURATION_Q, np.log(rates.DURATION_MS))).astype(np.int64),
        language=people.first_language[creator],
        wordless=rng.random(m) < WORDLESS_SHARE,
        rating=rating,
        cell=cell,
        taste=taste,
        appeal=0.6 * quality,
        pull=np.exp(1.75 * rng.standard_normal(m) + 0.55 * quality + 0.6 * reach),
        like=rates.LIKE_SPREAD * rng.standard_normal(m),
        share=rates.SHARE_SPREAD * rng.standard_normal(m),
        comment=rates.COMMENT_SPREAD * rng.standard_normal(m),
        reach=reach,
    )


def hour_weights(config: PlatformConfig) -> NDArray[np.float64]:
    """Countries × hours of the log (hour 0 begins at ``config.start``): local hour, local weekday, slow growth."""
    begin = config.start + np.arange(config.days * 24) * HOUR_MS
    local = begin[None, :] // HOUR_MS + UTC_OFFSET_H[:, None]
    weekday = (local // 24 + 3) % 7
    growth = 1 + 0.15 * np.arange(config.days * 24) / (config.days * 24)
    weights: NDArray[np.float64] = rates.HOUR_WEIGHT[local % 24] * rates.WEEKDAY_WEIGHT[weekday] * growth
    return weights


def draw_times(
    config: PlatformConfig, country: NDArray[np.integer], weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """One time of the log a row, epoch milliseconds, by the hours at which people of ``country`` are awake."""
    at = np.empty(len(country), np.int64)
    for c in range(len(weights)):
        rows = np.flatnonzero(country == c)
        cumulative = np.cumsum(weights[c])
        place = np.searchsorted(cumulative, rng.random(len(rows)) * cumulative[-1], side="right")
        hour = np.minimum(place, len(cumulative) - 1)
        at[rows] = config.start + hour * HOUR_MS + rng.integers(0, HOUR_MS, len(rows))
    return at


def _created(
    config: PlatformConfig, country: NDArray[np.integer], weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    m = len(country)
    created = draw_times(config, country, weights, rng)
    old = rng.random(m) < _OLD_SHARE
    age = np.minimum(rng.exponential(20 * DAY_MS, m), 200 * DAY_MS).astype(np.int64)
    created = np.where(old, config.start - 1 - age, created)
    if not old.any():
        created[0] = config.start - DAY_MS
    return created
