"""Taste: is a video watched by the people who watch what the user likes; and how much that says.

    p_u = Σ_i w_i (1 + c·(y_i - e_i)/e_i) x_i / (k + Σ w_i)       w = 0.5^(age/half-life)

over the user's views i: y_i points, e_i = worth of the video, x_i its place among tastes
(`contentgraph.graph.taste_vectors`). An uneventful view pulls a little, a good one more, one that disappointed less;
what she hides pushes as much as an ordinary view pulls, and a video that she skips pulls d less than one that she
watched for nothing. A view of i adds b·w_i(1 + …)⟨x_i, x_v⟩/(k + Σw) to the logarithm of what is expected of v.

    expected points = worth(v) · travel · exp(b·⟨p_u, x_v⟩)

b is found on pairs that were held out (`slope`).
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.parts import filled, rows_of, summed
from contentgraph.graph.taste_vectors import Groups, Tags, TasteParams, taste_vectors
from contentgraph.graph.worth import Views, Worth, WorthParams, worth

IntArray = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

STEEPEST = 8.0
"""b is not above this."""
KNOWN_VIEWS = 3
"""Held-out pairs of users with fewer other pairs tell nothing of the slope."""


class Profiles(NamedTuple):
    """What users like."""

    vectors: Floats
    """[users × dims] p; 0 for users without a pair."""
    own: Floats32
    """An entry a pair: its part of its user's p is ``own · x``."""


class Slope(NamedTuple):
    """How much taste says."""

    value: float
    """b, 0 … `STEEPEST`; 0 where there is too little evidence."""
    error: float
    """Standard error of b before it was judged; infinite where nothing can be told."""
    pairs: int
    """Held-out pairs."""


class Learned(NamedTuple):
    """All that `learn` finds."""

    worth: Worth
    vectors: Floats
    """[videos × dims] x, rows of length 1 or 0."""
    profiles: Profiles
    slope: Slope


def profiles(
    views: Views,
    vectors: Floats,
    worths: Floats,
    params: TasteParams | None = None,
    *,
    last_at: npt.NDArray[np.int64] | None = None,
    now: int | None = None,
    hidden: Bools | None = None,
    skipped: Bools | None = None,
) -> Profiles:
    """p of every user.

    Parameters:
        hidden: an entry a pair: the user hides the video.
        skipped: an entry a pair: the user skipped the video.
        worths: points that a view of each video is expected to bring.
        last_at: epoch ms of each pair's latest event; without it nothing fades.
        now: epoch ms from which ages are counted, later events have age 0; needed with ``last_at``.

    Raises:
        UsageError: times without ``now``.
    """
    params = params or TasteParams()
    half_life = None if last_at is None else params.half_life_hours
    if half_life is not None and now is None:
        raise UsageError("profiles() got last_at without now; pass the moment from which ages are counted.")

    def weight(some: slice) -> Floats:
        w = views.weights(some)
        if half_life is not None and last_at is not None and now is not None:
            w = w * 0.5 ** (np.maximum(now - last_at[some], 0) / HOUR_MS / half_life)
        return w

    total = params.doubt + summed(views.user, views.users, weight, views.threads)

    def share(some: slice) -> Floats:
        w, expected = weight(some), worths[views.video[some]]
        surprise = np.where(expected > 0.0, views.points[some] / np.maximum(expected, 1e-300) - 1.0, 0.0)
        pull = w * (1.0 + params.surprise * surprise)
        if skipped is not None:
            pull = pull - params.skip * np.where(skipped[some], w, 0.0)
        if hidden is not None:
            pull = np.where(hidden[some], -w, pull)
        told: Floats = pull / total[views.user[some]]
        return told

    own = filled(views.user.size, share, np.float32, views.threads)
    matrix = rows_of(views.user, views.video, own, (views.users, views.videos))
    return Profiles(np.asarray(matrix @ vectors), own)


def affinity(profile: Floats, vectors: Floats, user: IntArray, video: IntArray, threads: int = 1) -> Floats32:
    """⟨p_u, x_v⟩ of each pair of two index arrays of one length."""

    def near(some: slice) -> Floats:
        told: Floats = np.einsum("ij,ij->i", profile[user[some]], vectors[video[some]])
        return told

    return filled(user.size, near, np.float32, threads)


