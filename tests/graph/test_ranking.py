"""The slate: varied, without repeats, never short, with exact propensities."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.errors import UsageError
from contentgraph.graph.ranking import EXPLORE, Candidate, Decay, SlateSettings, certain, compose, joining

FLAT = Decay(1.0, 1.0)
PLAIN = SlateSettings(creator=FLAT, sound=FLAT, hashtag=FLAT, challenge=FLAT, per_creator=1000)


def candidate(name: str, score: float, creator: str = "", sound: str | None = None, tags: tuple[str, ...] = ()):
    creators = (creator,) if creator else ()
    return Candidate(name, score, {"similar": score * 0.75, "sound": score * 0.25}, creators, sound, tags)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(0, 30).map(str),
        st.integers(0, 20).map(float),
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([(), ("t",), ("t", "t", "u")]),
    ),
    max_size=40,
)


@settings(max_examples=200)
@given(CANDIDATES, st.integers(0, 25), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 5), CANDIDATES)
def test_a_slate_is_full_has_no_repeats_and_its_parts_add_up(candidates, limit: int, explore: float, seed: int, fresh):
    rules = SlateSettings(explore=explore, per_creator=2)
    slots = compose(candidates, limit, settings=rules, rng=rng(seed), fresh=fresh)
    ids = [slot.video_id for slot in slots]
    assert len(ids) == len(set(ids))
    distinct, more = {c.video_id for c in candidates}, {c.video_id for c in fresh}
    assert min(limit, len(distinct)) <= len(ids) <= limit
    assert len(ids) == min(limit, len(distinct | more))
    assert [slot.position for slot in slots] == list(range(1, len(slots) + 1))
    for slot in slots:
        assert sum(slot.parts.values()) == pytest.approx(slot.score)
        assert 0.0 < slot.propensity <= 1.0
        assert 0.0 <= slot.factor <= 1.0
        if explore == 0.0:
            assert slot.propensity == 1.0


@settings(max_examples=400)
@given(CANDIDATES, st.integers(0, 12), st.integers(1, 25), CANDIDATES)
def test_a_slate_that_is_certain_is_that_of_all_candidates(candidates, limit: int, first: int, shown):
    """Those of greatest score are enough, if it says so."""
    rules = SlateSettings(per_creator=2)
    best = {c.video_id: c for c in sorted(candidates, key=lambda c: (-c.score, c.video_id), reverse=True)}
    ordered = sorted(best.values(), key=lambda c: (-c.score, c.video_id))
    left = max((c.score for c in ordered[first:]), default=0.0)
    slots = compose(ordered[:first], limit, settings=rules, rng=rng(), shown=shown)
    if certain(slots, best, limit, left, settings=rules, shown=shown):
        assert slots == compose(ordered, limit, settings=rules, rng=rng(), shown=shown)


def test_few_candidates_of_great_score_are_certain_and_near_ones_are_not() -> None:
    far, near = [candidate("a", 9.0), candidate("b", 8.0)], candidate("c", 7.9)
    slots = compose(far, 2, settings=PLAIN, rng=rng())
    assert certain(slots, {c.video_id: c for c in far}, 2, near.score, settings=PLAIN)
    assert not certain(slots, {c.video_id: c for c in far}, 2, 8.0, settings=PLAIN)
    assert not certain(slots, {c.video_id: c for c in far}, 3, 0.0, settings=PLAIN)


@given(CANDIDATES, st.randoms(use_true_random=False), st.integers(0, 5))
def test_the_order_of_candidates_leaves_no_trace(candidates, chance, seed: int):
    """Except where one video is told twice with one score and other features, which is the caller's contradiction."""
    unique = list({c.video_id: c for c in candidates}.values())
    rules = SlateSettings(explore=0.5)
    once = compose(unique, 10, settings=rules, rng=rng(seed))
    chance.shuffle(unique)
    assert compose(unique, 10, settings=rules, rng=rng(seed)) == once


