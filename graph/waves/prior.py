"""What a video's next viewers will bring, from those it had: an empirical-Bayes posterior over the points of its cell.

A cell holds like views: source × duration bucket × language. Points x of one person shown live on a lattice of at most
2⁵ values (five things happen or not). A video of expected points m is taken to draw them from the tilted law

    p(x | m) ∝ q(x) e^{θ x}        θ such that Σ x p(x | m) = m

with q the law of its cell, so that the spread of views goes with the mean, and people (n) and points (S) say all:

    log L(m) = (θ(m) · S - A(θ(m)) · n) / φ        A(θ) = log Σ q(x) e^{θ x}

φ is the spread within videos over that of the law at the cell's mean. The prior of m is a beta law on 0 … highest with
the cell's mean and its spread *between* videos net of sampling noise (``scores.estimate_prior``), the error of the
mean included; small cells lean on the others in units of the spread within videos, which is what cells share (measured:
between over within is .18 to .24 from the longest to the shortest videos, while the spreads differ threefold).

Quality is a grid in z (standard normal): a video at z has the Φ(z)-quantile of *each* cell, so views of several cells
add up their log-likelihoods. The posterior is the sum over the grid: its mean, its spread and P(mean > bar) belong
together, whatever the number of looks.

References: Efron, "Double exponential families", JASA 81 (1986), doi:10.1080/01621459.1986.10478327 (tilted law with
dispersion); Morris, "Parametric Empirical Bayes Inference", JASA 78 (1983), doi:10.1080/01621459.1983.10477920; Efron,
"Empirical Bayes deconvolution estimates", Biometrika 103 (2016), doi:10.1093/biomet/asv068 (a grid of effects).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr

from contentgraph.errors import UsageError
from contentgraph.graph.scores import estimate_prior, sums

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

GRID = np.linspace(-4.0, 4.0, 81)
"""Standard normal quality z of each grid point."""
STEP = 0.1
WEIGHT = np.exp(-0.5 * GRID**2) / np.exp(-0.5 * GRID**2).sum()
"""Prior probability of each grid point."""
LEAN = 200.0
"""The law of a cell counts as if this many views of the overall law were in it."""
LEAST_SPREAD = 0.05
"""Spread between videos is at least this share of the cell's mean: nobody is sure that all are alike."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """People shown and their points, one entry a (video, cell) with any; float64 but for the indices."""

    video: npt.NDArray[np.int64]
    """Index of the video."""
    cell: npt.NDArray[np.int64]
    """Index of the cell."""
    people: FloatArray
    """Number of people shown."""
    points: FloatArray
    """Sum of their points."""


@dataclass(frozen=True, slots=True)
class WavePrior:
    """The law of each cell on the grid; arrays are [cells × 81] where not said otherwise."""

    means: FloatArray
    """Expected points of a person shown, ascending along the grid."""
    theta: FloatArray
    """Tilt that has that mean, per point."""
    log_norm: FloatArray
    """A(θ), log."""
    dispersion: FloatArray
    """φ, [cells], more than 0."""
    mean: FloatArray
    """μ of the cell, points, [cells]."""
    between_sd: FloatArray
    """Spread between videos net of sampling noise, points, [cells]."""
    within_sd: FloatArray
    """Spread of people around their video's mean, points, [cells]."""

    def at(self, cell: IntArray, z: FloatArray | float) -> FloatArray:
        """Points of quality ``z`` in each cell."""
        place = (np.broadcast_to(np.asarray(z, dtype=np.float64), np.shape(cell)) - GRID[0]) / STEP
        low = np.clip(place.astype(np.int64), 0, GRID.size - 2)
        part = np.clip(place - low, 0.0, 1.0)
        found: FloatArray = (1.0 - part) * self.means[cell, low] + part * self.means[cell, low + 1]
        return found


