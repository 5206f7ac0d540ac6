"""Options that every command takes, before or after its name: which Neo4j, and as whom.

They are handed on as environment variables of this process, where ``contentgraph.cypher.target`` reads them, so that
every part (the night too) resolves a Neo4j in one way. ``main`` puts the environment back.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.client import Graph
    from contentgraph.cypher import Database

VALUED = ("--uri", "--user", "--password-file", "--database", "--home")
FLAGS = ("--debug",)


def hoist(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with the global options moved to the front; nothing after ``--`` is moved.

    >>> hoist(['feed', 'u1', '--uri', 'bolt://x', '--json'])
    ['--uri', 'bolt://x', 'feed', 'u1', '--json']

    Raises:
        UsageError: a password stands among them.
    """
    if any(argument.split("=", 1)[0] == "--password" for argument in arguments):
        raise UsageError(
            "a password among the arguments can be seen by every user of this machine: change it, then give it as "
            "CONTENTGRAPH_PASSWORD or by --password-file FILE ('-' is stdin)"
        )
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument in FLAGS or argument.split("=", 1)[0] in VALUED:
            front.append(argument)
            if argument in VALUED and waiting:
                front.append(waiting.pop(0))
        else:
            rest.append(argument)
    return front + rest


def choose(uri: str | None, user: str | None, secret: str | None, database: str | None, home: str | None) -> None:
    """Let what was given on the command line win over the environment; ``secret``: a file with a password.

    An empty ``home`` is none.

    Raises:
        UsageError: the file cannot be read.
    """
    password = None if secret is None else _password(secret)
    home = home or None
    if home is not None and uri is None and os.environ.pop("CONTENTGRAPH_URI", ""):
        # --home asks for the local server there; what else the environment says is of the other one.
        for name in ("USER", "PASSWORD", "DATABASE"):
            os.environ.pop(f"CONTENTGRAPH_{name}", None)
    for name, value in (("URI", uri), ("USER", user), ("PASSWORD", password), ("DATABASE", database), ("HOME", home)):
        if value is not None:
            os.environ[f"CONTENTGRAPH_{name}"] = value


def _password(file: str) -> str:
    """The first line of a file; ``-`` is stdin."""
    try:
        text = sys.stdin.readline() if file == "-" else Path(file).read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no text"
        raise UsageError(f"cannot read the password in {file}: {why}; name a file of one line") from None
    return text.rstrip("\r\n")


def open_graph() -> "Graph":
    """The graph that the options name."""
    from contentgraph.client import connect

    return connect()


def open_database(retry_s: float | None = None) -> "Database":
    """The database that the options name, connected; retried for ``retry_s`` seconds, as reads are unless said."""
    from contentgraph.cypher import Database, target
    from contentgraph.cypher.installation import refuse_newer

    where = target()
    database = Database(where) if retry_s is None else Database(where, retry_s=retry_s)
    try:
        refuse_newer(database.verify())
        return database
    except BaseException:
        database.close()
        raise
