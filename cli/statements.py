"""``contentgraph cypher NAME``: a packaged statement, its parameters checked by its header."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from contentgraph.cli.options import open_database
from contentgraph.cli.show import document, shorten, table
from contentgraph.errors import UsageError

if TYPE_CHECKING:
    from contentgraph.cypher import Statement

_KINDS = {"INTEGER": int, "FLOAT": float, "BOOLEAN": bool, "LIST": list}
"""Type in a header → what a value is in Python; of all others a dict."""
_BEYOND = 1 << 63
"""The first whole number that Neo4j cannot hold."""


def cypher(
    name: Annotated[str | None, typer.Argument(help="The statement's name; without one, all are listed.")] = None,
    parameter: Annotated[list[str] | None, typer.Option("--parameter", "-P", help="key=value, once each.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array of records.")] = False,
    source: Annotated[bool, typer.Option("--source", help="Print the file instead of running it.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference of all, docs/queries.md.")] = False,
) -> None:
    """Run a packaged Cypher statement."""
    from contentgraph.cypher import catalog, load
    from contentgraph.cypher.reference import reference

    if markdown:
        typer.echo(reference(), nl=False)
        return
    if name is None:
        listed = [(each.folder, each.name, each.summary) for each in catalog().values()]
        if as_json:
            document([dict(zip(("folder", "name", "summary"), each, strict=True)) for each in listed])
        else:
            table(("folder", "name", "summary"), listed)
        return
    statement = load(name)
    if source:
        typer.echo(statement.source, nl=False)
        return
    values = parameters(statement, parameter or [])
    with open_database() as database:
        if statement.folder == "schema":
            database.schema(statement)
            rows = []
        else:
            rows = (database.read if statement.folder == "read" else database.write)(statement.name, **values)
    if as_json:
        document(rows)
        return
    columns = [field.name for field in statement.returns]
    table(columns, ([_cell(row[column]) for column in columns] for row in rows))


def parameters(statement: "Statement", given: list[str]) -> dict[str, object]:
    """``key=value`` texts as the statement's header types them; one that may be null may be left out.

    Raises:
        UsageError: an unknown, missing, repeated or mistyped one.
    """
    types = {field.name: field for field in statement.params}
    values: dict[str, object] = {}
    for each in given:
        key, equals, text = each.partition("=")
        if not equals or key not in types or key in values:
            known = ", ".join(f"{field.name} {field.type}" for field in statement.params) or "none"
            raise UsageError(f"-P {each!r} does not fit {statement.name}; give key=value once each, of: {known}")
        values[key] = _typed(key, types[key].type, text)
    for name, field in types.items():
        if name not in values:
            if not field.note.startswith("null"):
                raise UsageError(
                    f"{statement.name} needs -P {name}=… ({field.type}); its example is {statement.example}"
                )
            values[name] = None
    return values


def _typed(key: str, wanted: str, text: str) -> object:
    if wanted == "STRING":
        from contentgraph.client.asking import check_text

        return check_text(key, text)
    try:
        value = int(text) if wanted == "INTEGER" else float(text) if wanted == "FLOAT" else json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, _KINDS.get(wanted.partition("<")[0], dict)):
        raise UsageError(f"{key} is {text!r}; it is a {wanted}: give a number, or JSON for lists, maps and booleans")
    if not _storable(value):
        raise UsageError(f"{key} is {shorten(text)!r}; Neo4j takes whole numbers from {-_BEYOND} to {_BEYOND - 1}")
    return value


def _storable(value: object) -> bool:
    """Whether every whole number in it has a place in Neo4j, which has 64 bits for it."""
    if isinstance(value, list | dict):
        return all(map(_storable, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or -_BEYOND <= value < _BEYOND


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def register(parent: typer.Typer) -> None:
    """Add ``cypher`` to the main commands."""
    parent.command()(cypher)
