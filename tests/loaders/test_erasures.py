"""Who was erased, as a file: what comes back is what was written, and no id is in it."""

from pathlib import Path

import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.erasure import tombstone
from contentgraph.loaders.erasures import FILE, forget, joined, read_erasures, remember, remembered, write_erasures
from contentgraph.loaders.tombstones import Graveyard

SALT, OTHER = "0f" * 32, "a0" * 32


def graveyard(salt: str, *names: str, at: int = 5) -> Graveyard:
    return Graveyard((salt,), tuple({"hash": tombstone(salt, "user", name), "at": at, "kept": False} for name in names))


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    """Asked by id, it knows whom it holds; the file names nobody."""
    assert write_erasures(tmp_path / "file", graveyard(SALT, "ana_b", "bob")) == 2
    assert "ana_b" not in (tmp_path / "file").read_text()
    asked = read_erasures(tmp_path / "file").asked()
    assert [asked.user(name) for name in ("ana_b", "bob", "eve")] == [True, True, False]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"format": "contentgraph-erasures", "version": 9, "salts": []}', "{"]
)
def test_another_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """And one that was cut short, or is of a newer version."""
    (tmp_path / "file").write_text(text)
    with pytest.raises(UsageError, match="is no file of"):
        read_erasures(tmp_path / "file")
    with pytest.raises(UsageError, match="cannot read"):
        read_erasures(tmp_path / "none")
    whole = tmp_path / "whole"
    write_erasures(whole, graveyard(SALT, "ana_b"))
    whole.write_text(whole.read_text()[:-9])
    with pytest.raises(UsageError, match="is no file of"):
        read_erasures(whole)


def test_it_is_its_owner_s_alone(tmp_path: Path) -> None:
    """It holds the salts, as a dump does; one that others could read is closed by the next erasure."""
    home = tmp_path / "home"
    remember(graveyard(SALT, "ana_b"), home)
    (home / FILE).chmod(0o644)
    remember(graveyard(SALT, "bob"), home)
    forget("user", "ana_b", home)
    assert (home / FILE).stat().st_mode & 0o777 == 0o600
    write_erasures(tmp_path / "file", remembered(home))
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_joined_knows_whom_any_knows() -> None:
    """Of two graphs with salts of their own; in any order."""
    one, other = graveyard(SALT, "ana_b"), graveyard(OTHER, "bob")
    for each in (joined(one, other, Graveyard()), joined(other, one), joined(Graveyard(), one, other)):
        assert all(each.asked().user(name) for name in ("ana_b", "bob"))
        assert len(each.rows) == 2


def test_a_home_only_adds_until_an_erasure_is_lifted(tmp_path: Path) -> None:
    """Erasures of several graphs, each told again."""
    remember(Graveyard(), tmp_path / "home")
    assert not (tmp_path / "home").exists()
    for each in (graveyard(SALT, "ana_b"), graveyard(OTHER, "bob"), graveyard(SALT, "ana_b", "eve")):
        remember(each, tmp_path / "home")
    assert (tmp_path / "home" / FILE).exists()
    assert len(remembered(tmp_path / "home").rows) == 3
    forget("user", "ana_b", tmp_path / "home")
    known = remembered(tmp_path / "home").asked()
    assert [known.user(name) for name in ("ana_b", "bob", "eve")] == [False, True, True]
