"""Which Neo4j, and as whom: what is said holds, for the local server too, and all commands mean one home."""

import json
from pathlib import Path

import pytest

from contentgraph.cypher import home, target, traces
from contentgraph.errors import UsageError
from contentgraph.server import LocalServer, default_home

FILE = {"uri": "bolt://127.0.0.1:7999", "user": "neo4j", "password": "own", "database": "neo4j"}


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose server is up; nothing else in the environment."""
    for name in ("URI", "USER", "PASSWORD", "DATABASE"):
        monkeypatch.delenv(f"CONTENTGRAPH_{name}", raising=False)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "connection.json").write_text(json.dumps(FILE))
    return tmp_path


def test_unless_something_is_said_the_local_server_is_as_its_file_has_it() -> None:
    found = target()
    assert (found.uri, found.user, found.database) == (FILE["uri"], FILE["user"], FILE["database"])
    assert found.password.get_secret_value() == FILE["password"]


@pytest.mark.parametrize("said", ["argument", "environment"])
def test_a_database_a_user_and_a_password_that_are_said_hold_for_the_local_server(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neo4j then says that it has no such database, before a restore replaces another one."""
    wanted = {"user": "reader", "password": "theirs", "database": "other"}
    if said == "environment":
        for name, value in wanted.items():
            monkeypatch.setenv(f"CONTENTGRAPH_{name.upper()}", value)
    found = target(**wanted) if said == "argument" else target()
    assert (found.uri, found.user, found.database) == (FILE["uri"], "reader", "other")
    assert found.password.get_secret_value() == "theirs"


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENTGRAPH_DATABASE", "other")
    assert target(database="this").database == "this"


def test_an_empty_variable_is_as_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """``CONTENTGRAPH_HOME=`` is not the current directory."""
    for name in ("URI", "USER", "PASSWORD", "DATABASE"):
        monkeypatch.setenv(f"CONTENTGRAPH_{name}", "")
    assert target().password.get_secret_value() == FILE["password"]
    monkeypatch.setenv("CONTENTGRAPH_HOME", "")
    assert home() == default_home()
    assert home().is_absolute()


def test_the_user_s_folder_is_meant_by_its_sign_everywhere(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENTGRAPH_HOME", "~")
    assert home() == default_home() == LocalServer(home()).status().home == local
    assert home(Path("~/x")) == local / "x"
    assert target().uri == target(home_path=Path("~")).uri == FILE["uri"]
    traces.note("dump", local / "a", Path("~"))
    assert traces.told("dump", local) == [local / "a"]


def test_a_user_that_there_is_not_has_no_home() -> None:
    with pytest.raises(UsageError, match="there is no such user here"):
        home(Path("~nobody-of-this-name/x"))
