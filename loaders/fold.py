"""Events to one row per user–video pair: the same join as `contentgraph.graph.facts.merge`, as a table expression.

Ibis states it once; DuckDB runs it in this process. A test holds it against the pure fold.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from contentgraph.errors import UsageError
from contentgraph.graph.events import PUSHED, PUSHED_PREFIX
from contentgraph.graph.facts import FACT_FIELDS, PAIR_KINDS

_KEY = ["user_id", "video_id"]


def pair_table(events: ibis.Table) -> ibis.Table:
    """``user_id, video_id`` and the fields of `PairFacts`, one row a pair, ordered by both ids.

    ``events`` has the columns of the spool; other kinds than those of pairs are left out.
    """
    told = events.filter(events.kind.isin(sorted(PAIR_KINDS)))
    told = told.mutate(event_key=told.event_id.fill_null(_stand_in(told.at)))

    def at_of(kind: str) -> Any:
        return told.kind == kind

    facts = told.group_by(_KEY).agg(
        first_at=told.at.min(),
        last_at=told.at.max(),
        first_completion_at=told.at.min(where=at_of("completion")),
        last_completion_at=told.at.max(where=at_of("completion")),
        first_completion_id=told.event_key.min(where=at_of("completion")),
        last_completion_id=told.event_key.max(where=at_of("completion")),
        first_share_at=told.at.min(where=at_of("share")),
        first_comment_at=told.at.min(where=at_of("comment")),
        last_like_at=told.at.max(where=at_of("like")),
        last_unlike_at=told.at.max(where=at_of("unlike")),
        first_pushed_at=told.at.min(where=(told.source == PUSHED) | told.source.startswith(PUSHED_PREFIX)),
    )
    views = told.filter(at_of("view"))
    facts = _beside(facts, _longest_two(views, "at", "view1_ms", "view1_at", "view2_ms", "view2_at"))
    facts = _beside(facts, _longest_two(views, "event_key", "event1_ms", "event1_id", "event2_ms", "event2_id"))
    facts = _blank(
        facts,
        (facts.event1_id == _stand_in(facts.view1_at))
        & (
            ((facts.event2_id == _stand_in(facts.view2_at)) & (facts.event2_ms == facts.view2_ms))
            | (facts.event2_id.isnull() & facts.view2_at.isnull())
        ),
        ("event1_id", "event2_ms", "event2_id"),
    )
    facts = _blank(
        facts,
        (facts.first_completion_id == _stand_in(facts.first_completion_at))
        & (facts.last_completion_id == _stand_in(facts.last_completion_at)),
        ("first_completion_id", "last_completion_id"),
    )
    return facts.select(*_KEY, *FACT_FIELDS).order_by(_KEY)


def fold(events: Path, memory_limit: str = "1GB", batch: int = 50_000) -> Iterator[pa.RecordBatch]:
    """The pairs of a spool of events (Parquet), in batches, ordered by user and video id.

    What does not fit into memory goes to the spool's folder.

    Raises:
        UsageError: there is no room for it.
    """
    connection = ibis.duckdb.connect(memory_limit=memory_limit, temp_directory=str(events.parent))
    try:
        yield from pair_table(connection.read_parquet(events)).to_pyarrow_batches(chunk_size=batch)
    except duckdb.OperationalError as error:  # a write that failed, or more than DuckDB takes of a disk
        raise UsageError(
            f"cannot fold the events in {events.parent} ({str(error).splitlines()[0]}); make room, or name another "
            "work folder, then run this again"
        ) from None
    finally:
        connection.disconnect()


def _stand_in(at: Any) -> Any:
    return ibis.literal("@") + at.cast("string")


def _longest_two(views: ibis.Table, key: str, *names: str) -> ibis.Table:
    """The two longest views with different ``key``: longest first, at equal length the smaller key."""
    longest = views.group_by([*_KEY, key]).agg(ms=views.watched_ms.max())
    place = ibis.row_number().over(group_by=_KEY, order_by=[ibis.desc("ms"), key])
    best = longest.mutate(place=place).filter(lambda table: table.place < 2)
    first, second = best.place == 0, best.place == 1
    ms1, key1, ms2, key2 = names
    return best.group_by(_KEY).agg(
        **{
            ms1: best.ms.max(where=first),
            key1: best[key].max(where=first),
            ms2: best.ms.max(where=second),
            key2: best[key].max(where=second),
        }
    )


def _beside(left: ibis.Table, right: ibis.Table) -> ibis.Table:
    return left.left_join(right, _KEY).drop("user_id_right", "video_id_right")


def _blank(table: ibis.Table, where: Any, columns: tuple[str, ...]) -> ibis.Table:
    """Null in ``columns`` where the condition holds."""
    told = where.fill_null(False)
    return table.mutate(**{name: told.ifelse(ibis.null(table[name].type()), table[name]) for name in columns})
