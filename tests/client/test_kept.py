"""What is kept of a viewer's candidates knows what she wanted less of since, as a feed of Neo4j would."""

from typing import Any

import pytest

from contentgraph.client.feeds import Feeds
from contentgraph.client.kept import Kept
from contentgraph.client.suggesting import Pool, Wish
from contentgraph.graph.events import Event
from contentgraph.graph.snapshot.kernel import MUTED

CARRIED = {
    "v1": (["dance", "paris"], "s1", "s1"),
    "v2": (["dance"], None, None),
    "v3": ([], "s2", "s1"),
    "v4": ([], "s3", "s1"),
    "v5": (["food"], "s9", "s9"),
}
"""Video → hashtags, sound, the oldest sound that is the same; best first."""
SCORES = {video: 10.0 - place for place, video in enumerate(CARRIED)}


def pool() -> Pool:
    rows = [
        {"videoId": video, "score": score, "parts": {"popular": score}, "via": [{"source": "popular", "part": score}]}
        for video, score in SCORES.items()
    ]
    cards: list[dict[str, Any]] = [
        {"videoId": video, "creatorIds": [f"m{video}"], "caption": None, "soundTitle": None, "challengeIds": [],
         "taste": [], "origin": None, "hashtags": tags, "soundId": sound, "sameSound": same}
        for video, (tags, sound, same) in CARRIED.items()
    ]  # fmt: skip
    return Pool(rows, cards)


def late(*events: Event) -> list[tuple[str, float]]:
    """What is left for her after she recorded these, while Neo4j is late: (video, score)."""
    feeds = Feeds()
    feeds._kept.put("u", pool())
    feeds.told(events)
    wish = Wish.of("u", 5, explore=0.0, topic=None, language="en", seed=None)
    found = feeds.late(wish)
    for item, _ in found:
        assert sum(item.parts.values()) == pytest.approx(item.score)
        assert sum(why.part for why in item.reasons) == pytest.approx(item.score)
    return [(item.video_id, item.score) for item, _ in found]


@pytest.mark.parametrize(
    ("muted", "times"),
    [
        ([{"hashtag": "dance"}], {"v1": 1, "v2": 1}),
        ([{"sound_id": "s9"}], {"v5": 1}),
        ([{"sound_id": "s2"}], {"v1": 1, "v3": 1, "v4": 1}),
        ([{"sound_id": "s1"}], {"v1": 1, "v3": 1, "v4": 1}),
        ([{"hashtag": "dance"}, {"hashtag": "paris"}], {"v1": 2, "v2": 1}),
        ([{"hashtag": "food"}, {"sound_id": "s9"}], {"v5": 2}),
        ([{"hashtag": "s9"}, {"sound_id": "dance"}], {}),
    ],
)
def test_what_she_hides_a_hashtag_or_sound_of_keeps_a_hundredth(
    muted: list[dict[str, str]], times: dict[str, int]
) -> None:
    """For each of them, under whichever of its ids a sound was hidden; and none of it is above the others."""
    found = late(*(Event("hide", "u", 5, **each) for each in muted))
    expected = {video: score * MUTED ** times.get(video, 0) for video, score in SCORES.items()}
    assert dict(found) == pytest.approx(expected)
    assert {video for video, _ in found[: 5 - len(times)]} == CARRIED.keys() - times


@pytest.mark.parametrize("order", [1, -1])
def test_what_she_takes_back_is_as_it_was(order: int) -> None:
    """Whichever is told first, the later counts; of two at once the hiding, as in the graph."""
    hide, back = Event("hide", "u", 5, hashtag="dance"), Event("unhide", "u", 6, hashtag="dance")
    assert dict(late(*(hide, back)[::order])) == pytest.approx(SCORES)
    for at in (5, 4):
        again = Event("unhide", "u", at, hashtag="dance")
        assert dict(late(*(hide, again)[::order]))["v1"] == pytest.approx(10.0 * MUTED)


def test_what_one_hides_is_another_s_as_it_was() -> None:
    kept = Kept()
    kept.put("other", pool())
    kept.mute("u", ("hashtag", "dance"), 5, on=True)
    assert [row["score"] for row in kept.pool("other").rows] == list(SCORES.values())
