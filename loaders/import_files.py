"""Files for Neo4j's bulk import: nodes and relationships as CSV, a header beside each, from whatever says them.

Ends are told by whole numbers, one count a label (``--id-type=integer``): the tool's own index stays small and no id is
spelled twice. Or by texts, where who writes the files holds no list of all ids (``string``). What a cell cannot hold
(an empty list, an item with the delimiter in it) is kept as a `Leftover`, to be written over Bolt afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from contentgraph.cypher import Database
from contentgraph.errors import SchemaError, UsageError

DELIMITER = "\x1f"
"""Between the items of a list: a control character, which no id, tag or language holds."""
BATCH = 100_000
"""Rows that are held as Python objects at once."""

Properties = Mapping[str, object]
Cells: TypeAlias = "pa.Array[Any]"
Index = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Properties that a cell cannot hold, of one node."""

    label: str
    id: str
    properties: Properties


class ImportFolder:
    """A folder of files for ``database import full``; written once, front to back. ``ids``: by what ends are told."""

    def __init__(self, folder: Path, ids: Literal["integer", "string"] = "integer") -> None:
        self.folder = folder
        self._ids = ids
        self.nodes_told = 0
        self.edges_told = 0
        self.leftovers: list[Leftover] = []
        self._arguments: list[str] = []
        self._multiline: list[str] = []

    def arguments(self) -> list[str]:
        """What follows ``database import full``; file names are relative to the folder."""
        options = [
            f"--id-type={self._ids}",
            "--array-delimiter=U+001F",
            "--bad-tolerance=0",
            "--report-file=./report.txt",
        ]
        if self._multiline:
            options += ["--multiline-fields-format=v2", "--multiline-fields=" + ",".join(self._multiline)]
        return [*options, *self._arguments]

    def nodes(
        self,
        label: str,
        rows: Iterable[tuple[int | str, Properties]],
        *,
        key: str | None = None,
        extra: str = "",
        first: Sequence[str] = (),
    ) -> None:
        """Nodes of one label: (number, properties), None left out; ``key`` names the property that tells leftovers.

        ``extra``: a further label of all of them. ``first``: properties that stand in front, for Neo4j reads those of a
        node from front to back. Numbers, or texts, count within ``label`` and are not stored; without ``key`` nothing
        can refer to these nodes. A row costs a Python object.

        Raises:
            UsageError: one property with values of two types.
        """
        columns = _Columns(first)
        names: list[int | str] = []
        for name, properties in rows:
            told, left = _apart(properties)
            if left:
                if key is None:
                    raise UsageError(f"a {label} has {left!r}, which no file for the import can hold")
                self.leftovers.append(Leftover(label, str(properties[key]), left))
            columns.add(told)
            names.append(name)
        if not names:
            return
        arrays, header = columns.arrays()
        if key is not None:
            arrays, header = [self._numbers(names), *arrays], [f":ID({label})", *header]
        labels = f"{label}:{extra}" if extra else label
        self._write(f"--nodes={labels}=", "-".join(("nodes", label, *([extra] if extra else []))), header, arrays)
        self.nodes_told += len(names)

    def node_columns(self, label: str, columns: Mapping[str, Cells]) -> None:
        """Nodes that nothing refers to, told by columns; no list is empty, and no text in one holds the delimiter."""
        header = [f"{name}:{_type_of(array.type)}" for name, array in columns.items()]
        self._write(f"--nodes={label}=", f"nodes-{label}", header, list(map(_joined, columns.values())))
        self.nodes_told += len(next(iter(columns.values())))

    def edges(
        self,
        type_: str,
        ends: tuple[str, str],
        start: Index,
        end: Index,
        properties: Mapping[str, Cells] | None = None,
    ) -> None:
        """Relationships of one type between nodes of two labels, told by their numbers; properties as columns."""
        if not len(start):
            return
        with self.edge_file(type_, ends) as file:
            file.write(start, end, properties or {})

    def edge_file(self, type_: str, ends: tuple[str, str]) -> "EdgeFile":
        """The same, batch by batch; a context manager."""
        return EdgeFile(self, type_, ends)

    def edge_rows(
        self,
        type_: str,
        ends: tuple[str, str],
        rows: Iterable[tuple[int | str, int | str, Properties]],
        *,
        first: Sequence[str] = (),
    ) -> None:
        """The same, row by row: (start, end, properties), None left out; a row costs a Python object.

        Raises:
            UsageError: one property with values of two types, or a list that no cell can hold.
        """
        columns = _Columns(first)
        starts: list[int | str] = []
        stops: list[int | str] = []
        for start, stop, properties in rows:
            told, left = _apart(properties)
            if left:
                raise UsageError(f"a {type_} has {left!r}, which no file for the import can hold")
            columns.add(told)
            starts.append(start)
            stops.append(stop)
        arrays, header = columns.arrays()
        header = [f":START_ID({ends[0]})", f":END_ID({ends[1]})", *header]
        told_ends = [self._numbers(starts), self._numbers(stops)]
        self._write(f"--relationships={type_}=", f"edges-{type_}", header, [*told_ends, *arrays])
        self.edges_told += len(starts)

    def _numbers(self, names: Sequence[int | str]) -> Cells:
        return pa.array(names, pa.int64() if self._ids == "integer" else pa.string())

    def _name(self, stem: str) -> str:
        """``stem``, with a number where there is such a file already."""
        name, count = stem, 1
        while (self.folder / f"{name}.csv").exists():
            count += 1
            name = f"{stem}-{count}"
        return name

    def _write(self, option: str, stem: str, header: Sequence[str], arrays: Sequence[Cells]) -> None:
        name = self._name(stem)
        table = pa.Table.from_arrays(list(arrays), names=list(header))
        csv.write_csv(table, self.folder / f"{name}.csv", csv.WriteOptions(include_header=False))
        texts = [array for told, array in zip(header, arrays, strict=True) if not told.endswith(("long[]", "double[]"))]
        if any(pa.types.is_string(array.type) and _broken(array) for array in texts):
            self._multiline.append(f"./{name}.csv")
        self._done(option, name, header)

    def _done(self, option: str, name: str, header: Sequence[str]) -> None:
        (self.folder / f"{name}-header.csv").write_text(",".join(header) + "\n", encoding="utf-8")
        self._arguments.append(f"{option}./{name}-header.csv,./{name}.csv")


