"""Catalogue rows: what they may say, and the merge law."""

import itertools
import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.errors import InvalidEvent, SchemaError
from contentgraph.graph.catalogue import (
    CatalogueRow,
    CatalogueState,
    canonical_json,
    check_row,
    decode_stamps,
    empty_state,
    encode_stamps,
    join,
    merge,
    restore_state,
    sound_key,
)
from contentgraph.graph.properties import CHECKS
from contentgraph.graph.rejections import REASONS

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z


def row(table, raw, stated_at=0):
    return check_row(table, {"id": "x"} | raw, stated_at=stated_at, now=NOW)


def reason(table, raw):
    with pytest.raises(InvalidEvent) as caught:
        row(table, raw)
    assert caught.value.reason in REASONS
    return caught.value.reason


def test_a_user_row_from_csv_equals_the_one_from_json():
    csv = {
        "kind": "creator",
        "birthYear": "1999",
        "country": "br",
        "languages": "pt-BR|en",
        "restricted": "false",
        "createdAt": "1780000000000",
    }
    plain = {
        "kind": "creator",
        "birthYear": 1999,
        "country": "BR",
        "languages": ["pt", "en", "pt"],
        "restricted": False,
        "createdAt": "2026-05-28T20:26:40Z",
    }
    assert row("users", csv) == row("users", plain)
    assert row("users", csv).values["languages"] == ("pt", "en"), "the first is the one that she is counted in"
    assert row("users", csv | {"languages": "en|pt"}).values["languages"] == ("en", "pt")


def test_only_what_was_said_has_a_value():
    nothing = {"country": "ZZ", "language": "und", "durationMs": 0, "creatorId": None, "unknownField": 1}
    assert row("videos", nothing).values == {}


def test_a_caption_says_its_hashtags_mentions_and_sound():
    said = row("videos", {"caption": "hey @bob ##Fyp #ÉTÉ♬ original  sound - j", "hashtags": ["#fyp", "B"]}).values
    assert said["hashtags"] == ("b", "fyp", "été")
    assert said["mentions"] == ("bob",)
    assert said["soundTitle"] == "original sound - j"


def test_mentions_and_sounds_of_the_row_itself_stand_alone():
    said = row("videos", {"caption": "@bob ♬ x", "mentions": ["u7"], "soundId": "s1"}).values
    assert said["mentions"] == ("u7",)
    assert "soundTitle" not in said


def test_a_caption_without_tags_says_that_there_are_none():
    assert row("videos", {"caption": ""}).values == {"caption": "", "hashtags": (), "mentions": ()}


@pytest.mark.parametrize(
    ("raw", "stated_at", "expected"),
    [
        ({"updatedAt": "2026-10-01", "createdAt": "2026-09-01"}, 1, 1_790_812_800_000),
        ({"createdAt": "2026-09-01"}, NOW - 5, NOW - 5),
        ({"createdAt": "2026-09-01"}, 0, 1_788_220_800_000),
        ({}, 0, 0),
    ],
)
def test_a_row_was_said_at_its_updated_at_else_the_files_time_else_its_creation(raw, stated_at, expected):
    assert row("users", raw, stated_at).updated_at == expected


def test_a_file_from_the_day_after_tomorrow_is_in_the_future():
    assert row("users", {}, NOW + 86_400_000).updated_at == NOW + 86_400_000
    with pytest.raises(InvalidEvent, match="file states"):
        row("users", {}, NOW + 86_400_001)


