"""The global options: before or after a command, over the environment, and gone afterwards."""

import io
import os
from pathlib import Path

import pytest

from contentgraph.cli import main
from contentgraph.cli.options import choose, hoist
from contentgraph.errors import UsageError


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        (["feed", "u1", "--home", "/x"], ["--home", "/x", "feed", "u1"]),
        (["feed", "--uri=bolt://x", "u1"], ["--uri=bolt://x", "feed", "u1"]),
        (["--debug", "feed"], ["--debug", "feed"]),
        (["feed", "u1", "--debug"], ["--debug", "feed", "u1"]),
        (["shell", "--", "--uri", "x"], ["shell", "--", "--uri", "x"]),
        (["feed", "--home"], ["--home", "feed"]),
    ],
)
def test_they_may_stand_anywhere_before_a_double_dash(given: list[str], moved: list[str]) -> None:
    assert hoist(given) == moved


def test_home_on_the_command_line_wins_over_a_uri_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a home asks for the local server there."""
    monkeypatch.setenv("CONTENTGRAPH_URI", "bolt://elsewhere")
    monkeypatch.setenv("CONTENTGRAPH_HOME", "/before")
    choose(None, None, None, None, "/now")
    assert "CONTENTGRAPH_URI" not in os.environ
    assert os.environ["CONTENTGRAPH_HOME"] == "/now"


def test_home_on_the_command_line_is_asked_as_its_own_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """User, password and database of the environment are of the URI there; without one they are of the local server."""
    for name in ("USER", "PASSWORD", "DATABASE"):
        monkeypatch.setenv(f"CONTENTGRAPH_{name}", "theirs")
    monkeypatch.delenv("CONTENTGRAPH_URI", raising=False)
    choose(None, None, None, None, "/now")
    assert os.environ["CONTENTGRAPH_DATABASE"] == "theirs"
    monkeypatch.setenv("CONTENTGRAPH_URI", "bolt://elsewhere")
    choose(None, "me", None, None, "/now")
    assert os.environ["CONTENTGRAPH_USER"] == "me"
    assert not {"CONTENTGRAPH_PASSWORD", "CONTENTGRAPH_DATABASE"} & set(os.environ)


def test_an_empty_home_on_the_command_line_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENTGRAPH_URI", "bolt://elsewhere")
    monkeypatch.setenv("CONTENTGRAPH_HOME", "/before")
    choose(None, None, None, None, "")
    assert os.environ["CONTENTGRAPH_URI"] == "bolt://elsewhere"
    assert os.environ["CONTENTGRAPH_HOME"] == "/before"


def test_the_environment_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTENTGRAPH_URI", "bolt://127.0.0.1:1")
    before = dict(os.environ)
    (tmp_path / "password").write_text("s3cret\n")
    assert main(["stats", "--password-file", str(tmp_path / "password"), "--user", "somebody"]) == 4
    assert dict(os.environ) == before
    assert "s3cret" not in "".join(capsys.readouterr())


def test_a_password_among_the_arguments_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of processes has it by then; the message says what to do."""
    for given in (["--password", "s3cret"], ["--password=s3cret"]):
        assert main(["stats", *given]) == 2
        said = "".join(capsys.readouterr())
        assert "--password-file" in said
        assert "s3cret" not in said


def test_the_password_comes_from_a_file_or_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first line."""
    (tmp_path / "password").write_text("one\ntwo\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("three\n"))
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", "before")
    for file, wanted in ((str(tmp_path / "password"), "one"), ("-", "three")):
        choose(None, None, file, None, None)
        assert os.environ["CONTENTGRAPH_PASSWORD"] == wanted
    with pytest.raises(UsageError, match="No such file"):
        choose(None, None, str(tmp_path / "none"), None, None)
