"""The path from files to feeds by size: first load by import, reading back, a night of 1 % more while feeds are asked.

    python -m benchmarks.scale --events 1000000

Users and videos grow with the events (30 a user, 100 a video) unless they are said. Beside it, on the same pairs: the
merge of the night over Bolt, plain row-by-row MERGE through the driver, and LOAD CSV, each with the index on
``firstAt``; the rivals derive no flags and no points. JSON on the last line.
"""

import argparse
import csv
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.machine import machine
from contentgraph.cypher import NIGHT_RETRY_S, Database, target
from contentgraph.cypher.installation import install
from contentgraph.graph.platform.generating import PlatformConfig
from contentgraph.loaders.engagements import announce, merge_pairs, pair_rows
from contentgraph.loaders.fold import fold
from contentgraph.loaders.frugal import peak_gib
from contentgraph.loaders.readback import read_platform
from contentgraph.loaders.rejects import RejectWriter
from contentgraph.loaders.sample import write_sample
from contentgraph.loaders.scale import current_scale, parameters
from contentgraph.loaders.sources import open_sources
from contentgraph.loaders.spool import check
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

SECOND = 0.01
"""Share of the events, the latest, that the second night brings."""
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
FACTS = "firstAt:lastAt:view1Ms:view1At:view2Ms:view2At:firstCompletionAt:lastCompletionAt:firstShareAt"
FACTS += ":firstCommentAt:lastLikeAt:lastUnlikeAt:firstPushedAt"


def cut(folder: Path, events: int) -> Path:
    """Move the last events of a sample into a folder of their own; that folder."""
    later = folder.parent / "second"
    later.mkdir()
    source, draft = folder / "events.jsonl", folder / "first.part"
    first = events - int(events * SECOND)
    with source.open("rb") as told, draft.open("wb") as kept, (later / "events.jsonl").open("wb") as rest:
        kept.writelines(itertools.islice(told, first))
        shutil.copyfileobj(told, rest)
    draft.replace(source)
    return later


