"""One look at all videos in their waves: from exposures to odds, to steps, to the next test slots. Arrays in and out.

A cell is source × duration bucket × language. The prior of every cell comes from the floor alone: the first people of
each video, whom no outcome chose. A video's circle rests on what people of affinity and likeness made of it, everyone
on the random share; neither borrows from the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED, PointScale, points_of_bits
from contentgraph.graph.scores import baseline_cells, sums
from contentgraph.graph.waves.prior import Evidence, WavePrior, above, evidence_of, fit_prior, grid_posterior
from contentgraph.graph.waves.rules import SOURCES, Looks, WaveRule, decide
from contentgraph.graph.waves.slots import floor_slots, thompson_slots
from contentgraph.graph.waves.states import CURVE, OPEN, Decision, Exit, State, sentence

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

LEAST_VIDEOS = 30
"""Videos with a counted person below which there is no prior: nothing leaves, and nothing is out of reach."""
RANDOM = SOURCES.index("random")
_BITS = (REWATCHED, COMPLETED, SHARED, COMMENTED, LIKED)


@dataclass(frozen=True, slots=True)
class Exposures:
    """People counted; one entry a person and video."""

    video: IntArray
    source: IntArray
    """Index into :data:`SOURCES`."""
    bits: IntArray
    """What they did within their window."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Videos in their waves, on trial; one entry a video, ``seen`` by their index."""

    ids: list[str]
    state: npt.NDArray[np.object_]
    wave: IntArray
    decisions: IntArray
    """Steps so far."""
    born: IntArray
    """Epoch ms."""
    cell: IntArray
    """Duration bucket × language, as ``Floor.base`` counts them."""
    gone: npt.NDArray[np.bool_]
    waiting: IntArray
    """Test slots that were not shown yet."""
    shown: IntArray
    running: IntArray
    """Shown, and their window is not over."""
    fans: IntArray
    seen: Exposures


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the exposures say; one entry a video."""

    circle: FloatArray
    """P(above the bar) in its circle; the next likewise for everyone."""
    everyone: FloatArray
    in_circle: FloatArray
    """People counted."""
    at_random: FloatArray
    points: FloatArray
    """[videos × 2] sum of points in its circle and at random."""
    bars: FloatArray
    """[videos × 2] points of the bar in its circle and at random."""
    posteriors: tuple[FloatArray, FloatArray]
    """[videos × grid] of both."""


def base_cells(duration_ms: IntArray, language: Sequence[str]) -> npt.NDArray[np.int64]:
    """Duration bucket × language of each video, 0, 1, …; the cell under source s is that + s · their number."""
    return baseline_cells(np.asarray(duration_ms), list(language))


def prior_of(floor: Exposures, base: IntArray, cells: int, scale: PointScale) -> WavePrior | None:
    """The prior of [sources × ``cells``] from the floor's views; None while too few videos have any.

    ``base``: cell of each video that ``floor.video`` counts.
    """
    if np.unique(floor.video).size < LEAST_VIDEOS:
        return None
    values = points_of_bits(scale, np.arange(32))
    cell = base[floor.video] + cells * floor.source
    law = np.zeros((cells * len(SOURCES), 32))
    np.add.at(law, (cell, floor.bits), 1.0)
    told = evidence_of(floor.video, cell, values[floor.bits], cells=cells * len(SOURCES))
    squares = evidence_of(floor.video, cell, values[floor.bits] ** 2, cells=cells * len(SOURCES)).points
    return fit_prior(
        law, values, cell=told.cell, people=told.people.astype(np.int64), points=told.points, squares=squares
    )


def judge(rule: WaveRule, prior: WavePrior | None, cells: int, tested: Trials, scale: PointScale) -> Verdict:
    """Odds of every video by both exits; without a prior, what a video is expected to be before anybody saw it."""
    count = len(tested.ids)
    values = points_of_bits(scale, np.arange(32))[tested.seen.bits]
    circle = tested.seen.source != RANDOM
    people = np.stack([sums(tested.seen.video, circle, count), sums(tested.seen.video, ~circle, count)], axis=1)
    points = np.stack(
        [sums(tested.seen.video, values * circle, count), sums(tested.seen.video, values * ~circle, count)], axis=1
    )
    if prior is None:
        unknown = np.full(count, 1.0 - rule.bar)
        empty = np.zeros((count, 0))
        return Verdict(
            unknown, unknown, people[:, 0], people[:, 1], points, np.full((count, 2), np.nan), (empty, empty)
        )
    key = tested.cell[tested.seen.video] + cells * tested.seen.source
    total = cells * len(SOURCES)

    def of(part: npt.NDArray[np.bool_]) -> Evidence:
        return evidence_of(tested.seen.video[part], key[part], values[part], cells=total)

    evidence = of(circle)
    near, far = grid_posterior(prior, evidence, count), grid_posterior(prior, of(~circle), count)
    bars = np.stack([prior.at(tested.cell, rule.z), prior.at(tested.cell + cells * RANDOM, rule.z)], axis=1)
    mixed = sums(evidence.video, evidence.people * prior.at(evidence.cell, rule.z), count)
    bars[:, 0] = np.where(people[:, 0] > 0, mixed / np.maximum(people[:, 0], 1.0), bars[:, 0])
    return Verdict(above(near, rule.z), above(far, rule.z), people[:, 0], people[:, 1], points, bars, (near, far))


def steps(
    rule: WaveRule, tested: Trials, verdict: Verdict, scale: PointScale, *, now: int, told: int, spent: float
) -> list[Decision]:
    """The next step of every video that takes one; the same look again takes the step after it, if there is one.

    ``told``: epoch ms up to which it is known what people did. A deadline that lies before is decided once no window is
    running; slots that wait hold nothing up, for none outlives the deadline.
    """
    late = (rule.deadline(tested.born) <= told) & (tested.running == 0)
    people = (verdict.in_circle + verdict.at_random).astype(np.int64)
    state, wave = decide(
        rule,
        Looks(
            state=tested.state,
            wave=tested.wave,
            people=people,
            given=tested.shown + tested.waiting,
            circle=verdict.circle,
            everyone=verdict.everyone,
            in_circle=verdict.in_circle.astype(np.int64),
            at_random=verdict.at_random.astype(np.int64),
            late=late,
            gone=tested.gone,
            spent=spent,
        ),
    )
    moved = np.flatnonzero((state != tested.state) | (wave != tested.wave))
    if not moved.size:
        return []
    count = len(tested.ids)
    by_source = np.stack([sums(tested.seen.video, tested.seen.source == s, count) for s in range(len(SOURCES))], axis=1)
    rates = np.stack([sums(tested.seen.video, tested.seen.bits & bit > 0, count) for bit in _BITS], axis=1)
    rates = rates / np.maximum(people, 1)[:, None]
    curves = [
        np.round(np.stack([above(each[moved], bar) for bar in CURVE], axis=1), 6).tolist()
        if each.shape[1]
        else [()] * moved.size
        for each in verdict.posteriors
    ]
    sides = [
        np.stack([number, verdict.points[:, side] / np.maximum(number, 1.0), np.nan_to_num(bars), odds], axis=1)[
            moved
        ].tolist()
        for side, (number, bars, odds) in enumerate(
            (
                (verdict.in_circle, verdict.bars[:, 0], verdict.circle),
                (verdict.at_random, verdict.bars[:, 1], verdict.everyone),
            )
        )
    ]
    made: list[Decision] = []
    for row, place in enumerate(moved.tolist()):
        circle, everyone = (
            Exit(int(numbers[row][0]), numbers[row][1], numbers[row][2], numbers[row][3], tuple(curve[row]))
            for numbers, curve in zip(sides, curves, strict=True)
        )
        shown = int(people[place])
        mean = float(verdict.points[place].sum() / max(shown, 1))
        after, next_wave = State(state[place]), int(wave[place])
        made.append(
            Decision(
                video_id=tested.ids[place],
                number=int(tested.decisions[place]) + 1,
                at=now,
                before=State(tested.state[place]),
                after=after,
                wave=next_wave,
                shown=shown,
                sources=dict(zip(SOURCES, map(int, by_source[place].tolist()), strict=True)),
                fans=int(tested.fans[place]),
                rates=tuple(rates[place].tolist()),
                mean=mean,
                circle=circle,
                everyone=everyone,
                bar=rule.bar,
                scale=scale.version,
                sentence=sentence(
                    after, next_wave, circle, everyone, shown=shown, mean=mean, late=bool(late[place]),
                    gone=bool(tested.gone[place]),
                ),
            )
        )  # fmt: skip
    return made


def wanted_slots(
    rule: WaveRule,
    prior: WavePrior | None,
    cells: int,
    tested: Trials,
    verdict: Verdict,
    slots: int,
    rng: np.random.Generator,
    *,
    now: int,
) -> npt.NDArray[np.int64]:
    """Test slots for each video and source, [videos × 3], about ``slots`` in all: the floor, then the two samplings.

    A video boosted in its circle is shown on to people at random, up to what its next wave would have brought, until
    its deadline and as long as it may be above the bar for everyone; one boosted to everyone, or past its deadline, to
    no more. What is left of the floor goes to all that are open.
    """
    given = _given(tested)
    floor = floor_slots(missing_floor(rule, tested, now), slots, rng)
    found = split(floor, rule, tested.shown + tested.waiting, rng)
    left = slots - int(floor.sum())
    if prior is None or left <= 0:
        return found
    room = np.where(
        _open(rule, tested, now) & (tested.wave > 1), np.maximum(rule.cap(tested.wave) - given - floor, 0), 0
    )
    circle = (tested.state == State.CIRCLE) & (verdict.everyone > rule.futility) & _on_time(rule, tested, now)
    beyond = np.where(circle, np.maximum(rule.cap(tested.wave + 1) - given, 0), 0)
    for side, share, able in ((1, rule.random, room + beyond), (0, 1.0 - rule.random, room)):
        cell = tested.cell + cells * RANDOM * side
        part = np.ceil(able * share).astype(np.int64)
        got = thompson_slots(
            verdict.posteriors[side], prior, cell, verdict.bars[:, side], part, round(left * share), rng
        )
        if side == 1:
            found[:, RANDOM] += got
        else:
            near = np.round(got * rule.affinity / (rule.affinity + rule.likeness)).astype(np.int64)
            found[:, 0] += near
            found[:, 1] += got - near
    return found


def missing_floor(rule: WaveRule, tested: Trials, now: int) -> npt.NDArray[np.int64]:
    """Test slots that each video that may be given any still misses of its floor."""
    return np.where(_open(rule, tested, now), np.maximum(rule.floor - _given(tested), 0), 0)


def _open(rule: WaveRule, tested: Trials, now: int) -> npt.NDArray[np.bool_]:
    return np.isin(tested.state, list(OPEN)) & _on_time(rule, tested, now)


def _on_time(rule: WaveRule, tested: Trials, now: int) -> npt.NDArray[np.bool_]:
    """Before its deadline, and may be shown."""
    return ~tested.gone & (rule.deadline(tested.born) > now)


def _given(tested: Trials) -> IntArray:
    """People shown or about to be, fans aside."""
    return tested.shown - tested.fans + tested.waiting


def split(slots: IntArray, rule: WaveRule, given: IntArray, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """The floor's slots by source, [videos × 3]; to likeness only once somebody was shown it; halves by chance."""
    shares = np.tile(np.array([rule.affinity, rule.likeness, rule.random]), (len(slots), 1))
    first = np.asarray(given) == 0
    shares[first, 0] += shares[first, 1]
    shares[first, 1] = 0.0
    exact = shares * np.asarray(slots, dtype=np.float64)[:, None]
    total = np.cumsum(exact, axis=1)
    start = rng.random(len(slots))[:, None]
    steps_ = np.floor(np.round(total, 9) + start) - np.floor(np.round(total - exact, 9) + start)
    return steps_.astype(np.int64)
