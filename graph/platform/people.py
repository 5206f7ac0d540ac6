"""People of the generated platform: where they live, what they speak, how old they are, how much they watch."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.platform.config import PlatformConfig

LANGUAGES: Final = ("en", "es", "pt", "id", "fr", "de", "ja", "hi", "ar", "vi")
COUNTRIES: Final = ("US", "ID", "BR", "MX", "VN", "GB", "FR", "EG", "DE", "JP", "IN", "ES")
UTC_OFFSET_H: Final = np.array([-6, 7, -3, -6, 7, 0, 1, 2, 1, 9, 5, 1])
"""Whole hours ahead of UTC, a row a country."""
_SHARE = np.array([0.19, 0.14, 0.13, 0.09, 0.09, 0.07, 0.07, 0.05, 0.05, 0.05, 0.04, 0.03])
_FIRST_LANGUAGE = (0, 3, 2, 1, 9, 0, 4, 8, 5, 6, 7, 1)
_MS_A_YEAR = 31_556_952_000


@dataclass(frozen=True, slots=True)
class People:
    """Columns of the accounts, in the order of their ids."""

    ids: NDArray[np.str_]
    """Opaque ids, ``u`` and ten digits, ascending; they say nothing of age or activity."""
    country: NDArray[np.int8]
    """Index into :data:`COUNTRIES`, the true one."""
    country_told: NDArray[np.bool_]
    """Whether the account states its country."""
    first_language: NDArray[np.int8]
    """Index into :data:`LANGUAGES`."""
    speaks: NDArray[np.bool_]
    """users × languages: which ones the person understands."""
    birth_year: NDArray[np.int16]
    """Year, 0 where not told."""
    restricted: NDArray[np.bool_]
    """Restricted mode (parents, schools)."""
    created: NDArray[np.int64]
    """Registration, epoch milliseconds."""

    def may_see_adult(self, until: int) -> NDArray[np.bool_]:
        """Known to be 18 or older at ``until`` (by the year alone, so surely), and not restricted."""
        year = 1970 + until // _MS_A_YEAR
        return (self.birth_year > 0) & (year - self.birth_year > 18) & ~self.restricted


def opaque_ids(letter: str, count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """``count`` different ids, ascending: a letter and ten random digits."""
    found = np.empty(0, np.int64)
    while len(found) < count:
        found = np.unique(np.concatenate([found, rng.integers(10**9, 10**10, count - len(found) + 8)]))
    chosen = np.sort(rng.permutation(found)[:count])
    return np.char.add(letter, chosen.astype(np.str_))


def make_people(config: PlatformConfig, rng: np.random.Generator) -> People:
    """Accounts by country; 41 % of them 16 to 24 years old, 8 % of unknown age, 3 % restricted."""
    n = config.users
    country = rng.choice(len(COUNTRIES), n, p=_SHARE / _SHARE.sum()).astype(np.int8)
    first = np.array(_FIRST_LANGUAGE)[country]
    moved = rng.random(n) < 0.07
    first = np.where(moved, rng.integers(0, len(LANGUAGES), n), first).astype(np.int8)
    speaks = np.zeros((n, len(LANGUAGES)), np.bool_)
    speaks[np.arange(n), first] = True
    speaks[rng.random(n) < 0.28, 0] = True
    other = rng.random(n) < 0.06
    speaks[other, rng.integers(0, len(LANGUAGES), int(other.sum()))] = True

    year = 1970 + config.until // _MS_A_YEAR
    group = rng.choice(5, n, p=[0.11, 0.41, 0.27, 0.15, 0.06])
    low, high = np.array([13, 16, 25, 35, 50]), np.array([16, 25, 35, 50, 80])
    age = rng.integers(low[group], high[group])
    told = rng.random(n) >= 0.08
    restricted = rng.random(n) < np.where(age < 18, 0.10, 0.012)
    span = 730 * DAY_MS
    created = config.until - (span * rng.random(n) ** 1.3).astype(np.int64)
    return People(
        ids=opaque_ids("u", n, rng),
        country=country,
        country_told=rng.random(n) >= 0.02,
        first_language=first,
        speaks=speaks,
        birth_year=np.where(told, year - age, 0).astype(np.int16),
        restricted=restricted,
        created=created,
    )


_BODY_Q = np.array([0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99])
_BODY = np.array([0.0012, 0.0030, 0.0056, 0.0105, 0.020, 0.040, 0.13, 1.0])
_TOP_Q = np.array([0.99, 0.997, 0.999, 1.0])
_TOP = np.array([1.0, 1.15, 1.55, 3.5])


def views_a_person(users: int, views: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many of ``views`` views each of ``users`` people makes: heavy-tailed, many with none.

    The quantile function is piecewise log-linear with its 99 % point P at 335 views, or 8 times the mean where that is
    more; where the mean is too low for it (under 8), P falls to 40 times the mean. The body is raised to the power that
    gives the mean.
    """
    mean = views / users
    p99 = min(max(335.0, 8 * mean), 40 * mean)
    q = (np.arange(users) + 0.5) / users
    top = p99 * np.exp(np.interp(q, _TOP_Q, np.log(_TOP)))
    body = np.interp(q, _BODY_Q, np.log(_BODY))

    def curve(power: float) -> NDArray[np.float64]:
        x: NDArray[np.float64] = np.where(q > _BODY_Q[-1], top, p99 * np.exp(power * body))
        return x

    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if curve(middle).mean() > mean else (low, middle)
    wanted = curve(high)
    wanted *= views / wanted.sum()
    counts = np.floor(np.cumsum(wanted) + rng.random()).astype(np.int64)
    counts = np.diff(np.concatenate([[0], counts]))
    counts[-1] += views - counts.sum()
    counts = np.maximum(counts, 0)
    return rng.permutation(counts)
