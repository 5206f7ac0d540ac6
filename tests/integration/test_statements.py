"""Every statement file on a real server: it runs as its header says, and its plan walks through no whole label."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from contentgraph.cypher import Database, Statement, Target, catalog
from contentgraph.errors import ContentGraphError
from contentgraph.server import Connection

STATEMENTS = [each for each in catalog().values() if each.folder != "schema"]
READ = [each for each in STATEMENTS if each.folder == "read"]

WHOLE_LABEL = re.compile(
    r"^(night_|digest_|dump_|media_prints|tag_counts|drop_topics|drop_trends|put_generic|all_video_ids"
    r"|drop_same_as|example_users|stats|size|scales|last_run"
    r"|tombstones$|erase_texts|drop_from_trends|drop_lost|drop_reviews|erase_reasons|put_reasons)"
)
"""Statements that must see everything of a label: the night's, the digests, dumps, counts, ledgers of one node a night,
and what an erasure looks for in the texts and lists of others. An OR of theirs may be two reads that are joined."""


@pytest.fixture(scope="module")
def database(neo4j_server: Connection, fill: Callable[..., None], world: Any) -> Iterator[Database]:
    target = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password, database="neo4j")
    with Database(target) as opened:
        fill(opened, world)
        yield opened


@pytest.fixture(scope="module")
def emptied(database: Database) -> Database:
    """Nothing but the schema; for the last tests of this file."""
    with database._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
        session.run("CALL db.clearQueryCaches()").consume()
    return database


@pytest.fixture
def session(neo4j_server: Connection) -> Iterator[neo4j.Session]:
    """The driver itself: what anybody's Cypher goes through."""
    auth = (neo4j_server.user, neo4j_server.password)
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth) as driver, driver.session() as opened:
        yield opened


def example(statement: Statement, session: neo4j.Session) -> dict[str, Any]:
    """The parameters of the ``try`` line, read by Neo4j itself."""
    text = statement.example.removeprefix(":param ")
    return dict(session.run(f"RETURN {text} AS params").single(strict=True)["params"])  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", [each for each in READ if each.packed], ids=lambda each: each.name)
def test_its_rows_in_one_record_are_its_rows_in_their_order(
    statement: Statement, session: neo4j.Session, database: Database
) -> None:
    """What the client reads is what the file answers, row by row."""
    params = example(statement, session)
    rows = [record.values() for record in session.run(statement.text, params)]
    told = [list(record.values()) for record in database.read(statement.name, **params)]
    ordered = "ORDER BY" in statement.text.splitlines()[-1] or "ORDER BY" in statement.text.rsplit("RETURN", 1)[-1]
    assert told == rows if ordered else sorted(told, key=repr) == sorted(rows, key=repr)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)
def test_it_runs_with_its_try_line_and_returns_the_columns_it_declares(
    statement: Statement, session: neo4j.Session, database: Database
) -> None:
    """Pasted after its :param line, the file runs; the record keys are the declared ones, in their order."""
    params = example(statement, session)
    assert set(params) == {field.name for field in statement.params}
    transaction = session.begin_transaction()
    try:
        result = transaction.run(statement.source, params)
        assert list(result.keys()) == [field.name for field in statement.returns]
        result.consume()
    finally:
        transaction.rollback()


ONE_ROW = {"CartesianProduct", "NodeUniqueIndexSeek", "NodeUniqueIndexSeek(Locking)", "Argument"}
"""Operators that give one row at most for each row that comes in; 5.26 counts them times the rows of UNWIND."""

PYTHON = {"STRING": str, "INTEGER": int, "FLOAT": float, "BOOLEAN": bool, "MAP": dict}


@pytest.mark.parametrize("statement", READ, ids=lambda each: each.name)
def test_a_read_file_cannot_write_and_returns_the_types_it_declares(
    statement: Statement, session: neo4j.Session, database: Database, world: Any
) -> None:
    """It runs in a read transaction, which refuses every write; values that are there have the declared type."""
    user = next(user for user, _ in world.engaged)
    real = {"userId": user, "ids": sorted(world.videos), "nodes": [{"label": "User", "key": user}], "limit": 50}
    params = example(statement, session) | {name: real[name] for name in real if name in example(statement, session)}
    rows = session.execute_read(lambda tx: [dict(record) for record in tx.run(statement.text, params)])
    for row in rows:
        for field in statement.returns:
            value = row[field.name]
            if value is None:
                continue
            assert isinstance(value, list if field.type.startswith("LIST") else PYTHON[field.type]), (field, value)


def test_a_write_in_a_read_transaction_is_refused(database: Database) -> None:
    """What the test above rests on."""
    with pytest.raises(ContentGraphError, match=r"(?i)writ"):
        database.read("put_settings", properties={})


def operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", []):
        yield from operators(child)


def kind(step: dict[str, Any]) -> str:
    return str(step["operatorType"].split("@")[0])


def read_twice(statement: Statement, steps: list[dict[str, Any]]) -> int:
    """Joins of two reads in the plan that are not written down: of an OR, and so in no index's order."""
    written = sum("UNION" in line for line in statement.text.splitlines() if not line.lstrip().startswith("//"))
    return sum(kind(step) in ("Union", "OrderedUnion") for step in steps) - written


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)
def test_its_plan_starts_from_keys(statement: Statement, session: neo4j.Session, database: Database) -> None:
    """No AllNodesScan; NodeByLabelScan only where everything is asked for; products only of single rows."""
    summary = session.run("EXPLAIN " + statement.text, example(statement, session)).consume()
    if summary.plan is None:
        assert statement.name == "await_indexes", "a procedure call alone has a plan of one step"
        return
    steps = list(operators(summary.plan))
    for step in steps:
        details = step["args"].get("Details", "")
        assert kind(step) not in ("AllNodesScan", "DirectedAllRelationshipsScan") or statement.name == "size", details
        if kind(step) in ("NodeByLabelScan", "DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan"):
            assert WHOLE_LABEL.match(statement.name), f"{kind(step)} {details}"
        if kind(step) == "CartesianProduct":
            seeks = {kind(each) for each in operators(step)} - ONE_ROW
            assert not seeks or step["args"].get("EstimatedRows", 0.0) <= 1.0 + 1e-9, f"a product of many: {seeks}"
    assert read_twice(statement, steps) == 0 or WHOLE_LABEL.match(statement.name)


@pytest.mark.parametrize("statement", READ, ids=lambda each: each.name)
def test_its_plan_is_no_other_before_anything_is_counted(
    statement: Statement, session: neo4j.Session, emptied: Database
) -> None:
    """As on the first night: where all costs are nothing, a plan may be any; what it walks must be written down."""
    summary = session.run("EXPLAIN " + statement.text, example(statement, session)).consume()
    if summary.plan is None or WHOLE_LABEL.match(statement.name):
        return
    steps = list(operators(summary.plan))
    assert read_twice(statement, steps) == 0
    scans = [step["args"].get("Details", "") for step in steps if kind(step) in ("NodeIndexScan", "NodeByLabelScan")]
    assert not [each for each in scans if ":Video" in each]
