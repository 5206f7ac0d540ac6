"""Words, emoji, hashtags taken apart and their spellings."""

import numpy as np

from contentgraph.graph.hashtag_words import Splitter, core, heads, heard
from contentgraph.graph.words import word_vectors, words_of

COUNTS = {"dance": 50, "danse": 20, "challenge": 40, "for": 90, "you": 80, "the": 200, "cook": 9, "cooking": 12,
          "with": 70, "me": 60, "made": 20, "a": 100, "king": 5}  # fmt: skip


def test_words_of_any_script() -> None:
    assert words_of("Привет, МИР!") == {"привет": 1, "мир": 1}
    assert words_of("नमस्ते दुनिया") == {"नमस्ते": 1, "दुनिया": 1}
    assert words_of("สวัสดี")["สว" if "สว" in words_of("สวัสดี") else next(iter(words_of("สวัสดี")))] == 1
    assert words_of("مرحبا مرحبا") == {"مرحبا": 2}
    assert words_of("😋😋 12345 x") == {"😋": 2}
    assert sum(words_of("word " * 10_000).values()) <= 200
    assert words_of("") == {}


def test_vectors_leave_out_what_is_rare_or_everywhere() -> None:
    texts = [{"the": 1, "cat": 2, "one": 1}, {"the": 1, "cat": 1}, {"the": 1, "dog": 1}, {"the": 3, "dog": 2}] + [
        {"the": 1} for _ in range(20)
    ]
    vectors, names = word_vectors(texts)
    assert names == ["cat", "dog"]
    length = np.sqrt(vectors.multiply(vectors).sum(axis=1)).A1
    assert np.allclose(length[:4], 1.0)
    assert not length[4:].any()


def test_a_tag_is_split_into_what_people_write() -> None:
    splitter = Splitter(COUNTS)
    assert splitter.split("dancechallenge") == ("dance", "challenge")
    assert splitter.split("cookingwithme") == ("cooking", "with", "me")
    assert splitter.split("made_foryou") == ("made", "for", "you")
    assert splitter.split("dance50") == ("dance", "50")
    assert Splitter(COUNTS | {"foryou": 500}).split("foryou") == ("foryou",), "a word of its own, and more used"
    assert Splitter(COUNTS | {"foryou": 5}).split("foryou") == ("for", "you")
    assert splitter.split("xqzzt") == ("xqzzt",)
    assert "".join(splitter.split("abcdefghij" * 25)) == "abcdefghij" * 25


def test_spellings_are_linked_to_the_most_used_and_kept_apart() -> None:
    found = heads(
        {"dance": 50, "danse": 20, "dancechallenge": 30, "dances": 2, "cooking": 9, "lance": 4}, Splitter(COUNTS)
    )
    assert found == {"danse": "dance", "dancechallenge": "dance", "dances": "dance"}
    assert heard("dance") != heard("lance")
    assert core(("challenge",)) == core(("challenge",)) != core(("dance",))
    assert heads({"abc": 1, "abd": 2}, Splitter(COUNTS)) == {}, "short tags are one only where they are spelled alike"
