"""Who was erased and what was taken down: as the night asks it of rows, and as a rebuilt store is told it again."""

from dataclasses import dataclass

from contentgraph.cypher import Database, Record
from contentgraph.graph.erasure import Tombstones
from contentgraph.graph.snapshot.snapshot import Gone


@dataclass(frozen=True, slots=True)
class Graveyard:
    """All tombstones of a graph and all videos that were taken down, as they are stored."""

    salts: tuple[str, ...] = ()
    rows: tuple[Record, ...] = ()
    """hash, at, kept."""
    withdrawn: tuple[Record, ...] = ()
    """id, at, countries, reason."""

    def asked(self) -> Tombstones:
        """For asking by id."""
        return Tombstones(self.salts, {row["hash"]: row["kept"] for row in self.rows})


def read_graveyard(database: Database) -> Graveyard:
    """The tombstones of the graph and what was taken down there; nothing where nobody was erased and nothing was."""
    rows, withdrawn = database.read("tombstones"), tuple(database.read("night_withdrawn"))
    return Graveyard(tuple(rows[0]["salts"]), tuple(rows[0]["rows"]), withdrawn) if rows else Graveyard()


def read_tombstones(database: Database) -> Tombstones:
    """The tombstones for asking by id; none where nobody was erased."""
    rows = database.read("tombstones")
    return Graveyard(tuple(rows[0]["salts"]), tuple(rows[0]["rows"])).asked() if rows else Graveyard().asked()


def taken_down(database: Database) -> frozenset[Gone]:
    """The videos that are down, everywhere or in countries."""
    rows = database.read("night_withdrawn")
    everywhere: set[Gone] = {(row["id"], None) for row in rows if row["at"] is not None}
    return frozenset(everywhere | {(row["id"], country) for row in rows for country in row["countries"]})


def put_graveyard(database: Database, graveyard: Graveyard) -> None:
    """Write the tombstones of another graph into one that has none, and take down again what was taken down there."""
    if graveyard.salts:
        database.write("put_settings", properties={"erasureSalts": list(graveyard.salts)})
        database.write_batches("put_tombstones", graveyard.rows)
    for row in graveyard.withdrawn:
        if row["at"] is not None:
            database.write("withdraw_videos", ids=[row["id"]], at=row["at"], reason=row["reason"])
        if row["countries"]:
            told = {"id": row["id"], "countries": row["countries"], "reason": row["reason"]}
            database.write("withdraw_in", down=True, **told)
