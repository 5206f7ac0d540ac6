"""``contentgraph rebuild --dump``: a dump comes back by import as it does by restore, whole or not at all."""

import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from contentgraph.cli.entry import main
from contentgraph.client import Graph
from contentgraph.cypher import Database, Target, target
from contentgraph.cypher.installation import SCHEMA_VERSION
from contentgraph.loaders import dump_format
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import dump
from contentgraph.loaders.restore import restore
from contentgraph.server import Connection, LocalServer, exchange

WHOLE = runpy.run_path(str(Path(__file__).parents[1] / "whole.py"))
NOW, everything = WHOLE["NOW"], WHOLE["everything"]
pytestmark = pytest.mark.timeout(1_800)  # five starts of Java a rebuild: minutes each where a machine is very busy


@pytest.fixture(scope="module")
def dumped(neo4j_server: Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dump of a graph with everything in it, which another Neo4j served."""
    place, found = tmp_path_factory.mktemp("dumped"), neo4j_server
    where = Target(uri=found.uri, user=found.user, password=found.password, database=found.database)
    with Database(where) as database:
        with database._session("WRITE") as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS").consume()
        WHOLE["fill"](database, place)
        dump(database, place / "dump")
    return place / "dump"


@pytest.fixture
def folder(dumped: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(dumped, tmp_path / "dump")


def rebuild(server: LocalServer, folder: Path, *more: str) -> int:
    where = ["--home", str(server.home), "--port", str(server.port)]
    return main(["rebuild", "--dump", str(folder), *where, "--log", "quiet", "--json", *more])


def held(server: LocalServer) -> list[str]:
    with Database(target(home_path=server.home)) as opened:
        return list(everything(opened))


def shown(database: Database) -> list[Any]:
    with database._session("READ") as session:
        indexes = session.run(
            "SHOW INDEXES YIELD name, state, type WHERE type <> 'LOOKUP' RETURN name, state ORDER BY name"
        ).values()
        return [indexes, session.run("SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name").values()]


def test_a_dump_comes_back_as_by_restore(
    database: Database, server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into a home that holds nothing yet: node for node, edge for edge, property for property; with the same digests,
    constraints and indexes; and it serves feeds.
    """
    over_bolt = restore(database, folder)
    assert rebuild(server, folder) == 0
    told = capsys.readouterr()
    assert "nobody's erasure is known" in told.err
    assert held(server) == everything(database)
    assert len(held(server)) > 300
    with Database(target(home_path=server.home)) as rebuilt:
        assert digest(rebuilt, everything=True) == digest(database, everything=True)
        assert shown(rebuilt) == shown(database)
    found = json.loads(told.out)
    assert found == asdict(over_bolt)
    assert (found["same"], found["digest"]) == (True, dump_format.read_manifest(folder).digest)
    assert 0 in [main(["feed", user, "--home", str(server.home), "--json"]) for user in ("u1", "u10", "ü")]
    assert not (server.home / "rebuild").exists()


def tampered(folder: Path, how: str) -> None:
    users = folder / "user.jsonl.zst"
    if how == "flipped":
        told = bytearray(users.read_bytes())
        told[len(told) // 2] ^= 1
        users.write_bytes(told)
    elif how == "cut":
        users.write_bytes(users.read_bytes()[:-9])
    elif how == "interrupted":
        (folder / "manifest.json").unlink()
    else:
        manifest = dump_format.read_manifest(folder)
        facts = {"digest": ("0" * 64, manifest.schema), "schema": (manifest.digest, SCHEMA_VERSION + 1)}[how]
        dump_format.write_manifest(folder, dump_format.Manifest(facts[1], manifest.now, facts[0], manifest.files))


@pytest.mark.parametrize(
    ("how", "code", "says"),
    [
        ("flipped", 2, "its SHA-256 is wrong"),
        ("cut", 2, "cut short or changed"),
        ("interrupted", 2, "was 'contentgraph dump' interrupted"),
        ("schema", 6, "newer than this package"),
        ("digest", 6, "the facts of the imported store have the digest"),
    ],
)
def test_a_dump_that_is_not_right_leaves_the_old_store(
    server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str], how: str, code: int, says: str
) -> None:
    before = held(server)
    tampered(folder, how)
    assert rebuild(server, folder, "--replace") == code
    assert says in capsys.readouterr().err
    assert held(server) == before
    assert not (server.home / "rebuild").exists()


def test_an_edge_that_leads_nowhere_leaves_the_old_store(
    server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of a dump that was taken while a night ran; who was recorded meanwhile comes back as not yet described."""

    def told_meanwhile(edge: list[Any]) -> None:
        manifest = dump_format.read_manifest(folder)
        files = {file.label: file for file in manifest.files}
        kept = list(dump_format.lines(folder, files["User"]))
        writer = dump_format.Writer(folder, "User")
        for labels, properties, edges in kept:
            writer.write(labels, properties, edges + ([edge] if properties["id"] == "u0" else []))
        rest = tuple(file for label, file in files.items() if label != "User")
        dump_format.write_manifest(folder, dump_format.Manifest(SCHEMA_VERSION, NOW, "", (writer.close(), *rest)))

    before = held(server)
    told_meanwhile(["FOLLOWS", "User", "late", {"at": 1}])
    assert rebuild(server, folder, "--replace") == 0
    assert json.loads(capsys.readouterr().out)["announced"] == 1
    assert held(server) != before
    with Database(target(home_path=server.home)) as opened:
        assert opened.read("user_card", userId="late")[0]["announced"] is False
    before = held(server)
    told_meanwhile(["HIDES", "Sound", "nowhere", {"at": 1}])
    assert rebuild(server, folder, "--replace") == 5
    assert "the import failed" in capsys.readouterr().err
    assert held(server) == before


def test_a_killed_one_leaves_the_old_store_and_the_next_one_clears_up(
    server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9 while the new store is imported."""
    before = held(server)
    clean = {name: value for name, value in os.environ.items() if name != "CONTENTGRAPH_URI"}
    command = [sys.executable, "-m", "contentgraph.cli", "rebuild", "--dump", str(folder), "--replace"]
    command += ["--log", "json", "--home", str(server.home)]
    with subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if '"phase": "files"' in line:
                break
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert list((server.home / "rebuild").iterdir())
    assert held(server) == before
    assert rebuild(server, folder, "--replace") == 0
    capsys.readouterr()
    assert not (server.home / "rebuild").exists()


def test_what_it_does_not_do_is_refused(
    server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files beside a dump, options of a night, another server, a store of a newer schema, others that are connected."""
    before = held(server)
    assert rebuild(server, folder, str(folder)) == 2
    assert rebuild(server, folder, "--now", "2026-01-01") == 2
    assert main(["rebuild", "--home", str(server.home)]) == 2
    assert rebuild(server, folder, "--uri", "bolt://example.org:7687") == 2
    assert "contentgraph restore" in capsys.readouterr().err
    with monkeypatch.context() as busy:
        busy.setattr(exchange, "others", lambda _: 3)
        assert rebuild(server, folder, "--replace") == 1
    with Database(target(home_path=server.home)) as opened:
        opened.write("put_settings", properties={"schemaVersion": SCHEMA_VERSION + 1})
        assert rebuild(server, folder, "--replace") == 6
        opened.write("put_settings", properties={"schemaVersion": SCHEMA_VERSION})
    assert held(server) == before


def test_a_store_that_holds_data_is_replaced_only_when_that_is_said(
    server: LocalServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 without --replace; with it what was there is gone, and its tombstones hold on."""
    with Database(target(home_path=server.home)) as opened:
        opened.write("put_settings", properties={"erasureSalts": ["ab" * 32]})
        Graph(opened).erase_user("u1", now=NOW)
        opened.write("announce_users", ids=["of before"])
    before = held(server)
    assert rebuild(server, folder) == 2
    assert "--replace" in capsys.readouterr().err
    assert held(server) == before
    assert rebuild(server, folder, "--replace") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["erased"] >= 1
    assert found["same"] is None
    with Database(target(home_path=server.home)) as opened:
        assert not opened.read("user_card", userId="of before")
        assert not opened.read("user_card", userId="u1")
        assert len(opened.read("tombstones")[0]["salts"]) == 2
        assert len(opened.read("tombstones")[0]["rows"]) >= 2
