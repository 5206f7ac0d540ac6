"""A streaming read that outlives a transient refusal.

A read beside large writes may be refused in its middle: Neo4j says ``Outdated`` where a relationship chain changed
under it. The statement then runs again, and rows that were already given are passed over. So every row is given once,
as it stood at its own moment; a stream never was more than that.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import neo4j
from neo4j.exceptions import TransientError

TRIES = 8
"""Runs in a row that bring no new row, and the refusal is passed on."""
PAUSE_S = 0.2
"""Before the second run; twice as long before each further one without a new row."""


def resumed(
    run: Callable[[], Iterable[neo4j.Record]], keys: int = 1, sleep: Callable[[float], None] = time.sleep
) -> Iterator[neo4j.Record]:
    """The records of ``run()``, which is called again after a transient error.

    ``keys``: so many leading columns tell a row from all others (rows alike in them are told apart by their number).

    Raises:
        TransientError: of the last try.
    """
    given: Counter[int] = Counter()
    fruitless = 0
    while True:
        again = Counter(given) if given else given
        try:
            for record in run():
                key = hash(repr(record.values()[:keys]))  # by its text, as a map has no hash
                if again is not given and again[key] > 0:
                    again[key] -= 1
                    continue
                given[key] += 1
                fruitless = 0
                yield record
            return
        except TransientError:
            fruitless += 1
            if fruitless >= TRIES:
                raise
            sleep(PAUSE_S * 2 ** (fruitless - 1))
