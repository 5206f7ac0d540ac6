"""The committed locks: complete, checked, and silent about where they were made."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contentgraph.errors import ServerError
from contentgraph.server.lines import LINES, SHELL_LOCK, lock_path
from contentgraph.server.lock import read_lock

LOCKS = [*(line.lock_name for line in LINES.values()), SHELL_LOCK]


@pytest.mark.parametrize("name", LOCKS)
def test_every_jar_of_a_committed_lock_has_a_sum_and_is_listed_once(name: str) -> None:
    jars = read_lock(lock_path(name))
    assert len({jar.path for jar in jars}) == len(jars) > 5


@pytest.mark.parametrize("name", LOCKS)
def test_a_committed_lock_names_no_host_and_no_folder(name: str) -> None:
    text = lock_path(name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|/", text)


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.name)
def test_a_line_s_lock_has_its_database_and_import_tool_in_its_version_and_no_usage_reporter(line) -> None:
    jars = {(jar.group, jar.artifact): jar for jar in read_lock(lock_path(line.lock_name))}
    assert jars["org.neo4j", "neo4j"].version == line.version
    assert jars["org.neo4j", "neo4j-import-tool"].version == line.version
    assert ("org.neo4j", "neo4j-udc") not in jars
    assert {j.version for j in jars.values() if j.group == "org.neo4j" and j.artifact != "annotations"} == {
        line.version
    }


def test_a_classifier_is_part_of_a_jar_s_file_name() -> None:
    native = [jar for jar in read_lock(lock_path(LINES["2026"].lock_name)) if jar.classifier == "linux-x86_64"]
    assert native
    assert all(jar.file_name.endswith("-linux-x86_64.jar") for jar in native)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda text: re.sub(r'sha256 = "\w{64}"', 'sha256 = "beef"', text, count=1), "no SHA-256 sum"),
        (lambda text: text.replace('artifactId = "', 'artifactId = "../', 1), "names a jar oddly"),
        (lambda text: text.split("[[dependencies]]")[0], "lists no jar"),
        (lambda text: text + "[[", "cannot be read"),
    ],
)
def test_a_lock_that_cannot_be_trusted_is_refused(edit: Callable[[str], str], said: str, tmp_path: Path) -> None:
    copy = tmp_path / "x.jgo.lock.toml"
    copy.write_text(edit(lock_path(SHELL_LOCK).read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ServerError, match=said):
        read_lock(copy)


def test_a_missing_lock_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="is missing"):
        read_lock(tmp_path / "none.toml")
