"""``kill -9`` of the nightly loader at random moments, twenty times, then one full run: nothing is lost or doubled."""

import os
import random
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

from contentgraph.cypher import Database
from contentgraph.loaders.digest import digest
from contentgraph.loaders.waves.ledger import differs
from contentgraph.server import Connection

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW = STORIES["NOW"]
KILLS = 20


def start(server: Connection, folder: Path, work: Path) -> subprocess.Popen[str]:
    """The loader as a process of its own; its log comes through a pipe, a line a phase."""
    work.mkdir(exist_ok=True)
    environment = os.environ | {
        "CONTENTGRAPH_URI": server.uri,
        "CONTENTGRAPH_USER": server.user,
        "CONTENTGRAPH_PASSWORD": server.password,
        "CONTENTGRAPH_HOME": str(work),
        "TMPDIR": str(work),
    }
    command = [sys.executable, "-m", "contentgraph.loaders.nightly", str(folder), "--now", str(NOW), "--log", "json"]
    command += ["--rejects", str(work / "rejects"), "--max-rejects", "0.5"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def checked(run: subprocess.Popen[str]) -> float:
    """Waits until the check has ended, after which the writes begin; the moment."""
    assert run.stderr is not None
    for line in run.stderr:
        if '"phase": "check"' in line:
            break
    return time.monotonic()


def finish(run: subprocess.Popen[str]) -> str:
    assert run.stderr is not None
    said = run.stderr.read()
    run.stderr.close()
    run.wait(timeout=120)
    return said


def test_twenty_kills_and_one_full_run_give_the_facts_of_an_undisturbed_one(
    clean_database: Connection, database: Database, tmp_path: Path
) -> None:
    """Moments from the first write to the last; in the end facts and all that is derived are the undisturbed run's."""
    rng = random.Random(20)
    folder = STORIES["cut"](STORIES["story"](7, events=1_500, rows=100), rng, tmp_path / "files", nights=1)[0]
    whole = start(clean_database, folder, tmp_path / "work")
    began = checked(whole)
    said = finish(whole)
    usual_s = time.monotonic() - began
    assert whole.returncode == 0, said
    wanted = digest(database), digest(database, everything=True)

    with database._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    killed = tries = 0
    while killed < KILLS and tries < 3 * KILLS:
        tries += 1
        run = start(clean_database, folder, tmp_path / "work")
        began = checked(run)
        time.sleep(rng.uniform(0.0, usual_s))
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
        else:  # the server is warmer by now: so long it takes at most
            usual_s = min(usual_s, 0.9 * (time.monotonic() - began))
        finish(run)
        killed += run.returncode == -signal.SIGKILL
    assert killed == KILLS

    last = start(clean_database, folder, tmp_path / "work")
    said = finish(last)
    assert last.returncode == 0, said
    assert (digest(database), digest(database, everything=True)) == wanted
    # Of the waves, which are history and in neither digest: the ledger replays to what is stored.
    assert differs(database) == {}
