"""Whatever the standard streams are, a command ends with its exit code and at most one line."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contentgraph.cli import main
from contentgraph.cli.show import document
from contentgraph.cli.streams import steady
from contentgraph.errors import ContentGraphError

NOWHERE = ["--uri", "bolt://127.0.0.1:1"]


def shell(line: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """A line of sh in which $CG is the command."""
    told = os.environ | {"CG": f"{sys.executable} -m contentgraph.cli"} | environment
    return subprocess.run(["/bin/sh", "-c", line], env=told, capture_output=True, stdin=subprocess.DEVNULL, check=False)


def test_closed_streams_are_as_dev_null() -> None:
    assert (shell("$CG --help >&-").returncode, shell("$CG bogus 2>&-").returncode) == (0, 2)
    done = shell(f"$CG record {' '.join(NOWHERE)} <&-")
    assert done.returncode == 4
    assert done.stderr.startswith(b"contentgraph: Neo4j at bolt://127.0.0.1:1 does not answer")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_an_output_that_cannot_be_written_is_one_line() -> None:
    done = shell("$CG --help >/dev/full")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "contentgraph: cannot write the output: No space left on device; make room, or send it elsewhere\n"
    )
    assert shell("$CG bogus 2>/dev/full").returncode == 2


def test_a_reader_that_has_gone_is_no_word_worth() -> None:
    done = shell("$CG --help | true; $CG --version")
    assert (done.returncode, done.stderr) == (0, b"")


SAID = "from contentgraph.cli import entry, show; entry._answered = lambda _: (show.{}, 0)[1]; entry.main([])"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_letter_that_the_encoding_lacks_is_no_error(encoding: str) -> None:
    line = f'{sys.executable} -c "{SAID.format("table((chr(0x30c0),), [(chr(0x1f483),)])")}"'
    done = shell(line, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\U0001f483" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_json_is_valid_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import json

    said = {"a": "é \x81 ダ 💃"}
    with (tmp_path / "out").open("w", encoding=encoding) as out, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", out)
        with steady():
            document(said)
        assert out.errors == "strict", "put back"
    assert json.loads((tmp_path / "out").read_text(encoding)) == said


def test_the_streams_are_put_back() -> None:
    before = sys.stdout, sys.stderr, sys.stdout.errors
    assert main(["--version"]) == 0
    assert (sys.stdout, sys.stderr, sys.stdout.errors) == before


# --- interruptions ----------------------------------------------------------------------------------------------------


def test_an_interruption_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The parser makes a bare exit code of it."""

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt  # a job in the background ignores the signal

    monkeypatch.setattr("contentgraph.cli.options.choose", interrupted)
    assert main(["stats"]) == 130
    assert capsys.readouterr().err == "contentgraph: interrupted\n"


@pytest.mark.parametrize(
    ("raised", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("a pool was closed"), 130, "interrupted"),
        (ContentGraphError("the lock is held"), 1, "the lock is held"),
    ],
)
def test_a_bug_in_the_wake_of_an_interruption_is_one(
    raised: BaseException, code: int, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is raised while things are put away; an error of ours is said all the same."""

    def broken(*_: Any) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise raised

    monkeypatch.setattr("contentgraph.cli.options.choose", broken)
    assert main(["stats"]) == code
    assert capsys.readouterr().err == f"contentgraph: {says}\n"
