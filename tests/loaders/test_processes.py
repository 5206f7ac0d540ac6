"""A process is called gone only where that is known."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from contentgraph.loaders.processes import gone, mark

CODE = "from contentgraph.loaders.processes import mark\nprint(mark(), flush=True)\ninput()"


def test_a_process_is_gone_when_it_ended_and_not_before() -> None:
    run = subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    other = run.stdout.readline().strip()
    assert not gone(other)
    run.communicate("\n")
    assert gone(other)
    assert not gone(mark())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a start is told where there is one")
def test_a_number_that_is_used_again_is_another_process() -> None:
    whose, _, start = mark().rpartition("-")
    assert gone(f"{whose}-{int(start) - 1}")


def test_nobody_elsewhere_is_called_gone() -> None:
    """Of another host, or of another container that shares this one's name; nor whoever left a mark of before."""
    _, namespace, _, start = mark().rsplit("-", 3)
    assert gone(f"{socket.gethostname()}-{namespace}-999999999-{start}"), "no process has this number"
    assert not gone(f"elsewhere-{namespace}-999999999-{start}")
    assert not gone(f"{socket.gethostname()}-{namespace}1-999999999-{start}")
    for before in (f"{socket.gethostname()}/999999999/1f", "999999999", "", f"{socket.gethostname()}-999999999"):
        assert not gone(before)
