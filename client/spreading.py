"""The lineage of a challenge, and the report of a campaign: read, computed by the engine, drawn."""

from typing import TYPE_CHECKING

from contentgraph.client.asking import check_id, viewer
from contentgraph.cypher import Database
from contentgraph.errors import NotFound
from contentgraph.graph.campaign import Cell, Report, report

if TYPE_CHECKING:
    from contentgraph.graph.lineage import Lineage

JOINS_MAX, TIES_MAX = 20_000, 200_000
"""Videos, and ties among those who made them, that a lineage is told from; the earliest."""


def lineage(database: Database, challenge: str, *, user: str | None) -> "Lineage":
    """See :meth:`contentgraph.client.graph.Graph.lineage`."""
    from contentgraph.graph.lineage import Joined, lineage

    asked = {"userId": user, "id": _known(database, challenge, user)}
    joined = [
        Joined(row["creator"], row["video"], row["at"], row["country"], row["language"])
        for row in database.read("challenge_joins", limit=JOINS_MAX, **asked)
    ]
    watched = database.read("challenge_watched", limit=TIES_MAX, **asked)
    ties = database.read("challenge_ties", limit=TIES_MAX, **asked)
    return lineage(
        joined,
        watched=[(row["creator"], row["video"], row["at"]) for row in watched],
        follows=[(row["source"], row["target"]) for row in ties if row["type"] == "FOLLOWS"],
        remixes=[(row["source"], row["target"]) for row in ties if row["type"] == "REMIXES"],
        until=int(database.read("settings")[0]["settings"].get("now", 0)) or None,
    )


def campaign(database: Database, challenge: str, *, small: int) -> Report:
    """See :meth:`contentgraph.client.graph.Graph.campaign`."""
    name = _known(database, challenge, None)
    cells = [
        (
            row["country"],
            row["band"],
            Cell(row["viewers"], row["views"], float(row["points"] or 0.0), row["participants"]),
        )
        for row in database.read("campaign_cells", id=name)
    ]
    arms = {row["held"]: (row["people"], row["joined"]) for row in database.read("campaign_arms", id=name)}
    viewers = sum(cell.viewers for _, _, cell in cells)
    reach = max(viewers, arms.get(False, (0, 0))[0])
    both = (arms[False], arms[True]) if len(arms) == 2 else None
    return report(cells, reach=reach, arms=both, small=small)


def _known(database: Database, challenge: str, user: str | None) -> str:
    if user is not None:
        viewer(database, user)
    if not database.read("challenge_card", userId=user, id=check_id("challenge", challenge)):
        raise NotFound(f"no challenge {challenge!r}; create it, or load a file that describes it")
    return challenge
