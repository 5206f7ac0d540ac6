"""What goes wrong is one line on stderr and an exit code, never a traceback."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from contentgraph import __version__
from contentgraph.cli import main

NOWHERE = ["--uri", "bolt://127.0.0.1:1"]


@pytest.fixture
def failed(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command that must fail; its exit code and the one line it wrote."""
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path))
    monkeypatch.delenv("CONTENTGRAPH_URI", raising=False)

    def run(arguments: Sequence[str]) -> tuple[int, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("contentgraph: ")
        assert err.count("\n") == 1
        return code, err

    return run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["feed"], "Missing argument 'USER'"),
        (["feed", "u1", "--limit", "many"], "Invalid value for '--limit'"),
        (["feed", "u1", "--colour"], "No such option"),
        (["feed", "u1"], "no Neo4j named and no local one running"),
        (["cypher", "suggest"], "suggest needs -P userId=… (STRING)"),
        (["cypher", "suggest", "-P", "user=u1"], "give key=value once each, of: userId STRING, limit INTEGER"),
        (["cypher", "suggest", "-P", "userId=u1", "-P", "limit=ten"], "limit is 'ten'; it is a INTEGER"),
        (["sample", "DIR", "--until", "soon"], "--until is 'soon'; give a date"),
        (["sample", "DIR", "--users", "1"], "users is 1; give a whole number from 2"),
        (["record", "like", "u1"], "record like needs USER and TARGET"),
        (["export", "x.png", "--around", "user:u1"], "must end in .graphml"),
        (["scale", "set"], "nothing to set"),
        (["feed", "u1", "--seed", "-1"], "Invalid value for '--seed'"),
        (["fairness", "--seed", "-1"], "Invalid value for '--seed'"),
        (["waves", "step", "--seed", "-1"], "Invalid value for '--seed'"),
        (["replay", "--scale", "like=1", "--seed", "-1"], "Invalid value for '--seed'"),
        (["users", "--history", "-1"], "Invalid value for '--history'"),
        (["cypher", "suggest", "-P", "userId=\udcff"], "which UTF-8 cannot say; give text in UTF-8"),
        (["rebuild", "--dump", "x", "--database", "other"], "names 'other': leave it out"),
    ],
)
def test_wrong_usage_is_2(failed, arguments: list[str], says: str) -> None:
    code, line = failed(arguments)
    assert code == 2
    assert says in line


@pytest.mark.parametrize(
    "command",
    [["feed", "u1"], ["stats"], ["schema"], ["digest"], ["scale", "show"], ["trending", "challenge"],
     ["explain", "u1", "v1"], ["record", "like", "u1", "v1"], ["cypher", "scales"],
     ["export", "x.graphml", "--around", "user:u1"]],
    ids=" ".join,
)  # fmt: skip
def test_out_of_reach_is_4(failed, command: list[str]) -> None:
    """Whichever command meets it, with the URI and what to do."""
    code, line = failed([*command, *NOWHERE])
    assert code == 4
    assert "bolt://127.0.0.1:1 does not answer" in line
    assert "contentgraph neo4j start" in line


def test_an_unknown_statement_is_answered_with_those_there_are(failed) -> None:
    code, line = failed(["cypher", "sugest"])
    assert code == 1
    assert "no packaged statement 'sugest'; there are " in line


def test_no_local_server_is_5(failed) -> None:
    code, line = failed(["neo4j", "url"])
    assert code == 5
    assert "contentgraph neo4j start" in line


def test_a_broken_line_on_stdin_is_named(tmp_path: Path) -> None:
    """record reads JSON lines; the first that is none stops it before anything is written."""
    done = subprocess.run(
        [sys.executable, "-m", "contentgraph.cli", "record", *NOWHERE],
        input='{"userId": "u1"}\n\nnot json\n', capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "contentgraph: stdin:3: 'not json' is no JSON; nothing was recorded\n"


def test_a_byte_order_mark_on_stdin_is_no_part_of_its_first_line() -> None:
    """As in the files of a night; the lines after it are read, too."""
    done = subprocess.run(
        [sys.executable, "-m", "contentgraph.cli", "record", *NOWHERE],
        input='\ufeff{"userId": "u1"}\nnot json\n'.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.stderr.decode() == "contentgraph: stdin:2: 'not json' is no JSON; nothing was recorded\n"


def test_a_bug_is_one_line_and_debug_shows_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr("contentgraph.cli.options.choose", broken)
    assert main(["stats"]) == 1
    assert capsys.readouterr().err == (
        "contentgraph: unexpected RuntimeError: first second (run again with --debug for the traceback)\n"
    )
    assert main(["stats", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__
    assert main(["--help"]) == 0
    help_text = capsys.readouterr().out
    for command in ("neo4j", "shell", "cypher", "schema", "sample", "nightly", "digest", "scale", "feed", "trending",
                    "explain", "record", "stats", "export"):  # fmt: skip
        assert f"  {command} " in help_text


def test_nightly_has_the_loader_s_own_options(capsys: pytest.CaptureFixture[str]) -> None:
    """The pass-through shows and takes what contentgraph.loaders.nightly declares."""
    assert main(["nightly", "--help"]) == 0
    assert "--dry-run" in capsys.readouterr().out
    assert main(["nightly"]) == 2
    assert "Missing argument" in capsys.readouterr().err


def test_a_local_server_that_was_stopped_is_out_of_reach_and_no_wrong_usage(failed, tmp_path, monkeypatch) -> None:
    """A timer that finds it stopped tries again; one that was never started needs a person."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path))
    code, line = failed(["stats"])
    assert code == 4
    assert f"the local Neo4j of {tmp_path} is stopped; run 'contentgraph neo4j start'" in line
