"""A new store for the local Neo4j: imported beside the old one, which is served on, tried, then put in its place."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from contentgraph.errors import Busy, ServerError, UsageError

if TYPE_CHECKING:
    from contentgraph.cypher import Database, Target
    from contentgraph.graph.model import ModelParams
    from contentgraph.graph.points import PointScale
    from contentgraph.loaders.import_files import ImportFolder
    from contentgraph.loaders.reporting import Reporter
    from contentgraph.loaders.tombstones import Graveyard
    from contentgraph.server import LocalServer

ROOM = 5
"""Free space asked for: so many times the size of what is loaded, and half a GiB."""
LOCK = "rebuild.lock"
"""In the home, held while a new store is built."""
PACKED = 5
"""So many times its size a compressed file counts, or one by columns."""


class Prepared(Protocol):
    """What was written for the import."""

    @property
    def files(self) -> "ImportFolder":
        """Its files."""


P = TypeVar("P", bound=Prepared)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Old:
    """What the old store says."""

    graveyard: "Graveyard"
    """Who was erased there, and what was taken down."""
    empty: bool = True
    goal: "Target | None" = None
    """Where it is served; None where there is none."""
    scale: "PointScale | None" = None
    start: "ModelParams | None" = None
    """The parameters of its last night."""
    neighbours: int | None = None
    """SIMILAR edges a video, as its nights store them."""


def local_server(port: int | None = None) -> "LocalServer":
    """The server whose store is built anew; ``port``: from then on, without it that of its last start.

    Raises:
        UsageError: another one is named, or another database. ServerError: another program has the port that the new
            store is served on.
    """
    from contentgraph.cypher import home
    from contentgraph.server.exchange import as_started, require_own_port
    from contentgraph.server.settings import DATABASE

    uri = os.environ.get("CONTENTGRAPH_URI")
    if uri:
        raise UsageError(
            f"rebuild writes the files of the local Neo4j, and CONTENTGRAPH_URI (or --uri) names {uri!r}: load that "
            "one with 'contentgraph nightly' or 'contentgraph restore', or unset it"
        )
    database = os.environ.get("CONTENTGRAPH_DATABASE") or DATABASE
    if database != DATABASE:
        raise UsageError(
            f"rebuild writes the local Neo4j's database {DATABASE!r}, and CONTENTGRAPH_DATABASE (or --database) names "
            f"{database!r}: leave it out"
        )
    server = as_started(home(), port=port)
    require_own_port(server)  # now, not when all is imported
    return server


def size(paths: Iterable[Path]) -> int:
    """Bytes of the files at ``paths``, about as they are unpacked."""
    inside = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sum(
        file.stat().st_size * (PACKED if file.suffix in (".gz", ".zst", ".parquet") else 1)
        for file in inside
        if file.is_file()
    )


def room(loaded: int) -> int:
    """Bytes that a second store may need."""
    return ROOM * loaded + 2**29


def held(database: "Database") -> int:
    """Users, videos and challenges in the graph."""
    return sum(row["count"] for row in database.read("stats") if row["name"] in ("User", "Video", "Challenge"))


@contextmanager
def old_store(server: "LocalServer", replace: bool) -> Iterator[Old]:
    """What the old store says; neither a night nor another rebuild of this home begins meanwhile.

    Raises:
        UsageError: it holds data, and nobody asked for it to be replaced. Busy: one runs, or others are connected.
        SchemaError: it is of a newer schema.
    """
    from filelock import FileLock, Timeout

    from contentgraph.loaders.alone import home_lock

    server.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(server.home / LOCK, timeout=0))
        except Timeout:
            raise Busy(f"another rebuild is under way in {server.home}; wait for it, then run this again") from None
        old = _ask(server, replace)
        if old.goal is not None:
            stack.enter_context(home_lock(old.goal, server.home))
        yield old


def clear_left(home: Path) -> int:
    """Remove the stores that killed rebuilds left in ``home``, unless one is under way; how many."""
    from filelock import FileLock, Timeout

    from contentgraph.server import exchange

    if not home.exists():
        return 0
    try:
        with FileLock(home / LOCK, timeout=0):
            return exchange.clear(exchange.as_started(home))
    except (Timeout, OSError):
        return 0


def _ask(server: "LocalServer", replace: bool) -> Old:
    from contentgraph.cypher import Database, target
    from contentgraph.cypher.installation import refuse_newer, stored_neighbours
    from contentgraph.loaders.scale import current_scale
    from contentgraph.loaders.tombstones import Graveyard, read_graveyard
    from contentgraph.loaders.tuning import previous
    from contentgraph.server.exchange import has_store, others

    if not has_store(server):
        return Old(Graveyard())
    server.start()
    goal = target(home_path=server.home)
    with Database(goal) as database:
        count = held(database.verify())
        refuse_newer(database)
        if count and not replace:
            raise UsageError(
                f"the local Neo4j in {server.home} holds {count:,} users, videos and challenges: say --replace to "
                "build a new store in its place, or load into it with 'contentgraph nightly'"
            )
        scale = current_scale(database) if database.read("scales") else None
        old = Old(read_graveyard(database), count == 0, goal, scale, previous(database)[1], stored_neighbours(database))
    connected = others(server)
    if connected:
        raise Busy(
            f"{connected} connections of other programs are open to the local Neo4j at {goal.uri}, which must stop for "
            "a moment: end them, then run this again"
        )
    return old


def build(
    server: "LocalServer",
    old: Old,
    loaded: int,
    reporter: "Reporter",
    stage: Callable[[Path], P],
    finish: "Callable[[Database, P], T]",
) -> T:
    """Import what ``stage`` writes below a folder, ``finish`` the new store, serve it; what ``finish`` says.

    ``loaded``: bytes that it is made from. A store that held nothing is left if it was written to meanwhile.

    Raises:
        ServerError: no room, or the import failed; the old store is as it was.
    """
    from contentgraph.cypher import NIGHT_RETRY_S, Database, target
    from contentgraph.loaders.import_files import verify
    from contentgraph.server import exchange

    staged = exchange.staging(server, room(loaded))
    try:
        prepared = stage(staged.home / "work")
        with reporter.phase("import") as advance:
            exchange.import_store(staged, prepared.files.folder, prepared.files.arguments())
            advance(prepared.files.edges_told)
        with reporter.phase("start"):
            own = staged.start()
        # As the new store has it, whoever else the environment says signs in at the old one.
        goal = target(user=own.user, password=own.password, home_path=staged.home)
        with Database(goal, retry_s=NIGHT_RETRY_S) as database:
            verify(database, prepared.files)
            told = finish(database, prepared)
        if old.goal is not None and old.empty:
            with Database(old.goal) as database:
                if held(database):
                    raise Busy(
                        f"something was written to the local Neo4j at {old.goal.uri} meanwhile, which was left as it "
                        "is: run this again"
                    )
        with reporter.phase("exchange"):
            exchange.exchange(server, staged, lambda _: None)
    except OSError as error:
        raise ServerError(
            f"{error.filename or staged.home}: {error.strerror}; the old store was left as it is"
        ) from None
    finally:
        exchange.discard(staged)
    return told
