"""The table expression (Ibis on DuckDB) folds as the pure engine does."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from contentgraph.graph.events import KINDS, Event
from contentgraph.graph.facts import FACT_FIELDS
from contentgraph.graph.facts import fold as pure_fold
from contentgraph.loaders.event_spool import EventSpool
from contentgraph.loaders.fold import fold

USERS, VIDEOS = ("u", "ü", "u10"), ("v", "😀", "～")
TIMES = st.sampled_from([1_000, 1_001, 9_999, 10_000])
IDS = st.one_of(st.none(), st.sampled_from(["a", "～", "😀", "10", "9", "@1000", "@10000"]))


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(["view", "view", "completion", "completion", *KINDS]))
    user = draw(st.sampled_from(USERS))
    target = {"target_id": "x"} if "follow" in kind or "block" in kind else {"video_id": draw(st.sampled_from(VIDEOS))}
    watched = draw(st.integers(0, 3)) if kind == "view" else None
    source = draw(st.sampled_from([None, "feed", "trending", "wave", "wave:2", "waive"]))
    return Event(kind, user, draw(TIMES), watched_ms=watched, event_id=draw(IDS), source=source, **target)


def spool(path: Path, told: list[Event]) -> Path:
    with EventSpool(path) as writer:
        for event in told:
            writer.append(tuple(asdict(event).values()))  # type: ignore[arg-type]  # the fields in their order
    return path


def rows(batches: Iterator[pa.RecordBatch]) -> list[dict[str, object]]:
    return [row for batch in batches for row in batch.to_pylist()]


@settings(max_examples=40)
@given(st.lists(events(), max_size=60))
def test_the_table_expression_is_the_pure_fold(told: list[Event]) -> None:
    """Ties of length and time, ids that stand in for none, ids beyond the BMP: the same rows, in the order of ids."""
    with tempfile.TemporaryDirectory() as folder:
        found = rows(fold(spool(Path(folder) / "events.parquet", told)))
    pairs = sorted(pure_fold(told).items())
    wanted = [{"user_id": user, "video_id": video, **asdict(facts)} for (user, video), facts in pairs]
    assert found == wanted


def test_nothing_folds_to_nothing(tmp_path: Path) -> None:
    """A night of a catalogue alone has no pairs; the columns are there all the same."""
    assert rows(fold(spool(tmp_path / "events.parquet", []))) == []


def test_batches_are_as_long_as_asked(tmp_path: Path) -> None:
    """Memory is bounded by the batch: 5 pairs in batches of 2, every column present in each."""
    told = [Event("like", f"u{i}", 1_000, video_id="v") for i in range(5)]
    batches = list(fold(spool(tmp_path / "events.parquet", told), batch=2))
    assert sum(batch.num_rows for batch in batches) == 5
    assert all(batch.schema.names == ["user_id", "video_id", *FACT_FIELDS] for batch in batches)
