"""The global options: before or after a command, over the environment, and gone afterwards."""

import os

import pytest

from contentgraph.cli import main
from contentgraph.cli.options import choose, hoist


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


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONTENTGRAPH_URI", "bolt://127.0.0.1:1")
    before = dict(os.environ)
    assert main(["stats", "--password", "secret", "--user", "somebody"]) == 4
    assert dict(os.environ) == before
    assert "secret" not in "".join(capsys.readouterr())
