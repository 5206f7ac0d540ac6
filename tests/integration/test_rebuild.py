"""``contentgraph rebuild``: the graph of a night, by import; the old store is served until the new one is verified."""

import json
import os
import random
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contentgraph.cli import rebuild as command
from contentgraph.cli.entry import main
from contentgraph.cli.rebuild import is_first_load
from contentgraph.client import Graph
from contentgraph.cypher import Database, Target, target
from contentgraph.errors import NotFound
from contentgraph.loaders.digest import digest, lines
from contentgraph.loaders.hours import PULSE_KINDS
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import LocalServer, exchange
from contentgraph.server.home import Home

STORIES = runpy.run_path(str(Path(__file__).parents[1] / "stories.py"))
NOW = STORIES["NOW"]
pytestmark = pytest.mark.timeout(1_800)  # five starts of Java a rebuild: minutes each where a machine is very busy


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that can be told, with ties, corrections, captions of several lines and lists that say nothing."""
    story = STORIES["story"](11, events=1_500, rows=80)
    story["challenges"].append({"id": "c8", "hashtags": ["dance"], "soundIds": ["s1"], "rules": 'jump, "high"\nagain'})
    story["challenges"].append({"id": "c9", "title": "Two Lines", "updatedAt": NOW - 9})
    story["users"].append({"id": "u1", "languages": [], "updatedAt": NOW - 5})
    story["videos"] += [
        {"id": "v9", "coCreatorIds": ["u0", "u1"], "caption": 'two\r\nlines, "and" #more\\', "updatedAt": NOW - 9},
        {"id": "v9", "creatorId": "u0", "updatedAt": NOW - 8},
        {
            "id": "v99",
            "creatorId": "u3",
            "createdAt": NOW - 900_000,
            "caption": "we dance TWO  lines!",
            "updatedAt": NOW,
        },
    ]
    (folder,) = STORIES["cut"](story, random.Random(1), tmp_path_factory.mktemp("files"), nights=1)
    return Path(folder)


def rebuild(server: LocalServer, files: Path, *more: str, command: str = "rebuild") -> int:
    where = ["--home", str(server.home), "--rejects", str(server.home.parent / "rejects"), "--max-rejects", "0.5"]
    where += ["--port", str(server.port)] if command == "rebuild" else []
    return main([command, str(files), "--now", str(NOW), "--tune", "0", "--log", "quiet", "--json", *where, *more])


def told_by(home: Path) -> list[str]:
    with Database(target(home_path=home)) as opened:
        return [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines(opened, everything=True)]


def test_a_rebuild_is_a_night_into_an_empty_graph(
    database: Database,
    server: LocalServer,
    files: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a night of much into an empty local graph is: facts and all that is derived, rejects and counts; constraints
    and indexes are there; feeds can be asked for.
    """
    with database._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    night = run_night(
        database, [files], clock=NOW, now=NOW, rejects=tmp_path / "rejects", max_reject_share=0.5, tuning=Tuning(0.0)
    )
    wanted = [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines(database, everything=True)]
    server.start(timeout_s=300)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(server.home))
    assert not is_first_load([files]), "a few events"
    monkeypatch.setattr(command, "FIRST_LOAD", 1_000)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("CONTENTGRAPH_URI", "bolt://example.org")
        assert not is_first_load([files]), "another Neo4j"
    exchange_ = exchange.import_store

    def beside(staged: LocalServer, folder: Path, arguments: list[str]) -> float:
        assert main(["schema", "--home", str(server.home)]) == 0
        assert main(["record", "view", "u0", "v0", "--watched-ms", "900", "--home", str(server.home)]) == 0
        return exchange_(staged, folder, arguments)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(exchange, "import_store", beside)
        assert rebuild(server, files, command="nightly") == 1
    assert "meanwhile" in capsys.readouterr().err
    with Database(target(home_path=server.home)) as opened, opened._session("WRITE") as session:
        assert session.run("MATCH (:User)-[e:ENGAGED]->(:Video) RETURN count(e)").single().value() == 1
        session.run("MATCH (n) DETACH DELETE n").consume()
    assert rebuild(server, files, command="nightly") == 0
    summary = json.loads(capsys.readouterr().out)
    assert "import" in summary["seconds"]
    assert told_by(server.home) == wanted
    assert not is_first_load([files]), "it holds data"
    for name in ("read", "events", "rejected", "pairs", "unannounced", "now"):
        assert summary[name] == getattr(night, name), name
    with Database(target(home_path=server.home)) as rebuilt:
        assert digest(rebuilt) == digest(database)
        sums = [
            sorted(str(row) for kind in PULSE_KINDS for row in each.pages("night_pulse_sums", kind=kind, since=0))
            for each in (rebuilt, database)
        ]
        assert sums[0] == sums[1]
        assert sums[0]
        with rebuilt._session("READ") as session, database._session("READ") as other:
            shown = "SHOW INDEXES YIELD name, state, type WHERE type <> 'LOOKUP' RETURN name, state ORDER BY name"
            assert session.run(shown).values() == other.run(shown).values()
    assert main(["feed", "u0", "--home", str(server.home), "--json"]) == 0
    assert not (server.home / "rebuild").exists()
    assert not Home(server.home).before.exists()


