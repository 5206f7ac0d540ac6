"""What the source ``local`` brings: feeds by the hidden truth, by its weight, for people with and without history.

    python -m benchmarks.local --seeds 21 22 [--weights 0 0.1 0.3 1 --users 20000 --videos 10000 --events 200000]

A generated log is loaded into a Neo4j of its own, and the slates of a snapshot of it are judged: expected points per
view of the top 20 at the end of the log, as a ratio to those without the source (weight 0, the feed as it was), with
its paired 95 % interval. People are told apart by how many videos they engaged with, and by whether their first
language is a small one, in which less than a tenth of the videos are; ``videos``: how many different ones the slates of
a group hold. JSON on the last line.
"""

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.folding import points
from benchmarks.machine import machine
from benchmarks.scale import command
from contentgraph.cypher import Database, target
from contentgraph.graph.metrics import paired_interval
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.graph.ranking import POOL_FACTOR, SlateSettings
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders.sample import load_truth, write_sample
from contentgraph.loaders.snapshot_reading import read_snapshot
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

TOP = 20
SMALL = 0.1
FAR = 10**9
HISTORIES = ((0, 0), (1, 9), (10, FAR))
"""Videos engaged with, both ends counted."""


def loaded(folder: Path, config: PlatformConfig) -> Snapshot:
    """The snapshot of a night over the generated log."""
    home, data = folder / "home", folder / "data"
    write_sample(data, config)
    server = LocalServer(home, port=free_port())
    server.start()
    try:
        quiet = ("--tune", "0", "--log", "quiet", "--rejects", str(folder / "rejects"), "--json")
        command("nightly", str(data), *quiet, HOME=str(home))
        with Database(target(home_path=home)) as database:
            return read_snapshot(database)
    finally:
        server.stop()


def slates(snapshot: Snapshot, people: list[str]) -> list[list[str]]:
    """The top of each, without test slots."""
    lists = []
    for person in people:
        found = snapshot.found(person, POOL_FACTOR * TOP)
        lists.append(snapshot.videos.some(found.video[snapshot.slate(found, TOP, SlateSettings())].tolist()))
    return lists


def groups(snapshot: Snapshot, most: int, rng: np.random.Generator) -> dict[str, list[str]]:
    """Up to ``most`` people of each history in small and in other languages."""
    crowd, language = snapshot.arrays.crowd, snapshot.arrays.catalog.language
    share = np.bincount(language[language >= 0], minlength=int(crowd.tongue.max()) + 1) / language.size
    told = np.flatnonzero((np.diff(crowd.tongue_ptr) > 0) & (crowd.state == 0))
    small = share[crowd.tongue[crowd.tongue_ptr[told]]] < SMALL
    length = np.diff(crowd.engaged_ptr)[told]
    found = {}
    for least, last in HISTORIES:
        for name, some in (("small", small), ("other", ~small)):
            there = told[(length >= least) & (length <= last) & some]
            chosen = rng.choice(there, min(most, there.size), replace=False)
            span = str(least) if least == last else f"{least} to {last}" if last < FAR else f"{least} and more"
            found[f"{span}, {name}"] = [snapshot.users[int(place)] for place in chosen]
    return found


def run(seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """One platform."""
    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(
        users=options.users, videos=options.videos, events=options.events, until=until, seed=seed, noise=options.noise
    )
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as name:
        snapshot, truth = loaded(Path(name), config), load_truth(Path(name) / "data")
    told: dict[str, Any] = {}
    for group, people in groups(snapshot, options.people, np.random.default_rng(seed)).items():
        before, told[group] = np.zeros(0), []
        for weight in (0.0, *options.weights):
            settings = {**snapshot.settings, "weightLocal": weight}
            if options.relevance is not None:
                settings["relevance"] = options.relevance
            lists = slates(Snapshot(snapshot.arrays, settings, snapshot.scale), people)
            now = points(truth, people, lists)
            if not weight:
                before = now
            ratio = (1.0, 1.0, 1.0) if not weight else (now.mean() / before.mean(), *paired_interval(now, before))
            told[group].append(
                {
                    "weight": weight,
                    "people": len(people),
                    "points": round(float(now.mean()), 3),
                    "ratio": [round(float(each), 4) for each in ratio],
                    "videos": len({video for each in lists for video in each}),
                }
            )
    return told


def main() -> None:
    """Print a line a group and weight and, last, one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--weights", type=float, nargs="+", default=[0.1, 0.3, 1.0])
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--videos", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--people", type=int, default=1_000, help="of each group")
    parser.add_argument("--relevance", type=float, help="exponent of what leads to a video, instead of the night's")
    options = parser.parse_args()
    began, seeds = time.perf_counter(), {}
    for seed in options.seeds:
        seeds[seed] = run(seed, options)
        for group, rows in seeds[seed].items():
            for row in rows:
                print(seed, group, row, flush=True)
    print(
        json.dumps(
            {
                "benchmark": "local", "users": options.users, "videos": options.videos, "events": options.events,
                "noise": options.noise, "seeds": seeds, "seconds": round(time.perf_counter() - began, 1),
                "machine": machine(),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
