"""One step of the waves: windows that are over are settled, videos decided, and the next test slots given.

It may run every few minutes, beside a night and beside itself: one holder at a time by a lease on the settings node,
each decision only onto the state that it starts from, each window settled once. A step for a time that is not later
than the last one's does nothing.

What people did is known up to the latest event or the last night's now, whichever is later (`cypher/clock.py`).
Windows and slots that end later are not over yet, whatever the step's time: what a file of the coming night tells of
them still counts. Where events come one by one, that is a moment ago; whoever records some and loads the others by
night settles windows before the night tells of them.
"""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from contentgraph.cypher import Database
from contentgraph.cypher.clock import known_until
from contentgraph.errors import Busy
from contentgraph.graph.durations import DAY_MS, HOUR_MS
from contentgraph.graph.fields import FUTURE_SKEW_MS
from contentgraph.graph.near_people import NearPeople
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.times import checked_now
from contentgraph.graph.waves.ledger import Audit, alarms, audit
from contentgraph.graph.waves.night import RANDOM, Verdict, judge, missing_floor, prior_of, steps, wanted_slots
from contentgraph.graph.waves.prior import WavePrior, evidence_of
from contentgraph.graph.waves.records import to_properties
from contentgraph.graph.waves.rules import MEMORY_DAYS, SOURCES, WaveRule
from contentgraph.graph.waves.states import BOOSTED, State
from contentgraph.loaders.engagements import write_rounds
from contentgraph.loaders.scale import current_scale
from contentgraph.loaders.waves.audience import give
from contentgraph.loaders.waves.reads import FRESH_DAYS, KEPT_DAYS, Board, read_board

LEASE_MS = 600_000
AUDIT_PEOPLE, AUDIT_STEP = 40, 10
"""People whom a boosted video is shown to afterwards, to see whether it holds: at random, or near its circle; in one
step at most so many of them."""
BATCH = 20_000
"""Edges or videos written in one transaction: half a million edges in one do not fit the default heap, nor a first
load's videos, which take 6 KiB each at the commit."""
WRITERS = 2
"""Exposures are settled by so many at once, each of its own span of time."""


@dataclass(slots=True)
class WaveStep:
    """What one step did."""

    now: int
    known: int = 0
    """Epoch ms up to which it was known what people did, at most ``now``."""
    idle: bool = False
    """A step of this time or a later one was already done: nothing to do."""
    opened: int = 0
    """New videos that wait for their first audience now."""
    settled: int = 0
    """Exposures whose window is over, written once."""
    decided: dict[str, int] = field(default_factory=dict)
    """Steps by the state that they lead to."""
    open: int = 0
    """Videos in their waves after the step."""
    budget: int = 0
    """Test slots that were left of the day."""
    slots: dict[str, int] = field(default_factory=dict)
    """Test slots given, by source."""
    audits: dict[str, Audit] = field(default_factory=dict)
    """By exit, everyone and circle: whether past promotions hold; without those that nobody saw later."""
    alarms: list[str] = field(default_factory=list)


