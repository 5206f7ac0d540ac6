"""Which line may open whose store."""

from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server.home import Home
from contentgraph.server.lines import LINES, line_named
from contentgraph.server.store import read_mark, require_line, write_mark


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


def test_a_new_home_opens_in_any_line(home: Home) -> None:
    for line in LINES.values():
        require_line(home, line, upgrade=False)


def test_a_2026_store_is_refused_by_5_26_even_when_an_upgrade_is_asked_for(home: Home) -> None:
    write_mark(home, LINES["2026"])
    with pytest.raises(ServerError, match=r"of Neo4j 2026\.08\.1, which 5\.26\.30 cannot open"):
        require_line(home, LINES["5.26"], upgrade=True)


def test_a_5_26_store_is_opened_by_2026_only_when_the_upgrade_is_asked_for(home: Home) -> None:
    write_mark(home, LINES["5.26"])
    with pytest.raises(ServerError, match="would upgrade it for good"):
        require_line(home, LINES["2026"], upgrade=False)
    require_line(home, LINES["2026"], upgrade=True)


def test_a_store_of_a_line_that_this_package_does_not_know_is_refused(home: Home) -> None:
    home.line_mark.write_text('{"line": "2031", "version": "2031.01.0"}')
    with pytest.raises(ServerError, match=r"2031\.01\.0"):
        require_line(home, LINES["2026"], upgrade=True)


def test_the_mark_reads_back_as_written(home: Home) -> None:
    assert read_mark(home) is None
    write_mark(home, LINES["5.26"])
    mark = read_mark(home)
    assert mark is not None
    assert (mark.line, mark.version) == ("5.26", LINES["5.26"].version)


def test_an_unknown_line_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ServerError, match=r"no Neo4j line '4\.4': use one of 2026, 5\.26"):
        line_named("4.4")