def test_a_store_that_holds_data_is_replaced_only_when_that_is_said(
    server: LocalServer, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 without --replace; a new store that does not come up is taken out again, and the old one served."""
    before = told_by(server.home)
    assert rebuild(server, files) == 2
    assert "--replace" in capsys.readouterr().err
    import_store = exchange.import_store

    def broken(staged: LocalServer, folder: Path, arguments: list[str]) -> float:
        with (folder / "edges-ENGAGED.csv").open("a") as file:
            file.write("999999,0" + "," * 20 + "\n")
        return import_store(staged, folder, arguments)

    monkeypatch.setattr(exchange, "import_store", broken)
    assert rebuild(server, files, "--replace") == 5
    assert "the import failed" in capsys.readouterr().err
    assert told_by(server.home) == before
    assert not (server.home / "rebuild").exists()


def test_a_killed_rebuild_leaves_the_old_store_and_the_next_one_clears_up(
    server: LocalServer, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9 while the new store is imported: facts and all that is derived are served as before."""
    before = told_by(server.home)
    clean = {name: value for name, value in os.environ.items() if name != "CONTENTGRAPH_URI"}
    command = [
        sys.executable,
        "-m",
        "contentgraph.cli",
        "rebuild",
        str(files),
        "--replace",
        "--now",
        str(NOW),
        "--tune",
        "0",
    ]
    command += ["--log", "json", "--home", str(server.home), "--rejects", str(tmp_path), "--max-rejects", "0.5"]
    with subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if '"phase": "files"' in line:
                break
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert list((server.home / "rebuild").iterdir())
    assert told_by(server.home) == before
    assert rebuild(server, files, "--replace") == 0
    capsys.readouterr()
    assert told_by(server.home) == before
    assert not (server.home / "rebuild").exists()


def test_who_is_connected_is_not_cut_off(
    server: LocalServer, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "others", lambda _: 3)
    assert rebuild(server, files, "--replace") == 1
    assert "3 connections" in capsys.readouterr().err


def test_another_server_than_the_local_one_is_refused(
    server: LocalServer, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files are out of reach: exit code 2, and how to load there instead."""
    assert rebuild(server, files, "--uri", "bolt://example.org:7687") == 2
    assert "contentgraph nightly" in capsys.readouterr().err


def test_too_many_rejects_leave_everything_as_it_was(
    server: LocalServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "events.jsonl").write_text('{"kind": "nonsense"}\n' * 5)
    before = Target.model_validate_json((server.home / "connection.json").read_bytes())
    assert rebuild(server, tmp_path, "--replace", "--max-rejects", "0.1") == 3
    assert Target.model_validate_json((server.home / "connection.json").read_bytes()) == before


def test_the_erased_stay_erased_and_what_was_taken_down_stays_down(
    server: LocalServer, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files still tell of both; the old store knew better, and the new one is told, of its neighbours too."""
    with Database(target(home_path=server.home)) as opened:
        opened.write("put_settings", properties={"neighbours": 2})
        graph = Graph(opened)
        graph.erase_user("u2", now=NOW)
        graph.takedown("v99", reason="court order", now=NOW)
        graph.takedown("v2", countries=["FR"], reason="another", now=NOW)
    assert rebuild(server, files, "--replace") == 0
    capsys.readouterr()
    with Database(target(home_path=server.home)) as opened, opened._session("READ") as session:
        assert session.run("MATCH (u:User {id: 'u2'}) RETURN count(*)").single().value() == 0
        most = "MATCH (v:Video) RETURN max(COUNT { (v)-[:SIMILAR]->() })"
        assert session.run(most).single().value() == opened.read("settings")[0]["settings"]["neighbours"] == 2
        told = session.run("MATCH (v:Video {id: 'v99'}) RETURN v.withdrawnFor, v.removedAt").single().values()
        assert told == ["court order", NOW]
        withheld = "MATCH (v:Video:Withheld {id: 'v2'}) RETURN v.withdrawnFor, v.withdrawnIn, 'FR' IN v.withheldIn"
        assert session.run(withheld).single().values() == ["another", ["FR"], True]
        with pytest.raises(NotFound):
            Graph(opened).explain("u0", "v99")
