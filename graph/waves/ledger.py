"""The ledger asked: another bar or floor, whether promotions hold on later views, cells that promote nobody or all.

Re-deciding uses what each decision kept: the posterior at twelve bars (``waves.states.CURVE``), linear between them. It
sees the looks that were recorded, not those at which nothing happened: a laxer bar may find a video at a later look
than a live one would have.

That promotions hold is checked on views that came later by the sources of their exit, which no decision saw: the share
of promoted videos below the bar is estimated by maximum likelihood over the quality grid (Kiefer and Wolfowitz, Annals
of Mathematical Statistics 27 (1956), doi:10.1214/aoms/1177728066, by EM), not by counting noisy means.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from contentgraph.errors import UsageError
from contentgraph.graph.waves.prior import WEIGHT, Evidence, WavePrior, above, grid_posterior
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.states import BOOSTED, CURVE, Decision, Exit, State

FloatArray = npt.NDArray[np.float64]

EM_STEPS = 200
ALARM_VIDEOS = 50
"""Decided videos of a group from which on promoting none or all of them is an alarm."""


@dataclass(frozen=True, slots=True)
class Redecided:
    """One video whose outcome another rule would have changed."""

    video_id: str
    before: State
    """How it ended, or stands."""
    after: State
    at: int
    """Time of the look that decided, epoch ms."""
    posterior: float
    """Odds of being above the other bar at that look."""


def odds_at(evidence: Exit, bar: float) -> float | None:
    """P(above the share ``bar`` of its cell) as the decision would have had it; None where it kept no curve."""
    if not evidence.people or not evidence.curve:
        return None
    return float(np.interp(float(ndtri(bar)), CURVE, evidence.curve))


def redecide(ledger: Iterable[Decision], rule: WaveRule) -> list[Redecided]:
    """Videos that ``rule`` (its bar, floor and error) would have ended elsewhere, in the order of ids."""
    if not CURVE[0] <= rule.z <= CURVE[-1]:
        raise UsageError(f"The bar {rule.bar} is beyond what the ledger keeps; give a share from 0.16 to 0.99.")
    found: list[Redecided] = []
    for video, rows in _by_video(ledger).items():
        ended = rows[-1].after
        if ended not in BOOSTED | {State.STOPPED}:
            continue
        state, look, odds = State.STOPPED, rows[-1], 0.0
        for row in rows:
            if row.shown < rule.floor or state == State.EVERYONE:
                continue
            everyone, circle = odds_at(row.everyone, rule.bar), odds_at(row.circle, rule.bar)
            if everyone is not None and everyone >= 1.0 - rule.aim:
                state, look, odds = State.EVERYONE, row, everyone
            elif circle is not None and circle >= 1.0 - rule.aim and state == State.STOPPED:
                state, look, odds = State.CIRCLE, row, circle
        if state != ended:
            found.append(Redecided(video, ended, state, look.at, odds))
    return found


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether past promotions by one exit hold on later, disjoint views."""

    videos: int
    """Promoted, with later views."""
    people: int
    below: float
    """Estimated share truly below the bar."""
    low: float
    high: float
    """95 % bootstrap interval over videos."""
    set_rate: float
    """The rate that the rule allows."""

    @property
    def share(self) -> str:
        """The share and its interval, for a person.

        >>> Audit(40, 900, 0.021, 0.0, 0.06, 0.05).share
        '2 % of 40 (0 % to 6 %; allowed 5 %)'
        """
        shares = [f"{100.0 * one:.0f} %" for one in (self.below, self.low, self.high, self.set_rate)]
        return "{} of {} ({} to {}; allowed {})".format(shares[0], self.videos, *shares[1:])

    @property
    def holds(self) -> bool:
        """The allowed rate is not below the interval."""
        return self.low <= self.set_rate


def audit(rule: WaveRule, prior: WavePrior, later: Evidence, videos: int, rng: np.random.Generator) -> Audit:
    """Share of ``videos`` promoted videos below the bar, from ``later`` views alone; 200 bootstrap draws."""
    if not videos:
        return Audit(0, 0, 0.0, 0.0, 1.0, rule.error)
    flat = grid_posterior(prior, later, videos) / WEIGHT  # the likelihood of each grid point, up to a factor a video
    flat /= flat.max(axis=1, keepdims=True)

    def share(rows: FloatArray) -> float:
        weight = WEIGHT.copy()
        for _ in range(EM_STEPS):
            each = rows * weight
            weight = (each / each.sum(axis=1, keepdims=True)).mean(axis=0)
        return float(1.0 - above(weight[None, :], rule.z)[0])

    drawn = [share(flat[rng.integers(0, videos, videos)]) for _ in range(200)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Audit(videos, int(later.people.sum()), share(flat), float(low), float(high), rule.error)


def alarms(ended: Mapping[str, State], group: Mapping[str, str]) -> list[str]:
    """Sentences about groups (cells) that promote nobody or everybody among at least 50 decided videos.

    ``ended``: how each video left its waves; ``group``: the group of each video; videos without one are left out.
    """
    grouped: dict[str, list[bool]] = {}
    for video, state in ended.items():
        if video in group:
            grouped.setdefault(group[video], []).append(state in BOOSTED)
    said = []
    for name, promoted in sorted(grouped.items()):
        if len(promoted) >= ALARM_VIDEOS and (all(promoted) or not any(promoted)):
            what = "all" if all(promoted) else "none"
            said.append(
                f"{name}: {what} of {len(promoted)} decided videos were boosted; look at its bar and its views."
            )
    return said


def _by_video(ledger: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for row in ledger:
        found.setdefault(row.video_id, []).append(row)
    return {video: sorted(rows, key=lambda row: row.number) for video, rows in sorted(found.items())}
