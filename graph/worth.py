"""Worth of videos: points that a next view is expected to bring, net of who happened to watch.

The points y of pair (u, v) are taken as counts around

    e(u, v) = D[b(v)] · Q_v · (F_v where u does not understand v's language, else 1) · A_u · t(u, v)

D: points usual in v's duration bucket; Q: quality of the video; F: how it travels; A: ease of the viewer; t: her taste
for it, given from outside (1 at first). Each factor is observed over expected, both summed over the pairs that it
concerns, with a prior worth m views of mean points:

    factor = (O + m · prior) / (E + m)          O = Σ w·y / ȳ     E = Σ w·e / (factor · ȳ)     ȳ = mean points of a pair

so it is the posterior mean of a gamma prior under Poisson counts, and goes to its prior as pairs get fewer. The prior
of Q is the same fraction of the creator's other videos, whose prior is 1; that of D is the level of all pairs, of A it
is 1, and of F a line a₀ + a₁·(τ_v - τ̄), a₁ ≥ 0, in the share τ of viewers who do not understand the video over the
share of all people who would not: what strangers watch needs no words. Block by block, `SWEEPS` times.

    points = D · Q     what a viewer of ordinary ease who understands it brings         travel = F

References: observed over expected with a gamma prior is DuMouchel, "Bayesian data mining in large frequency tables",
The American Statistician 53 (1999), doi:10.1080/00031305.1999.10474456; the block-wise fit of a log-linear model is
Deming and Stephan, Annals of Mathematical Statistics 11 (1940), doi:10.1214/aoms/1177731829.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.folded import Totals
from contentgraph.graph.parts import each, filled, parts, summed
from contentgraph.graph.scores import sums

IntArray = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SWEEPS = 4
"""Each sweep estimates every factor once, given the others; the last ones move by less than a hundredth."""
SLOWEST, FASTEST = 0.1, 1.2
"""Ends of the line that is F's prior."""


@dataclass(frozen=True, slots=True)
class WorthParams:
    """What the priors weigh, each in views of mean points (about 4 points of the scale of 2020).

    Raises:
        UsageError: a value that is not finite or not above 0.
    """

    bucket: float = 20.0
    """Prior of D: the level of all pairs, views."""
    viewer: float = 5.0
    """Prior of A: 1, views."""
    video: float = 18.0
    """Prior of Q: that of the creator's other videos, views."""
    creator: float = 40.0
    """Prior of those: 1, views."""
    foreign: float = 20.0
    """Prior of F: the line, views of people who do not understand; the line's own prior weighs as much."""
    share: float = 16.0
    """Prior of τ: that of all videos, viewers."""
    travel: float = 0.7
    """F where nothing is known of anyone's languages, factor."""

    def __post_init__(self) -> None:
        """Refuse what no prior can be."""
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if not math.isfinite(value) or value <= 0.0:
                raise UsageError(f"WorthParams' {name} is {value!r}; give a finite number above 0.")


