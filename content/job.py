"""The job: what was not analysed yet is analysed and written; then copies, spellings and neighbours are linked.

Each video is written as it is done, so a killed job goes on where it was when it is run again. What was erased, before
or meanwhile, is a reject.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from contentgraph.content.erased import erased
from contentgraph.content.facts import Outcome, Reject, Task
from contentgraph.content.files import signature
from contentgraph.content.linking import Linked, link
from contentgraph.content.versions import OF_TEXT, versions
from contentgraph.content.workers import Bounds, analysed
from contentgraph.cypher import Database, Transaction
from contentgraph.cypher.properties import FACTS
from contentgraph.errors import InvalidEvent
from contentgraph.graph.erasure import ERASED, WITHHELD

TEXT_FACTS = OF_TEXT | {"textOf", "language", "languageConfidence", "words", "wordCounts"}
"""What is found in text."""
SURE = 0.7
"""Confidence from which on a found language stands for one that nobody told."""
BATCH = 200
"""Videos that one question to the graph is about."""
WRITE = 50
"""Videos a write."""


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
    by = versions(bounds.embedding, bounds.reader)
    for outcome in analysed(_open(database, tasks, summary, by, again, reject, progress), workers, bounds):
        progress(1)
        spent += outcome.seconds
        if outcome.reason is not None:
            _reject(outcome, summary, reject)
        if outcome.facts:
            waiting.append(outcome)
        if len(waiting) >= WRITE:
            _write(database, waiting, summary, reject)
            waiting = []
    _write(database, waiting, summary, reject)
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
    by: dict[str, str],
    again: bool,
    reject: Reject,
    progress: Callable[[int], None],
) -> Iterator[Task]:
    """The tasks that are still open, with captions from the graph and signatures of their files."""
    everything = iter(tasks)
    while batch := list(islice(everything, BATCH)):
        summary.found += len(batch)
        ids = sorted({task.video_id for task in batch})
        known: dict[str, dict[str, Any]] = {row["id"]: dict(row) for row in database.read("media_known", ids=ids)}
        gone = erased(database.read, ids)
        for task in batch:
            if task.video_id in gone:
                _reject_erased(task, summary, reject)
                progress(1)
                continue
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
            left = signed if again or not row.get("by") else _left(signed, row, by)
            if left is None:
                summary.before += 1
                progress(1)
            else:
                yield left


def _left(task: Task, row: dict[str, Any], by: dict[str, str]) -> Task | None:
    """What is to be done again: all of it, its text alone, or nothing; ``by``: the versions that would do it."""
    stored = row["by"]
    changed = {name for name, version in by.items() if stored.get(name) != version}
    if stored.get("soundBy") is None:
        changed -= {"soundBy"}  # there was no sound
    if task.path is not None and (row["signature"] != task.signature or changed - OF_TEXT):
        return task
    if row["textOf"] != text_of(task.caption) or changed & OF_TEXT:
        return replace(task, path=None, lines=tuple(row["screenText"]))
    return None


def text_of(caption: str) -> str:
    """A print of the caption that was analysed."""
    return hashlib.sha256(caption.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _language(found: Mapping[str, object]) -> object:
    sure = found.get("languageConfidence", 0.0)
    return found["language"] if isinstance(sure, float) and sure >= SURE else None


def _reject(outcome: Outcome, summary: Summary, reject: Reject) -> None:
    task = outcome.task
    summary.rejected[outcome.reason or ""] += 1
    row = {"id": task.video_id, "media": task.path}
    reject(task.file, task.line, outcome.reason or "", f"{task.video_id}: {outcome.message}", row)


def _reject_erased(task: Task, summary: Summary, reject: Reject) -> None:
    """As the night does: counted, and not told by name; a media file's own name is the video's."""
    summary.rejected[ERASED] += 1
    reject(task.file if task.line else str(Path(task.file).parent), task.line, ERASED, WITHHELD, None)


class _Erased(Exception):
    """Some videos of a write were erased: none of it is written."""

    def __init__(self, videos: frozenset[str]) -> None:
        super().__init__()
        self.videos = videos


def _write(database: Database, outcomes: list[Outcome], summary: Summary, reject: Reject) -> None:
    """Write what was found; of a video that was erased while it was analysed nothing."""
    while outcomes:
        try:
            _put(database, outcomes)
        except _Erased as found:
            for outcome in outcomes:
                if outcome.task.video_id in found.videos:
                    _reject_erased(outcome.task, summary, reject)
            outcomes = [outcome for outcome in outcomes if outcome.task.video_id not in found.videos]
            continue
        summary.analysed += len(outcomes)
        summary.proposed.update(
            str(outcome.facts["proposedRating"]) for outcome in outcomes if "proposedRating" in outcome.facts
        )
        return


def _put(database: Database, outcomes: list[Outcome]) -> None:
    """All of it in one transaction.

    Raises:
        _Erased: some of the videos were erased.
    """
    rows = []
    for outcome in outcomes:
        task = outcome.task
        # What is not found any more goes; of a video whose text alone was analysed all else stays.
        open_ = FACTS["Media"] - {"id"} if task.path is not None else TEXT_FACTS
        properties: dict[str, object] = {
            **dict.fromkeys(sorted(open_)),
            **outcome.facts,
            "textOf": text_of(task.caption),
        }
        if task.path is not None:
            properties["signature"] = task.signature
        rows.append({"id": task.video_id, "properties": properties, "language": _language(outcome.facts)})
    rows.sort(key=lambda row: str(row["id"]))
    ids = [str(row["id"]) for row in rows]

    def put(tx: Transaction) -> None:
        tx.run("announce_videos", ids=ids)
        # Asked when they are announced: what an erasure deletes later is not announced again.
        gone = erased(tx.run, ids)
        if gone:
            raise _Erased(gone)
        tx.run("put_media", rows=rows)

    database.transaction(put)
