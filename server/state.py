"""The running process: recorded by itself, believed only while that very process lives."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from contentgraph.server.connection import write_private
from contentgraph.server.home import Home

_CLOCK_SLACK_S = 2.0


@dataclass(frozen=True)
class ProcessRecord:
    """What the child writes about itself before its JVM starts."""

    pid: int
    created_s: float
    """The process's start as the system tells it, seconds since the epoch; a pid used again has another."""
    line: str
    version: str
    port: int
    launch: str
    """Random text of the start that made it."""


@dataclass(frozen=True)
class Status:
    """A local server at one moment."""

    running: bool
    """The process lives and answers on Bolt."""
    pid: int | None
    uri: str | None
    line: str | None
    """Of the running server, else of the store; None where there is no store yet."""
    version: str | None
    home: Path
    store_bytes: int
    """On disk: stores and transaction logs."""
    started_at: int | None
    """Epoch milliseconds."""


def write_record(home: Home, record: ProcessRecord) -> None:
    """Publish the child's record."""
    write_private(home.state, json.dumps(asdict(record)) + "\n")


def read_record(home: Home) -> ProcessRecord | None:
    """The record as it stands, of a live process or not; None where there is none that can be read."""
    try:
        return ProcessRecord(**json.loads(home.state.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def live_process(record: ProcessRecord) -> psutil.Process | None:
    """The recorded process, if it is alive and is the same one (pid and start time)."""
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.created_s) < _CLOCK_SLACK_S
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def live_record(home: Home) -> tuple[ProcessRecord, psutil.Process] | None:
    """The record and process of the server that runs in ``home``, or None (a stale record counts as none)."""
    record = read_record(home)
    process = live_process(record) if record else None
    return (record, process) if record and process else None
