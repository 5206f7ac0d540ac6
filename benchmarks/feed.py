"""A feed's time: from Neo4j by history, from the snapshot one by one and in bulk, and plain lists beside implicit.

    python -m benchmarks.feed --users 100000 --videos 50000 --events 1000000
    python -m benchmarks.feed --home HOME      # a local server that runs and holds a night already

``session``: the third feed of a session over the snapshot, beside Neo4j, which is asked what she did since. The
longest histories follow 200 people. What is compared takes turns on the same person. One core for all but Neo4j and the
clients. JSON on the last line.
"""

import argparse
import gc
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, NearestNeighboursScorer
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks.machine import machine
from benchmarks.night import WARM
from benchmarks.scale import command
from contentgraph import connect
from contentgraph.client import Graph, Served
from contentgraph.cypher import Database, target
from contentgraph.cypher.statements import load
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.graph.retrieval import Retriever
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders.night import events_so_far
from contentgraph.loaders.precompute import feeds
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.snapshot import write_snapshot
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

HISTORIES = (0, 10, 100, 500)
FOLLOWS = 200
TOP, POOL = 20, 100
CLIENTS = 8
Figures = dict[str, float]


def quantiles(took: list[float]) -> tuple[float, float]:
    """p50 and p99, ms."""
    return round(float(np.quantile(took, 0.5)) * 1e3, 3), round(float(np.quantile(took, 0.99)) * 1e3, 3)


