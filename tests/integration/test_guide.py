"""docs/guide.md is true: its blocks run, from top to bottom, on a server of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contentgraph.cypher import target
from contentgraph.server import LocalServer
from contentgraph.server.ports import free_port

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def surroundings(tmp_path: Path, neo4j_line: str) -> dict[str, str]:
    """A home of its own and the commands of this environment; nothing of the machine's own settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTGRAPH_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", "")])
    return clean | {"CONTENTGRAPH_HOME": str(tmp_path / "home"), "PORT": str(free_port()), "PATH": path}


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda page: page.stem)
def test_every_fence_opens_or_closes_a_block(page: Path) -> None:
    """Else an example is printed as text, and is not run."""
    assert "```" not in BLOCK.sub("", page.read_text("utf-8"))


@pytest.mark.timeout(1_200)  # sixty commands, each a process, on whatever machine
def test_every_block_runs(surroundings: dict[str, str], tmp_path: Path) -> None:
    """Shell and Python as printed; Cypher through cypher-shell."""
    script = ["set -euo pipefail"]
    for number, (language, text) in enumerate(BLOCK.findall(GUIDE.read_text("utf-8"))):
        if language == "python":
            (tmp_path / f"block{number}.py").write_text(text)
            script.append(f"python block{number}.py")
        elif language == "cypher":
            (tmp_path / f"block{number}.cypher").write_text(text.strip() + ";\n")
            script.append(f"contentgraph shell -- --format plain -f block{number}.cypher")
        else:
            assert language == "sh", language
            script.append(text)
    home = Path(surroundings["CONTENTGRAPH_HOME"])
    try:
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],  # noqa: S607 -- the reader's own shell
            cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        assert "('seen',)" in done.stdout
        assert target(home_path=home).uri.endswith(surroundings["PORT"])
    finally:
        LocalServer(home).stop()
