"""One writer beside the computing."""

import threading
import time
from concurrent.futures import Future

import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders.beside import beside
from contentgraph.loaders.reporting import Reporter


def test_all_is_written_in_order_each_a_phase_and_beside_the_block() -> None:
    reporter, written, computed = Reporter("quiet"), [], threading.Event()
    with beside(reporter) as put:

        def first(advance: object) -> int:
            assert computed.wait(60), "the block does not go on while it is written"
            written.append("first")
            return 1

        one = put("one", first)
        other = put("other", lambda _: written.append("other"))
        assert not written
        computed.set()
        assert one.result() == 1
    assert other.done()
    assert written == ["first", "other"]
    assert list(reporter.seconds) == ["one", "other"]


def test_after_one_that_failed_nothing_is_written_and_the_block_fails_as_it() -> None:
    written: list[str] = []

    def fails(advance: object) -> None:
        raise UsageError("the first")

    def night() -> None:
        with beside(Reporter("quiet")) as put:
            put("one", fails)
            put("other", lambda _: written.append("other"))

    with pytest.raises(UsageError, match="the first"):
        night()
    assert not written


def test_where_the_block_fails_what_is_not_begun_is_not_written() -> None:
    written: list[str] = []
    later: list[Future[None]] = []
    begun = threading.Event()

    def first(advance: object) -> None:
        begun.set()
        while not (later and later[0].cancelled()):
            time.sleep(0.01)
        written.append("first")

    def night() -> None:
        with beside(Reporter("quiet")) as put:
            put("one", first)
            later.append(put("other", lambda _: written.append("other")))
            assert begun.wait(60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        night()
    assert written == ["first"]


def test_phases_that_overlap_are_told_with_what_each_did(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter("plain")
    with reporter.phase("outer") as outer:
        with reporter.phase("inner") as inner:
            inner(2)
            outer(1)
        outer(4)
    told = [line.split()[:2] for line in capsys.readouterr().err.splitlines()]
    assert told == [["inner", "2"], ["outer", "5"]]


def test_bars_of_phases_that_overlap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    reporter = Reporter("auto")
    for _ in range(2):
        with reporter.phase("outer", 3) as outer, reporter.phase("inner") as inner:
            inner(2)
            outer(3)
    told = capsys.readouterr().err
    assert told.count("inner ") >= 2
    assert told.count("outer ") >= 2
    assert list(reporter.seconds) == ["inner", "outer"]
