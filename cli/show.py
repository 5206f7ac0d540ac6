"""What the command line prints: one JSON document, or a table for people."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from contentgraph.cli.streams import all_letters

BARS = "▁▂▃▄▅▆▇█"
JsonFlag = Annotated[bool, typer.Option("--json", help="One JSON object.")]
"""Of every command that can print one."""


def document(value: object) -> None:
    """Print one JSON document; dataclasses become objects with camelCase names."""
    typer.echo(json_text(_plain(value), indent=2))


def json_text(value: object, indent: int | None = None) -> str:
    """``value`` as JSON of letters that standard output can say; others are escaped as JSON has it."""
    return json.dumps(value, ensure_ascii=not all_letters(), indent=indent)


def waiting(who: str) -> None:
    """Say on stderr whom a command waits for."""
    typer.echo(f"waiting for {who} to end", err=True)


PAGE, WORD = 140, 20
"""Characters of a line where no terminal says how wide it is, and of a word that is kept whole."""
BETWEEN = 3
"""Characters between two columns."""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[str] = ()) -> None:
    """Print a table; ``right`` names the columns of figures.

    A word stays whole up to :data:`WORD` characters, however many columns there are: where they do not fit, the lines
    are longer than the terminal's, which breaks them.
    """
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    figures = set(right)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    told = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *told, strict=True)]
    for column, width in zip(columns, widths, strict=True):
        side: Literal["left", "right"] = "right" if column in figures else "left"
        shown.add_column(column, justify=side, overflow="fold", min_width=min(width, WORD))
    for row in told:
        # Text, not markup: a caption may hold brackets.
        shown.add_row(*map(Text, row))
    least = sum(min(width, WORD) + BETWEEN for width in widths)
    Console(width=max(_page() or Console().width, least)).print(shown)


def _page() -> int | None:
    """Characters of a line; None where a terminal says it."""
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isdecimal() else None if sys.stdout.isatty() else PAGE


def printable(cell: object) -> str:
    """One line of text without control characters; None is empty, figures have three decimals."""
    if cell is None:
        return ""
    text = f"{cell:.3f}" if isinstance(cell, float) else str(cell)
    return "".join(character if character.isprintable() else " " for character in text)


def moment(at: int | None) -> str:
    """Epoch ms as UTC, to the minute; "never" for 0 and None.

    >>> moment(1767225600000)
    '2026-01-01 00:00 UTC'
    """
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC" if at else "never"


def bars(series: Sequence[int], most: int = 24) -> str:
    """The last ``most`` figures as bars, the tallest full.

    >>> bars([0, 1, 4, 8])
    '▁▁▄█'
    """
    last = series[-most:]
    top = max(last, default=0)
    return "".join(BARS[max(0, (value * len(BARS) + top - 1) // top - 1) if top else 0] for value in last)


def shorten(text: str | None, most: int = 48) -> str:
    """``text`` on one line, at most ``most`` characters."""
    line = " ".join((text or "").split())
    return line if len(line) <= most else line[: most - 1] + "…"


def named(value: Any, **more: object) -> dict[str, Any]:
    """A dataclass as an object with camelCase names, and what is given beside its fields."""
    return {_camel(field.name): getattr(value, field.name) for field in fields(value)} | more


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(named(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
