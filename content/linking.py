"""What analysed videos have to do with each other: copies, same sounds, spellings of tags, a first place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.content import facts
from contentgraph.cypher import Database, Record
from contentgraph.graph.copies import copies
from contentgraph.graph.hashtag_words import Splitter, heads
from contentgraph.graph.matches import equal_sounds, origins
from contentgraph.graph.perceptual import WINDOWS
from contentgraph.graph.soundprint import same_sounds

PLACES = 10
"""Neighbours that a video without viewers leads to, and is led to by, until the next night."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """How many of each there are; ``placed``: neighbours that were written."""

    reposts: int
    same_sounds: int
    spellings: int
    placed: int


def link(database: Database) -> Linked:
    """Find and write all of it again from what is stored; what has not changed is written as it was."""
    rows = [dict(row) for row in database.stream("media_prints", fetch_size=1_000)]
    rows.sort(key=lambda row: str(row["id"]))
    created = np.array([-1 if row["createdAt"] is None else row["createdAt"] for row in rows], dtype=np.int64)
    ids = [str(row["id"]) for row in rows]
    shown = _prints(rows, "frameHashes")
    found = copies([hashes.reshape(-1, len(WINDOWS)) for hashes in shown])
    reposts = _put(database, "put_reposts", ids, origins(found, created), facts.IMAGE)
    heard = origins(same_sounds(_prints(rows, "soundprint")), created)
    named = {place: row["soundIds"] for place, row in enumerate(rows) if row["soundprint"]}
    _put_same_as(database, equal_sounds(named, heard))
    return Linked(
        reposts,
        _put(database, "put_same_sounds", ids, heard, facts.SOUND),
        _spellings(database),
        _place(database, ids),
    )


def _prints(rows: Sequence[Record], name: str) -> list[npt.NDArray[np.uint64]]:
    return [np.array(row[name], dtype=np.int64).view(np.uint64) for row in rows]


def _put(database: Database, statement: str, ids: list[str], found: dict[int, tuple[int, float]], by: str) -> int:
    rows: list[dict[str, object]] = []
    for place, name in enumerate(ids):
        origin, sure = found.get(place, (None, 0.0))
        rows.append(
            {"id": name, "origin": None if origin is None else ids[origin], "confidence": round(sure, 4), "by": by}
        )
    database.write_batches(statement, rows, BATCH)
    return len(found)


def _put_same_as(database: Database, found: dict[str, tuple[str, float]]) -> None:
    rows: list[dict[str, object]] = [
        {"id": name, "origin": first, "confidence": round(sure, 4), "by": facts.SOUND}
        for name, (first, sure) in sorted(found.items())
    ]
    database.write("drop_same_as", kept=[[row["id"], row["origin"]] for row in rows])
    database.write_batches("put_same_as", rows, BATCH)


def _spellings(database: Database) -> int:
    """Split the hashtags by what the platform writes, and link those that spell one another; tags that are linked."""
    tags = [dict(row) for row in database.stream("tag_counts", fetch_size=5_000)]
    counts: Counter[str] = Counter()
    for row in database.stream("night_media", fetch_size=1_000):
        for word, count in zip(row["words"], row["wordCounts"], strict=True):
            counts[word] += count
    for tag in tags:
        counts[tag["name"]] += tag["videos"]
    splitter = Splitter(counts)
    family = heads({tag["name"]: tag["videos"] for tag in tags}, splitter)
    rows = [
        {
            "name": tag["name"],
            "words": list(splitter.split(tag["name"])),
            "head": family.get(tag["name"]),
            "by": facts.TAGS,
        }
        for tag in tags
    ]
    before = {tag["name"]: (tag["words"], tag["head"], tag["wordsBy"]) for tag in tags}
    rows = [row for row in rows if before[str(row["name"])] != (row["words"], row["head"], row["by"])]
    database.write_batches("put_families", rows, BATCH)
    return len(family)


def _place(database: Database, ids: list[str]) -> int:
    """Give videos that no night has placed their first neighbours; how many neighbours that were."""
    placed = 0
    for start in range(0, len(ids), BATCH):
        near = database.read("near_media", ids=ids[start : start + BATCH], k=PLACES)
        rows = [
            {"id": row["id"], "targets": row["targets"], "likeness": [2.0 * (score - 0.5) for score in row["likeness"]]}
            for row in near
            if row["targets"]
        ]
        if rows:
            placed += int(database.write("place_newcomers", rows=rows)[0]["edges"] or 0) // 2
    return placed
