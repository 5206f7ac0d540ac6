"""A new store for a local server: imported beside the old one, tried by a server of its own, then put in its place.

The old store is served until the moment of the exchange: two renames in one folder, both servers being down. A crash
between them leaves ``data.before`` alone, which the next start takes back (`Home.create`).
"""

import contextlib
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
from filelock import FileLock

from contentgraph.errors import ServerError
from contentgraph.server.connection import Connection, write_private
from contentgraph.server.disk import require_space
from contentgraph.server.home import Home
from contentgraph.server.launch import read_plan
from contentgraph.server.local import LocalServer
from contentgraph.server.ports import free_port, require_free_port
from contentgraph.server.settings import DATABASE
from contentgraph.server.state import live_record
from contentgraph.server.stopping import stop_process

OFF_HEAP = "2g"
"""What the import takes outside its heap."""
_STAGING = "rebuild"


def as_started(home: Path, cache: Path | None = None, port: int | None = None) -> LocalServer:
    """The server of ``home`` with the line, port (or ``port``) and memory of its last start, else the defaults."""
    layout = Home(home.expanduser().resolve())
    found = LocalServer(layout.root, cache=cache)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        plan = read_plan(layout)
        said = plan.settings
        found = LocalServer(layout.root, plan.line, said.port, said.heap_mb, said.page_cache_mb, cache)
    return found if port is None else replace(found, port=port)


def require_own_port(server: LocalServer) -> None:
    """Check that the server is up on its port, or can be.

    Raises:
        ServerError: another program has it, or it is not allowed to us.
    """
    up = live_record(Home(server.home))
    if up is None or up[0].port != server.port:
        require_free_port(server.port)


def has_store(server: LocalServer) -> bool:
    """Whether its server was ever up."""
    home = Home(server.home)
    return home.line_mark.exists() or (home.before / home.line_mark.name).exists()


def others(server: LocalServer) -> int:
    """Bolt connections to the server that is up, other than this process's own; 0 where none is up."""
    up = live_record(Home(server.home))
    if up is None:
        return 0
    record, process = up
    try:
        ours = {one.laddr.port for one in psutil.Process().net_connections("tcp")}
        seen = [one for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
    except psutil.Error:
        return 0
    return sum(one.laddr.port == record.port and one.raddr.port not in ours for one in seen)


def staging(server: LocalServer, needed_bytes: int) -> LocalServer:
    """An empty home inside the server's own, with the same password; what an earlier attempt left there is removed.

    Raises:
        ServerError: no room for it, or the home cannot be written.
    """
    home = Home(server.home)
    home.create()
    clear(server)
    # A name of its own: what a killed attempt left may still be written to by its import.
    root = home.root / _STAGING / secrets.token_hex(4)
    require_space(home.root, needed_bytes, "for a second store beside the first")
    beside = Home(root)
    beside.create()
    if home.password.exists():
        write_private(beside.password_wanted, home.password.read_text(encoding="utf-8"))
    return replace(server, home=root, port=free_port())


def clear(server: LocalServer) -> int:
    """Remove stores that killed attempts left in the home, staged or, where the new one is served, old; how many."""
    home = Home(server.home)
    left = list((home.root / _STAGING).glob("*"))
    for each in left:
        discard(replace(server, home=each))
    if home.before.exists() and live_record(home) is not None:
        shutil.rmtree(home.before, ignore_errors=True)
        left.append(home.before)
    return sum(not each.exists() for each in left)


def discard(staged: LocalServer) -> None:
    """Remove a staging home, and end the server that runs in it."""
    up = live_record(Home(staged.home))
    if up is not None:
        stop_process(up[1], timeout_s=10)
    shutil.rmtree(staged.home, ignore_errors=True)
    with contextlib.suppress(OSError):
        staged.home.parent.rmdir()


def import_store(staged: LocalServer, folder: Path, arguments: Sequence[str]) -> float:
    """``database import full`` of the files in ``folder`` into the staging home; seconds.

    Raises:
        ServerError: the import failed; its last words are named, the whole log is in the staging home.
    """
    command = staged.admin_command(
        ["database", "import", "full", DATABASE, f"--max-off-heap-memory={OFF_HEAP}", *arguments]
    )
    log = Home(staged.home).logs / "import.log"
    began = time.perf_counter()
    with log.open("wb") as told:
        done = subprocess.run(  # noqa: S603 -- the verified runtime and jars, by their full paths
            command.arguments, env=command.environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=told,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
        told_last = [line for line in lines if line and not set(line) <= set("-. %")][-4:]
        raise ServerError(f"the import failed ({done.returncode}): {' '.join(told_last)[:500]}")
    return time.perf_counter() - began


def exchange(server: LocalServer, staged: LocalServer, progress: Callable[[str], None]) -> Connection:
    """Stop both servers, put the staged store in the place of the old one, and start the server on it.

    The old store is removed once the new one answers; if it does not, the old one is back and served.

    Raises:
        ServerError: the new store does not come up.
    """
    home, beside = Home(server.home), Home(staged.home)
    staged.stop()
    server.stop()
    with FileLock(home.run / "start.lock", timeout=60):
        shutil.rmtree(home.before, ignore_errors=True)
        home.data.rename(home.before)
        beside.data.rename(home.data)
    try:
        connection = server.start(progress)
    except ServerError:
        server.stop()
        with FileLock(home.run / "start.lock", timeout=60):
            home.data.rename(beside.data)
            home.before.rename(home.data)
        with contextlib.suppress(ServerError):
            server.start(progress)
        raise
    shutil.rmtree(home.before, ignore_errors=True)
    return connection
