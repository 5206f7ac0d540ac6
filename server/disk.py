"""Free space and sizes on disk."""

import os
import shutil
from pathlib import Path

from contentgraph.errors import ServerError


def require_space(folder: Path, needed_bytes: int, purpose: str) -> None:
    """Check that ``folder``'s disk has ``needed_bytes`` free.

    Raises:
        ServerError: it has less.
    """
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise ServerError(
            f"disk full: {free // 2**20} MB free at {folder}, {needed_bytes // 2**20} MB needed {purpose}; "
            "free some, or choose another home"
        )


def tree_bytes(folder: Path) -> int:
    """Bytes that the files below ``folder`` take on disk (0 where it does not exist); files that vanish count 0."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_blocks * 512
            except OSError:
                continue
    return total
