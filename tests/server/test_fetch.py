"""Fetching, against a Maven repository on loopback that serves what a test puts there."""

import errno
import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server import fetch as fetching
from contentgraph.server.fetch import fetch
from contentgraph.server.ports import free_port


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "repository"
    root.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(fetching, "remote_repositories", lambda: {"mirror": f"{address}/empty", "main": address})
    yield root
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "jars"


def left_over(cache: Path) -> list[str]:
    return [path.name for path in cache.glob(".staging-*")]


def test_missing_jars_come_from_the_first_repository_that_has_them_and_progress_is_told(
    make_jar, put_jar, repository: Path, cache: Path
) -> None:
    jars = [make_jar(f"lib{n}", bytes([n]) * 1000) for n in range(12)]
    for n, jar in enumerate(jars):
        put_jar(repository, jar, bytes([n]) * 1000)
    told: list[str] = []
    fetch(jars, cache, told.append)
    assert [(cache / jar.path).read_bytes() for jar in jars] == [bytes([n]) * 1000 for n in range(12)]
    assert told == ["fetched 12 of 12 jars, 0 MB"]
    assert left_over(cache) == []


def test_what_the_cache_has_is_not_fetched_again(make_jar, put_jar, repository: Path, cache: Path) -> None:
    jar = make_jar("lib", b"content")
    put_jar(cache, jar, b"content")
    told: list[str] = []
    fetch([jar], cache, told.append)
    assert told == []


def test_a_download_with_another_sum_never_enters_the_cache(make_jar, put_jar, repository: Path, cache: Path) -> None:
    jar = make_jar("lib", b"content")
    put_jar(repository, jar, b"tampered")
    with pytest.raises(ServerError, match=r"org\.example:lib:1\.0 is not the locked file"):
        fetch([jar], cache, lambda _: None)
    assert not (cache / jar.path).exists()
    assert left_over(cache) == []


def test_a_jar_that_no_repository_has_is_named(make_jar, repository: Path, cache: Path) -> None:
    with pytest.raises(ServerError, match=r"does not have org\.example:lib:1\.0"):
        fetch([make_jar("lib", b"content")], cache, lambda _: None)


def test_no_network_is_one_clear_line(make_jar, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "remote_repositories", lambda: {"main": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(ServerError, match="the first start needs the network") as caught:
        fetch([make_jar("lib", b"content")], cache, lambda _: None)
    assert "\n" not in str(caught.value)


def test_too_little_space_is_said_before_the_fetch(
    make_jar, repository: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contentgraph.server.disk.shutil.disk_usage", lambda _: type("Usage", (), {"free": 5 * 2**20}))
    with pytest.raises(ServerError, match="disk full: 5 MB free"):
        fetch([make_jar("lib", b"content")], cache, lambda _: None)


def test_a_disk_that_fills_up_during_the_fetch_is_said(
    make_jar, put_jar, repository: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = make_jar("lib", b"content")
    put_jar(repository, jar, b"content")

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ServerError, match="disk full while fetching"):
        fetch([jar], cache, lambda _: None)


def test_a_cache_that_cannot_be_written_is_said(make_jar, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerError, match="set CONTENTGRAPH_CACHE"):
        fetch([make_jar("lib", b"content")], tmp_path / "file" / "jars", lambda _: None)
