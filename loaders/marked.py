"""Which videos are of a challenge: those whose row says so, and those that carry what marks it, between its dates."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from contentgraph.cypher import Database
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.readback import Belonging, Platform


def with_marked(database: Database, platform: Platform) -> Platform:
    """``platform`` with the videos that hashtags and sounds mark among those of their challenges."""
    found: list[tuple[str, int]] = []
    for record in database.stream("night_marked", fetch_size=1_000):
        videos = platform.videos.index(record["videoIds"], missing="negative").tolist()
        found += ((record["challengeId"], video) for video in videos if video >= 0)
    return add_marked(platform, found)


def add_marked(platform: Platform, found: Iterable[tuple[str, int]]) -> Platform:
    """``platform`` with these (challenge id, index of a video) among the videos of challenges."""
    told = platform.kinds["challenge"]
    pairs = {*zip(told.entities.ids(told.entity), told.video.tolist(), strict=True), *found}
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    entities = Vocabulary(name for name, _ in ordered)
    belonging = Belonging(
        entities, entities.index(name for name, _ in ordered), np.array([video for _, video in ordered], dtype=np.int32)
    )
    return replace(platform, kinds={**platform.kinds, "challenge": belonging})
