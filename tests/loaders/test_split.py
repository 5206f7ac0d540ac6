"""Splits: the published layouts, what is a target, what is refused, and features that follow the renumbering."""

from pathlib import Path

import numpy as np
import pytest

from contentgraph.errors import UsageError
from contentgraph.graph.similarity import Pairs
from contentgraph.loaders.split import Split, read_features, read_lightgcn, read_pairs, split_of

SHARED = Path(__file__).parents[3] / "shared" / "data"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / (name + (".txt" if name in ("train", "test") else ".tsv"))).write_bytes(text.encode())
    return folder


def known(split: Split) -> set[tuple[str, str]]:
    return {
        (split.user_ids[user], split.video_ids[video])
        for user, video in zip(split.train.user.tolist(), split.train.video.tolist(), strict=True)
    }


def told(split: Split) -> dict[tuple[str, str], float]:
    found = split.targets.tocoo()
    users = [split.user_ids[user] for user in split.judged[found.row].tolist()]
    videos = [split.video_ids[video] for video in found.col.tolist()]
    return dict(zip(zip(users, videos, strict=True), found.data.tolist(), strict=True))


def test_lightgcn_is_a_line_a_user_and_lists_may_be_empty(tmp_path: Path):
    split = read_lightgcn(write(tmp_path, train="10 a b\n9 b\n8\n", test="9 a\n10\n\n7 c\n"))
    assert split.user_ids == ["10", "7", "8", "9"]
    assert split.video_ids == ["a", "b", "c"]
    assert known(split) == {("10", "a"), ("10", "b"), ("9", "b")}
    assert told(split) == {("9", "a"): 1.0, ("7", "c"): 1.0}
    assert [split.user_ids[user] for user in split.judged] == ["7", "9"]
    assert (split.name, split.now, split.features) == (tmp_path.name, None, ())


def test_pairs_without_tst_learn_from_trn_and_foretell_val(tmp_path: Path):
    split = read_pairs(write(tmp_path, trn="u\tx\nv\ty\n", val="u\ty\n"))
    assert known(split) == {("u", "x"), ("v", "y")}
    assert told(split) == {("u", "y"): 1.0}


def test_pairs_with_tst_learn_from_trn_and_val_and_foretell_tst(tmp_path: Path):
    split = read_pairs(write(tmp_path, trn="u\tx\nv\ty\n", val="u\ty\n", tst="v\tx\n"))
    assert known(split) == {("u", "x"), ("v", "y"), ("u", "y")}
    assert told(split) == {("v", "x"): 1.0}


def test_ids_are_text_indices_are_places_in_their_order(tmp_path: Path):
    """ "10" stands before "9", and "09" is another user than "9"."""
    split = read_pairs(write(tmp_path, trn="9\té 1\n09\tb\n10\tb\n", val="9\tb\n"))
    assert split.user_ids == ["09", "10", "9"]
    assert split.video_ids == ["b", "é 1"]


def test_a_pair_told_twice_counts_once(tmp_path: Path):
    split = read_lightgcn(write(tmp_path, train="u a a b\nu b\n", test="u c c\nu c\n"))
    assert split.train.user.size == 2
    assert told(split) == {("u", "c"): 1.0}
    assert split.seen.data.tolist() == [1.0, 1.0]


def test_what_is_known_is_no_target(tmp_path: Path):
    split = read_pairs(write(tmp_path, trn="u\ta\nv\ta\n", val="u\ta\nu\tb\nv\ta\n"))
    assert told(split) == {("u", "b"): 1.0}
    assert [split.user_ids[user] for user in split.judged] == ["u"]


def test_seen_is_train_as_a_matrix(tmp_path: Path):
    split = read_pairs(write(tmp_path, trn="u\tb\nv\tb\nu\ta\n", val="v\ta\n"))
    assert split.seen.toarray().tolist() == [[1.0, 1.0], [0.0, 1.0]]
    assert split.seen.dtype == np.float32


