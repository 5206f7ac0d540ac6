"""Writes beside the computing: one after the other in the order asked for, each a phase; after a failed one none."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

from contentgraph.loaders.reporting import Advance, Reporter

T = TypeVar("T")


class Put(Protocol):
    """Has something written when what was asked for before it is; its answer then, or why the first one failed."""

    def __call__(self, name: str, work: Callable[[Advance], T]) -> "Future[T]":
        """``name``: of the phase."""


@contextmanager
def beside(reporter: Reporter) -> Iterator[Put]:
    """One writer, while the block lasts; at its end all is written. What fails in the block ends what is not begun."""
    with ThreadPoolExecutor(1) as writer:
        last: Future[object] | None = None

        def put(name: str, work: Callable[[Advance], T]) -> "Future[T]":
            nonlocal last
            before = last

            def written() -> T:
                if before is not None:
                    before.result()
                with reporter.phase(name) as advance:
                    return work(advance)

            asked = writer.submit(written)
            last = asked  # type: ignore[assignment]  # whatever it answers
            return asked

        try:
            yield put
            if last is not None:
                last.result()
        except BaseException:
            writer.shutdown(wait=False, cancel_futures=True)
            raise
