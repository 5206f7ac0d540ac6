"""The point scale in the graph: which one holds, and how a new one takes its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace

from contentgraph.cypher import Database, Record
from contentgraph.cypher.upsert import camel
from contentgraph.errors import SchemaError
from contentgraph.graph.points import PointScale
from contentgraph.loaders.bundles import bundles

BATCH = 20_000
"""Edges a transaction while points are derived again, whosever they are: some 2 KiB each at the commit."""


def current_scale(database: Database) -> PointScale:
    """The newest version in the graph.

    Raises:
        SchemaError: there is none.
    """
    found = database.read("scales")
    if not found:
        raise SchemaError("the graph holds no point scale; run 'contentgraph schema'")
    newest = found[0]
    return PointScale(**{_snake(name): value for name, value in newest.items()})


def parameters(scale: PointScale) -> dict[str, float | int]:
    """The scale as statements take it: ``{version, rewatch, …, completionRatio, rewatchRatio}``."""
    return {camel(name): value for name, value in asdict(scale).items()}


def set_scale(database: Database, progress: Callable[[int], None] = lambda _: None, **changes: float) -> PointScale:
    """Write a new version with ``changes`` over the current one, and derive all flags and points again.

    Idempotent: a killed run is finished by the same call, for points are always derived from facts.

    Raises:
        UsageError: a weight below zero or thresholds out of order.
    """
    current = current_scale(database)
    wanted = replace(current, **changes)  # type: ignore[arg-type]  # names are checked by the dataclass
    scale = wanted if wanted == current else replace(wanted, version=current.version + 1)
    values = parameters(scale)
    version = values.pop("version")
    database.write("put_scale", version=version, properties=values)
    database.write("put_settings", properties={"scaleVersion": version})
    derive_again(database, database.read("all_video_ids"), values, progress)
    return scale


def derive_again(
    database: Database,
    videos: Iterable[Record],
    scale: Mapping[str, float | int],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Derive the points of some videos' edges from facts, durations and the scale, `BATCH` edges a transaction; edges.

    ``videos``: ``{id, viewers}`` each. What `record` writes beside it is by the durations and the scale of now already.
    """
    total = 0
    for ids in bundles(sorted((str(row["id"]), int(row["viewers"])) for row in videos), BATCH):
        after, derived = ["", ""], BATCH
        while derived == BATCH:
            (told,) = database.write("derive_points", videoIds=ids, after=after, limit=BATCH, scale=scale)
            after, derived = told["last"], int(told["pairs"])
            total += derived
        progress(len(ids))
    return total


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
