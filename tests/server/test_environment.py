"""Java programs get a locale in which they find the files that Python names."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from contentgraph.server import environment
from contentgraph.server.home import Home
from contentgraph.server.launch import LaunchPlan, spawn
from contentgraph.server.settings import Settings


@pytest.mark.parametrize(
    ("ours", "told", "wanted"),
    [
        ("utf-8", "ANSI_X3.4-1968", "C.UTF-8"),  # the locale C, where Python has its UTF-8 mode
        ("utf-8", "UTF-8", "C"),
        ("iso8859-1", "ISO-8859-1", "C"),  # both name files alike
    ],
)
def test_the_locale_is_changed_only_where_python_and_java_would_differ(
    ours: str, told: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr("sys.getfilesystemencoding", lambda: ours)
    monkeypatch.setattr("locale.getencoding", lambda: told)
    assert environment.java_environment()["LC_ALL"] == wanted


def test_the_server_process_is_started_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        told.update(options)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("locale.getencoding", lambda: "ANSI_X3.4-1968")
    monkeypatch.setattr("subprocess.run", run)
    home = Home(tmp_path)
    home.create()
    spawn(home, LaunchPlan("a", "2026", Settings(7687, 512, 64), ()))
    assert told["env"]["LC_ALL"] == "C.UTF-8"
