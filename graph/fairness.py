"""Equal chances at equal points: promotion by group, standardised by what a video's viewers made of it.

Videos are put into strata of equal mean points (fifths). In each stratum a group's rate of promotion is compared with
that of all; a group's standardised rate is the mean of its strata's rates, weighted by all videos' strata (direct
standardisation), and its ratio is that over the same for everybody. Strata in which a group has no video are left out
on both sides. Intervals are 95 % by bootstrap over videos.

References: Fleiss, Levin, Paik, "Statistical Methods for Rates and Proportions", Wiley 2003, ch. 19 (direct
standardisation); Gini as in Dorfman, Review of Economics and Statistics 61 (1979), doi:10.2307/1924845.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.scores import sums

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

STRATA = 5
DRAWS = 400


@dataclass(frozen=True, slots=True)
class GroupChance:
    """One group's chance of promotion."""

    group: str
    videos: int
    promoted: int
    rate: float
    """Share promoted, as it is."""
    ratio: float | None
    """Standardised rate over that of all: 1 is fair; None where nothing was promoted."""
    low: float | None
    high: float | None
    """95 % interval of the ratio."""


def quintiles(values: FloatArray) -> list[str]:
    """Names of the fifths, "1 (smallest)" … "5 (largest)"; equal values share the lower one."""
    order = np.sort(values)
    names = ("1 (smallest)", "2", "3", "4", "5 (largest)")
    share = np.searchsorted(order, values, side="left") / max(values.size, 1)
    return [names[min(int(each * 5), 4)] for each in share]


def chances(
    group: Sequence[str], points: FloatArray, promoted: BoolArray, rng: np.random.Generator
) -> list[GroupChance]:
    """Each group's chance of promotion at equal ``points`` (mean points of the people counted), in order of names."""
    names, place = np.unique(np.array(list(group), dtype=np.str_), return_inverse=True)
    if not names.size:
        return []
    edges = np.quantile(points, np.linspace(0.0, 1.0, STRATA + 1)[1:-1])
    stratum = np.searchsorted(edges, points, side="right")
    ratio = _ratios(place, stratum, promoted, names.size)
    drawn = []
    for _ in range(DRAWS):
        pick = rng.integers(0, points.size, points.size)
        drawn.append(_ratios(place[pick], stratum[pick], promoted[pick], names.size))
    told = np.array(drawn)
    found = []
    for g, name in enumerate(names.tolist()):
        here = place == g
        known = told[np.isfinite(told[:, g]), g]
        low, high = np.quantile(known, [0.025, 0.975]).tolist() if known.size else (None, None)
        rate = float(promoted[here].mean())
        fair = float(ratio[g]) if np.isfinite(ratio[g]) else None
        found.append(GroupChance(name, int(here.sum()), int(promoted[here].sum()), rate, fair, low, high))
    return found


def _ratios(
    place: npt.NDArray[np.int64], stratum: npt.NDArray[np.int64], promoted: BoolArray, groups: int
) -> FloatArray:
    cell = place * STRATA + stratum
    count = sums(cell, np.ones(cell.size), groups * STRATA).reshape(groups, STRATA)
    won = sums(cell, promoted, groups * STRATA).reshape(groups, STRATA)
    all_count, all_won = count.sum(axis=0), won.sum(axis=0)
    weight = np.where(count > 0, all_count, 0.0)
    own = (weight * won / np.maximum(count, 1.0)).sum(axis=1)
    everybody = (weight * all_won / np.maximum(all_count, 1.0)).sum(axis=1)
    found: FloatArray = np.divide(own, everybody, out=np.full(groups, np.nan), where=everybody > 0)
    return found


def gini(counts: FloatArray) -> float:
    """Gini coefficient of exposure, 0 (all alike) … 1; those with nothing included; 0 without any exposure."""
    x = np.sort(np.asarray(counts, dtype=np.float64))
    total = float(x.sum())
    if total <= 0.0:
        return 0.0
    return float((2.0 * np.arange(1, x.size + 1) - x.size - 1.0) @ x / (x.size * total))
