"""Catalogue rows into the graph: hold and read what is stored, join, write what changed, one transaction a batch.

From a video's length follow the points of all its edges, which may be more than fit into the transaction that writes
it. So that one marks the video, and the points are derived afterwards, some edges a transaction, before the mark goes.
A run that is killed in between leaves the mark, by which the next one derives, whatever its files say: rows alone would
not tell it, for the length is stored by then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from contentgraph.cypher import Database, Transaction
from contentgraph.graph.catalogue import CatalogueState, join, sound_key
from contentgraph.graph.stored import TABLES, Change, Table, link_rows, properties_of, stored, text
from contentgraph.loaders.scale import derive_again

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

    Where a duration changed, in this run or in one that was killed, the points of that video's edges are derived again.
    """
    goal = TABLES[table]
    batches = [states[start : start + BATCH] for start in range(0, len(states), BATCH)]

    def write(batch: Sequence[CatalogueState]) -> int:
        return database.transaction(lambda tx: _put(tx, goal, batch))

    changed = 0
    # Rows without links touch no other node, so two writers cannot meet.
    with ThreadPoolExecutor(1 if goal.links else 2) as pool:
        for batch, written in zip(batches, pool.map(write, batches), strict=True):
            changed += written
            progress(len(batch))
    if goal is TABLES["videos"]:
        marked = database.read("night_underived")
        derive_again(database, marked, scale)
        database.write_batches("mark_derived", [{"id": row["id"]} for row in marked])
    return changed


def _put(tx: Transaction, table: Table, batch: Sequence[CatalogueState]) -> int:
    ids = sorted(state.id for state in batch)
    tx.run(table.hold, ids=ids)
    found = {record["id"]: stored(record) for record in tx.run(table.read, ids=ids)}
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
        _after_videos(tx, changed)
    return len(changed)


def _after_videos(tx: Transaction, changed: Iterable[Change]) -> None:
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
    tx.run("mark_underived", ids=lengths)
    tx.run("title_sounds", ids=sorted(sounds))
