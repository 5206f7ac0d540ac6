"""Sentences that are true to the numbers."""

import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.reasons import Reason, Via, reasons, vias


def via(kind: str, your: str, count: int, weight: float = 1.0, name: str | None = None, identity: str = "x") -> Via:
    return Via("similar" if kind == "video" else kind, kind, identity, name, weight, your, count)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([via("sound", "rewatched", 3)], "3 videos you rewatched use this sound"),
        ([via("sound", "rewatched", 1)], "a video you rewatched uses this sound"),
        (
            [via("sound", "liked", 2, name="original sound - judet127")],
            "2 videos you liked use this sound, “original sound - judet127”",
        ),
        ([via("hashtag", "completed", 1, name="cuisine")], "a video you completed carries #cuisine"),
        ([via("hashtag", "completed", 2, identity="كرة")], "2 videos you completed carry #كرة"),
        (
            [via("challenge", "shared", 1, name="Double ton don")],
            "a video you shared answers this challenge, “Double ton don”",
        ),
        (
            [via("video", "completed", 1), via("video", "completed", 1, identity="y")],
            "people who watched 2 videos you completed also watched this",
        ),
        ([via("video", "liked", 1)], "people who watched a video you liked also watched this"),
        (
            [via("video", "liked", 2), via("video", "rewatched", 3), via("video", "commented", 1)],
            "people who watched 3 videos you rewatched, 2 you liked and 1 you commented on also watched this",
        ),
        ([via("alike", "completed", 1)], "like a video you completed"),
        (
            [via("alike", "liked", 1), via("alike", "rewatched", 2, identity="y")],
            "like 2 videos you rewatched and 1 you liked",
        ),
        ([via("creator", "follow", 0)], "from a creator you follow"),
        ([via("creator", "completed", 2)], "2 videos you completed are by this creator"),
        ([via("creator", "completed", 1)], "a video you completed is by this creator"),
        (
            [via("creator", "follow", 0), via("creator", "liked", 2)],
            "from a creator you follow, as are 2 videos you liked",
        ),
        ([via("social", "shared", 1)], "a person you follow shared this"),
        (
            [via("social", "liked", 1), via("social", "shared", 3), via("social", "commented", 2)],
            "3 people you follow shared this, 2 commented on it and one liked it",
        ),
        ([via("trending", "watched", 0)], "trending now"),
        ([via("trending", "watched", 0, name="BR")], "trending in BR now"),
        ([via("local", "watched", 0, name="BR")], "popular now among videos from BR"),
        ([via("local", "watched", 0)], "popular now among videos in your language"),
        ([via("popular", "watched", 0)], "popular now"),
        ([via("popular", "watched", 0, name="your country")], "popular in your country now"),
        ([via("fresh", "watched", 0)], "new, and shown to some people first"),
    ],
)
def test_each_kind_of_step_has_its_sentence(steps: list[Via], sentence: str):
    assert reasons(steps) == [Reason(steps[0].source, float(len(steps)), sentence)]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([via("sound", "rewatched", 3)], "3 vidéos que vous avez revues utilisent ce son"),
        ([via("sound", "liked", 1, name="La Fouine")], "une vidéo que vous avez aimée utilise ce son, « La Fouine »"),
        ([via("hashtag", "completed", 2, identity="كرة")], "2 vidéos que vous avez regardées en entier portent #كرة"),
        ([via("challenge", "shared", 1)], "une vidéo que vous avez partagée relève ce défi"),
        (
            [via("video", "liked", 1), via("video", "rewatched", 3), via("video", "commented", 1)],
            "qui a regardé 3 vidéos que vous avez revues, une que vous avez commentée et une que vous avez aimée"
            " a aussi regardé celle-ci",
        ),
        ([via("alike", "completed", 1)], "comme une vidéo que vous avez regardée en entier"),
        ([via("creator", "follow", 0)], "d’une personne que vous suivez"),
        (
            [via("creator", "follow", 0), via("creator", "liked", 2)],
            "d’une personne que vous suivez, comme 2 vidéos que vous avez aimées",
        ),
        ([via("creator", "completed", 1)], "une vidéo que vous avez regardée en entier est de la même personne"),
        (
            [via("social", "liked", 1), via("social", "shared", 2)],
            "2 personnes que vous suivez l’ont partagée et une l’a aimée",
        ),
        ([via("trending", "watched", 0, name="BR")], "tendance en ce moment : BR"),
        ([via("local", "watched", 0, name="BR")], "populaire en ce moment parmi les vidéos de votre pays, BR"),
        ([via("local", "watched", 0)], "populaire en ce moment parmi les vidéos de votre langue"),
        ([via("popular", "watched", 0)], "populaire en ce moment"),
        ([via("fresh", "watched", 0)], "nouvelle, montrée d’abord à quelques personnes"),
    ],
)
def test_each_kind_of_step_has_its_sentence_in_french(steps: list[Via], sentence: str):
    assert reasons(steps, "fr") == [Reason(steps[0].source, float(len(steps)), sentence)]