@given(CANDIDATES)
def test_without_variety_and_chance_a_slate_is_a_sort_by_score_then_id(candidates):
    best: dict[str, float] = {}
    for c in candidates:
        best[c.video_id] = max(c.score, best.get(c.video_id, 0.0))
    expected = sorted(best, key=lambda name: (-best[name], name))[:20]
    assert [slot.video_id for slot in compose(candidates, 20, settings=PLAIN, rng=rng())] == expected


@settings(max_examples=200)
@given(CANDIDATES)
def test_the_lazy_greedy_choice_is_that_of_looking_at_every_candidate(candidates):
    unique = list({c.video_id: c for c in candidates}.values())
    rules = SlateSettings(per_creator=1000)
    seen: Counter[tuple[str, str]] = Counter()
    left, expected = sorted(unique, key=lambda c: (-c.score, c.video_id)), []

    def factor(c: Candidate) -> float:
        product = 1.0
        for kind, names, decay in (
            ("creator", c.creators, rules.creator),
            ("sound", (c.sound,) if c.sound else (), rules.sound),
            ("hashtag", dict.fromkeys(c.hashtags), rules.hashtag),
        ):
            for name in names:
                product *= decay.at(seen[kind, name])
        return product

    while left and len(expected) < 10:
        chosen = max(left, key=lambda c: c.score * factor(c))
        left.remove(chosen)
        expected.append(chosen.video_id)
        seen.update({("creator", n) for n in chosen.creators} | {("hashtag", n) for n in chosen.hashtags})
        if chosen.sound:
            seen["sound", chosen.sound] += 1
    assert [slot.video_id for slot in compose(unique, 10, settings=rules, rng=rng())] == expected


def test_a_creator_s_further_videos_are_worth_less_each_time():
    """0.75·0.5^k + 0.25: 1, 0.625, 0.4375."""
    assert [SlateSettings().creator.at(k) for k in range(3)] == [1.0, 0.625, 0.4375]
    mine = [candidate(f"a{place}", 10.0 - place / 10.0, "a") for place in range(3)]
    others = [candidate("b", 6.5, "b"), candidate("c", 4.0, "c")]
    ids = [slot.video_id for slot in compose([*mine, *others], 5, rng=rng())]
    assert ids == ["a0", "b", "a1", "a2", "c"]


def test_no_creator_has_more_than_her_places_while_there_are_others():
    candidates = [candidate(f"a{place}", 100.0, "a") for place in range(9)] + [candidate("z", 0.01, "z")]
    rules = SlateSettings(per_creator=2)
    ids = [slot.video_id for slot in compose(candidates, 3, settings=rules, rng=rng())]
    assert ids == ["a0", "a1", "z"]
    assert len(compose(candidates, 8, settings=rules, rng=rng())) == 8, "a short list is worse than a third video"


def test_a_co_creator_counts_as_a_creator():
    both = Candidate("v", 5.0, {"similar": 5.0}, ("a", "b"))
    rules = SlateSettings(per_creator=1)
    ids = [
        s.video_id
        for s in compose([both, candidate("w", 4.0, "b"), candidate("x", 1.0, "c")], 2, settings=rules, rng=rng())
    ]
    assert ids == ["v", "x"]


def test_the_logged_propensity_is_the_frequency_with_which_it_happens():
    """Position 1 of 4 candidates, 40 % chance over a pool of 3: best 0.6 + 0.4/3, the next two 0.4/3."""
    candidates = [candidate(name, score) for name, score in (("a", 9.0), ("b", 5.0), ("c", 3.0), ("d", 1.0))]
    rules = SlateSettings(explore=0.4, explore_from=1, explore_pool=3)
    source = rng(3)
    first = [compose(candidates, 1, settings=rules, rng=source)[0] for _ in range(6000)]
    count = Counter(slot.video_id for slot in first)
    told = {slot.video_id: slot.propensity for slot in first}
    assert set(count) == {"a", "b", "c"}
    assert sum(told.values()) == pytest.approx(1.0)
    for name, propensity in told.items():
        assert count[name] / 6000 == pytest.approx(propensity, abs=0.02)
    assert {slot.source for slot in first} == {EXPLORE, "similar"}