def step(
    database: Database,
    now: int,
    budget: int | None = None,
    rng: np.random.Generator | None = None,
    *,
    rule: WaveRule | None = None,
    videos: int | None = None,
    look_back: bool = True,
    catch_up: bool = False,
    near: NearPeople | None = None,
    clock: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> WaveStep:
    """One step at ``now`` (epoch ms); ``budget`` test slots a day, else as many as active people have room for.

    ``videos``: give slots to so many videos at most, those below their floor first; else to all that want some.
    ``look_back``: check past promotions on later views, and cells that promote none or all (once a night is enough).
    ``catch_up``: a time before the last step's becomes the moment after it. So a night decides on what its files told,
    though steps of the day were taken for later times.
    ``near``: whom a night found near some videos, in memory; of others the graph is asked.
    ``clock``: epoch ms, the wall clock unless given.

    Raises:
        Busy: another step holds the waves. Unreachable: no Neo4j.
        UsageError: ``now`` is later than the clock and than all that the graph knows, or no epoch ms.
    """
    known = database.answer(known_until())
    latest = max(known, time.time_ns() // 1_000_000 if clock is None else clock)
    now, rule = checked_now(now, latest), rule or WaveRule()
    rng = rng if rng is not None else np.random.default_rng(now % 2**63)
    by, told = uuid.uuid4().hex, WaveStep(now)
    last = _take(database, by)
    if last is not None and last > latest + FUTURE_SKEW_MS:
        last = None  # a wrong time, from when any was taken
    done: int | None = None
    try:
        if catch_up and last is not None and now < last:
            now = told.now = last + 1
        if last is not None and now <= last:
            told.idle = True
            return told
        scale, told.known = current_scale(database), min(now, known)
        _settle(database, rule, scale, told)
        board = read_board(database, rule, now, MEMORY_DAYS * DAY_MS)
        prior = prior_of(board.floor, board.floor_base, board.cells, scale)
        verdict = judge(rule, prior, board.cells, board.tested, scale)
        _decide(database, rule, verdict, scale, board, told, progress)
        renew = partial(_take, database, by)
        renew()
        _slots(database, rule, prior, board, verdict, told, budget, videos, rng, near, progress, renew)
        _decide(database, rule, verdict, scale, board, told, progress)
        if look_back:
            _look_back(rule, prior, scale, board, told, rng)
        told.open = int(np.isin(board.tested.state, [State.WAITING, State.FLOOR, State.GROWING]).sum())
        done = now
        return told
    finally:
        database.write("free_waves", by=by, now=done)


def _take(database: Database, by: str) -> int | None:
    rows = database.write("take_waves", by=by, leaseMs=LEASE_MS)
    if not rows:
        raise Busy("another step of the waves is running; it does what this one would, run it again later")
    return None if rows[0]["now"] is None else int(rows[0]["now"])


def _settle(database: Database, rule: WaveRule, scale: PointScale, told: WaveStep) -> None:
    now, window = told.now, int(rule.window_hours * HOUR_MS)
    database.write_all("see_slots", "slots", BATCH)
    database.write_all("drop_slots", "slots", BATCH, now=told.known)
    database.write_all("drop_shown", "shown", BATCH, before=told.known - KEPT_DAYS * DAY_MS)
    rule_ = {"windowMs": window, "completionRatio": scale.completion_ratio, "rewatchRatio": scale.rewatch_ratio}
    cuts = [row["at"] for row in database.read("night_wave_due", before=told.known - window, parts=WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [
            pool.submit(database.write_all, "settle_shown", "shown", BATCH, after=after, before=before, **rule_)
            for after, before in pairwise([-1, *cuts])
        ]
        told.settled = sum(writer.result() for writer in writers)
    told.opened = database.write_all("open_waves", "videos", BATCH, since=now - int(rule.open_hours * HOUR_MS), now=now)


def _decide(
    database: Database,
    rule: WaveRule,
    verdict: Verdict,
    scale: PointScale,
    board: Board,
    told: WaveStep,
    progress: Callable[[int], None],
) -> None:
    """Decide until nothing moves: a video may take several steps at one look, each with a decision of its own."""
    tested = board.tested
    place = {name: index for index, name in enumerate(tested.ids)}
    for _ in range(16):
        taken = steps(rule, tested, verdict, scale, now=told.now, told=told.known, spent=board.spent)
        if not taken:
            return
        rows = [
            {
                "id": one.id, "videoId": one.video_id, "number": one.number, "before": str(one.before),
                "after": str(one.after), "wave": one.wave, "properties": to_properties(one),
            }
            for one in taken
        ]  # fmt: skip
        # Each touches its own video and decision: two writers never wait for each other.
        progress(write_rounds(database, "put_decisions", [(rows[::2], rows[1::2])], 2_000))
        for one in taken:
            index = place[one.video_id]
            tested.state[index], tested.wave[index] = one.after, one.wave
            tested.decisions[index] += 1
            told.decided[str(one.after)] = told.decided.get(str(one.after), 0) + 1
            if one.after in BOOSTED:
                odds = one.everyone.posterior if one.after == State.EVERYONE else one.circle.posterior
                board.spent += 1.0 - odds - rule.aim


def _slots(
    database: Database,
    rule: WaveRule,
    prior: WavePrior | None,
    board: Board,
    verdict: Verdict,
    told: WaveStep,
    budget: int | None,
    videos: int | None,
    rng: np.random.Generator,
    near: NearPeople | None,
    progress: Callable[[int], None],
    renew: Callable[[], object],
) -> None:
    viewers = board.viewers
    day = budget if budget is not None else rule.per_viewer * len(viewers.names)
    told.budget = max(0, min(day - board.taken, int(viewers.free.sum())))
    tested = board.tested
    audits = _audits(board, told.budget, rng)
    left = told.budget - int(audits.sum())
    wanted = audits + wanted_slots(rule, prior, board.cells, tested, verdict, left, rng, now=told.now)
    chosen = rng.permutation(np.flatnonzero(wanted.sum(axis=1) > 0))
    first = missing_floor(rule, tested, told.now)[chosen] > 0
    chosen = np.concatenate([chosen[first], chosen[~first]])[:videos]
    given = give(
        database,
        rule,
        tested,
        board.languages,
        wanted,
        chosen,
        viewers,
        rng,
        now=told.now,
        fresh=told.now - FRESH_DAYS * DAY_MS,
        near=near,
        progress=progress,
        renew=renew,
    )
    told.slots = {name: int(given[:, place].sum()) for place, name in enumerate(SOURCES)}
    tested.waiting[:] += given.sum(axis=1)


def _audits(board: Board, slots: int, rng: np.random.Generator) -> np.ndarray:
    """Slots by which promotions are checked, [videos × 3], at most ``slots`` in all; by chance where more are due."""
    tested = board.tested
    found = np.zeros((len(tested.ids), len(SOURCES)), dtype=np.int64)
    missing = np.clip(AUDIT_PEOPLE - board.later_people - board.auditing, 0, AUDIT_STEP)
    for state, source in ((State.EVERYONE, RANDOM), (State.CIRCLE, SOURCES.index("affinity"))):
        held = np.flatnonzero((tested.state == state) & ~tested.gone)
        found[held, source] = missing[held]
    each = np.repeat(np.arange(found.size), found.ravel())
    kept = rng.permutation(each)[:slots]
    return np.bincount(kept, minlength=found.size).reshape(found.shape)


def _look_back(
    rule: WaveRule,
    prior: WavePrior | None,
    scale: PointScale,
    board: Board,
    told: WaveStep,
    rng: np.random.Generator,
) -> None:
    """Whether past promotions hold on later views, and groups that promote none or all.

    To everyone by views at random, in the circle by those of affinity and likeness, which is what either exit claims.
    """
    told.alarms = alarms(board.ended, board.group)
    if prior is None:
        return
    later, state = board.later, board.tested.state[board.later.video]
    for exit_, words in ((State.EVERYONE, "to everyone"), (State.CIRCLE, "in their circle")):
        here = (state == exit_) & ((later.source == RANDOM) == (exit_ == State.EVERYONE))
        if not here.any():
            continue
        seen, video = np.unique(later.video[here], return_inverse=True)
        cell = board.tested.cell[later.video[here]] + board.cells * later.source[here]
        values = points_of_bits(scale, later.bits[here])
        found = evidence_of(video, cell, values, cells=board.cells * len(SOURCES))
        one = told.audits[str(exit_)] = audit(rule, prior, found, seen.size, rng)
        if not one.holds:
            told.alarms.append(
                f"{one.below:.0%} of {one.videos} videos boosted {words} are below the bar on later views, "
                f"more than the {rule.error:.0%} that are allowed."
            )
