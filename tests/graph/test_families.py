"""One entry a family of near-equal tags, one a creator."""

from contentgraph.graph.families import Candidate, heads, majority, overlap, skeleton


def of(name, videos=None, creator=None):
    return Candidate(name, videos if videos is not None else {hash(name) % 10_000: 5}, creator)


def test_spellings_of_one_tag_take_one_place():
    found = [of("dancechallenge"), of("cooking"), of("dance_challenge2026"), of("dancechallenges")]
    assert heads(found, tags=True, limit=10) == [(0, [2, 3]), (1, [])]


def test_marks_that_make_a_word_are_of_it_and_a_year_is_a_tag_of_its_own():
    """Banana and black, Paris and Bali, eating and each other; where marks are a way of writing they are none."""
    assert (
        len({skeleton(tag) for tag in ("केला", "काला", "कल", "パリ", "バリ", "ハリ", "กิน", "กัน", "2024", "2025", "20")})
        == 11
    )
    for one, other in (("café", "cafe"), ("كَلِمَة", "كلمة"), ("й", "и"), ("άλφα", "αλφα"), ("ｶﾞﾗｽ", "ガラス")):
        assert skeleton(one) == skeleton(other)
    assert heads([of("パリ"), of("バリ"), of("2024"), of("2025")], tags=True, limit=9) == [
        (0, []),
        (1, []),
        (2, []),
        (3, []),
    ]


def test_sounds_that_read_alike_are_not_one():
    found = [of("dancechallenge"), of("dancechallenges")]
    assert heads(found, tags=False, limit=10) == [(0, []), (1, [])]


def test_tags_of_the_same_videos_are_one_story():
    found = [of("cup", {1: 10, 2: 5}), of("final", {1: 9, 2: 6}), of("music", {3: 9, 1: 1})]
    assert heads(found, tags=True, limit=10) == [(0, [1]), (2, [])]
    assert overlap({1: 10, 2: 5}, {1: 9, 2: 6}) == 14 / 16
    assert overlap({}, {}) == 0.0


def test_a_creator_takes_one_place():
    found = [of("a", creator=7), of("b"), of("c", creator=7), of("d", creator=8)]
    assert heads(found, tags=False, limit=10) == [(0, [2]), (1, []), (3, [])]
    assert majority({1: 51, 2: 49}) == 1
    assert majority({1: 50, 2: 50}) is None
    assert majority({}) is None


def test_the_list_ends_where_it_is_full_and_heads_still_stand_for_theirs():
    found = [of("dance"), of("cook"), of("paint"), of("dances")]
    assert heads(found, tags=True, limit=2) == [(0, [3]), (1, [])]