class EdgeFile:
    """One file of relationships; every batch has the same properties in the same order."""

    def __init__(self, folder: ImportFolder, type_: str, ends: tuple[str, str]) -> None:
        self._folder, self._type, self._ends = folder, type_, ends
        self._name = folder._name(f"edges-{type_}")
        self._writer: csv.CSVWriter | None = None
        self._header: list[str] = []

    def write(self, start: Index, end: Index, properties: Mapping[str, Cells]) -> None:
        """Add a batch."""
        arrays = [pa.array(start.astype(np.int64)), pa.array(end.astype(np.int64)), *properties.values()]
        table = pa.Table.from_arrays(arrays, names=["start", "end", *properties])
        if self._writer is None:
            told = [f"{name}:{_type_of(array.type)}" for name, array in properties.items()]
            self._header = [f":START_ID({self._ends[0]})", f":END_ID({self._ends[1]})", *told]
            path = self._folder.folder / f"{self._name}.csv"
            self._writer = csv.CSVWriter(path, table.schema, write_options=csv.WriteOptions(include_header=False))
        self._writer.write_table(table)
        self._folder.edges_told += len(start)

    def __enter__(self) -> "EdgeFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
            self._folder._done(f"--relationships={self._type}=", self._name, self._header)


def verify(database: Database, files: ImportFolder) -> None:
    """Compare what the imported store holds with what the files told, before anything else is written.

    Raises:
        SchemaError: they differ.
    """
    size: Mapping[str, int] = database.read("size")[0]
    if (size["nodes"], size["relationships"]) != (files.nodes_told, files.edges_told):
        raise SchemaError(
            f"the imported store holds {size['nodes']} nodes and {size['relationships']} relationships, the files told "
            f"{files.nodes_told} and {files.edges_told}; the old store was left as it is: run it again"
        )


