"""Follows, blocks, hides and reports, folded per user and target."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.events import EITHER_KINDS, USER_KINDS, VIDEO_KINDS, Event
from contentgraph.graph.relations import RELATION_STATEMENTS, relations


def test_the_latest_of_each_side_stays() -> None:
    """A follow at 1 and 5 and an unfollow at 3 are one row with both times."""
    told = [Event(kind, "u1", at, target_id="u2") for kind, at in (("follow", 5), ("unfollow", 3), ("follow", 1))]
    assert relations(told) == {"merge_follows": [{"userId": "u1", "targetId": "u2", "at": 5, "until": 3}]}


def test_undoing_what_was_never_told_keeps_its_time() -> None:
    """The block may come in tomorrow's file."""
    assert relations([Event("unblock", "u1", 3, target_id="u2")]) == {
        "merge_blocks": [{"userId": "u1", "targetId": "u2", "at": None, "until": 3}]
    }


def test_hides_and_reports_go_by_the_kind_of_target() -> None:
    found = relations([
        Event("hide", "u1", 1, video_id="v1"), Event("hide", "u1", 1, target_id="u2"),
        Event("hide", "u1", 1, sound_id="s1"), Event("hide", "u1", 1, hashtag="dance"),
        Event("report", "u1", 1, video_id="v1"), Event("report", "u1", 1, target_id="u2"),
    ])  # fmt: skip
    assert {name: rows[0]["targetId"] for name, rows in found.items()} == {
        "merge_hides_video": "v1", "merge_hides_user": "u2", "merge_hides_sound": "s1", "merge_hides_hashtag": "dance",
        "merge_reports_video": "v1", "merge_reports_user": "u2",
    }  # fmt: skip


def test_a_report_keeps_the_earliest_and_at_one_time_the_smaller_reason() -> None:
    told = [Event("report", "u1", at, video_id="v1", reason=why) for at, why in ((5, "a"), (3, "c"), (3, "b"))]
    for order in permutations(told):
        assert relations(order)["merge_reports_video"] == [{"userId": "u1", "targetId": "v1", "at": 3, "reason": "b"}]


def test_engagement_is_passed_over() -> None:
    assert relations([Event(kind, "u1", 1, video_id="v1", watched_ms=1) for kind in VIDEO_KINDS]) == {}


people = st.sampled_from(["u1", "u2", "u3"])
events = st.one_of(
    st.builds(Event, st.sampled_from(sorted(USER_KINDS)), people, st.integers(0, 5), target_id=people),
    st.builds(Event, st.sampled_from(sorted(EITHER_KINDS)), people, st.integers(0, 5), video_id=st.just("v1")),
)


@given(st.lists(events, max_size=12), st.randoms(use_true_random=False))
def test_order_and_repetition_leave_no_trace(told: list[Event], chance: object) -> None:
    """A law: any order, any event again, the same rows."""
    again = [*told, *told[:3]]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert relations(again) == relations(told)
    assert set(relations(told)) <= set(RELATION_STATEMENTS)
