"""What killed processes left is cleared, and what living ones work on is not."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders import night, offline
from contentgraph.loaders.leftovers import clear, draft, sweep, work_folder
from contentgraph.loaders.snapshot import beside

WORKS = {
    "snapshot": "beside(path)",
    "dump": "draft(path, folder=True)",
    "night": "work_folder()",
}
CODE = """
from pathlib import Path
from contentgraph.loaders.leftovers import draft, work_folder
from contentgraph.loaders.snapshot import beside
path = Path("feeds [1].snapshot")
with {work} as place:
    (place / "events" if place.is_dir() else place).write_text("anna")
    print(place.absolute(), flush=True)
    input()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where all of them work, temporary folders too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def cleared(folder: Path) -> int:
    return clear(folder / "feeds [1].snapshot") + sweep()


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_what_a_killed_process_left_goes_and_not_before_it_is_dead(folder: Path, work: str) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", CODE.format(work=work)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    place = Path(run.stdout.readline().rstrip("\n"))
    assert (cleared(folder), place.exists()) == (0, True)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert place.exists()
    assert (cleared(folder), place.exists()) == (1, False)


@pytest.mark.parametrize(
    "made", [lambda path: beside(path), lambda path: draft(path, folder=True)], ids=["file", "dump"]
)
def test_the_next_writer_of_the_same_place_clears_it(
    folder: Path, made: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    """Of that place alone; what others called alike is theirs."""
    path = folder / "feeds"
    left = folder / ".feeds.draft-x"
    left.write_text("anna")
    for name in (".feeds.x", ".feeds.draft", ".feeds2.draft-x", "feeds.draft-x"):
        (folder / name).write_text("another's")
    with made(path):
        assert not left.exists()
    assert len(list(folder.iterdir())) == 4 + path.exists()


def test_nights_and_evaluate_work_in_such_folders() -> None:
    assert night.work_folder is offline.work_folder is work_folder


def test_a_work_folder_is_gone_at_the_end(folder: Path) -> None:
    with work_folder() as place:
        (place / "events").write_text("anna")
        assert place.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="cannot write"), beside(folder / "none" / "feeds"):
        pass
    assert list(folder.iterdir()) == []
