"""What trends now: more distinct users than the entity's own past, hour of day and weekday let expect.

Hours are counted back from ``now``: the window of w hours is the last w columns of the series. What is expected of it
is λ_e · Σ s_e, the level before the window and its seasons (`contentgraph.graph.levels`); a few hours before the window
count to neither, so that the first hours of a burst do not raise its own baseline. Counts are gamma-Poisson (negative
binomial): Var = E + (φ_w + u_e)·E², u_e what is not known of the level, φ_w what the same rule foretold wrongly beyond
that on days of the past: noise of an hour and drift of the level in one.

    surprise(e) = max over w in 1, 2, 4, 8, 16 … of -log₁₀ P(Y ≥ y_e(w)) · 0.5^(age/half-life)

with age the hours since the middle of mass of what the window holds. Fewer users than ``floor`` in a window: no trend.

References: Hilbe, "Negative Binomial Regression", Cambridge 2011, ch. 8 (NB2); Kleinberg, "Bursty and hierarchical
structure in streams", KDD 2002, doi:10.1145/775047.775061 (bursts against a rate of one's own); Noufaily et al.,
"An improved algorithm for outbreak detection", Statistics in Medicine 2013, doi:10.1002/sim.5595 (own past with a lag).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from contentgraph.errors import UsageError
from contentgraph.graph.compiled import compiled
from contentgraph.graph.levels import LevelParams, Levels, Tried, cut
from contentgraph.graph.seasons import DAY_HOURS, kind_seasons

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.floating]

TREND_HOURS = (1, 3, 6, 12, 24, 48, 72, 168, 336, 720)
"""Windows for which trends are stored; any other is answered by the shortest of these that holds it."""
LOG_10 = float(np.log(10.0))
ROWS = 2_000
"""Entities that are looked at at once."""
PEERS = 500
"""About this many entities, evenly drawn from the rows, tell how overdispersed a kind is."""


@dataclass(frozen=True, slots=True)
class TrendParams:
    """How trends are told from noise.

    Raises:
        UsageError: a value that is not above 0.
    """

    half_life_windows: float = 0.75
    """The surprise of users of this age, in asked windows, counts half: of 18 hours where a day is asked for."""
    short_half_life_hours: float = 12.0
    """How fast the last hours fade from an entity's level."""
    long_half_life_hours: float = 336.0
    """How fast the past fades from what it is shrunk to."""
    gap_hours: float = 3.0
    """So many hours before a window are no past of it (rounded)."""
    prior_users: float = 8.0
    """Users' worth of the kind's mean rate in every expectation."""
    floor: float = 5.0
    """Fewer distinct users than this in a window are no trend."""
    profile_users: float = 50.0
    """Users' worth of a flat day in each hour of the kind's profile."""
    own_profile_users: float = 20.0
    """Users' worth of the kind's profile in each hour of day of an entity's own."""
    alarms_per_day: float = 5.0
    """About so many entries a day, looked at hourly, that chance alone may make in one list; see `admits`."""

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


def trends(users: "Counts | sparse.csr_matrix", hours: int = 24, params: TrendParams | None = None) -> Trends:
    """Trends of one kind of entity in one window; see :func:`trends_of_windows`."""
    return next(trends_of_windows(users, [hours], params))


def trends_of_windows(
    users: "Counts | sparse.csr_matrix", windows: Sequence[int], params: TrendParams | None = None
) -> Iterator[Trends]:
    """Trends of one kind of entity, for each of the asked windows.

    Parameters:
        users: entities × columns, distinct users per hour; the last column is the hour of ``now``. What lies before a
            window is its past: a day or more is needed for a profile of hours, a week for one of weekdays. Sparse, or
            made so: dense is a part of the entities at a time. float32 holds whole numbers up to 2²⁴.
        windows: asked windows, hours; bursts of 1, 2, 4, … hours up to each, and of exactly it, are looked for.

    Raises:
        UsageError: not a matrix, a count that is negative or not a number, a window below 1 hour or without a past.
    """
    params = params or TrendParams()
    if not sparse.issparse(users) and np.ndim(users) != 2:
        raise UsageError(f"trends() needs a matrix of counts, 0 or more; it has shape {np.shape(users)}.")
    series = sparse.csr_matrix(users)
    if series.dtype != np.float32:
        series = series.astype(np.float64, copy=False)
    total = np.asarray(series.sum(axis=0, dtype=np.float64)).ravel()
    if not np.isfinite(total).all() or (series.nnz and series.data.min() < 0.0):
        raise UsageError(f"trends() needs a matrix of counts, 0 or more; it has shape {series.shape}.")
    columns = series.shape[1]
    for hours in windows:
        if not 1 <= hours < columns:
            raise UsageError(f"trends() was asked for {hours!r} of {columns} hours; give 1 or more, and leave a past.")
    late = np.asarray(series[:, columns - max(windows, default=1) :].sum(axis=1)).ravel()
    rows = np.flatnonzero(late >= params.floor)
    lengths = sorted({length for hours in windows for length in _lengths(hours)})
    found = dict(_bursts(series, rows, total, lengths, params)) if rows.size else {}
    for hours in windows:
        bursts = [found[length] for length in _lengths(hours) if length in found]
        yield _best(series.shape, rows, bursts, hours, params)


@dataclass(frozen=True, slots=True)
class _Bursts:
    """Entities with more than expected in the last ``length`` hours; arrays of one length."""

    length: int
    place: npt.NDArray[np.int64]
    """Index into the candidate rows."""
    surprise: FloatArray
    observed: FloatArray
    expected: FloatArray
    age: FloatArray
    """Hours since the middle of mass."""
    oldest: npt.NDArray[np.int64]
    """Hours since the first with a user."""


