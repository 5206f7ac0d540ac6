"""What the statement says a view is expected to bring is what the engine says, for every viewer and video."""

from pathlib import Path

import numpy as np
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.graph.model import ModelParams, learn
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.loaders import derive
from contentgraph.loaders.night import run_night
from contentgraph.loaders.readback import read_platform
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.scale import current_scale
from contentgraph.loaders.tuning import Tuning

NOW = 1_793_491_200_000


@pytest.fixture
def loaded(database: Database, tmp_path: Path) -> Database:
    """A generated platform after its first night."""
    write_sample(tmp_path / "data", PlatformConfig(users=400, videos=300, events=12_000, until=NOW, seed=5))
    run_night(database, [tmp_path / "data"], clock=NOW, now=NOW, rejects=tmp_path / "rejects", tuning=Tuning(0.0))
    return database


def test_the_score_without_relevance_is_the_value_by_arrays(loaded: Database) -> None:
    """With exponent 0 of what leads there, score = fit · worth · exp(b⟨p, x⟩), hidden and own videos included."""
    loaded.write("put_settings", properties={"relevance": 0.0})
    platform = read_platform(loaded)
    known = derive.interactions(platform, current_scale(loaded))
    value = learn(known, ModelParams(), now=NOW, shown=platform.shown).value
    assert value.told
    assert value.slope > 0.0
    assert known.hidden.any()
    hiders = np.unique(known.pairs.user[known.hidden])
    owners = np.unique(known.pairs.user[~known.counted])
    lengths = np.bincount(known.pairs.user, minlength=len(platform.users))
    users = np.unique(np.r_[hiders[:15], owners[:15], np.argsort(-lengths)[:15], np.argsort(lengths)[:5]])
    names = platform.users.ids(users)
    every = value.of(known.catalogue, users, value.profiles(known, users, NOW))
    compared = 0
    for row, name in enumerate(names):
        told = {record["videoId"]: record["score"] for record in loaded.read("suggest", userId=name, limit=200)}
        found = every[row, platform.videos.index(told)]
        np.testing.assert_allclose(list(told.values()), found, rtol=2e-3, err_msg=name)  # places have 4 decimals
        compared += len(told)
    assert compared > 5_000


def test_ten_completions_on_a_topic_that_is_new_to_her_move_the_next_feed(
    loaded: Database,
) -> None:
    """Within a session, nothing learned again: the share of a feed among the forty nearest to the topic grows."""
    platform = read_platform(loaded)
    known = derive.interactions(platform, current_scale(loaded))
    value = learn(known, ModelParams(), now=NOW, shown=platform.shown).value
    place, lengths = value.place, np.bincount(known.pairs.user, minlength=len(platform.users))
    users = np.argsort(-lengths, kind="stable")[20:80:4]
    liking = value.profiles(known, users, NOW)
    graph, before, after = Graph(loaded), [], []
    for row, user in enumerate(users.tolist()):
        seen = np.isin(np.arange(len(platform.videos)), known.pairs.video[known.pairs.user == user])
        open_ = np.flatnonzero(~seen & platform.shown & (np.linalg.norm(place, axis=1) > 0.0))
        topic = place[open_[np.argmin(place[open_] @ liking[row])]]
        near = platform.videos.ids(open_[np.argsort(-(place[open_] @ topic), kind="stable")[:40]])
        session = graph.session(platform.users.ids([user])[0])
        before.append(sum(item.video_id in near for item in session.suggest(20)) / 20)
        for video in near[:10]:
            session.record({"kind": "completion", "videoId": video, "at": NOW})
        after.append(sum(item.video_id in near for item in session.suggest(20)) / 20)
    assert np.mean(after) > np.mean(before) + 0.15, (before, after)  # .09 → .30
