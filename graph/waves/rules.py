"""When a video goes on, leaves by one of two exits, or stops: one rule, that may be asked at any time.

With p the posterior probability that the expected points are above the bar (``waves.prior``), an open video leaves

    to everyone        p(random share) ≥ 1 - aim
    in its circle      p(affinity and likeness) ≥ 1 - aim
    stopped            both p ≤ futility

once its floor is done. What reaches its deadline undecided is decided together: the longest list in falling order of p
leaves by its exit for which the mean 1 - p over it *and all that left before* is at most the aim; the rest stops. A
posterior does not depend on how often or why somebody looked, so among those who leave the expected share below the
bar is at most the aim at any time. The aim is the error that is taken, less a margin for the estimated prior. What may
not be shown takes no step before its deadline, as a takedown may be undone; then it stops.

References: Müller, Parmigiani, Robert, Rousseau, "Optimal sample size for multiple testing", JASA 99 (2004),
doi:10.1198/016214504000001646 (the list at one expected false share); Berger and Wolpert, "The Likelihood Principle",
IMS 1988, ch. 4 (stopping rules).
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from contentgraph.errors import UsageError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.waves.states import State

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]
BoolArray = npt.NDArray[np.bool_]

MEMORY_DAYS = 30
"""Days of floors that the prior rests on, and of promotions whose risk is added up."""
MARGIN = 0.7
"""The rule aims at this share of the error: the prior is an estimate too, and the rate is measured on what it chose."""
SOURCES = ("affinity", "likeness", "random")
"""Where a test viewer comes from; the first two are the circle."""
CIRCLE_SOURCES = frozenset({"affinity", "likeness"})


@dataclass(frozen=True, slots=True)
class WaveRule:
    """The bar, the error that is taken, sizes and times.

    Raises:
        UsageError: a value out of its range.
    """

    bar: float = 0.8
    """Share of a cell's videos that lie below the bar, more than 0, less than 1."""
    error: float = 0.05
    """Expected share of boosted videos below the bar."""
    futility: float = 0.01
    """A video whose odds of being above the bar are at most this stops."""
    floor: int = 20
    """People who every video is shown to where the budget allows."""
    growth: int = 4
    """A wave is this many times the one before."""
    open_hours: float = 168.0
    """Hours from a video's birth to its deadline."""
    window_hours: float = 24.0
    """Hours from being shown in which what a person does counts."""
    slot_hours: float = 24.0
    """Hours after which a test slot that was not shown lapses."""
    per_viewer: int = 2
    """Test slots of a person in a day, at most."""
    affinity: float = 0.35
    """Share of test slots by what the video carries and resembles."""
    likeness: float = 0.25
    """Share by likeness to those who engaged."""
    random: float = 0.4
    """Share at random over everyone suitable; the three add up to 1."""

    def __post_init__(self) -> None:
        """Refuse what no rule can be."""
        for name in ("bar", "error", "random"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise UsageError(f"The waves' {name} is {getattr(self, name)!r}; give a share between 0 and 1.")
        if not 0.0 <= self.futility < self.error:
            raise UsageError(f"The waves' futility is {self.futility!r}; give 0 up to the error, {self.error}.")
        for name, least in (("floor", 1), ("growth", 2), ("per_viewer", 1)):
            if getattr(self, name) < least:
                raise UsageError(f"The waves' {name} is {getattr(self, name)!r}; give {least} or more.")
        for name in ("open_hours", "window_hours", "slot_hours"):
            if not getattr(self, name) > 0.0:
                raise UsageError(f"The waves' {name} is {getattr(self, name)!r}; give more than 0.")
        if min(self.affinity, self.likeness) < 0.0 or abs(self.affinity + self.likeness + self.random - 1.0) > 1e-9:
            raise UsageError(f"The waves' shares are {dict(self.shares)}; give three that add up to 1.")

    @property
    def shares(self) -> MappingProxyType[str, float]:
        """Share of test slots by source."""
        return MappingProxyType({"affinity": self.affinity, "likeness": self.likeness, "random": self.random})

    def deadline(self, born: IntArray) -> npt.NDArray[np.int64]:
        """When a video's test ends, epoch ms: from then on it is given no slots, and no slot of it waits."""
        return np.asarray(born, dtype=np.int64) + int(self.open_hours * HOUR_MS)

    @property
    def aim(self) -> float:
        """Expected share below the bar that the rule aims at."""
        return MARGIN * self.error

    @property
    def z(self) -> float:
        """The bar as standard normal quality."""
        return float(ndtri(self.bar))

    def cap(self, wave: IntArray | int) -> npt.NDArray[np.int64]:
        """People whom a video of that wave may be shown to in all: floor · growth^(wave - 1); the floor before."""
        power = np.minimum(np.maximum(np.asarray(wave, dtype=np.int64) - 1, 0), 12)
        return np.asarray(self.floor * self.growth**power, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Looks:
    """What is known of some videos when the rule is asked; one entry a video."""

    state: npt.NDArray[np.object_]
    """:class:`State` of each."""
    wave: IntArray
    people: IntArray
    """People counted, all sources."""
    given: IntArray
    """People counted, being shown or holding a slot that has not lapsed."""
    circle: FloatArray
    """p on affinity and likeness."""
    everyone: FloatArray
    """p on the random share."""
    in_circle: IntArray
    """People counted in the circle."""
    at_random: IntArray
    """People counted at random."""
    late: BoolArray
    """The deadline is over, and no window is still running."""
    gone: BoolArray
    """May not be shown now; a takedown may be undone."""
    spent: float = 0.0
    """Σ (1 - p - aim) over all that left before: below 0, so much risk is left for those who reach their deadline."""


def decide(rule: WaveRule, looks: Looks) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """State and wave of each video after this look; unchanged ones stay as they are."""
    state, wave = looks.state.copy(), np.asarray(looks.wave, dtype=np.int64).copy()
    sure = 1.0 - rule.aim
    waiting, circle = state == State.WAITING, state == State.CIRCLE
    tested = (state == State.FLOOR) | (state == State.GROWING)
    to_everyone = (looks.everyone >= sure) & (looks.at_random > 0)
    to_circle = (looks.circle >= sure) & (looks.in_circle > 0) & ~to_everyone
    done = looks.people >= rule.floor
    ready = tested & (done | looks.late)

    state[waiting & (looks.given > 0) & ~looks.gone & ~looks.late] = State.FLOOR
    wave[waiting & (looks.given > 0) & ~looks.gone & ~looks.late] = 1
    state[waiting & looks.late] = State.STOPPED

    left = ready & (to_everyone | to_circle) & ~looks.gone
    state[ready & to_everyone & ~looks.gone] = State.EVERYONE
    state[ready & to_circle & ~looks.gone] = State.CIRCLE
    state[circle & to_everyone & ~looks.gone] = State.EVERYONE

    best = np.maximum(
        np.where(looks.at_random > 0, looks.everyone, 0.0), np.where(looks.in_circle > 0, looks.circle, 0.0)
    )
    due = ready & ~left & looks.late & ~looks.gone
    spent = looks.spent + float((1.0 - best[left] - rule.aim).sum())
    last = np.flatnonzero(due)[pooled(best[due], rule.aim, spent=spent)]
    for place in last.tolist():
        wide = looks.at_random[place] > 0 and looks.everyone[place] >= looks.circle[place]
        state[place] = State.EVERYONE if wide or looks.in_circle[place] == 0 else State.CIRCLE
    passed = np.zeros(state.size, dtype=np.bool_)
    passed[last] = True

    unknown = np.maximum(looks.circle, looks.everyone)
    hopeless = ready & done & (unknown <= rule.futility)
    stopped = (tested & looks.gone & looks.late) | (~left & ~passed & (due | hopeless) & ~looks.gone)
    state[stopped] = State.STOPPED
    grows = tested & ~left & ~passed & ~stopped & ~looks.gone & (looks.people >= rule.cap(wave))
    state[grows] = State.GROWING
    wave[grows] += 1
    return state, wave


def pooled(p: FloatArray, aim: float, *, spent: float = 0.0) -> npt.NDArray[np.int64]:
    """Places of the longest list in falling order of ``p`` for which ``spent`` + Σ (1 - p - aim) is not above 0."""
    order = np.argsort(-p, kind="stable")
    fits = np.flatnonzero(spent + np.cumsum(1.0 - p[order] - aim) <= 1e-12)
    return order[: int(fits[-1]) + 1] if fits.size else order[:0]