def _lengths(hours: int) -> list[int]:
    return sorted({length for length in (2**step for step in range(16)) if length <= hours} | {hours})


def _bursts(
    series: "sparse.csr_matrix",
    rows: npt.NDArray[np.int64],
    total: FloatArray,
    lengths: Sequence[int],
    params: TrendParams,
) -> Iterator[tuple[int, _Bursts]]:
    entities, columns = series.shape
    gap, end = round(params.gap_hours), np.array([columns])
    shape = LevelParams(
        params.short_half_life_hours, params.long_half_life_hours, params.prior_users, params.own_profile_users
    )
    past = max(columns - DAY_HOURS, 1)
    typical = max(float(total[:past].mean()) / entities, 1e-3)
    seasons = kind_seasons(total, past, params.profile_users)
    peers = series[:: max(1, entities // PEERS)].toarray().astype(np.float64, copy=False)
    tried = Tried(peers, lengths, gap, seasons, typical, shape)
    phi = {length: tried.dispersion(length) for length in lengths}
    cuts = [int(cut(end, length, gap)[0]) for length in lengths]
    found: dict[int, list[tuple[npt.NDArray[Any], ...]]] = {length: [] for length in lengths}
    for start in range(0, rows.size, ROWS):
        own = series[rows[start : start + ROWS]].toarray()
        levels = Levels(own, cuts, seasons, typical, shape)
        counted, aged, first = lately(own, np.array(lengths))
        for number, length in enumerate(lengths):
            observed = counted[number]
            expected, unknown = (one[:, 0] for one in levels.expected(end, length, gap, tried.kappa))
            place = np.flatnonzero((observed >= params.floor) & (observed > expected))
            seen, usual = observed[place], expected[place]
            tail = surprise(seen, usual, phi[length] + unknown[place])
            found[length].append((place + start, tail, seen, usual, aged[number, place] / seen, first[number, place]))
    for length in lengths:
        yield length, _Bursts(length, *map(np.concatenate, zip(*found[length], strict=True)))


@compiled()
def lately(series: Any, lengths: Any) -> Any:
    """[lengths × rows] each of the last so many columns: their sum, the sum of their ages (columns before the last one)
    and the age of the oldest above 0 (-1 where there is none). ``lengths`` ascend."""
    counted = np.empty((lengths.size, series.shape[0]))
    aged = np.empty((lengths.size, series.shape[0]))
    oldest = np.empty((lengths.size, series.shape[0]), dtype=np.int64)
    for row in range(series.shape[0]):
        count, old, first, age = 0.0, 0.0, -1, 0
        for place in range(lengths.size):
            while age < lengths[place]:
                here = series[row, series.shape[1] - 1 - age]
                if here > 0.0:
                    count, old, first = count + here, old + here * age, age
                age += 1
            counted[place, row], aged[place, row], oldest[place, row] = count, old, first
    return counted, aged, oldest


def _best(
    shape: tuple[int, ...],
    rows: npt.NDArray[np.int64],
    bursts: Sequence[_Bursts],
    hours: int,
    params: TrendParams,
) -> Trends:
    """Of each entity the burst with the greatest decayed surprise."""
    best = _nothing(*shape)
    for burst in bursts:
        score = burst.surprise * 0.5 ** (burst.age / (params.half_life_windows * hours))
        better = np.flatnonzero(score > best.score[rows[burst.place]])
        place = rows[burst.place[better]]
        best.score[place], best.surprise[place] = score[better], burst.surprise[better]
        best.observed[place], best.expected[place] = burst.observed[better], burst.expected[better]
        best.factor[place] = burst.observed[better] / burst.expected[better]
        best.window_hours[place] = burst.length
        best.since[place] = shape[1] - 1 - burst.oldest[better]
    return best


def admits(entities: int, hours: int, params: TrendParams) -> float:
    """The least score of an entry in a list over ``hours`` of so many entities.

    log₁₀(entities · windows tried · 24 / alarms a day): a union bound on the looks of a day, each of which chance
    passes with probability 10^-score. Thresholds that let in as many in `benchmarks.trends` lay within 1 above it.
    """
    looks = max(entities, 1) * len(_lengths(hours)) * DAY_HOURS
    return float(max(np.log10(looks / params.alarms_per_day), 0.0))


def surprise(observed: FloatArray, expected: FloatArray, phi: FloatArray | float) -> FloatArray:
    """-log₁₀ P(Y ≥ observed), Y negative-binomial with mean ``expected`` and variance expected + phi·expected².

    Poisson at phi = 0. Far tails (below 10^-290) by the first term's logarithm, so that they are still told apart.
    """
    size = 1.0 / np.maximum(np.asarray(phi, dtype=np.float64), 1e-9)
    count = np.ceil(observed)
    chance = size / (size + expected)
    # P(Y ≥ k) is the regularised incomplete beta function I_{1-chance}(k, size); it is 1 at k = 0.
    tail = np.where(count > 0.0, special.betainc(np.maximum(count, 1.0), size, expected / (size + expected)), 1.0)
    far = (tail < 1e-290) & (observed > expected)
    log_tail = np.log(np.where(far, 1.0, np.maximum(tail, 1e-300)))
    return np.asarray(np.maximum(-np.where(far, _log_pmf(count, size, chance), log_tail) / LOG_10, 0.0))


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
