"""The release lines of Neo4j that the package runs, and the lock file of each."""

from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath

from contentgraph.errors import ServerError

LOCK_SUFFIX = ".jgo.lock.toml"
SHELL_LOCK = f"cypher-shell{LOCK_SUFFIX}"
DEFAULT_LINE = "2026"


@dataclass(frozen=True)
class Line:
    """One release line of Neo4j Community."""

    name: str
    """What callers say: ``2026`` or ``5.26``."""
    version: str
    """The locked release."""
    rank: int
    """A store opens in its own line and upgrades to a greater rank, never back."""

    @property
    def lock_name(self) -> str:
        """The lock file's name inside this package."""
        return f"neo4j-{self.name}{LOCK_SUFFIX}"

    @property
    def coordinates(self) -> tuple[str, ...]:
        """What the lock resolves: the database and its import tool, ``group:artifact:version``."""
        return (f"org.neo4j:neo4j:{self.version}", f"org.neo4j:neo4j-import-tool:{self.version}")


LINES = {
    line.name: line
    for line in (Line(name="5.26", version="5.26.30", rank=526), Line(name="2026", version="2026.08.1", rank=2026))
}
# The registry has cypher-shell on the 5.26 line only; it speaks to both servers.
SHELL_COORDINATES = ("org.neo4j:cypher-shell:5.26.30",)


def line_named(name: str) -> Line:
    """The line called ``name``.

    Raises:
        ServerError: there is no such line.
    """
    try:
        return LINES[name]
    except KeyError:
        known = ", ".join(sorted(LINES))
        raise ServerError(f"no Neo4j line {name!r}: use one of {known}") from None


@dataclass(frozen=True)
class Jar:
    """One file of a lock."""

    group: str
    artifact: str
    version: str
    classifier: str
    """Empty for the main jar."""
    sha256: str = field(repr=False)
    """Of the file's bytes, 64 lower-case hexadecimal digits."""

    @property
    def file_name(self) -> str:
        """Such as ``netty-common-4.2.17.Final.jar``."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    @property
    def path(self) -> PurePosixPath:
        """Where a Maven repository keeps it, relative to the repository's root."""
        return PurePosixPath(*self.group.split("."), self.artifact, self.version, self.file_name)

    @property
    def coordinate(self) -> str:
        """``group:artifact:version``, with ``:classifier`` where there is one."""
        return ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)


def lock_path(name: str) -> Path:
    """The lock file ``name`` as installed with this package."""
    with as_file(files("contentgraph.server").joinpath(name)) as path:
        return path