def fit_prior(
    law: FloatArray,
    values: FloatArray,
    *,
    cell: IntArray,
    people: IntArray,
    points: FloatArray,
    squares: FloatArray,
) -> WavePrior:
    """The prior of each cell from views that no outcome chose (the floor, or the random share).

    What adaptive allocation adds belongs to the evidence and not here: it goes where outcomes were good.

    Parameters:
        law: [cells × lattice], how often each value was seen in each cell.
        values: points of each lattice value, such as ``points_of_bits(scale, arange(32))``.
        cell, people, points, squares: an entry a (video, cell): the cell, the people shown, the sum of their points
            and the sum of squares of their points.

    Raises:
        UsageError: shapes that do not fit, or values that are all 0.
    """
    highest = float(values.max(initial=0.0))
    if law.ndim != 2 or law.shape[1] != values.size or highest <= 0.0:
        raise UsageError(f"The law of the cells is {law.shape} for {values.size} values; give cells × values above 0.")
    cells = law.shape[0]
    score = points / np.maximum(people, 1)
    spread = np.maximum(squares - points * score, 0.0)
    unit = _within(cell, cells, people, spread, highest)
    none = np.zeros(cells)
    moments = estimate_prior(
        np.append(score / unit[cell], none),
        np.append(people, none.astype(np.int64)),
        np.append(spread / unit[cell] ** 2, none),
        np.append(cell, np.arange(cells)),
        highest=highest / float(unit.mean()),
    )
    mean = np.clip(moments.mean * unit, 0.01 * highest, 0.99 * highest)
    between = np.maximum(moments.between_var * unit**2, (LEAST_SPREAD * mean) ** 2)
    within = moments.within_var * unit**2
    grid_means = _beta_grid(mean, between + moments.mean_var * unit**2, highest)
    overall = law.sum(axis=0) + 1e-3
    q = law + LEAN * overall / overall.sum()
    q = q / q.sum(axis=1, keepdims=True)
    theta, log_norm = _tilt(q, values, grid_means)
    at_mean, norm = _tilt(q, values, mean[:, None])
    tilted = q * np.exp(at_mean * values - norm)
    variance = (tilted * values**2).sum(axis=1) - (tilted @ values) ** 2
    return WavePrior(
        means=grid_means,
        theta=theta,
        log_norm=log_norm,
        dispersion=within / np.maximum(variance, 1e-9 * highest**2),
        mean=mean,
        between_sd=np.sqrt(between),
        within_sd=np.sqrt(within),
    )


def grid_posterior(prior: WavePrior, evidence: Evidence, videos: int) -> FloatArray:
    """Posterior probability of each grid point, [videos × 81]; the prior where a video has no evidence."""
    theta = prior.theta[evidence.cell] / prior.dispersion[evidence.cell, None]
    norm = prior.log_norm[evidence.cell] / prior.dispersion[evidence.cell, None]
    told = evidence.points[:, None] * theta - evidence.people[:, None] * norm
    log = np.tile(np.log(WEIGHT), (videos, 1))
    if evidence.video.size:
        if np.array_equal(evidence.video, np.arange(videos)):
            log += told
        else:
            np.add.at(log, evidence.video, told)
    log -= log.max(axis=1, keepdims=True)
    np.exp(log, out=log)
    log /= log.sum(axis=1, keepdims=True)
    return log


def above(posterior: FloatArray, bar: FloatArray | float) -> FloatArray:
    """P(quality > bar) of each row of ``posterior``; ``bar`` in z, one for all or one a row.

    A grid point stands for the cell of width ``STEP`` around it; the one that holds the bar counts in part.
    """
    bars = np.broadcast_to(np.asarray(bar, dtype=np.float64), posterior.shape[:1])
    if bars.size and np.ptp(bars) == 0.0:
        share = np.clip((GRID - bars[0]) / STEP + 0.5, 0.0, 1.0)
        same: FloatArray = posterior @ share
        return same
    part = np.clip((GRID[None, :] - bars[:, None]) / STEP + 0.5, 0.0, 1.0)
    each: FloatArray = (posterior * part).sum(axis=1)
    return each


