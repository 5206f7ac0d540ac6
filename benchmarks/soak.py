"""A soak of the night: the loader killed, Neo4j killed, connections cut, each at random moments from a seed.

    python -m benchmarks.soak --kills 200 --server-kills 2 --cuts 200 --seed 1

Counted are kills and cuts that met a night at work. After some of them the files are loaded once more, undisturbed;
both digests must be those of a graph that nothing happened to, and the state of each video in its waves what its ledger
replays to; then it begins again with an empty graph. On a Neo4j of its own, with small files told
badly (tests/stories.py). JSON on the last line; exit code 1 where one of these differs.
"""

import argparse
import json
import os
import random
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.machine import machine
from contentgraph.cypher import Database, Target
from contentgraph.errors import ContentGraphError
from contentgraph.loaders.digest import digest
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning
from contentgraph.loaders.waves.ledger import differs
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

HERE = Path(__file__).parents[1] / "tests"
STORIES, PROXY = runpy.run_path(str(HERE / "stories.py")), runpy.run_path(str(HERE / "proxy.py"))
NOW = STORIES["NOW"]
PHASES = (
    "check", "catalogue", "engagements", "read", "tune", "read_similar", "score", "put_scores", "similarity", "trends",
    "put_similar", "put_featured", "put_content", "put_trends", "put_pulses", "waves",
)  # fmt: skip
"""Ended phases after which Neo4j is killed: so it is in what goes on then or comes next, the fold last."""
ROUND = 20
"""Kills of the loader, or cuts, between two looks at what became of the graph."""


class Soak:
    """One server, one night's files, the digests that are wanted."""

    def __init__(self, folder: Path, line: str, seed: int, ends: float) -> None:
        self.ends = ends
        self.rng = random.Random(seed)  # noqa: S311 -- moments, not secrets
        self.folder = folder
        told = STORIES["story"](seed, events=1_500, rows=100)
        self.files = STORIES["cut"](told, self.rng, folder / "files", nights=1)[0]
        self.server = LocalServer(folder / "home", line=line, port=free_port(), heap_mb=512, page_cache_mb=64)
        self.server.start(timeout_s=300)
        (folder / "tmp").mkdir()
        began = time.monotonic()
        code, said = self.end(self.night())
        assert code == 0, said
        self.usual_s = time.monotonic() - began
        self.wanted = self.digests()

    def open(self, port: int | None = None) -> Database:
        """The graph, straight or through a proxy's port."""
        found = self.server.connection()
        uri = found.uri if port is None else f"bolt://127.0.0.1:{port}"
        return Database(Target.model_validate({"uri": uri, "user": found.user, "password": found.password}), retry_s=60)

    def night(self) -> "subprocess.Popen[str]":
        """The loader as a process of its own; its log comes through a pipe, a line a phase."""
        found = self.server.connection()
        environment = os.environ | {
            "CONTENTGRAPH_URI": found.uri,
            "CONTENTGRAPH_USER": found.user,
            "CONTENTGRAPH_PASSWORD": found.password,
            "CONTENTGRAPH_HOME": str(self.folder / "loader"),
            "TMPDIR": str(self.folder / "tmp"),
        }
        command = [sys.executable, "-m", "contentgraph.loaders.nightly", str(self.files), "--now", str(NOW)]
        command += [
            "--tune",
            "0",
            "--fold",
            "36",
            "--max-rejects",
            "0.5",
            "--rejects",
            str(self.folder / "rejects"),
            "--log",
            "json",
        ]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def end(run: "subprocess.Popen[str]") -> tuple[int, str]:
        """Its exit code and the rest of its log."""
        assert run.stderr is not None
        said = run.stderr.read()
        run.stderr.close()
        return run.wait(timeout=300), said

    def digests(self) -> tuple[str, str]:
        """Of the facts, and of all that is derived too."""
        with self.open() as database:
            return digest(database), digest(database, everything=True)

    def empty(self) -> None:
        """Leave no node."""
        with self.open() as database, database._session("WRITE") as session:
            session.run("MATCH (n) DETACH DELETE n").consume()

    def healed(self) -> bool:
        """Whether one undisturbed night gives the digests that are wanted, and each video's wave is that of its ledger;
        the graph is empty afterwards."""
        code, said = self.end(self.night())
        assert code == 0, said
        same = self.digests() == self.wanted
        with self.open() as database:
            same = same and not differs(database)
        self.empty()
        return same

    def kill_loader(self, times: int) -> dict[str, Any]:
        """``kill -9`` of the loader, ``times`` times at random moments from its start on; spools must not pile up."""
        self.empty()
        killed = runs = 0
        usual_s, looks = self.usual_s, Looks(self)
        while killed < times and time.monotonic() < self.ends:
            runs += 1
            run, began = self.night(), time.monotonic()
            try:
                run.wait(timeout=self.rng.uniform(0.0, 1.05) * usual_s)
                usual_s = time.monotonic() - began  # a warm server's nights are many times faster than its first
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
            self.end(run)
            killed += run.returncode == -signal.SIGKILL
            looks.after(killed)
        looks.last(killed)
        left = len(list((self.folder / "tmp").glob("contentgraph-*")))
        return {"runs": runs, "killed": killed, "looks": looks.made, "equal": looks.equal, "spools_left": left}

    def kill_server(self, each: int) -> dict[str, Any]:
        """``kill -9`` of Neo4j in every phase, ``each`` times; it is started again while the loader waits for it."""
        told: dict[str, Any] = {}
        for phase in PHASES:
            codes, equal, met = [], True, 0
            for _ in range(each):
                if time.monotonic() >= self.ends:
                    return told
                self.empty()
                run = self.night()
                assert run.stderr is not None
                for line in run.stderr:
                    if f'"phase": "{phase}"' in line:
                        break
                time.sleep(self.rng.uniform(0.0, 0.2))
                met += run.poll() is None
                process = psutil.Process(self.server.status().pid)
                process.send_signal(signal.SIGKILL)
                process.wait(60)
                self.server.stop()
                self.server.start(timeout_s=300)
                codes.append(self.end(run)[0])
                equal = self.healed() and equal
            told[f"after {phase}"] = {"met_a_night": met, "exit_codes": codes, "equal": equal}
        return told

    def cut(self, times: int) -> dict[str, Any]:
        """Connections cut mid-message, ``times`` times, over as many nights as that takes."""
        self.empty()
        port = int(self.server.connection().uri.rsplit(":", 1)[1])
        done = failed = nights = 0
        size, looks = 2_000_000, Looks(self)
        while done < times and nights < 10 * times and time.monotonic() < self.ends:
            proxy = PROXY["Proxy"](port, cuts=[self.rng.randrange(10_000, size) for _ in range(min(8, times - done))])
            try:
                with self.open(proxy.port) as database:
                    run_night(
                        database, [self.files], clock=NOW, now=NOW, rejects=self.folder / "rejects",
                        max_reject_share=0.5, tuning=Tuning(0.0),
                    )  # fmt: skip
            except ContentGraphError:
                failed += 1
            done, nights = done + proxy.cut, nights + 1
            size = max(proxy.passed, 50_000)
            proxy.close()
            if looks.after(done):
                size = 2_000_000
        looks.last(done)
        return {
            "cuts": done, "nights": nights, "nights_that_failed": failed, "looks": looks.made, "equal": looks.equal
        }  # fmt: skip


