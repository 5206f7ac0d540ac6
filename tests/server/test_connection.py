"""connection.json: private, whole at every moment, and its password out of sight."""

import json
import stat
from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server import Connection
from contentgraph.server.connection import read_connection, write_connection, write_private

CONNECTION = Connection("bolt://127.0.0.1:7687", "neo4j", "s3cret", "neo4j")


def test_repr_and_str_hide_the_password() -> None:
    assert "s3cret" not in f"{CONNECTION!r} {CONNECTION}"


def test_the_file_has_the_published_shape_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "connection.json"
    write_connection(path, CONNECTION)
    assert json.loads(path.read_text()) == {
        "uri": "bolt://127.0.0.1:7687",
        "user": "neo4j",
        "password": "s3cret",
        "database": "neo4j",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_connection(path) == CONNECTION


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "connection.json"
    write_connection(path, CONNECTION)

    def fail(_: int) -> None:
        raise OSError("disk")

    monkeypatch.setattr("contentgraph.server.connection.os.fsync", fail)
    with pytest.raises(OSError, match="disk"):
        write_private(path, "half")
    assert read_connection(path) == CONNECTION
    assert [each.name for each in tmp_path.iterdir()] == ["connection.json"]


def test_without_a_server_the_line_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="contentgraph neo4j start"):
        read_connection(tmp_path / "connection.json")


@pytest.mark.parametrize("text", ["", "[]", '{"uri": "x"}'])
def test_a_damaged_file_is_one_clear_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "connection.json").write_text(text)
    with pytest.raises(ServerError, match="cannot be read"):
        read_connection(tmp_path / "connection.json")
