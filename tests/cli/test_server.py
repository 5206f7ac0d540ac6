"""``contentgraph neo4j``: what it says of a server, and how long it waits for one."""

from pathlib import Path
from typing import Any

import pytest

from contentgraph.cli import main
from contentgraph.server import Connection, LocalServer, Status


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("running", "pid", "says"),
    [
        (True, 7, "running: Neo4j 2026.08.1 at bolt://127.0.0.1:7999, pid 7, since never"),
        (False, 7, "starting or going down, pid 7; see {home}/logs"),
        (False, None, "stopped: a store of Neo4j 2026.08.1"),
    ],
)
def test_status_tells_a_server_that_does_not_answer_yet_from_one_that_is_stopped(
    running: bool, pid: int | None, says: str, home: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    found = Status(running, pid, "bolt://127.0.0.1:7999", "2026", "2026.08.1", home, 0, None)
    monkeypatch.setattr(LocalServer, "status", lambda _: found)
    assert main(["neo4j", "status"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == says.format(home=home)


@pytest.mark.parametrize(("given", "seconds"), [([], 120), (["--wait", "900"], 900)])
def test_start_waits_as_long_as_it_is_told(given: list[str], seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def start(_: LocalServer, **options: Any) -> Connection:
        told.update(options)
        return Connection("bolt://127.0.0.1:7999", "neo4j", "secret", "neo4j")

    monkeypatch.setattr(LocalServer, "start", start)
    assert main(["neo4j", "start", *given]) == 0
    assert told["timeout_s"] == seconds