@pytest.mark.parametrize(
    ("table", "raw", "code"),
    [
        ("users", {"id": None}, "missing_field"),
        ("users", {"id": "a\0"}, "nul_byte"),
        ("users", {"kind": "robot"}, "bad_value"),
        ("users", {"kind": 1}, "bad_type"),
        ("users", {"birthYear": 1700}, "out_of_range"),
        ("users", {"birthYear": 2027}, "out_of_range"),
        ("users", {"birthYear": True}, "bad_type"),
        ("users", {"country": "Brazil"}, "bad_value"),
        ("users", {"languages": ["portuguese"]}, "bad_value"),
        ("users", {"languages": 5}, "bad_type"),
        ("users", {"restricted": "maybe"}, "bad_value"),
        ("users", {"restricted": 2}, "bad_value"),
        ("users", {"restricted": []}, "bad_type"),
        ("users", {"createdAt": "1970-01-01"}, "too_old"),
        ("users", {"updatedAt": NOW + 300_001}, "future"),
        ("users", {"removedAt": "soon"}, "bad_time"),
        ("videos", {"caption": "x" * 10_001}, "too_long"),
        pytest.param("videos", {"caption": "x" * 1_000_000}, "too_long", id="1 MB"),
        ("videos", {"caption": "a\0b"}, "nul_byte"),
        ("videos", {"caption": "half \ud83d"}, "bad_encoding"),
        ("videos", {"caption": ["a"]}, "bad_type"),
        ("videos", {"durationMs": -1}, "negative"),
        ("videos", {"durationMs": 86_400_001}, "out_of_range"),
        ("videos", {"durationMs": 1.5}, "bad_type"),
        ("videos", {"hashtags": ["two#tags"]}, "bad_value"),
        ("videos", {"hashtags": [1]}, "bad_type"),
        ("videos", {"hashtags": ["x"] * 1001}, "too_long"),
        ("videos", {"mentions": [""]}, "bad_id"),
        ("videos", {"remixOf": "x"}, "self_target"),
        ("videos", {"rating": "PG"}, "bad_value"),
        ("videos", {"withheldIn": ["DE", "Germany"]}, "bad_value"),
        ("videos", {"withheldIn": ["ZZ"]}, "bad_value"),
        ("videos", {"withheldIn": [""]}, "bad_value"),
        ("videos", {"withheldIn": [49]}, "bad_type"),
        ("videos", {"withheldIn": {"DE": True}}, "bad_type"),
        ("challenges", {"startsAt": "2026-10-02", "endsAt": "2026-10-01"}, "bad_value"),
        ("challenges", {"endsAt": "2100-01-02"}, "out_of_range"),
        ("challenges", {"startsAt": 0}, "too_old"),
    ],
)
def test_rows_that_cannot_be_right_are_refused(table, raw, code):
    assert reason(table, raw) == code


def test_a_challenge_may_end_in_the_future():
    assert row("challenges", {"endsAt": "2027-01-01"}).values["endsAt"] > NOW


def test_hashtags_are_nfkc_case_folded_and_without_sign():
    assert row("videos", {"hashtags": ["#ＦＹＰ", "##fyp", "", "#", "Straße"]}).values["hashtags"] == ("fyp", "strasse")


LETTERS = st.text("abzABZ", min_size=2, max_size=2)


@given(st.lists(LETTERS.filter(lambda code: code.upper() != "ZZ")), st.booleans())
def test_the_countries_of_a_video_are_capitals_ascending_each_once(codes, cell):
    """As a list, or as a cell of a CSV file; an empty list says: nowhere."""
    said = "|".join(codes) if cell else codes
    assert row("videos", {"withheldIn": said}).values["withheldIn"] == tuple(sorted({code.upper() for code in codes}))


@given(st.lists(LETTERS), st.text(max_size=3), st.integers(0, 9))
def test_one_code_that_is_no_country_refuses_the_row(codes, wrong, place):
    """It would not do to leave it out: the video would be shown where it must not be."""
    if len(wrong) == 2 and wrong.isascii() and wrong.isalpha():
        wrong = "zz"
    codes.insert(place, wrong)
    assert reason("videos", {"withheldIn": codes}) == "bad_value"


def test_a_creator_is_not_her_own_co_creator():
    assert row("videos", {"creatorId": "a", "coCreatorIds": ["b", "a"]}).values["coCreatorIds"] == ("b",)


def test_a_sound_without_an_id_is_known_by_its_title():
    assert sound_key("s1", "x") == "s1"
    assert sound_key(None, "ｏriginal  sound") == "title:original sound"
    assert sound_key(None, " ") is None
    assert sound_key(None, None) is None


# --- the merge law ---

TEXTS = st.lists(st.text("a1é", max_size=1), max_size=2).map(tuple)
VALUES = st.one_of(st.integers(-5, 5), st.booleans(), st.text("a1é", max_size=2), TEXTS)
ROWS = st.builds(
    lambda at, values: CatalogueRow("videos", "x", at, values),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3),
)


def merged(rows):
    state = None
    for each in rows:
        state = merge(state, each)
    return state


