"""The local Neo4j, for real: what it promises about data, doors and failures."""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import neo4j
import psutil
import pytest
from neo4j.exceptions import AuthError

from contentgraph.errors import ServerError
from contentgraph.server import LINES, Connection, LocalServer
from contentgraph.server.lines import lock_path
from contentgraph.server.ports import free_port


def run(connection: Connection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    with neo4j.GraphDatabase.driver(connection.uri, auth=(connection.user, connection.password)) as driver:
        return [
            record.data() for record in driver.execute_query(query, parameters, database_=connection.database).records
        ]


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., LocalServer]]:
    made: list[LocalServer] = []

    def make(home: str = "home", **options: Any) -> LocalServer:
        server = LocalServer(tmp_path / home, **({"port": free_port(), "heap_mb": 512, "page_cache_mb": 64} | options))
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()


# --- one running server ---------------------------------------------------------------------------------------------


def test_it_answers_in_its_line_s_locked_version(neo4j_server: Connection, local_server: LocalServer) -> None:
    rows = run(neo4j_server, "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions")
    assert rows == [{"versions": [LINES[local_server.line].version]}]


def test_starting_twice_is_harmless(neo4j_server: Connection, local_server: LocalServer) -> None:
    before = local_server.status()
    assert local_server.start() == neo4j_server
    assert local_server.status().pid == before.pid


def test_another_line_is_not_started_beside_the_one_that_runs(local_server: LocalServer) -> None:
    other = next(name for name in LINES if name != local_server.line)
    with pytest.raises(ServerError, match="stop it before"):
        LocalServer(local_server.home, line=other, port=free_port()).start()


def test_status_tells_the_process_the_address_and_the_store(
    local_server: LocalServer, neo4j_server: Connection
) -> None:
    status = local_server.status()
    assert status.running
    assert status.uri == neo4j_server.uri == f"bolt://127.0.0.1:{local_server.port}"
    assert (status.line, status.version) == (local_server.line, LINES[local_server.line].version)
    assert status.store_bytes > 100_000
    assert status.pid is not None
    assert status.started_at is not None
    assert abs(status.started_at / 1000 - psutil.Process(status.pid).create_time()) < 1


@pytest.mark.parametrize("password", ["neo4j", "", "wrong"])
def test_a_wrong_password_is_refused_the_default_one_among_them(neo4j_server: Connection, password: str) -> None:
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=("neo4j", password)) as driver, pytest.raises(AuthError):
        driver.verify_connectivity()


def test_it_listens_on_loopback_only_and_on_its_bolt_port_only(local_server: LocalServer) -> None:
    process = psutil.Process(local_server.status().pid)
    sockets = process.net_connections(kind="inet")
    heard = {(s.laddr.ip.removeprefix("::ffff:"), s.laddr.port) for s in sockets if s.status == psutil.CONN_LISTEN}
    assert heard == {("127.0.0.1", local_server.port)}
    assert [s for s in sockets if s.type.name == "SOCK_DGRAM"] == []


