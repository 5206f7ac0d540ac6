"""The list beside a snapshot's file: who reads it knows every takedown that holds, and where."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentgraph.client import withdrawn
from contentgraph.client.withdrawn import Withdrawn, beside, places, read, replaced, tell
from contentgraph.errors import UsageError

PLACES = st.tuples(st.sampled_from(["v1", "v2", "é"]), st.sampled_from([None, "DE", "FR"]))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PLACES, st.booleans()), max_size=8), st.booleans())
def test_what_was_said_last_of_a_video_and_a_place_holds(tmp_path: Path, said: list[tuple], anew: bool) -> None:
    """Everywhere and each country by themselves; so it is when the list is written anew."""
    path = tmp_path / "snapshot"
    beside(path).unlink(missing_ok=True)
    for place, down in said:
        tell(path, [place], down=down)
    if anew:
        replaced(path)
    assert read(path).videos == {place for place, down in dict(said).items() if down}
    assert read(path).reopened == int(anew)


def test_a_video_that_is_gone_for_good_is_named_no_more(tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    tell(path, [*places(["v1", "v2"], ["DE", "FR"]), *places(["v1"])], down=True)
    replaced(path, ["v1"])
    assert read(path).videos == {("v2", "DE"), ("v2", "FR")}
    assert "v1" not in beside(path).read_text()


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """A full disk for who writes further than that, bytes: the kernel writes what fits."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_does_not_fit_on_the_disk_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """Not half a line, and no whole one of several: told again, it holds."""
    path = tmp_path / "snapshot"
    tell(path, places(["v1"]), down=True)
    before = beside(path).read_bytes()
    with files_end_at(2 * len(before) + 5), pytest.raises(UsageError, match=r"cannot write .*No space left on device"):
        tell(path, places(["v2", "v3"]), down=True)
    assert beside(path).read_bytes() == before
    tell(path, places(["v2", "v3"]), down=True)
    assert read(path).videos == set(places(["v1", "v2", "v3"]))


def test_a_list_that_cannot_be_written_anew_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    tell(path, places(["v1", "v2"]), down=True)
    with files_end_at(30), pytest.raises(UsageError, match="cannot write"):
        replaced(path, ["v1"])
    assert read(path) == Withdrawn(frozenset(places(["v1", "v2"])), 0)


def test_a_writer_that_was_killed_in_mid_write_spoils_no_line_but_its_own(tmp_path: Path) -> None:
    """At each byte; what it wrote whole, but for the end of the line, holds from the next line on."""
    path = tmp_path / "snapshot"
    tell(path, [("é", "DE")], down=True)
    whole = beside(path).read_bytes()
    for cut in range(1, len(whole)):
        beside(path).write_bytes(whole[:cut])
        assert read(path).videos == set()
        tell(path, places(["v1"]), down=True)
        tell(path, places(["v2"]), down=True)
        assert read(path).videos == {*places(["v1", "v2"]), *([("é", "DE")] if cut == len(whole) - 1 else [])}


def test_what_is_told_while_the_list_is_written_anew_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for the new list: else it would be on the old one alone, which is gone."""
    path = tmp_path / "snapshot"
    tell(path, places(["v1"]), down=True)
    other = threading.Thread(target=tell, args=(path, places(["v2"])), kwargs={"down": True})

    def meanwhile(path: Path) -> Withdrawn:
        found = read(path)
        other.start()
        other.join(0.2)
        assert read(path) == found, "it waits; who reads does not"
        return found

    monkeypatch.setattr(withdrawn, "read", meanwhile)
    replaced(path)
    other.join()
    assert read(path) == Withdrawn(frozenset(places(["v1", "v2"])), 1)


def test_beside_the_list_is_its_lock_and_a_folder_that_is_gone_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    tell(path, places(["v1"]), down=True)
    replaced(path)
    assert {each.name: each.stat().st_size > 0 for each in tmp_path.iterdir()} == {
        "snapshot.withdrawn": True,
        "snapshot.withdrawn.lock": False,
    }
    with pytest.raises(UsageError, match="cannot write"):
        tell(tmp_path / "gone" / "snapshot", places(["v1"]), down=True)
    assert not (tmp_path / "gone").exists()
