"""A dump comes back whole or not at all: the same facts, results and history, on either line of Neo4j."""

import runpy
from pathlib import Path
from typing import Any

import neo4j
import orjson
import pytest

from contentgraph.client import Graph
from contentgraph.cypher import Database
from contentgraph.cypher.installation import DEFAULT_SETTINGS, SCHEMA_VERSION, install, plan
from contentgraph.errors import SchemaError, UsageError
from contentgraph.loaders import dump_format
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import dump
from contentgraph.loaders.restore import restore

WHOLE = runpy.run_path(str(Path(__file__).parents[1] / "whole.py"))
NOW, everything = WHOLE["NOW"], WHOLE["everything"]


@pytest.fixture
def full(database: Database, tmp_path: Path) -> Database:
    """A night, and what no night can derive again."""
    WHOLE["fill"](database, tmp_path)
    return database


def test_a_dump_comes_back_as_it_was(full: Database, tmp_path: Path) -> None:
    """Facts, results, waves, exposures, runs, scales, settings and tombstones: node for node, edge for edge."""
    before, facts, results = everything(full), digest(full), digest(full, everything=True)
    assert len(before) > 300
    told = dump(full, tmp_path / "dump")
    assert told.digest == facts
    assert told.others == 0
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "dump", *(tmp_path / "dump").iterdir())} == {0}
    found = restore(full, tmp_path / "dump", replace=True)
    assert found.same
    assert found.digest == facts
    assert digest(full, everything=True) == results
    assert everything(full) == before
    assert (found.nodes, found.edges) == (told.nodes - _tombs(tmp_path / "dump"), told.edges)


def _tombs(folder: Path) -> int:
    return next(file.nodes for file in dump_format.read_manifest(folder).files if file.label == "Tombstone")


def test_a_dump_goes_into_an_empty_graph_and_not_into_another(full: Database, tmp_path: Path) -> None:
    """Without --replace nothing is deleted, and the message says what is there."""
    dump(full, tmp_path / "dump")
    with pytest.raises(UsageError, match=r"not empty \(.*\d+ User"):
        restore(full, tmp_path / "dump")
    with pytest.raises(UsageError, match="is there already"):
        dump(full, tmp_path / "dump")
    facts, before = digest(full), everything(full)
    with full._session("WRITE") as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    assert restore(full, tmp_path / "dump").digest == facts
    assert everything(full) == before