def command(*arguments: str, **environment: str) -> dict[str, Any]:
    """Run ``contentgraph …`` as a process of its own, whose memory is its own; the JSON it prints.

    ``environment``: what it is told by CONTENTGRAPH_… variables, without that beginning; it sees no others of them.
    ``process_cpu_s``: processor seconds of it and of what it waited for (the import, not a server).
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "contentgraph.cli", *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("CONTENTGRAPH_")}
        | {f"CONTENTGRAPH_{name}": value for name, value in environment.items()},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: dict[str, Any] = json.loads(done.stdout)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found | {"process_cpu_s": round(took, 1)}


class Asking(threading.Thread):
    """Asks for feeds of people, one after the other, until it is stopped."""

    def __init__(self, home: Path, people: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self._home, self._people, self._ending = home, people, threading.Event()
        self.took: list[float] = []
        """Milliseconds each."""
        self.failed = 0

    def run(self) -> None:
        """Ask, twenty times a second at most."""
        with Database(target(home_path=self._home)) as database:
            for name in itertools.cycle(self._people):
                if self._ending.is_set():
                    return
                began = time.perf_counter()
                try:
                    database.read("suggest", userId=name, limit=20)
                    self.took.append((time.perf_counter() - began) * 1e3)
                except Exception:  # noqa: BLE001 -- counted: a feed that fails beside a night is a figure too
                    self.failed += 1
                time.sleep(0.05)

    def stop(self) -> None:
        """Let the last answer come in."""
        self._ending.set()
        self.join()

    def quantile(self, q: float) -> float:
        """Milliseconds."""
        return round(float(np.quantile(self.took, q)), 1) if self.took else float("nan")


def server_in(home: Path, options: argparse.Namespace) -> LocalServer:
    """A server of the memory that is asked for, on a port of its own."""
    return LocalServer(home, port=free_port(), heap_mb=options.heap, page_cache_mb=options.page_cache)


def merges(folder: Path, work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Edges a second over Bolt of the night's merge and its two rivals, on the first pairs of a sample.

    Ours twice: on a server that was just started, which compiles meanwhile, and as many pairs more.
    """
    count, slow = min(options.merge, options.events), options.row_by_row
    work.mkdir()
    with RejectWriter(work / "rejects", "merges") as rejects:
        now = int(UNTIL.timestamp() * 1000)
        checked = check(open_sources([folder]), work, now=now, rejects=rejects)
    told = pa.Table.from_batches(itertools.islice(fold(checked.events_path), -(-2 * count // 50_000)))
    rows, more = told.slice(0, count), told.slice(count, count)
    home = work / "home"
    server = server_in(home, options)
    server.start()
    try:
        with Database(target(home_path=home), retry_s=NIGHT_RETRY_S) as database:
            install(database)
            for kind in ("ROWWISE", "LOADED"):
                with database._session("WRITE") as session:
                    session.run(f"CREATE INDEX FOR ()-[e:{kind}]-() ON (e.firstAt)").consume()
            people, videos = ({str(name) for name in told[column].to_pylist()} for column in ("user_id", "video_id"))
            announce(database, people, videos)
            scale = parameters(current_scale(database))
            ours = []
            for part in (rows, more):
                began = time.perf_counter()
                merge_pairs(database, part.to_batches(max_chunksize=50_000), scale)
                ours.append(part.num_rows / (time.perf_counter() - began))
            some = pair_rows(rows.slice(0, slow).combine_chunks().to_batches()[0])
            return {
                "merge_fresh_server_edges_per_s": round(ours[0]),
                "merge_edges_per_s": round(ours[1]),
                "merge_pairs": rows.num_rows,
                "deadlock_retries": database.retries,
                "rival_row_by_row_edges_per_s": round(row_by_row(database, some)),
                "rival_load_csv_edges_per_s": round(
                    load_csv(database, home / "import", pair_rows(rows.combine_chunks().to_batches()[0]))
                ),
            }
    finally:
        server.stop()


def row_by_row(database: Database, rows: Sequence[Mapping[str, Any]]) -> float:
    """Edges a second of one MERGE a row, each in a transaction of its own."""
    text = "MATCH (u:User {id: $userId}) MATCH (v:Video {id: $videoId}) MERGE (u)-[e:ROWWISE]->(v) SET e += $facts"
    began = time.perf_counter()
    with database._session("WRITE") as session:
        for row in rows:
            session.run(text, dict(row)).consume()
    return len(rows) / (time.perf_counter() - began)


def load_csv(database: Database, folder: Path, rows: Sequence[Mapping[str, Any]]) -> float:
    """Edges a second of LOAD CSV with MERGE, 10,000 rows a transaction; writing the file is not counted."""
    names = FACTS.split(":")
    with (folder / "pairs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["userId", "videoId", *names])
        for row in rows:
            writer.writerow([row["userId"], row["videoId"], *(row["facts"].get(name, "") for name in names)])
    sets = ", ".join(f"e.{name} = toInteger(row.{name})" for name in names)
    text = (
        "LOAD CSV WITH HEADERS FROM 'file:///pairs.csv' AS row CALL (row) { MATCH (u:User {id: row.userId}) "
        f"MATCH (v:Video {{id: row.videoId}}) MERGE (u)-[e:LOADED]->(v) SET {sets} }} IN TRANSACTIONS OF 10000 ROWS"
    )
    began = time.perf_counter()
    with database._session("WRITE") as session:
        session.run(text).consume()
    return len(rows) / (time.perf_counter() - began)


def phases(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """The figures, part by part."""
    data, home = folder / "data", folder / "home"
    config = PlatformConfig(
        users=options.users or max(options.events // 30, 100),
        videos=options.videos or max(options.events // 100, 100),
        events=options.events,
        until=int(UNTIL.timestamp() * 1000),
        seed=options.seed,
    )
    sample = write_sample(data, config)
    yield {"users": sample.users, "videos": sample.videos, "events": sample.events}
    later = cut(data, sample.events)
    server = server_in(home, options)
    began = time.perf_counter()
    server.start()
    try:
        common = ["--home", str(home), "--rejects", str(folder / "rejects"), "--log", "plain", "--json"]
        first = command("rebuild", str(data), "--tune", "0", *common)
        with Database(target(home_path=home)) as database:
            people = [row["userId"] for row in database.read("example_users", history=30, limit=200)]
            database.read("suggest", userId=people[0], limit=20)
        yield {
            "pairs": first["pairs"],
            "seconds": first["seconds"],
            "served_s": round(time.perf_counter() - began, 1),
            "first_cpu_s": first["process_cpu_s"],
            "relationships": first["relationships"],
            "import_edges_per_s": round(first["relationships"] / first["seconds"]["import"]),
            "python_peak_gib": first["peak_gib"],
            "store_mib": round(server.status().store_bytes / 2**20),
        }
        with Database(target(home_path=home)) as database:
            began = time.perf_counter()
            size = read_platform(database).engagements.user.size
            took = time.perf_counter() - began
            yield {"read_s": round(took, 1), "read_edges_per_s": round(size / took)}
        calm = Asking(home, people)
        calm.start()
        time.sleep(20)
        calm.stop()
        asking = Asking(home, people)
        asking.start()
        # Later than any video, or the waves of that night would have been those of the first load.
        second = command("nightly", str(later), "--now", f"{UNTIL:%Y-%m-%d}", "--tune", "0", *common)
        asking.stop()
        yield {
            "second_night_s": second["total_seconds"],
            "second_cpu_s": second["process_cpu_s"],
            "second_seconds": second["seconds"],
            "second_changed": second["changed"],
            "second_peak_gib": second["peak_gib"],
            "second_retries": second["retries"],
            "suggest_p50_ms_calm": calm.quantile(0.5),
            "suggest_p99_ms_calm": calm.quantile(0.99),
            "suggest_p50_ms_during_write": asking.quantile(0.5),
            "suggest_p99_ms_during_write": asking.quantile(0.99),
            "suggest_during_write": len(asking.took),
            "suggest_failed": asking.failed,
            "neo4j_peak_gib": round(peak_gib(server.status().pid), 2),
        }
    finally:
        server.stop()
    if options.merge:
        yield merges(data, folder / "merges", options)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=0)
    parser.add_argument("--videos", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--heap", type=int, default=1024, help="of the server, MiB")
    parser.add_argument("--page-cache", type=int, default=512, help="of the server, MiB")
    parser.add_argument("--merge", type=int, default=300_000, help="pairs merged over Bolt; 0: that part is left out")
    parser.add_argument("--row-by-row", type=int, default=5_000, help="pairs of the row-by-row rival")
    options = parser.parse_args()
    found: dict[str, Any] = {"benchmark": "scale", "seed": options.seed, "machine": machine()}
    with tempfile.TemporaryDirectory(prefix="contentgraph-scale-") as folder:
        for part in phases(options, Path(folder)):
            found |= part
            print(json.dumps(part), file=sys.stderr, flush=True)
    found["load_average"] = os.getloadavg()[1]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