def moments(posterior: FloatArray, prior: WavePrior, cell: IntArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each video's expected points in ``cell`` (one a row), of one law."""
    means = prior.means[cell]
    mean = (posterior * means).sum(axis=1)
    variance = (posterior * (means - mean[:, None]) ** 2).sum(axis=1)
    return mean, np.sqrt(variance)


def draw(posterior: FloatArray, rounds: int, rng: np.random.Generator) -> FloatArray:
    """[videos × rounds] draws of quality z from each row: a grid point, and a place in its cell."""
    rows, size = posterior.shape
    steps = np.cumsum(posterior, axis=1)
    steps /= steps[:, -1:]
    flat = (steps + np.arange(rows)[:, None]).ravel()
    told = rng.random((rows, rounds))
    point = np.searchsorted(flat, (told + np.arange(rows)[:, None]).ravel()).reshape(rows, rounds)
    point = np.clip(point - size * np.arange(rows)[:, None], 0, size - 1)
    found: FloatArray = GRID[point] + STEP * (rng.random((rows, rounds)) - 0.5)
    return found


def quality_of(prior: WavePrior, cell: IntArray, points: FloatArray) -> FloatArray:
    """Quality z at which each cell has the given points; beyond the grid its ends."""
    return np.array(
        [np.interp(value, prior.means[which], GRID) for which, value in zip(cell, points, strict=True)],
        dtype=np.float64,
    )


def evidence_of(video: IntArray, cell: IntArray, points: FloatArray, *, cells: int) -> Evidence:
    """Single exposures gathered by (video, cell); ``video``, ``cell`` and ``points``: an entry a person shown."""
    key, place = np.unique(np.asarray(video, dtype=np.int64) * cells + cell, return_inverse=True)
    people = np.bincount(place, minlength=key.size).astype(np.float64)
    return Evidence(key // max(cells, 1), key % max(cells, 1), people, sums(place, points, key.size))


def _within(cell: IntArray, cells: int, people: IntArray, spread: FloatArray, highest: float) -> FloatArray:
    """Spread within videos of each cell, points; it leans on that of all by :data:`LEAN` views."""
    freedom = np.maximum(np.asarray(people, dtype=np.float64) - 1.0, 0.0)
    overall = (float(spread.sum()) + (highest / 2.0) ** 2) / (float(freedom.sum()) + 1.0)
    variance = (sums(cell, spread, cells) + LEAN * overall) / (sums(cell, freedom, cells) + LEAN)
    found: FloatArray = np.sqrt(variance)
    return found


def _beta_grid(mean: FloatArray, variance: FloatArray, highest: float) -> FloatArray:
    """Φ(z)-quantiles of the beta law on 0 … highest with that mean and variance, kept off its ends."""
    m = mean / highest
    v = np.minimum(variance / highest**2, 0.5 * m * (1.0 - m))
    size = m * (1.0 - m) / v - 1.0
    quantile = betaincinv((m * size)[:, None], ((1.0 - m) * size)[:, None], ndtr(GRID)[None, :])
    return np.asarray(highest * np.clip(quantile, 1e-4, 1.0 - 1e-4), dtype=np.float64)


def _tilt(q: FloatArray, values: FloatArray, means: FloatArray) -> tuple[FloatArray, FloatArray]:
    """θ and A(θ) of each mean, by Newton steps kept inside a shrinking bracket."""
    low = np.full(means.shape, -60.0 / values.max())
    high = -low
    theta = np.zeros(means.shape)
    for _ in range(80):
        raw = theta[..., None] * values
        top = raw.max(axis=-1, keepdims=True)
        weight = q[:, None, :] * np.exp(raw - top)
        total = weight.sum(axis=-1)
        first = (weight @ values) / total
        second = (weight @ values**2) / total - first**2
        over = first > means
        high, low = np.where(over, theta, high), np.where(over, low, theta)
        step = theta - (first - means) / np.maximum(second, 1e-12)
        moved = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        if np.abs(moved - theta).max(initial=0.0) < 1e-12:
            break
        theta = moved
    raw = theta[..., None] * values
    top = raw.max(axis=-1)
    norm = top + np.log((q[:, None, :] * np.exp(raw - top[..., None])).sum(axis=-1))
    return np.asarray(theta, dtype=np.float64), np.asarray(norm, dtype=np.float64)
