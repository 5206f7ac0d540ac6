"""A question to the graph as steps, without the waiting: what a blocking and an asynchronous database both carry out.

A generator yields what is to be asked, is sent the records, and returns the answer. So what is asked, and what is made
of it, is written once.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Record = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A packaged statement to run."""

    name: str
    params: Mapping[str, object]
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Steps to run in one write transaction; made anew for each try, as it is repeated whole."""

    work: Callable[[], "Steps[Any]"]


@dataclass(frozen=True, slots=True)
class Server:
    """The server's own name and version."""


Steps = Generator[Ask | Together | Server, Any, T]


def read(name: str, **params: object) -> Steps[list[Record]]:
    """The records of a packaged read statement."""
    records: list[Record] = yield Ask(name, params)
    return records


def write(name: str, **params: object) -> Steps[list[Record]]:
    """The records of a packaged write statement."""
    records: list[Record] = yield Ask(name, params, writes=True)
    return records


def together(work: Callable[[], Steps[T]]) -> Steps[T]:
    """The answer of steps that are one write transaction."""
    answer: T = yield Together(work)
    return answer


class First:
    """Steps that go before all others, until they have once come to their end."""

    def __init__(self) -> None:
        self._due: Callable[[], Steps[Any]] | None = None

    def put(self, steps: Callable[[], Steps[Any]]) -> None:
        """Have them go first."""
        self._due = steps

    def then(self, steps: Steps[T]) -> Steps[T]:
        """What is due, and the steps."""
        if self._due is not None:
            yield from self._due()
            self._due = None
        return (yield from steps)


def drive(steps: Steps[T], do: Callable[[Ask | Together | Server], Any]) -> T:
    """Carry out the steps one after the other with ``do``; their answer. What ``do`` raises ends them."""
    try:
        step = next(steps)
        while True:
            step = steps.send(do(step))
    except StopIteration as end:
        answer: T = end.value
        return answer
    finally:
        steps.close()
