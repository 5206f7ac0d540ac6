"""The ledger asked: another bar or floor, whether promotions hold on later views, cells that promote nobody or all.

Re-deciding uses what each decision kept: the posterior at its own bar, and at twelve others (``waves.states.CURVE``),
linear between them. It sees the looks that were recorded, not those at which nothing happened: a laxer bar may find a
video at a later look than a live one would have. Videos whose last look came at or after their deadline are decided
together, as ``waves.rules`` does, with the risk that the other rule's own promotions of the last weeks left.

That promotions hold is checked on views that came later by the sources of their exit, which no decision saw: the share
of promoted videos below the bar is estimated by maximum likelihood over the quality grid (Kiefer and Wolfowitz, Annals
of Mathematical Statistics 27 (1956), doi:10.1214/aoms/1177728066, by EM), not by counting noisy means.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from contentgraph.errors import UsageError
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.waves.prior import WEIGHT, Evidence, WavePrior, above, grid_posterior
from contentgraph.graph.waves.rules import MEMORY_DAYS, WaveRule, pooled
from contentgraph.graph.waves.states import BOOSTED, CURVE, GONE, Decision, Exit, State

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


def odds_at(evidence: Exit, bar: float, own: float | None = None) -> float | None:
    """P(above the share ``bar`` of its cell) as the decision would have had it; None where it kept no curve.

    ``own``: the decision's bar, whose odds are kept as they were.
    """
    if evidence.people and bar == own:
        return evidence.posterior
    if not evidence.people or not evidence.curve:
        return None
    return float(np.interp(float(ndtri(bar)), CURVE, evidence.curve))


def redecide(ledger: Iterable[Decision], rule: WaveRule, born: Mapping[str, int] | None = None) -> list[Redecided]:
    """Videos that ``rule`` (its bar, floor, error and time) would have ended elsewhere, in the order of ids.

    ``born``: epoch ms of each video's birth, which its deadline is counted from; no look at a video without one is
    late. The rule that made a whole ledger, asked again, ends none elsewhere.
    """
    if not CURVE[0] <= rule.z <= CURVE[-1]:
        raise UsageError(f"The bar {rule.bar} is beyond what the ledger keeps; give a share from 0.16 to 0.99.")
    videos = _by_video(ledger)
    stands = {
        video: Redecided(video, rows[-1].after, State.STOPPED, rows[-1].at, 0.0) for video, rows in videos.items()
    }
    deadline = {video: int(rule.deadline(np.array(at))) for video, at in (born or {}).items()}
    looks = sorted(
        (row for rows in videos.values() for row in rows), key=lambda row: (row.at, row.video_id, row.number)
    )
    risks: deque[tuple[int, float]] = deque()
    before = 0.0

    def promote(row: Decision, state: State) -> float:
        """Note it, and the risk that it takes."""
        kept = row.everyone if state == State.EVERYONE else row.circle
        odds = odds_at(kept, rule.bar, row.bar)
        odds = kept.posterior if odds is None else odds
        stands[row.video_id] = replace(stands[row.video_id], after=state, at=row.at, posterior=odds)
        risks.append((row.at, 1.0 - odds - rule.aim))
        return risks[-1][1]

    for at, step in groupby(looks, key=lambda row: row.at):
        while risks and risks[0][0] < at - MEMORY_DAYS * DAY_MS:
            before -= risks.popleft()[1]
        spent, after = before, 0.0
        due: list[tuple[Decision, State, float]] = []
        for row in step:
            stood = stands[row.video_id].after
            late = row.at >= deadline.get(row.video_id, row.at + 1) and _ends_late(row, rule)
            if (
                row.sentence == GONE
                or stood == State.EVERYONE
                or not (late or stood == State.CIRCLE or row.shown >= rule.floor)
            ):
                continue
            wide, near = (odds_at(one, rule.bar, row.bar) or 0.0 for one in (row.everyone, row.circle))
            if wide >= 1.0 - rule.aim or (stood == State.STOPPED and near >= 1.0 - rule.aim):
                after += promote(row, State.EVERYONE if wide >= 1.0 - rule.aim else State.CIRCLE)
                spent += 1.0 - max(wide, near) - rule.aim if stood == State.STOPPED else 0.0
            elif stood == State.STOPPED and late:
                by = State.CIRCLE if row.circle.people and (near > wide or not row.everyone.people) else State.EVERYONE
                due.append((row, by, max(wide, near)))
        for place in pooled(np.array([best for *_, best in due]), rule.aim, spent=spent).tolist():
            after += promote(*due[place][:2])
        before += after
    return [one for one in stands.values() if one.before in BOOSTED | {State.STOPPED} and one.after != one.before]


def _ends_late(row: Decision, rule: WaveRule) -> bool:
    """Whether a look past the deadline is the one that decides, and not one at which a window still runs.

    At such a one a video ends as before its deadline: by an exit that is sure, or because it is out of reach.
    """
    hopeless = row.after == State.STOPPED and max(row.everyone.posterior, row.circle.posterior) <= rule.futility
    return row.before in (State.FLOOR, State.GROWING) and row.after != State.GROWING and not hopeless


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