class Looks:
    """How often it was looked at what became of the graph, and whether it was as wanted each time."""

    def __init__(self, soak: Soak) -> None:
        self._soak, self._done = soak, 0
        self.made, self.equal = 0, True

    def after(self, done: int) -> bool:
        """Look if `ROUND` more are ``done`` than at the last look; whether it did."""
        if done < self._done + ROUND:
            return False
        self._look(done)
        return True

    def last(self, done: int) -> None:
        """Look at what was done since the last look."""
        if done > self._done or not self.made:
            self._look(done)

    def _look(self, done: int) -> None:
        self._done, self.made = done, self.made + 1
        self.equal = self._soak.healed() and self.equal


def main() -> None:
    """Soak and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="kills of the loader")
    parser.add_argument("--server-kills", type=int, default=1, help="kills of Neo4j in each phase")
    parser.add_argument("--cuts", type=int, default=100, help="cut connections")
    parser.add_argument("--minutes", type=float, default=90.0, help="no further kill or cut after this time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--line", default="2026")
    given = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="contentgraph-soak-") as folder:
        soak = Soak(Path(folder), given.line, given.seed, time.monotonic() + 60.0 * given.minutes)
        told: dict[str, Any] = {"seed": given.seed, "line": given.line, "night_s": round(soak.usual_s, 1)}
        try:
            if given.cuts:
                told["connections_cut"] = soak.cut(given.cuts)
                print(told["connections_cut"], flush=True)
            if given.server_kills:
                told["neo4j_killed"] = soak.kill_server(given.server_kills)
                print(told["neo4j_killed"], flush=True)
            if given.kills:
                told["loader_killed"] = soak.kill_loader(given.kills)
                print(told["loader_killed"], flush=True)
        finally:
            soak.server.stop()
    told |= {"seconds": round(time.perf_counter() - began), "machine": machine()}
    print(json.dumps(told))
    kinds = [told.get("loader_killed"), told.get("connections_cut"), *told.get("neo4j_killed", {}).values()]
    sys.exit(not all(kind["equal"] for kind in kinds if kind))


if __name__ == "__main__":
    main()
