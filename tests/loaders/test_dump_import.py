"""A dump as files for the bulk import: told line by line, in files of one type a property."""

from pathlib import Path
from typing import Any

import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders import dump_format, dump_import
from contentgraph.loaders.dump_import import stage_dump
from contentgraph.loaders.dump_lines import read_dump
from contentgraph.loaders.import_files import Leftover
from contentgraph.loaders.tombstones import Graveyard

Told = dict[str, list[tuple[list[str], dict[str, Any], list[list[Any]]]]]


def written(folder: Path, told: Told) -> Path:
    folder.mkdir()
    files = []
    for label in dump_format.LABELS:
        writer = dump_format.Writer(folder, label)
        for line in told.get(label, ()):
            writer.write(*line)
        files.append(writer.close())
    dump_format.write_manifest(folder, dump_format.Manifest(1, 0, "", tuple(files)))
    return folder


def staged(tmp_path: Path, told: Told) -> tuple[dump_import.PreparedDump, dict[str, str]]:
    dump = written(tmp_path / "dump", told)
    found = stage_dump(dump, read_dump(dump), tmp_path / "files", Graveyard())
    csv = sorted((tmp_path / "files").glob("*.csv"))
    return found, {path.stem: path.read_bytes().decode() for path in csv}


def test_ends_are_told_by_keys_and_numbers_keep_their_type(tmp_path: Path) -> None:
    """1 and 1.5 in one property are two files; who is only named is a node, too; what no cell can hold is left over."""
    told: Told = {
        "User": [
            (["User"], {"id": "u,1", "languages": []}, [["FOLLOWS", "User", "late", {"at": 1}]]),
            (["Anonymous", "User"], {"id": "u2"}, [["SHOWN", "Video", "v", {"propensity": 1}]]),
            (["User"], {"id": "u3"}, [["SHOWN", "Video", "v", {"propensity": 0.5, "points": 2.0}]]),
        ],
        "Video": [(["Video"], {"caption": "a", "id": "v", "taste": [1.0, 0.5]}, [["TAGGED", "Hashtag", "é", {}]])],
        "Hashtag": [(["Hashtag"], {"name": "é"}, [])],
        "Trend": [(["Trend"], {"also": [], "rank": 1}, []), (["Trend"], {"also": ["x"], "rank": 2}, [])],
    }
    found, csv = staged(tmp_path, told)
    assert csv["nodes-User"] == '"u,1","u,1"\n"u3","u3"\n'
    assert csv["nodes-User-Anonymous-header"] == ":ID(User),id:string\n"
    assert csv["nodes-User-Unannounced"] == '"late","late"\n'
    assert csv["nodes-Video-header"] == ":ID(Video),id:string,taste:double[],caption:string\n"
    assert csv["nodes-Hashtag"] == '"é","é"\n'
    assert csv["edges-SHOWN-header"] == ":START_ID(User),:END_ID(Video),points:double,propensity:double\n"
    assert csv["edges-SHOWN"] == '"u3","v",2,0.5\n'
    assert csv["edges-SHOWN-2"] == '"u2","v",1\n'
    assert csv["edges-SHOWN-2-header"] == ":START_ID(User),:END_ID(Video),propensity:long\n"
    assert found.files.leftovers == [Leftover("User", "u,1", {"languages": []})]
    assert found.late == [{"labels": ["Trend"], "properties": {"also": [], "rank": 1}}]
    assert (found.files.nodes_told, found.files.edges_told, found.announced) == (7, 4, 1)
    assert "--id-type=string" in found.files.arguments()


def test_a_batch_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory does not grow with the dump."""
    monkeypatch.setattr(dump_import, "BATCH", 2)
    users = [(["User"], {"id": str(number)}, [["FOLLOWS", "User", "0", {"at": 1}]]) for number in range(5)]
    _, csv = staged(tmp_path, {"User": users})
    for stem in ("nodes-User", "edges-FOLLOWS"):
        assert [csv[name].count("\n") for name in (stem, f"{stem}-2", f"{stem}-3")] == [2, 2, 1]


def test_a_list_of_an_edge_that_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    users = [(["User"], {"id": "a"}, [["LIKES", "User", "a", {"why": []}]])]
    with pytest.raises(UsageError, match=r"a LIKES has \{'why': \[\]\}"):
        staged(tmp_path, {"User": users})