@dataclass(frozen=True, slots=True)
class Views:
    """Who watched what, and what came of it; creators' own pairs left out by the caller.

    Raises:
        UsageError: arrays that do not fit together, an index out of range, points or weights below 0 or not finite.
    """

    user: IntArray
    """Index of the viewer of each pair, 0 … users - 1."""
    video: IntArray
    """Index of the video of each pair, 0 … videos - 1."""
    points: Floats
    """Points of each pair, 0 or more."""
    users: int
    """Number of users."""
    videos: int
    """Number of videos."""
    bucket: IntArray
    """Duration bucket of each *video*, 0, 1, …; -1: unknown, which is a bucket of its own."""
    creator: IntArray
    """Creator of each *video*, 0, 1, …; -1: unknown."""
    foreign: Bools
    """Of each pair: the viewer does not understand the video's language. False where unknown."""
    weight: Floats | Bools | None = None
    """How many times each pair counts; once, if absent."""
    strangers: Floats | None = None
    """Of each *video*: share of all people who do not understand its language, 0 … 1; alike, if absent."""
    folded: Totals | None = None
    """Of each *video*: viewers beside the pairs, of ordinary ease and taste, who understand it."""
    threads: int = 1
    """What is summed over the pairs is by so many; it is the same by any number."""

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        pairs, rows = np.shape(self.user), (self.videos,)
        for name, shape in (
            ("video", pairs), ("points", pairs), ("foreign", pairs), ("weight", pairs), ("bucket", rows),
            ("creator", rows), ("strangers", rows),
        ):  # fmt: skip
            found = getattr(self, name)
            if found is not None and (np.shape(found) != shape or len(shape) != 1):
                raise UsageError(f"Views' {name} has shape {np.shape(found)}; give {shape}.")
        for name, low, size in (
            ("user", 0, self.users), ("video", 0, self.videos), ("bucket", -1, None), ("creator", -1, None),
        ):  # fmt: skip
            index = getattr(self, name)
            if index.size and (int(index.min()) < low or (size is not None and int(index.max()) >= size)):
                raise UsageError(
                    f"Views' {name} goes from {int(index.min())} to {int(index.max())}; stay in {low} … {size}."
                )
        for name in ("points", "weight", "strangers"):
            found = getattr(self, name)
            if found is not None and found.size and not (np.isfinite(found).all() and float(found.min()) >= 0.0):
                raise UsageError(f"Views' {name} is negative or not a number somewhere; give 0 or more.")

    def weights(self, some: slice) -> Floats:
        """How many times each of some pairs counts."""
        if self.weight is not None:
            return np.asarray(self.weight[some], dtype=np.float64)
        return np.ones(some.stop - some.start)

    def mean(self) -> float:
        """Mean points of a pair; 0 without any."""
        total = given = 0.0
        for some in parts(self.user.size):
            w = self.weights(some)
            total, given = total + float(w.sum()), given + float((w * self.points[some]).sum())
        return given / total if total > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a next view brings; float64."""

    points: Floats
    """A row a video: expected points of a viewer of ordinary ease who understands it, D · Q."""
    travel: Floats
    """A row a video: factor for one who does not understand it, F, above 0."""
    quality: Floats
    """A row a video: Q, a factor around 1."""
    ease: Floats
    """A row a user: A, a factor around 1. It ranks nothing; profiles and slopes are taken net of it."""

    def expected(self, user: IntArray, video: IntArray, foreign: Bools) -> Floats:
        """Expected points of each pair, ease included, taste not."""

        def value(some: slice) -> Floats:
            of = video[some]
            told: Floats = self.points[of] * np.where(foreign[some], self.travel[of], 1.0) * self.ease[user[some]]
            return told

        return filled(user.size, value)


def duration_bucket(duration_ms: npt.NDArray[np.integer], buckets: int = 16) -> npt.NDArray[np.int64]:
    """Bucket of each video, equally many videos in each as far as durations differ; -1 where not above 0 (unknown).

    Raises:
        UsageError: fewer than one bucket.
    """
    if buckets < 1:
        raise UsageError(f"duration_bucket() was asked for {buckets!r} buckets; give 1 or more.")
    known = duration_ms > 0
    if not known.any():
        return np.full(duration_ms.size, -1, dtype=np.int64)
    edges = np.quantile(duration_ms[known], np.linspace(0.0, 1.0, buckets + 1)[1:-1])
    return np.where(known, np.searchsorted(edges, duration_ms, "right"), -1).astype(np.int64)


def worth(views: Views, params: WorthParams | None = None, *, taste: npt.NDArray[np.floating] | None = None) -> Worth:
    """Worth of every video by the formula of this module; of videos without viewers the prior.

    The order of the pairs leaves the answer, up to rounding; points of another unit give points of that unit.

    Parameters:
        taste: t of each pair, above 0; 1, if absent.

    Raises:
        UsageError: taste of another length, or not above 0.
    """
    params = params or WorthParams()
    u, v = views.user, views.video
    if taste is not None and (taste.shape != u.shape or not (np.isfinite(taste) & (taste > 0.0)).all()):
        raise UsageError("worth() needs a taste above 0 for each pair, or none.")
    nothing = np.zeros(views.videos)
    folded = Totals(nothing, nothing, nothing) if views.folded is None else views.folded

    def by_side(value: Callable[[slice], Floats]) -> Floats:
        """[videos × 2] Σ over a video's pairs, of who understands it and of who does not."""
        found = np.zeros((views.videos, 2))

        def part(some: slice) -> Floats:
            side = 2 * v[some] + views.foreign[some]
            told: Floats = np.bincount(side, weights=value(some), minlength=2 * views.videos)  # type: ignore[assignment]  # weighted: floats
            return told.reshape(-1, 2)

        for told in each(part, u.size, views.threads):
            found += told
        return found

    def met(some: slice) -> Floats:
        """w·t of each pair."""
        return views.weights(some) if taste is None else views.weights(some) * taste[some]

    def given(some: slice) -> Floats:
        told: Floats = views.weights(some) * views.points[some]
        return told

    seen, brought = by_side(views.weights), by_side(given)
    quality, travel, ease = np.ones(views.videos), np.full(views.videos, params.travel), np.ones(views.users)
    if brought.sum() + folded.points.sum() <= 0.0:
        return Worth(np.zeros(views.videos), travel, quality, ease)
    mean = float(brought.sum() + folded.points.sum()) / float(seen.sum() + folded.people.sum())
    bucket = views.bucket + 1
    buckets = int(bucket.max()) + 1
    level = np.ones(buckets)
    y_user = summed(u, views.users, given, views.threads) / mean
    y_video, y_abroad = (brought.sum(axis=1) + folded.points) / mean, brought[:, 1] / mean
    y_bucket = sums(bucket, y_video, buckets)
    share = _stranger_share(seen, views.strangers, params.share)

    # Σ t·A by video and side; Q, D and F are the video's, so no other pass over the pairs is needed for them.
    def drawn() -> Floats:
        return by_side(lambda some: met(some) * ease[u[some]])

    def due(sides: Floats) -> Floats:
        told: Floats = sides[:, 0] + travel * sides[:, 1] + folded.people
        return told

    def owed(usually: Floats) -> Floats:
        abroad = usually * travel
        return summed(
            u, views.users,
            lambda some: met(some) * np.where(views.foreign[some], abroad[v[some]], usually[v[some]]),
            views.threads,
        )  # fmt: skip

    sides = drawn()
    for sweep in range(SWEEPS + 1):
        e_bucket = sums(bucket, due(sides) * quality, buckets)
        usual = float(y_bucket.sum()) / max(float(e_bucket.sum()), 1e-300)
        level = (y_bucket + params.bucket * usual) / (e_bucket + params.bucket)
        if sweep == SWEEPS:
            break
        usually = level[bucket] * quality
        if seen[:, 1].any():
            travel = _travel(y_abroad, usually * sides[:, 1], share, params)
        ease = (y_user + params.viewer) / (owed(usually) + params.viewer)
        sides = drawn()
        quality = _quality(y_video, level[bucket] * due(sides), views.creator, params)
    return Worth(mean * level[bucket] * quality, travel, quality, ease)


