"""On which machine, and when: said with every figure."""

import os
import platform
from datetime import UTC, datetime

import psutil


def machine() -> str:
    """Architecture, cores, memory and today's date in UTC."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, {datetime.now(UTC):%Y-%m-%d}"
