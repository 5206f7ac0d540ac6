"""Scores of videos: mean points over viewers, the rates they are made of, and what the mean is worth.

Score of video v with viewers U(v), its creators' own views left out by the caller:

    s(v) = 1/|U(v)| · Σ_{u in U(v)} p(u, v) = Σ over kinds of weight · rate(v, kind)

Posterior, in a cell c of like videos (say duration bucket × language × source): s(v) | θ_v ~ N(θ_v, σ²_c/n_v),
θ_v ~ N(μ_c, τ²_c). σ² is the pooled spread within videos, τ² the spread between true means *net of* the sampling noise,
by moments (the unbalanced one-way random-effects analysis of variance):

    σ² = SSW / (N - k)     MSB = Σ n_v (s(v) - s̄)² / (k - 1)     n₀ = (N - Σ n_v²/N) / (k - 1)
    τ² = max(0, (MSB - σ²) / n₀)

(k videos with N viewers, n_v of them v's; SSW: squared deviations of pairs from their video's mean), then

    B_v = τ²/(τ² + σ²/n_v)     mean = μ + B_v (s(v) - μ)     variance = τ² (1 - B_v) + (1 - B_v)² var(μ̂)

The mean is shrunk and its error is that of the shrunk mean, μ's own error included.

References: Searle, Casella, McCulloch, "Variance Components", Wiley 1992, §3.6 (moments); Morris, "Parametric Empirical
Bayes Inference", JASA 78 (1983), doi:10.1080/01621459.1983.10477920 (posterior with an estimated prior mean).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.parts import summed
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

CELL_WEIGHT = 20.0
"""A cell's mean and spread count as if this many videos of the overall mean and spread were in it."""


@dataclass(frozen=True, slots=True)
class VideoScores:
    """One entry a video, float64 except ``viewers`` (int64). Rates and score are 0 where there are no viewers."""

    score: FloatArray
    """Mean points over viewers, 0 … the scale's highest (30)."""
    viewers: npt.NDArray[np.int64]
    """Number of viewers counted."""
    rewatch_rate: FloatArray
    """Share of viewers who rewatched; the next four likewise."""
    completion_rate: FloatArray
    share_rate: FloatArray
    comment_rate: FloatArray
    like_rate: FloatArray
    posterior_mean: FloatArray
    """Expected points of a next viewer, in points; defined without viewers too (the cell's prior)."""
    posterior_sd: FloatArray
    """Standard deviation of what ``posterior_mean`` estimates, in points."""
    prior_mean: FloatArray
    """μ of the video's cell: what is expected of a video like it, in points."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The prior of each cell, one entry a cell, float64; overall values where the cell has no viewed video."""

    mean: FloatArray
    """μ, in points."""
    mean_var: FloatArray
    """Variance of the estimate of μ, points²."""
    between_var: FloatArray
    """τ², spread of true means net of sampling noise, points²."""
    within_var: FloatArray
    """σ², spread of viewers around their video's mean, points²; more than 0."""


def video_scores(
    video: IntArray,
    points: FloatArray,
    bits: IntArray,
    *,
    videos: int,
    counted: npt.NDArray[np.bool_] | None = None,
    cell: IntArray | None = None,
    highest: float = 30.0,
    people: IntArray | None = None,
) -> VideoScores:
    """Scores of all ``videos`` from user–video pairs.

    Parameters:
        video, points, bits: index, points and flag bits (``points.Flags.bits``) of each pair.
        counted: which pairs count; False for creators' own views. All, if absent.
        cell: cell of each *video*, 0, 1, …; one cell, if absent.
        highest: the scale's highest points of a pair.
        people: how many people each pair stands for; one, if absent.

    Raises:
        UsageError: arrays of different lengths, or points below 0 or not finite.
    """
    if not (video.shape == points.shape == bits.shape):
        raise UsageError(f"Scores need equally long arrays: video {video.shape}, points {points.shape}, {bits.shape}.")
    if points.size and not (np.isfinite(points).all() and float(points.min()) >= 0.0):
        raise UsageError("Points of a pair are negative or not a number; derive them from the scale again.")

    def weight(some: slice) -> FloatArray:
        told = np.ones(some.stop - some.start) if people is None else people[some].astype(np.float64)
        return told if counted is None else told * counted[some]

    viewers = summed(video, videos, weight).astype(np.int64)
    divisor = np.maximum(viewers, 1)
    score = summed(video, videos, lambda some: weight(some) * points[some]) / divisor

    def rate(which: int) -> FloatArray:
        return summed(video, videos, lambda some: weight(some) * ((bits[some] & which) > 0)) / divisor

    cells = np.zeros(videos, dtype=np.int64) if cell is None else cell
    squares = summed(video, videos, lambda some: weight(some) * (points[some] - score[video[some]]) ** 2)
    prior = estimate_prior(score, viewers, squares, cells, highest=highest)
    mean, sd = posterior(score, viewers, prior, cells)
    return VideoScores(
        score,
        viewers,
        rate(REWATCHED),
        rate(COMPLETED | REWATCHED),
        rate(SHARED),
        rate(COMMENTED),
        rate(LIKED),
        mean,
        sd,
        prior.mean[cells],
    )


