"""The first night and the feeds after it, on a Neo4j of its own: time, memory, latency, quality by the hidden truth.

    python -m benchmarks.night --users 100000 --videos 50000 --events 1000000 [--bolt]

Quality is the expected points per view of the top 20 suggestions, by the generator's truth (which nothing else opens),
over those of the most viewed videos that the same person has not seen and may see. JSON on the last line.
"""

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain, cycle, islice
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.scale import command
from contentgraph import connect
from contentgraph.client import Graph
from contentgraph.cypher import Database, target
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.loaders.readback import Platform, read_platform
from contentgraph.loaders.sample import load_truth, write_sample
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

HISTORIES = (0, 10, 100, 500)
TOP = 20
WARM = 1_000
"""Feeds that are asked before any is timed."""


def latency(
    graph: Graph, database: Database, stored: Platform, calls: int, rng: np.random.Generator, warm: int = WARM
) -> list[dict[str, float]]:
    """p50 and p99 of the suggest statement and of the whole slate, ms, by length of history (nearest users).

    Before, ``warm`` feeds are asked: a server's JVM compiles while it answers the first thousands. What this process
    has loaded is frozen, as who serves feeds does: its collector would look through all of it every other feed.
    """
    gc.collect()
    gc.freeze()
    lengths = np.bincount(stored.engagements.user, minlength=len(stored.users))
    crowds, found = {}, []
    for history in HISTORIES:
        near = np.argsort(np.abs(lengths - history), kind="stable")[: max(calls // 4, 20)]
        names = stored.users.ids(near)
        crowds[history] = near, [names[place] for place in rng.integers(0, len(names), calls)]
    turns = list(chain.from_iterable(zip(*(people for _, people in crowds.values()), strict=True)))
    for name in islice(cycle(turns), warm):
        graph.suggest(name, limit=TOP)
    for history, (near, people) in crowds.items():
        statement = times(people, lambda name: database.read("suggest", userId=name, limit=TOP))
        slate = times(people, lambda name: graph.suggest(name, limit=TOP))
        found.append(
            {
                "history": history,
                "median_history": float(np.median(lengths[near])),
                "p50_ms": statement[0],
                "p99_ms": statement[1],
                "slate_p50_ms": slate[0],
                "slate_p99_ms": slate[1],
            }
        )
    return found


def times(people: Sequence[str], ask: object) -> tuple[float, float]:
    """p50 and p99 of ``ask(person)``, ms."""
    took = []
    for name in people:
        began = time.perf_counter()
        ask(name)  # type: ignore[operator]
        took.append((time.perf_counter() - began) * 1e3)
    return round(float(np.quantile(took, 0.5)), 2), round(float(np.quantile(took, 0.99)), 2)


def quality(graph: Graph, stored: Platform, folder: Path, people: int, rng: np.random.Generator) -> dict[str, float]:
    """Expected points per view of the top 20 of people with 5 pairs or more: suggested, most viewed unseen, best."""
    truth = load_truth(folder)
    place_user = {name: place for place, name in enumerate(truth.user_ids)}
    place_video = {name: place for place, name in enumerate(truth.video_ids)}
    pairs = stored.engagements
    lengths = np.bincount(pairs.user, minlength=len(stored.users))
    chosen = rng.choice(np.flatnonzero(lengths >= 5), min(people, int((lengths >= 5).sum())), replace=False)
    names, videos = stored.users.ids(), stored.videos.ids()
    to_truth = np.array([place_video[name] for name in videos])
    views = np.bincount(pairs.video, minlength=len(videos))
    every = np.arange(len(videos))
    sums = {"suggest": 0.0, "popular": 0.0, "oracle": 0.0}
    for person in chosen.tolist():
        who = np.full(every.size, place_user[names[person]])
        expected = truth.expected_points(who, to_truth)
        allowed = truth.suitable(who, to_truth)
        allowed[pairs.video[pairs.user == person]] = False
        feed = [item.video_id for item in graph.suggest(names[person], limit=TOP)]
        assert len(feed) == TOP, f"{names[person]} got {len(feed)} of {TOP} suggestions"
        sums["suggest"] += float(expected[stored.videos.index(feed)].mean())
        for name, order in (("popular", views), ("oracle", expected)):
            best = np.argsort(-np.where(allowed, order, -1.0), kind="stable")[:TOP]
            sums[name] += float(expected[best].mean())
    means = {name: round(value / chosen.size, 3) for name, value in sums.items()}
    return means | {"ratio": round(means["suggest"] / means["popular"], 3), "people": int(chosen.size)}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--videos", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--taste", default="communities")
    parser.add_argument("--line", default="2026")
    parser.add_argument("--calls", type=int, default=300, help="feeds asked per length of history")
    parser.add_argument("--warm", type=int, default=WARM, help="feeds asked before any is timed")
    parser.add_argument("--bolt", action="store_true", help="merge over Bolt, as a night does into any other Neo4j")
    parser.add_argument("--people", type=int, default=300, help="people whose feeds are judged by the truth")
    options = parser.parse_args()
    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(
        users=options.users, videos=options.videos, events=options.events, until=until, seed=options.seed,
        taste=options.taste, noise=options.noise,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as folder:
        home, data = Path(folder) / "home", Path(folder) / "data"
        began = time.perf_counter()
        sample = write_sample(data, config)
        sample_s = time.perf_counter() - began
        server = LocalServer(home, line=options.line, port=free_port())
        server.start()
        try:
            goal = target(home_path=home)
            named = {"URI": goal.uri, "PASSWORD": goal.password.get_secret_value()} if options.bolt else {}
            night = command(
                "nightly", str(data), "--json", "--log", "plain", "--rejects", str(Path(folder) / "rejects"),
                HOME=str(home), **named,
            )  # fmt: skip
            with Database(goal) as database:
                stored = read_platform(database)
            rng = np.random.default_rng(options.seed)
            with connect(home=home) as graph, Database(goal) as database:
                trending = [trend.id for trend in graph.trending("challenge", limit=10)]
                feeds = latency(graph, database, stored, options.calls, rng, options.warm)
                judged = quality(graph, stored, data, options.people, rng)
            store_bytes = server.status().store_bytes
        finally:
            server.stop()
    burst = sample.burst_challenge
    print(
        json.dumps(
            {
                "benchmark": "night",
                "users": options.users, "videos": options.videos, "events": options.events, "seed": options.seed,
                "noise": options.noise, "taste": options.taste, "line": options.line, "machine": machine(),
                "sample_s": round(sample_s, 1),
                "over": "import" if "import" in night["seconds"] else "bolt",
                "nightly_s": night["total_seconds"],
                **{name: night[name] for name in ("seconds", "pairs", "nodes", "relationships", "changed", "cpu_s")},
                "python_peak_gib": night["peak_gib"],
                "store_mib": round(store_bytes / 2**20),
                "suggest": feeds,
                "points_per_view": judged,
                "burst_rank": trending.index(burst) + 1 if burst in trending else None,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
