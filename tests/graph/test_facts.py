"""Pair facts: the merge is a join, and its two lattices say what a look at all events says."""

from collections.abc import Iterable
from dataclasses import fields, replace
from functools import reduce
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.events import KINDS, Event
from contentgraph.graph.facts import FACT_FIELDS, PAIR_KINDS, PairFacts, facts_of, fold, merge, stand_in_id
from contentgraph.graph.points import PointScale, flags

TIMES = st.integers(1_000, 1_004)
IDS = st.one_of(st.none(), st.sampled_from(["a", "b", "～", "😀"]), TIMES.map(stand_in_id))


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(sorted(PAIR_KINDS)))
    watched = draw(st.sampled_from([0, 899, 900, 1499, 1500, 3000])) if kind == "view" else None
    source = draw(st.sampled_from([None, "feed", "trending", "wave", "wave:2", "trending now"]))
    return Event(kind, "u", draw(TIMES), video_id="v", watched_ms=watched, event_id=draw(IDS), source=source)


SOURCES_PUSHED = {"trending", "wave", "wave:2"}
SOME = st.lists(events(), min_size=1, max_size=8)


def facts(told: Iterable[Event]) -> PairFacts:
    return reduce(merge, map(facts_of, told))


@given(SOME, SOME)
def test_the_merge_is_commutative(a: list[Event], b: list[Event]) -> None:
    assert merge(facts(a), facts(b)) == merge(facts(b), facts(a))


@given(SOME, SOME, SOME)
def test_the_merge_is_associative(a: list[Event], b: list[Event], c: list[Event]) -> None:
    x, y, z = facts(a), facts(b), facts(c)
    assert merge(merge(x, y), z) == merge(x, merge(y, z))


@given(SOME)
def test_the_merge_is_idempotent(a: list[Event]) -> None:
    once = facts(a)
    assert merge(once, once) == once
    assert facts([*a, *a]) == once


@given(SOME, st.randoms(use_true_random=False))
def test_any_order_cut_and_repetition_folds_to_the_same(told: list[Event], rng: object) -> None:
    shuffled = [*told, *told[:3]]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    middle = len(shuffled) // 2
    halves = [part for part in (shuffled[:middle], shuffled[middle:]) if part]
    assert reduce(merge, map(facts, halves)) == facts(told)


@given(SOME)
def test_what_was_pushed_first_is_told_apart(told: list[Event]) -> None:
    assert facts(told).first_pushed_at == min((e.at for e in told if e.source in SOURCES_PUSHED), default=None)


@given(SOME, st.sampled_from([None, 600, 1_000, 3_000]))
def test_flags_are_those_of_all_events(told: list[Event], duration: int | None) -> None:
    """completed and rewatched from the two lattices equal what comparing every pair of events says."""

    def apart(some: list[Event]) -> bool:
        keys = [(event.at, event.event_id or stand_in_id(event.at)) for event in some]
        return any(a[0] != b[0] and a[1] != b[1] for a, b in combinations(keys, 2))

    def ratio(event: Event) -> float:
        return (event.watched_ms or 0) / duration if duration else -1.0

    views = [event for event in told if event.kind == "view"]
    whole = [event for event in views if ratio(event) >= 0.9]
    completions = [event for event in told if event.kind == "completion"]
    rewatched = any(ratio(event) >= 1.5 for event in views) or apart(whole) or apart(completions)
    likes, unlikes = ([event.at for event in told if event.kind == kind] for kind in ("like", "unlike"))
    found = flags(PointScale(), facts(told), duration)
    assert found.rewatched == rewatched
    assert found.completed == (rewatched or bool(whole) or bool(completions))
    assert found.liked == (bool(likes) and max(likes) >= max(unlikes, default=0))
    assert found.shared == any(event.kind == "share" for event in told)
    assert found.commented == any(event.kind == "comment" for event in told)


@given(SOME)
def test_times_are_first_and_last(told: list[Event]) -> None:
    found = facts(told)
    assert (found.first_at, found.last_at) == (min(e.at for e in told), max(e.at for e in told))
    longest = max((e.watched_ms for e in told if e.watched_ms is not None), default=None)
    assert found.view1_ms == longest
    assert found.view2_at is None or found.view2_at != found.view1_at


@given(SOME)
def test_a_second_lattice_is_kept_only_where_it_says_more(told: list[Event]) -> None:
    """Events without an id, or with the id that stands in for none, leave no id behind."""
    plain = [replace(event, event_id=None) for event in told]
    found = facts(plain)
    assert (found.event1_id, found.event2_id, found.first_completion_id, found.last_completion_id) == (None,) * 4
    assert facts([replace(event, event_id=stand_in_id(event.at)) for event in told]) == found


def test_one_event_id_told_at_two_times_counts_once() -> None:
    """A view retried under its id with another clock is one view; under two ids it is a rewatch."""
    first = Event("view", "u", 1_000, video_id="v", watched_ms=950, event_id="a")
    again = replace(first, at=2_000)
    assert not flags(PointScale(), facts([first, again]), 1_000).rewatched
    assert flags(PointScale(), facts([first, replace(again, event_id="b")]), 1_000).rewatched
    done = replace(first, kind="completion", watched_ms=None)
    assert not flags(PointScale(), facts([done, replace(done, at=2_000)]), None).rewatched
    assert flags(PointScale(), facts([done, replace(done, at=2_000, event_id=None)]), None).rewatched


def test_like_wins_a_tie_and_the_later_wins_otherwise() -> None:
    like, unlike = (Event(kind, "u", 1_000, video_id="v") for kind in ("like", "unlike"))
    assert flags(PointScale(), facts([unlike, like]), None).liked
    assert not flags(PointScale(), facts([like, replace(unlike, at=1_001)]), None).liked
    assert flags(PointScale(), facts([replace(like, at=1_002), replace(unlike, at=1_001)]), None).liked


def test_other_kinds_say_nothing_of_a_pair() -> None:
    for kind in set(KINDS) - PAIR_KINDS:
        with pytest.raises(KeyError):
            facts_of(Event(kind, "u", 1_000, video_id="v"))
    hide, follow = Event("hide", "u", 1_000, video_id="v"), Event("follow", "u", 5, target_id="x")
    assert fold([hide, Event("like", "u", 5, video_id="v"), follow]).keys() == {("u", "v")}


def test_the_names_of_facts_are_those_of_the_record() -> None:
    assert tuple(field.name for field in fields(PairFacts)) == FACT_FIELDS
