"""Old engagement folded: one edge a person and video becomes sums by creator, sound and hashtag, and a mark of seen.

The moment before which is folded stands in the graph before the first edge goes, and from then on no event from before
it is taken: so files that are loaded again bring nothing back and count nothing twice. Each transaction takes some
people's edges, or the oldest that are left of one person's, and adds their sums; one that is cut off did neither, and
the next run goes on.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contentgraph.cypher import Database, Record
from contentgraph.cypher.database import Transaction
from contentgraph.errors import UsageError
from contentgraph.graph.folded import KEPT, LATEST, LEAST_DAYS, cells, fold_mark, marked_before
from contentgraph.loaders.bundles import bundles

BATCH = 5_000
"""Engagements a transaction, whosever they are."""
HELD = 5_000
"""Sums of a kind that a person keeps between two transactions of hers; after the last one `KEPT`. Far more than bring
most in the end, and no more than can be deleted at once."""


@dataclass(frozen=True, slots=True)
class FoldSummary:
    """What a fold did, or would do."""

    before: int
    """Epoch ms: engagements that ended earlier are folded, events from earlier are refused."""
    pairs: int
    """User–video pairs that were folded."""
    people: int
    """Whose they were."""
    dry_run: bool
    seconds: float


def check_days(days: int) -> int:
    """The age from which is folded.

    Raises:
        UsageError: younger than what trends, pulses and waves are made from.
    """
    if days < LEAST_DAYS:
        raise UsageError(
            f"engagement of the last {days} days is asked to be folded; give {LEAST_DAYS} or more, "
            f"for trends, pulses and waves are made from that of {LEAST_DAYS - 1} days"
        )
    return days


def fold_older(
    database: Database,
    days: int,
    *,
    clock: int,
    latest: int = LATEST,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> FoldSummary:
    """Fold what ended more than ``days`` before the latest event, but for everybody's ``latest`` engagements.

    ``clock``: epoch ms; an event of the future makes nothing older than it is.

    Raises:
        UsageError: fewer days than may be folded.
    """
    check_days(days)
    last = int(database.read("night_latest")[0]["at"] or 0)
    return fold(database, fold_mark(min(last, clock), days), latest=latest, dry_run=dry_run, progress=progress)


def fold(
    database: Database,
    before: int,
    *,
    latest: int = LATEST,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> FoldSummary:
    """Fold engagements that ended before ``before``, epoch ms, or before where an earlier fold got to."""
    began = time.perf_counter()
    before = max(before, folded_before(database))
    if not dry_run and before:
        database.write("put_settings", properties={"foldedBefore": before})
    due = [
        (str(row["userId"]), int(row["pairs"])) for row in database.read("night_foldable", before=before, latest=latest)
    ]
    pairs = sum(count for _, count in due)
    if not dry_run:
        pairs, told = 0, dict(due)
        for users in bundles(sorted(due), BATCH):
            left = sum(told[user] for user in users)
            while left > 0:
                taken = database.transaction(
                    lambda tx, users=users, left=left: _fold(tx, users, before, latest, left)  # type: ignore[misc]
                )
                left = left - taken if taken == BATCH else 0
                pairs += taken
                progress(taken)
    return FoldSummary(before, pairs, len(due), dry_run, round(time.perf_counter() - began, 3))


def folded_before(database: Database) -> int:
    """Epoch ms: where an earlier fold got to; 0 where there was none."""
    rows = database.read("settings")
    return marked_before(rows[0]["settings"]) if rows else 0


def _fold(tx: Transaction, users: Sequence[str], before: int, latest: int, left: int) -> int:
    """``left``: so many engagements of theirs are to be folded; how many were."""
    rows = tx.run("take_foldable", userIds=users, before=before, latest=latest, limit=BATCH)
    counted = cells((row["videoId"], row["bits"]) for row in rows if not row["own"])
    tx.run(
        "add_folded_viewers",
        rows=[
            {"id": video, "bits": [bits for bits, _ in found], "people": [people for _, people in found]}
            for video, found in counted.items()
        ],
    )
    tx.run("add_folded", rows=_leading(users, rows), kept=HELD if len(rows) == BATCH < left else KEPT)
    return len(rows)


def _leading(users: Iterable[str], rows: Iterable[Record]) -> list[Record]:
    """What leads on, person by person: it brought points, is not hidden and not her own."""
    of: dict[str, list[Record]] = {user: [] for user in users}
    for row in rows:
        if row["points"] > 0.0 and not row["own"] and not row["hidden"]:
            of[row["userId"]].append({name: row[name] for name in ("videoId", "points", "lastAt")})
    return [{"userId": user, "pairs": pairs} for user, pairs in sorted(of.items())]
