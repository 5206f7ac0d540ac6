"""README.md is true: its commands run as printed, and what it shows is what they show."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
READY = ROOT / ".venv" / ".done"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """``make demo`` in a folder and on a port of its own: what it printed, and its surroundings."""
    if not READY.exists():
        pytest.skip("README's commands run in the environment that 'make setup' makes")
    folder = tmp_path_factory.mktemp("demo")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CONTENTGRAPH_", "MAKE"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", "")])
    surroundings = clean | {"CONTENTGRAPH_HOME": str(folder / "home"), "PATH": path, "COLUMNS": "150"}
    try:
        done = subprocess.run(
            ["make", "demo", f"DEMO={folder}", f"PORT={free_port()}"],  # noqa: S607 -- the reader's own make
            cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        yield done.stdout + done.stderr, surroundings
    finally:
        LocalServer(folder / "home").stop()


def test_the_demo_shows_what_the_readme_shows(demo: tuple[str, dict[str, str]]) -> None:
    """Every line but for seconds, bytes and the name of the run; scores may differ in the last digit."""
    shown = re.search(r"<!-- demo -->\n```text\n(.*?)```", README, re.DOTALL)
    assert shown
    assert "because" in shown[1]
    wanted, found = lines(shown[1]), lines(demo[0])
    assert len(wanted) > 30
    missing = [line for line in wanted if line not in found]
    assert not missing, f"the README shows\n{missing}\nand make demo prints\n{demo[0]}"


def lines(text: str) -> list[str]:
    """Some output without what differs from run to run: times, sizes, ports, last digits."""
    found = []
    for line in text.splitlines():
        line = re.sub(r"\bdemo/|/\S*/", "", line)
        line = re.sub(r"(?<=\d\.\d)\d{2}\b", "", line)
        line = " ".join(re.sub(r"[\u2500-\u257f]+", " ", line).split())
        if line and not re.search(r"seconds|memory|bytes|store|Night |port |bolt:", line):
            found.append(re.sub(r" \d+\.\d s$", "", line))
    return found


def test_the_python_example_runs(demo: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for number, block in enumerate(blocks):
        script = tmp_path / f"block{number}.py"
        script.write_text(block)
        done = subprocess.run([sys.executable, str(script)], env=demo[1], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) >= 4


def test_the_cypher_command_runs(demo: tuple[str, dict[str, str]]) -> None:
    command = next(line for line in README.splitlines() if line.startswith("contentgraph cypher trending"))
    done = subprocess.run(command.split(), env=demo[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    trend = re.search(r"^ 1 +(c\d+)", README, re.MULTILINE)
    assert trend
    assert trend[1] in done.stdout


def test_every_linked_file_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), f"README links to {link}"
