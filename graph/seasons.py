"""Hour of day and weekday: how many users an hour of the week brings, the kind's shape and each entity's own.

    s_e(h) = p_e(hour of day of h) · q(weekday of h)
    p_e(k) = (Σ_{past hours at k} y_e + a·p(k)) / (Σ_past y_e / 24 + a)

p: the kind's hour-of-day profile, q: its weekday profile, both of mean 1 over whole days or weeks of the past; a: the
prior's weight, users an hour of day. Hours and weekdays are counted back from the last column: no calendar is needed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.compiled import compiled

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]

DAY_HOURS, WEEK_DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class KindSeasons:
    """The seasons of a kind as a whole."""

    day: Floats
    """[24] p by (column mod 24), mean 1."""
    weekday: Floats
    """[columns] q, mean 1 over a week."""
    past: int
    """Columns that they were taken from: the first so many."""

    @property
    def _by_hour(self) -> Floats:
        """[24 × columns] q at the column's hour of day, 0 elsewhere."""
        column = np.arange(self.weekday.size)
        found = np.zeros((DAY_HOURS, column.size))
        found[column % DAY_HOURS, column] = self.weekday
        return found

    def summed(self) -> Floats:
        """[24 × columns + 1] running sums by hour of day.

        ``own @ (summed[:, b] - summed[:, a])`` is Σ s_e from a (inclusive) to b (exclusive).
        """
        return np.concatenate([np.zeros((DAY_HOURS, 1)), np.cumsum(self._by_hour, axis=1)], axis=1)

    def faded(self, half_life_hours: float) -> Floats:
        """[24 × columns] faded sums up to and with each column, by hour of day.

        ``own @ faded[:, c]`` is Σ_{h ≤ c} s_e(h)·0.5^((c-h)/half-life).
        """
        return fade(self._by_hour, half_life_hours)

    def own(self, series: Counts, users: float) -> Floats:
        """[rows × 24] p_e of the rows of ``series`` [rows × columns]; ``users``: the prior's weight a."""
        seen = by_hour_of_day(series, self.past % DAY_HOURS, self.past)
        return np.asarray((seen + users * self.day) / (seen.mean(axis=1, keepdims=True) + users))


def kind_seasons(total: Floats, past: int, prior: float) -> KindSeasons:
    """p and q of a kind from its users a column; flat where there is no whole day, or no whole week, of past.

    ``prior`` users of a flat day are added to each hour, so that a quiet kind stays flat.
    """
    column = np.arange(total.shape[0])
    weekday = (total.shape[0] - 1 - column) // DAY_HOURS % WEEK_DAYS
    day = _profile(total, past, column % DAY_HOURS, DAY_HOURS, DAY_HOURS, prior)
    week = _profile(total, past, weekday, WEEK_DAYS, WEEK_DAYS * DAY_HOURS, prior * DAY_HOURS)
    return KindSeasons(day, week[weekday], past)


def fade(values: Floats, half_life_hours: float) -> Floats:
    """[rows × columns] Σ_{h ≤ c} values(h)·0.5^((c-h)/half-life) at each column c."""
    return np.asarray(faded_at(values, fading(half_life_hours), np.arange(values.shape[1]))[0], dtype=np.float64)


def fading(*half_lives_hours: float) -> Floats:
    """What an hour leaves, for each half-life."""
    return np.asarray(0.5 ** (1.0 / np.array(half_lives_hours)), dtype=np.float64)


@compiled()
def by_hour_of_day(series: Any, since: int, until: int) -> Any:
    """[rows × 24] sums of the columns from ``since`` to ``until`` (exclusive) by (column mod 24)."""
    found = np.zeros((series.shape[0], DAY_HOURS))
    for row in range(series.shape[0]):
        for column in range(since, until):
            found[row, column % DAY_HOURS] += series[row, column]
    return found


@compiled()
def faded_at(series: Any, factors: Any, columns: Any) -> Any:
    """[factors × rows × columns] Σ_{h ≤ c} series(h)·factor^(c-h) at each of ``columns``, which ascend."""
    found = np.empty((factors.size, series.shape[0], columns.size))
    for row in range(series.shape[0]):
        for number in range(factors.size):
            factor, total, begin = factors[number], 0.0, 0
            for place in range(columns.size):
                for column in range(begin, columns[place] + 1):
                    total = total * factor + series[row, column]
                begin = columns[place] + 1
                found[number, row, place] = total
    return found


def _profile(total: Floats, past: int, part: Whole, parts: int, period: int, prior: float) -> Floats:
    """Share of each part in the whole periods before the end of the past, mean 1."""
    whole = past // period
    if whole == 0:
        return np.ones(parts)
    kept = slice(past - whole * period, past)
    found = np.bincount(part[kept], weights=total[kept], minlength=parts) + prior
    return np.asarray(found / found.mean(), dtype=np.float64)
