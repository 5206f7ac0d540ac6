"""Who was erased, as the night asks it of every row, and as a rebuilt store is told it again."""

from dataclasses import dataclass

from contentgraph.cypher import Database, Record
from contentgraph.graph.erasure import Tombstones


@dataclass(frozen=True, slots=True)
class Graveyard:
    """All tombstones of a graph, as they are stored."""

    salts: tuple[str, ...] = ()
    rows: tuple[Record, ...] = ()
    """hash, at, kept."""

    def asked(self) -> Tombstones:
        """For asking by id."""
        return Tombstones(self.salts, {row["hash"]: row["kept"] for row in self.rows})


def read_graveyard(database: Database) -> Graveyard:
    """The tombstones of the graph; none where nobody was erased."""
    rows = database.read("tombstones")
    return Graveyard(tuple(rows[0]["salts"]), tuple(rows[0]["rows"])) if rows else Graveyard()


def read_tombstones(database: Database) -> Tombstones:
    """The same for asking by id."""
    return read_graveyard(database).asked()


def put_graveyard(database: Database, graveyard: Graveyard) -> None:
    """Write the tombstones of another graph into one that has none."""
    if graveyard.salts:
        database.write("put_settings", properties={"erasureSalts": list(graveyard.salts)})
        database.write_batches("put_tombstones", graveyard.rows)
