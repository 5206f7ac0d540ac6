"""How close the waves' simulator is to KuaiRand: real and simulated side by side, one JSON object on the last line.

    python benchmarks/waves_fit.py --data ../shared/data

Spreads are by moments, net of sampling noise: points of watching alone (completion and rewatch), because the excerpt
selects on likes.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs as a file too

from benchmarks.waves_world import PARAMETERS, VALUES, laws, levels, make_videos

EDGES_MS = np.array([8000, 12000, 20000, 40000, 70000, 120000])


def components(group: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Spread within groups and between their true means, by moments (unbalanced one-way analysis of variance)."""
    _, g = np.unique(group, return_inverse=True)
    n = np.bincount(g)
    mean = np.bincount(g, x) / n
    within = ((x - mean[g]) ** 2).sum() / (x.size - n.size)
    between = (n * (mean - x.mean()) ** 2).sum() / (n.size - 1)
    size = (x.size - (n**2).sum() / x.size) / (n.size - 1)
    return float(within**0.5), float(max(0.0, (between - within) / size) ** 0.5)


def main() -> None:
    """Fit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    query = (
        "select user_id u, video_id v, max(duration_ms) d, max(play_time_ms) p"
        " from read_csv(?, delim='\t', header=true) where duration_ms > 0 group by user_id, video_id"
    )
    log = duckdb.execute(query, [str(options.data / "kuairand" / "log.tsv")]).fetchnumpy()
    ratio, bucket = log["p"] / log["d"], np.searchsorted(EDGES_MS, log["d"], side="right")
    done, again = (ratio >= 0.9).astype(float), (ratio >= 1.5).astype(float)
    points = 8.0 * done + 10.0 * again

    def centred(x: np.ndarray, by: np.ndarray) -> np.ndarray:
        left: np.ndarray = x - (np.bincount(by, x) / np.bincount(by))[by]
        return left

    real_within, real_between = components(log["v"], centred(points, bucket))
    _, people = components(log["u"], centred(done, bucket))
    world = levels(real_between)
    made = make_videos(world, 20_000, 0.5, rng)
    law = laws(world, made)
    watch = 8.0 * (np.arange(32) & 1 > 0) + 10.0 * (np.arange(32) & 2 > 0)
    mean = law @ watch
    within = law @ watch**2 - mean**2
    # People: the same viewer's ease in all her views.
    ease = PARAMETERS["views"]["ease"] * rng.standard_normal(2_000)
    pick = rng.integers(0, made.bucket.size, (2_000, 50))
    chance = 1.0 / (1.0 + np.exp(-(world.completion[made.bucket[pick]] + made.appeal[pick] + ease[:, None])))
    told = (rng.random(pick.shape) < chance).astype(float)
    who = np.repeat(np.arange(2_000), 50)
    _, made_people = components(who, centred(told.ravel(), made.bucket[pick].ravel()))
    rows = [
        ("points of watching: spread of viewers around their video", real_within, float(within.mean() ** 0.5)),
        (
            "points of watching: spread between videos of one bucket",
            real_between,
            float(centred(mean, made.bucket).std()),
        ),
        ("completion: spread between people", people, made_people),
    ]
    for b in range(7):
        here, there = bucket == b, made.bucket == b
        rows += [
            (f"bucket {b}: share", float(here.mean()), float(there.mean())),
            (f"bucket {b}: completion", float(done[here].mean()), float((law[there] @ (np.arange(32) & 1 > 0)).mean())),
            (f"bucket {b}: rewatch", float(again[here].mean()), float((law[there] @ (np.arange(32) & 2 > 0)).mean())),
        ]
    print("| what | KuaiRand | simulated |\n|---|---|---|")
    for what, real, simulated in rows:
        print(f"| {what} | {real:.3f} | {simulated:.3f} |")
    told_rows = [{"what": what, "real": real, "simulated": simulated} for what, real, simulated in rows]
    print(json.dumps({"benchmark": "waves_fit", "rows": told_rows, "mean_points": float((law @ VALUES).mean())}))


if __name__ == "__main__":
    main()
