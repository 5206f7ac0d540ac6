"""Who is shown what and when: sessions of views, filled from a mixture of taste, popularity, age and chance.

A view's source: ``for_you`` (a cell near the person's taste in a language of hers, there by popularity × freshness,
the best of three by taste with some chance), ``trending`` (popularity × freshness in her language or anywhere),
``explore`` (any young video alike), ``challenge`` (answers of the burst, in the last day). Never a video that is not
there yet, is removed, or is not suitable for her.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.platform.challenges import BURST_MS, Challenges
from contentgraph.graph.platform.config import PlatformConfig
from contentgraph.graph.platform.people import LANGUAGES, People, views_a_person
from contentgraph.graph.platform.taste import Tastes
from contentgraph.graph.platform.truth import Truth
from contentgraph.graph.platform.videos import Videos, draw_times

SOURCES: Final = ("for_you", "trending", "explore", "challenge")
_SOURCE_SHARE = (0.76, 0.15, 0.09)
_CELL_LOGITS = 8.0
_FRESH_HALF_LIFE_H = 30.0
_BURST_PEAK = 0.10
_SESSION_VIEWS = 7
_CANDIDATES = 3
_ROUNDS = 5


@dataclass(slots=True)
class Views:
    """Columns of the views, by person, then session, then order in it."""

    user: NDArray[np.int64]
    video: NDArray[np.int64]
    session: NDArray[np.int64]
    """Number of the session, over all people."""
    begun: NDArray[np.int64]
    """Begin of the session, epoch milliseconds."""
    source: NDArray[np.int8]
    """Index into :data:`SOURCES`."""


def plan_views(
    config: PlatformConfig, people: People, weights: NDArray[np.float64], views: int, rng: np.random.Generator
) -> Views:
    """``views`` views with their sessions, their begins and sources; the video is open (-1)."""
    user = np.repeat(np.arange(config.users), views_a_person(config.users, views, rng))
    fresh_person = np.diff(user, prepend=-1) != 0
    session = np.cumsum(fresh_person | (rng.random(views) < 1 / _SESSION_VIEWS)) - 1
    first = np.flatnonzero(np.diff(session, prepend=-1))
    begun = draw_times(config, people.country[user[first]], weights, rng)[session]
    source = rng.choice(3, views, p=_SOURCE_SHARE).astype(np.int8)
    into_burst = np.clip((begun - (config.until - BURST_MS)) / BURST_MS, 0, 1)
    source[rng.random(views) < _BURST_PEAK * into_burst] = 3
    return Views(user=user, video=np.full(views, -1), session=session, begun=begun, source=source)


class Shelf:
    """All videos, ordered by language and taste cell, so that a weighted draw is one search in a cumulative sum."""

    def __init__(
        self,
        config: PlatformConfig,
        people: People,
        tastes: Tastes,
        videos: Videos,
        challenges: Challenges,
        truth: Truth,
    ) -> None:
        self._config, self._people, self._tastes, self._truth = config, people, tastes, truth
        self._cells = len(tastes.centres)
        block = np.where(videos.wordless, len(LANGUAGES), videos.language).astype(np.int64)
        bucket = block * self._cells + videos.cell
        self._order = np.argsort(bucket, kind="stable")
        self._begin = np.searchsorted(bucket[self._order], np.arange((len(LANGUAGES) + 1) * self._cells + 1))
        self._created = videos.created[self._order]
        self._removed = videos.removed[self._order]
        self._pull = videos.pull[self._order]
        self._burst = (challenges.answers[self._order] == challenges.burst) & (challenges.burst >= 0)
        self._fallback = int(np.argmin(videos.created))
        """The oldest video, for everyone and never removed: what is left where nothing else is suitable."""
        coarse = HOUR_MS * max(3, config.days * 24 // 160)
        last_day = np.arange(config.until - BURST_MS, config.until, HOUR_MS)
        self._edges = np.concatenate([np.arange(config.start, config.until - BURST_MS, coarse), last_day])

    def fill(self, views: Views, rng: np.random.Generator) -> None:
        """Give each view a video; nobody is shown a video twice while another is found in five rounds."""
        open_rows = np.arange(len(views.user))
        for turn in range(_ROUNDS):
            self._draw(views, open_rows, rng, anything=turn >= 2)
            key = views.user * len(self._order) + views.video
            order = np.argsort(key, kind="stable")
            again = np.zeros(len(key), np.bool_)
            again[order[1:]] = key[order[1:]] == key[order[:-1]]
            bad = again | ~self._truth.suitable(views.user, views.video)
            open_rows = np.flatnonzero(bad)
            if not len(open_rows):
                return
        unfit = ~self._truth.suitable(views.user, views.video)
        views.video[unfit] = self._fallback

    def _draw(self, views: Views, rows: NDArray[np.int64], rng: np.random.Generator, *, anything: bool) -> None:
        hour = np.searchsorted(self._edges, views.begun[rows], side="right") - 1
        order = np.argsort(hour, kind="stable")
        cut = np.searchsorted(hour[order], np.arange(len(self._edges) + 1))
        for b in range(len(self._edges)):
            here = rows[order[cut[b] : cut[b + 1]]]
            if len(here):
                self._draw_hour(views, here, b, rng, anything=anything)

    def _draw_hour(
        self, views: Views, rows: NDArray[np.int64], b: int, rng: np.random.Generator, *, anything: bool
    ) -> None:
        now = int(self._edges[b])
        end = int(self._edges[b + 1]) if b + 1 < len(self._edges) else self._config.until
        there = (self._created <= now) & ((self._removed == 0) | (self._removed > end))
        age_h = np.maximum(now - self._created, 0) / HOUR_MS
        fresh = 0.5 ** (age_h / _FRESH_HALF_LIFE_H)
        popular = _cumulative(there * self._pull * (fresh + 0.012))
        young = _cumulative(there * (fresh + 1e-4))

        source = views.source[rows]
        if anything:
            source = np.where(source == 0, rng.integers(0, 3, len(rows)), source)
        user = views.user[rows]
        video = np.empty(len(rows), np.int64)

        taste = np.flatnonzero(source == 0)
        video[taste] = self._by_taste(user[taste], now, popular, rng)
        trend = np.flatnonzero(source == 1)
        block = self._people.first_language[user[trend]].astype(np.int64)
        abroad = rng.random(len(trend)) < 0.4
        low = np.where(abroad, 0, self._begin[block * self._cells])
        high = np.where(abroad, len(self._order), self._begin[(block + 1) * self._cells])
        video[trend] = self._pick(popular, low, high, rng)
        explore = np.flatnonzero(source == 2)
        video[explore] = self._pick(young, *self._everywhere(len(explore)), rng)
        challenge = np.flatnonzero(source == 3)
        answers = _cumulative(there * self._burst * (1 + fresh * np.sqrt(self._pull)))
        uptake = answers if answers[-1] > 0 else popular
        video[challenge] = self._pick(uptake, *self._everywhere(len(challenge)), rng)
        views.video[rows] = video

    def _by_taste(
        self, user: NDArray[np.int64], now: int, popular: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Three candidates each from cells near the person's taste; the best by affinity plus Gumbel noise."""
        if not len(user):
            return np.empty(0, np.int64)
        noise = self._config.noise
        logits = _CELL_LOGITS / noise * (self._truth.taste_at(user, now) @ self._tastes.centres.T).astype(np.float64)
        share = np.cumsum(np.exp(logits - logits.max(axis=1, keepdims=True)), axis=1)
        draw = rng.random((len(user), _CANDIDATES)) * share[:, -1:]
        cell = np.stack([(share < draw[:, k : k + 1]).sum(axis=1) for k in range(_CANDIDATES)], axis=1)
        cell = np.minimum(cell, self._cells - 1)

        first = self._people.first_language[user].astype(np.int64)[:, None]
        english = np.where(self._people.speaks[user, 0], 0, first[:, 0])[:, None]
        which = rng.random((len(user), _CANDIDATES))
        block = np.where(which < 0.62, first, np.where(which < 0.72, english, len(LANGUAGES)))
        block = np.where(which > 0.96, rng.integers(0, len(LANGUAGES), block.shape), block)

        low = self._begin[block * self._cells + cell]
        high = self._begin[block * self._cells + cell + 1]
        empty = popular[high] <= popular[low]
        low = np.where(empty, self._begin[block * self._cells], low)
        high = np.where(empty, self._begin[(block + 1) * self._cells], high)
        candidate = self._pick(popular, low, high, rng)
        liking = 0.8 * self._truth.scale * self._truth.affinity(user[:, None], candidate, now)
        best = np.argmax(liking + rng.gumbel(size=liking.shape), axis=1)
        chosen: NDArray[np.int64] = candidate[np.arange(len(user)), best]
        return chosen

    def _everywhere(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return np.zeros(rows, np.int64), np.full(rows, len(self._order))

    def _pick(
        self, cumulative: NDArray[np.float64], low: NDArray[np.int64], high: NDArray[np.int64], rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """One video a row, by weight, from places low to high (exclusive) of the order; where empty, from all."""
        begin, end = cumulative[low], cumulative[high]
        empty = end <= begin
        begin, end = np.where(empty, 0, begin), np.where(empty, cumulative[-1], end)
        point = begin + rng.random(begin.shape) * (end - begin)
        place = np.searchsorted(cumulative, point, side="right") - 1
        # A point on the far end by rounding would land behind the last weight: step back to a video that has one.
        last = np.searchsorted(cumulative, cumulative[-1], side="left") - 1
        return self._order[np.clip(place, 0, max(int(last), 0))]


def _cumulative(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 and the running sums: places i to i+1 hold the weight of i."""
    return np.concatenate([[0.0], np.cumsum(weights)])