def by_history(
    graph: Graph, database: Database, served: Served, snapshot: Snapshot, calls: int, rng: np.random.Generator
) -> list[Figures]:
    """The statement, the client's slate over it, and the snapshot's slate, in turns."""
    lengths = np.diff(snapshot.arrays.crowd.engaged_ptr)
    told = []
    for history in HISTORIES:
        near = np.argsort(np.abs(lengths - history), kind="stable")[: max(calls // 4, 20)]
        names = [snapshot.users[int(place)] for place in near]
        if history == max(HISTORIES):
            follow(graph, served, names, snapshot, rng)
        took: dict[str, list[float]] = {"statement": [], "slate": [], "snapshot": []}
        for turn, place in enumerate(rng.integers(0, len(names), calls + 20)):
            name, times = names[place], [time.perf_counter()]
            database.read("suggest", userId=name, limit=POOL)
            times.append(time.perf_counter())
            theirs = graph.suggest(name, TOP, seed=turn)
            times.append(time.perf_counter())
            mine = served.suggest(name, TOP, seed=turn)
            times.append(time.perf_counter())
            assert [(each.video_id, each.wave) for each in mine] == [(each.video_id, each.wave) for each in theirs], (
                name
            )
            if turn >= 20:
                for kind, spent in zip(took, np.diff(times), strict=True):
                    took[kind].append(float(spent))
        p50, p99 = quantiles(took["statement"])
        slate, snap = quantiles(took["slate"]), quantiles(took["snapshot"])
        told.append(
            {
                "history": history,
                "median_history": float(np.median(lengths[near])),
                "p50_ms": p50, "p99_ms": p99, "slate_p50_ms": slate[0], "slate_p99_ms": slate[1],
                "snapshot_p50_ms": snap[0], "snapshot_p99_ms": snap[1],
                "neo4j_mib": memory(database, names[:5]),
            }
        )  # fmt: skip
    return told


def memory(database: Database, names: list[str]) -> float:
    """MiB that Neo4j counts for the statement, the median of some people; of the pool that all transactions share."""
    with database._session("READ") as session:
        plans = [
            session.run("PROFILE " + load("suggest").text, userId=name, limit=POOL).consume().profile for name in names
        ]
    return round(float(np.median([plan["args"]["GlobalMemory"] for plan in plans if plan])) / 2**20, 2)


def follow(graph: Graph, served: Served, names: list[str], snapshot: Snapshot, rng: np.random.Generator) -> None:
    """Let each follow 200 people who made something, in the graph and over the snapshot."""
    makers = np.flatnonzero(np.diff(snapshot.arrays.catalog.made_ptr))
    at = snapshot.now - 1_000
    for name in names:
        chosen = rng.choice(makers, min(FOLLOWS, makers.size), replace=False)
        events = [
            {"userId": name, "kind": "follow", "targetId": snapshot.users[int(each)], "at": at}
            for each in chosen
            if snapshot.users[int(each)] != name
        ]
        graph.record(events, now=snapshot.now)
        served.record(events, now=snapshot.now)


def alone(served: Served, snapshot: Snapshot, calls: int, rng: np.random.Generator) -> Figures:
    """Slates from the snapshot, of people as they come; then in bulk, with parts and the heaviest reason."""
    people = [snapshot.users[int(place)] for place in rng.integers(0, len(snapshot.users), calls + 100)]
    took = []
    for name in people:
        began = time.perf_counter()
        served.suggest(name, TOP)
        took.append(time.perf_counter() - began)
    p50, p99 = quantiles(took[100:])
    some = rng.choice(len(snapshot.users), min(len(snapshot.users), 10_000), replace=False).tolist()
    began = time.perf_counter()
    feeds(snapshot, some, TOP, {})
    spent = time.perf_counter() - began
    return {"snapshot_p50_ms": p50, "snapshot_p99_ms": p99, "snapshot_users_per_s": round(len(some) / spent)}


def sitting(graph: Graph, snapshot: Snapshot, calls: int, rng: np.random.Generator) -> Figures:
    """The third feed of a session over the snapshot: what the first two showed comes after all else, and is faded."""
    people, took = [snapshot.users[int(place)] for place in rng.integers(0, len(snapshot.users), calls + 20)], []
    for name in people:
        session = graph.session(name)
        before = {each.video_id for _ in range(2) for each in session.suggest(TOP)}
        began = time.perf_counter()
        third = session.suggest(TOP)
        took.append(time.perf_counter() - began)
        assert not third.degraded
        assert before.isdisjoint(each.video_id for each in third), name
    p50, p99 = quantiles(took[20:])
    return {"session_p50_ms": p50, "session_p99_ms": p99}


def plain(snapshot: Snapshot, calls: int, rng: np.random.Generator) -> Figures:
    """The best 20 by stored edges alone, without a filter but what was seen: ours and implicit's, in turns."""
    catalog, crowd = snapshot.arrays.catalog, snapshot.arrays.crowd
    size = len(snapshot.videos)
    matrix = sparse.csr_matrix((catalog.weight, catalog.similar, catalog.similar_ptr), shape=(size, size), copy=True)
    matrix.sort_indices()
    ours = Retriever(matrix)
    theirs = ItemItemRecommender(K=int(np.diff(catalog.similar_ptr).max()), num_threads=1)
    theirs.similarity = matrix.astype(np.float64)
    theirs.scorer = NearestNeighboursScorer(theirs.similarity)
    seen = sparse.csr_matrix(
        (np.ones(crowd.engaged.size), crowd.engaged, crowd.engaged_ptr), shape=(len(snapshot.users), size)
    )
    people = rng.choice(np.flatnonzero(np.diff(crowd.engaged_ptr)), calls + 200)
    took: dict[str, list[float]] = {"ours": [], "implicit": []}
    for turn, user in enumerate(people.tolist()):
        row = seen[user]
        items, shares = row.indices.astype(np.int32), row.data.astype(np.float32)
        began = time.perf_counter()
        ours.one(items, shares, TOP)
        between = time.perf_counter()
        theirs.recommend(user, row, N=TOP)
        ended = time.perf_counter()
        if turn >= 200:
            took["ours"].append(between - began)
            took["implicit"].append(ended - between)
    return {"plain_top20_ms": quantiles(took["ours"])[0], "implicit_top20_ms": quantiles(took["implicit"])[0]}


def together(graph: Graph, snapshot: Snapshot, calls: int, rng: np.random.Generator) -> Figures:
    """Eight clients at once, each waiting for its answer before it asks again: feeds a second, p50 and p99."""
    people = [snapshot.users[int(place)] for place in rng.integers(0, len(snapshot.users), calls * CLIENTS)]
    took: list[float] = []

    def ask(names: list[str]) -> None:
        for name in names:
            began = time.perf_counter()
            graph.suggest(name, TOP)
            took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=ask, args=(people[place::CLIENTS],)) for place in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    p50, p99 = quantiles(took)
    return {"clients": CLIENTS, "feeds_per_s": round(len(people) / spent, 1), "p50_ms": p50, "p99_ms": p99}


@contextmanager
def loaded(options: argparse.Namespace, folder: Path) -> Iterator[Path]:
    """The home of a running server that holds a night."""
    if options.home is not None:
        yield options.home
        return
    until = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
    config = PlatformConfig(
        users=options.users, videos=options.videos, events=options.events, until=until, seed=options.seed
    )
    write_sample(folder / "data", config)
    server = LocalServer(folder / "home", line=options.line, port=free_port())
    server.start()
    try:
        command(
            "nightly", str(folder / "data"), "--json", "--log", "plain", "--rejects", str(folder / "rejects"),
            HOME=str(folder / "home"),
        )  # fmt: skip
        yield folder / "home"
    finally:
        server.stop()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, help="a running local server that holds a night; else one is made")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--videos", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--line", default="2026")
    parser.add_argument("--calls", type=int, default=300, help="feeds asked per length of history")
    parser.add_argument("--warm", type=int, default=WARM, help="feeds asked before any is timed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as name, threadpool_limits(1):
        folder = Path(name)
        with loaded(options, folder) as home:
            rng = np.random.default_rng(options.seed)
            with connect(home=home) as graph, Database(target(home_path=home)) as database:
                events = events_so_far(database)
                began = time.perf_counter()
                snapshot = write_snapshot(database, folder / "snapshot")
                written = time.perf_counter() - began
                began = time.perf_counter()
                served = Served(folder / "snapshot")
                opened = time.perf_counter() - began
                served.suggest(snapshot.users[0], TOP)  # compiles, or reads what was compiled
                for place in rng.integers(0, len(snapshot.users), options.warm):
                    graph.suggest(snapshot.users[int(place)], TOP)
                gc.collect()
                gc.freeze()  # as who serves feeds does
                with connect(home=home, snapshot=folder / "snapshot") as beside:
                    sat = sitting(beside, snapshot, options.calls, rng)
                figures = {
                    "suggest": by_history(graph, database, served, snapshot, options.calls, rng),
                    **alone(served, snapshot, 10 * options.calls, rng),
                    **sat,
                    **plain(snapshot, 10 * options.calls, rng),
                    "together": together(graph, snapshot, options.calls, rng),
                    "snapshot_write_s": round(written, 2),
                    "snapshot_open_s": round(opened, 3),
                    "snapshot_mib": round((folder / "snapshot").stat().st_size / 2**20, 1),
                }
    told = {"benchmark": "feed", "machine": machine(), "events": events, "users": len(snapshot.users)}
    told |= {"pairs": int(snapshot.arrays.crowd.engaged.size), "videos": len(snapshot.videos)}
    print(json.dumps(told | figures))


if __name__ == "__main__":
    main()
