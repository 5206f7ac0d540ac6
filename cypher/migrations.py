"""What changed between versions of the schema, forward; and what installing would do to a store."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contentgraph.cypher.database import Database
from contentgraph.cypher.statements import catalog


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the version before."""

    what: str
    statements: tuple[str, ...] = ()
    """Write statements without parameters, each run once, in order; they may be run again."""


MIGRATIONS: Mapping[int, Migration] = MappingProxyType(
    {
        2: Migration(
            "tombstones of erased people and videos: clients of version 1 would let them come back, "
            "and are refused from here on"
        ),
        3: Migration(
            "old engagement may be folded: clients of version 2 would show again what was seen and take events from "
            "before the fold, and are refused from here on"
        ),
        4: Migration(
            "videos of her country and languages are a source of feeds: its weight, without which a score is null, and "
            "two indexes"
        ),
    }
)
"""Version → the step that leads to it."""


def steps(found: int | None, wanted: int) -> dict[int, Migration]:
    """The steps from a store's version to the one wanted, in order; none for a new store.

    >>> list(steps(1, 2)), list(steps(None, 2))
    ([2], [])
    """
    first = wanted if found is None else found
    return {version: MIGRATIONS[version] for version in range(first + 1, wanted + 1)}


def missing(database: Database) -> list[str]:
    """Constraints and indexes that installing would create."""
    there = {row["name"] for row in database.read("schema_names")}
    return [each.name for each in catalog().values() if each.folder == "schema" and each.name not in there]
