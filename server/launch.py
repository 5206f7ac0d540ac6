"""Starting the child process and waiting for it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from contentgraph.errors import ServerError
from contentgraph.server.connection import Connection, read_connection, write_private
from contentgraph.server.environment import java_environment
from contentgraph.server.home import Home
from contentgraph.server.settings import Settings
from contentgraph.server.state import live_record, read_record

_POLL_S = 0.05
_SPAWN_S = 60
_SILENT = "it ended without a word, as a killed process does"


@dataclass(frozen=True)
class LaunchPlan:
    """All that the child needs; holds no secret."""

    launch: str
    """Random text that tells this start from any other."""
    line: str
    settings: Settings
    class_path: tuple[str, ...]
    """Jars whose sums were checked."""
    wait_s: float = 0.0
    """How long the starter waits for it."""


def write_plan(home: Home, plan: LaunchPlan) -> None:
    """Leave the plan for the child."""
    write_private(home.run / "launch.json", json.dumps(asdict(plan)))


def read_plan(home: Home) -> LaunchPlan:
    """The plan left for this process."""
    read: dict[str, Any] = json.loads((home.run / "launch.json").read_text(encoding="utf-8"))
    return LaunchPlan(
        read["launch"], read["line"], Settings(**read["settings"]), tuple(read["class_path"]), read.get("wait_s", 0.0)
    )


def spawn(home: Home, plan: LaunchPlan) -> None:
    """Start the child; it leaves our session and process tree at once.

    Raises:
        ServerError: Python could not start it.
    """
    write_plan(home, plan)
    home.failure.unlink(missing_ok=True)
    if home.server_log.exists():
        home.server_log.replace(home.server_log.with_suffix(".log.1"))
    command = [sys.executable, "-P", "-m", "contentgraph.server.child", str(home.root)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        command, env=java_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=_SPAWN_S, check=False
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no output"]
        raise ServerError(f"the server process did not start: {lines[-1]}; is the package installed as a whole?")


def await_connection(
    home: Home, plan: LaunchPlan, timeout_s: float, progress: Callable[[str], None], explain: Callable[[str], str]
) -> Connection:
    """Wait for the child's ``connection.json``.

    Raises:
        ServerError: the child died (the reason as ``explain`` words it), or ``timeout_s`` passed.
    """
    begun = time.monotonic()
    told = begun
    seen = False
    while True:
        alive = live_record(home)
        ours = alive is not None and alive[0].launch == plan.launch
        seen = seen or ours
        if ours and home.connection.exists():
            return read_connection(home.connection)
        reason = failure_of(home, plan, died=seen and not ours)
        if reason is not None:
            raise ServerError(explain(reason))
        now = time.monotonic()
        if now - begun > timeout_s:
            raise ServerError(
                f"Neo4j did not answer within {timeout_s:.0f} s: see {home.logs}; "
                "stop it, then start again with more time (--wait SECONDS) or memory (--heap MIB)"
            )
        if now - told > 5:
            told = now
            progress(f"waiting for Neo4j, {now - begun:.0f} s")
        time.sleep(_POLL_S)


def failure_of(home: Home, plan: LaunchPlan, *, died: bool) -> str | None:
    """Why the child of ``plan`` failed: its own word, else the last useful line of its log; None while it has not."""
    try:
        read = json.loads(home.failure.read_text(encoding="utf-8"))
        if read["launch"] == plan.launch:
            return str(read["reason"])
    except (OSError, ValueError, KeyError):
        pass
    if not died:
        return None
    record = read_record(home)
    if record is not None and record.launch == plan.launch:
        home.connection.unlink(missing_ok=True)
    return last_useful_line(home)


def last_useful_line(home: Home) -> str:
    """The last line of this start's ``server.log`` that says something of an error, else its last line at all."""
    try:
        tail = home.server_log.read_bytes()[-20_000:].decode(errors="replace")
    except OSError:
        return _SILENT
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(word in line for word in ("Error", "Exception", "error", "Cannot", "failed"))
    ]
    return (telling or lines or [_SILENT])[-1][:500]
