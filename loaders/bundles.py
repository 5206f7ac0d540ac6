"""Things bundled by how many edges, or rows, each stands for: so many as fit into one transaction."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def bundles(found: Iterable[tuple[T, int]], size: int) -> Iterator[list[T]]:
    """(Thing, how much it holds) in their order, in lists that hold ``size`` at most; one that holds more is alone."""
    things: list[T] = []
    held = 0
    for thing, holds in found:
        if things and held + holds > size:
            yield things
            things, held = [], 0
        things.append(thing)
        held += holds
    if things:
        yield things
