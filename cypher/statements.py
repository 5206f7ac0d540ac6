"""Packaged Cypher statements: one a file, each with a typed header, found by name.

Header grammar, one comment line each, in this order::

    // NAME: what it answers or does, one sentence.
    // params: name TYPE, …            or: none
    // returns: name TYPE (note), …    or: nothing
    // try: :param {name: value, …}    or: :param {}

The name is the file's stem. The text below the header is one statement without a semicolon.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, LiteralString

from contentgraph.errors import NotFound, UsageError

FOLDERS = ("schema", "read", "write")
_FIELD = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9]*) (?P<type>[A-Z][A-Z0-9_ ]*(?:<[A-Z<>_ ]+>)?)(?: \((?P<note>[^)]*)\))?"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a returned column."""

    name: str
    type: str
    """A Cypher type name: STRING, INTEGER, FLOAT, BOOLEAN, MAP, LIST<…>."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement file, parsed."""

    name: str
    folder: str
    """schema, read or write."""
    summary: str
    params: tuple[Field, ...]
    returns: tuple[Field, ...]
    example: str
    """The ``:param {…}`` line that makes it run as pasted."""
    text: LiteralString
    """The Cypher below the header, without comments of the header."""
    packed: LiteralString
    """The same with all rows in one record, a list of their columns; empty where the text is no query of rows."""
    source: str
    """The whole file, header included."""


def parse(name: str, folder: str, source: str) -> Statement:
    """Read one statement file.

    Raises:
        UsageError: the header does not follow the grammar, or the name is not the file's stem.
    """
    header: dict[str, str] = {}
    lines = source.splitlines()
    body = 0
    for body, line in enumerate(lines):
        if not line.startswith("// "):
            break
        key, colon, value = line[3:].partition(": ")
        if not colon:
            raise UsageError(f"{folder}/{name}.cypher:{body + 1}: {line!r} is no header line; write '// key: value'")
        header[key] = value
    missing = [key for key in (name, "params", "returns", "try") if key not in header]
    if missing or len(header) != 4:
        raise UsageError(f"{folder}/{name}.cypher: header has {sorted(header)}; it needs {name}, params, returns, try")
    returns = _fields(header["returns"], "nothing", f"{folder}/{name}.cypher returns")
    text = "\n".join(lines[body:]).strip()
    columns = ", ".join(field.name for field in returns)
    composes = folder == "read" and returns and not text.startswith("SHOW")
    packed = f"CALL () {{\n{text}\n}}\nRETURN collect([{columns}]) AS rows" if composes else ""
    return Statement(
        name=name,
        folder=folder,
        summary=header[name],
        params=_fields(header["params"], "none", f"{folder}/{name}.cypher params"),
        returns=returns,
        example=header["try"],
        # The packaged files are the one place from which query text is trusted.
        text=text,  # type: ignore[arg-type, unused-ignore]
        packed=packed,  # type: ignore[arg-type, unused-ignore]
        source=source,
    )


def unpacked(statement: Statement, rows: Iterable[Iterable[Any]]) -> list[dict[str, Any]]:
    """The records that one of ``statement.packed`` holds."""
    names = [field.name for field in statement.returns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _fields(text: str, empty: str, where: str) -> tuple[Field, ...]:
    if text == empty:
        return ()
    fields = []
    for part in re.split(r", (?![^(]*\))", text):
        match = _FIELD.fullmatch(part)
        if match is None:
            raise UsageError(f"{where}: {part!r} is not 'name TYPE' or 'name TYPE (note)'")
        fields.append(Field(match["name"], match["type"], match["note"] or ""))
    return tuple(fields)


@cache
def catalog() -> dict[str, Statement]:
    """Every packaged statement by name, schema first, then by name.

    Raises:
        UsageError: two files share a name, or a header is wrong.
    """
    found: dict[str, Statement] = {}
    for statement in _read_all():
        if statement.name in found:
            raise UsageError(f"two statement files are named {statement.name!r}; rename one")
        found[statement.name] = statement
    return found


def _read_all() -> Iterator[Statement]:
    for folder in FOLDERS:
        for path in sorted((files("contentgraph.cypher") / folder).iterdir(), key=lambda entry: entry.name):
            if path.name.endswith(".cypher"):
                yield parse(path.name.removesuffix(".cypher"), folder, path.read_text("utf-8"))


def load(name: str) -> Statement:
    """The packaged statement of that name.

    Raises:
        NotFound: there is none; the message lists those there are.
    """
    try:
        return catalog()[name]
    except KeyError:
        raise NotFound(f"no packaged statement {name!r}; there are {', '.join(catalog())}") from None
