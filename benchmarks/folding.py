"""What folding costs and saves: feeds by the hidden truth, edges and bytes, before and after.

    python -m benchmarks.folding --days 60 [--keep 10 --users 20000 --videos 10000 --events 300000 --span 120]

A generated log of ``span`` days is loaded, everything older than ``days`` is folded, and a night derives all of it
anew. Quality is the expected points per view of the top 20 of the same people at the end of the log, by the generator's
truth; people are told apart by what was folded of them: nothing, some, all. ``without_sums`` is the feed in which what
was folded leads nowhere, ``repeats_without_saw`` the share of slots that would be videos seen already if the mark of
seen went, too. Bytes are those of a new store that a dump was restored into, for a store never shrinks. JSON on the
last line.
"""

import argparse
import json
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.scale import command
from contentgraph.cypher import Database, target
from contentgraph.graph.folded import LATEST
from contentgraph.graph.metrics import paired_interval
from contentgraph.graph.platform.generating import PlatformConfig, Truth
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders.readback import read_platform
from contentgraph.loaders.sample import load_truth, write_sample
from contentgraph.loaders.snapshot_reading import read_snapshot
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

TOP = 20
COUNTED = ("ENGAGED", "SAW", "FOLDED", "SIMILAR")
GROUPS = ("nothing", "some", "all")
"""Of what was folded of a person."""


def feeds(snapshot: Snapshot, people: list[str]) -> list[list[str]]:
    """The top of each."""
    return [[row["videoId"] for row in snapshot.suggest(person, TOP)] for person in people]


def points(truth: Truth, people: list[str], lists: list[list[str]]) -> np.ndarray:
    """Expected points per view of each list, at the end of the log."""
    user, video = (
        {name: place for place, name in enumerate(names.tolist())} for names in (truth.user_ids, truth.video_ids)
    )
    who = np.array([[user[person]] for person in people])
    found = truth.expected_points(who, np.array([[video[name] for name in names] for names in lists]))
    mean: np.ndarray = found.mean(axis=1)
    return mean


def without(snapshot: Snapshot, *names: str) -> Snapshot:
    """The snapshot without some lists of its people."""
    crowd = snapshot.arrays.crowd
    gone: dict[str, Any] = {}
    for name in names:
        gone[f"{name}_ptr"] = np.zeros_like(getattr(crowd, f"{name}_ptr"))
        gone |= {
            each: getattr(crowd, each)[:0] for each in crowd._fields if each in (name, f"{name}_points", f"{name}_at")
        }
    arrays = snapshot.arrays._replace(crowd=crowd._replace(**gone))
    return Snapshot(arrays, snapshot.settings, snapshot.scale)


def size(database: Database, folder: Path) -> dict[str, Any]:
    """Edges by type, and bytes of a new store."""
    counts = {row["name"]: row["count"] for row in database.read("stats") if row["part"] == "relationships"}
    home = folder / "copy"
    dump = folder / "dump"
    command("dump", str(dump), "--json", HOME=str(folder / "home"))
    server = LocalServer(home, port=free_port())
    server.start()
    try:
        command("restore", str(dump), "--json", HOME=str(home))
        server.stop()
        store = sum(
            path.stat().st_size for path in (home / "data" / "databases" / "neo4j").rglob("*") if path.is_file()
        )
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(dump, ignore_errors=True)
    return {"edges": {name: counts.get(name, 0) for name in COUNTED}, "store_bytes": store}


def compared(before: np.ndarray, after: np.ndarray) -> dict[str, Any]:
    """Means, and their ratio with its paired 95 % interval."""
    if before.size < 2:
        return {"people": int(before.size)}
    means = float(before.mean()), float(after.mean())
    return {
        "people": int(before.size),
        "before": round(means[0], 3),
        "after": round(means[1], 3),
        "ratio": [round(value, 4) for value in (means[1] / means[0], *paired_interval(after, before))],
    }


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--keep", type=int, default=LATEST, help="latest engagements of each person that stay")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--videos", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--span", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=2_000)
    options = parser.parse_args()
    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(
        users=options.users, videos=options.videos, events=options.events, until=until, seed=options.seed,
        days=options.span,
    )  # fmt: skip
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as name:
        folder = Path(name)
        home, data, nothing = folder / "home", folder / "data", folder / "nothing"
        write_sample(data, config)
        nothing.mkdir()
        (nothing / "users.jsonl").touch()
        truth = load_truth(data)
        server = LocalServer(home, port=free_port())
        server.start()

        def ask(*arguments: str) -> dict[str, Any]:
            return command(*arguments, "--json", HOME=str(home))

        quiet = ("--tune", "0", "--log", "quiet", "--rejects", str(folder / "rejects"), "--now", str(until))
        try:
            ask("rebuild", str(data), *quiet)
            ask("nightly", str(nothing), *quiet)  # as after the fold: each night leaves history, too
            with Database(target(home_path=home)) as database:
                stored = read_platform(database)
                pairs = stored.engagements
                names = stored.users.ids()
                known = np.bincount(pairs.user, minlength=len(names))
                chosen = rng.choice(np.flatnonzero(known >= 5), options.people, replace=False)
                people = [names[place] for place in chosen.tolist()]
                first = read_snapshot(database)
                was = points(truth, people, feeds(first, people))
                before = size(database, folder)
                began = time.perf_counter()
                fold = ask("fold", "--older-than", str(options.days), "--keep", str(options.keep))
                fold_s = time.perf_counter() - began
                night = ask("nightly", str(nothing), *quiet)
                last = read_snapshot(database)
                lists = feeds(last, people)
                now = points(truth, people, lists)
                bare = points(truth, people, feeds(without(last, "sum"), people))
                after = size(database, folder)
        finally:
            server.stop()
        seen: dict[str, set[str]] = {name: set() for name in people}
        of = dict(zip(chosen.tolist(), people, strict=True))
        videos = stored.videos.ids()
        for user, video in zip(pairs.user.tolist(), pairs.video.tolist(), strict=True):
            if user in of:
                seen[of[user]].add(videos[video])

        def repeats(told: list[list[str]]) -> float:
            return float(
                np.mean([sum(each in seen[who] for each in one) / TOP for who, one in zip(people, told, strict=True)])
            )

        left = np.diff(last.arrays.crowd.engaged_ptr)[[last.users.index(name) for name in people]]
        group = np.where(left == known[chosen], 0, np.where(left > 0, 1, 2))
        quality = {"everybody": compared(was, now)}
        quality |= {name: compared(was[group == place], now[group == place]) for place, name in enumerate(GROUPS)}
        sums = {name: compared(bare[group == place], now[group == place]) for place, name in enumerate(GROUPS)}
        told = {
            "benchmark": "folding", "days": options.days, "keep": options.keep, "span": options.span,
            "users": options.users,
            "videos": options.videos, "events": options.events, "seed": options.seed, "machine": machine(),
            "pairs": int(pairs.user.size), "folded": fold["pairs"], "fold_s": round(fold_s, 1),
            "night_s": night["total_seconds"], "before": before, "after": after,
            "points_per_view": quality, "without_sums_to_with": {"everybody": compared(bare, now), **sums},
            "repeats": round(repeats(lists), 4),
            "repeats_without_saw": round(repeats(feeds(without(last, "saw"), people)), 4),
        }  # fmt: skip
        print(json.dumps(told))


if __name__ == "__main__":
    main()
