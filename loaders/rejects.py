"""The rows that were turned away: one JSON line each in ``rejects/<run>.jsonl``, counted by reason."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TextIO

from contentgraph.errors import TooManyRejects, UsageError
from contentgraph.graph.rejections import UNUSABLE

ROW_CHARS = 4096
"""How much of a rejected row is kept, characters."""


class RejectWriter:
    """Writes ``<folder>/<run>.jsonl``; the file appears with the first reject. A context manager.

    Each line: ``file``, ``line``, ``reason`` (a code), ``message``, ``row`` (as text, at most 4,096 characters).
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.path = folder / f"{run}.jsonl"
        self.counts: Counter[str] = Counter()
        """Rejects by reason code."""
        self._file: TextIO | None = None

    def reject(self, file: str, line: int, reason: str, message: str, row: object = None) -> None:
        """Count and write one reject.

        Raises:
            UsageError: the folder cannot be written.
        """
        self.counts[reason] += 1
        told = {"file": file, "line": line, "reason": reason, "message": message, "row": _as_text(row)}
        with self._writing():
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")

    @property
    def faults(self) -> int:
        """The rejects that are a row's fault: all but the unusable ones."""
        return sum(count for reason, count in self.counts.items() if not reason.startswith(UNUSABLE))

    def ensure_share(self, read: int, limit: float) -> None:
        """Have the rejects on disk, and stop where more than ``limit`` (0 … 1) of the ``read`` rows are at fault.

        Raises:
            TooManyRejects: with the reasons by number and the path of the rejects.
            UsageError: there is no room for the rejects.
        """
        with self._writing():
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
        if self.faults > limit * read:
            reasons = ", ".join(f"{reason} {count}" for reason, count in self.counts.most_common(5))
            raise TooManyRejects(
                f"{self.faults} of {read} rows were rejected ({reasons}), more than the set share of {limit:.2%}; "
                f"none of them was written; read {self.path}, mend the files or raise the share"
            )

    def close(self) -> None:
        """Finish the file; harmless twice.

        Raises:
            UsageError: what was not on disk yet cannot be written.
        """
        file, self._file = self._file, None
        with self._writing():
            if file is not None:
                file.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(
                f"{self.path} cannot be written ({error.strerror}); make room, or name another folder"
            ) from None

    def __enter__(self) -> "RejectWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _as_text(row: object) -> str | None:
    """The row as text, cut to 4,096 characters; rows of bytes as UTF-8 with escapes for what is not."""
    if row is None:
        return None
    if isinstance(row, bytes):
        return row[: 4 * ROW_CHARS].decode("utf-8", "backslashreplace")[:ROW_CHARS]
    if isinstance(row, str):
        return row[:ROW_CHARS]
    try:
        return json.dumps(row, ensure_ascii=False, default=str)[:ROW_CHARS]
    except (TypeError, ValueError, RecursionError):
        return str(type(row))
