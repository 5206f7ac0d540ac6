"""Files for the bulk import: what a cell holds, what it cannot hold, and what is refused."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from contentgraph.errors import UsageError
from contentgraph.loaders.import_files import ImportFolder, Leftover


def read(folder: Path, stem: str) -> tuple[str, str]:
    return (folder / f"{stem}-header.csv").read_text(), (folder / f"{stem}.csv").read_bytes().decode()


def test_nodes_are_typed_columns_and_null_is_not_empty(tmp_path: Path) -> None:
    """A quote is doubled, an empty text is quoted, nothing at all is not; a column of nulls alone is left out."""
    files = ImportFolder(tmp_path)
    rows = [
        (0, {"id": 'v"1', "n": 2**53 + 1, "x": 0.1 + 0.2, "b": True, "gone": None}),
        (1, {"id": "v2", "caption": "", "tags": ["a", "b"]}),
    ]
    files.nodes("Video", rows, key="id")
    header, data = read(tmp_path, "nodes-Video")
    assert header == ":ID(Video),id:string,n:long,x:double,b:boolean,caption:string,tags:string[]\n"
    assert data == '0,"v""1",9007199254740993,0.30000000000000004,true,,\n1,"v2",,,,"","a\x1fb"\n'
    assert (files.nodes_told, files.leftovers) == (2, [])
    assert not any(option.startswith("--multiline") for option in files.arguments())


def test_a_text_of_several_lines_names_its_file(tmp_path: Path) -> None:
    files = ImportFolder(tmp_path)
    files.nodes("Video", [(0, {"id": "v", "caption": "one\ntwo"})], key="id")
    assert "--multiline-fields=./nodes-Video.csv" in files.arguments()


@pytest.mark.parametrize("told", [[], ["a\x1fb"], ["", "a"]], ids=["empty", "delimiter", "empty item"])
def test_a_list_that_no_cell_can_hold_is_left_over(tmp_path: Path, told: list[str]) -> None:
    """It is written over Bolt afterwards; where nothing tells the node, it is refused."""
    files = ImportFolder(tmp_path)
    files.nodes("User", [(0, {"id": "u1", "languages": told})], key="id")
    assert files.leftovers == [Leftover("User", "u1", {"languages": told})]
    with pytest.raises(UsageError, match="Pulse"):
        files.nodes("Pulse", [(0, {"countries": told})])


def test_two_types_in_one_property_are_refused(tmp_path: Path) -> None:
    files = ImportFolder(tmp_path)
    with pytest.raises(UsageError, match="'n'"):
        files.nodes("User", [(0, {"id": "u1", "n": 1}), (1, {"id": "u2", "n": "one"})], key="id")


def test_edges_come_in_batches_and_one_type_may_have_two_files(tmp_path: Path) -> None:
    """MARKED_BY leads to hashtags and to sounds: a file each, of one type."""
    files = ImportFolder(tmp_path)
    with files.edge_file("MARKED_BY", ("Challenge", "Hashtag")) as marked:
        for place in range(2):
            marked.write(np.array([place]), np.array([7]), {"at": pa.array([place or None], pa.int64())})
    files.edges("MARKED_BY", ("Challenge", "Sound"), np.array([0]), np.array([1]))
    files.edges("LAUNCHED", ("User", "Challenge"), np.array([], int), np.array([], int))
    assert read(tmp_path, "edges-MARKED_BY") == (":START_ID(Challenge),:END_ID(Hashtag),at:long\n", "0,7,\n1,7,1\n")
    assert read(tmp_path, "edges-MARKED_BY-2") == (":START_ID(Challenge),:END_ID(Sound)\n", "0,1\n")
    told = [option for option in files.arguments() if option.startswith("--relationships")]
    assert told == [
        "--relationships=MARKED_BY=./edges-MARKED_BY-header.csv,./edges-MARKED_BY.csv",
        "--relationships=MARKED_BY=./edges-MARKED_BY-2-header.csv,./edges-MARKED_BY-2.csv",
    ]
    assert files.edges_told == 3
