"""A stream that is refused in its middle goes on: every row once, whatever order the next run comes in."""

from collections.abc import Callable, Iterator

import neo4j
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.exceptions import ClientError, TransientError

from contentgraph.cypher.resume import TRIES, resumed


def runs(*tries: tuple[list[str], int | None], error: type[Exception] = TransientError) -> Callable[[], Iterator]:
    """A statement whose n-th run gives the rows of the n-th try, cut after so many (None: whole)."""
    waiting = list(tries)

    def run() -> Iterator[neo4j.Record]:
        rows, cut = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        for row in rows[:cut]:
            yield neo4j.Record({"id": row, "n": 1})
        if cut is not None:
            raise error("outdated")

    return run


@given(st.permutations(list("abcdef")), st.permutations(list("abcdef")), st.integers(0, 6), st.integers(0, 6))
def test_every_row_is_given_once(one: list[str], other: list[str], first: int, second: int) -> None:
    run = runs((one, first), (other, second), (one, None))
    found = [record["id"] for record in resumed(run, sleep=lambda _: None)]
    assert sorted(found) == list("abcdef")


def test_rows_alike_in_their_keys_are_told_apart_by_their_number() -> None:
    run = runs((["a", "a", "b"], 1), (["a", "a", "b"], None))
    assert [record["id"] for record in resumed(run, sleep=lambda _: None)] == ["a", "a", "b"]


def test_a_refusal_without_end_is_passed_on_after_growing_pauses() -> None:
    pauses: list[float] = []
    with pytest.raises(TransientError):
        list(resumed(runs((["a"], 0)), sleep=pauses.append))
    assert len(pauses) == TRIES - 1
    assert pauses == sorted(pauses)


def test_another_error_is_not_tried_again() -> None:
    with pytest.raises(ClientError):
        list(resumed(runs((["a"], 1), error=ClientError), sleep=lambda _: None))