def put_leftovers(database: Database, leftovers: Iterable[Leftover]) -> int:
    """Write over Bolt what the files could not hold, once the constraints stand; of how many nodes."""
    rows: dict[str, list[dict[str, object]]] = {}
    for one in leftovers:
        rows.setdefault(one.label, []).append({"id": one.id, "properties": one.properties})
    return sum(database.write_batches("put_leftovers", each, label=label) for label, each in rows.items())


class _Columns:
    """Rows of dicts as typed columns; a property that a row lacks is null there."""

    def __init__(self, first: Sequence[str]) -> None:
        self._done: dict[str, list[Cells]] = {}
        self._first = first
        self._held: list[Properties] = []
        self._rows = 0

    def add(self, row: Properties) -> None:
        self._held.append(row)
        if len(self._held) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        names = dict.fromkeys(name for row in self._held for name in row)
        for name in [*self._done, *(name for name in names if name not in self._done)]:
            cells = [row.get(name) for row in self._held]
            pieces = self._done.setdefault(name, [pa.nulls(self._rows)] if self._rows else [])
            try:
                pieces.append(pa.array(cells))
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                seen = sorted({type(cell).__name__ for cell in cells if cell is not None})
                raise UsageError(f"property {name!r} has values of types {', '.join(seen)}; give it one") from None
        self._rows += len(self._held)
        self._held = []

    def arrays(self) -> tuple[list[Cells], list[str]]:
        """(columns, their headers), lists joined by `DELIMITER`."""
        self._flush()
        arrays, header = [], []
        for name in [*self._first, *(name for name in self._done if name not in self._first)]:
            pieces = self._done.get(name, [])
            known = {piece.type for piece in pieces if not pa.types.is_null(piece.type)}
            if not known:
                continue
            if len(known) > 1:
                raise UsageError(f"property {name!r} has values of types {sorted(map(str, known))}; give it one")
            (kind,) = known
            whole = pa.chunked_array([piece.cast(kind) for piece in pieces]).combine_chunks()
            header.append(f"{name}:{_type_of(kind)}")
            arrays.append(_joined(whole))
        return arrays, header


def _joined(column: Cells) -> Cells:
    """Lists as texts; other columns as they are."""
    if not pa.types.is_list(column.type):
        return column
    joined: Cells = pc.binary_join(column.cast(pa.list_(pa.string())), DELIMITER)  # type: ignore[assignment]  # an array
    return joined


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_type_of(kind.value_type)}[]"
    for is_it, name in (
        (pa.types.is_string, "string"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "long"),
        (pa.types.is_floating, "double"),
    ):
        if is_it(kind):
            return name
    raise UsageError(f"no column of a file for the import can be of type {kind}")


def _apart(properties: Properties) -> tuple[dict[str, object], dict[str, object]]:
    """Properties that cells can hold, and those that none can."""
    told: dict[str, object] = {}
    left: dict[str, object] = {}
    for name, value in properties.items():
        (left if awkward(value) else told)[name] = value
    return told, left


def awkward(value: object) -> bool:
    """Whether a cell cannot hold it."""
    if not isinstance(value, list | tuple):
        return False
    if not value:
        return True
    return isinstance(value[0], str) and ("" in value or DELIMITER in "".join(value))


def _broken(texts: Cells) -> bool:
    """Whether one of the texts spans lines."""
    return bool(pc.any(pc.match_substring_regex(texts, "[\n\r]")).as_py())
