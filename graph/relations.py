"""What events say beside engagement: follows, blocks, hides and reports, folded per (user, target).

Each fold is a join (a maximum, or a minimum for reports), so the order of events and their repetition leave no trace.
"""

from collections.abc import Iterable

from contentgraph.graph.events import Event

_SWITCHES = {
    "follow": ("merge_follows", True),
    "unfollow": ("merge_follows", False),
    "block": ("merge_blocks", True),
    "unblock": ("merge_blocks", False),
    "hide": ("merge_hides", True),
    "unhide": ("merge_hides", False),
}
"""Kind → statement (hides: its stem, the target's kind is appended) and whether it switches on."""

RELATION_STATEMENTS = (
    "merge_follows",
    "merge_blocks",
    "merge_hides_video",
    "merge_hides_user",
    "merge_hides_sound",
    "merge_hides_hashtag",
    "merge_reports_video",
    "merge_reports_user",
)
"""The statements that rows are keyed by, in the order in which they are written."""

Row = dict[str, str | int | None]
Switch = tuple[int, bool]
"""When something was switched last, epoch ms, and whether on. Of two the greater holds, so on wins a tie."""
FOR_GOOD = 1 << 62
"""Later than any event."""


def relations(events: Iterable[Event]) -> dict[str, list[Row]]:
    """Statement name → rows, sorted by (userId, targetId); statements without rows are absent.

    follows, blocks, hides: ``{userId, targetId, at, until}`` with the latest time of switching on (``at``) and off
    (``until``), None where that never happened. Reports: ``{userId, targetId, at, reason}``, the earliest, at the
    same time the smaller reason (none at all is the smallest). Events on user–video pairs are passed over.
    """
    switches: dict[tuple[str, str, str], tuple[int | None, int | None]] = {}
    reports: dict[tuple[str, str, str], tuple[int, str]] = {}
    for event in events:
        kind = event.kind
        if kind == "report":
            name, target = _targeted("merge_reports", event)
            report = (name, event.user_id, target)
            told = (event.at, event.reason or "")
            reports[report] = min(told, reports.get(report, told), key=_earlier)
        elif kind in _SWITCHES:
            stem, switched_on = _SWITCHES[kind]
            name, target = _targeted(stem, event) if stem == "merge_hides" else (stem, event.target_id or "")
            switch = (name, event.user_id, target)
            at, until = switches.get(switch, (None, None))
            switches[switch] = (_latest(at, event.at), until) if switched_on else (at, _latest(until, event.at))
    found: dict[str, list[Row]] = {name: [] for name in RELATION_STATEMENTS}
    for (name, user, target), (at, until) in sorted(switches.items(), key=lambda item: item[0]):
        found[name].append({"userId": user, "targetId": target, "at": at, "until": until})
    for (name, user, target), (first, reason) in sorted(reports.items(), key=lambda item: item[0]):
        found[name].append({"userId": user, "targetId": target, "at": first, "reason": reason or None})
    return {name: rows for name, rows in found.items() if rows}


def switched(statement: str, row: Row) -> Switch:
    """What a row of ``statement`` comes to: without a time it is off. Nobody takes a report back.

    >>> switched('merge_blocks', {'at': 1, 'until': 2}), switched('merge_blocks', {'at': 2, 'until': 2})
    ((2, False), (2, True))
    """
    if statement.startswith("merge_reports"):
        return FOR_GOOD, True
    times = ((row["at"], True), (row["until"], False))
    return max(((int(when), on) for when, on in times if when is not None), default=(-1, False))


def _targeted(stem: str, event: Event) -> tuple[str, str]:
    """The statement for the kind of target, and the target's id."""
    if event.video_id is not None:
        return f"{stem}_video", event.video_id
    if event.sound_id is not None:
        return f"{stem}_sound", event.sound_id
    if event.hashtag is not None:
        return f"{stem}_hashtag", event.hashtag
    return f"{stem}_user", event.target_id or ""


def _earlier(report: tuple[int, str]) -> tuple[int, bytes]:
    """Order of reports: reasons by UTF-16 units, as Neo4j compares a parameter with what is stored."""
    return report[0], report[1].encode("utf-16-be")


def _latest(one: int | None, other: int) -> int:
    return other if one is None else max(one, other)