def tamper(folder: Path, how: str) -> None:
    manifest, users = folder / "manifest.json", folder / "user.jsonl.zst"
    told = orjson.loads(manifest.read_bytes())
    if how == "flipped":
        held = bytearray(users.read_bytes())
        held[len(held) // 2] ^= 1
        users.write_bytes(held)
    elif how == "cut":
        users.write_bytes(users.read_bytes()[:-9])
    elif how == "missing":
        users.unlink()
    elif how == "manifest":
        told["now"] += 1
        manifest.write_bytes(orjson.dumps(told))
    elif how == "interrupted":
        manifest.unlink()
    elif how == "newer":
        told["version"] += 1
        manifest.write_bytes(orjson.dumps(told))
    elif how == "other":
        manifest.write_text("[]")
    elif how in ("schema", "path"):
        told.pop("checksum")
        if how == "schema":
            told["schema"] += 1
        else:
            told["files"][0]["name"] = "../user.jsonl.zst"
        manifest.write_bytes(orjson.dumps({**told, "checksum": dump_format._checksum(told)}))
        if how == "path":
            (folder.parent / "user.jsonl.zst").write_bytes(b"outside")
            users.unlink()


SAYS = {
    "flipped": "its SHA-256 is wrong",
    "cut": "cut short or changed",
    "missing": "cannot read",
    "manifest": "its checksum is wrong",
    "interrupted": "was 'contentgraph dump' interrupted",
    "newer": "upgrade contentgraph",
    "other": "is not of a contentgraph-dump",
    "schema": "newer than this package",
    "path": "cannot read",
}


def test_a_dump_that_is_not_right_writes_nothing(full: Database, tmp_path: Path) -> None:
    """Each with a sentence of its own; the graph stays as it was, --replace or not."""
    before = everything(full)
    for how, says in SAYS.items():
        folder = tmp_path / f"{how}/dump"
        folder.parent.mkdir()
        dump(full, folder)
        tamper(folder, how)
        with pytest.raises((UsageError, SchemaError), match=says):
            restore(full, folder, replace=True)
    assert everything(full) == before


def test_an_interrupted_restore_is_not_opened_and_is_finished_by_another(
    full: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the settings are written, last, the graph has no schema; told again with --replace it is whole."""
    before = everything(full)
    dump(full, tmp_path / "dump")
    write, left = Database.write, [12]

    def dying(self: Database, name: str, **params: object) -> Any:
        if name.startswith("restore_"):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
        return write(self, name, **params)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", dying)
        with pytest.raises(KeyboardInterrupt):
            restore(full, tmp_path / "dump", replace=True)
    with pytest.raises(SchemaError, match="no contentgraph schema"):
        Graph(full)
    with pytest.raises(UsageError, match="not empty"):
        restore(full, tmp_path / "dump")
    assert restore(full, tmp_path / "dump", replace=True).same
    assert everything(full) == before


def test_who_was_erased_since_stays_out(full: Database, tmp_path: Path) -> None:
    """An old dump over a graph that has her tombstone: she, her edges, her videos and her mentions are left out."""
    full.write("put_video_texts", rows=[{"id": "v0", "texts": {"caption": "with @u1 and @u10"}}])
    dump(full, tmp_path / "dump")
    Graph(full).erase_user("u1")
    found = restore(full, tmp_path / "dump", replace=True)
    assert found.erased >= 1
    assert found.same is None
    assert not full.read("user_card", userId="u1")
    with full._session("READ") as session:
        assert session.run("MATCH (v:Video {id: 'v0'}) RETURN v.caption").values() in ([], [["with @… and @u10"]])


def test_what_was_recorded_meanwhile_is_named_at_least(full: Database, tmp_path: Path) -> None:
    """A user who came between the reading of nodes and of edges comes back as not yet described."""
    dump(full, tmp_path / "dump")
    folder = tmp_path / "dump"
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    assert manifest["digest"]
    # As such a dump would be: an edge to a user who has no line, and no digest.
    files = {file.label: file for file in dump_format.read_manifest(folder).files}
    kept = list(dump_format.lines(folder, files["User"]))
    writer = dump_format.Writer(folder, "User")
    for labels, properties, edges in kept:
        more = [["FOLLOWS", "User", "late", {"at": 1}]] if properties["id"] == "u0" else []
        writer.write(labels, properties, edges + more)
    changed = writer.close()
    rest = tuple(changed if label == "User" else file for label, file in files.items())
    dump_format.write_manifest(folder, dump_format.Manifest(manifest["schema"], NOW, "", rest))
    found = restore(full, folder, replace=True)
    assert found.announced == 1
    assert full.read("user_card", userId="late")[0]["announced"] is False


def test_a_store_of_schema_1_is_brought_forward(database: Database) -> None:
    """The dry run says what will be done and does nothing; a client before it says what to run, one after it opens."""
    install(database)
    database.write("put_settings", properties={"schemaVersion": 1})
    with database._session("WRITE") as session:
        session.run("DROP CONSTRAINT tombstone_hash IF EXISTS").consume()
        session.run("DROP INDEX video_country IF EXISTS").consume()
        session.run("MATCH (s:Settings) REMOVE s.weightLocal").consume()
    found, steps, missing = plan(database)
    assert (found, list(steps), missing) == (1, [2, 3, 4], ["tombstone_hash", "video_country"])
    assert database.read("settings")[0]["settings"]["schemaVersion"] == 1
    with pytest.raises(SchemaError, match="run 'contentgraph schema'"):
        Graph(database)
    assert install(database) == SCHEMA_VERSION
    assert plan(database) == (SCHEMA_VERSION, {}, [])
    assert database.read("settings")[0]["settings"]["weightLocal"] == DEFAULT_SETTINGS["weightLocal"]
    Graph(database)


NEWER = ("nightly", "feed", "schema", "erase", "takedown", "dump", "digest", "snapshot", "pulse", "waves", "scale")


def test_an_older_client_meets_a_newer_schema_with_a_clear_error_at_every_door(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    neo4j_server: Any,
) -> None:
    """Client, command line and night: exit code 6, and nothing is written."""
    from contentgraph.cli import main

    install(database)
    database.write("put_settings", properties={"schemaVersion": SCHEMA_VERSION + 1})
    before = everything(database)
    (tmp_path / "files").mkdir()
    monkeypatch.setenv("CONTENTGRAPH_URI", neo4j_server.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", neo4j_server.password)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    with pytest.raises(SchemaError, match="newer than this package's"):
        Graph(database)
    given: dict[str, list[str]] = {
        "nightly": [str(tmp_path / "files")],
        "feed": ["u1"],
        "erase": ["user", "u1"],
        "takedown": ["v1"],
        "dump": [str(tmp_path / "dump")],
        "snapshot": [str(tmp_path / "snapshot")],
        "waves": ["step"],
        "scale": ["set", "--like", "3"],
    }
    for command in NEWER:
        code = main([command, *given.get(command, [])])
        said = capsys.readouterr().err
        assert code == 6, (command, said)
        assert f"version {SCHEMA_VERSION + 1}, newer than" in said, command
    assert everything(database) == before


def test_a_graph_that_is_replaced_goes_some_edges_at_a_time(
    database: Database, session: neo4j.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a node with more edges than that, too."""
    monkeypatch.setattr("contentgraph.loaders.restore.EDGES", 10)
    install(database)
    dump(database, tmp_path / "dump")
    session.run(
        "CREATE (u:User {id: 'crawler'}) WITH u UNWIND range(1, 35) AS n CREATE (u)-[:ENGAGED]->(:Video {id: 'v' + n})"
    ).consume()
    sizes: list[int] = []
    write = Database.write

    def counted(self: Database, name: str, **params: object) -> list[dict[str, object]]:
        found = write(self, name, **params)
        if name in ("drop_elements", "drop_element_edges"):
            sizes.append(int(next(iter(found[0].values()))))  # type: ignore[call-overload]
        return found

    monkeypatch.setattr(Database, "write", counted)
    restore(database, tmp_path / "dump", replace=True)
    assert max(sizes) <= 10
    assert session.run("MATCH (n:User|Video) RETURN count(n)").single(strict=True)[0] == 0