def test_an_inverse_propensity_estimate_of_the_logged_slots_is_unbiased():
    """Horvitz–Thompson: the mean of 1[b]/propensity is the share b would have if it always were first, 1."""
    candidates = [candidate("a", 9.0), candidate("b", 5.0)]
    rules = SlateSettings(explore=0.5, explore_from=1)
    source = rng(4)
    slots = [compose(candidates, 1, settings=rules, rng=source)[0] for _ in range(6000)]
    assert np.mean([(slot.video_id == "b") / slot.propensity for slot in slots]) == pytest.approx(1.0, abs=0.08)


def test_fresh_videos_come_by_the_draw_and_not_above_the_first_places():
    candidates = [candidate(f"v{place:02}", 50.0 - place) for place in range(30)]
    fresh = [candidate(f"n{place}", 0.0) for place in range(30)]
    rules = SlateSettings(explore=0.5, explore_from=4)
    slots = compose(candidates, 20, settings=rules, rng=rng(1), fresh=fresh)
    drawn = [slot for slot in slots if slot.video_id.startswith("n")]
    assert 3 <= len(drawn) <= 15
    assert all(slot.source == EXPLORE and slot.position >= 4 for slot in drawn)
    assert all(slot.propensity == pytest.approx(0.5 / (30 - place)) for place, slot in enumerate(drawn))


def test_what_cannot_be_used_is_refused():
    with pytest.raises(UsageError, match="slate of -1"):
        compose([], -1, rng=rng())
    with pytest.raises(UsageError, match="'v' has the score nan"):
        compose([candidate("v", float("nan"))], 1, rng=rng())
    with pytest.raises(UsageError, match="exploration is 1"):
        SlateSettings(explore=1.1)
    with pytest.raises(UsageError, match="per_creator 0"):
        SlateSettings(per_creator=0)
    with pytest.raises(UsageError, match="decay is 2"):
        Decay(2.0, 0.0)


def placed(name: str, score: float, *place: float, copies: tuple[str, ...] = ()) -> Candidate:
    return Candidate(name, score, {"similar": score}, place=place, copies=copies)


def test_more_of_the_same_taste_is_worth_less_by_how_near_it_is() -> None:
    """b is a's twin and falls by the whole weight, c is across and keeps its score: 1 · (1 - ½) < 0.6."""
    candidates = [placed("a", 1.0, 1.0, 0.0), placed("b", 0.9, 1.0, 0.0), placed("c", 0.6, 0.0, 1.0)]
    slots = compose(candidates, 3, settings=SlateSettings(topic=0.5), rng=rng())
    assert [slot.video_id for slot in slots] == ["a", "c", "b"]
    assert slots[1].factor == 1.0
    assert slots[2].factor == pytest.approx(0.5)
    blind = compose(candidates, 3, settings=SlateSettings(topic=0.0), rng=rng())
    assert [slot.video_id for slot in blind] == ["a", "b", "c"]


def test_the_opposite_taste_and_an_unknown_place_lose_nothing() -> None:
    candidates = [placed("a", 1.0, 1.0, 0.0), placed("b", 0.9, -1.0, 0.0), placed("c", 0.8)]
    slots = compose(candidates, 3, settings=SlateSettings(topic=1.0), rng=rng())
    assert [slot.video_id for slot in slots] == ["a", "b", "c"]
    assert [slot.factor for slot in slots] == [1.0, 1.0, 1.0]


