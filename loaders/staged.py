"""What checked files say as a whole graph in memory: numbers for ids, edges as arrays, the platform that a night reads.

The same facts as catalogue, engagements and relations give when they are merged into an empty graph; a test compares
the digests.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from contentgraph.cypher.upsert import THING_TARGETS
from contentgraph.graph.catalogue import CatalogueState
from contentgraph.graph.counters import Counter
from contentgraph.graph.relations import Row as RelationRow
from contentgraph.graph.stored import TABLES, link_rows, properties_of
from contentgraph.graph.vocabulary import Vocabulary
from contentgraph.loaders.import_files import ImportFolder, Properties
from contentgraph.loaders.spool import Checked

Index = npt.NDArray[np.int32]
Tables = Mapping[str, Mapping[str, CatalogueState]]

LABELS = {"users": "User", "videos": "Video", "challenges": "Challenge"}
LINKED = {
    "link_creators": ("CREATED", "User", True),
    "link_hashtags": ("TAGGED", "Hashtag", False),
    "link_mentions": ("MENTIONS", "User", False),
    "link_sound": ("USES", "Sound", False),
    "link_answers": ("ANSWERS", "Challenge", False),
    "link_remix": ("REMIXES", "Video", False),
    "link_marks": ("MARKED_BY", "Hashtag", False),
    "link_mark_sounds": ("MARKED_BY", "Sound", False),
    "link_launcher": ("LAUNCHED", "User", True),
    "link_sponsors": ("SPONSORS", "User", True),
}
"""Statement → type, label of the other end, whether the edge leads from there to the row's node."""
RELATED = {
    "merge_follows": ("FOLLOWS", "User"),
    "merge_blocks": ("BLOCKS", "User"),
    "merge_hides_video": ("HIDES", "Video"),
    "merge_hides_user": ("HIDES", "User"),
    "merge_hides_sound": ("HIDES", "Sound"),
    "merge_hides_hashtag": ("HIDES", "Hashtag"),
    "merge_reports_video": ("REPORTED", "Video"),
    "merge_reports_user": ("REPORTED", "User"),
}
"""Statement → type, label of the target."""


FIRST = ("id", "rating", "lift", "worth", "taste", "language", "travel", "prior", "country")
"""Properties that a feed reads of every candidate."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Catalogue edges of one kind: parallel lists."""

    sources: list[str]
    """Ids of the rows' nodes."""
    targets: list[str]
    properties: dict[str, list[object]]


@dataclass(frozen=True, slots=True)
class Staged:
    """All nodes and edges that checked files tell, engagements left out."""

    tables: Tables
    counters: list[Counter]
    relations: Mapping[str, list[RelationRow]]
    links: dict[str, Ends]
    names: dict[str, Vocabulary] = field(repr=False)
    """Label → ids; an id's place is its number in the files."""

    def ends(self, statement: str) -> Iterator[tuple[str, str]]:
        """(id of the row's node, id of the other end)."""
        told = self.links[statement]
        return zip(told.sources, told.targets, strict=True)


def staged(checked: Checked, relations: Mapping[str, list[RelationRow]], users: set[str], videos: set[str]) -> Staged:
    """``users``, ``videos``: the ids that events name."""
    tables: Tables = checked.rows  # type: ignore[assignment]  # keys are a Literal
    links = {
        link.statement: _ends(link_rows(link, ((None, state) for state in tables[table].values()))[0])
        for table in LABELS
        for link in TABLES[table].links
    }
    told: dict[str, set[str]] = {LABELS[table]: set(tables[table]) for table in LABELS} | {
        "Hashtag": set(),
        "Sound": set(),
    }
    for statement, (_, label, _) in LINKED.items():
        told[label].update(links[statement].targets)
    for statement in THING_TARGETS:
        told[RELATED[statement][1]].update(str(row["targetId"]) for row in relations.get(statement, ()))
    told["User"] |= users
    told["Video"] |= videos
    told["Video"].update(one.video_id for one in checked.counters)
    names = {label: Vocabulary(ids) for label, ids in told.items()}
    return Staged(tables, checked.counters, relations, links, names)


def _ends(rows: Iterable[Mapping[str, object]]) -> Ends:
    sources: list[str] = []
    targets: list[str] = []
    properties: dict[str, list[object]] = {}
    held: dict[str, str] = {}  # each text once, however many rows name it
    for row in rows:
        for target in row["targets"]:  # type: ignore[attr-defined]  # a list of ids or of rows
            sources.append(str(row["id"]))
            name = str(target["id"]) if isinstance(target, dict) else target
            targets.append(held.setdefault(name, name))
            if isinstance(target, dict):
                for column in ("role", "listed"):
                    properties.setdefault(column, []).append(target.get(column))
    return Ends(sources, targets, properties)