def test_languages_share_sources_and_parts_and_an_unwritten_one_is_refused():
    steps = [via("sound", "liked", 1, 0.2), via("video", "rewatched", 2, 0.7)]
    english, french = reasons(steps), reasons(steps, "fr")
    assert [(why.source, why.part) for why in english] == [(why.source, why.part) for why in french]
    with pytest.raises(UsageError, match="en, fr"):
        reasons(steps, "de")


def test_the_heaviest_comes_first_and_what_weighs_nothing_is_not_said():
    found = reasons([via("sound", "liked", 1, 0.1), via("video", "liked", 1, 0.7), via("popular", "watched", 0, 0.0)])
    assert [(reason.source, reason.part) for reason in found] == [("similar", 0.7), ("sound", 0.1)]


def test_two_tags_are_two_reasons_that_add_up_to_the_part():
    found = reasons([via("hashtag", "liked", 1, 0.25, "a", "a"), via("hashtag", "liked", 2, 0.5, "b", "b")])
    assert [reason.sentence for reason in found] == ["2 videos you liked carry #b", "a video you liked carries #a"]
    assert sum(reason.part for reason in found) == 0.75


def test_the_suggest_statement_s_rows_become_steps_that_keep_each_part():
    rows = [
        {
            "source": "similar",
            "part": 0.5,
            "steps": [{"id": "v1", "act": "rewatched", "part": 3.0}, {"id": "v2", "act": "liked", "part": 1.0}],
        },
        {"source": "sound", "part": 0.25, "id": "s1", "name": "song", "acts": ["liked", "liked", "rewatched"]},
        {"source": "creator", "part": 0.125, "id": "u9", "name": "u9", "acts": ["followed"]},
        {"source": "popular", "part": 0.0625},
    ]
    found = reasons(vias(rows))
    assert {reason.source: pytest.approx(reason.part) for reason in found} == {
        row["source"]: row["part"] for row in rows
    }
    assert [reason.sentence for reason in found] == [
        "people who watched a video you rewatched and 1 you liked also watched this",
        "2 videos you liked and 1 you rewatched use this sound, “song”",
        "from a creator you follow",
        "popular now",
    ]


def test_nobody_is_said_to_have_watched_both_where_nobody_did():
    steps = [
        {"id": "v1", "act": "rewatched", "part": 1.0, "alike": True},
        {"id": "v2", "act": "liked", "part": 3.0, "alike": None},
    ]
    (both,) = reasons(vias([{"source": "similar", "part": 0.5, "steps": steps}]))
    assert both == Reason("similar", 0.5, "people who watched a video you liked also watched this")
    (apart,) = reasons(vias([{"source": "similar", "part": 0.5, "steps": steps[:1]}]))
    assert apart == Reason("similar", 0.5, "like a video you rewatched")


def test_what_cannot_be_said_is_refused():
    with pytest.raises(UsageError, match="'hated'"):
        reasons([via("sound", "hated", 1)])
    with pytest.raises(UsageError, match="counts 0 videos"):
        reasons([via("sound", "liked", 0)])
    with pytest.raises(UsageError, match="'planet'"):
        reasons([via("planet", "liked", 1)])
