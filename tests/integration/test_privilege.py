"""Least privilege on a real server: read files are read-only by Neo4j's own judgement, and secrets stay put."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import neo4j
import psutil
import pytest

from contentgraph.cypher import Database, Target, catalog
from contentgraph.cypher.installation import install
from contentgraph.errors import ContentGraphError
from contentgraph.loaders.dump import dump
from contentgraph.server import Connection, LocalServer

CHANGES = [each for each in catalog().values() if each.folder == "write"]
SECRET = "w1ld-Passw0rd-of-nobody"  # noqa: S105 -- nobody's


def kind(session: neo4j.Session, text: str, example: str) -> str | None:
    """What Neo4j takes a statement for: r, rw, w or s."""
    params: dict[str, Any] = session.run(f"RETURN {example.removeprefix(':param ')} AS p").single(strict=True)["p"]
    return session.run(f"EXPLAIN {text}", params).consume().query_type  # type: ignore[arg-type]


def test_neo4j_takes_every_read_file_for_a_read_and_every_write_file_for_a_write(
    database: Database, session: neo4j.Session
) -> None:
    """By EXPLAIN; and a read session refuses each write file before it does anything."""
    install(database)
    for each in catalog().values():
        if each.folder == "read":
            assert kind(session, each.text, each.example) in ("r", "s"), each.name
        elif each.folder == "write":
            assert kind(session, each.text, each.example) in ("w", "rw"), each.name
    before = database.read("size")
    for each in CHANGES:
        params = session.run(f"RETURN {each.example.removeprefix(':param ')} AS p").single(strict=True)["p"]  # type: ignore[arg-type]
        with pytest.raises(ContentGraphError, match=r"(?i)writ"):
            database.read(each.name, **params)
        with pytest.raises(ContentGraphError, match=r"(?i)writ"):
            list(database.stream(each.name, **params))
    assert database.read("size") == before


def test_a_refused_password_is_in_no_output(neo4j_server: Connection, tmp_path: Path) -> None:
    """Client, command line and night, with --debug and the driver's log wide open."""
    environment = os.environ | {
        "CONTENTGRAPH_URI": neo4j_server.uri,
        "CONTENTGRAPH_PASSWORD": SECRET,
        "CONTENTGRAPH_HOME": str(tmp_path / "home"),
    }
    (tmp_path / "files").mkdir()
    for command in (
        ["-m", "contentgraph.cli", "stats", "--debug"],
        ["-m", "contentgraph.cli", "nightly", str(tmp_path / "files"), "--debug"],
        ["-m", "contentgraph.loaders.nightly", str(tmp_path / "files"), "--log", "json"],
    ):
        done = subprocess.run(
            [sys.executable, *command], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 4, done.stderr
        assert SECRET not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_the_driver_logs_no_password(neo4j_server: Connection, caplog: pytest.LogCaptureFixture) -> None:
    """At its finest level."""
    found = Target(uri=neo4j_server.uri, user=neo4j_server.user, password=neo4j_server.password)  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG, logger="neo4j"), Database(found) as opened:
        opened.verify().read("settings")
    assert len(caplog.text) > 1000
    assert neo4j_server.password not in caplog.text


def test_the_password_is_in_no_process_list_no_log_and_no_dump(
    database: Database, local_server: LocalServer, tmp_path: Path
) -> None:
    """Only in connection.json and the file beside it, which their owner alone can read."""
    password = local_server.connection().password
    assert len(password) > 10
    for process in psutil.process_iter(["cmdline"]):
        assert not any(password in word for word in process.info["cmdline"] or ()), process
    child = psutil.Process(local_server.status().pid)
    assert not any(password in value for value in child.environ().values())
    held = set()
    for path in local_server.home.rglob("*"):
        if path.is_file() and password.encode() in path.read_bytes():
            held.add(path.name)
            assert path.stat().st_mode & 0o077 == 0
    assert held == {"connection.json", "neo4j.password"}
    install(database)
    dump(database, tmp_path / "dump")
    import zstandard

    for path in (tmp_path / "dump").iterdir():
        text = path.read_bytes()
        if path.suffix == ".zst":
            text = zstandard.ZstdDecompressor().stream_reader(text).read()
        assert password.encode() not in text, path
