"""The job: what was not analysed yet is analysed and written; then copies, spellings and neighbours are linked.

Each video is written as it is done, so a killed job goes on where it was when it is run again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from contentgraph.content import facts
from contentgraph.content.facts import Outcome, Task
from contentgraph.content.files import signature
from contentgraph.content.linking import Linked, link
from contentgraph.content.workers import Bounds, analysed
from contentgraph.cypher import Database
from contentgraph.errors import InvalidEvent

BATCH = 200
"""Videos that one question to the graph is about."""
WRITE = 50
"""Videos a write."""

Reject = Callable[[str, int, str, str, object], None]
"""What a reject is told to: file, line, reason, message, row."""


@dataclass(slots=True)
class Summary:
    """What a job did."""

    found: int = 0
    """Videos that were named."""
    before: int = 0
    """Of these, such as an earlier job had analysed."""
    analysed: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    """Proposed ratings."""
    reposts: int = 0
    same_sounds: int = 0
    spellings: int = 0
    placed: int = 0
    """Neighbours that videos without viewers got at once."""
    seconds: float = 0.0
    seconds_a_video: float = 0.0
    """Mean of the analysis itself."""


def run(
    database: Database,
    tasks: Iterable[Task],
    *,
    workers: int,
    bounds: Bounds,
    again: bool = False,
    reject: Reject,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Analyse ``tasks`` and write what was found.

    ``again``: also what an earlier job has analysed. A bad file is one reject, and the job goes on.

    Raises:
        UsageError: a model cannot be used.
    """
    began = time.perf_counter()
    summary = Summary()
    waiting: list[Outcome] = []
    spent = 0.0
    for outcome in analysed(_open(database, tasks, summary, again, reject, progress), workers, bounds):
        progress(1)
        spent += outcome.seconds
        if outcome.reason is not None:
            _reject(outcome, summary, reject)
        if outcome.facts:
            waiting.append(outcome)
        if len(waiting) >= WRITE:
            _write(database, waiting, summary)
            waiting = []
    _write(database, waiting, summary)
    linked: Linked = link(database)
    summary.reposts, summary.same_sounds = linked.reposts, linked.same_sounds
    summary.spellings, summary.placed = linked.spellings, linked.placed
    summary.seconds = round(time.perf_counter() - began, 3)
    summary.seconds_a_video = round(spent / summary.analysed, 3) if summary.analysed else 0.0
    return summary


def _open(
    database: Database,
    tasks: Iterable[Task],
    summary: Summary,
    again: bool,
    reject: Reject,
    progress: Callable[[int], None],
) -> Iterator[Task]:
    """The tasks that are still open, with captions from the graph and signatures of their files."""
    everything = iter(tasks)
    while batch := list(islice(everything, BATCH)):
        summary.found += len(batch)
        ids = sorted({task.video_id for task in batch})
        known = {row["id"]: row for row in database.read("media_known", ids=ids)}
        for task in batch:
            row = known.get(task.video_id, {})
            try:
                signed = replace(
                    task,
                    caption=row.get("caption") or task.caption,
                    signature=None if task.path is None else signature(task.path),
                )
            except InvalidEvent as error:
                _reject(Outcome(task, {}, error.reason, str(error)), summary, reject)
                progress(1)
                continue
            if not again and row.get("by") and _same(row, signed):
                summary.before += 1
                progress(1)
                continue
            yield signed


def _same(row: dict[str, object], task: Task) -> bool:
    """Whether what is stored is of this file and of the analysers of this package."""
    by = row["by"]
    own = {facts.TEXT} | ({facts.DECODER, facts.IMAGE} if task.path is not None else set())
    stored = row.get("signature")
    return isinstance(by, list) and own <= set(by) and (task.path is None or stored == task.signature)


def _reject(outcome: Outcome, summary: Summary, reject: Reject) -> None:
    task = outcome.task
    summary.rejected[outcome.reason or ""] += 1
    row = {"id": task.video_id, "media": task.path}
    reject(task.file, task.line, outcome.reason or "", f"{task.video_id}: {outcome.message}", row)


def _write(database: Database, outcomes: list[Outcome], summary: Summary) -> None:
    if not outcomes:
        return
    rows = []
    for outcome in outcomes:
        proposed = outcome.facts.get("proposedRating")
        if proposed is not None:
            summary.proposed[str(proposed)] += 1
        properties: dict[str, object] = dict(outcome.facts)
        if outcome.task.signature is not None:
            properties["signature"] = outcome.task.signature
        rows.append({"id": outcome.task.video_id, "properties": properties, "proposed": proposed})
    rows.sort(key=lambda row: str(row["id"]))
    ids = [row["id"] for row in rows]

    def put(tx: object) -> None:
        run_ = tx.run  # type: ignore[attr-defined]
        run_("announce_videos", ids=ids)
        run_("put_media", rows=rows)

    database.transaction(put)
    summary.analysed += len(rows)
