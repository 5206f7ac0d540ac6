"""Captions: hashtags in any script, mentions, the sound after the note."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.captions import decode_escapes, normal_tag
from contentgraph.loaders.captions import parse_caption

SHARED = Path(__file__).parents[3] / "shared" / "data" / "tiktok-2020"
ARTICLE = (
    "@toinincLike si t'es d'accord avec ça 😋🤝##viralvideo##30ans##team80##pourtoi##viral##trentenaire##foryou"
    "♬ original sound - judet127"
)


def tags(text):
    return parse_caption(text).hashtags


def test_the_caption_of_the_article_gives_its_seven_hashtags_and_its_sound():
    caption = parse_caption(ARTICLE)
    assert caption.hashtags == ("viralvideo", "30ans", "team80", "pourtoi", "viral", "trentenaire", "foryou")
    assert caption.sound == "original sound - judet127"
    assert caption.text == ARTICLE.partition("♬")[0]


def test_a_mention_glued_to_the_next_word_is_returned_whole():
    assert parse_caption(ARTICLE).mentions == ("toinincLike",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#flywithbambooairways💚🎋✈️ bye", ("flywithbambooairways💚🎋✈️",)),
        ("#السعودية🇸🇦 #سوريا🇸🇾", ("السعودية🇸🇦", "سوريا🇸🇾")),
        ("#🏳️\u200d🌈 #👍👍", ("🏳️\u200d🌈", "👍👍")),
        ("##แหวนหางช้าง", ("แหวนหางช้าง",)),
        ("#fypシ#කරනවා_ දැකලා", ("fypシ", "කරනවා_")),
        ("#می‌خواهم #col·lecció", ("می‌خواهم", "col·lecció")),
        ("newryo#traditions,#b-c.#d!", ("traditions", "b", "d")),
        ("＃ＦＹＰ ﹟Straße", ("fyp", "strasse")),
        ("#a #A #b", ("a", "b")),
        ("# # #! #_ #️⃣ C# #@x", ()),
        ("#4u #2020", ("4u", "2020")),
        (r"#ThroughTheWork\ud83d\udcaa\ud83d\udd25 and I\u2019m", ("throughthework💪🔥",)),
        (r"#half\ud83d", ("half",)),
        ("#" + "x" * 257, ()),
    ],
)
def test_hashtags(text, expected):
    assert tags(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("with @bob.b. and＠X_1, hi@anna’s", ("bob.b", "X_1", "anna")),
        ("mail bob@example.com", ()),
        ("@ @. @_ @@a", ("a",)),
        ("@สวัสดี #x", ("สวัสดี",)),
        ("@" + "a" * 65, ()),
        ("@a @a", ("a",)),
    ],
)
def test_mentions(text, expected):
    assert parse_caption(text).mentions == expected


@pytest.mark.parametrize(
    ("text", "sound", "rest"),
    [
        ("hello\n♬ son original -  Zoé\n2 days", "son original - Zoé", "hello\n\n2 days"),
        ("♬ la la ♬ #fyp", None, "♬ la la ♬ #fyp"),
        ("no sound ♬", None, "no sound ♬"),
        ("#a♬ Concerto in C# minor", "Concerto in C# minor", "#a"),
        ("", None, ""),
    ],
)
def test_the_sound_is_what_follows_the_last_note_on_its_line(text, sound, rest):
    caption = parse_caption(text)
    assert (caption.sound, caption.text) == (sound, rest)


@pytest.mark.parametrize(
    "text",
    ["#@" * 10_000, "#" * 10_000, "@a." * 5000, "a@" * 10_000, "♬#" * 5000, "@" + "a." * 5000, "\\ud83d" * 2000],
    ids=lambda text: text[:6],
)
def test_no_text_takes_long(text):
    parse_caption(text)  # each takes under 10 ms; a quadratic parser takes minutes on the longer one
    parse_caption(text * 20)


@given(st.text(st.characters() | st.sampled_from("##@♬＃😋. \\ud83d")))
def test_whatever_the_text_tags_are_in_normal_form(text):
    caption = parse_caption(text)
    assert len(set(caption.hashtags)) == len(caption.hashtags)
    for tag in caption.hashtags:
        assert tag == normal_tag(tag)
        assert tag
        assert "#" not in tag
        assert len(tag.split()) == 1
    assert all(1 <= len(mention) <= 64 for mention in caption.mentions)


def _real():
    for path in (SHARED / "web-items-56.json", SHARED / "web-items-10.json"):
        yield from json.loads(path.read_text("utf-8"))
    for line in (SHARED / "trending-1000.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


@pytest.mark.skipif(not SHARED.exists(), reason="the real captions (../shared/data/tiktok-2020) are not here")
def test_on_real_captions_every_tag_of_the_platform_that_the_text_holds_is_found():
    """The platform's own list, taken from 1,066 captions; only two of its tags are missed: no caption holds them."""
    missed = set()
    for item in _real():
        own = {normal_tag(decode_escapes(entry["title"])) for entry in item["challenges"]}
        missed |= own - set(tags(item["desc"]))
    assert missed == {"sirenbeatchallenge", "samasamadirumah"}