def test_the_password_is_in_no_argument_no_environment_and_no_open_file(
    local_server: LocalServer, neo4j_server: Connection
) -> None:
    process = psutil.Process(local_server.status().pid)
    assert len(neo4j_server.password) >= 32
    assert neo4j_server.password not in " ".join(process.cmdline())
    assert neo4j_server.password not in str(process.environ())
    holding = [
        path
        for path in local_server.home.rglob("*")
        if path.is_file() and path.stat().st_size < 5 * 2**20 and neo4j_server.password.encode() in path.read_bytes()
    ]
    assert {path.name for path in holding} == {"connection.json", "neo4j.password"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    assert stat.S_IMODE(local_server.home.stat().st_mode) == 0o700


def test_it_has_left_its_starter_s_terminal_and_interrupts_do_not_end_it(
    local_server: LocalServer, neo4j_server: Connection
) -> None:
    process = psutil.Process(local_server.status().pid)
    assert process.terminal() is None
    for ignored in (signal.SIGINT, signal.SIGHUP):
        process.send_signal(ignored)
    assert run(neo4j_server, "RETURN 1 AS one") == [{"one": 1}]
    assert process.is_running()


def test_the_shell_signs_in_without_the_password_in_its_arguments(
    local_server: LocalServer, neo4j_server: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_TOOL_OPTIONS")  # a JVM says that it has picked it up
    shell = local_server.shell_command()
    assert neo4j_server.password not in " ".join(shell.arguments)
    assert neo4j_server.password not in repr(shell)
    done = subprocess.run(
        [*shell.arguments, "--format", "plain"],
        env=shell.environment,
        input=":param {userId: 'u1', limit: 20}\nRETURN $userId AS user, $limit AS most;\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, 'user, most\n"u1", 20\n', "")


def test_clean_database_leaves_no_node(neo4j_server: Connection, request: pytest.FixtureRequest) -> None:
    run(neo4j_server, "UNWIND range(1, 1000) AS n CREATE (:Left {n: n})-[:TO]->(:Left)")
    request.getfixturevalue("clean_database")
    assert run(neo4j_server, "MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


# --- starts that must not happen ------------------------------------------------------------------------------------


def test_a_port_that_another_neo4j_has_is_one_clear_line(
    local_server: LocalServer, make_server: Callable[..., LocalServer]
) -> None:
    server = make_server(port=local_server.port)
    with pytest.raises(ServerError, match=f"port {local_server.port} on 127.0.0.1 is taken"):
        server.start()
    assert not server.status().running


@pytest.mark.parametrize("line", LINES)
def test_a_flipped_digit_in_the_lock_is_refused_by_the_jar_s_name_before_a_jvm_starts(
    line: str, make_server: Callable[..., LocalServer], tmp_path: Path, local_server: LocalServer
) -> None:
    text = lock_path(LINES[line].lock_name).read_text(encoding="utf-8")
    entry = re.search(r'artifactId = "neo4j-bolt"\n(?:.*\n)*?sha256 = "(\w+)"', text)
    assert entry is not None
    digit = entry.end(1) - 1
    flipped = text[:digit] + ("0" if text[digit] != "0" else "1") + text[digit + 1 :]
    copy = tmp_path / "tampered.jgo.lock.toml"
    copy.write_text(flipped, encoding="utf-8")
    server = make_server(line=line, lock=copy)
    with pytest.raises(ServerError, match=r"org\.neo4j:neo4j-bolt:\S+ is not the locked file"):
        server.start()
    assert not (server.home / "run" / "launch.json").exists()
    assert not (server.home / "logs" / "server.log").exists()


def test_a_jvm_that_dies_at_the_start_is_told_with_its_last_word(make_server: Callable[..., LocalServer]) -> None:
    server = make_server()
    (server.home / "data").mkdir(parents=True)
    (server.home / "data" / "databases").write_text("in the way")
    with pytest.raises(ServerError, match=r"Neo4j did not start: .*FileAlreadyExistsException") as caught:
        server.start()
    assert "\n" not in str(caught.value)
    assert not server.status().running
    assert not (server.home / "connection.json").exists()


# --- data over the life of a home -----------------------------------------------------------------------------------


def start_in_another_process(server: LocalServer, **environment: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from pathlib import Path; from contentgraph.server import LocalServer; "
        "s = LocalServer(Path(sys.argv[1]), line=sys.argv[2], port=int(sys.argv[3]), heap_mb=512, page_cache_mb=64); "
        "print(s.start().uri, s.status().pid)"
    )
    command = [sys.executable, "-c", code, str(server.home), server.line, str(server.port)]
    told = os.environ | environment
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_5_26_boots_by_two_starts_at_once_survives_kill_9_stops_in_order_and_upgrades_only_when_asked(
    make_server: Callable[..., LocalServer],
) -> None:
    """One home from its first start to its last, since each boot takes seconds."""
    server = make_server(line="5.26")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start_in_another_process, [server, server])
    assert first.stdout == second.stdout
    assert first.stderr == second.stderr == ""

    connection = server.connection()
    run(connection, "UNWIND range(1, 5000) AS n CREATE (:Kept {n: n})")
    killed = psutil.Process(server.status().pid)
    killed.kill()
    killed.wait(10)
    assert not server.status().running
    assert server.start() == connection, "the same port and the same password"
    assert server.status().pid != killed.pid
    assert run(connection, "MATCH (k:Kept) RETURN count(k) AS n, sum(k.n) AS s") == [{"n": 5000, "s": 12502500}]

    assert server.stop() is True
    assert server.stop() is False
    assert not (server.home / "connection.json").exists()
    assert "stopped" in (server.home / "logs" / "server.log").read_text()
    assert (server.status().running, server.status().line) == (False, "5.26")

    newer = make_server(line="2026", port=server.port)
    with pytest.raises(ServerError, match="would upgrade it for good"):
        newer.start()
    upgraded = newer.start(upgrade=True)
    assert run(upgraded, "CYPHER 25 MATCH (k:Kept) RETURN count(k) AS n") == [{"n": 5000}]
    run(upgraded, "CREATE (:Kept {n: 5001})")
    killed = psutil.Process(newer.status().pid)
    killed.kill()
    killed.wait(10)
    with pytest.raises(ServerError, match=r"which 5\.26\.30 cannot open"):
        server.start()
    (newer.home / "data" / "neo4j.password").unlink()
    another = newer.start()
    assert another.password != connection.password, "lost with its file"
    assert run(another, "MATCH (k:Kept) RETURN max(k.n) AS n") == [{"n": 5001}]


def test_a_bulk_import_is_opened_by_the_local_server_with_a_password_of_its_own(
    make_server: Callable[..., LocalServer], tmp_path: Path
) -> None:
    (tmp_path / "users.csv").write_text("id:ID(User),n:INT\nu1,1\nu2,2\n")
    (tmp_path / "follows.csv").write_text(":START_ID(User),:END_ID(User),at:LONG\nu1,u2,5\n")
    server = make_server()
    tool = server.admin_command(
        [
            *("database", "import", "full", "neo4j", f"--report-file={tmp_path / 'import.report'}"),
            f"--nodes=User={tmp_path / 'users.csv'}",
            f"--relationships=FOLLOWS={tmp_path / 'follows.csv'}",
        ]
    )
    done = subprocess.run(
        tool.arguments, env=tool.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    connection = server.start()
    found = run(connection, "MATCH (a:User)-[f:FOLLOWS]->(b) RETURN a.id AS a, b.n AS n, f.at AS at")
    assert found == [{"a": "u1", "n": 2, "at": 5}]


def test_a_home_of_any_letters_in_the_locale_c_is_imported_into_started_and_started_again(
    make_server: Callable[..., LocalServer], tmp_path: Path
) -> None:
    """Its store is in it, and the password of the first start signs in after the second."""
    (tmp_path / "users.csv").write_text("id:ID(User),n:INT\nu1,1\n")
    server = make_server("hö mé c\\d")
    tool = server.admin_command(
        [
            *("database", "import", "full", "neo4j", f"--report-file={tmp_path / 'report'}"),
            f"--nodes=User={tmp_path / 'users.csv'}",
        ]
    )
    done = subprocess.run(tool.arguments, env=tool.environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    start_in_another_process(server, LC_ALL="C")
    first = server.connection()
    assert run(first, "MATCH (u:User) RETURN u.id AS id") == [{"id": "u1"}]
    assert server.stop() is True
    assert server.start() == first
    run(first, "CREATE (:User {id: 'u2'})")
    assert (server.home / "data" / "databases" / "neo4j").is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {server.home.name, "users.csv", "report"}
