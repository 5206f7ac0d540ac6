"""A split: what a method may learn from, and what it is judged by, over one numbering of users and videos.

Two layouts of published splits are read here. Ids are text and mean nothing; indices are places in sorted order.

    lightgcn   train.txt, test.txt: a line a user, ``user video video …``; a user may have no videos
    pairs      trn.tsv, val.tsv and perhaps tst.tsv: a line a pair, ``user<TAB>video``

With tst.tsv, trn and val are learned from and tst is the target; without it trn is learned from and val is the target.
A video that only the target names is suggested where there are features of it, else to nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.vocabulary import Vocabulary

Features = npt.NDArray[np.float32]

_WHOLE = re.compile("0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Split:
    """What is known, and what is to be foretold."""

    name: str
    """Of the data, for tables."""
    user_ids: list[str]
    """Id of each user, ascending by code point."""
    video_ids: list[str]
    """Id of each video, ascending by code point; see ``shown``."""
    train: Pairs
    """What may be learned from, at least one pair."""
    judged: npt.NDArray[np.int64]
    """Users with a target, ascending; at least one."""
    targets: "sparse.csr_matrix"
    """[len(judged) × videos] float64, gain of each target, more than 0; none of them is in ``train``."""
    seen: "sparse.csr_matrix"
    """[users × videos] float32, 1 for each pair of ``train``: what is not suggested."""
    now: int | None = None
    """Epoch ms at which the lists are asked for, not before the last pair of ``train``; None without times."""
    features: tuple[Features, ...] = ()
    """Each [videos × d]: what is known of a video apart from its viewers."""
    shown: npt.NDArray[np.bool_] | None = None
    """[videos] which may be suggested at ``now``: made by then, not removed, and known apart from the targets, by a
    pair of ``train``, a catalogue row or features; all, if absent."""


class Files(NamedTuple):
    """Pairs of ids as some files tell them, repeats and all."""

    users: list[str]
    """User of each pair."""
    videos: list[str]
    """Video of each pair, as many."""
    named: set[str]
    """Every user that is named, with or without a pair."""


def split_of(
    name: str,
    user_ids: list[str],
    video_ids: list[str],
    train: Pairs,
    told: Pairs,
    *,
    now: int | None = None,
    features: tuple[Features, ...] = (),
) -> Split:
    """The split of two sets of pairs; of ``told`` those with points above 0 (all, without points) are targets.

    A told pair that ``train`` has as well is no target: what is known need not be foretold.

    Raises:
        UsageError: nothing to learn from, or no target is left.
    """
    shape = (train.users, train.videos)
    if not train.user.size:
        raise UsageError(f"{name} has no pair to learn from; give a split with at least one.")
    known = np.asarray(train.user, dtype=np.int64) * train.videos + train.video
    asked = np.asarray(told.user, dtype=np.int64) * train.videos + told.video
    gain = np.ones(asked.size) if told.points is None else np.asarray(told.points, dtype=np.float64)
    left = (gain > 0.0) & ~np.isin(asked, known)
    if not left.any():
        raise UsageError(f"None of {name}'s {asked.size} pairs to foretell is new and has points; give some that are.")
    rows, videos = np.asarray(told.user)[left], np.asarray(told.video)[left]
    judged, row = np.unique(rows, return_inverse=True)
    targets = sparse.csr_matrix((gain[left], (row, videos)), shape=(judged.size, train.videos))
    seen = seen_of(train, shape)
    return Split(name, user_ids, video_ids, train, judged.astype(np.int64), targets, seen, now, features)


def seen_of(train: Pairs, shape: tuple[int, int]) -> "sparse.csr_matrix":
    """[users × videos] float32, 1 for each pair; indices sorted."""
    seen = sparse.csr_matrix((np.ones(train.user.size, dtype=np.float32), (train.user, train.video)), shape=shape)
    seen.sort_indices()
    return seen


def read_lightgcn(folder: Path, features: Sequence[Path] = ()) -> Split:
    """Read train.txt and test.txt; each of ``features`` is an .npy file, see `read_features`.

    Raises:
        UsageError: a file that is missing or not UTF-8, nothing to learn from or to foretell, features that do not fit.
    """
    return _split(folder, [_lists(folder / "train.txt")], _lists(folder / "test.txt"), features)


def read_pairs(folder: Path, features: Sequence[Path] = ()) -> Split:
    """Read trn.tsv, val.tsv and, where it is there, tst.tsv.

    Raises:
        UsageError: a file that is missing or not UTF-8, a line of another form, and as for `read_lightgcn`.
    """
    train, later = [_pairs(folder / "trn.tsv")], _pairs(folder / "val.tsv")
    if (folder / "tst.tsv").exists():
        train, later = [*train, later], _pairs(folder / "tst.tsv")
    return _split(folder, train, later, features)


def read_features(path: Path, video_ids: Sequence[str]) -> Features:
    """The rows of an .npy matrix in the order of ``video_ids``; row i is that of the video with the id ``str(i)``.

    Raises:
        UsageError: no readable matrix of finite numbers, an id that is no whole number, or one without a row.
    """
    try:
        matrix = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; give the path of an .npy matrix with one row a video.") from None
    except (OSError, ValueError, EOFError) as error:
        raise UsageError(f"{path}: not an .npy matrix ({error}); save one with numpy.save.") from None
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind not in "fiub":
        seen = f"{matrix.dtype} {matrix.shape}" if isinstance(matrix, np.ndarray) else type(matrix).__name__
        raise UsageError(f"{path}: holds {seen}; give a matrix of numbers, one row a video.")
    strange = next((name for name in video_ids if not _WHOLE.fullmatch(name)), None)
    if strange is not None:
        raise UsageError(
            f"{path}: the video id {strange!r} is no whole number, so no row can be told to be its own; "
            f"number the videos 0 … {len(matrix) - 1} as the rows, or leave the features out."
        )
    rows = np.array([int(name) for name in video_ids], dtype=np.int64)
    if rows.size and int(rows.max()) >= len(matrix):
        missing = int((rows >= len(matrix)).sum())
        raise UsageError(
            f"{path}: has {len(matrix)} rows, and {missing} videos lie beyond, the last one {int(rows.max())}; "
            f"give a row for each of 0 … {int(rows.max())}."
        )
    chosen: Features = matrix[rows].astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(chosen).all(axis=1))
    if bad.size:
        raise UsageError(f"{path}: row {int(rows[bad[0]])} has a number that is not finite; give 0 where unknown.")
    return chosen


def _split(folder: Path, train: Sequence[Files], later: Files, features: Sequence[Path]) -> Split:
    users = Vocabulary(chain.from_iterable(part.named for part in (*train, later)))
    videos = Vocabulary(chain.from_iterable(part.videos for part in (*train, later)))
    known = _distinct(users, videos, train)
    told = _distinct(users, videos, [later])
    names = videos.ids()
    given = tuple(read_features(path, names) for path in features)
    split = split_of(folder.resolve().name, users.ids(), names, known, told, features=given)
    return split if given else replace(split, shown=trained(known))


def trained(known: Pairs) -> npt.NDArray[np.bool_]:
    """[videos] which have a pair to learn from: that only a target names one must not say that it is a target."""
    return np.bincount(known.video, minlength=known.videos) > 0


def _distinct(users: Vocabulary, videos: Vocabulary, parts: Sequence[Files]) -> Pairs:
    """Each pair once, ordered by user, then video."""
    user = users.index(chain.from_iterable(part.users for part in parts)).astype(np.int64)
    video = videos.index(chain.from_iterable(part.videos for part in parts))
    key = np.unique(user * max(len(videos), 1) + video)
    return Pairs(key // max(len(videos), 1), key % max(len(videos), 1), len(users), len(videos))


def _lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, without their ends."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; give a folder that has it, or another --format.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give a readable file.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        seen = raw[error.start : error.end]
        raise UsageError(f"{path}:{line}: {seen!r} is not UTF-8; save the file as UTF-8.") from None
    return text.replace("\r\n", "\n").split("\n")


def _lists(path: Path) -> Files:
    rows = [row for line in _lines(path) if (row := line.split())]
    users = list(chain.from_iterable([row[0]] * (len(row) - 1) for row in rows))
    return Files(users, list(chain.from_iterable(row[1:] for row in rows)), {row[0] for row in rows})


def _pairs(path: Path) -> Files:
    users: list[str] = []
    videos: list[str] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line:
            continue
        user, tab, video = line.partition("\t")
        if not tab or "\t" in video or not user.strip() or not video.strip():
            raise UsageError(f"{path}:{number}: {_seen(line)} is no pair; write user, one tab, video.")
        users.append(user)
        videos.append(video)
    return Files(users, videos, set(users))


def _seen(line: str) -> str:
    return repr(line if len(line) <= 60 else line[:59] + "…")
