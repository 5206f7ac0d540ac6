"""SIMILAR edges in Neo4j against three other ways to count the same paths: Cypher, dense numpy, networkx."""

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import neo4j
import networkx as nx
import numpy as np
import pytest

from contentgraph.cypher import Database
from contentgraph.graph.model import ModelParams
from contentgraph.graph.similarity import SimilarityParams
from contentgraph.loaders.derive import NightParams
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning

NOW, HOUR = 1_793_491_200_000, 3_600_000  # 2026-11-01T00:00Z
Edges = dict[tuple[str, str], float]
Exponents = tuple[float, float, float]
EXPONENTS = [(0.5, 0.7, 0.2), (0.9, 1.0, 0.0), (0.0, 0.0, 0.0)]
"""Beta, gamma and delta: of the watched video, the user and the candidate."""

PATHS = """
MATCH (i:Video)<-[a:ENGAGED]-(u:User)-[b:ENGAGED]->(j:Video)
WHERE a.points > 0 AND b.points > 0
WITH i, j, u,
  COUNT { (i)<-[e:ENGAGED]-(:User) WHERE e.points > 0 } AS di,
  COUNT { (u)-[e:ENGAGED]->(:Video) WHERE e.points > 0 } AS du,
  COUNT { (j)<-[e:ENGAGED]-(:User) WHERE e.points > 0 } AS dj
RETURN i.id AS source, j.id AS target, sum(1.0 / (di ^ $beta * du ^ $gamma * dj ^ $delta)) AS weight
"""


