"""Which videos are of a challenge: those whose row says so, and those that carry what marks it, between its dates."""

from dataclasses import replace

import numpy as np

from contentgraph.cypher import Database
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.readback import Belonging, Platform


def with_marked(database: Database, platform: Platform) -> Platform:
    """``platform`` with the videos that hashtags and sounds mark among those of their challenges."""
    told = platform.kinds["challenge"]
    pairs = set(zip(told.entities.ids(told.entity), told.video.tolist(), strict=True))
    for record in database.stream("night_marked", fetch_size=1_000):
        videos = platform.videos.index(record["videoIds"], missing="negative").tolist()
        pairs.update((record["challengeId"], video) for video in videos if video >= 0)
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    entities = Vocabulary(name for name, _ in ordered)
    belonging = Belonging(
        entities, entities.index(name for name, _ in ordered), np.array([video for _, video in ordered], dtype=np.int32)
    )
    return replace(platform, kinds={**platform.kinds, "challenge": belonging})