def test_line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_an_id(tmp_path: Path):
    split = read_pairs(write(tmp_path, trn="\ufeffu\ta\r\nv\tb\r\n", val="v\ta\r\n"))
    assert (split.user_ids, split.video_ids) == (["u", "v"], ["a", "b"])


def test_targets_of_a_split_made_of_pairs_are_those_with_points():
    train = Pairs(np.array([0, 1]), np.array([0, 1]), 3, 3)
    later = Pairs(np.array([2, 0, 0, 1]), np.array([2, 1, 2, 0]), 3, 3, np.array([4.0, 0.0, 2.0, -1.0]))
    split = split_of("mine", ["u", "v", "w"], ["a", "b", "c"], train, later, now=5)
    assert told(split) == {("w", "c"): 4.0, ("u", "c"): 2.0}
    assert split.judged.tolist() == [0, 2]
    assert split.now == 5


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"trn": "u\ta\nu a\n", "val": "u\tb\n"}, r"trn\.tsv:2: 'u a' is no pair; write user, one tab, video"),
        ({"trn": "u\ta\n", "val": "u\tb\n\nu\tb\t5\n"}, r"val\.tsv:3: 'u\\tb\\t5' is no pair"),
        ({"trn": "\ta\n", "val": "u\tb\n"}, r"trn\.tsv:1: '\\ta' is no pair"),
        ({"trn": "u\t\n", "val": "u\tb\n"}, r"trn\.tsv:1: 'u\\t' is no pair"),
        ({"trn": "u\ta\n"}, r"val\.tsv: no such file; give a folder that has it"),
        ({"trn": "", "val": "u\tb\n"}, r"no pair to learn from"),
        ({"trn": "u\ta\n", "val": "u\ta\n"}, r"None of .* 1 pairs to foretell is new"),
        ({"trn": "u\ta\n", "val": ""}, r"None of .* 0 pairs to foretell is new"),
    ],
    ids=["space", "three fields", "no user", "no video", "no file", "no train", "nothing new", "no target"],
)
def test_what_is_no_split_of_pairs_is_refused_by_file_and_line(tmp_path: Path, files: dict[str, str], says: str):
    with pytest.raises(UsageError, match=says):
        read_pairs(write(tmp_path, **files))


def test_a_file_that_is_not_utf_8_is_refused_by_line(tmp_path: Path):
    write(tmp_path, train="u a\n", test="u b\n")
    (tmp_path / "test.txt").write_bytes(b"u b\nv c\nw \xff\n")
    with pytest.raises(UsageError, match=r"test\.txt:3: b'\\xff' is not UTF-8"):
        read_lightgcn(tmp_path)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path):
    (tmp_path / "train.txt").mkdir()
    with pytest.raises(UsageError, match=r"train\.txt: cannot be read"):
        read_lightgcn(tmp_path)


def test_features_follow_the_videos_into_their_new_order(tmp_path: Path):
    """Row i is video ``str(i)``'s; "10" stands before "2"; rows of videos without a pair are left out."""
    matrix = np.arange(24, dtype=np.float16).reshape(12, 2)
    np.save(tmp_path / "one.npy", matrix)
    np.save(tmp_path / "two.npy", matrix[:, :1])
    folder = write(tmp_path, train="u 0 2 10\n", test="u 1\n")
    split = read_lightgcn(folder, [tmp_path / "one.npy", tmp_path / "two.npy"])
    assert split.video_ids == ["0", "1", "10", "2"]
    assert split.features[0].dtype == np.float32
    assert split.features[0].tolist() == [[0, 1], [2, 3], [20, 21], [4, 5]]
    assert split.features[1].tolist() == [[0], [2], [20], [4]]


@pytest.mark.parametrize("strange", ["a", "01", "-1", "1.0", "²", ""])
def test_features_need_ids_that_are_whole_numbers(tmp_path: Path, strange: str):
    np.save(tmp_path / "f.npy", np.zeros((3, 2)))
    with pytest.raises(UsageError, match=r"f\.npy: the video id .* is no whole number"):
        read_features(tmp_path / "f.npy", ["0", strange])


