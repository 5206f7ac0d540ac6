"""The ledger asked: other bars, promotions that hold, cells that promote nobody."""

import numpy as np
import pytest
from scipy.special import ndtr

from contentgraph.errors import UsageError
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.points import PointScale, points_of_bits
from contentgraph.graph.waves.ledger import alarms, audit, odds_at, redecide
from contentgraph.graph.waves.prior import Evidence, fit_prior
from contentgraph.graph.waves.rules import MEMORY_DAYS, Looks, WaveRule, decide
from contentgraph.graph.waves.states import BOOSTED, CURVE, OPEN, Decision, Exit, State, replay, sentence


def exit_of(mean: float, people: int) -> Exit:
    """Odds as a normal posterior of spread .4 around a quality has them."""
    odds = [float(ndtr((mean - z) / 0.4)) for z in (WaveRule().z, *CURVE)]
    return Exit(people, 5.0, 6.0, odds[0], tuple(odds[1:]))


def ended(video: str, after: State, quality: float, shown: int = 80, circle: float | None = None) -> list[Decision]:
    """A video's ledger: floor, growing, end; what it kept says that its quality is about ``quality``."""
    both = {
        "circle": exit_of(quality if circle is None else circle, shown // 2),
        "everyone": exit_of(quality, shown // 2),
    }
    steps = [(State.WAITING, State.FLOOR, 0), (State.FLOOR, State.GROWING, 20), (State.GROWING, after, shown)]
    return [
        Decision(
            video, number, 1_000 * number, before, now, number, people, {}, 0, (0.0,) * 5, 5.0,
            both["circle"] if people else Exit(), both["everyone"] if people else Exit(), 0.8, 1, "So.",
        )
        for number, (before, now, people) in enumerate(steps, start=1)
    ]  # fmt: skip


LEDGER = [
    *ended("good", State.EVERYONE, 2.4),
    *ended("middling", State.STOPPED, 0.9),
    *ended("bad", State.STOPPED, -1.0),
    *ended("near", State.CIRCLE, -1.0, circle=2.0),
]


def test_the_same_rule_changes_nothing() -> None:
    assert redecide(LEDGER, WaveRule()) == []


def test_a_lower_bar_lets_more_through_and_a_higher_one_fewer() -> None:
    lower = {one.video_id: (one.before, one.after) for one in redecide(LEDGER, WaveRule(bar=0.5))}
    assert lower == {"middling": ("stopped", "everyone")}
    higher = {one.video_id: (one.before, one.after) for one in redecide(LEDGER, WaveRule(bar=0.98))}
    assert higher == {"good": ("everyone", "stopped"), "near": ("circle", "stopped")}


def test_a_higher_floor_waits_for_a_later_look() -> None:
    assert redecide(LEDGER, WaveRule(floor=81)) == [
        one for one in redecide(LEDGER, WaveRule(floor=500)) if one.after == State.STOPPED
    ]
    assert {one.video_id for one in redecide(LEDGER, WaveRule(floor=81))} == {"good", "near"}
    assert redecide(LEDGER, WaveRule(floor=80)) == []


HOURS = 12
"""Between two steps of a simulated platform."""


def lived(rule: WaveRule, seed: int, videos: int = 60, steps: int = 100) -> tuple[list[Decision], dict[str, int]]:
    """A ledger that ``rule`` made of odds that wander, and when each video was born; some taken down, some back again.

    Steps, their rounds and the risk that is left are those of ``loaders.waves.stepping``.
    """
    rng = np.random.default_rng(seed)
    born = rng.integers(1, steps * HOURS // 2, videos) * HOUR_MS
    state, wave = np.array([State.WAITING] * videos, dtype=object), np.zeros(videos, dtype=np.int64)
    number, people = np.zeros(videos, dtype=np.int64), np.zeros((videos, 2), dtype=np.int64)
    truth, gone = rng.choice([-2.5, 0.0, 1.8, 3.0], videos), np.zeros(videos, dtype=np.bool_)
    ledger: list[Decision] = []
    for now in (np.arange(1, steps) * HOURS * HOUR_MS).tolist():
        here = np.flatnonzero((born <= now) & np.isin(state, [*OPEN, State.CIRCLE]))
        people[here] += rng.integers(0, 12, (here.size, 2)) * (state[here] != State.WAITING)[:, None]
        gone[here] = np.where(gone[here], rng.random(here.size) < 0.6, rng.random(here.size) < 0.03)
        odds = ndtr(truth[:, None] * np.minimum(people / 40, 1.0) - 0.84 + rng.normal(0, 0.3, (videos, 2)))
        odds = np.where(people > 0, odds, 1.0 - rule.bar)
        running = (rng.random(videos) < 0.3)[here]
        promoted = [one for one in ledger if one.after in BOOSTED and one.at >= now - MEMORY_DAYS * 24 * HOUR_MS]
        ends = [one.everyone if one.after == State.EVERYONE else one.circle for one in promoted]
        spent = sum(1.0 - one.posterior - rule.aim for one in ends)
        for _ in range(16):
            late = (rule.deadline(born[here]) <= now) & ~running
            after, waves = decide(
                rule,
                Looks(
                    state[here], wave[here], people[here].sum(axis=1), np.ones(here.size, int), odds[here, 0],
                    odds[here, 1], people[here, 0], people[here, 1], late, gone[here], spent,
                ),
            )  # fmt: skip
            moved = np.flatnonzero((after != state[here]) | (waves != wave[here]))
            for place, video in zip(moved.tolist(), here[moved].tolist(), strict=True):
                number[video] += 1
                told = zip(people[video].tolist(), odds[video].tolist(), strict=True)
                circle, everyone = (Exit(count, 5.0, 6.0, p) for count, p in told)
                shown = int(people[video].sum())
                why = sentence(
                    after[place], int(waves[place]), circle, everyone, shown=shown, mean=5.0, late=bool(late[place]),
                    gone=bool(gone[video]),
                )  # fmt: skip
                made = Decision(
                    f"v{video:03d}", int(number[video]), now, state[video], after[place], int(waves[place]), shown, {},
                    0, (0.0,) * 5, 5.0, circle, everyone, rule.bar, 1, why,
                )  # fmt: skip
                ledger.append(made)
                state[video], wave[video] = made.after, made.wave
                if made.after in BOOSTED:
                    spent += 1.0 - (everyone if made.after == State.EVERYONE else circle).posterior - rule.aim
            if not moved.size:
                break
    return ledger, {f"v{video:03d}": int(at) for video, at in enumerate(born.tolist())}


@pytest.mark.parametrize("seed", range(25))
def test_the_rule_that_made_a_ledger_ends_no_video_elsewhere(seed: int) -> None:
    """Those among them that were decided together at their deadline, by risk that others left."""
    rule = WaveRule(floor=4)
    ledger, born = lived(rule, seed)
    pooled = [
        row for row in ledger
        if row.after in BOOSTED and max(row.circle.posterior, row.everyone.posterior) < 1.0 - rule.aim
    ]  # fmt: skip
    assert pooled
    assert {row.after for row in ledger} == set(State) - {State.WAITING}
    assert redecide(ledger[::-1], rule, born) == []
    stayed = {row.video_id for row in pooled if row.after == replay(ledger)[row.video_id].state}
    assert stayed <= {one.video_id for one in redecide(ledger, rule)}, "no look is late without their births"


def test_a_stricter_error_leaves_less_risk_to_those_at_their_deadline() -> None:
    ledger, born = lived(WaveRule(floor=4), 1)
    found = redecide(ledger, WaveRule(floor=4, error=0.02), born)
    assert found
    assert all((one.before in BOOSTED) > (one.after in BOOSTED) or one.after == State.CIRCLE for one in found)


def test_a_bar_beyond_what_is_kept_is_refused() -> None:
    with pytest.raises(UsageError, match=r"give a share from 0\.16"):
        redecide(LEDGER, WaveRule(bar=0.05))


def test_odds_between_the_kept_bars_are_linear_and_none_without_people() -> None:
    one = exit_of(1.0, 10)
    assert odds_at(one, float(ndtr(0.75))) == pytest.approx(one.curve[CURVE.index(0.75)])
    assert odds_at(Exit(), 0.8) is None


@pytest.mark.parametrize("below", [0.0, 0.2, 0.6])
def test_the_share_below_the_bar_is_found_from_noisy_views(below: float) -> None:
    """60 later views each say little of one video and much of 400."""
    rng = np.random.default_rng(1)
    values = points_of_bits(PointScale(), np.arange(32))
    chance = np.clip(0.45 + 0.12 * rng.standard_normal(4_000), 0.02, 0.98)
    done = rng.binomial(20, chance)
    law = np.zeros((1, 32))
    law[0, 0], law[0, 1] = (20 - done).sum(), done.sum()
    prior = fit_prior(
        law, values, cell=np.zeros(4_000, int), people=np.full(4_000, 20), points=8.0 * done, squares=64.0 * done
    )
    rule = WaveRule()
    bar = float(prior.at(np.array([0]), rule.z)[0]) / 8.0
    truth = np.where(rng.random(400) < below, bar - 0.12, bar + 0.12)
    seen = rng.binomial(60, truth)
    later = Evidence(np.arange(400), np.zeros(400, int), np.full(400, 60.0), 8.0 * seen)
    found = audit(rule, prior, later, 400, rng)
    naive = float((seen / 60 < bar).mean())
    real = float((truth < bar).mean())
    assert found.below == pytest.approx(real, abs=0.07)
    assert abs(found.below - real) <= abs(naive - real) + 0.02
    assert found.low <= found.below <= found.high
    assert found.holds == (below < 0.1)
    assert (found.videos, found.people) == (400, 24_000)


def test_nobody_promoted_is_no_alarm_of_the_audit() -> None:
    nothing = Evidence(*(np.zeros(0, dtype=np.int64),) * 2, *(np.zeros(0),) * 2)
    assert audit(WaveRule(), None, nothing, 0, np.random.default_rng(1)).holds  # type: ignore[arg-type]


def test_a_cell_that_promotes_nobody_or_everybody_is_told() -> None:
    rows = {f"v{i}": State.STOPPED if i < 50 else State.EVERYONE for i in range(120)}
    group = {f"v{i}": "low" if i < 50 else "high" if i < 100 else "few" for i in range(120)}
    assert [said.split(":")[0] for said in alarms(rows, group)] == ["high", "low"]
    assert "all of 50" in alarms(rows, group)[0]
    assert "none of 50" in alarms(rows, group)[1]
    group["v49"], group["v50"] = "high", "low"
    assert alarms(rows, group) == []
