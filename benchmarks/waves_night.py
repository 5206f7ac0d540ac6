"""How long a night takes to decide on 100,000 open videos, on a Neo4j of its own; JSON on the last line.

    python -m benchmarks.waves_night --videos 100000 --people 24

As a night finds them: each open video was shown to ``--people`` people; for the seventh that was born last no step has
settled what they made of it. Timed: the whole step without new slots (settle, read, prior, odds, decisions written),
its pure part alone, and a second step that gives slots to all that want some. Processor seconds stand beside wall time.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from benchmarks.machine import machine
from contentgraph.cypher import NIGHT_RETRY_S, Database, target
from contentgraph.cypher.installation import install
from contentgraph.graph.points import PointScale
from contentgraph.graph.waves.night import Exposures, Trials, base_cells, judge, prior_of, steps, wanted_slots
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.states import State
from contentgraph.loaders.waves.stepping import step
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

NOW = 1_793_491_200_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def fill(database: Database, videos: int, people: int, rng: np.random.Generator) -> None:
    """Videos at their floor or growing, people who were shown them, and what they did."""
    users = videos // 2
    with database._session("WRITE") as session:

        def run(text: str, rows: Sequence[object]) -> None:
            for start in range(0, len(rows), 20_000):
                session.run(text, rows=rows[start : start + 20_000]).consume()

        run(
            "UNWIND $rows AS i CREATE (:User {id: 'u' + i, birthYear: 1990, languages: ['fr'], createdAt: 1})",
            list(range(users)),
        )
        rows = [
            {"id": f"v{i}", "ms": int(rng.choice([6_000, 12_000, 25_000, 50_000, 90_000])), "at": NOW - 3 * DAY,
             "state": "growing" if i % 7 else "floor", "wave": 2 if i % 7 else 1, "by": f"u{i % users}"}
            for i in range(videos)
        ]  # fmt: skip
        run(
            "UNWIND $rows AS r MATCH (c:User {id: r.by}) CREATE (c)-[:CREATED {role: 'author'}]->(:Video {id: r.id,"
            " durationMs: r.ms, createdAt: r.at, state: r.state, wave: r.wave, language: 'fr', rating: 'everyone'})",
            rows,
        )
        chance = np.clip(0.45 + 0.12 * rng.standard_normal(videos), 0.05, 0.95)
        for first in range(0, videos, 2_000):
            told = []
            for i in range(first, min(first + 2_000, videos)):
                done = rng.random(people) < chance[i]
                late = np.full(people, i % 7 == 0)
                who = (i * 31 + 7 + np.arange(people) * 977) % users
                told += [
                    {"u": f"u{u}", "v": f"v{i}", "bits": None if w else int(d), "done": bool(d and w),
                     "at": NOW - 2 * DAY + 37 * MINUTE * k + i % HOUR,
                     "source": ("affinity", "likeness", "random")[k % 3]}
                    for k, (u, d, w) in enumerate(zip(who.tolist(), done.tolist(), late.tolist(), strict=True))
                ]  # fmt: skip
            run(
                "UNWIND $rows AS r MATCH (u:User {id: r.u}) MATCH (v:Video {id: r.v})"
                " CREATE (u)-[:SHOWN {at: r.at, source: r.source, wave: 1, propensity: 0.01, pool: 1000, bits: r.bits,"
                " pending: CASE WHEN r.bits IS NULL THEN r.at END, fan: CASE WHEN r.bits >= 0 THEN false END}]->(v)"
                " FOREACH (x IN CASE WHEN r.done THEN [1] ELSE [] END | CREATE (u)-[:ENGAGED {firstAt: r.at,"
                " lastAt: r.at, firstCompletionAt: r.at + 5, lastCompletionAt: r.at + 5, points: 8.0,"
                " completed: true, rewatched: false}]->(v))",
                told,
            )


def pure(videos: int, people: int, rng: np.random.Generator) -> float:
    """Seconds from exposures in arrays to steps and slots for every open video."""
    scale, rule = PointScale(), WaveRule()
    seen = Exposures(
        np.repeat(np.arange(videos), people),
        np.tile(np.arange(people) % 3, videos),
        (rng.random(videos * people) < 0.45).astype(np.int64),
    )
    state = np.array([State.GROWING if i % 7 else State.FLOOR for i in range(videos)], dtype=object)
    zeros = np.zeros(videos, dtype=np.int64)
    began = time.perf_counter()
    base = base_cells(rng.integers(5_000, 90_000, videos), ["fr"] * videos)
    cells = int(base.max()) + 1
    trials = Trials(
        [f"v{i}" for i in range(videos)], state, zeros + 1, zeros + 1, zeros + NOW - DAY, base,
        np.zeros(videos, bool), zeros, zeros + people, zeros, zeros, seen,
    )  # fmt: skip
    prior = prior_of(seen, base, cells, scale)
    verdict = judge(rule, prior, cells, trials, scale)
    steps(rule, trials, verdict, scale, now=NOW, told=NOW, spent=0.0)
    trials.wave[:] = 2
    wanted_slots(rule, prior, cells, trials, verdict, 2 * videos, rng, now=NOW)
    return time.perf_counter() - began


def processor(server: LocalServer) -> dict[str, float]:
    """Processor seconds so far: what a step costs where other work shares the cores."""
    there = psutil.Process(server.status().pid).cpu_times()
    return {"python": time.process_time(), "neo4j": there.user + there.system}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--line", default="2026")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    alone = pure(options.videos, options.people, rng)
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as folder:
        home = Path(folder) / "home"
        server = LocalServer(home, line=options.line, port=free_port())
        server.start()
        try:
            with Database(target(home_path=home), retry_s=NIGHT_RETRY_S) as database:
                install(database)
                began = time.perf_counter()
                fill(database, options.videos, options.people, rng)
                filled = time.perf_counter() - began
                database.write("put_settings", properties={"now": NOW})
                busy = processor(server)
                began = time.perf_counter()
                decided = step(database, NOW, budget=0, rng=rng)
                decides = time.perf_counter() - began
                busy = {name: round(spent - busy[name], 1) for name, spent in processor(server).items()}
                with database._session("WRITE") as session:
                    session.run(
                        "MATCH (u:User) WITH u, toInteger(substring(u.id, 1)) AS i MATCH (v:Video {id: 'v' + (i + 1)})"
                        f" MERGE (u)-[e:ENGAGED]->(v) SET e.firstAt = {NOW}, e.lastAt = {NOW}, e.points = 8.0"
                    ).consume()
                began = time.perf_counter()
                given = step(database, NOW + HOUR, rng=rng)
                gives = time.perf_counter() - began
                with database._session("READ") as session:
                    served = session.run(
                        "MATCH (v:Video) WHERE EXISTS { (v)<-[:ASSIGNED]-() } RETURN count(v)"
                    ).value()[0]
        finally:
            server.stop()
    print(
        json.dumps(
            {
                "benchmark": "waves_night", "machine": machine(), "videos": options.videos,
                "people": options.people, "seed": options.seed,
                "fill_s": round(filled, 1), "pure_s": round(alone, 2), "decides_s": round(decides, 1),
                "decides_processor_s": busy, "settled": decided.settled, "decided": decided.decided,
                "gives_s": round(gives, 1), "slots": given.slots, "given_videos": served, "alarms": len(given.alarms),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
