"""Where a Neo4j answers and as whom: the record in ``connection.json``."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from contentgraph.errors import ServerError


@dataclass(frozen=True)
class Connection:
    """What a Bolt driver needs. The password never shows in ``repr``."""

    uri: str
    """Such as ``bolt://127.0.0.1:7687``."""
    user: str
    password: str = field(repr=False)
    database: str


def write_private(path: Path, text: str) -> None:
    """Put ``text`` into ``path`` in one step; only the owner can read it (mode 0600), at every moment."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_connection(path: Path, connection: Connection) -> None:
    """Publish ``connection`` at ``path``, readable by the owner only."""
    write_private(path, json.dumps(asdict(connection), indent=2) + "\n")


def read_connection(path: Path) -> Connection:
    """The connection published at ``path``.

    Raises:
        ServerError: there is none, or it cannot be read.
    """
    try:
        return Connection(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ServerError(
            f"no local Neo4j is up: {path} does not exist; start it with: contentgraph neo4j start"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise ServerError(f"{path} cannot be read ({error}): stop the local Neo4j and start it again") from None
