"""The statement files and their headers, without a server: names, parameters, style, and that each is used."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from contentgraph.cypher import Statement, catalog
from contentgraph.cypher.statements import parse
from contentgraph.errors import NotFound, UsageError

STATEMENTS = list(catalog().values())
FOLDERS = ("contentgraph", "graph", "cypher", "loaders", "client", "server", "content", "cli")
SCALAR = "(STRING|INTEGER|FLOAT|BOOLEAN|MAP|ANY)"

HEADER = "// n: says.\n// params: none\n// returns: x INTEGER\n// try: :param {}\n"

each_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)


def trees() -> Iterator[ast.Module]:
    for folder in FOLDERS:
        for path in sorted(Path(str(files(package(folder)))).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def package(folder: str) -> str:
    return folder if folder == "contentgraph" else f"contentgraph.{folder}"


def test_the_rows_of_a_query_can_come_in_one_record() -> None:
    """What writes, what has no columns, and what Neo4j does not let stand in a subquery stay as they are."""
    assert (
        parse("n", "read", HEADER + "RETURN 1 AS x").packed
        == "CALL () {\nRETURN 1 AS x\n}\nRETURN collect([x]) AS rows"
    )
    assert not parse("n", "write", HEADER + "RETURN 1 AS x").packed
    assert not parse("n", "read", HEADER + "SHOW INDEXES YIELD x RETURN x").packed
    assert not parse("n", "read", HEADER.replace("x INTEGER", "nothing") + "CALL db.awaitIndexes()").packed
    assert {each.name for each in STATEMENTS if each.folder == "read" and not each.packed} == {
        "await_indexes",
        "schema_names",
    }


@each_statement
def test_its_parameters_are_those_it_declares(statement: Statement) -> None:
    """Both ways: none undeclared, none unused."""
    code = re.sub(r"//.*", "", statement.text)
    assert set(re.findall(r"\$(\w+)", code)) == {field.name for field in statement.params}


@each_statement
def test_its_types_are_known_and_its_example_names_every_parameter(statement: Statement) -> None:
    for field in (*statement.params, *statement.returns):
        assert re.fullmatch(rf"{SCALAR}|LIST<{SCALAR}>|LIST<LIST<{SCALAR}>>", field.type), field
    assert statement.example.startswith(":param {")
    for field in statement.params:
        assert re.search(rf"[{{ ]{field.name}: ", statement.example), field.name


@each_statement
def test_its_style(statement: Statement) -> None:
    """No semicolon, a final newline, no tab, no trailing blank, single quotes, null true false lower."""
    assert statement.source.endswith("\n")
    assert not statement.source.endswith("\n\n")
    assert not re.search(r"\t|[ ]+$", statement.source, re.MULTILINE)
    code = re.sub(r"//.*", "", statement.text)
    assert '"' not in code
    assert ";" not in code
    assert not re.search(r"\b(TRUE|FALSE)\b|(?<!IS )(?<!NOT )\bNULL\b", code)


@each_statement
def test_every_limit_stands_after_an_order_by(statement: Statement) -> None:
    """What is cut is cut by a stated order."""
    lines = statement.text.splitlines()
    for place, line in enumerate(lines):
        if line.strip().startswith("LIMIT"):
            assert lines[place - 1].strip().startswith("ORDER BY"), line
            key = re.fullmatch(r"\s*ORDER BY ([uvx]\.id|x\.name|entity)", lines[place - 1])  # no two rows have one
            assert key or "," in lines[place - 1], "a tie needs a second key"


@each_statement
def test_a_read_file_names_no_write_clause(statement: Statement) -> None:
    writes = re.search(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|FOREACH)\b", re.sub(r"//.*", "", statement.text))
    assert (writes is not None) == (statement.folder != "read")


def strings() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every string constant in the package, and every f-string as a pattern."""
    plain: set[str] = set()
    patterns = []
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values]
                if re.match(r"[a-z]+_", "".join(parts)):
                    patterns.append(re.compile("".join(parts)))
    return plain, patterns


def test_every_file_is_loaded_somewhere() -> None:
    """By its name, or by a name that is put together (``night_featured_{kind}``); schema files all by their folder."""
    plain, patterns = strings()
    unused = [
        statement.name
        for statement in STATEMENTS
        if statement.folder != "schema"
        and statement.name not in plain
        and not any(pattern.fullmatch(statement.name) for pattern in patterns)
    ]
    assert not unused


def test_every_loaded_name_exists() -> None:
    """The first argument of read, write, stream, run, write_all, write_batches and load, where it is a constant."""
    missing = []
    for tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].value
            known = called in ("read", "write", "stream", "run", "write_all", "write_batches", "load")
            if known and isinstance(name, str) and re.fullmatch(r"[a-z]+(_[a-z]+)*", name) and name not in catalog():
                missing.append(name)
    assert not missing


def test_the_name_must_be_the_file_s_stem() -> None:
    with pytest.raises(UsageError, match=r"read/other\.cypher: header has .*; it needs other"):
        parse("other", "read", HEADER + "RETURN 1 AS x\n")


@pytest.mark.parametrize("line", ["// params: x Integer", "// params: x", "// params: x INTEGER y STRING"])
def test_a_parameter_that_is_not_typed_is_refused(line: str) -> None:
    with pytest.raises(UsageError, match="is not 'name TYPE'"):
        parse("n", "read", HEADER.replace("// params: none", line) + "RETURN 1 AS x\n")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    from contentgraph.cypher import load

    with pytest.raises(NotFound, match=r"no packaged statement 'sugest'; there are .*suggest"):
        load("sugest")
