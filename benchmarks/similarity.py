"""The path count on Gowalla (LightGCN's split): build time, Recall@20 and NDCG@20, one JSON object on the last line.

    python benchmarks/similarity.py [--data ../shared/data/gowalla] [--threads 2]

Full ranking, train items masked, means over users with test items. A user's score is the plain sum of her items' rows.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.similarity import Pairs, SimilarityParams, similar

TOP = 20
RUNS = (
    ("gowalla's own exponents", SimilarityParams(beta=0.7, gamma=0.7, delta=0.2, user_cap=100_000), 50),
    ("gowalla's own exponents", SimilarityParams(beta=0.7, gamma=0.7, delta=0.2, user_cap=100_000), 100),
    ("defaults", SimilarityParams(), 50),
    ("defaults", SimilarityParams(), 100),
)


def read(path: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """User and item of each distinct pair of a file of lines ``user item item …``."""
    users: list[int] = []
    items: list[int] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        user, *own = (int(word) for word in line.split())
        distinct = set(own)
        users += [user] * len(distinct)
        items += sorted(distinct)
    return np.array(users, dtype=np.int64), np.array(items, dtype=np.int64)


def evaluate(graph: "sparse.csr_matrix", train: "sparse.csr_matrix", test: "sparse.csr_matrix") -> tuple[float, float]:
    """Recall@20 and NDCG@20."""
    discount = 1.0 / np.log2(np.arange(TOP) + 2.0)
    recall: list[float] = []
    ndcg: list[float] = []
    judged = np.flatnonzero(np.diff(test.indptr))
    for low in range(0, judged.size, 256):
        block = judged[low : low + 256]
        score = np.asarray((train[block] @ graph).todense())
        score[np.repeat(np.arange(block.size), np.diff(train[block].indptr)), train[block].indices] = -1.0
        best = np.argpartition(-score, TOP, axis=1)[:, :TOP]
        order = np.argsort(-np.take_along_axis(score, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        target = np.asarray(test[block].todense()) > 0
        hit = np.take_along_axis(target, best, axis=1)
        goals = target.sum(axis=1)
        recall += (hit.sum(axis=1) / goals).tolist()
        ndcg += ((hit * discount).sum(axis=1) / np.cumsum(discount)[np.minimum(goals, TOP) - 1]).tolist()
    return float(np.mean(recall)), float(np.mean(ndcg))


def main() -> None:
    """Print the table and, last, one JSON object."""
    parser = argparse.ArgumentParser(description="The path count on Gowalla.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/gowalla"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "train.txt").is_file():
        sys.exit(f"No train.txt in {options.data}; give the folder with --data.")
    user, item = read(options.data / "train.txt")
    test_user, test_item = read(options.data / "test.txt")
    shape = (int(max(user.max(), test_user.max())) + 1, int(max(item.max(), test_item.max())) + 1)
    train = sparse.csr_matrix((np.ones(user.size, dtype=np.float32), (user, item)), shape=shape)
    test = sparse.csr_matrix((np.ones(test_user.size, dtype=np.float32), (test_user, test_item)), shape=shape)
    pairs = Pairs(user, item, *shape)
    runs = []
    for name, params, k in RUNS:
        began = time.perf_counter()
        found = similar(pairs, params, k, threads=options.threads)
        built = time.perf_counter() - began
        recall, ndcg = evaluate(found.matrix(shape[1]), train, test)
        runs.append(
            {
                "exponents": name,
                "k": k,
                "build_seconds": round(built, 2),
                "edges": int(found.row.size),
                "recall": round(recall, 4),
                "ndcg": round(ndcg, 4),
            }
        )
        print(*runs[-1].values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "benchmark": "similarity",
                "data": "gowalla",
                "pairs": int(user.size),
                "runs": runs,
                "peak_mib": round(peak),
            }
        )
    )


if __name__ == "__main__":
    main()
