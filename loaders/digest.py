"""One SHA-256 over what the graph holds: equal digests, equal graphs.

Facts are hashed in the order of their keys, each as one line of canonical JSON. ``everything`` adds what is derived
from them, numbers rounded to 6 digits. History (runs, decisions, settings) is in neither.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

from contentgraph.cypher import Database
from contentgraph.cypher.properties import DERIVED, FACTS
from contentgraph.graph.stored import as_told

Line = tuple[object, ...]


def digest(database: Database, everything: bool = False) -> str:
    """SHA-256 as 64 hex digits, over the facts, or over facts and derived values."""
    found = hashlib.sha256()
    for line in lines(database, everything):
        found.update(json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
        found.update(b"\n")
    return found.hexdigest()


def lines(database: Database, everything: bool = False) -> Iterator[Line]:
    """What `digest` hashes, line by line."""
    for name, label in (("digest_users", "User"), ("digest_videos", "Video"), ("digest_challenges", "Challenge")):
        for record in database.stream(name, fetch_size=500):
            yield label, record["id"], record["announced"], _told(label, record["properties"], everything)
            ends = ((edge[0], edge[1:-1], edge[-1]) for edge in record["edges"])
            for type_, end, properties in sorted(ends, key=lambda edge: (edge[0], [str(part) for part in edge[1]])):
                label_or_type = "Counter" if type_ == "OBSERVED" else type_
                yield label, record["id"], type_, end, _told(label_or_type, properties, everything)
    for record in database.stream("digest_media", fetch_size=500):
        yield "Media", record["id"], _told("Media", record["properties"], everything)
        if everything:
            for type_, end, properties in sorted(record["edges"], key=lambda edge: edge[:2]):
                yield "Media", record["id"], type_, end, _told(type_, properties, everything)
    if everything:
        yield from _derived(database)


def _derived(database: Database) -> Iterator[Line]:
    for record in database.stream("digest_tags", keys=2):
        yield record["kind"], record["id"], _told(record["kind"], record["properties"], True)
    for kind, rows in (("SIMILAR", database.pages("night_similar")), ("ALIKE", database.stream("night_alike"))):
        for row in sorted(map(dict, rows), key=lambda row: str(row["videoId"])):
            edges = sorted(zip(row["ranks"], row["targets"], row["weights"], strict=True))
            told = [(rank, other, _rounded(weight)) for rank, other, weight in edges]
            yield kind, row["videoId"], told, sorted(row.get("alike", ()))
    for kind in ("hashtags", "sounds", "challenges", "creators"):
        for row in database.pages(f"night_featured_{kind}"):
            yield "FEATURED", kind, row["id"], row["targets"], [_rounded(value) for value in row["scores"]]
    for kind in ("challenge", "hashtag", "sound"):
        rows = database.stream("night_pulses", keys=2, kind=kind, since=0)
        for record in sorted(rows, key=lambda row: (str(row["entity"]), int(row["day"]))):
            yield "Pulse", kind, _rounded(record.values())
    for record in database.stream("digest_trends"):
        yield "Trend", _rounded(record["properties"])


def _told(label: str, properties: Mapping[str, object], everything: bool) -> dict[str, object]:
    wanted = FACTS.get(label, frozenset()) | (DERIVED.get(label, frozenset()) if everything else frozenset())
    return {name: _rounded(value) for name, value in as_told(properties).items() if name in wanted}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return value
