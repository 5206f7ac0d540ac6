"""Who reads asks read files alone, and who writes names write files: told from the source, without a server."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from contentgraph.cypher import catalog, target
from contentgraph.cypher.settings import Target
from contentgraph.errors import UsageError

FOLDERS = ("loaders", "client", "cli", "cypher")
READS = {"read", "stream", "_read"}
WRITES = {"write", "write_all", "write_batches", "write_rounds"}


def calls() -> Iterator[tuple[str, str, str]]:
    """(place, function, statement) of every call that names a statement as text."""
    for folder in FOLDERS:
        for path in sorted(Path(str(files(f"contentgraph.{folder}"))).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and argument.value in catalog():
                        yield f"{folder}/{path.name}:{node.lineno}", name, argument.value


def test_every_call_asks_a_file_of_its_folder() -> None:
    """database.read and .stream open READ sessions: they name files of read/, writes those of write/."""
    found = list(calls())
    assert len(found) > 100
    for place, function, statement in found:
        folder = catalog()[statement].folder
        if function in READS:
            assert folder == "read", f"{place}: {function}({statement!r})"
        elif function in WRITES:
            assert folder == "write", f"{place}: {function}({statement!r})"


def test_a_uri_with_a_password_is_refused_and_not_repeated() -> None:
    """Messages name the URI: it must hold no secret."""
    with pytest.raises(UsageError) as found:
        target("neo4j://neo4j:s3cret@example.org:7687")
    assert "s3cret" not in str(found.value)
    assert "s3cret" not in repr(Target.model_validate({"uri": "bolt://x", "password": "s3cret"}))