def put_links(files: ImportFolder, graph: Staged) -> None:
    """The catalogue's edges, relations and counters into files."""
    for table, label in LABELS.items():
        for link in TABLES[table].links:
            type_, other, inward = LINKED[link.statement]
            told = graph.links[link.statement]
            source, target = graph.names[label].index(told.sources), graph.names[other].index(told.targets)
            ends = (other, label) if inward else (label, other)
            types = {"role": pa.string(), "listed": pa.bool_()}
            columns = {name: pa.array(cells, types[name]) for name, cells in told.properties.items()}
            files.edges(type_, ends, *((target, source) if inward else (source, target)), columns)
    for statement, rows in graph.relations.items():
        type_, other = RELATED[statement]
        user = graph.names["User"].index(str(row["userId"]) for row in rows)
        target = graph.names[other].index(str(row["targetId"]) for row in rows)
        types = (
            {"at": pa.int64(), "reason": pa.string()}
            if type_ == "REPORTED"
            else {"at": pa.int64(), "until": pa.int64()}
        )
        columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}
        files.edges(type_, ("User", other), user, target, columns)
    counters = graph.counters
    files.nodes(
        "Counter",
        (
            (place, {"id": f"{one.video_id}@{one.at}", "at": one.at, "views": one.views, "likes": one.likes,
                     "comments": one.comments, "shares": one.shares})
            for place, one in enumerate(counters)
        ),
        key="id",
    )  # fmt: skip
    observed = graph.names["Video"].index(one.video_id for one in counters)
    files.edges("OBSERVED", ("Video", "Counter"), observed, np.arange(len(counters)))


def put_nodes(files: ImportFolder, graph: Staged, results: Mapping[str, Iterable[Properties]]) -> None:
    """Users, videos, challenges, hashtags and sounds into files.

    ``results``: label → derived properties, an entry an id in the order of ``graph.names``; others have none.
    """
    for table, label in LABELS.items():
        apart: dict[str, list[tuple[int, Properties]]] = {"Unannounced": [], "Withheld": []}
        files.nodes(label, _described(graph, table, results.get(label), apart), key="id", first=FIRST)
        for extra, rows in apart.items():
            files.nodes(label, rows, key="id", extra=extra, first=FIRST)
    files.nodes(
        "Hashtag", ((place, {"name": name}) for place, name in enumerate(graph.names["Hashtag"].ids())), key="name"
    )
    titles = sound_titles(graph)
    files.nodes(
        "Sound",
        ((place, {"id": name, **titles.get(name, {})}) for place, name in enumerate(graph.names["Sound"].ids())),
        key="id",
    )


def _described(
    graph: Staged, table: str, results: Iterable[Properties] | None, apart: Mapping[str, list[tuple[int, Properties]]]
) -> Iterator[tuple[int, Properties]]:
    """The nodes that the catalogue describes; those with a further label are added to ``apart`` under it."""
    told, goal = graph.tables[table], TABLES[table]
    names = graph.names[LABELS[table]].ids()
    for place, (name, derived) in enumerate(zip(names, results or repeat({}), strict=False)):
        state = told.get(name)
        if state is None:
            apart["Unannounced"].append((place, {"id": name, **derived}))
            continue
        row = (place, {"id": name, **properties_of(goal, state), **derived})
        if "withheldIn" in state.values:
            apart["Withheld"].append(row)
        else:
            yield row


def _ordered(told: object) -> bytes:
    """Orders texts as Neo4j does, by UTF-16 units; and false before true."""
    return told.encode("utf-16-be") if isinstance(told, str) else bytes([bool(told)])


def sound_titles(graph: Staged) -> dict[str, dict[str, object]]:
    """Title and originality of each sound, from the newest of its videos that says them (``title_sounds``)."""
    best: dict[tuple[str, str], tuple[int, bytes, Any]] = {}
    for video, sound in graph.ends("link_sound"):
        state = graph.tables["videos"][video]
        values = state.values
        for name, told in (("title", values.get("soundTitle")), ("original", values.get("soundOriginal"))):
            if told is not None:
                one = (state.updated_at, _ordered(told), told)
                best[sound, name] = max(best.get((sound, name), one), one)
    found: dict[str, dict[str, object]] = {}
    for (sound, name), (_, _, told) in best.items():
        found.setdefault(sound, {})[name] = told
    return found
