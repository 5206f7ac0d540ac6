"""A dump: a folder of zstd-compressed JSON lines, a file a label, and a manifest with their checksums.

A line is a node: its labels, its properties, and the edges that leave it as ``[type, label, key, properties]``. Text
files that any tool reads; nothing in them is of one Neo4j or one line of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import zstandard

from contentgraph.errors import UsageError

FORMAT, VERSION = "contentgraph-dump", 1
MANIFEST = "manifest.json"
LABELS = (
    "User", "Video", "Challenge", "Hashtag", "Sound", "Media", "Topic", "Counter", "Decision", "Pulse", "Trend",
    "Review", "Run", "PointScale", "Tombstone", "Settings",
)  # fmt: skip
"""In the order in which they are restored; the settings last, for without them a graph is not opened."""
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    """One file of a dump."""

    label: str
    name: str
    nodes: int
    edges: int
    bytes: int
    sha256: str
    """Of the compressed bytes."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dump holds."""

    schema: int
    """Version of the schema of the graph that was dumped."""
    now: int
    """Epoch ms that its feeds and trends speak of."""
    digest: str
    """SHA-256 over its facts, as ``contentgraph digest`` has it; empty where events were recorded meanwhile."""
    files: tuple[File, ...]


def file_name(label: str) -> str:
    """The file of one label.

    >>> file_name('PointScale')
    'pointscale.jsonl.zst'
    """
    return f"{label.lower()}.jsonl.zst"


class Writer:
    """Writes one file, and knows its checksum when it is closed."""

    def __init__(self, folder: Path, label: str) -> None:
        self._path, self._label = folder / file_name(label), label
        self._file = self._path.open("wb")
        self._zstd = zstandard.ZstdCompressor(level=3).compressobj()
        self._sum = hashlib.sha256()
        self.nodes = self.edges = 0

    def write(self, labels: list[str], properties: dict[str, Any], edges: list[list[Any]]) -> None:
        """Add a node.

        Raises:
            UsageError: a value that JSON cannot hold.
        """
        try:
            line = orjson.dumps([labels, properties, edges])
        except TypeError as error:
            raise UsageError(f"{self._label} {properties.get('id', '')!r} holds what JSON cannot: {error}") from None
        if b"null" in line and _none(orjson.loads(line)):
            raise UsageError(f"{self._label} {properties.get('id', '')!r} holds a number that is none")
        self._put(self._zstd.compress(line + b"\n"))
        self.nodes += 1
        self.edges += len(edges)

    def _put(self, piece: bytes) -> None:
        self._sum.update(piece)
        self._file.write(piece)

    def close(self) -> File:
        """Finish the file; what is to be said of it."""
        self._put(self._zstd.flush())
        self._file.close()
        size = self._path.stat().st_size
        return File(self._label, self._path.name, self.nodes, self.edges, size, self._sum.hexdigest())


def _none(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_none, value))
    if isinstance(value, dict):
        return any(map(_none, value.values()))
    return value is None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, its own checksum in it."""
    body: dict[str, Any] = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    text = orjson.dumps({**body, "checksum": _checksum(body)}, option=orjson.OPT_INDENT_2)
    (folder / MANIFEST).write_bytes(text + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the dump in ``folder``, its files checked byte by byte.

    Raises:
        UsageError: no dump, one that is not whole or was changed, or one of a newer version.
    """
    try:
        told = orjson.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{folder} is no dump: it has no {MANIFEST}; was 'contentgraph dump' interrupted?") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {folder / MANIFEST} ({error}); take another dump") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UsageError(f"{folder / MANIFEST} is not of a {FORMAT}; name the folder of one")
    if not isinstance(told.get("version"), int) or told["version"] > VERSION:
        raise UsageError(
            f"the dump in {folder} is of version {told.get('version')}, this package reads {VERSION}; "
            "upgrade contentgraph"
        )
    claimed = told.pop("checksum", None)
    if claimed != _checksum(told):
        raise UsageError(f"{folder / MANIFEST} was changed: its checksum is wrong; take another dump")
    files = tuple(File(**file) for file in told["files"])
    for file in files:
        _check(folder, file)
    return Manifest(told["schema"], told["now"], told["digest"], files)


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _check(folder: Path, file: File) -> None:
    path, found = folder / Path(file.name).name, hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(CHUNK):
                found.update(piece)
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror}); the dump is not whole, take another") from None
    if size != file.bytes:
        raise UsageError(f"{path} has {size} bytes, the manifest says {file.bytes}: cut short or changed; take another")
    if found.hexdigest() != file.sha256:
        raise UsageError(f"{path} was changed: its SHA-256 is wrong; take another dump")


Line = tuple[list[str], dict[str, Any], list[list[Any]]]


def lines(folder: Path, file: File) -> Iterator[Line]:
    """The nodes of one file: labels, properties, edges."""
    with (folder / Path(file.name).name).open("rb") as stream:
        rest = b""
        for piece in zstandard.ZstdDecompressor().read_to_iter(stream):
            rest += piece
            *whole, rest = rest.split(b"\n")
            for line in whole:
                labels, properties, edges = orjson.loads(line)
                yield labels, properties, edges
