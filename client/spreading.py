"""The lineage of a challenge, and the report of a campaign: read, computed by the engine, drawn."""

import secrets
from typing import TYPE_CHECKING

from contentgraph.client.asking import check_id, viewer, wall_clock
from contentgraph.cypher import Steps, clock, read, write
from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.campaign import Cell, Report, report
from contentgraph.graph.fields import FUTURE_SKEW_MS

if TYPE_CHECKING:
    from contentgraph.graph.lineage import Lineage

JOINS_MAX, TIES_MAX = 20_000, 200_000
"""Videos, and ties among those who made them, that a lineage is told from; the earliest."""


def lineage(challenge: str, *, user: str | None) -> "Steps[Lineage]":
    """See :meth:`contentgraph.client.graph.Graph.lineage`."""
    from contentgraph.graph.lineage import Joined, lineage

    asked = {"userId": user, "id": (yield from _known(challenge, user))}
    joins = yield from read("challenge_joins", limit=JOINS_MAX, **asked)
    joined = [Joined(row["creator"], row["video"], row["at"], row["country"], row["language"]) for row in joins]
    watched = yield from read("challenge_watched", limit=TIES_MAX, **asked)
    ties = yield from read("challenge_ties", limit=TIES_MAX, **asked)
    now = yield from clock.now()
    return lineage(
        joined,
        watched=[(row["creator"], row["video"], row["at"]) for row in watched],
        follows=[(row["source"], row["target"]) for row in ties if row["type"] == "FOLLOWS"],
        remixes=[(row["source"], row["target"]) for row in ties if row["type"] == "REMIXES"],
        until=now or None,
    )


def campaign(challenge: str, *, small: int) -> Steps[Report]:
    """See :meth:`contentgraph.client.graph.Graph.campaign`."""
    name = yield from _known(challenge, None)
    told = yield from read("campaign_cells", id=name)
    cells = [
        (
            row["country"],
            row["band"],
            Cell(row["viewers"], row["views"], float(row["points"] or 0.0), row["participants"]),
        )
        for row in told
    ]
    held = yield from read("campaign_arms", id=name)
    arms = {row["held"]: (row["people"], row["joined"]) for row in held}
    viewers = sum(cell.viewers for _, _, cell in cells)
    reach = max(viewers, sum(row["shown"] for row in held))
    both = (arms[False], arms[True]) if {False, True} <= arms.keys() else None
    return report(cells, reach=reach, arms=both, small=small)


def hold_back(challenge: str, share: float) -> Steps[None]:
    """See :meth:`contentgraph.client.graph.Graph.hold_back`."""
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0.0 <= share <= 0.5:
        raise UsageError(f"share is {share!r}; give the share of people who are held back, 0 to 0.5")
    name = yield from _known(challenge, None)
    known = yield from clock.known_until()
    latest = max(known, wall_clock()) + FUTURE_SKEW_MS
    key = secrets.token_hex(16)
    yield from write("put_control", id=name, share=float(share), key=key, known=known, latest=latest)


def _known(challenge: str, user: str | None) -> Steps[str]:
    if user is not None:
        yield from viewer(user)
    if not (yield from read("challenge_card", userId=user, id=check_id("challenge", challenge))):
        raise NotFound(f"no challenge {challenge!r}; create it, or load a file that describes it")
    return challenge