def _quality(observed: Floats, expected: Floats, creator: IntArray, params: WorthParams) -> Floats:
    """Q of each video: own viewers, shrunk to the creator's other videos, those shrunk to 1; 1 over all views."""
    known = np.flatnonzero(creator >= 0)
    prior = np.ones(observed.size)
    if known.size:
        of = creator[known]
        size = int(of.max()) + 1
        # What is left after a video is taken off its creator's sum is never below 0, whatever the rounding.
        others = np.maximum(sums(of, observed[known], size)[of] - observed[known], 0.0)
        due = np.maximum(sums(of, expected[known], size)[of] - expected[known], 0.0)
        prior[known] = (others + params.creator) / (due + params.creator)
    quality = (observed + params.video * prior) / (expected + params.video)
    found: Floats = quality * (expected.sum() / (quality * expected).sum())
    return found


def _stranger_share(seen: Floats, strangers: Floats | None, prior: float) -> Floats:
    """τ - τ̄ of each video; ``seen``: [videos × 2] viewers who understand it and who do not."""
    every, abroad = seen.sum(axis=1), seen[:, 1]
    total = float(every.sum()) or 1.0
    usual = float(abroad.sum()) / total
    chance = np.ones(every.size)
    if strangers is not None:
        mean = float((strangers * every).sum()) / total
        chance = strangers / mean if mean > 0.0 else chance
    share: Floats = (abroad + prior * usual) / (every * chance + prior) - usual
    return share


def _travel(y: Floats, e: Floats, x: Floats, params: WorthParams) -> Floats:
    """F of each video from its viewers abroad: a line in the share x by least squares of y/e, then its own viewers."""
    m = params.foreign
    # Weight e; a ridge of m views at (travel, 0), where the share's own spread is the unit of the slope.
    spread = float((e * x * x).sum() / max(float(e.sum()), 1e-300))
    a = np.array([[e.sum() + m, (e * x).sum()], [(e * x).sum(), (e * x * x).sum() + m * max(spread, 1e-12)]])
    rise = np.array([y.sum() + m * params.travel, (y * x).sum()])
    base, slope = np.linalg.solve(a, rise)
    if slope < 0.0:
        base, slope = rise[0] / a[0, 0], 0.0
    line = np.clip(base + slope * x, SLOWEST, FASTEST)
    found: Floats = (y + m * line) / (e + m)
    return found
