"""What the local Neo4j is told: loopback, signed in, silent."""

from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server.home import Home, default_cache, default_home
from contentgraph.server.lines import LINES
from contentgraph.server.settings import Settings, jvm_arguments, neo4j_settings, write_settings

SETTINGS = Settings(port=7999, heap_mb=700, page_cache_mb=300)


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.name)
@pytest.mark.parametrize("bolt", [True, False])
def test_bolt_is_on_loopback_with_sign_in_and_nothing_reports_home(line, bolt: bool, tmp_path: Path) -> None:
    told = neo4j_settings(Home(tmp_path), line, SETTINGS, bolt=bolt)
    assert told["server.bolt.enabled"] == str(bolt).lower()
    assert told["server.bolt.listen_address"] == "127.0.0.1:7999"
    assert told["dbms.security.auth_enabled"] == "true"
    assert told["server.memory.pagecache.size"] == "300m"
    for silent in ("dbms.usage_report.enabled", "client.allow_telemetry", "server.http.enabled"):
        assert told[silent] == "false"
    assert told["db.logs.query.enabled"] == "OFF"


def test_the_newer_line_s_network_broadcasts_are_off(tmp_path: Path) -> None:
    told = neo4j_settings(Home(tmp_path), LINES["2026"], SETTINGS, bolt=True)
    assert told["server.fleet_discovery.enabled"] == told["dbms.fleet_manager.enabled"] == "false"


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.name)
def test_neo4j_conf_says_the_same_whatever_the_home_is_called(line, tmp_path: Path) -> None:
    """Neo4j reads it as Latin-1 with escapes: it holds no letter beyond ASCII, no backslash, and no path of ours."""
    home = Home(tmp_path / "hö mé c\\d")
    home.create()
    said = write_settings(home, line, SETTINGS, bolt=True).read_bytes()
    assert said.isascii()
    assert b"\\" not in said
    for folder in ("data", "logs", "import"):
        assert f"server.directories.{folder}={folder}\n".encode() in said
        assert (home.root / folder).is_dir()


def test_the_heap_is_the_callers(tmp_path: Path) -> None:
    assert "-Xmx700m" in jvm_arguments(Home(tmp_path), SETTINGS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(7687, 100, 512), "heap 100 MiB is too small"),
        (Settings(7687, 1024, 1), "page cache 1 MiB is too small"),
        (Settings(7687, 10**7, 512), "more than the"),
    ],
)
def test_sizes_that_cannot_work_are_refused_with_the_value(settings: Settings, said: str) -> None:
    with pytest.raises(ServerError, match=said):
        settings.check()


def test_home_and_cache_follow_their_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("CONTENTGRAPH_CACHE", str(tmp_path / "c"))
    assert default_home() == tmp_path / "h"
    assert default_cache() == tmp_path / "c" / "jars"
    monkeypatch.delenv("CONTENTGRAPH_HOME")
    monkeypatch.delenv("CONTENTGRAPH_CACHE")
    assert default_home().name == "contentgraph"
    assert default_cache().parent.name == "contentgraph"
