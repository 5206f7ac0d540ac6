"""The hidden truth: what any person would make of any video, in points a view.

With u a person, v a video, t the taste term, all log-odds::

    t(u,v)  = scale · <taste_u, taste_v> + appeal_v − 1.3 · [v speaks a language that u does not understand]
    P(completes) = σ(C(duration_v) + ease_u + t)          completion: watched/duration ≥ 0.9
    P(rewatches | completes) = σ(R(duration_v) + 0.6 · t)  rewatch: watched/duration ≥ 1.5
    P(likes) = h(exp(l0 + l_u + l_v + 0.55 · t))   shares and comments alike; h(r) = (1 − exp(−3·r)) / 3

    expected points = 10·P(rewatches) + 8·P(completes) + 6·P(shares) + 4·P(comments) + 2·P(likes)

A rewatch is also a completion. The scale is that of the 2020 article.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.platform import rates
from contentgraph.graph.platform.taste import Floats32, unit
from contentgraph.graph.points import PointScale

SCALE: Final = PointScale()
"""The scale of the 2020 article; the thresholds of another one must be the same."""
CEILING: Final = 1 / 3
"""No like, share or comment is more probable than this."""
FOREIGN: Final = 1.3
_PART: Final = 200_000

Index = NDArray[np.integer]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities of one view each."""

    complete: Floats
    rewatch: Floats
    """Given completion."""
    like: Floats
    share: Floats
    comment: Floats

    def points(self, scale: PointScale = SCALE) -> Floats:
        """Expected points of the view under ``scale``."""
        points: Floats = (
            self.complete * (scale.completion + scale.rewatch * self.rewatch)
            + scale.share * self.share
            + scale.comment * self.comment
            + scale.like * self.like
        )
        return points


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What happened in one view each."""

    watched: NDArray[np.int64]
    """Milliseconds."""
    completed: NDArray[np.bool_]
    rewatched: NDArray[np.bool_]
    liked: NDArray[np.bool_]
    shared: NDArray[np.bool_]
    commented: NDArray[np.bool_]

    def points(self, scale: PointScale = SCALE) -> Floats:
        """Points of the view under ``scale``."""
        points: Floats = (
            scale.rewatch * self.rewatched
            + scale.completion * self.completed
            + scale.share * self.shared
            + scale.comment * self.commented
            + scale.like * self.liked
        )
        return points


@dataclass(frozen=True, slots=True)
class Truth:
    """All that decides outcomes; a person or video is its row in ``user_ids`` or ``video_ids``."""

    user_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    start: int
    """Begin of the log, epoch milliseconds: tastes are ``taste_first``."""
    until: int
    """End of the log, epoch milliseconds: tastes are ``taste_last``."""
    scale: float
    """Log-odds of an affinity of 1: taste over noise."""
    taste_first: Floats32
    taste_last: Floats32
    taste_video: Floats32
    ease: Floats
    """Log-odds, a row a person: how readily she watches to the end."""
    speaks: NDArray[np.bool_]
    """users × languages."""
    language: NDArray[np.int8]
    """Of the video; -1 where it needs none."""
    appeal: Floats
    """Log-odds, a row a video."""
    duration: NDArray[np.int64]
    """Milliseconds, a row a video."""
    user_like: Floats
    user_talk: Floats
    """Log multipliers, a row a person: of likes; of shares and comments."""
    video_like: Floats
    video_share: Floats
    video_comment: Floats
    """Log multipliers, a row a video."""
    adult_allowed: NDArray[np.bool_]
    restricted: NDArray[np.bool_]
    """A row a person."""
    rating: NDArray[np.int8]
    """A row a video: 0 everyone, 1 teen, 2 adult, 3 unknown."""
    complete_knots: Floats
    """C at the middle of each duration bucket, log-odds; linear in log duration between."""
    rewatch_knots: Floats
    """R likewise."""
    levels: Floats
    """Log levels l0 of like, share and comment."""

    def expected_points(self, users: Index, videos: Index, at: int | None = None) -> Floats:
        """Expected points of one view for each pair; the two index arrays broadcast. ``at``: epoch ms, default the end.

        ``expected_points(users[:, None], videos[None, :])`` is the block of all pairs.
        """
        return self.chances(users, videos, at).points()

    def suitable(self, users: Index, videos: Index) -> NDArray[np.bool_]:
        """Whether each person may be shown each video: age, unknown age and restricted mode; broadcasts."""
        rating = self.rating[videos]
        ok: NDArray[np.bool_] = (self.adult_allowed[users] | (rating != 2)) & (~self.restricted[users] | (rating == 0))
        return ok

    def affinity(self, users: Index, videos: Index, at: int | NDArray[np.integer] | None = None) -> Floats:
        """Inner product of unit tastes, -1 to 1, at time ``at`` (an epoch ms, or one a pair; default the end)."""
        users, videos = np.asarray(users), np.asarray(videos)
        if users.ndim == 2 and videos.ndim == 2 and users.shape[1] == 1 and videos.shape[0] == 1:
            block: Floats = (self.taste_at(users[:, 0], at) @ self.taste_video[videos[0]].T).astype(np.float64)
            return block
        users, videos = np.broadcast_arrays(users, videos)
        product = np.einsum("...d,...d->...", self.taste_at(users, at), self.taste_video[videos])
        pairs: Floats = product.astype(np.float64)
        return pairs

    def taste_term(self, users: Index, videos: Index, at: int | NDArray[np.integer] | None = None) -> Floats:
        """t(u, v) of the module's formula, log-odds."""
        language = self.language[videos]
        foreign = (language >= 0) & ~self.speaks[users, language]
        term: Floats = self.scale * self.affinity(users, videos, at) + self.appeal[videos] - FOREIGN * foreign
        return term

    def chances(self, users: Index, videos: Index, at: int | NDArray[np.integer] | None = None) -> Chances:
        """The five probabilities of each pair; broadcasts."""
        t = self.taste_term(users, videos, at)
        length = np.log(self.duration[videos])
        mid = np.log(rates.BUCKET_MID_MS)
        warm = 0.55 * t
        talk = self.user_talk[users]
        return Chances(
            complete=sigmoid(np.interp(length, mid, self.complete_knots) + self.ease[users] + t),
            rewatch=sigmoid(np.interp(length, mid, self.rewatch_knots) + 0.6 * t),
            like=chance(self.levels[0] + self.user_like[users] + self.video_like[videos] + warm),
            share=chance(self.levels[1] + talk + self.video_share[videos] + warm),
            comment=chance(self.levels[2] + talk + self.video_comment[videos] + warm),
        )

    def simulate(
        self, users: Index, videos: Index, rng: np.random.Generator, at: NDArray[np.integer] | None = None
    ) -> Outcomes:
        """One view for each pair (two arrays of equal length); their mean points are :meth:`expected_points`."""
        parts = [
            self._simulate(users[s : s + _PART], videos[s : s + _PART], rng, None if at is None else at[s : s + _PART])
            for s in range(0, max(len(users), 1), _PART)
        ]
        names = ("watched", "completed", "rewatched", "liked", "shared", "commented")
        return Outcomes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def _simulate(
        self, users: Index, videos: Index, rng: np.random.Generator, at: NDArray[np.integer] | None
    ) -> Outcomes:
        p = self.chances(users, videos, at)
        draw = rng.random((6, len(users)))
        completed = draw[0] < p.complete
        rewatched = completed & (draw[1] < p.rewatch)
        # People react three times as often to what they watched to the end; the mean over both stays the chance.
        lean = np.where(completed, 3.0, 1.0) / (1 + 2 * p.complete)
        duration = self.duration[videos]
        bucket = np.searchsorted(rates.BUCKET_EDGES_MS, duration, side="right")
        ratio = np.empty(len(users))
        for b in range(len(rates.BUCKET_MID_MS)):
            for rows, table in (
                (~completed, rates.RATIO_INCOMPLETE),
                (completed & ~rewatched, rates.RATIO_COMPLETE),
                (rewatched, rates.RATIO_REWATCH),
            ):
                here = np.flatnonzero(rows & (bucket == b))
                ratio[here] = np.interp(draw[2, here], rates.RATIO_Q, table[b])
        return Outcomes(
            watched=np.rint(ratio * duration).astype(np.int64),
            completed=completed,
            rewatched=rewatched,
            liked=draw[3] < p.like * lean,
            shared=draw[4] < p.share * lean,
            commented=draw[5] < p.comment * lean,
        )

    def taste_at(self, users: Index, at: int | NDArray[np.integer] | None = None) -> Floats32:
        """Unit taste vectors of ``users`` at time ``at`` (an epoch ms, or one a person; default the end)."""
        if self.taste_first is self.taste_last or at is None:
            return self.taste_last[users]
        passed = np.clip((np.asarray(at, np.float64) - self.start) / (self.until - self.start), 0, 1)
        share = np.broadcast_to(passed, users.shape).reshape(-1, 1).astype(np.float32)
        flat = users.reshape(-1)
        mixed = unit((1 - share) * self.taste_first[flat] + share * self.taste_last[flat])
        return mixed.reshape(*users.shape, -1)


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + exp(−x))."""
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))


def chance(log_rate: Floats) -> Floats:
    """A probability from a log rate r: CEILING · (1 − exp(−e^r / CEILING)), about e^r where small."""
    return CEILING * -np.expm1(-np.exp(np.minimum(log_rate, 20)) / CEILING)