def baseline_cells(duration_ms: IntArray, language: list[str]) -> npt.NDArray[np.int64]:
    """The cell of each video: duration bucket (unknown, then 7 s, 15 s, 30 s, 60 s, 180 s, beyond) × language, from 0.

    ``duration_ms``: an entry a video, below 0 where unknown.
    """
    bucket = np.where(duration_ms < 0, 0, 1 + np.searchsorted([7e3, 15e3, 30e3, 60e3, 180e3], duration_ms, "right"))
    _, spoken = np.unique(np.array(language, dtype=np.str_), return_inverse=True)
    _, cell = np.unique(spoken.astype(np.int64) * 10 + bucket, return_inverse=True)
    return cell.astype(np.int64)


def estimate_prior(
    score: FloatArray, viewers: IntArray, squares: FloatArray, cell: IntArray, *, highest: float = 30.0
) -> Prior:
    """The prior of each cell by moments; small cells lean on all videos (:data:`CELL_WEIGHT`).

    ``squares`` is each video's sum of squared deviations from its mean. One pseudo-pair half the scale away keeps σ²
    above 0 where all viewers agree.
    """
    highest = highest if highest > 1e-100 else 1.0  # a scale of (next to) zeros: any unit will do
    cells = int(cell.max()) + 1 if cell.size else 1
    everything = np.zeros(score.size, dtype=np.int64)
    mean_all, between_all, within_all, _, freedom_all = _moments(score, viewers, squares, everything, 1)
    within_all = (within_all * freedom_all + (highest / 2.0) ** 2) / (freedom_all + 1.0)
    _, between, within, seen, freedom = _moments(score, viewers, squares, cell, cells)
    within = (within * freedom + within_all * CELL_WEIGHT) / (freedom + CELL_WEIGHT)
    between = (between * seen + between_all * CELL_WEIGHT) / (seen + CELL_WEIGHT)
    # μ by the precision of each video's mean around it, with CELL_WEIGHT pseudo-videos at the overall mean.
    noise = between[cell] + within[cell] / np.maximum(viewers, 1)
    precision = np.where(viewers > 0, 1.0 / noise, 0.0)
    total = sums(cell, precision, cells)
    own = sums(cell, precision * score, cells)
    typical = np.where(total > 0.0, total / np.maximum(seen, 1), 1.0 / (between + within))
    pull = CELL_WEIGHT * typical if cells > 1 else np.zeros(cells)
    weight = np.where(total + pull > 0.0, total + pull, (highest / 2.0) ** -2)
    return Prior((own + pull * mean_all[0]) / weight, 1.0 / weight, between, within)


def posterior(score: FloatArray, viewers: IntArray, prior: Prior, cell: IntArray) -> tuple[FloatArray, FloatArray]:
    """Posterior mean and standard deviation of each video's expected points (formula above)."""
    mu, tau2, sigma2 = prior.mean[cell], prior.between_var[cell], prior.within_var[cell]
    kept = np.where(viewers > 0, tau2 / (tau2 + sigma2 / np.maximum(viewers, 1)), 0.0)
    variance = tau2 * (1.0 - kept) + (1.0 - kept) ** 2 * prior.mean_var[cell]
    return mu + kept * (score - mu), np.sqrt(variance)


def freshness(
    video: IntArray, at: npt.NDArray[np.int64], *, videos: int, now: int, half_life_hours: float
) -> FloatArray:
    """Decayed over total engagement of each video, 0 … 1: Σ 0.5^(age/half-life) / number of pairs; 0 without any.

    ``at``: epoch ms of each pair's engagement (its latest event); later than ``now`` counts as age 0.

    Raises:
        UsageError: a half-life that is not above 0.
    """
    if not half_life_hours > 0.0:
        raise UsageError(f"half_life_hours is {half_life_hours!r}; give more than 0.")

    def weight(some: slice) -> FloatArray:
        fresh: FloatArray = 0.5 ** (np.maximum(now - at[some], 0) / HOUR_MS / half_life_hours)
        return fresh

    return summed(video, videos, weight) / np.maximum(np.bincount(video, minlength=videos), 1)


def sums(index: IntArray, values: npt.ArrayLike, size: int) -> FloatArray:
    """Σ of ``values`` by ``index`` (0 … size - 1), float64; 0 where the index does not occur."""
    return np.asarray(
        np.bincount(index, weights=np.asarray(values, dtype=np.float64), minlength=size), dtype=np.float64
    )


def _moments(
    score: FloatArray, viewers: IntArray, squares: FloatArray, cell: IntArray, cells: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean over pairs, τ², σ², number of viewed videos and degrees of freedom within, of each cell."""
    n = np.asarray(viewers, dtype=np.float64)

    def total(values: FloatArray) -> FloatArray:
        return sums(cell, values, cells)

    pairs, seen = total(n), total((n > 0).astype(np.float64))
    mean = total(n * score) / np.maximum(pairs, 1.0)
    freedom = pairs - seen
    within = total(squares) / np.maximum(freedom, 1.0)
    between_mean_square = total(n * (score - mean[cell]) ** 2) / np.maximum(seen - 1.0, 1.0)
    size = (pairs - total(n * n) / np.maximum(pairs, 1.0)) / np.maximum(seen - 1.0, 1.0)
    between = np.where(size > 0.0, (between_mean_square - within) / np.where(size > 0.0, size, 1.0), 0.0)
    return mean, np.maximum(between, 0.0), within, seen, freedom
