"""A Neo4j of one's own: started, asked and stopped."""

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from contentgraph.errors import ServerError
from contentgraph.server.connection import Connection, read_connection
from contentgraph.server.disk import require_space, tree_bytes
from contentgraph.server.explain import explain_failure
from contentgraph.server.fetch import fetch
from contentgraph.server.home import Home, default_cache
from contentgraph.server.launch import LaunchPlan, await_connection, spawn
from contentgraph.server.lines import DEFAULT_LINE, line_named, lock_path
from contentgraph.server.lock import read_lock
from contentgraph.server.ports import require_free_port
from contentgraph.server.settings import HOST, Settings
from contentgraph.server.state import Status, live_record
from contentgraph.server.stopping import stop_process
from contentgraph.server.store import read_mark, require_line, write_mark
from contentgraph.server.tools import Command, import_command, shell_command
from contentgraph.server.verify import verified_class_path

START_BYTES = 256 * 2**20
"""Free space asked for before a start: stores and logs of an empty server take a few MB, a night far more."""


def _silent(_: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class LocalServer:
    """The local Neo4j of one home. Making one touches nothing; ``start`` does."""

    home: Path
    line: str = DEFAULT_LINE
    """``2026`` or ``5.26``."""
    port: int = 7687
    """Bolt, on loopback."""
    heap_mb: int = 1024
    """The JVM's heap, MiB."""
    page_cache_mb: int = 512
    """Neo4j's page cache, MiB."""
    cache: Path | None = None
    """Where jars are kept; None: ``default_cache()``, shared by all homes."""
    lock: Path | None = None
    """The lock file of the server's jars; None: the committed one of ``line``."""

    def start(
        self, progress: Callable[[str], None] | None = None, timeout_s: float = 120, *, upgrade: bool = False
    ) -> Connection:
        """Bring the server up and return how to reach it; one that is up already is returned as it is.

        Jars are fetched if the cache lacks them and hashed in any case; ``timeout_s`` counts from the JVM's start.
        ``progress`` gets a line per step. ``upgrade`` lets a newer line open an older line's store, for good.
        A server that is up on another port or with other memory stays so: stop it first to change that.

        Raises:
            ServerError: one line for what went wrong (docs/neo4j.md lists them).
        """
        say = progress or _silent
        line = line_named(self.line)
        settings = Settings(self.port, self.heap_mb, self.page_cache_mb)
        settings.check()
        layout = self._layout()
        layout.create()
        try:
            with FileLock(layout.run / "start.lock", timeout=timeout_s):
                up = live_record(layout)
                if up is not None and layout.connection.exists():
                    if up[0].line != line.name:
                        raise ServerError(
                            f"Neo4j {up[0].version} runs in {layout.root}: stop it before line {line.name} is started"
                        )
                    return read_connection(layout.connection)
                if up is not None:
                    # Going down, or its starter was killed half-way: both end by themselves or are ended here.
                    say("a server in this home is going down, waiting for it")
                    stop_process(up[1], timeout_s=60)
                layout.connection.unlink(missing_ok=True)
                require_line(layout, line, upgrade=upgrade)
                require_free_port(self.port)
                jars = self._verified(self.lock or lock_path(line.lock_name), say)
                require_space(layout.root, START_BYTES, "to start Neo4j")
                say(f"starting Neo4j {line.version} on port {self.port}")
                plan = LaunchPlan(secrets.token_hex(8), line.name, settings, tuple(map(str, jars)), timeout_s)
                spawn(layout, plan)
                try:
                    return await_connection(
                        layout, plan, timeout_s, say, lambda reason: explain_failure(reason, layout, settings)
                    )
                except BaseException:
                    left = live_record(layout)
                    if left is not None and left[0].launch == plan.launch:
                        stop_process(left[1], timeout_s=10)
                    raise
        except Timeout:
            raise ServerError(
                f"another start in {layout.root} has not ended after {timeout_s:.0f} s: look at {layout.logs}"
            ) from None

    def stop(self, timeout_s: float = 60) -> bool:
        """Shut the server down in order; after ``timeout_s`` it is killed (the next start recovers its data).

        Returns:
            True if a server ran, False if there was none.
        """
        layout = self._layout()
        up = live_record(layout)
        if up is not None:
            stop_process(up[1], timeout_s)
        if layout.run.exists():
            # What a killed server left; not while a start is under way, whose files these could be.
            with contextlib.suppress(Timeout), FileLock(layout.run / "start.lock", blocking=False):
                if live_record(layout) is None:
                    layout.connection.unlink(missing_ok=True)
                    layout.state.unlink(missing_ok=True)
        return up is not None

    def status(self) -> Status:
        """What runs in this home now, and the size of its store."""
        layout = self._layout()
        up = live_record(layout)
        mark = read_mark(layout)
        size = tree_bytes(layout.data)
        if up is None:
            line, version = (mark.line, mark.version) if mark else (None, None)
            return Status(False, None, None, line, version, layout.root, size, None)
        record, process = up
        return Status(
            running=layout.connection.exists(),
            pid=process.pid,
            uri=f"bolt://{HOST}:{record.port}",
            line=record.line,
            version=record.version,
            home=layout.root,
            store_bytes=size,
            started_at=int(process.create_time() * 1000),
        )

    def connection(self) -> Connection:
        """How to reach the server that is up.

        Raises:
            ServerError: none is up.
        """
        layout = self._layout()
        if live_record(layout) is None:
            raise ServerError(f"no local Neo4j is up in {layout.root}: start it with: contentgraph neo4j start")
        return read_connection(layout.connection)

    def shell_command(self, progress: Callable[[str], None] | None = None) -> Command:
        """cypher-shell, signed in to the server that is up; the password is in its environment, never its arguments.

        Raises:
            ServerError: no server is up, or the shell cannot be fetched and verified.
        """
        connection = self.connection()
        return shell_command(connection, self._cache(), progress or _silent)

    def admin_command(self, arguments: list[str], progress: Callable[[str], None] | None = None) -> Command:
        """Neo4j's ``AdminTool`` on this home's store (such as ``database import full …``), the server being stopped.

        Raises:
            ServerError: the server runs, or the store is another line's.
        """
        layout = self._layout()
        layout.create()
        line = line_named(self.line)
        if live_record(layout) is not None:
            raise ServerError(f"the server in {layout.root} runs: stop it before its store is written from outside")
        require_line(layout, line, upgrade=False)
        jars = self._verified(self.lock or lock_path(line.lock_name), progress or _silent)
        write_mark(layout, line)
        settings = Settings(self.port, self.heap_mb, self.page_cache_mb)
        return import_command(layout, line, settings, jars, arguments)

    def _layout(self) -> Home:
        return Home(self.home.expanduser().resolve())

    def _cache(self) -> Path:
        return self.cache or default_cache()

    def _verified(self, lock: Path, say: Callable[[str], None]) -> tuple[Path, ...]:
        jars = read_lock(lock)
        fetch(jars, self._cache(), say)
        return verified_class_path(jars, self._cache())
