"""Flags of many pairs at once are those of each alone, and their times those that the statement of the night tells."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.events import Event
from contentgraph.graph.facts import FACT_FIELDS, PAIR_KINDS, PairFacts, fold, stand_in_id
from contentgraph.graph.pair_arrays import bits_of_pairs, times_of_flags
from contentgraph.graph.points import SKIPPED, PointScale, flags, points, skipped

TIMES = st.integers(1_000, 1_004)
IDS = st.one_of(st.none(), st.sampled_from(["a", "b"]), TIMES.map(stand_in_id))
TEXTS = ("event1_id", "event2_id", "first_completion_id", "last_completion_id")


@st.composite
def histories(draw: st.DrawFn) -> tuple[PairFacts, int | None]:
    told = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(sorted(PAIR_KINDS)))
        watched = draw(st.sampled_from([0, 899, 900, 1499, 1500, 2000, 2001])) if kind == "view" else None
        told.append(Event(kind, "u", draw(TIMES), video_id="v", watched_ms=watched, event_id=draw(IDS)))
    return fold(told)["u", "v"], draw(st.sampled_from([None, 0, 1000, 30_000]))


def columns(pairs: list[PairFacts]) -> dict[str, np.ndarray]:
    told = {name: [getattr(pair, name) for pair in pairs] for name in FACT_FIELDS if name not in TEXTS}
    return {name: np.array([-1 if value is None else value for value in values]) for name, values in told.items()}


@given(st.lists(histories(), min_size=1, max_size=20))
def test_many_pairs_have_the_flags_of_each(told: list[tuple[PairFacts, int | None]]) -> None:
    """Every kind of event, ids alike and not, lengths at both thresholds, no duration, a duration of 0."""
    scale, pairs = PointScale(), [pair for pair, _ in told]
    bits = bits_of_pairs(
        scale,
        columns(pairs),
        np.array([-1 if length is None else length for _, length in told]),
        one_event=np.array([pair.event1_id is not None for pair in pairs]),
        one_completion=np.array(
            [
                pair.first_completion_id is not None and pair.first_completion_id == pair.last_completion_id
                for pair in pairs
            ]
        ),
    )
    wanted = []
    for pair, length in told:
        happened = flags(scale, pair, length)
        left = points(scale, happened) == 0.0 and skipped(pair, length)
        wanted.append(happened.bits() + SKIPPED * left)
    assert bits.tolist() == wanted


def test_a_flag_came_true_with_the_explicit_fact_else_with_the_longest_view() -> None:
    """The order of ``night_pairs``: completions told, then views; nothing where the flag is not set."""
    pairs = [
        PairFacts(first_at=5, last_at=9, view1_ms=10, view1_at=6, view2_ms=9, view2_at=8),
        PairFacts(first_at=5, last_at=9, view1_ms=10, view1_at=6, first_completion_at=7, last_completion_at=9),
        PairFacts(first_at=5, last_at=5),
    ]
    found = times_of_flags(columns(pairs), np.array([3, 3, 0]))
    assert found["completedAt"].tolist() == [6, 7]
    assert found["rewatchedAt"].tolist() == [8, 9]
    assert found["likedAt"].tolist() == []