def platform(folder: Path, seed: int) -> tuple[Path, set[tuple[str, str]]]:
    """The files of a night, and the (user, video) pairs in it that bring points: likes, and views to the end.

    Some views are silent, some likes taken back, some users alone; the degrees are uneven.
    """
    rng = random.Random(seed)
    users, shelf = [f"u{place}" for place in range(40)], [f"v{place}" for place in range(30)]
    videos = [{"id": name, "durationMs": 10_000, "createdAt": NOW - 400 * HOUR} for name in shelf]
    brought: set[tuple[str, str]] = set()
    events: list[dict[str, Any]] = []
    for place, user in enumerate(users):
        for video in rng.sample(shelf, k=min(1 + place * place // 60, 25)):
            at = NOW - rng.randrange(1, 300) * HOUR
            told = {"userId": user, "videoId": video, "at": at}
            happened = rng.choice(["like", "whole", "silent", "taken back", "both"])
            if happened in ("like", "taken back", "both"):
                events.append(told | {"kind": "like"})
            if happened in ("whole", "silent", "both"):
                events.append(told | {"kind": "view", "watchedMs": 100 if happened == "silent" else 9_500})
            if happened == "taken back":
                events.append(told | {"kind": "unlike", "at": at + HOUR})
            if happened in ("like", "whole", "both"):
                brought.add((user, video))
    folder.mkdir()
    for table, rows in (("videos", videos), ("events", events)):
        (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder, brought


def night(database: Database, folder: Path, exponents: Exponents) -> None:
    """One night with these exponents, no filter, and every edge kept."""
    beta, gamma, delta = exponents
    pinned = ModelParams(similarity=SimilarityParams(beta=beta, gamma=gamma, delta=delta))
    run_night(
        database,
        [folder],
        clock=NOW,
        rejects=folder / "rejects",
        params=NightParams(k=1_000),
        tuning=Tuning(pinned=pinned),
    )


def stored(session: neo4j.Session) -> Edges:
    rows = session.run("MATCH (i:Video)-[n:SIMILAR]->(j:Video) RETURN i.id, j.id, n.weight").values()
    found = {(source, target): weight for source, target, weight in rows}
    assert len(found) == len(rows)
    return found


def by_cypher(session: neo4j.Session, exponents: Exponents) -> Edges:
    """A traversal video – user – video, degrees counted on the spot."""
    rows = session.run(PATHS, dict(zip(("beta", "gamma", "delta"), exponents, strict=True))).values()
    return {(source, target): weight for source, target, weight in rows if source != target}


def by_numpy(pairs: set[tuple[str, str]], exponents: Exponents) -> Edges:
    """D_i^-β Rᵀ D_u^-γ R D_i^-δ, all dense, the diagonal left out."""
    beta, gamma, delta = exponents
    users, videos = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
    matrix = np.array([[float((user, video) in pairs) for video in videos] for user in users])
    of_user, of_video = matrix.sum(axis=1), matrix.sum(axis=0)
    paths = np.diag(of_video**-beta) @ matrix.T @ np.diag(of_user**-gamma) @ matrix @ np.diag(of_video**-delta)
    np.fill_diagonal(paths, 0.0)
    return {(videos[row], videos[col]): float(paths[row, col]) for row, col in np.argwhere(paths > 0.0).tolist()}


def by_walks(pairs: set[tuple[str, str]], exponents: Exponents) -> Edges:
    """Every walk of two steps, one after the other."""
    beta, gamma, delta = exponents
    graph = nx.Graph((("user", user), ("video", video)) for user, video in pairs)
    found: Edges = defaultdict(float)
    for source in (node for node in graph if node[0] == "video"):
        for user in graph[source]:
            for target in graph[user]:
                if target != source:
                    weight = graph.degree(source) ** -beta * graph.degree(user) ** -gamma
                    found[source[1], target[1]] += weight * graph.degree(target) ** -delta
    return dict(found)


@pytest.mark.parametrize("exponents", EXPONENTS, ids=str)
def test_every_edge_is_the_path_count(
    database: Database, session: neo4j.Session, tmp_path: Path, exponents: Exponents
) -> None:
    """The same edges, and each weight to 1e-6, by a traversal in Cypher, dense numpy and walk by walk."""
    folder, pairs = platform(tmp_path / "in", seed=3)
    night(database, folder, exponents)
    found = stored(session)
    assert len(found) > 300
    for other in (by_cypher(session, exponents), by_numpy(pairs, exponents), by_walks(pairs, exponents)):
        assert other.keys() == found.keys()
        assert other == pytest.approx(found, rel=1e-6, abs=1e-8)


def test_ranks_follow_the_weights(database: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """1, 2, 3 … from a video, the heaviest first, equal weights by the order of ids."""
    folder, _ = platform(tmp_path / "in", seed=4)
    night(database, folder, EXPONENTS[0])
    rows = session.run(
        "MATCH (i:Video)-[n:SIMILAR]->(j:Video) RETURN i.id, n.rank, n.weight, j.id ORDER BY i.id, n.rank"
    ).values()
    by_source: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for source, *row in rows:
        by_source[source].append(tuple(row))
    for told in by_source.values():
        assert [rank for rank, _, _ in told] == list(range(1, len(told) + 1))
        assert [(weight, target) for _, weight, target in told] == sorted(
            ((weight, target) for _, weight, target in told), key=lambda edge: (-edge[0], edge[1])
        )


def test_what_is_hidden_and_what_is_removed_is_on_no_path(
    database: Database, session: neo4j.Session, tmp_path: Path
) -> None:
    """Neither counts in a degree: the edges are those of a platform where these pairs never brought anything."""
    folder, pairs = platform(tmp_path / "in", seed=5)
    rng = random.Random(5)
    hidden = set(rng.sample(sorted(pairs), 30))
    removed = {"v3", "v17"}
    with (folder / "events.jsonl").open("a") as file:
        for user, video in sorted(hidden):
            file.write(json.dumps({"userId": user, "kind": "hide", "videoId": video, "at": NOW}) + "\n")
    (folder / "videos-2.jsonl").write_text(
        "".join(json.dumps({"id": name, "removedAt": NOW - HOUR}) + "\n" for name in sorted(removed))
    )
    night(database, folder, EXPONENTS[0])
    left = {(user, video) for user, video in pairs - hidden if video not in removed}
    found = stored(session)
    assert not {end for edge in found for end in edge} & removed
    for other in (by_numpy(left, EXPONENTS[0]), by_walks(left, EXPONENTS[0])):
        assert other.keys() == found.keys()
        assert other == pytest.approx(found, rel=1e-6, abs=1e-8)


def test_another_exponent_writes_the_edges_again(database: Database, session: neo4j.Session, tmp_path: Path) -> None:
    """The second night has no new event; its edges are the path count by its own exponents."""
    folder, pairs = platform(tmp_path / "in", seed=6)
    for exponents in EXPONENTS[:2]:
        night(database, folder, exponents)
        assert by_walks(pairs, exponents) == pytest.approx(stored(session), rel=1e-6, abs=1e-8)