def by_hand(rows):
    """The law in one line: per property the greatest (updatedAt, canonical JSON)."""
    told = {}
    for each in rows:
        for name, value in each.values.items():
            rank = (each.updated_at, json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
            told[name] = max(told.get(name, rank), rank)
    return told


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_the_order_of_rows_and_repeats_leave_no_trace(rows):
    first = merged(rows)
    for other in itertools.permutations(rows):
        assert merged(other) == first
    assert merged([*rows, *rows]) == first


@given(st.lists(ROWS, min_size=1, max_size=6))
def test_the_greatest_stamp_wins_and_ties_go_to_the_greater_canonical_json(rows):
    state = merged(rows)
    assert {name: (state.stamps[name], canonical_json(value)) for name, value in state.values.items()} == by_hand(rows)


@given(st.lists(ROWS, min_size=2, max_size=5), st.data())
def test_any_cut_of_the_rows_joins_to_the_same(rows, data):
    cut = data.draw(st.integers(1, len(rows) - 1))
    assert join(merged(rows[:cut]), merged(rows[cut:])) == merged(rows)
    assert join(empty_state("x"), merged(rows)) == merged(rows)


def test_states_of_two_ids_do_not_join():
    with pytest.raises(ValueError, match="one id"):
        join(empty_state("x"), empty_state("y"))


def test_a_late_row_changes_only_what_nobody_said_later():
    new = row("videos", {"durationMs": 9000, "updatedAt": "2026-10-02"})
    old = row("videos", {"durationMs": 5000, "country": "BR", "updatedAt": "2026-10-01"})
    state = merged([new, old])
    assert state.values == {"durationMs": 9000, "country": "BR"}
    assert state.updated_at == new.updated_at
    assert json.loads(encode_stamps(state)) == {"country": old.updated_at}


def test_a_later_row_does_not_unsay_what_it_leaves_out():
    first = row("users", {"country": "BR", "updatedAt": "2026-10-01"})
    assert merged([first, row("users", {"kind": "brand", "updatedAt": "2026-10-02"})]).values["country"] == "BR"


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_stamps_come_back_from_the_store(rows):
    state = merged(rows)
    shown = {name: list(value) if isinstance(value, tuple) else value for name, value in state.values.items()}
    shown = {name: None if value == [] else value for name, value in shown.items()}  # a graph shows no empty list
    back = restore_state("x", shown, state.updated_at, encode_stamps(state))
    assert back.stamps == state.stamps
    assert {n: sorted(set(v)) if isinstance(v, tuple) else v for n, v in back.values.items()} == {
        n: sorted(set(v)) if isinstance(v, tuple) else v for n, v in state.values.items()
    }


def test_one_row_needs_no_stamps_beside_updated_at():
    said = {"caption": "no tag", "durationMs": 1000, "updatedAt": "2026-10-01"}
    state = merged([row("videos", said)])
    assert state.values["hashtags"] == ()
    assert encode_stamps(state) is None
    shown = {"caption": "no tag", "durationMs": 1000}
    assert restore_state("x", shown, state.updated_at, None) == state


def test_a_title_is_as_long_as_its_normal_form():
    """U+FDFA is 18 characters of it: Neo4j would not take the key of such a sound."""
    with pytest.raises(InvalidEvent, match="at most 1000 characters"):
        row("videos", {"soundTitle": "\ufdfa" * 300})
    said = row("videos", {"caption": "salam ♬ " + "\ufdfa" * 300}).values["soundTitle"]
    assert len(said) <= 1000
    assert said.startswith("صلى")


def test_a_title_is_no_id_of_a_sound():
    with pytest.raises(InvalidEvent, match="as soundTitle"):
        row("videos", {"soundId": "title:summer"})


def test_a_list_said_to_be_empty_is_remembered():
    state = merged([row("users", {"languages": [], "country": "BR", "updatedAt": "2026-10-02"})])
    back = restore_state("x", {"country": "BR"}, state.updated_at, encode_stamps(state))
    assert back == state
    assert join(back, merged([row("users", {"languages": ["pt"], "updatedAt": "2026-10-01"})])) == state


@pytest.mark.parametrize("encoded", ["{", "[]", '{"a":"b"}', '{"a":true}'])
def test_stamps_that_are_not_ours_are_said_to_be_so(encoded):
    with pytest.raises(SchemaError, match="not ours"):
        decode_stamps(["a"], 5, encoded)


def test_a_state_needs_a_stamp_for_each_value():
    with pytest.raises(ValueError, match="both the same"):
        CatalogueState("x", {"a": 1}, {})


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from([NOW, "x", "#a", "2026-10-31", "BR", "person", "adult", "\ud800", "a|b", b"x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data(), table=st.sampled_from(sorted(CHECKS)))
def test_whatever_the_row_it_is_canonical_or_an_invalid_event(data, table):
    names = [*CHECKS[table], "id", "updatedAt"]
    raw = {"id": "x"} | data.draw(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=4))
    refused = None
    try:
        checked = check_row(table, raw, stated_at=0, now=NOW)
    except InvalidEvent as error:
        refused = error
    if refused:
        assert refused.reason in REASONS
        orjson.dumps(str(refused))
        return
    assert checked.values.keys() <= CHECKS[table].keys()
    for value in checked.values.values():
        assert type(value) in (str, int, bool, tuple)
        if isinstance(value, tuple):
            assert list(value) == sorted(set(value))
    orjson.dumps(dict(checked.values))  # no half surrogate, no number above 64 bits
    again = {name: list(v) if isinstance(v, tuple) else v for name, v in checked.values.items()}
    assert check_row(table, {"id": "x"} | again, stated_at=0, now=NOW).values == checked.values
