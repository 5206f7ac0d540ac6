"""Options that every command takes, before or after its name: which Neo4j, and as whom.

They are handed on as environment variables of this process, where ``contentgraph.cypher.target`` reads them, so that
every part (the night too) resolves a Neo4j in one way. ``main`` puts the environment back.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contentgraph.client import Graph
    from contentgraph.cypher import Database

VALUED = ("--uri", "--user", "--password", "--database", "--home")
FLAGS = ("--debug",)


def hoist(arguments: Sequence[str]) -> list[str]:
    """``arguments`` with the global options moved to the front; nothing after ``--`` is moved.

    >>> hoist(['feed', 'u1', '--uri', 'bolt://x', '--json'])
    ['--uri', 'bolt://x', 'feed', 'u1', '--json']
    """
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


def choose(uri: str | None, user: str | None, password: str | None, database: str | None, home: str | None) -> None:
    """Let what was given on the command line win over the environment."""
    if home is not None and uri is None:
        os.environ.pop("CONTENTGRAPH_URI", None)  # --home asks for the local server there
    for name, value in (("URI", uri), ("USER", user), ("PASSWORD", password), ("DATABASE", database), ("HOME", home)):
        if value is not None:
            os.environ[f"CONTENTGRAPH_{name}"] = value


def open_graph() -> "Graph":
    """The graph that the options name."""
    from contentgraph.client import connect

    return connect()


def open_database(retry_s: float | None = None) -> "Database":
    """The database that the options name, connected; retried for ``retry_s`` seconds, as reads are unless said."""
    from contentgraph.cypher import Database, target

    where = target()
    database = Database(where) if retry_s is None else Database(where, retry_s=retry_s)
    try:
        return database.verify()
    except BaseException:
        database.close()
        raise
