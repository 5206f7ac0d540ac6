"""For maintainers: ``python -m contentgraph.server.relock`` resolves every line anew and writes its lock file here.

Run it after a change of version in ``lines.py``; it downloads every jar once and records its SHA-256 sum.
"""

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jgo.constants import VERSION
from jgo.env import LockedDependency, LockFile
from jgo.maven import MavenContext

from contentgraph.server.fetch import remote_repositories
from contentgraph.server.lines import LINES, SHELL_COORDINATES, SHELL_LOCK

# Neo4j reports its usage through this jar alone; without it there is nothing that could.
EXCLUDED = {("org.neo4j", "neo4j-udc")}


def resolve(coordinates: Sequence[str], name: str, repository: Path) -> LockFile:
    """The lock of ``coordinates`` and all they need at run time, jars kept under ``repository``."""
    context = MavenContext(repo_cache=repository, remote_repos=remote_repositories(), timeout=60)
    inputs, transitive = context.resolver.resolve([context.create_dependency(each) for each in coordinates])
    wanted = [
        *inputs,
        *(dep for dep in transitive if dep.scope in ("compile", "runtime") and dep.type == "jar" and not dep.optional),
    ]
    kept = [dep for dep in wanted if (dep.groupId, dep.artifactId) not in EXCLUDED]
    return LockFile(
        sorted(
            (LockedDependency.from_dependency(dep) for dep in kept),
            key=lambda dep: (dep.groupId, dep.artifactId, dep.version, dep.classifier or ""),
        ),
        environment_name=name,
        min_java_version=21,
        jgo_version=VERSION,
    )


def main() -> int:
    """Write every lock file beside this module."""
    here = Path(__file__).parent
    wanted = {line.lock_name: line.coordinates for line in LINES.values()} | {SHELL_LOCK: SHELL_COORDINATES}
    chosen = sys.argv[1:] or list(wanted)
    with tempfile.TemporaryDirectory() as repository:
        for lock_name in chosen:
            environment = re.sub(r"\.jgo\.lock\.toml$", "", lock_name)
            resolve(wanted[lock_name], environment, Path(repository)).save(here / lock_name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
