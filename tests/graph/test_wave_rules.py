"""The rule: exits, caps, deadlines, and that its error is the error that it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.waves.rules import Looks, WaveRule, decide, pooled
from contentgraph.graph.waves.states import FOLLOWS, State

RULE = WaveRule()


def looks(**columns: object) -> Looks:
    """Looks at some growing videos, all equal but for the columns given."""
    count = max(len(value) for value in columns.values() if isinstance(value, list))
    told: dict[str, object] = {
        "state": [State.GROWING] * count, "wave": [2] * count, "people": [40] * count, "given": [40] * count,
        "circle": [0.2] * count, "everyone": [0.2] * count, "in_circle": [24] * count, "at_random": [16] * count,
        "late": [False] * count, "gone": [False] * count,
    }  # fmt: skip
    told |= columns
    return Looks(
        **{
            name: np.array(value, dtype=object if name == "state" else None) if isinstance(value, list) else value
            for name, value in told.items()
        }
    )  # type: ignore[arg-type]


def after(**columns: object) -> list[str]:
    return [str(state) for state in decide(RULE, looks(**columns))[0]]


def test_each_exit_has_its_own_evidence() -> None:
    """To everyone on the random share alone, whatever the circle says."""
    assert after(everyone=[0.97, 0.2, 0.97, 0.2], circle=[0.2, 0.97, 0.97, 0.2]) == [
        "everyone", "circle", "everyone", "growing",
    ]  # fmt: skip
    assert after(everyone=[0.97], at_random=[0]) == ["growing"]
    assert after(circle=[0.97], in_circle=[0]) == ["growing"]


def test_nobody_leaves_before_its_floor_is_done() -> None:
    assert after(state=[State.FLOOR] * 2, wave=[1] * 2, people=[19, 20], everyone=[0.99] * 2) == ["floor", "everyone"]
    assert after(state=[State.FLOOR] * 2, wave=[1] * 2, people=[19, 20], everyone=[0.0] * 2, circle=[0.0] * 2) == [
        "floor", "stopped",
    ]  # fmt: skip


def test_waves_are_caps_that_grow_fourfold() -> None:
    assert RULE.cap(np.array([0, 1, 2, 3, 4])).tolist() == [20, 20, 80, 320, 1280]
    state, wave = decide(RULE, looks(people=[79, 80], wave=[2, 2]))
    assert [str(one) for one in state] == ["growing", "growing"]
    assert wave.tolist() == [2, 3]


def test_a_circle_s_video_may_still_be_boosted_to_everyone_and_never_falls_back() -> None:
    assert after(state=[State.CIRCLE] * 3, everyone=[0.99, 0.2, 0.0], circle=[0.0] * 3, late=[False, True, True]) == [
        "everyone", "circle", "circle",
    ]  # fmt: skip


def test_what_may_not_be_shown_takes_no_step_before_its_deadline_and_stops_then() -> None:
    """A takedown may be undone; while it holds, odds of any height change nothing, nor do caps."""
    told = {"everyone": [0.99, 0.99, 0.0, 0.5], "circle": [0.5, 0.99, 0.0, 0.5], "people": [40, 40, 40, 80]}
    assert after(**told, gone=[True] * 4) == ["growing"] * 4
    assert decide(RULE, looks(**told, gone=[True] * 4))[1].tolist() == [2] * 4
    assert after(**told, gone=[True] * 4, late=[True] * 4) == ["stopped"] * 4
    waiting = {"state": [State.WAITING] * 2, "people": [0] * 2, "given": [0, 1], "gone": [True] * 2}
    assert after(**waiting) == ["waiting", "waiting"]
    assert after(**waiting, late=[True] * 2) == ["stopped", "stopped"]


def test_a_waiting_video_begins_with_its_first_slot_and_ends_with_its_time() -> None:
    assert after(state=[State.WAITING] * 3, given=[0, 1, 0], people=[0] * 3, late=[False, False, True]) == [
        "waiting", "floor", "stopped",
    ]  # fmt: skip


def test_at_the_deadline_risk_that_is_left_is_given_away() -> None:
    """aim .035: .975 and .96 leave (risk .025 + .04 ≤ .07), .90 would be too much; without the first .96 stops."""
    rule = WaveRule(error=0.05)
    assert rule.aim == pytest.approx(0.035)
    assert after(everyone=[0.96, 0.9], late=[True, True]) == ["stopped", "stopped"]
    assert after(everyone=[0.975, 0.96, 0.9], late=[True] * 3) == ["everyone", "everyone", "stopped"]
    assert after(everyone=[0.96, 0.9], late=[True, True], spent=-0.1) == ["everyone", "everyone"]


@settings(max_examples=200)
@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.2), st.floats(-1, 1))
def test_the_pooled_list_is_the_longest_that_fits(p: list[float], aim: float, spent: float) -> None:
    odds = np.array(p)
    chosen = pooled(odds, aim, spent=spent)
    ordered = sorted(p, reverse=True)
    fits = [k for k in range(1, len(p) + 1) if spent + sum(1 - one - aim for one in ordered[:k]) <= 1e-12]
    assert len(chosen) == max(fits, default=0)
    assert sorted(odds[chosen], reverse=True) == ordered[: len(chosen)]


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(State)), st.integers(0, 4), st.integers(0, 200), st.floats(0, 1), st.floats(0, 1),
            st.booleans(), st.booleans(),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_no_look_makes_a_step_that_may_not_be(rows: list[tuple[State, int, int, float, float, bool, bool]]) -> None:
    """Whatever is seen: the state stays, or a state follows that may; waves never shrink."""
    state, wave, people, circle, everyone, late, gone = (list(column) for column in zip(*rows, strict=True))
    told = looks(
        state=state, wave=wave, people=people, given=people, circle=circle, everyone=everyone, late=late, gone=gone,
        in_circle=people, at_random=people,
    )  # fmt: skip
    found, waves = decide(RULE, told)
    for before, now, old, new in zip(state, found, wave, waves.tolist(), strict=True):
        assert now == before or now in FOLLOWS[before]
        assert new in (old, old + 1, 1)
        if new != old:
            assert now in (State.FLOOR, State.GROWING)


@pytest.mark.parametrize(
    ("name", "value"),
    [("bar", 0.0), ("bar", 1.0), ("error", 0.0), ("futility", 0.05), ("floor", 0), ("growth", 1), ("per_viewer", 0),
     ("window_hours", 0.0), ("affinity", 0.9)],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match="waves"):
        WaveRule(**{name: value})  # type: ignore[arg-type]
