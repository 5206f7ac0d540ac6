"""How the catalogue's tables lie in the graph: which properties are edges, and what stored nodes say as states.

Shared by whoever writes catalogue rows: the night from files, the client one row at a time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contentgraph.graph.catalogue import CatalogueState, encode_stamps, restore_state, sound_key

Row = dict[str, object]
Change = tuple[CatalogueState | None, CatalogueState]
"""The state before, None where there was none, and after."""


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
    """How one table of the catalogue is held, read from and written to the graph."""

    hold: str
    """Who writes what follows from what it read holds it first: nobody else writes it in between."""
    read: str
    put: str
    links: tuple[Link, ...]

    @property
    def linked(self) -> frozenset[str]:
        """Properties that live in edges, not on the node."""
        return frozenset(name for link in self.links for name in link.properties)


TABLES: Mapping[str, Table] = {
    "users": Table("hold_users", "state_users", "put_users", ()),
    "challenges": Table(
        "hold_challenges",
        "state_challenges",
        "put_challenges",
        (
            Link("link_marks", ("hashtags",), None),
            Link("link_mark_sounds", ("soundIds",), None),
            Link("link_launcher", ("launchedBy",), "announce_users"),
            Link("link_sponsors", ("sponsoredBy",), "announce_users"),
        ),
    ),
    "videos": Table(
        "hold_videos",
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


def as_told(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A node's properties without what a takedown, which no catalogue row told, made of them."""
    told = dict(properties)
    if "withdrawnAt" in told and told.get("removedAt") == told["withdrawnAt"]:
        del told["removedAt"]
    if "withdrawnIn" in told:
        told["withheldIn"] = told.get("toldWithheldIn")
    return {name: value for name, value in told.items() if value is not None}


def stored(record: Mapping[str, Any]) -> CatalogueState:
    """The state that a row of the table's ``read`` statement says."""
    shown = as_told(record["properties"])
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
    "soundTitle", "soundOriginal", "language", "rating", "withheldIn", "title", "description", "rules", "charity",
    "startsAt", "endsAt",
)  # fmt: skip
"""Properties of nodes that catalogue rows say; all others are derived or history."""


def properties_of(table: Table, state: CatalogueState) -> Row:
    """The node's properties as ``put_*`` takes them."""
    own: Row = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in state.values.items()
        if name not in table.linked
    }
    return {**own, "updatedAt": state.updated_at or None, "stamps": encode_stamps(state)}


def link_rows(link: Link, changed: Iterable[Change]) -> tuple[list[Row], list[str]]:
    """(rows of the link's statement, ids of their other ends, ascending) of some changes."""
    rows: list[Row] = []
    ends: set[str] = set()
    for before, after in changed:
        targets = _targets(link, after)
        if targets or (before is not None and _targets(link, before)):
            rows.append({"id": after.id, "targets": targets})
            ends.update(str(target["id"]) if isinstance(target, dict) else target for target in targets)
    return rows, sorted(ends)


def _targets(link: Link, state: CatalogueState) -> list[str] | list[Row]:
    values = state.values
    if link.statement == "link_sound":
        title = values.get("soundTitle")
        key = sound_key(text(values.get("soundId")), text(title))
        return [key] if key else []
    if link.statement == "link_creators":
        author = text(values.get("creatorId"))
        co = values.get("coCreatorIds", ())
        roles: dict[str, Row] = {name: {"role": "co"} for name in co} if isinstance(co, tuple) else {}
        if author:
            # An older row may list her as a co-creator: kept, for a newer one may name another author.
            roles[author] = {"role": "author", "listed": True} if author in roles else {"role": "author"}
        return [{"id": name, **role} for name, role in sorted(roles.items())]
    value = values.get(link.properties[0], ())
    return list(value) if isinstance(value, tuple) else [str(value)]


def text(value: object) -> str | None:
    """``value`` if it is text."""
    return value if isinstance(value, str) else None
