"""A dump back into a graph: checked to the last byte first, then nodes, edges, and at the very end the settings.

Without settings a graph is not opened, so a restore that was killed is seen; ``replace`` begins it anew.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

from contentgraph.cypher import Database, catalog
from contentgraph.cypher.installation import SCHEMA_VERSION, install, refuse_newer
from contentgraph.errors import SchemaError, UsageError
from contentgraph.graph.naming import telling, without_names
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import LEASES
from contentgraph.loaders.dump_format import File, Line, Manifest, lines, read_manifest
from contentgraph.loaders.erasures import joined
from contentgraph.loaders.tombstones import Graveyard, put_graveyard, read_graveyard

ROWS = 5_000
"""Nodes or edges a transaction."""
OF_VIDEOS = frozenset({"Video", "Media", "Counter"})
TEXTS = frozenset(
    {"caption", "soundTitle", "withdrawnFor", "title", "description", "rules", "screenText", "words", "reason"}
)
"""Properties in which somebody may be named, of nodes and edges."""
KINDS = {"User": "user", "Video": "video"}


@dataclass(slots=True)
class Restored:
    """What a restore wrote."""

    nodes: int = 0
    edges: int = 0
    announced: int = 0
    """Users and videos that edges name and the dump does not describe."""
    erased: int = 0
    """Nodes that were left out: erased since the dump was taken, and what named them."""
    digest: str = ""
    same: bool | None = None
    """Whether the facts are those that were dumped; None where that cannot be said."""


def restore(
    database: Database,
    folder: Path,
    *,
    replace: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    erasures: Graveyard | None = None,
) -> Restored:
    """Write the dump in ``folder`` into the graph. ``replace``: delete what is there of ours; tombstones hold on.

    Whoever has one, in the graph or among ``erasures``, stays out, and so does what names her.

    Raises:
        UsageError: no dump, one that was changed or is cut short, or a graph that is not empty; nothing was written.
        SchemaError: the dump or the graph is of a newer schema; nothing was written.
    """
    manifest = read_manifest(folder)
    refuse_newer(database)
    if manifest.schema > SCHEMA_VERSION:
        raise SchemaError(
            f"the dump in {folder} has schema {manifest.schema}, newer than this package's {SCHEMA_VERSION}; "
            "upgrade contentgraph"
        )
    graveyard = joined(read_graveyard(database), erasures or Graveyard())
    _empty(database, replace)
    # Before anything of the dump: a restore that is killed has not forgotten who stays out.
    put_graveyard(database, replace_fields(graveyard, withdrawn=()))
    for statement in catalog().values():
        if statement.folder == "schema":
            database.schema(statement)
    database.read("await_indexes", seconds=300)
    told = _Restore(database, folder, manifest, graveyard, progress)
    told.run()
    if told.found.erased:
        database.write("drop_unnamed")
    install(database)
    found = told.found
    found.digest = digest(database)
    found.same = found.digest == manifest.digest if manifest.digest and not found.erased else None
    return found


def _empty(database: Database, replace: bool) -> None:
    """Delete what is there of ours, the settings' values first: from here on the graph is not opened."""
    counts = {row["name"]: row["count"] for row in database.read("stats") if row["part"] == "nodes"}
    if any(counts.values()) and not replace:
        held = ", ".join(f"{count:,} {label}" for label, count in counts.items() if count)
        raise UsageError(
            f"the database {database.target.database!r} at {database.target.uri} is not empty ({held}); "
            "restore into another, or give --replace to delete what is there"
        )
    kept = {"id", "erasureSalts", *LEASES}
    settings = database.read("settings")
    if settings:
        database.write("put_settings", properties=dict.fromkeys(settings[0]["settings"].keys() - kept))
    ids = [record["id"] for record in database.stream("dump_ids", fetch_size=10_000)]
    for start in range(0, len(ids), 500):
        database.write("drop_elements", ids=ids[start : start + 500])


