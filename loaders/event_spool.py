"""Checked events on disk: one Parquet file with a fixed schema, for the fold to read as a table."""

from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from contentgraph.graph.events import EventFields

SCHEMA = pa.schema(
    [
        pa.field("kind", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("at", pa.int64(), nullable=False),  # epoch ms
        pa.field("video_id", pa.string()),
        pa.field("target_id", pa.string()),
        pa.field("watched_ms", pa.int64()),
        pa.field("event_id", pa.string()),
        pa.field("country", pa.string()),
        pa.field("source", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("sound_id", pa.string()),
        pa.field("hashtag", pa.string()),
    ]
)
"""The columns: the fields of :class:`contentgraph.graph.events.Event`, in its order."""
GROUP_ROWS = 131_072
"""Rows held in memory and written as one row group."""


class EventSpool:
    """Writes events to ``path``. A context manager; the file is whole once it is left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        """Events written so far."""
        self._held: list[EventFields] = []
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1)

    def append(self, event: EventFields) -> None:
        """Add one event."""
        self._held.append(event)
        if len(self._held) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._held:
            return
        columns = zip(SCHEMA, zip(*self._held, strict=True), strict=True)
        arrays = [pa.array(cells, field.type) for field, cells in columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), row_group_size=GROUP_ROWS)
        self.rows += len(self._held)
        self._held = []

    def __enter__(self) -> "EventSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()
