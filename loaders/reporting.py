"""How a run says where it is: bars on a terminal, plain lines elsewhere, JSON lines for machines. All on stderr."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Literal

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Log = Literal["auto", "plain", "json", "quiet"]
Advance = Callable[[int], None]


class Reporter:
    """Times the phases of a run and tells of them."""

    def __init__(self, log: Log = "auto") -> None:
        self.seconds: dict[str, float] = {}
        """Wall-clock seconds by phase, in the order in which they ended; some overlap."""
        self._console = Console(stderr=True)
        self._log = ("bars" if self._console.is_terminal else "plain") if log == "auto" else log
        self._lock = threading.Lock()
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._json = structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
        )

    @contextmanager
    def phase(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """One phase: yields what to call with the number of things done since the last call.

        Phases of several threads may overlap.
        """
        began, done = time.perf_counter(), 0
        with self._bar(name, total) as bar:

            def advance(more: int) -> None:
                nonlocal done
                done += more
                bar(more)

            yield advance
        self.seconds[name] = round(time.perf_counter() - began, 3)
        self._finished(name, done)

    @contextmanager
    def _bar(self, name: str, total: int | None) -> Iterator[Advance]:
        if self._log != "bars":
            yield lambda _: None
            return
        with self._lock:
            if not self._bars.tasks:
                self._bars.start()
            task = self._bars.add_task(name, total=total)
        try:
            yield partial(self._bars.advance, task)
        finally:
            with self._lock:
                self._bars.remove_task(task)
                if not self._bars.tasks:
                    self._bars.stop()

    def say(self, event: str, **details: object) -> None:
        """One line beside the phases."""
        if self._log == "json":
            self._json.info(event, **details)
        elif self._log != "quiet":
            told = ", ".join(f"{name} {value}" for name, value in details.items())
            self._console.print(f"{event}{': ' if told else ''}{told}", highlight=False, markup=False)

    def _finished(self, name: str, done: int) -> None:
        if self._log == "json":
            self._json.info("phase", phase=name, done=done, seconds=self.seconds[name])
        elif self._log != "quiet":
            self._console.print(f"{name:<12} {done:>12,}   {self.seconds[name]:>7.1f} s", highlight=False, markup=False)
