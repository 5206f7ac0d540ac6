"""The house: who may import whom, what is packaged, and that every docstring example is true."""

import ast
import doctest
import importlib
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FOLDERS = {"contentgraph", "graph", "cypher", "loaders", "client", "server", "content", "cli"}
LEAF = "errors"

ARROWS: dict[str, set[str]] = {
    "contentgraph": {"client"},  # connect, loaded when it is first asked for
    "graph": set(),
    "cypher": set(),
    "server": set(),
    "client": {"cypher", "graph"},
    "loaders": {"cypher", "graph"},
    "content": {"cypher", "graph"},
    "cli": FOLDERS - {"cli"},
}
"""Folder → folders whose code it may import. Everybody may import contentgraph.errors."""

GRAPH_MAY = {"numpy", "scipy", "networkx", "numba", "sparse_dot_topn", "contentgraph"} | set(sys.stdlib_module_names)
UNCLEAN = {"os", "pathlib", "time", "io", "sys", "logging", "random", "subprocess", "socket", "tempfile", "shutil"}
"""Standard modules with a clock, a file, an environment, a process or a chance of their own."""


def modules() -> Iterator[tuple[str, Path]]:
    for folder in sorted(FOLDERS):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield folder, path


def imported(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it, by its absolute name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def home_of(name: str) -> str | None:
    """The folder that an import of ours leads to; None for the leaf and for other packages."""
    parts = name.split(".")
    if parts[0] != "contentgraph" or parts[1:2] == [LEAF]:
        return None
    return parts[1] if len(parts) > 1 and parts[1] in FOLDERS else "contentgraph"


@pytest.mark.parametrize(("folder", "path"), list(modules()), ids=lambda value: str(value).removeprefix(str(ROOT)))
def test_arrows(folder: str, path: Path) -> None:
    """Imports go along the arrows of the design and no others."""
    allowed = ARROWS[folder] | {folder}
    for name in imported(path):
        home = home_of(name)
        assert home is None or home in allowed, f"{folder} imports {name}"


@pytest.mark.parametrize("path", [path for folder, path in modules() if folder == "graph"], ids=lambda path: path.name)
def test_the_engine_is_pure(path: Path) -> None:
    """graph/ imports arrays, graphs and pure standard modules; it prints nothing and opens nothing."""
    for name in imported(path):
        top = name.split(".")[0]
        assert top in GRAPH_MAY - UNCLEAN, name
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "open", "input"), node.func.id


def test_only_cypher_imports_the_driver() -> None:
    """One door to Neo4j; the local server signs in once on its own to set the password."""
    found = {folder for folder, path in modules() for name in imported(path) if name.split(".")[0] == "neo4j"}
    assert found <= {"cypher", "server"}


def packages_in_the_tree() -> set[str]:
    found = {"contentgraph"}
    for folder in FOLDERS - {"contentgraph"}:
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add("contentgraph." + ".".join(init.parent.relative_to(ROOT).parts))
    return found


def test_the_package_list_is_the_tree() -> None:
    """A folder that is not listed would be missing from the wheel."""
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages_in_the_tree()
    for name, folder in PROJECT["tool"]["setuptools"]["package-dir"].items():
        assert (ROOT / folder).is_dir(), name


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    """Every module, statement and lock of the tree, and nothing of the tests."""
    copy = tmp_path / "tree"
    copy.mkdir()
    for name in (*FOLDERS, "pyproject.toml", "LICENSE"):
        (copy / name).symlink_to(ROOT / name)
    (copy / "README.md").write_text("")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("contentgraph/")}
    wanted = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".cypher", ".toml") or path.name == "py.typed":
                inner = path.relative_to(ROOT / folder).as_posix()
                wanted.add(f"contentgraph/{inner}" if folder == "contentgraph" else f"contentgraph/{folder}/{inner}")
    assert inside == wanted


def names() -> list[str]:
    found = []
    for folder, path in modules():
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        parts = parts[1:] if folder == "contentgraph" else parts
        found.append(".".join(["contentgraph", *(part for part in parts if part != "__init__")]))
    return [name for name in found if not name.endswith("__main__")]


@pytest.mark.parametrize("name", names())
def test_docstring_examples_are_true(name: str) -> None:
    done = doctest.testmod(importlib.import_module(name))
    assert done.failed == 0


def test_the_command_line_starts_without_the_driver() -> None:
    """--help imports neither neo4j nor numpy nor networkx: it is there at once."""
    heavy = "{'neo4j', 'numpy', 'networkx', 'ibis', 'rich', 'pydantic', 'jpype'}"
    code = (
        "import sys\nfrom contentgraph.cli import main\ncode = main(['--help'])\n"
        f"print(sorted({heavy} & set(sys.modules)), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
