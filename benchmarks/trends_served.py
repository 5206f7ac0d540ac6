"""Trends from a real Neo4j with a million pulse cells: how long they take to ask, and to keep up.

    python -m benchmarks.trends_served [--users 100000 --videos 50000 --events 1000000]

A night loads a generated platform into a Neo4j of its own. Then ``contentgraph pulse`` runs with nothing new, and after
5,000 recorded events; ``trending`` is asked for every kind and window, countries and languages by turns. JSON last.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from contentgraph import connect
from contentgraph.cypher import NIGHT_RETRY_S, Database, target
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.graph.trends import TREND_HOURS
from contentgraph.loaders.hours import PULSE_KINDS
from contentgraph.loaders.night import run_night
from contentgraph.loaders.pulsing import pulse
from contentgraph.loaders.readback import read_platform
from contentgraph.loaders.reporting import Reporter
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.trending import TREND_KINDS
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--videos", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=2_000)
    options = parser.parse_args()
    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(
        users=options.users, videos=options.videos, events=options.events, until=until, seed=options.seed
    )
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as folder:
        home, data = Path(folder) / "home", Path(folder) / "data"
        write_sample(data, config)
        server = LocalServer(home, port=free_port())
        server.start()
        try:
            with Database(target(home_path=home), retry_s=NIGHT_RETRY_S) as database:
                clock = time.time_ns() // 1_000_000
                night = run_night(
                    database, [data], clock=clock, rejects=Path(folder) / "rejects", reporter=Reporter("plain"),
                    tuning=Tuning(0.0),
                )  # fmt: skip
                still = pulse(database, reporter=Reporter("plain"))
                stored = read_platform(database)
                users, videos = stored.users.ids(), stored.videos.ids()
                with connect(home=home) as graph:
                    graph.record(
                        [
                            {"userId": users[u], "videoId": videos[v], "kind": "like", "at": night.now}
                            for u, v in zip(rng.integers(len(users), size=5_000).tolist(),
                                            rng.integers(len(videos), size=5_000).tolist(), strict=True)
                        ],
                        now=night.now,
                    )  # fmt: skip
                moved = pulse(database, reporter=Reporter("plain"))
                cells = sum(
                    len(row["hours"])
                    for kind in PULSE_KINDS
                    for row in database.stream("night_pulses", kind=kind, since=0)
                )
                places: list[tuple[str, str | None]] = [("ZZ", None)]
                places += [(country, None) for country in sorted({*stored.user_country} - {"ZZ"})]
                places += [("ZZ", language) for language in sorted({*stored.user_language} - {"und"})]
                took, entries = [], 0
                for turn in range(options.calls + 100):
                    country, language = places[turn % len(places)]
                    kind, hours = TREND_KINDS[turn % len(TREND_KINDS)], TREND_HOURS[turn % len(TREND_HOURS)]
                    user = users[int(rng.integers(len(users)))] if turn % 2 else None
                    began = time.perf_counter()
                    rows = database.read(
                        "trending", userId=user, kind=kind, country=country, language=language, hours=hours, limit=20
                    )
                    if turn >= 100:
                        took.append((time.perf_counter() - began) * 1e3)
                        entries += len(rows)
        finally:
            server.stop()
    told = {
        "benchmark": "trends_served",
        **vars(options),
        "machine": machine(),
        "night_seconds": night.seconds,
        "changed": night.changed,
        "pulse_cells": cells,
        "pulse_nothing_new": asdict(still),
        "pulse_5000_events": asdict(moved),
        "trending_p50_ms": round(float(np.quantile(took, 0.5)), 2),
        "trending_p99_ms": round(float(np.quantile(took, 0.99)), 2),
        "entries_a_call": round(entries / len(took), 2),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