def test_of_near_duplicates_the_best_is_shown_and_no_other() -> None:
    """By either key: b and a are said to be the same, b and e show the same; a and e have nothing in common."""
    candidates = [placed("a", 1.0, copies=("k",)), placed("b", 2.0, copies=("k", "o")), placed("c", 0.1),
                  placed("d", 0.1, copies=("x",)), placed("e", 0.5, copies=("o",))]  # fmt: skip
    assert [slot.video_id for slot in compose(candidates, 9, rng=rng())] == ["b", "c", "d"]


def test_what_the_last_feeds_showed_comes_after_all_else_without_its_copies_and_makes_more_of_it_worth_less() -> None:
    before = [Candidate("old", 5.0, {}, creators=("kay",), place=(1.0, 0.0), copies=("k",))]
    candidates = [
        Candidate("old", 5.0, {}, creators=("kay",), copies=("k",)),
        Candidate("copy", 4.0, {}, copies=("k",)),
        Candidate("hers", 1.0, {}, creators=("kay",)),
        Candidate("near", 0.8, {}, place=(1.0, 0.0)),
        Candidate("other", 0.7, {}),
    ]
    slots = compose(candidates, 9, settings=SlateSettings(topic=0.5), rng=rng(), shown=before)
    assert [slot.video_id for slot in slots] == ["other", "hers", "near", "old"]
    assert [slot.factor for slot in slots[:3]] == pytest.approx([1.0, 0.625, 0.4 / 0.8])
    assert [slot.propensity for slot in slots] == [1.0] * 4


def test_where_all_was_shown_the_longest_ago_comes_first_and_none_is_certain() -> None:
    """Whatever their scores; what was shown twice by its last time. A copy stands for what can be shown no more."""
    candidates = [candidate(f"v{place}", float(place)) for place in range(6)]
    shown = [candidates[place] for place in (3, 1, 4, 3, 0)] + [placed("seen", 9.0, copies=("k",))]
    copy = placed("copy", 9.5, copies=("k",))
    rules = SlateSettings(explore=1.0, explore_from=1)
    slots = compose([*candidates, copy], 9, settings=rules, rng=rng(), shown=shown)
    assert {slot.video_id for slot in slots[:2]} == {"v2", "v5"}
    assert [slot.video_id for slot in slots[2:]] == ["v1", "v4", "v3", "v0", "copy"]
    assert [slot.propensity for slot in slots[2:]] == [1.0] * 5
    known = {c.video_id: c for c in [*candidates, copy]}
    some = compose(candidates[1:2], 1, settings=PLAIN, rng=rng(), shown=shown)
    assert not certain(some, known, 1, 0.0, settings=PLAIN, shown=shown), "a worse one that is new would come first"


@given(CANDIDATES, st.integers(0, 12), CANDIDATES)
def test_a_slate_after_others_is_as_long_as_without_them(candidates, limit: int, shown) -> None:
    told = compose(candidates, limit, rng=rng(), shown=shown)
    assert len(told) == len(compose(candidates, limit, rng=rng()))
    before = [slot.video_id in {c.video_id for c in shown} for slot in told]
    assert before == sorted(before)


def test_what_joins_a_slate_is_no_copy_of_it_and_no_fourth_of_one_creator() -> None:
    """By any key, of what stands above or of one before; each has the room that the ones before it left."""
    above = [placed("a", 1.0, copies=("k",)), *(Candidate(f"h{n}", 1.0, {}, creators=("kay",)) for n in (1, 2))]
    told = [placed("a", 0.0), placed("b", 0.0, copies=("x", "k")), placed("c", 0.0, copies=("o",)),
            placed("d", 0.0, copies=("o",))]  # fmt: skip
    told += [Candidate(f"h{n}", 0.0, {}, creators=("kay",)) for n in (3, 4)]
    assert [one.video_id for one in joining(told, above, settings=SlateSettings(per_creator=3))] == ["c", "h3"]
    assert joining(told[:2], above, settings=SlateSettings()) == []
