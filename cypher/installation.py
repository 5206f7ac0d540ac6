"""The store's schema: constraints, indexes, settings and the point scale, installed once and again without harm."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contentgraph.cypher.database import Database, Record
from contentgraph.cypher.migrations import Migration, missing, steps
from contentgraph.cypher.settings import Target
from contentgraph.cypher.statements import catalog
from contentgraph.cypher.steps import Steps, read
from contentgraph.errors import SchemaError

SCHEMA_VERSION = 4
"""The version that this package writes and reads."""

DEFAULT_SETTINGS: Mapping[str, int | float] = MappingProxyType(
    {
        "schemaVersion": SCHEMA_VERSION,
        "scaleVersion": 1,
        "neighbours": 50,  # SIMILAR edges a video, from the next night on
        "now": 0,  # epoch ms of the last night; 0 before the first
        "tasteHalfLifeHours": 336.0,
        "tastePower": 0.5,  # exponent of an engagement's points in a person's taste
        "weightSimilar": 1.0,
        "weightFollowed": 0.3,
        "weightCreator": 2.0,
        "weightSound": 2.0,
        "weightHashtag": 2.0,
        "weightChallenge": 2.0,
        "weightSocial": 0.3,
        "weightTrending": 0.3,
        "weightLocal": 1.0,  # of weightPopular, for a person of whom nothing is known
        "weightPopular": 0.1,
        "muteHalfLifeHours": 720.0,  # what a person wants less of is back by half after this time
        "relevance": 1.0,  # exponent of what leads to a video, beside the points that a view of it is expected to bring
        "profileSlope": 0.0,  # how much taste says of these points; 0 before a night has found it
        "profileHalfLifeHours": 120.0,  # a view fades by half in a person's profile
        "profileSurprise": 0.5,  # how much more a view says that brought more than expected
        "profileSkip": 0.75,  # how much less a view says that was left at once
        "profileDoubt": 1.0,  # views' worth of no taste in a profile
    }
)
"""What read statements need besides their parameters, until a night tunes it."""

DEFAULT_SCALE: Mapping[str, float] = MappingProxyType(
    {
        "rewatch": 10.0,
        "completion": 8.0,
        "share": 6.0,
        "comment": 4.0,
        "like": 2.0,
        "completionRatio": 0.9,
        "rewatchRatio": 1.5,
    }
)
"""Version 1 of the point scale: the weights an article of 2020 claims, and two thresholds of watched / duration."""

INDEX_WAIT_S = 300


def install(database: Database) -> int:
    """Create what is missing, wait for the indexes, write the defaults that have no value yet; the schema's version.

    Raises:
        SchemaError: the store's schema is newer than this package; nothing was changed.
    """
    found = refuse_newer(database)
    create_schema(database)
    if not database.read("scales"):
        database.write("put_scale", version=1, properties=dict(DEFAULT_SCALE))
    database.write("put_defaults", properties=dict(DEFAULT_SETTINGS))
    for version, step in steps(found, SCHEMA_VERSION).items():
        for name in step.statements:
            database.write(name)
        database.write("put_settings", properties={"schemaVersion": version})
    return SCHEMA_VERSION


def create_schema(database: Database) -> None:
    """Create the constraints and indexes that are missing, and wait for them."""
    for statement in catalog().values():
        if statement.folder == "schema":
            database.schema(statement)
    database.read("await_indexes", seconds=INDEX_WAIT_S)


def plan(database: Database) -> tuple[int | None, dict[int, Migration], list[str]]:
    """What :func:`install` would do: the store's version, the steps from there, constraints and indexes to create.

    Raises:
        SchemaError: the store's schema is newer than this package.
    """
    found = refuse_newer(database)
    return found, steps(found, SCHEMA_VERSION), missing(database)


def refuse_newer(database: Database) -> int | None:
    """The version of the store's schema, None where there is none; one that is newer than this package is left alone.

    Raises:
        SchemaError: it is.
    """
    found = stored_version(database)
    if found is not None and found > SCHEMA_VERSION:
        raise _newer(found)
    return found


def check(database: Database) -> Record:
    """The store's settings, if this package can work with its schema.

    Raises:
        SchemaError: there is no schema, or one of another version.
    """
    return database.answer(opening(database.target))


def opening(target: Target) -> Steps[Record]:
    """:func:`check` as steps."""
    return checked((yield from read("settings")), target)


def checked(rows: Sequence[Record], target: Target) -> Record:
    """The settings that the statement of that name found, as :func:`check` gives them.

    Raises:
        SchemaError: there is no schema, or one of another version.
    """
    settings: Record = dict(rows[0]["settings"]) if rows else {}
    version = settings.get("schemaVersion")
    if version is None:
        raise SchemaError(
            f"the database {target.database!r} at {target.uri} has no contentgraph schema; "
            "run 'contentgraph schema', then load data with 'contentgraph nightly'"
        )
    if version > SCHEMA_VERSION:
        raise _newer(version)
    if version < SCHEMA_VERSION:
        raise SchemaError(
            f"the store's schema is version {version}, this package needs {SCHEMA_VERSION}; run 'contentgraph schema'"
        )
    return settings


def stored_neighbours(database: Database) -> int:
    """How many SIMILAR edges a video a night stores."""
    return int(_settings(database).get("neighbours", DEFAULT_SETTINGS["neighbours"]))


def stored_version(database: Database) -> int | None:
    """The version of the store's schema; None where there is none."""
    version = _settings(database).get("schemaVersion")
    return None if version is None else int(version)


def _settings(database: Database) -> Record:
    rows = database.read("settings")
    return dict(rows[0]["settings"]) if rows else {}


def _newer(version: int) -> SchemaError:
    return SchemaError(
        f"the store's schema is version {version}, newer than this package's {SCHEMA_VERSION}; upgrade contentgraph"
    )
