"""What a dump tells, node by node and edge by edge, without who was erased since it was taken and what names them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contentgraph.cypher.installation import SCHEMA_VERSION
from contentgraph.errors import SchemaError
from contentgraph.graph.naming import telling, without_names
from contentgraph.loaders.dump_format import Line, Manifest, lines, read_manifest
from contentgraph.loaders.tombstones import Graveyard

Properties = dict[str, Any]
Edge = tuple[str, str, Any, Any, Properties]
"""Type, label of the other end, keys of both ends, properties."""

OF_VIDEOS = frozenset({"Video", "Media", "Counter"})
TEXTS = frozenset(
    {"caption", "soundTitle", "withdrawnFor", "title", "description", "rules", "screenText", "words", "reason"}
)
"""Properties in which somebody may be named, of nodes and edges."""
NAMED = ("User", "Video")
"""Labels of what edges may name and the dump not describe: it came between its reading of nodes and of edges."""


def read_dump(folder: Path) -> Manifest:
    """The manifest of the dump in ``folder``, checked to its last byte.

    Raises:
        UsageError: no dump, or one that was changed or is cut short. SchemaError: of a newer schema.
    """
    manifest = read_manifest(folder)
    if manifest.schema > SCHEMA_VERSION:
        raise SchemaError(
            f"the dump in {folder} has schema {manifest.schema}, newer than this package's {SCHEMA_VERSION}; "
            "upgrade contentgraph"
        )
    return manifest


class DumpLines:
    """The lines of a dump that was checked; whoever has a tombstone in ``graveyard`` is left out."""

    def __init__(self, folder: Path, manifest: Manifest, graveyard: Graveyard) -> None:
        self.manifest = manifest
        self.erased = 0
        """Nodes that were left out so far."""
        self._folder, self._files = folder, {file.label: file for file in manifest.files}
        self._graveyard, self._gone = graveyard, graveyard.asked()

    @property
    def labels(self) -> list[str]:
        """In the order in which they are told, but for the settings."""
        return [label for label in self._files if label != "Settings"]

    def nodes(self, label: str) -> Iterator[tuple[list[str], Properties]]:
        """Labels and properties; tombstones without those of the graveyard."""
        standing = {row["hash"] for row in self._graveyard.rows}
        for labels, properties, _ in self._lines(label, counted=True):
            if label != "Tombstone" or properties["hash"] not in standing:
                yield labels, self._blank(properties)

    def edges(self, label: str) -> Iterator[Edge]:
        """Those that leave the nodes of one label."""
        for _, properties, edges in self._lines(label):
            key = properties.get("id", properties.get("name"))
            for type_, end, other, own in edges:
                if not self._left_out(end, other):
                    yield type_, end, key, self._sound(str(other)) if end == "Sound" else other, self._blank(own)

    def unknown(self) -> dict[str, list[str]]:
        """Label → ids that edges name and no node has; only of a dump beside which events were recorded."""
        found: dict[str, set[str]] = {label: set() for label in NAMED}
        if not self.manifest.digest:
            for label in self.labels:
                for _, end, _, other, _ in self.edges(label):
                    if end in found:
                        found[end].add(other)
            for label, names in found.items():
                names.difference_update(properties["id"] for _, properties, _ in self._lines(label))
        return {label: sorted(names) for label, names in found.items()}

    def settings(self) -> Properties:
        """With the salts of all tombstones, the graveyard's too."""
        for labels, properties, _ in self._lines("Settings"):
            if labels == ["Settings"] and properties["id"] == "contentgraph":
                salts = list(dict.fromkeys([*properties.get("erasureSalts", ()), *self._graveyard.salts]))
                return properties | ({"erasureSalts": salts} if salts else {})
        return {}

    def _lines(self, label: str, counted: bool = False) -> Iterator[Line]:
        sounds: set[str] = set()
        for labels, properties, edges in lines(self._folder, self._files[label]):
            if self._left_out(label, properties.get("id", properties.get("name")), properties):
                self.erased += counted
                continue
            if label == "Sound" and self._gone:
                properties["id"] = self._sound(properties["id"])
                if properties["id"] in sounds:
                    continue
                sounds.add(properties["id"])
            yield labels, properties, edges

    def _left_out(self, label: str, key: object, properties: Mapping[str, Any] | None = None) -> bool:
        """Whether a node is, or speaks of nothing but, somebody or a video that was erased."""
        if not self._gone:
            return False
        name, told = str(key), properties or {}
        if label in ("Pulse", "Trend", "Review"):
            kind, name = str(told.get("kind")), str(told.get("entity"))
            label = {"creator": "User", "video": "Video", "hashtag": "Hashtag", "sound": "Sound"}.get(kind, "")
            if label == "Sound":
                return self._sound(name) != name
        if label == "User":
            return self._gone.user(name)
        if label == "Hashtag":
            return telling(name) and self._gone.user(name)
        if label == "Decision":
            return self._gone.video(told.get("videoId"))
        return self._gone.video(name.rpartition("@")[0] if label == "Counter" else name) and label in OF_VIDEOS

    def _sound(self, name: str) -> str:
        """The id of a sound; one without an id is called by its title, in which somebody may be named."""
        return without_names(name, self._gone.user) if self._gone and name.startswith("title:") else name

    def _blank(self, properties: Properties) -> Properties:
        if not self._gone:
            return properties
        told = {name: self._told(value) if name in TEXTS else value for name, value in properties.items()}
        for name, gone in (("videos", self._gone.video), ("also", self._gone.user)):
            if isinstance(told.get(name), list):
                told[name] = [one for one in told[name] if not gone(one)]
        return told

    def _told(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._told(one) for one in value]
        return without_names(value, self._gone.user) if isinstance(value, str) else value
