"""A new store in the place of an old one: what a crash leaves, and what an earlier attempt left."""

import socket
from pathlib import Path

import pytest

from contentgraph.cli import main
from contentgraph.errors import ServerError
from contentgraph.server import LocalServer
from contentgraph.server.exchange import as_started, discard, exchange, has_store, staging
from contentgraph.server.home import Home
from contentgraph.server.launch import LaunchPlan, write_plan
from contentgraph.server.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.create()
    (found.data / "old").touch()
    return found


def test_a_crash_between_the_two_renames_leaves_the_old_store(home: Home) -> None:
    """The next start makes the folders first: the store that was moved aside is taken back."""
    home.line_mark.write_text("{}")
    home.data.rename(home.before)
    assert has_store(LocalServer(home.root))
    home.create()
    assert (home.data / "old").exists()
    assert not home.before.exists()


def test_a_store_that_is_in_place_is_left_alone(home: Home) -> None:
    home.before.mkdir()
    home.create()
    assert (home.data / "old").exists()
    assert home.before.exists()


def test_a_staging_home_is_empty_has_the_password_and_another_port(home: Home) -> None:
    """What an earlier attempt left there is gone."""
    home.password.write_text("secret")
    left = home.root / "rebuild" / "x" / "data" / "left"
    left.parent.mkdir(parents=True)
    left.touch()
    server = LocalServer(home.root)
    beside = staging(server, needed_bytes=1)
    assert not left.exists()
    assert Home(beside.home).password_wanted.read_text() == "secret"
    assert Home(beside.home).password_wanted.stat().st_mode & 0o777 == 0o600
    assert beside.port != server.port
    discard(beside)
    assert not beside.home.exists()


def test_a_full_disk_is_said_before_anything_is_imported(home: Home) -> None:
    with pytest.raises(ServerError, match="second store"):
        staging(LocalServer(home.root), needed_bytes=2**60)


def test_the_server_is_the_one_that_was_started_last(home: Home) -> None:
    """Line, port and memory are those of the last start, the defaults where there was none."""
    assert as_started(home.root) == LocalServer(home.root)
    write_plan(home, LaunchPlan("x", "5.26", Settings(7777, 700, 300), ()))
    assert as_started(home.root) == LocalServer(home.root, "5.26", 7777, 700, 300)
    assert as_started(home.root, port=7778) == LocalServer(home.root, "5.26", 7778, 700, 300)


def test_a_port_that_another_program_has_is_said_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else all is checked, folded and imported before the new store cannot be served."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        where = ["--home", str(tmp_path / "home"), "--port", str(port), "--rejects", str(tmp_path)]
        assert main(["rebuild", str(tmp_path / "no such file"), *where]) == 5
    assert f"port {port} on 127.0.0.1 is taken" in capsys.readouterr().err
    assert not (tmp_path / "home" / "rebuild").exists()


class Fake:
    """A server that comes up or does not."""

    def __init__(self, home: Path, fails: int = 0) -> None:
        self.home, self.fails, self.said = home, fails, []

    def stop(self) -> None:
        self.said.append("stop")

    def start(self, _: object) -> str:
        self.said.append("start")
        self.fails -= 1
        if self.fails >= 0:
            raise ServerError("it does not come up")
        return "up"


def test_an_exchange_puts_the_new_store_in_and_removes_the_old(home: Home) -> None:
    beside = Home(home.root / "rebuild")
    beside.create()
    (beside.data / "new").touch()
    server = Fake(home.root)
    assert exchange(server, Fake(beside.root), print) == "up"
    assert [path.name for path in home.data.iterdir()] == ["new"]
    assert not home.before.exists()
    assert server.said == ["stop", "start"]


def test_a_new_store_that_does_not_come_up_is_taken_out_again(home: Home) -> None:
    """The old one is back in its place and served; the error is that of the new one."""
    beside = Home(home.root / "rebuild")
    beside.create()
    (beside.data / "new").touch()
    server = Fake(home.root, fails=1)
    with pytest.raises(ServerError, match="does not come up"):
        exchange(server, Fake(beside.root), print)
    assert [path.name for path in home.data.iterdir()] == ["old"]
    assert (beside.data / "new").exists()
    assert server.said == ["stop", "start", "stop", "start"]
