"""SIMILAR edges as differences, on a real Neo4j: what is stored becomes what was found, or stands."""

from types import SimpleNamespace

import numpy as np
import pytest

from contentgraph.cypher import Database
from contentgraph.graph.edges import Similar
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders import similar_edges
from contentgraph.loaders.similar_edges import put_similar, read_similar

VIDEOS = Vocabulary(f"v{place:02}" for place in range(30))
K = 6


def lists(rng: np.random.Generator) -> Similar:
    """K ends of each video but the last five, of which three have fewer and two none."""
    row, col = [], []
    for video in range(len(VIDEOS) - 2):
        others = [other for other in range(len(VIDEOS)) if other != video]
        ends = sorted(rng.choice(others, K if video < 25 else 2, replace=False).tolist())
        row += [video] * len(ends)
        col += ends
    weight = rng.random(len(row))
    order = np.lexsort((-weight, row))
    rank = np.arange(len(row)) - np.searchsorted(row, np.array(row)[order]) + 1
    told = (np.array(row)[order], np.array(col)[order], weight[order], rank)
    return Similar(told[0].astype(np.int32), told[1].astype(np.int32), told[2], told[3].astype(np.int32))


def edges(found: Similar) -> set[tuple[int, int, int, float]]:
    columns = (found.row.tolist(), found.col.tolist(), found.rank.tolist(), found.weight.round(9).tolist())
    return set(zip(*columns, strict=True))


@pytest.fixture
def platform(database: Database) -> SimpleNamespace:
    database.write("announce_videos", ids=VIDEOS.ids())
    rng = np.random.default_rng(9)
    pairs = SimpleNamespace(user=rng.integers(0, 20, 60), video=rng.integers(0, len(VIDEOS), 60))
    return SimpleNamespace(videos=VIDEOS, engagements=pairs)


def test_one_night_after_the_other_the_stored_edges_are_the_new_ones(
    database: Database, platform: SimpleNamespace
) -> None:
    """Edges that go, come and move; told again, nothing is written."""
    rng = np.random.default_rng(1)
    for _ in range(3):
        found = lists(rng)
        put_similar(database, platform, read_similar(database, VIDEOS), found, lambda _: None, K)
        assert edges(read_similar(database, VIDEOS)) == edges(found)
        assert put_similar(database, platform, read_similar(database, VIDEOS), found, lambda _: None, K) == 0
    viewers = [set(platform.engagements.user[platform.engagements.video == place]) for place in range(len(VIDEOS))]
    for row in database.pages("night_similar"):
        (here,), there = VIDEOS.index([row["videoId"]]), VIDEOS.index(row["targets"])
        apart = [name for name, end in zip(row["targets"], there, strict=True) if not viewers[here] & viewers[end]]
        assert sorted(row["alike"]) == sorted(apart)
        assert apart
    # An edge more, or less, locks others of both ends' chains, which lead to videos of the other writer.
    assert database.retries == 0


def test_an_edge_whose_weight_would_be_stored_as_nothing_is_none(database: Database, platform: SimpleNamespace) -> None:
    """Her feed would divide by it."""
    found = lists(np.random.default_rng(3))
    weight = np.where(found.row == 3, 1e-12, found.weight)
    found = Similar(found.row, found.col, weight, found.rank)
    put_similar(database, platform, read_similar(database, VIDEOS), found, lambda _: None, K)
    assert edges(read_similar(database, VIDEOS)) == edges(found.some(found.row != 3))


def test_edges_within_the_tolerance_stand_and_others_are_written(
    database: Database, platform: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All weights a hundredth more, those of one video half as much: where much would be written only she is."""
    monkeypatch.setattr(similar_edges, "EXACT_EDGES", 0)
    before = lists(np.random.default_rng(2))
    put_similar(database, platform, read_similar(database, VIDEOS), before, lambda _: None, K)
    weight = np.where(before.row == 3, before.weight * 0.5, before.weight * 1.01)
    after = Similar(before.row, before.col, weight, before.rank)
    assert put_similar(database, platform, read_similar(database, VIDEOS), after, lambda _: None, K, 0.02) == K
    stored = edges(read_similar(database, VIDEOS))
    assert {edge for edge in stored if edge[0] == 3} == {edge for edge in edges(after) if edge[0] == 3}
    assert {edge for edge in stored if edge[0] != 3} == {edge for edge in edges(before) if edge[0] != 3}
