"""What the driver is asked, and its errors in our own words."""

import pytest
from neo4j.exceptions import Neo4jError

from contentgraph.cypher import Database
from contentgraph.cypher.async_database import AsyncDatabase
from contentgraph.cypher.manners import SCHEMES, translated
from contentgraph.cypher.settings import Target
from contentgraph.errors import ContentGraphError, Outdated, UsageError


def failed(code: str) -> str:
    with pytest.raises(ContentGraphError) as told, translated(Target(uri="bolt://127.0.0.1:7687")):
        raise Neo4jError._hydrate_neo4j(code=code, message="told by Neo4j")
    return f"{type(told.value).__name__}: {told.value}"


@pytest.mark.parametrize(
    "code",
    ["Neo.TransientError.General.MemoryPoolOutOfMemoryError", "Neo.TransientError.General.OutOfMemoryError"],
)
def test_who_lacks_memory_is_told_to_give_more_not_to_try_the_same_again(code: str) -> None:
    told = failed(code)
    assert "start it with more ('contentgraph neo4j start --heap')" in told
    assert Outdated.__name__ not in told


def test_what_other_work_got_in_the_way_of_may_be_tried_again() -> None:
    assert failed("Neo.TransientError.Transaction.DeadlockDetected").startswith("Outdated: ")


@pytest.mark.parametrize("database", [Database, AsyncDatabase])
@pytest.mark.parametrize(
    "uri", ["http://localhost:7474", "https://localhost", "localhost:7687", "localhost", "", "bolt+routing://h"]
)
def test_a_uri_that_speaks_no_bolt_is_refused_before_the_driver_is_asked(
    database: type[Database | AsyncDatabase], uri: str
) -> None:
    with pytest.raises(UsageError, match=r"begins with none of bolt, .*; write bolt://host:7687 or neo4j://…") as told:
        database(Target(uri=uri))
    assert told.value.exit_code == 2


@pytest.mark.parametrize("scheme", [*SCHEMES, "Bolt"])
def test_a_uri_that_speaks_bolt_is_taken(scheme: str) -> None:
    Database(Target(uri=f"{scheme}://localhost:1")).close()
