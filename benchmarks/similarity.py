"""Similarity over millions of pairs: seconds, memory, and what the cap of heavy users costs.

    python -m benchmarks.similarity --pairs 10000000

Pairs are drawn: heavy-tailed histories (log-normal, some of thousands), steep popularity, communities of taste.
What a cap costs is judged on the generated platform: the last tenth of each person's pairs is held out, Recall@20 from
the stored edges of the rest. JSON on the last line.
"""

import argparse
import json
import os
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import machine
from contentgraph.graph.edges import similar
from contentgraph.graph.similarity import Pairs, SimilarityParams
from contentgraph.loaders.frugal import peak_gib

GROUPS = 200
"""Communities: of a person's pairs 7 in 10 are with videos of hers."""
CAPS = (50, 100, 200, 500, 5_000)


def drawn(pairs: int, users: int, videos: int, rng: np.random.Generator) -> Pairs:
    """Distinct pairs, about as many as asked for, with times."""
    size = rng.lognormal(0.0, 1.4, users)
    user = np.repeat(np.arange(users), rng.poisson(1.7 * pairs * size / size.sum()))
    rank = (videos * rng.random(user.size, dtype=np.float32) ** 3).astype(np.int64)
    inside = rng.random(user.size, dtype=np.float32) < 0.7
    video = np.where(inside, (rank // GROUPS * GROUPS + user % GROUPS) % videos, rank)
    key = np.unique(user * videos + video)
    key = key[rng.random(key.size, dtype=np.float32) < pairs / key.size]
    return Pairs(key // videos, key % videos, users, videos, at=rng.integers(0, 10**9, key.size))


def quality(events: int, seed: int, k: int) -> list[dict[str, float]]:
    """Recall@20 by cap, on the generated platform."""
    from contentgraph.graph.platform.generating import PlatformConfig, generate

    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(users=events // 30, videos=events // 100, events=events, until=until, seed=seed)
    told = generate(config, np.random.default_rng(seed), lambda _: None).events
    kept = told.video >= 0
    key = told.user[kept].astype(np.int64) * config.videos + told.video[kept]
    key, first = np.unique(key, return_index=True)
    user, video, at = key // config.videos, key % config.videos, told.at[kept][first]
    order = np.lexsort((at, user))
    user, video, at = user[order], video[order], at[order]
    length = np.bincount(user, minlength=config.users)
    place = np.arange(user.size) - np.searchsorted(user, user)
    held = (place >= np.floor(length[user] * 0.9)) & (length[user] >= 10)
    train = Pairs(user[~held], video[~held], config.users, config.videos, at=at[~held])
    found = []
    for cap in CAPS:
        began = time.process_time()
        edges = similar(train, SimilarityParams(user_cap=cap), k).matrix(config.videos)
        took = time.process_time() - began
        found.append({"cap": cap, "recall": recall(train, edges, user[held], video[held]), "cpu_s": round(took, 2)})
    return found


def recall(train: Pairs, edges: Any, user: npt.NDArray[np.int64], video: npt.NDArray[np.int64], n: int = 20) -> float:
    """Mean share of a person's held-out videos among the ``n`` to which most of her history leads."""
    from scipy import sparse

    seen = sparse.csr_matrix(
        (np.ones(train.user.size, dtype=np.float32), (train.user, train.video)), shape=(train.users, train.videos)
    )
    people, start = np.unique(user, return_index=True)
    ends = np.append(start[1:], user.size)
    shares = []
    for first in range(0, people.size, 500):
        some = people[first : first + 500]
        scores = (seen[some] @ edges).toarray()
        scores[seen[some].toarray() > 0] = -1.0
        best = np.argpartition(-scores, n, axis=1)[:, :n]
        for place in range(some.size):
            wanted = video[start[first + place] : ends[first + place]]
            shares.append(np.isin(wanted, best[place]).mean())
    return round(float(np.mean(shares)), 4)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=300_000)
    parser.add_argument("--videos", type=int, default=100_000)
    parser.add_argument(
        "--events", type=int, default=300_000, help="of the platform that judges the cap; 0: not judged"
    )
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found: dict[str, Any] = {"benchmark": "similarity", "k": options.k, "machine": machine()}
    if options.events:
        found["caps"] = quality(options.events, options.seed, options.k)
        print(json.dumps(found), flush=True)
    similar(Pairs(np.array([0, 0]), np.array([0, 1]), 1, 2), SimilarityParams(sharpen=0.1), 1)  # compiles
    pairs = drawn(options.pairs, options.users, options.videos, np.random.default_rng(options.seed))
    found |= {
        "pairs": int(pairs.user.size),
        "longest_history": int(np.bincount(pairs.user).max()),
        "most_viewers": int(np.bincount(pairs.video).max()),
        "peak_before_gib": round(peak_gib(), 2),
    }
    for name, params in (("plain", SimilarityParams()), ("filtered", SimilarityParams(sharpen=0.1, rank=128))):
        began, cpu = time.perf_counter(), time.process_time()
        edges = similar(pairs, params, options.k)
        found[name] = {
            "seconds": round(time.perf_counter() - began, 1),
            "cpu_s": round(time.process_time() - cpu, 1),
            "edges": int(edges.row.size),
            "peak_gib": round(peak_gib(), 2),
        }
        print(json.dumps({name: found[name]}), flush=True)
    found["load_average"] = os.getloadavg()[0]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
