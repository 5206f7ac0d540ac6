"""Tombstones: who was erased is known by id and listed nowhere, and rows are told without them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.captions import parse_caption, replace_mentions
from contentgraph.graph.catalogue import check_row
from contentgraph.graph.erasure import Tombstones, naming, tombstone, without_small
from contentgraph.graph.events import event_fields
from contentgraph.graph.naming import BLANK, GAP, telling, without_names

NOW = 1_793_491_200_000
SALT, OTHER = "0f" * 32, "a0" * 32
GONE = Tombstones(
    [SALT, OTHER],
    {
        tombstone(SALT, "user", "ana"): False,
        tombstone(OTHER, "user", "bob"): True,
        tombstone(SALT, "video", "v9"): False,
    },
)


def row(table, **said):
    return GONE.row(check_row(table, {"id": "x", "updatedAt": NOW - 1} | said, stated_at=0, now=NOW))


def test_an_id_is_known_by_either_salt_and_only_as_what_it_was():
    assert [GONE.user(name) for name in ("ana", "bob", "v9", "anna", None)] == [True, True, False, False, False]
    assert [GONE.video(name) for name in ("v9", "ana")] == [True, False]
    assert not Tombstones([], {})


@pytest.mark.parametrize(
    "event",
    [
        {"userId": "ana", "kind": "like", "videoId": "v1"},
        {"userId": "u", "kind": "follow", "targetId": "bob"},
        {"userId": "u", "kind": "view", "videoId": "v9", "watchedMs": 1},
    ],
)
def test_an_event_of_or_about_them_is_none(event):
    assert GONE.event(event_fields(event | {"at": NOW - 5}, NOW)) is None


def test_any_other_event_is_as_it_was_but_for_their_mention():
    plain = event_fields({"userId": "u", "kind": "like", "videoId": "v1", "at": NOW - 5}, NOW)
    assert GONE.event(plain) is plain
    said = {"userId": "u", "kind": "report", "targetId": "x", "reason": "like @ana and @anabel", "at": NOW - 5}
    before = event_fields(said, NOW)
    after = GONE.event(before)
    assert after == tuple("like @… and @anabel" if cell == "like @ana and @anabel" else cell for cell in before)


def test_rows_that_describe_them_are_none():
    """The person, the video, and a video by a person whose videos went with her."""
    assert row("users", id="ana") is None
    assert row("videos", id="v9") is None
    assert row("videos", creatorId="ana") is None
    assert row("users", id="v9") is not None


def test_rows_that_name_them_are_told_without_them():
    told = row(
        "videos", creatorId="bob", coCreatorIds=["ana", "eve"], remixOf="v9", caption="with @ana @eve", hashtags=["x"]
    )
    assert told.values["coCreatorIds"] == ("eve",)
    assert told.values["mentions"] == ("eve",)
    assert told.values["caption"] == f"with {BLANK} @eve"
    assert not {"creatorId", "remixOf"} & told.values.keys()
    told = row("challenges", title="for @ana", launchedBy="ana", sponsoredBy=["ana", "eve"])
    assert (told.values["title"], told.values["sponsoredBy"]) == (f"for {BLANK}", ("eve",))
    assert "launchedBy" not in told.values


def test_a_list_that_named_nobody_else_is_not_said():
    """As in the graph, where only the edge to her told it; one that was said to be empty stays so."""
    assert "coCreatorIds" not in row("videos", coCreatorIds=["ana"]).values
    assert row("videos", coCreatorIds=[]).values["coCreatorIds"] == ()


@pytest.mark.parametrize(
    "raw",
    [
        {"userId": ["ana"]},
        {"a": {"b": [1, "bob"]}},
        b'{"userId": "ana", "kind"',
        '{"userId": "\\u0061na"',
        "ana\tv1\t5",
        "hi @ana!",
        "x,v9,",
    ],
)
def test_a_row_that_cannot_be_read_names_them_by_any_word(raw):
    assert GONE.names(raw)


@pytest.mark.parametrize("raw", [None, 5, b"\xff", {"userId": "anabel"}, "banana", "v99", []])
def test_other_rows_do_not(raw):
    assert not GONE.names(raw)


@given(st.text(alphabet="@＠ab1_. #♬é-", max_size=30), st.sampled_from(["a", "ab", "b1", "a_b", "é"]))
def test_a_blanked_mention_is_none_and_all_others_stay(text, user):
    """Law: the mentions of the text afterwards are those before without hers."""
    before = parse_caption(text).mentions
    after = parse_caption(replace_mentions(text, user.__eq__)).mentions
    assert set(after) == set(before) - {user}


@given(st.text(min_size=1, max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_an_id_is_found_where_no_word_goes_on(name, before, after):
    found = naming([name]).search(before + name + after) is not None
    if not re.search(r"\w$", before) and not re.search(r"^\w", after):
        assert found


def test_cells_of_few_go_where_they_may_be_hers():
    cells = {
        "hours": [1, 1, 2, 3], "countries": ["FR", "BR", "FR", "FR"], "languages": ["fr", "fr", "fr", "pt"],
        "users": [9, 1, 10, 1], "people": [9, 1, 10, 1], "pairs": [9, 1, 12, 1], "pushed": [0, 0, 0, 0],
        "videos": [1, 1, 1, 1], "points": [9.0, 1.0, 12.0, 1.0],
    }  # fmt: skip
    left = without_small(cells, "FR", "fr")
    assert left["hours"] == [1, 2, 3]
    assert left["users"] == [1, 10, 1]
    assert without_small(cells, "CI", "fr") is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ana_b", GAP),
        ("by ana_b!", f"by {GAP}!"),
        ("(ana_b) 'ana_b'", f"({GAP}) '{GAP}'"),
        ("#ana_b and @ana_b", f"#{GAP} and {BLANK}"),
        ("ana_b-fan", f"{GAP}-fan"),
        ("ana_bc xana_b ana_b7", "ana_bc xana_b ana_b7"),
        ("nothing", "nothing"),
    ],
)
def test_an_id_goes_as_a_whole_word_and_nothing_of_a_longer_one(text, left):
    assert without_names(text, "ana_b".__eq__) == left
    assert without_names(left, "ana_b".__eq__) == left


def test_of_an_id_that_is_a_word_or_a_number_only_mentions_go():
    """Else whoever writes of an anna, or of 12 tips, would lose words."""
    for name in ("anna", "12"):
        assert without_names(f"@{name} {name}", name.__eq__) == f"{BLANK} {name}"
    assert telling("6812345678901234567")
    assert without_names("7-6812345678901234567", "6812345678901234567".__eq__) == f"7-{GAP}"


def test_rows_are_told_without_bare_ids_too():
    """As an erasure leaves them in the graph, so that a replay does not bring them back."""
    salt = "0f" * 32
    gone = Tombstones([salt], {tombstone(salt, "user", "ana_b"): False})
    said = {"id": "x", "updatedAt": NOW - 1, "caption": "ana_b dances #ana_b", "soundTitle": "sound of ana_b"}
    told = gone.row(check_row("videos", said, stated_at=0, now=NOW))
    assert told.values["caption"] == f"{GAP} dances #{GAP}"
    assert told.values["soundTitle"] == f"sound of {GAP}"
    assert "hashtags" not in told.values