class _Restore:
    def __init__(
        self,
        database: Database,
        folder: Path,
        manifest: Manifest,
        graveyard: Graveyard,
        progress: Callable[[int], None],
    ) -> None:
        self.database, self.folder, self.manifest = database, folder, manifest
        self.graveyard, self.erased, self.progress = graveyard, graveyard.asked(), progress
        self.found = Restored()
        self.known: dict[str, set[str]] = {label: set() for label in KINDS}

    def run(self) -> None:
        files = {file.label: file for file in self.manifest.files}
        for label, file in files.items():
            if label != "Settings":
                self._nodes(file)
        if not self.manifest.digest:
            self._announce()
        for file in files.values():
            self._edges(file)
        for labels, properties, _ in lines(self.folder, files["Settings"]):
            own = dict(properties)
            merged = [*own.get("erasureSalts", []), *self.graveyard.salts]
            if merged:
                own["erasureSalts"] = list(dict.fromkeys(merged))
            name = own.pop("id")
            if labels == ["Settings"] and name == "contentgraph":
                self.database.write("put_settings", properties=own)
                self.found.nodes += 1

    def _gone(self, label: str, key: object, properties: Mapping[str, Any] | None = None) -> bool:
        """Whether a node is, or speaks of nothing but, somebody or a video that was erased."""
        if not self.erased:
            return False
        name, told = str(key), properties or {}
        if label in ("Pulse", "Trend", "Review"):
            kind, name = str(told.get("kind")), str(told.get("entity"))
            label = {"creator": "User", "video": "Video", "hashtag": "Hashtag", "sound": "Sound"}.get(kind, "")
            if label == "Sound":
                return self._sound(name) != name
        if label == "User":
            return self.erased.user(name)
        if label == "Hashtag":
            return telling(name) and self.erased.user(name)
        if label == "Decision":
            return self.erased.video(told.get("videoId"))
        return self.erased.video(name.rpartition("@")[0] if label == "Counter" else name) and label in OF_VIDEOS

    def _sound(self, name: str) -> str:
        """The id of a sound; one without an id is called by its title, in which somebody may be named."""
        return without_names(name, self.erased.user) if self.erased and name.startswith("title:") else name

    def _lines(self, file: File, counted: bool = False) -> Iterator[Line]:
        sounds: set[str] = set()
        for labels, properties, edges in lines(self.folder, file):
            if self._gone(file.label, properties.get("id", properties.get("name")), properties):
                self.found.erased += counted
                continue
            if file.label == "Sound" and self.erased:
                properties["id"] = self._sound(properties["id"])
                if properties["id"] in sounds:
                    continue
                sounds.add(properties["id"])
            yield labels, properties, [self._edge(*edge) for edge in edges]

    def _edge(self, type_: str, label: str, other: Any, own: dict[str, Any]) -> list[Any]:
        return [type_, label, self._sound(str(other)) if label == "Sound" else other, own]

    def _nodes(self, file: File) -> None:
        rows: list[dict[str, Any]] = []
        standing = {row["hash"] for row in self.graveyard.rows}
        for labels, properties, _ in self._lines(file, counted=True):
            if file.label in self.known:
                self.known[file.label].add(properties["id"])
            if file.label == "Tombstone" and properties["hash"] in standing:
                continue
            rows.append({"labels": labels, "properties": self._blank(properties)})
            if len(rows) == ROWS:
                self._put(rows)
                rows = []
        self._put(rows)

    def _put(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.found.nodes += self.database.write("restore_nodes", rows=rows)[0]["nodes"]
            self.progress(len(rows))

    def _blank(self, properties: dict[str, Any]) -> dict[str, Any]:
        if not self.erased:
            return properties
        told = {name: self._told(value) if name in TEXTS else value for name, value in properties.items()}
        for name, gone in (("videos", self.erased.video), ("also", self.erased.user)):
            if isinstance(told.get(name), list):
                told[name] = [one for one in told[name] if not gone(one)]
        return told

    def _told(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._told(one) for one in value]
        return without_names(value, self.erased.user) if isinstance(value, str) else value

    def _ends(self) -> Iterator[tuple[str, str, str, Any, list[Any]]]:
        for file in self.manifest.files:
            for _, properties, edges in lines(self.folder, file):
                key = properties.get("id", properties.get("name"))
                if self._gone(file.label, key):
                    continue
                for type_, label, other, own in edges:
                    if not self._gone(label, other):
                        yield type_, file.label, label, key, [other, own]

    def _announce(self) -> None:
        """Who came between the dump's reading of nodes and of edges."""
        missing: dict[str, set[str]] = {label: set() for label in KINDS}
        for _, _, label, _, (other, _) in self._ends():
            if label in missing and other not in self.known[label]:
                missing[label].add(other)
        for label, statement in (("User", "announce_users"), ("Video", "announce_videos")):
            if missing[label]:
                self.database.write(statement, ids=sorted(missing[label]))
                self.found.announced += len(missing[label])

    def _edges(self, file: File) -> None:
        held: dict[tuple[str, str], list[list[Any]]] = {}
        for _, properties, edges in self._lines(file):
            key = properties.get("id", properties.get("name"))
            for type_, label, other, own in edges:
                if self._gone(label, other):
                    continue
                rows = held.setdefault((type_, label), [])
                rows.append([key, other, self._blank(own)])
                if len(rows) == ROWS:
                    self._join(type_, file.label, label, rows)
                    held[type_, label] = []
        for (type_, label), rows in held.items():
            if rows:
                self._join(type_, file.label, label, rows)

    def _join(self, type_: str, start: str, end: str, rows: list[list[Any]]) -> None:
        made = self.database.write("restore_edges", type=type_, start=start, end=end, rows=rows)[0]["edges"]
        if made != len(rows):
            raise UsageError(
                f"{len(rows) - made} edges {start}-[:{type_}]->{end} of the dump have an end that is not in it; "
                "it was taken while a night ran: take another"
            )
        self.found.edges += made
        self.progress(made)
