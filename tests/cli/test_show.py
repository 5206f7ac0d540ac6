"""What is printed: JSON with camelCase names, tables without markup, figures as bars."""

import json
import re
import sys

import pytest

from contentgraph.cli.show import bars, document, moment, printable, shorten, table
from contentgraph.client import Recorded


def test_a_document_is_one_json_value_with_native_names(capsys: pytest.CaptureFixture[str]) -> None:
    document(Recorded(1, 1, 0, ("é",), ()))
    assert json.loads(capsys.readouterr().out) == {
        "events": 1, "pairs": 1, "relations": 0, "announcedUsers": ["é"], "announcedVideos": [],
    }  # fmt: skip


def test_a_caption_is_text_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets are no markup, control characters reach no terminal."""
    table(("a", "b"), [("[bold]x[/bold]", "one\ntwo\x1b[31m"), (None, 1.23456)])
    out = capsys.readouterr().out
    assert "[bold]x[/bold]" in out
    assert "\x1b" not in out
    assert "one two" in out
    assert "1.235" in out


@pytest.mark.parametrize("columns", [30, 80])
def test_nothing_vanishes_on_a_narrow_terminal_and_an_id_stays_whole(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the columns do not fit, the lines are longer, and the terminal breaks them."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    because = "people who watched 4 videos you completed also watched this"
    heads = ("#", "video", "user", "sound", "caption", "because")
    table(heads, [(n, f"v535886919{n}", f"u193167162{n}", "ダンスダンス", "one two", because) for n in range(3)], ["#"])
    shown = re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out)
    for n in range(3):
        assert f"v535886919{n}" in shown
        assert f"u193167162{n}" in shown
    assert shown.count("ダンスダンス") == shown.count("one two") == 3
    for word in because.split():
        assert len(re.findall(rf"\b{word}\b", shown)) >= 3, word


def test_small_things() -> None:
    assert printable("a\x00b") == "a b"
    assert moment(0) == "never"
    assert moment(None) == "never"
    assert bars([]) == ""
    assert bars([0, 0]) == "▁▁"
    assert bars([0, 1, 8]) == "▁▁█"
    assert len(bars(list(range(100)))) == 24
    assert shorten(None) == ""
    assert shorten("a  b\nc") == "a b c"
    assert len(shorten("x" * 100)) == 48
