"""Every user's feed in one Parquet file, from a snapshot: a row a slot, for whoever serves lists made beforehand.

Without test slots of new videos: a list cannot leave out those that lapsed, or were shown elsewhere, since it was made.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.control import withheld
from contentgraph.graph.ranking import POOL_FACTOR, POOL_LEAST, SlateSettings
from contentgraph.graph.snapshot.arrays import SOURCES
from contentgraph.graph.snapshot.reasons import Said
from contentgraph.graph.snapshot.snapshot import Snapshot
from contentgraph.loaders.snapshot import beside

BATCH = 2_000
"""Users a row group."""

SCHEMA = pa.schema(
    [
        ("userId", pa.dictionary(pa.int32(), pa.string())),
        ("slot", pa.int16()),
        ("videoId", pa.dictionary(pa.int32(), pa.string())),
        ("score", pa.float32()),
        *((source, pa.float32()) for source in SOURCES),
        ("reason", pa.dictionary(pa.int32(), pa.string())),
    ]
)
"""``score`` is the sum of the parts; ``reason`` the heaviest one's sentence."""


def precompute(
    snapshot: Snapshot, path: Path, *, limit: int = 20, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Write the feed of everybody who may be shown something; rows written. The file appears whole or not at all.

    Raises:
        UsageError: a limit out of 1 … 1,000, or a file that cannot be written.
    """
    if not 1 <= limit <= 1_000:
        raise UsageError(f"limit is {limit!r}; give a whole number from 1 to 1000")
    rows = 0
    with beside(path) as place, pq.ParquetWriter(place, SCHEMA, compression="zstd") as writer:
        for batch in _batches(snapshot, limit):
            writer.write_table(batch)
            rows += batch.num_rows
            progress(batch.num_rows)
    return rows


def _batches(snapshot: Snapshot, limit: int) -> Iterator[pa.Table]:
    said: Said = {}
    for first in range(0, len(snapshot.users), BATCH):
        yield feeds(snapshot, range(first, min(first + BATCH, len(snapshot.users))), limit, said)


def feeds(snapshot: Snapshot, places: Sequence[int], limit: int, said: Said) -> pa.Table:
    """The feeds of the users at some places as a table of :data:`SCHEMA`; removed users have none.

    ``said``: see `sentences`.
    """
    users = snapshot.users.some(places)
    settings, pool = SlateSettings(), max(POOL_FACTOR * limit, POOL_LEAST)
    sizes = np.zeros(len(users), dtype=np.int64)
    video, score, parts = [np.zeros(0, dtype=np.int32)], [np.zeros(0)], [np.zeros((0, len(SOURCES)))]
    why: list[str] = []
    for number, (place, user) in enumerate(zip(places, users, strict=True)):
        try:
            told = snapshot.listed(place, pool, limit, settings, withheld(user, snapshot.controls), said)
        except NotFound:
            continue
        sizes[number] = told.video.size
        video.append(told.video)
        score.append(told.score)
        parts.append(told.parts)
        why += told.why
    who = np.repeat(np.arange(len(users), dtype=np.int32), sizes)
    slot = np.arange(who.size) - (np.cumsum(sizes) - sizes)[who] + 1
    shown, code = np.unique(np.concatenate(video), return_inverse=True)
    names = snapshot.videos.some(shown.tolist())
    table = np.concatenate(parts).astype(np.float32)
    columns = [
        pa.DictionaryArray.from_arrays(who, users),
        pa.array(slot.astype(np.int16)),
        pa.DictionaryArray.from_arrays(code.astype(np.int32), pa.array(names, pa.string())),
        pa.array(np.concatenate(score).astype(np.float32)),
        *(pa.array(np.ascontiguousarray(table[:, source])) for source in range(len(SOURCES))),
        pa.array(why, pa.string()).dictionary_encode(),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
