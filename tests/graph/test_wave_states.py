"""States, steps and ledger: what may follow what, and that the ledger alone gives the present."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.waves.records import from_properties, to_properties
from contentgraph.graph.waves.states import FOLLOWS, Decision, Exit, Standing, State, replay, sentence


def decision(video: str, number: int, before: State, after: State, wave: int = 1, **more: object) -> Decision:
    told: dict[str, object] = {
        "video_id": video, "number": number, "at": 1_000 * number, "before": before, "after": after, "wave": wave,
        "shown": 20, "sources": {"affinity": 7, "likeness": 5, "random": 8}, "fans": 2,
        "rates": (0.1, 0.5, 0.05, 0.0, 0.2), "mean": 5.7, "circle": Exit(12, 6.0, 7.5, 0.2, (0.9, 0.5)),
        "everyone": Exit(8, 5.2, 7.0, 0.1, (0.8, 0.4)), "bar": 0.8, "scale": 1, "sentence": "So.",
    }  # fmt: skip
    return Decision(**(told | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_only_steps_of_the_drawing_can_be_made(before: State, after: State) -> None:
    """What the drawing in the module shows and nothing else; a boosted or stopped video is not tested again."""
    drawn = {
        ("waiting", "floor"), ("waiting", "stopped"),
        ("floor", "growing"), ("floor", "circle"), ("floor", "everyone"), ("floor", "stopped"),
        ("growing", "growing"), ("growing", "circle"), ("growing", "everyone"), ("growing", "stopped"),
        ("circle", "everyone"),
    }  # fmt: skip
    if (str(before), str(after)) in drawn:
        assert decision("v", 1, before, after).id == "v#1"
    else:
        with pytest.raises(UsageError, match=f"cannot go from {before} to {after}"):
            decision("v", 1, before, after)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Decision], dict[str, Standing]]:
    """Random walks of some videos along the drawing, and where each ends."""
    rows: list[Decision] = []
    ends: dict[str, Standing] = {}
    for video in ("v1", "v2", "v10"):
        state, wave = State.WAITING, 0
        for number in range(1, draw(st.integers(0, 6)) + 1):
            following = sorted(FOLLOWS[state])
            if not following:
                break
            after = draw(st.sampled_from(following))
            wave += after in (State.FLOOR, State.GROWING)
            rows.append(decision(video, number, state, after, wave))
            state = after
            ends[video] = Standing(state, wave, number)
    return rows, ends


@settings(max_examples=80)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_ledger_in_any_order_and_told_twice_replays_to_the_present(
    made: tuple[list[Decision], dict[str, Standing]], chance: random.Random
) -> None:
    rows, ends = made
    told = [*rows, *rows[: len(rows) // 2]]
    chance.shuffle(told)
    assert replay(told) == ends


@settings(max_examples=60)
@given(ledgers(), st.data())
def test_a_ledger_with_a_gap_is_refused(made: tuple[list[Decision], dict[str, Standing]], data: st.DataObject) -> None:
    """Any row but a video's last one missing is seen."""
    rows, ends = made
    inner = [row for row in rows if row.number < ends[row.video_id].decisions]
    if inner:
        lost = data.draw(st.sampled_from(inner))
        with pytest.raises(UsageError, match="the ledger has a gap"):
            replay(row for row in rows if row is not lost)


def test_two_different_rows_of_one_step_are_refused() -> None:
    row = decision("v", 1, State.WAITING, State.FLOOR)
    with pytest.raises(UsageError, match="two different decisions 'v#1'"):
        replay([row, decision("v", 1, State.WAITING, State.FLOOR, mean=6.0)])


@settings(max_examples=40)
@given(ledgers())
def test_a_decision_survives_the_store(made: tuple[list[Decision], dict[str, Standing]]) -> None:
    for row in made[0]:
        assert from_properties(to_properties(row)) == row


def test_properties_are_what_a_node_can_hold() -> None:
    told = to_properties(decision("v", 1, State.WAITING, State.FLOOR))
    assert all(isinstance(value, str | int | float | list) for value in told.values())
    assert all(isinstance(item, float) for value in told.values() if isinstance(value, list) for item in value)


def test_sentences_name_the_numbers() -> None:
    circle, everyone = Exit(212, 4.1, 5.5, 0.02), Exit(90, 3.9, 6.0, 0.97)
    told = {after: sentence(after, 3, circle, everyone, shown=302, mean=4.0, late=True) for after in State}
    assert "302 people, 4.0 points" in told[State.STOPPED]
    assert "its circle expects 5.5" in told[State.STOPPED]
    assert told[State.GROWING].startswith("Wave 3: 302 people")
    assert "90 people at random gave 3.9 points, the bar is 6.0" in told[State.EVERYONE]
    assert "212 people there gave 4.1 points" in told[State.CIRCLE]
    assert sentence(State.STOPPED, 0, Exit(), Exit(), shown=0, mean=0.0, late=True).endswith("to anyone.")
