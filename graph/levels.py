"""What an entity's past lets expect: its level, from what it did lately and from what it did for long.

    Λ_e = (Σ y_e·D + a) / (Σ s_e·D + a/m)              the long run, shrunk to the kind's mean rate m
    λ_e = (Σ y_e·d + κ) / (Σ s_e·d + κ/Λ_e)            the level now, shrunk to the long run

Sums over the hours before a cut, D and d fade by the long and the short half-life, s_e are its seasons
(`contentgraph.graph.seasons`). Both are the posterior mean of a gamma prior on a Poisson rate. κ is learnt: levels that
wander with relative variance v about their long run have a gamma prior of shape κ = 1/v, and v is what the long run
would have foretold wrongly on days of the past, so quiet platforms trust the long run and wild ones the last hours.

References: Gelman et al., "Bayesian Data Analysis", 3rd ed. 2013, section 2.6 (gamma-Poisson); Smith & Miller, "A
non-Gaussian state space model and an application to prediction of records", JRSS B 1986,
doi:10.1111/j.2517-6161.1986.tb01392.x (a Poisson rate whose past is discounted).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.seasons import DAY_HOURS, Counts, Floats, KindSeasons, faded_at, fading

Whole = npt.NDArray[np.int64]

TRIED_DAYS = 14
"""On so many days of the past, at the hour of ``now``, the rule is tried, to learn how wrong it is."""
BURSTS, BURST_SHARE = 7, 0.1
"""So many of the windows tried, at most this share of them, are left out: those furthest off are bursts themselves."""


@dataclass(frozen=True, slots=True)
class LevelParams:
    """How fast and how far a level follows its past; see the module's formulas."""

    short_hours: float
    long_hours: float
    prior_users: float
    """a."""
    own_users: float
    """Weight of the kind's hours of day in an entity's own, users an hour."""


class Levels:
    """Levels of the rows of a matrix at some cuts."""

    def __init__(
        self, series: Counts, cuts: Sequence[int], seasons: KindSeasons, typical: float, params: LevelParams
    ) -> None:
        """``cuts``: columns before which the past ends, 1 or more; ``typical``: m, users an hour."""
        self.cuts = np.unique(np.asarray(cuts, dtype=np.int64))
        self.own = seasons.own(series, params.own_users)
        self._summed = seasons.summed()
        before = self.cuts - 1
        self.recent, seen = faded_at(series, fading(params.short_hours, params.long_hours), before)
        self.weight = self.own @ seasons.faded(params.short_hours)[:, before]
        long_weight = self.own @ seasons.faded(params.long_hours)[:, before]
        self.long_run = (seen + params.prior_users) / (long_weight + params.prior_users / typical)
        self.long_unknown = 1.0 / (seen + params.prior_users)

    def expected(self, ends: Whole, length: int, gap: int, kappa: float | None) -> tuple[Floats, Floats]:
        """(users of the ``length`` columns before each of ``ends``, relative variance of that), [rows × ends].

        The past ends ``gap`` columns before the window, at column 1 at the earliest. ``kappa`` None: by the long run
        alone.
        """
        place = np.searchsorted(self.cuts, cut(ends, length, gap))
        long_run, unknown = self.long_run[:, place], self.long_unknown[:, place]
        shape = self.own @ (self._summed[:, ends] - self._summed[:, ends - length])
        if kappa is None:
            return long_run * shape, unknown
        recent = self.recent[:, place]
        level = (recent + kappa) / (self.weight[:, place] + kappa / long_run)
        return level * shape, 1.0 / (recent + kappa)


class Tried:
    """The rule tried on days of the past, at the hour of day of ``now``."""

    def __init__(
        self,
        series: Floats,
        lengths: Sequence[int],
        gap: int,
        seasons: KindSeasons,
        typical: float,
        params: LevelParams,
    ) -> None:
        columns = series.shape[1]
        self.gap = gap
        self.ends = {length: _ends(columns, length, gap) for length in {*lengths, DAY_HOURS}}
        cuts = np.concatenate([cut(ends, _fitting(length, ends), gap) for length, ends in self.ends.items()])
        self.total = np.concatenate([np.zeros((series.shape[0], 1)), np.cumsum(series, axis=1)], axis=1)
        self.levels = Levels(series, cuts.tolist(), seasons, typical, params)
        self.kappa = 1.0 / max(self._dispersion(DAY_HOURS, None), 1e-3)

    def dispersion(self, length: int) -> float:
        """φ of windows of ``length`` hours: Σ((y - E)² - E - uE²)/(E + 1)² over ΣE²/(E + 1)², 0 or more.

        u: the relative variance of the level. The ``BURSTS`` windows with the greatest (y - E)²/(E + 1) are left out.
        """
        return self._dispersion(length, self.kappa)

    def _dispersion(self, length: int, kappa: float | None) -> float:
        ends = self.ends[length]
        length = _fitting(length, ends)
        observed = self.total[:, ends] - self.total[:, ends - length]
        expected, unknown = self.levels.expected(ends, length, self.gap, kappa)
        square = (observed - expected) ** 2
        off = square / (expected + 1.0)
        usual = off <= np.quantile(off, 1.0 - min(BURST_SHARE, BURSTS / off.size))
        excess = (square - expected - unknown * expected**2) / (expected + 1.0) ** 2
        weight = (expected / (expected + 1.0)) ** 2
        return float(max(excess[usual].sum() / max(weight[usual].sum(), 1e-12), 0.0))


def cut(ends: Whole, length: int, gap: int) -> Whole:
    """Where the past ends of windows of ``length`` columns before ``ends``."""
    return np.maximum(ends - length - gap, 1)


def _ends(columns: int, length: int, gap: int) -> Whole:
    """Ends of the windows tried; where the past has no room for one, the end of what is before the last window."""
    days = columns - DAY_HOURS * np.arange(1, TRIED_DAYS + 1)
    fits = days[days - length - gap >= DAY_HOURS]
    return fits if fits.size else np.array([max(columns - length, 2)])


def _fitting(length: int, ends: Whole) -> int:
    """``length``, or half of the past where that is shorter."""
    return int(min(length, max(ends.min() // 2, 1)))
