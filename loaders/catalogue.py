"""Catalogue rows into the graph: read what is stored, join, write back what changed, one transaction a batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from contentgraph.cypher import Database, Transaction
from contentgraph.graph.catalogue import CatalogueState, join, sound_key
from contentgraph.graph.stored import TABLES, Change, Table, link_rows, properties_of, stored, text

BATCH = 2_000
"""Rows a transaction."""


def put_catalogue(
    database: Database,
    table: str,
    states: Sequence[CatalogueState],
    scale: Mapping[str, float | int],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Join ``states`` of one table into the graph; how many nodes changed.

    A changed duration derives the points of that video's edges again in the same transaction.
    """
    goal = TABLES[table]
    batches = [states[start : start + BATCH] for start in range(0, len(states), BATCH)]

    def write(batch: Sequence[CatalogueState]) -> int:
        return database.transaction(lambda tx: _put(tx, goal, batch, scale))

    changed = 0
    # Rows without links touch no other node, so two writers cannot meet.
    with ThreadPoolExecutor(1 if goal.links else 2) as pool:
        for batch, written in zip(batches, pool.map(write, batches), strict=True):
            changed += written
            progress(len(batch))
    return changed


def _put(tx: Transaction, table: Table, batch: Sequence[CatalogueState], scale: Mapping[str, float | int]) -> int:
    found = {record["id"]: stored(record) for record in tx.run(table.read, ids=[state.id for state in batch])}
    changed: list[Change] = []
    for state in batch:
        before = found.get(state.id)
        after = state if before is None else join(before, state)
        if after != before:
            changed.append((before, after))
    if not changed:
        return 0
    tx.run(table.put, rows=[{"id": after.id, "properties": properties_of(table, after)} for _, after in changed])
    for link in table.links:
        rows, ends = link_rows(link, changed)
        if rows:
            if link.announces and ends:
                tx.run(link.announces, ids=ends)
            tx.run(link.statement, rows=rows)
    if table is TABLES["videos"]:
        _after_videos(tx, changed, scale)
    return len(changed)


def _after_videos(tx: Transaction, changed: Iterable[Change], scale: Mapping[str, float | int]) -> None:
    lengths: list[str] = []
    sounds: set[str] = set()
    for before, after in changed:
        old, new = before.values if before else {}, after.values
        if old.get("durationMs") != new.get("durationMs"):
            lengths.append(after.id)
        for values in (old, new):
            key = sound_key(text(values.get("soundId")), text(values.get("soundTitle")))
            if key:
                sounds.add(key)
    tx.run("derive_points", videoIds=lengths, scale=scale)
    tx.run("title_sounds", ids=sorted(sounds))
