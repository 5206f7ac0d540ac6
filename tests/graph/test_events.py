"""What an event is: kinds, targets, times, and what cannot be right."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import InvalidEvent
from contentgraph.graph.events import (
    EITHER_KINDS,
    KINDS,
    MUTING_KINDS,
    USER_KINDS,
    VIDEO_KINDS,
    Event,
    check_event,
)
from contentgraph.graph.rejections import REASONS

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
LIKE = {"userId": "u1", "kind": "like", "videoId": "v1", "at": NOW}
VIEW = {"userId": "u1", "kind": "view", "videoId": "v1", "at": NOW, "watchedMs": 4000}
FOLLOW = {"userId": "u1", "kind": "follow", "targetId": "u2", "at": NOW}


def reason(row: dict[str, object]) -> str:
    with pytest.raises(InvalidEvent) as caught:
        check_event(row, now=NOW)
    assert caught.value.reason in REASONS
    assert len(str(caught.value)) < 400
    return caught.value.reason


def test_every_kind_has_one_sort_of_target():
    assert set(KINDS) == VIDEO_KINDS | USER_KINDS | EITHER_KINDS
    assert len(VIDEO_KINDS) + len(USER_KINDS) + len(EITHER_KINDS) == len(KINDS) == 13


def test_a_view_holds_what_was_told():
    told = VIEW | {"eventId": 7, "country": "br", "source": "feed", "reason": "not read", "other": [1]}
    assert check_event(told, now=NOW) == Event(
        "view", "u1", NOW, video_id="v1", watched_ms=4000, event_id="7", country="BR", source="feed"
    )


def test_an_event_cannot_be_changed():
    event = check_event(LIKE, now=NOW)
    with pytest.raises(AttributeError):
        event.at = 1  # type: ignore[misc]
    assert not hasattr(event, "__dict__")


@pytest.mark.parametrize("kind", sorted(VIDEO_KINDS))
def test_kinds_on_a_video_need_a_video(kind):
    assert check_event(VIEW | {"kind": kind}, now=NOW).video_id == "v1"
    assert reason(VIEW | {"kind": kind, "videoId": None, "targetId": "u2"}) == "missing_field"


@pytest.mark.parametrize("kind", sorted(USER_KINDS))
def test_kinds_on_a_user_need_another_user(kind):
    assert check_event(FOLLOW | {"kind": kind}, now=NOW).target_id == "u2"
    assert reason(FOLLOW | {"kind": kind, "targetId": None, "videoId": "v1"}) == "missing_field"
    assert reason(FOLLOW | {"kind": kind, "targetId": "u1"}) == "self_target"


@pytest.mark.parametrize("kind", sorted(EITHER_KINDS))
def test_hides_and_reports_take_exactly_one_of_both(kind):
    told = {"userId": "u1", "kind": kind, "at": NOW}
    assert check_event(told | {"videoId": "v"}, now=NOW).video_id == "v"
    assert check_event(told | {"targetId": "u2"}, now=NOW).target_id == "u2"
    assert reason(told) == "missing_field"
    assert reason(told | {"videoId": "v", "targetId": "u2"}) == "bad_value"
    assert reason(told | {"targetId": "u1"}) == "self_target"


@pytest.mark.parametrize("kind", sorted(MUTING_KINDS))
def test_hides_are_of_sounds_and_hashtags_too(kind):
    told = {"userId": "u1", "kind": kind, "at": NOW}
    assert check_event(told | {"soundId": "s1"}, now=NOW).sound_id == "s1"
    assert check_event(told | {"hashtag": "#Ｄance"}, now=NOW).hashtag == "dance"
    assert reason(told | {"soundId": "s1", "hashtag": "x"}) == "bad_value"
    assert reason(told | {"soundId": "s1", "videoId": "v"}) == "bad_value"
    assert reason(told | {"hashtag": "##"}) == "bad_value"
    assert reason(told | {"hashtag": "a#b"}) == "bad_value"
    assert reason(told | {"soundId": " s"}) == "bad_id"
    assert reason(told | {"kind": "report", "soundId": "s1"}) == "missing_field"


def test_only_a_report_has_a_reason():
    told = {"userId": "u1", "kind": "report", "videoId": "v", "at": NOW, "reason": "spam\nagain"}
    assert check_event(told, now=NOW).reason == "spam\nagain"
    assert reason(told | {"reason": "x" * 1001}) == "too_long"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, NOW),
        (str(NOW), NOW),
        (float(NOW), NOW),
        (NOW + 300_000, NOW + 300_000),
        (1_104_537_600_000, 1_104_537_600_000),
        ("2026-10-31", NOW - 86_400_000),
        ("2026-10-31T12:00:00", NOW - 43_200_000),
        ("2026-10-31T12:00:00Z", NOW - 43_200_000),
        ("2026-10-31 12:00:00.123456+02:00", NOW - 50_400_000 + 123),
    ],
)
def test_times_are_iso_or_epoch_ms_and_naive_ones_are_utc(at, expected):
    assert check_event(LIKE | {"at": at}, now=NOW).at == expected


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOW + 300_001, "future"),
        (10**30, "future"),
        pytest.param(10**5000, "future", id="5001 digits"),
        (1_104_537_599_999, "too_old"),
        (NOW // 1000, "too_old"),
        ("1970-01-01", "too_old"),
        ("-5", "too_old"),
        ("0001-01-01T00:00:00+23:59", "too_old"),
        ("9999-12-31T23:59:59-23:59", "future"),
        ("yesterday", "bad_time"),
        ("", "bad_time"),
        ("2026-13-01", "bad_time"),
        ("١٢٣", "bad_time"),
        ("²", "bad_time"),
        pytest.param("9" * 5000, "bad_time", id="text of 5000 digits"),
        (True, "bad_time"),
        (float("nan"), "bad_time"),
        (float("inf"), "bad_time"),
        (NOW + 0.5, "bad_time"),
        ([NOW], "bad_time"),
    ],
)
def test_times_that_cannot_be_are_refused(at, code):
    assert reason(LIKE | {"at": at}) == code


def test_seconds_given_as_milliseconds_are_recognised():
    with pytest.raises(InvalidEvent, match="seconds"):
        check_event(LIKE | {"at": NOW // 1000}, now=NOW)


@pytest.mark.parametrize(
    ("watched", "code"),
    [
        (None, "missing_field"),
        (-1, "negative"),
        ("-1", "negative"),
        (86_400_001, "out_of_range"),
        (10**400, "out_of_range"),
        (1.5, "bad_type"),
        (True, "bad_type"),
        ("long", "bad_type"),
        ([], "bad_type"),
    ],
)
def test_a_view_has_a_time_watched_between_0_and_24_hours(watched, code):
    assert reason(VIEW | {"watchedMs": watched}) == code


@pytest.mark.parametrize("watched", [0, "0", 0.0, 86_400_000])
def test_nothing_watched_is_still_a_view(watched):
    assert check_event(VIEW | {"watchedMs": watched}, now=NOW).watched_ms == int(watched)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (None, "missing_field"),
        ("", "bad_id"),
        (" u", "bad_id"),
        ("u\n", "bad_id"),
        ("u\x00x", "nul_byte"),
        ("u\x07x", "bad_id"),
        ("u\ud83d", "bad_encoding"),
        ("u" * 257, "too_long"),
        pytest.param("u" * 10_000, "too_long", id="10 kB"),
        (True, "bad_type"),
        (1.0, "bad_type"),
        ({"id": 1}, "bad_type"),
        pytest.param(10**5000, "bad_type", id="5001 digits"),
    ],
)
@pytest.mark.parametrize("field", ["userId", "videoId", "eventId"])
def test_ids_that_cannot_be_are_refused(field, name, code):
    if field == "eventId" and name is None:
        assert check_event(LIKE | {"eventId": None}, now=NOW).event_id is None
    else:
        assert reason(LIKE | {field: name}) == code


@pytest.mark.parametrize("name", ["u", "u" * 256, "ü 1", "用户", "a\u200db", 12, -3])
def test_ids_are_text_or_whole_numbers(name):
    assert check_event(LIKE | {"userId": name}, now=NOW).user_id == str(name)


@pytest.mark.parametrize("kind", ["View", "views", "", pytest.param("v" * 10**6, id="1 MB")])
def test_other_kinds_are_unknown(kind):
    assert reason(LIKE | {"kind": kind}) == "unknown_kind"


def test_a_kind_is_a_text():
    assert reason(LIKE | {"kind": ["view"]}) == "bad_type"
    assert reason({"userId": "u", "videoId": "v", "at": NOW}) == "missing_field"


def test_countries_are_two_letters_and_zz_is_none():
    assert check_event(LIKE | {"country": "ZZ"}, now=NOW).country is None
    assert reason(LIKE | {"country": "BRA"}) == "bad_value"
    assert reason(LIKE | {"country": "ßß"}) == "bad_value"
    assert reason(LIKE | {"country": 55}) == "bad_type"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from([*KINDS, NOW, "u1", "v1", "2026-10-31", "BR", "\ud800", b"x"])
    | st.integers(2**64, 10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELD_NAMES = ["userId", "kind", "videoId", "targetId", "at", "watchedMs", "eventId", "country", "source", "reason"]


@given(
    base=st.sampled_from([LIKE, VIEW, FOLLOW, {}]),
    changed=st.dictionaries(st.sampled_from(FIELD_NAMES), ANYTHING, max_size=4),
)
def test_whatever_the_row_it_is_an_event_or_an_invalid_event(base, changed):
    refused = None
    try:
        event = check_event(base | changed, now=NOW)
    except InvalidEvent as error:
        refused = error
    if refused:
        assert refused.reason in REASONS
        orjson.dumps(str(refused))
        return
    assert event.kind in KINDS
    assert (event.video_id is None) != (event.target_id is None)
    assert (event.watched_ms is not None) == (event.kind == "view")
    assert 1_104_537_600_000 <= event.at <= NOW + 300_000
    for name in (event.user_id, event.video_id, event.target_id, event.event_id):
        assert name is None or (1 <= len(name) <= 256 and name == name.strip() and "\0" not in name)
    orjson.dumps([event.source, event.reason])
