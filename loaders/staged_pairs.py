"""Folded pairs straight into ENGAGED's file and into arrays: flags and points derived on the way."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contentgraph.graph.facts import FACT_FIELDS
from contentgraph.graph.pair_arrays import bits_of_pairs, times_of_flags
from contentgraph.graph.points import COMPLETED, REWATCHED, PointScale, points_of_bits
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.engagements import FACT_NAMES
from contentgraph.loaders.import_files import Cells, ImportFolder
from contentgraph.loaders.readback import FACT_BITS

Times = npt.NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)
FIRST_OF_PAIRS = ("points", "lastAt", "completed", "rewatched")
"""Properties that a feed reads of every pair: in front, for Neo4j reads those of an edge from front to back."""
_IDS = ("event1_id", "event2_id", "first_completion_id", "last_completion_id")


@dataclass(frozen=True, slots=True)
class StagedPairs:
    """Engagements sorted by (user, video); parallel arrays, as `readback.Engagements` has them."""

    user: npt.NDArray[np.int32]
    video: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint8]
    first_at: Times
    last_at: Times
    at: dict[str, Times]
    """Of the pairs that have the flag."""
    pushed: npt.NDArray[np.bool_]
    """It began where the product itself pushed the video."""


def stage_pairs(
    files: ImportFolder,
    batches: Iterable[pa.RecordBatch],
    users: Vocabulary,
    videos: Vocabulary,
    duration_ms: Times,
    scale: PointScale,
    progress: Callable[[int], None] = lambda _: None,
) -> StagedPairs:
    """Write all pairs; ``duration_ms``: an entry a video, -1 where unknown."""
    user_ids, video_ids = pa.array(users.ids(), pa.string()), pa.array(videos.ids(), pa.string())
    with files.edge_file("ENGAGED", ("User", "Video")) as engaged, _Waiting(files.folder) as waiting:
        for batch in batches:
            user = pc.index_in(batch.column("user_id"), user_ids).to_numpy()
            video = pc.index_in(batch.column("video_id"), video_ids).to_numpy()
            columns: dict[str, Cells] = {name: batch.column(name) for name in FACT_FIELDS}
            facts = {name: _times(cells) for name, cells in columns.items() if name not in _IDS}
            same: Cells = pc.equal(columns["first_completion_id"], columns["last_completion_id"])
            bits = bits_of_pairs(
                scale,
                facts,
                duration_ms[video],
                one_event=columns["event1_id"].is_valid().to_numpy(zero_copy_only=False),
                one_completion=same.fill_null(False).to_numpy(zero_copy_only=False),
            )
            told = {FACT_NAMES[name]: cells for name, cells in columns.items()}
            told["points"] = pa.array(points_of_bits(scale, bits))
            told["completed"] = pa.array(bits & COMPLETED > 0)
            told["rewatched"] = pa.array(bits & REWATCHED > 0)
            engaged.write(user, video, {name: told[name] for name in FIRST_OF_PAIRS} | told)
            pushed = (facts["first_pushed_at"] >= 0) & (facts["first_pushed_at"] <= facts["first_at"])
            arrays = {"user": user, "video": video, "bits": bits.astype(np.uint8), "pushed": pushed}
            arrays |= {"first_at": facts["first_at"], "last_at": facts["last_at"], **times_of_flags(facts, bits)}
            for name, values in arrays.items():
                waiting.append(name, values)
            progress(batch.num_rows)
        return StagedPairs(
            user=waiting.take("user", np.int32),
            video=waiting.take("video", np.int32),
            bits=waiting.take("bits", np.uint8),
            first_at=waiting.take("first_at", np.int64),
            last_at=waiting.take("last_at", np.int64),
            at={name: waiting.take(name, np.int64) for name in FACT_BITS},
            pushed=waiting.take("pushed", np.bool_),
        )


class _Waiting:
    """Columns that wait on disk until all their rows are there: so each is one array, and memory has no holes where its
    pieces were. A context manager; the files have no names, and go with the process."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._files = folder, ExitStack()
        self._columns: dict[str, IO[bytes]] = {}

    def append(self, name: str, values: npt.NDArray[np.generic]) -> None:
        """Some more rows of a column, of one type in each call."""
        if name not in self._columns:
            self._columns[name] = self._files.enter_context(TemporaryFile(dir=self._folder))  # noqa: SIM115
        values.tofile(self._columns[name])

    def take(self, name: str, dtype: type[Number]) -> npt.NDArray[Number]:
        """All of a column; nothing where nothing was told."""
        file = self._columns.get(name)
        if file is None:
            return np.zeros(0, dtype=dtype)
        file.seek(0)
        return np.fromfile(file, dtype=dtype)

    def __enter__(self) -> "_Waiting":
        return self

    def __exit__(self, *error: object) -> None:
        self._files.close()


def _times(cells: Cells) -> Times:
    told: Times = cells.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return told
