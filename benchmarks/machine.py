"""On which machine, and when: said with every figure; and what a process held."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil


def machine() -> str:
    """Architecture, cores, memory and today's date in UTC."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {datetime.now(UTC):%Y-%m-%d}"


def peak_gib(pid: int | None = None) -> float:
    """What a process, this one unless given, held in memory at most, GiB: what it holds now where nothing tells."""
    status = Path(f"/proc/{pid or os.getpid()}/status")
    if not status.exists():
        return float(psutil.Process(pid).memory_info().rss / 2**30)
    return next(int(line.split()[1]) / 2**20 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
