"""Child processes that analyse videos, each watched for time and memory; one that dies or is killed is one reject."""

import queue
import select
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson
import psutil

from contentgraph.content.facts import Outcome, Task
from contentgraph.errors import UsageError

LOOK_S = 0.05
"""Seconds between two looks at a child."""
START_S = 60.0
"""Further seconds that the first video of a child may take: models are loaded."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one video may cost."""

    seconds: float = 30.0
    bytes: int = 1_500_000_000
    """Of memory, with all models."""
    embedding: Path | None = None
    reader: Path | None = None
    """Models by path, see `contentgraph.content.analysing`."""


class Child:
    """One process; started when it is first needed, again after it died."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None

    def analyse(self, task: Task) -> Outcome:
        """Facts of one video, or why there are none.

        Raises:
            UsageError: a model cannot be used.
        """
        began = time.perf_counter()
        try:
            asked = orjson.dumps({"path": task.path, "caption": task.caption, "lines": task.lines})
        except TypeError:  # half of a surrogate pair, as a file's name has it that is not UTF-8
            return Outcome(task, {}, "bad_encoding", "its path or its caption cannot be written as UTF-8; rename it")
        process, allowed = self._started()
        try:
            _say(process, asked)
            told = self._answer(process, allowed)
        except (OSError, ValueError) as error:
            told = {"reason": "bad_media", "message": f"its analysis ended at once ({error})"}
            self.close()
        if "fatal" in told:
            self.close()
            raise UsageError(told["fatal"])
        seconds = time.perf_counter() - began
        return Outcome(task, told.get("facts", {}), told.get("reason"), told.get("message", ""), seconds)

    def close(self) -> None:
        """End the process; harmless twice."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self) -> tuple["subprocess.Popen[bytes]", float]:
        if self._process is not None and self._process.poll() is None:
            return self._process, self._bounds.seconds
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "contentgraph.content.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        )  # fmt: skip
        models = {"embedding": self._bounds.embedding, "reader": self._bounds.reader}
        paths = {name: None if path is None else str(path) for name, path in models.items()}
        # The limit of the system stands behind the watch, for what grows faster than it looks.
        _say(self._process, orjson.dumps({"bytes": 2 * self._bounds.bytes, **paths}))
        return self._process, self._bounds.seconds + START_S

    def _answer(self, process: "subprocess.Popen[bytes]", allowed: float) -> dict[str, Any]:
        out = cast(IO[bytes], process.stdout)
        until = time.monotonic() + allowed
        found = b""
        watched = psutil.Process(process.pid)
        while not found.endswith(b"\n"):
            ready, _, _ = select.select([out], [], [], LOOK_S)
            if ready:
                piece = out.read(1 << 20)
                if not piece:
                    self.close()
                    return {"reason": "bad_media", "message": "its analysis died of it"}
                found += piece
                continue
            reason = None
            try:
                if watched.memory_info().rss > self._bounds.bytes:
                    reason = f"its analysis needs more than {self._bounds.bytes / 1e9:.1f} GB of memory"
            except psutil.NoSuchProcess:
                continue  # its end is read above
            if time.monotonic() > until:
                reason = f"its analysis takes more than {self._bounds.seconds:g} s"
            if reason is not None:
                self.close()
                return {"reason": "bad_media", "message": reason}
        answer: dict[str, Any] = orjson.loads(found)
        return answer


def _say(process: "subprocess.Popen[bytes]", line: bytes) -> None:
    cast(IO[bytes], process.stdin).write(line + b"\n")


def analysed(tasks: Iterable[Task], workers: int, bounds: Bounds) -> Iterator[Outcome]:
    """Outcomes as they come, of ``workers`` children at once; tasks are taken as there is room.

    Raises:
        UsageError: a model cannot be used.
    """
    children: queue.SimpleQueue[Child] = queue.SimpleQueue()
    everyone = [Child(bounds) for _ in range(workers)]
    for child in everyone:
        children.put(child)

    def one(task: Task) -> Outcome:
        child = children.get()
        try:
            return child.analyse(task)
        finally:
            children.put(child)

    waiting: set[Future[Outcome]] = set()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for task in tasks:
                waiting.add(pool.submit(one, task))
                if len(waiting) >= 2 * workers:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (each.result() for each in done)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (each.result() for each in done)
        finally:
            for each in waiting:
                each.cancel()
            for child in everyone:
                child.close()