def test_features_need_a_row_for_each_video(tmp_path: Path):
    np.save(tmp_path / "f.npy", np.zeros((3, 2)))
    with pytest.raises(
        UsageError, match=r"has 3 rows, and 2 videos lie beyond, the last one 7; give a row for each of 0"
    ):
        read_features(tmp_path / "f.npy", ["0", "3", "7"])


@pytest.mark.parametrize("matrix", [np.zeros(3), np.zeros((3, 2, 1)), np.array([["a"]])], ids=["1-d", "3-d", "text"])
def test_features_need_a_matrix_of_numbers(tmp_path: Path, matrix: np.ndarray):
    np.save(tmp_path / "f.npy", matrix)
    with pytest.raises(UsageError, match=r"give a matrix of numbers, one row a video"):
        read_features(tmp_path / "f.npy", ["0"])


def test_features_that_are_not_finite_are_refused_by_row(tmp_path: Path):
    """Only rows that are used count."""
    np.save(tmp_path / "f.npy", np.array([[1.0], [np.nan], [np.inf], [2.0]]))
    assert read_features(tmp_path / "f.npy", ["0", "3"]).tolist() == [[1.0], [2.0]]
    with pytest.raises(UsageError, match="row 2 has a number that is not finite"):
        read_features(tmp_path / "f.npy", ["3", "2"])


@pytest.mark.parametrize("raw", [b"", b"not numpy", b"\x93NUMPY\x01"])
def test_a_file_that_is_no_npy_is_refused(tmp_path: Path, raw: bytes):
    (tmp_path / "f.npy").write_bytes(raw)
    with pytest.raises(UsageError, match=r"f\.npy: not an \.npy matrix"):
        read_features(tmp_path / "f.npy", ["0"])


def test_a_features_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match=r"f\.npy: no such file"):
        read_features(tmp_path / "f.npy", ["0"])


def shown(split: Split) -> set[str]:
    assert split.shown is not None
    return {name for name, kept in zip(split.video_ids, split.shown.tolist(), strict=True) if kept}


def test_a_video_that_only_a_target_names_is_not_shown(tmp_path: Path):
    """Who knows that it is in the file knows that it is somebody's target."""
    split = read_pairs(write(tmp_path, trn="u\ta\nv\tb\n", val="u\tb\nu\tc\n", tst="v\ta\nv\td\n"))
    assert shown(split) == {"a", "b", "c"}
    assert told(split).keys() == {("v", "a"), ("v", "d")}, "it is a target all the same"
    assert shown(read_lightgcn(write(tmp_path, train="u 1\n", test="u 2\n"))) == {"1"}


def test_a_video_that_has_features_is_shown_also_where_only_a_target_names_it(tmp_path: Path):
    np.save(tmp_path / "f.npy", np.zeros((3, 2)))
    split = read_lightgcn(write(tmp_path, train="u 1\n", test="u 2\n"), [tmp_path / "f.npy"])
    assert split.shown is None


@pytest.mark.skipif(not (SHARED / "tiktok-mm").is_dir(), reason="needs ../shared/data/tiktok-mm")
def test_the_published_tiktok_split_has_the_published_size():
    """Counts of its README: 59,541 pairs for training, 3,051 for validation, features of 128 numbers a video."""
    folder = SHARED / "tiktok-mm"
    split = read_pairs(folder, [folder / "audio_feat.npy", folder / "image_feat.npy"])
    assert (split.train.user.size, split.targets.nnz) == (59_541, 3_051)
    assert [matrix.shape for matrix in split.features] == [(len(split.video_ids), 128)] * 2


@pytest.mark.skipif(not (SHARED / "gowalla").is_dir(), reason="needs ../shared/data/gowalla")
def test_the_published_gowalla_split_has_the_published_size():
    """Counts of its README: 29,858 × 40,981, 810,128 pairs for training, 217,242 for testing."""
    split = read_lightgcn(SHARED / "gowalla")
    assert split.seen.shape == (29_858, 40_981)
    assert (split.seen.nnz, split.targets.nnz) == (810_128, 217_242)
