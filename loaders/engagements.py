"""Folded pairs and relations into the graph, by two writers that never meet at a node.

Pairs are split by a hash of the user and one of the video into a 2 × 2 grid; the writers take its diagonals, so that
no two transactions under way share a user or a video. What they still share are older relationships, from a user of the
one to a video of the other: a commit locks those that its own are hung before, node by node. So commits take turns.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from threading import Lock

import pyarrow as pa

from contentgraph.cypher import Database
from contentgraph.cypher.upsert import RELATIONS, camel
from contentgraph.graph.facts import FACT_FIELDS

BATCH = 4_000
"""Pairs a transaction."""

Row = Mapping[str, object]
Halves = tuple[Sequence[Row], Sequence[Row]]
"""What two writers write at once."""
Progress = Callable[[int], None]

FACT_NAMES = {name: camel(name) for name in FACT_FIELDS}


def pair_rows(batch: pa.RecordBatch) -> list[Row]:
    """Rows of ``merge_engaged``; facts that never happened are left out."""
    columns = [(FACT_NAMES[name], batch.column(name).to_pylist()) for name in FACT_FIELDS]
    columns = [(name, values) for name, values in columns if any(value is not None for value in values)]
    users, videos = batch.column("user_id").to_pylist(), batch.column("video_id").to_pylist()
    rows: list[Row] = []
    for place, (user, video) in enumerate(zip(users, videos, strict=True)):
        facts = {name: values[place] for name, values in columns if values[place] is not None}
        rows.append({"userId": user, "videoId": video, "facts": facts})
    return rows


def merge_pairs(
    database: Database,
    batches: Iterable[pa.RecordBatch],
    scale: Mapping[str, float | int],
    progress: Progress = lambda _: None,
) -> int:
    """Join folded pairs into their ENGAGED edges; pairs written. Both ends must exist."""
    return write_rounds(database, "merge_engaged", _diagonals(batches), BATCH, progress, scale=scale)


def _diagonals(batches: Iterable[pa.RecordBatch]) -> Iterator[Halves]:
    for batch in batches:
        cells: dict[tuple[int, int], list[Row]] = {(u, v): [] for u in (0, 1) for v in (0, 1)}
        for row in pair_rows(batch):
            cells[_side(str(row["userId"])), _side(str(row["videoId"]))].append(row)
        yield cells[0, 0], cells[1, 1]
        yield cells[0, 1], cells[1, 0]


def write_rounds(
    database: Database,
    statement: str,
    rounds: Iterable[Halves],
    size: int,
    progress: Progress = lambda _: None,
    **params: object,
) -> int:
    """Write rows by two writers, round by round, ``size`` rows a transaction; rows written.

    The two halves of a round may not share a node: then the writers never wait for each other but to commit, and
    neither can deadlock with the other. While a round is written the next one is made.
    """
    total, turns = 0, Lock()
    writers: list[Future[int]] = []
    with ThreadPoolExecutor(2) as pool:
        for halves in chain(rounds, [()]):  # the last of them is waited for, too
            done = sum(writer.result() for writer in writers)
            total += done
            progress(done)
            writers = [
                pool.submit(database.write_batches, statement, rows, size, turns=turns, **params) for rows in halves
            ]
    return total


def merge_relations(database: Database, relations: Mapping[str, Sequence[Row]]) -> int:
    """Join follows, blocks, hides and reports into their edges; edges written. Both ends must exist."""
    return sum(database.write_batches(name, relations[name], BATCH) for name in RELATIONS if name in relations)


def announce(database: Database, users: Iterable[str], videos: Iterable[str]) -> None:
    """Create the named users and videos that are not there yet, as :Unannounced."""
    for name, ids in (("announce_users", users), ("announce_videos", videos)):
        ordered = sorted(ids)
        for start in range(0, len(ordered), 10_000):
            database.write(name, ids=ordered[start : start + 10_000])


def _side(name: str) -> int:
    return zlib.crc32(name.encode()) & 1
