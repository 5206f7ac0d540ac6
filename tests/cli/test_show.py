"""What is printed: JSON with camelCase names, tables without markup, figures as bars."""

import json

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
