"""What trends now: more distinct users than the entity's own past and the hour of day let expect.

Hours are counted back from ``now``: the window of w hours is the last w columns of the series. Its expectation comes
from the columns before the longest window (the lag), so a burst does not raise its own baseline:

    E_e(w) = λ_e · Σ_{hours h in window} s(h)        λ_e = (Σ_past y_e(h)·d(h) + a) / (Σ_past s(h)·d(h) + a/m)

s: the kind's hour-of-day profile (mean 1), d = 0.5^(age/baseline half-life), m: the mean hourly rate of the kind's
entities, a: the prior's weight in users; so an entity without a past is expected to be an ordinary one of its kind.
Counts are gamma-Poisson: Var = E + (φ_w + 1/(Σ_past y_e·d + a))·E², φ_w the overdispersion of windows of that length,
by moments over the entities' past, the second term what is not known of λ_e.

    surprise(e) = max over w in 1, 2, 4, 8, 16 … of -log₁₀ P(Y ≥ y_e(w)) · 0.5^(age/half-life)

with age the hours since the middle of mass of what the window holds. Fewer users than ``floor`` in a window: no trend.

References: Hilbe, "Negative Binomial Regression", Cambridge 2011, ch. 8 (NB2); Kleinberg, "Bursty and hierarchical
structure in streams", KDD 2002, doi:10.1145/775047.775061 (bursts against a rate of one's own); Noufaily et al.,
"An improved algorithm for outbreak detection", Statistics in Medicine 2013, doi:10.1002/sim.5595 (own past with a lag).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from contentgraph.errors import UsageError

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

DAY_HOURS = 24
LOG_10 = float(np.log(10.0))
PEERS = 1_000
"""About this many entities, evenly drawn from the rows, tell how overdispersed a kind is."""


@dataclass(frozen=True, slots=True)
class TrendParams:
    """How trends are told from noise.

    Raises:
        UsageError: a value that is not above 0.
    """

    half_life_hours: float = 12.0
    """The surprise of users of this age counts half."""
    baseline_half_life_hours: float = 168.0
    """How fast the own past fades from the expectation."""
    prior_users: float = 2.0
    """Users' worth of the kind's mean rate in every expectation."""
    floor: float = 5.0
    """Fewer distinct users than this in a window are no trend."""
    profile_users: float = 50.0
    """Users' worth of a flat day in each hour of the kind's profile."""

    def __post_init__(self) -> None:
        """Refuse what is not above 0."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not 0.0 < value < float("inf"):
                raise UsageError(f"Trends' {name} is {value!r}; give a finite number above 0.")


@dataclass(frozen=True, slots=True)
class Trends:
    """One entry an entity, in the order of the rows given."""

    score: FloatArray
    """Decayed surprise of the best window; 0 where nothing trends."""
    surprise: FloatArray
    """-log₁₀ of the chance of so many users or more in that window, not decayed."""
    observed: FloatArray
    """User-hours in the window (a user counts once in each hour)."""
    expected: FloatArray
    """Expectation of ``observed``."""
    factor: FloatArray
    """observed / expected."""
    window_hours: npt.NDArray[np.int32]
    """Length of the window, hours."""
    since: npt.NDArray[np.int32]
    """Column of the window's first hour with a user; the number of columns where there is none."""


