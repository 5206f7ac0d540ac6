"""Catalogue rows into the graph: read what is stored, join, write back what changed, one transaction a batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from contentgraph.cypher import Database, Record, Transaction
from contentgraph.graph.catalogue import CatalogueState, encode_stamps, join, restore_state, sound_key

BATCH = 2_000
"""Rows a transaction."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """Edges that a property of a row stands for."""

    statement: str
    """The ``link_*`` statement that makes them exactly those given."""
    properties: tuple[str, ...]
    """The properties that say them; edges are written where one of them was said."""
    announces: str | None
    """The ``announce_*`` statement for their other ends; None where the link creates them."""


@dataclass(frozen=True, slots=True)
class Table:
    """How one table of the catalogue is read from and written to the graph."""

    read: str
    put: str
    links: tuple[Link, ...]

    @property
    def linked(self) -> frozenset[str]:
        """Properties that live in edges, not on the node."""
        return frozenset(name for link in self.links for name in link.properties)


TABLES: Mapping[str, Table] = {
    "users": Table("state_users", "put_users", ()),
    "challenges": Table(
        "state_challenges",
        "put_challenges",
        (
            Link("link_marks", ("hashtags",), None),
            Link("link_launcher", ("launchedBy",), "announce_users"),
            Link("link_sponsors", ("sponsoredBy",), "announce_users"),
        ),
    ),
    "videos": Table(
        "state_videos",
        "put_videos",
        (
            Link("link_creators", ("creatorId", "coCreatorIds"), "announce_users"),
            Link("link_hashtags", ("hashtags",), None),
            Link("link_mentions", ("mentions",), "announce_users"),
            Link("link_sound", ("soundId",), None),
            Link("link_answers", ("challengeIds",), "announce_challenges"),
            Link("link_remix", ("remixOf",), "announce_videos"),
        ),
    ),
}
_SINGLE = frozenset({"creatorId", "soundId", "remixOf", "launchedBy"})


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
    stored = {record["id"]: _stored(record) for record in tx.run(table.read, ids=[state.id for state in batch])}
    changed: list[tuple[CatalogueState | None, CatalogueState]] = []
    for state in batch:
        before = stored.get(state.id)
        after = state if before is None else join(before, state)
        if after != before:
            changed.append((before, after))
    if not changed:
        return 0
    tx.run(table.put, rows=[{"id": after.id, "properties": _properties(table, after)} for _, after in changed])
    for link in table.links:
        _link(tx, link, changed)
    if table is TABLES["videos"]:
        _after_videos(tx, changed, scale)
    return len(changed)


def _stored(record: Record) -> CatalogueState:
    shown = dict(record["properties"])
    updated_at, stamps = shown.pop("updatedAt", 0), shown.pop("stamps", None)
    said = {name: shown[name] for name in SAID if name in shown}
    for name, ends in record["links"].items():
        if name == "soundId":
            # A sound without an id is keyed by its title, which the node says.
            ends = [end for end in ends if end != sound_key(None, shown.get("soundTitle"))]
        if ends:
            said[name] = ends[0] if name in _SINGLE else ends
    return restore_state(record["id"], said, updated_at, stamps)


SAID = (
    "kind", "birthYear", "country", "languages", "restricted", "createdAt", "removedAt", "durationMs", "caption",
    "soundTitle", "soundOriginal", "language", "rating", "title", "description", "startsAt", "endsAt",
)  # fmt: skip
"""Properties of nodes that catalogue rows say; all others are derived or history."""


def _properties(table: Table, state: CatalogueState) -> Row:
    own: Row = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in state.values.items()
        if name not in table.linked
    }
    return {**own, "updatedAt": state.updated_at or None, "stamps": encode_stamps(state)}


def _link(tx: Transaction, link: Link, changed: Iterable[tuple[CatalogueState | None, CatalogueState]]) -> None:
    rows: list[Row] = []
    ends: set[str] = set()
    for before, after in changed:
        targets = _targets(link, after)
        if targets or (before is not None and _targets(link, before)):
            rows.append({"id": after.id, "targets": targets})
            ends.update(str(target["id"]) if isinstance(target, dict) else target for target in targets)
    if not rows:
        return
    if link.announces and ends:
        tx.run(link.announces, ids=sorted(ends))
    tx.run(link.statement, rows=rows)


def _targets(link: Link, state: CatalogueState) -> list[str] | list[Row]:
    values = state.values
    if link.statement == "link_sound":
        title = values.get("soundTitle")
        key = sound_key(_text(values.get("soundId")), _text(title))
        return [key] if key else []
    if link.statement == "link_creators":
        author = _text(values.get("creatorId"))
        co = values.get("coCreatorIds", ())
        roles: dict[str, Row] = {name: {"role": "co"} for name in co} if isinstance(co, tuple) else {}
        if author:
            # An older row may list her as a co-creator: kept, for a newer one may name another author.
            roles[author] = {"role": "author", "listed": True} if author in roles else {"role": "author"}
        return [{"id": name, **role} for name, role in sorted(roles.items())]
    value = values.get(link.properties[0], ())
    return list(value) if isinstance(value, tuple) else [str(value)]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _after_videos(
    tx: Transaction, changed: Iterable[tuple[CatalogueState | None, CatalogueState]], scale: Mapping[str, float | int]
) -> None:
    lengths: list[str] = []
    sounds: set[str] = set()
    for before, after in changed:
        old, new = before.values if before else {}, after.values
        if old.get("durationMs") != new.get("durationMs"):
            lengths.append(after.id)
        for values in (old, new):
            key = sound_key(_text(values.get("soundId")), _text(values.get("soundTitle")))
            if key:
                sounds.add(key)
    tx.run("derive_points", videoIds=lengths, scale=scale)
    tx.run("title_sounds", ids=sorted(sounds))
