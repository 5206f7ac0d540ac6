"""Topics of a night from arrays: ids that stay, names, and those that say nothing."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from contentgraph.graph.edges import Similar
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.readback import Belonging
from contentgraph.loaders.topics import find_topics

EACH = 40


def platform_of(tags: list[str], languages: list[str]) -> Any:
    """Videos in groups of `EACH`, each with its group's tag and language, each of another creator."""
    videos = Vocabulary(f"v{place:03d}" for place in range(EACH * len(tags)))
    every = np.arange(len(videos), dtype=np.int32)
    names = Vocabulary(tags)
    of_tag = np.repeat(names.index(tags), EACH).astype(np.int32)
    none = Belonging(Vocabulary([]), every[:0], every[:0])
    kinds = {
        "hashtag": Belonging(names, of_tag, every),
        "creator": Belonging(Vocabulary(f"u{place:03d}" for place in every), every, every),
        "topic": none,
    }
    return SimpleNamespace(videos=videos, kinds=kinds, video_language=np.repeat(languages, EACH).tolist())


def edges(groups: int, seed: int, outside: float) -> Similar:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), EACH)
    chance = np.where(group[:, None] == group[None, :], 0.4, outside)
    np.fill_diagonal(chance, 0.0)
    row, col = np.nonzero(rng.random(chance.shape) < chance)
    return Similar(row.astype(np.int32), col.astype(np.int32), np.ones(row.size), np.ones(row.size, dtype=np.int32))


def nowhere(platform: Any) -> Any:
    return np.zeros((len(platform.videos), 2))


def test_ids_stay_and_name_no_video() -> None:
    """Each group is a topic under its tag; the night after has the same ids, and nothing to write of videos."""
    platform = platform_of(["dance", "cooking", "chess"], ["fr", "fr", "fr"])
    platform.kinds = {**platform.kinds}
    quiet = np.zeros(3 * EACH, dtype=np.bool_)
    found = find_topics(platform, edges(3, 1, 0.01), None, [], quiet, nowhere(platform))
    assert {row["name"] for row in found.rows} == {"#dance", "#cooking", "#chess"}
    assert found.generic == []
    assert len(found.about) == 3 * EACH
    assert not any(name in str(row["id"]) for row in found.rows for name in platform.videos.ids())
    platform.kinds["topic"] = found.of
    again = find_topics(platform, edges(3, 2, 0.01), None, [], quiet, nowhere(platform))
    assert again.about == []
    assert again.of.entities.ids() == found.of.entities.ids()


@pytest.mark.parametrize("language", ["ja", "fr"])
def test_a_topic_that_is_only_its_language_is_generic(language: str) -> None:
    """Where all its videos are all there is in Japanese, it says no more than that; in French it says something."""
    platform = platform_of(["dance", "cooking", "chess"], ["fr", "fr", language])
    found = find_topics(platform, edges(3, 1, 0.02), None, [], np.zeros(3 * EACH, dtype=np.bool_), nowhere(platform))
    generic = {row["name"]: row["generic"] for row in found.rows}
    assert generic == {"#dance": False, "#cooking": False, "#chess": language == "ja"}


def test_a_topic_without_a_name_is_generic_and_what_is_not_for_everybody_names_none() -> None:
    platform = platform_of(["dance", "cooking", "chess"], ["fr", "fr", "fr"])
    quiet = np.arange(3 * EACH) < EACH
    found = find_topics(platform, edges(3, 1, 0.01), None, ["chess"], quiet, nowhere(platform))
    assert sorted((str(row["name"]), bool(row["generic"])) for row in found.rows) == [
        ("#cooking", False), ("unnamed", True), ("unnamed", True),
    ]  # fmt: skip
    assert len(found.generic) == 2


def test_a_topic_stands_in_the_middle_of_its_videos() -> None:
    """Those without a place do not count; where none has one, the topic has none."""
    platform, quiet = platform_of(["dance", "cooking"], ["fr", "fr"]), np.zeros(2 * EACH, dtype=np.bool_)
    taste = nowhere(platform)
    taste[:EACH:4], taste[1:EACH:4] = (1.0, 0.0), (0.0, 1.0)
    found = find_topics(platform, edges(2, 1, 0.01), None, [], quiet, taste)
    places = {row["name"]: row["taste"] for row in found.rows}
    assert places["#dance"] == pytest.approx([0.5**0.5, 0.5**0.5], abs=1e-4)
    assert places["#cooking"] is None
