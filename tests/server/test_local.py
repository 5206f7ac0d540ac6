"""What LocalServer says before any JVM runs."""

import os
import socket
from pathlib import Path

import psutil
import pytest

from contentgraph.errors import ServerError
from contentgraph.server import LocalServer
from contentgraph.server.explain import explain_failure
from contentgraph.server.home import Home
from contentgraph.server.launch import last_useful_line
from contentgraph.server.lines import LINES
from contentgraph.server.settings import Settings
from contentgraph.server.state import ProcessRecord, write_record


def test_making_one_and_asking_its_status_touches_nothing(tmp_path: Path) -> None:
    server = LocalServer(tmp_path / "home")
    status = server.status()
    assert (status.running, status.pid, status.uri, status.line, status.store_bytes) == (False, None, None, None, 0)
    assert server.stop() is False
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_one_clear_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"port {port} on 127.0.0.1 is taken"):
            LocalServer(tmp_path, port=port).start()
    assert not (tmp_path / "data" / "databases").exists()


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int, tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="choose one between 1 and 65535"):
        LocalServer(tmp_path, port=port).start()


def test_a_home_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerError, match=r"is not writable \(Not a directory\)"):
        LocalServer(tmp_path / "file" / "home").start()


def test_a_stale_record_and_connection_are_cleared_by_stop_and_end_no_other_process(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    write_record(home, ProcessRecord(os.getpid(), psutil.Process().create_time() - 99, "2026", "x", 7687, "a"))
    home.connection.write_text("{}")
    assert LocalServer(tmp_path).status().running is False
    assert LocalServer(tmp_path).stop() is False
    assert not home.connection.exists()
    assert not home.state.exists()


def test_without_a_server_shell_and_connection_say_how_to_start_one(tmp_path: Path) -> None:
    for ask in (LocalServer(tmp_path).connection, LocalServer(tmp_path).shell_command):
        with pytest.raises(ServerError, match="contentgraph neo4j start"):
            ask()


def test_the_store_is_not_written_from_outside_while_its_server_runs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    me = psutil.Process()
    write_record(home, ProcessRecord(me.pid, me.create_time(), "2026", LINES["2026"].version, 7687, "a"))
    with pytest.raises(ServerError, match="stop it before"):
        LocalServer(tmp_path).admin_command(["database", "import", "full"])


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("java.io.IOException: No space left on device", "disk full"),
        ("java.net.BindException: Address already in use", "port 7687 on 127.0.0.1 is taken"),
        ("Could not reserve enough space for object heap", "heap 1024 MiB"),
        ("org.neo4j.kernel.StoreLockException: Unable to obtain lock", "another Neo4j has the store"),
        ("java.lang.Odd: hm", "java.lang.Odd: hm; more in"),
    ],
)
def test_a_failed_start_is_explained_in_one_line(reason: str, said: str, tmp_path: Path) -> None:
    text = explain_failure(reason, Home(tmp_path), Settings(7687, 1024, 512))
    assert said in text
    assert "\n" not in text


def test_the_last_useful_line_of_a_log_is_its_last_error(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    assert "ended without a word" in last_useful_line(home)
    home.server_log.write_text("fine\nError: Could not reserve enough space\nmore talk\n\n")
    assert last_useful_line(home) == "Error: Could not reserve enough space"
    home.server_log.write_text("only talk\n")
    assert last_useful_line(home) == "only talk"
