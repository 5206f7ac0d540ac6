"""The standard streams as commands need them: open, never at a loss for a letter, and plain about what went wrong."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from contentgraph.errors import UsageError


@contextmanager
def steady() -> Iterator[None]:
    """Within, a closed stream is as ``/dev/null``, and a letter that the encoding lacks is written as its escape.

    A standard output that cannot be written is a UsageError; where nobody hears standard error, the rest goes on. A
    pipe whose reader has gone is a BrokenPipeError of either.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, _sink(mode))
    given = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    checked = {name: _Checked(name, stream) for name, stream in given.items()}
    before = {name: _escaping(stream, "backslashreplace") for name, stream in given.items()}
    for name, stream in checked.items():
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in given.items():
            with suppress(OSError, ValueError):  # closed by now, or full
                _escaping(stream, before[name])
            if getattr(sys, name) is checked[name]:
                setattr(sys, name, stream)


def drop(name: str) -> None:
    """Let what ``name`` (stdout, stderr) still holds go nowhere: the interpreter flushes it once more at its end."""
    setattr(sys, name, _sink("w"))


def all_letters() -> bool:
    """Whether standard output can say every letter."""
    return (sys.stdout.encoding or "").lower().startswith("utf")


class _Checked:
    """A stream that is dropped when it cannot be written."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self._name, self._stream = name, stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._tried(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._tried(self._stream.flush)

    def _tried(self, act: Callable[[], object]) -> None:
        try:
            act()
        except BrokenPipeError:
            raise
        except OSError as error:
            drop(self._name)
            if self._name == "stdout":
                raise UsageError(
                    f"cannot write the output: {error.strerror}; make room, or send it elsewhere"
                ) from None


def _escaping(stream: TextIO, errors: str | None) -> str | None:
    """What ``stream`` does with letters that it lacks, and from now on ``errors``."""
    before = stream.errors
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=errors)
    return before


def _sink(mode: str) -> TextIO:
    return cast(TextIO, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123 -- open for good
