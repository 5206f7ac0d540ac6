"""One local Neo4j for the whole test session; every test in this folder is marked ``integration``.

``CONTENTGRAPH_TEST_LINE`` chooses its line (default ``2026``). Jars come from the shared cache, fetched once.
``CONTENTGRAPH_TEST_HOME`` names the home of a server that is up already: it is emptied by the tests, and stays up.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from contentgraph.cypher import Database, Target
from contentgraph.server import Connection, LocalServer
from contentgraph.server.ports import free_port

HERE = Path(__file__).parent
BOTH_LINES = frozenset(
    {
        "test_client.py",
        "test_digest.py",
        "test_dump.py",
        "test_erase.py",
        "test_folding.py",
        "test_injection.py",
        "test_night.py",
        "test_privilege.py",
        "test_pulsing.py",
        "test_statements.py",
        "test_suitability.py",
        "test_verifier.py",
        "test_waves.py",
        "test_withheld.py",
        "test_writers.py",
    }
)
"""What must hold on both lines: statements and plans, what is written, counted, shown, recorded, erased, restored."""
ALSO = frozenset(
    {
        "test_a_dump_comes_back_as_by_restore",
        "test_a_rebuild_is_a_night_into_an_empty_graph",
        "test_connections_cut_mid_batch",
        "test_neo4j_is_killed_and_its_disk_is_full",
    }
)
"""Of other files: an import is opened, and a night goes on after a fault."""
APART = frozenset({"test_readme.py", "test_rebuild.py", "test_rebuild_dump.py", "test_server.py"})
"""What mostly waits for servers of its own: marked ``apart``, so that CI can run it beside the rest."""
SEEDS = frozenset({"0", "1", "11"})
"""Of tests that run over several generated worlds, these suffice on the second line."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.integration)
            if item.path.name in APART:
                item.add_marker(pytest.mark.apart)
            seed = re.search(r"\[(\d+)\]$", item.name)
            both = item.path.name in BOTH_LINES or getattr(item, "originalname", "") in ALSO
            if both and (seed is None or seed[1] in SEEDS):
                item.add_marker(pytest.mark.lines)


@pytest.fixture(scope="session")
def neo4j_line() -> str:
    """The line under test."""
    return os.environ.get("CONTENTGRAPH_TEST_LINE", "2026")


@pytest.fixture(scope="session")
def local_server(neo4j_line: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """The session's server itself, up; only tests/integration/test_server.py needs more than its connection."""
    running = os.environ.get("CONTENTGRAPH_TEST_HOME")
    if running:
        yield LocalServer(Path(running), line=neo4j_line)
        return
    home = tmp_path_factory.mktemp("neo4j-home")
    server = LocalServer(home, line=neo4j_line, port=free_port(), heap_mb=512, page_cache_mb=128)
    server.start(timeout_s=300)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of a test's own lives for a minute: the quick compiler alone takes a third less of the processor."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture(scope="module")
def server(neo4j_line: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A local server of a module's own, not yet started; its home has a blank and a comma in its name."""
    home = tmp_path_factory.mktemp("rebuild") / "a home, mine"
    found = LocalServer(home, line=neo4j_line, port=free_port(), heap_mb=512, page_cache_mb=128)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def neo4j_server(local_server: LocalServer) -> Connection:
    """How to reach the session's server."""
    return local_server.connection()


@pytest.fixture
def clean_database(neo4j_server: Connection) -> Connection:
    """The session's server with no node in it (constraints and indexes stay)."""
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=(neo4j_server.user, neo4j_server.password)) as driver,
        driver.session(database=neo4j_server.database) as session,
    ):
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS").consume()
    return neo4j_server


@pytest.fixture
def database(clean_database: Connection) -> Iterator[Database]:
    """The emptied database, through the package's own door."""
    found = clean_database
    with Database(Target(uri=found.uri, user=found.user, password=found.password, database=found.database)) as opened:
        yield opened


@pytest.fixture
def session(clean_database: Connection) -> Iterator[neo4j.Session]:
    """The emptied database, through the plain driver."""
    found = clean_database
    with (
        neo4j.GraphDatabase.driver(found.uri, auth=(found.user, found.password)) as driver,
        driver.session(database=found.database) as opened,
    ):
        yield opened
