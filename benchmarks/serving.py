"""Plain top 20 from the same stored edges: ours against implicit's item-item, one thread, paired in one run.

    python -m benchmarks.serving [--data ../shared/data/gowalla] [--neighbours 100] [--calls 3000]

Both get the same matrix (the path count's best K a video) and the same rows of users. One user at a time: the two
take turns on the same user, after a warm-up, and the p50 and p95 of each are told; all users: the median of three
turns each. JSON on the last line.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, NearestNeighboursScorer
from threadpoolctl import threadpool_limits

from benchmarks.machine import machine
from contentgraph.graph.edges import similar
from contentgraph.graph.retrieval import Retriever
from contentgraph.graph.similarity import SimilarityParams
from contentgraph.loaders.split import read_lightgcn

TOP = 20


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/gowalla"))
    parser.add_argument("--neighbours", type=int, default=100)
    parser.add_argument("--calls", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not (options.data / "train.txt").is_file():
        sys.exit(f"No train.txt in {options.data}; give the folder with --data.")
    split = read_lightgcn(options.data)
    with threadpool_limits(1):
        edges = similar(split.train, SimilarityParams(user_cap=10**6), options.neighbours, threads=1)
        matrix = edges.matrix(len(split.video_ids))
        ours = Retriever(matrix)
        theirs = ItemItemRecommender(K=options.neighbours, num_threads=1)
        theirs.similarity = matrix.astype(np.float64)
        theirs.scorer = NearestNeighboursScorer(theirs.similarity)
        plain = split.seen.astype(np.float64)
        rng = np.random.default_rng(options.seed)
        people = rng.choice(split.judged, options.calls + 200)
        took: dict[str, list[float]] = {"ours": [], "implicit": []}
        same = 0
        for turn, user in enumerate(people.tolist()):
            row = plain[user]
            items, shares = row.indices.astype(np.int32), row.data.astype(np.float32)
            began = time.perf_counter()
            mine, _ = ours.one(items, shares, TOP)
            between = time.perf_counter()
            other, _ = theirs.recommend(user, row, N=TOP)
            ended = time.perf_counter()
            if turn >= 200:
                took["ours"].append((between - began) * 1e3)
                took["implicit"].append((ended - between) * 1e3)
                same += len(set(mine.tolist()) & set(other.tolist()))
        bulk: dict[str, list[float]] = {"ours": [], "implicit": []}
        everyone = np.arange(plain.shape[0])
        for _ in range(3):
            began = time.perf_counter()
            ours.top_n(split.seen, TOP, threads=1)
            between = time.perf_counter()
            theirs.recommend(everyone, plain, N=TOP)
            bulk["ours"].append(between - began)
            bulk["implicit"].append(time.perf_counter() - between)
    p50 = {name: round(float(np.quantile(values, 0.5)), 4) for name, values in took.items()}
    p95 = {name: round(float(np.quantile(values, 0.95)), 4) for name, values in took.items()}
    whole = {name: round(float(np.median(values)), 3) for name, values in bulk.items()}
    print(
        json.dumps(
            {
                "benchmark": "serving",
                "machine": machine(),
                "users": len(split.user_ids),
                "videos": len(split.video_ids),
                "edges": int(edges.row.size),
                "same_share": round(same / (options.calls * TOP), 4),
                "single_user_ms": p50["ours"],
                "implicit_single_user_ms": p50["implicit"],
                "single_user_p95_ms": p95["ours"],
                "implicit_single_user_p95_ms": p95["implicit"],
                "all_users_s": whole["ours"],
                "implicit_all_users_s": whole["implicit"],
            }
        )
    )


if __name__ == "__main__":
    main()