def slope(taste: Floats | Floats32, expected: Floats, points: Floats, params: TasteParams | None = None) -> Slope:
    """b of points ~ expected · exp(level + b·taste) over held-out pairs, by Poisson regression.

    Its error counts the points' spread over that of a count (Pearson's φ). b is 0 for fewer than ``least_pairs`` pairs
    and where it is not above twice its error.

    Parameters:
        taste: ⟨p_u, x_v⟩ of each pair, from a log without it.
        expected: points expected without taste.
    """
    params = params or TasteParams()
    n, given = taste.size, float(points.sum())
    usable = expected > 0.0
    nothing = Slope(0.0, math.inf, n)
    if n < params.least_pairs or given <= 0.0 or not usable.all():
        return nothing
    b, curve, e = 0.0, 0.0, expected
    for _ in range(30):
        e = expected * np.exp(np.clip(b * taste, -20.0, 20.0))
        e = e * (given / e.sum())
        mean = float((e * taste).sum()) / given
        curve = float((e * (taste - mean) ** 2).sum())
        if curve <= 1e-12 * given:
            return nothing
        step = float(((points - e) * taste).sum()) / curve
        moved = float(np.clip(b + np.clip(step, -1.0, 1.0), 0.0, STEEPEST))
        if abs(moved - b) < 1e-9:
            break
        b = moved
    spread = float(((points - e) ** 2 / e).sum()) / max(n - 2, 1)
    error = math.sqrt(spread / curve)
    return Slope(b if b > 2.0 * error else 0.0, error, n)


def learn(
    views: Views,
    held: Bools,
    *,
    worths: WorthParams | None = None,
    params: TasteParams | None = None,
    groups: Groups | None = None,
    tags: Tags | None = None,
    last_at: npt.NDArray[np.int64] | None = None,
    now: int | None = None,
) -> Learned:
    """Worth, taste and slope of a log: b by the pairs that are held out, all else by all pairs.

    Parameters:
        held: an entry a pair; the last slice of time where there are times.
        last_at, now: as of `profiles`.

    Raises:
        UsageError: held or last_at of another length than the pairs, or times without ``now``.
    """
    params = params or TasteParams()
    for name, found_shape in (("held", held.shape), ("last_at", np.shape(views.user if last_at is None else last_at))):
        if found_shape != views.user.shape:
            raise UsageError(f"learn() got {name} of shape {found_shape}; give one a pair, {views.user.shape}.")
    b = _held_slope(views, held, worths, params, groups, tags, last_at)
    found = _once(views, worths, params, groups, tags, last_at, now)
    return found._replace(worth=_net(views, found, b.value, worths, params), slope=b)


def _held_slope(
    views: Views,
    held: Bools,
    worths: WorthParams | None,
    params: TasteParams,
    groups: Groups | None,
    tags: Tags | None,
    last_at: npt.NDArray[np.int64] | None,
) -> Slope:
    """b by the pairs that are held out."""
    counts = np.ones(held.size, dtype=np.bool_) if views.weight is None else np.asarray(views.weight > 0)
    ask, rest = held & counts, counts & ~held
    b = Slope(0.0, math.inf, int(ask.sum()))
    if not rest.any() or not b.pairs:
        return b
    told = replace(views, weight=rest if views.weight is None else views.weight * rest)
    moment = None if last_at is None else int(last_at.max(where=rest, initial=last_at.min()))
    once = _once(told, worths, params, groups, tags, last_at, moment)
    ask &= summed(views.user, views.users, lambda some: rest[some], views.threads)[views.user] >= KNOWN_VIEWS
    user, video = views.user[ask], views.video[ask]
    liking = affinity(once.profiles.vectors, once.vectors, user, video, views.threads)
    for _ in range(2):
        b = slope(liking, once.worth.expected(user, video, views.foreign[ask]), views.points[ask], params)
        once = once._replace(worth=_net(told, once, b.value, worths, params))
    return b


def _once(
    views: Views,
    worths: WorthParams | None,
    params: TasteParams,
    groups: Groups | None,
    tags: Tags | None,
    last_at: npt.NDArray[np.int64] | None,
    now: int | None,
) -> Learned:
    """Worth without taste, then vectors and profiles net of it."""
    plain = worth(views, worths)
    vectors = taste_vectors(views, plain, params, groups=groups, tags=tags)
    found = profiles(views, vectors, plain.points, params, last_at=last_at, now=now)
    return Learned(plain, vectors, found, Slope(0.0, math.inf, 0))


def _net(views: Views, found: Learned, b: float, worths: WorthParams | None, params: TasteParams) -> Worth:
    """Worth with each view's taste taken off, told by the user's other views."""
    if b * params.netted == 0.0:
        return found.worth
    liking = affinity(found.profiles.vectors, found.vectors, views.user, views.video, views.threads)
    length = (found.vectors**2).sum(axis=1)

    def drawn(some: slice) -> Floats:
        others = liking[some] - found.profiles.own[some] * length[views.video[some]]
        told: Floats = np.exp(params.netted * b * others)
        return told

    return worth(views, worths, taste=filled(liking.size, drawn, np.float32, views.threads))
