"""The process that holds the JVM: ``python -m contentgraph.server.child HOME``, started by `launch.py` alone.

Order: leave the caller's session → take the home's lock → set the password with Bolt off, unless it is set →
open Bolt → publish ``connection.json`` → wait for SIGTERM → shut Neo4j down → remove ``connection.json``.
"""

import contextlib
import json
import logging
import os
import secrets
import signal
import sys
import threading
import traceback
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from contentgraph.server.connection import Connection, write_connection, write_private
from contentgraph.server.embedded import Embedded
from contentgraph.server.home import Home
from contentgraph.server.launch import LaunchPlan, read_plan
from contentgraph.server.lines import LINES
from contentgraph.server.settings import DATABASE, HOST, USER, write_settings
from contentgraph.server.state import ProcessRecord, write_record
from contentgraph.server.store import write_mark

_log = logging.getLogger("contentgraph.server")


def detach(home: Home) -> None:
    """Fork, let the parent go, and continue in a session of our own with all output in ``server.log``."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir(home.root)
    os.umask(0o077)
    log = os.open(home.server_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)


def serve(home: Home, plan: LaunchPlan, stop: threading.Event) -> None:
    """Run Neo4j until ``stop`` is set."""
    line = LINES[plan.line]
    neo4j = Embedded(home, plan)
    first = not (home.data / "databases" / "system").is_dir()
    if first or not home.password.exists():
        home.password.unlink(missing_ok=True)
        wanted = home.password_wanted
        password = wanted.read_text(encoding="utf-8") if wanted.exists() else secrets.token_urlsafe(24)
        write_settings(home, line, plan.settings, bolt=False)
        if first:
            neo4j.set_initial_password(password)
        else:  # its file was lost
            neo4j.start()
            neo4j.set_password(USER, password)
            neo4j.shutdown()
        # Only now: a password file means that the password is set, whatever is killed when.
        write_private(home.password, password)
    password = home.password.read_text(encoding="utf-8")
    write_settings(home, line, plan.settings, bolt=True)
    neo4j.start()
    write_mark(home, line)
    connection = Connection(f"bolt://{HOST}:{plan.settings.port}", USER, password, DATABASE)
    write_connection(home.connection, connection)
    _log.info("Neo4j %s answers on %s", line.version, connection.uri)
    try:
        stop.wait()
    finally:
        home.connection.unlink(missing_ok=True)
        _log.info("shutting down")
        neo4j.shutdown()
        _log.info("stopped")


def main() -> int:
    """Serve the home named in the arguments; the reason of a failure goes to ``run/failure.txt`` as one line."""
    home = Home(Path(sys.argv[1]))
    plan = read_plan(home)
    detach(home)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with contextlib.suppress(Timeout), FileLock(home.run / "server.lock", timeout=5):
        created = psutil.Process().create_time()
        version = LINES[plan.line].version
        write_record(home, ProcessRecord(os.getpid(), created, plan.line, version, plan.settings.port, plan.launch))
        try:
            serve(home, plan, stop)
        except BaseException as error:  # noqa: BLE001 - a process's last word: whatever it is, the starter must be told
            traceback.print_exc()
            with contextlib.suppress(OSError):
                write_private(home.failure, json.dumps({"launch": plan.launch, "reason": reason_of(error)}))
            return 1
        finally:
            home.state.unlink(missing_ok=True)
        return 0
    write_private(
        home.failure, json.dumps({"launch": plan.launch, "reason": "another process holds this home's server.lock"})
    )
    return 1


def reason_of(error: BaseException) -> str:
    """The message at the bottom of the chain of causes, Java's or Python's, on one line."""
    last = error
    for _ in range(50):
        getter = getattr(last, "getCause", None)
        cause = getter() if getter else last.__cause__
        if cause is None or cause is last:
            break
        last = cause
    text = str(last) if getter else f"{type(last).__name__}: {last}"  # Java's begins with its class
    return " ".join(text.split())[:500]


if __name__ == "__main__":
    code = main()
    # The JVM's own threads must not hold the process: Neo4j is down, the log is written.
    logging.shutdown()
    os._exit(code)
