"""The query reference, docs/queries.md: generated from the statement headers, so that it cannot be out of date."""

from contentgraph.cypher.statements import Field, Statement, catalog

_HEAD = """# Queries

Generated from the headers of the files in `cypher/`: `contentgraph cypher --markdown > docs/queries.md`.
A test compares the two.

Each file is one statement. Paste it into Neo4j Browser or cypher-shell after its `:param` line, run it by
`contentgraph cypher NAME -P key=value`, or from Python by any Bolt driver.
"""

_FOLDERS = {
    "read": "Read: none of these writes; each runs in a read transaction",
    "write": "Write: each is a join or a replacement, so running it twice changes nothing",
    "schema": "Schema: constraints and indexes, created if they are missing",
}
_NIGHT = ("night_", "state_", "digest_", "all_")


def reference() -> str:
    """The whole reference, Markdown."""
    parts = [_HEAD]
    for folder, title in _FOLDERS.items():
        parts.append(f"\n## {title}\n")
        found = [statement for statement in catalog().values() if statement.folder == folder]
        # What people ask comes before what the night asks for itself.
        ordered = sorted(found, key=lambda each: (each.name.startswith(_NIGHT), each.name))
        parts.extend(map(_entry, ordered))
    return "".join(parts)


def _entry(statement: Statement) -> str:
    lines = [f"\n### {statement.name}\n", f"{statement.summary[0].upper()}{statement.summary[1:]}\n"]
    if statement.params:
        lines.append(f"- parameters: {_listed(statement.params)}")
    if statement.returns:
        lines.append(f"- returns: {_listed(statement.returns)}")
    if statement.params:
        lines.append(f"- `{statement.example}`")
    return "\n".join(line for line in lines) + "\n"


def _listed(fields: tuple[Field, ...]) -> str:
    return ", ".join(f"`{field.name}` {field.type}" + (f" ({field.note})" if field.note else "") for field in fields)
