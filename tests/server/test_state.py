"""A record of a process is believed only while that very process lives."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from contentgraph.server.home import Home
from contentgraph.server.state import ProcessRecord, live_record, read_record, write_record
from contentgraph.server.stopping import stop_process


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


def record_of(pid: int, created_s: float) -> ProcessRecord:
    return ProcessRecord(pid, created_s, "2026", "2026.08.1", 7687, "abc")


def test_a_live_process_is_found(home: Home) -> None:
    me = psutil.Process()
    write_record(home, record_of(me.pid, me.create_time()))
    found = live_record(home)
    assert found is not None
    assert found[1].pid == os.getpid()


def test_a_pid_that_another_process_has_now_is_stale(home: Home) -> None:
    me = psutil.Process()
    write_record(home, record_of(me.pid, me.create_time() - 3600))
    assert live_record(home) is None


def test_a_zombie_counts_as_ended(home: Home) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    write_record(home, record_of(child.pid, psutil.Process(child.pid).create_time()))
    assert live_record(home) is not None
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert live_record(home) is None
    child.communicate()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_record_that_cannot_be_read_counts_as_none(text: str, home: Home) -> None:
    home.state.write_text(text)
    assert read_record(home) is None
    assert live_record(home) is None


def test_a_process_that_ignores_sigterm_is_killed_after_the_time_limit() -> None:
    deaf = (
        "import signal,sys,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        process = psutil.Process(child.pid)
        assert stop_process(process, timeout_s=0.3) is False
        assert not process.is_running()