def trends(users: FloatArray, hours: int = 24, params: TrendParams | None = None) -> Trends:
    """Trends of one kind of entity.

    Parameters:
        users: entities × columns, distinct users per hour; the last column is the hour of ``now``. Columns beyond
            the asked ``hours`` are the past. A day of past or more is needed for an hour-of-day profile.
        hours: the asked window; bursts of 1, 2, 4, … hours up to it, and of exactly it, are looked for.

    Raises:
        UsageError: not a matrix, a count that is negative or not a number, hours below 1 or no past left.
    """
    params = params or TrendParams()
    series = np.asarray(users, dtype=np.float64)
    if series.ndim != 2 or not np.isfinite(series).all() or (series < 0.0).any():
        raise UsageError(f"trends() needs a matrix of counts, 0 or more; it has shape {series.shape}.")
    columns = series.shape[1]
    if not 1 <= hours < columns:
        raise UsageError(f"trends() was asked for {hours!r} of {columns} hours; give 1 or more, and leave a past.")
    past = columns - hours
    shape = hour_profile(series, past, params.profile_users)
    rate, unknown, base = _rates(series, past, shape, params)
    lengths = sorted({length for length in (2**step for step in range(16)) if length <= hours} | {hours})
    age = np.arange(columns)[::-1].astype(np.float64)
    best = _nothing(series.shape[0], columns)
    peers = np.s_[:: max(1, series.shape[0] // PEERS)]
    for length in lengths:
        window = slice(columns - length, columns)
        observed = series[:, window].sum(axis=1)
        expected = rate * shape[window].sum()
        phi = dispersion(series[peers, :past], shape[:past], base[peers], length)
        told = (observed >= params.floor) & (observed > expected)
        tail = np.zeros(observed.size)
        tail[told] = surprise(observed[told], expected[told], phi + unknown[told])
        mass = np.maximum(observed, 1e-300)
        centre = (series[:, window] * age[window]).sum(axis=1) / mass
        score = tail * 0.5 ** (centre / params.half_life_hours)
        first = columns - length + np.argmax(series[:, window] > 0.0, axis=1)
        better = score > best.score
        for held, found in (
            (best.score, score),
            (best.surprise, tail),
            (best.observed, observed),
            (best.expected, expected),
            (best.factor, observed / expected),
            (best.window_hours, np.full(series.shape[0], length, dtype=np.int32)),
            (best.since, first.astype(np.int32)),
        ):
            held[better] = found[better]
    return best


def surprise(observed: FloatArray, expected: FloatArray, phi: FloatArray | float) -> FloatArray:
    """-log₁₀ P(Y ≥ observed), Y negative-binomial with mean ``expected`` and variance expected + phi·expected².

    Poisson at phi = 0. Far tails (below 10^-300) by the first term's logarithm, so that they are still told apart.
    """
    size = 1.0 / np.maximum(np.asarray(phi, dtype=np.float64), 1e-9)
    chance = size / (size + expected)
    with np.errstate(divide="ignore"):
        log_tail = np.asarray(stats.nbinom.logsf(np.ceil(observed) - 1.0, size, chance), dtype=np.float64)
    first = _log_pmf(np.ceil(observed), size, chance)
    far = ~np.isfinite(log_tail) & (observed > expected)
    return np.maximum(-np.where(far, first, log_tail) / LOG_10, 0.0)


def hour_profile(series: FloatArray, past: int, profile_users: float) -> FloatArray:
    """s(h) of each column: the kind's share of users at that hour of day over a flat day's, mean 1 over a day.

    Taken from whole days before the asked window; flat where there is no whole day. ``profile_users`` users of a
    flat day are added to each hour, so that a quiet kind stays flat.
    """
    columns = series.shape[1]
    days = past // DAY_HOURS
    hour = np.arange(columns) % DAY_HOURS
    if days == 0:
        return np.ones(columns)
    whole = slice(past - days * DAY_HOURS, past)
    total = np.bincount(hour[whole], weights=series[:, whole].sum(axis=0), minlength=DAY_HOURS) + profile_users
    return np.asarray((total / total.mean())[hour], dtype=np.float64)


def dispersion(past: FloatArray, shape: FloatArray, rate: FloatArray, length: int) -> float:
    """φ of windows of ``length`` hours: Σ((y - E)² - E) / ΣE² over the entities' past windows, 0 or more.

    The thousandth of the windows with the greatest (y - E)²/(E + 1) is left out: those are the bursts looked for.
    """
    count = past.shape[1] // length
    if count == 0 or past.shape[0] == 0:
        return 1.0
    start = past.shape[1] - count * length
    observed = past[:, start:].reshape(past.shape[0], count, length).sum(axis=2)
    expected = rate[:, None] * shape[start:].reshape(count, length).sum(axis=1)[None, :]
    square = (observed - expected) ** 2
    usual = square / (expected + 1.0) <= np.quantile(square / (expected + 1.0), 0.999)
    excess = (square - expected)[usual].sum()
    return float(max(excess / max((expected[usual] ** 2).sum(), 1e-12), 0.0))


def _rates(
    series: FloatArray, past: int, shape: FloatArray, params: TrendParams
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """λ of each entity (users per hour of a flat day), its relative variance, and λ plainly over all of the past."""
    age = np.arange(past)[::-1]
    fade = 0.5 ** (age / params.baseline_half_life_hours)
    seen = series[:, :past] @ fade
    weight = float(shape[:past] @ fade)
    typical = max(float(seen.mean()) / weight if seen.size else 0.0, 1e-3)
    faded = (seen + params.prior_users) / (weight + params.prior_users / typical)
    return faded, 1.0 / (seen + params.prior_users), series[:, :past].sum(axis=1) / shape[:past].sum()


def _nothing(entities: int, columns: int) -> Trends:
    zero = np.zeros(entities)
    return Trends(
        zero,
        zero.copy(),
        zero.copy(),
        zero.copy(),
        zero.copy(),
        np.zeros(entities, dtype=np.int32),
        np.full(entities, columns, dtype=np.int32),
    )


def _log_pmf(count: FloatArray, size: FloatArray, chance: FloatArray) -> FloatArray:
    """log P(Y = count) of the negative binomial."""
    return np.asarray(
        special.gammaln(count + size)
        - special.gammaln(size)
        - special.gammaln(count + 1.0)
        + size * np.log(chance)
        + count * np.log1p(-chance),
        dtype=np.float64,
    )
