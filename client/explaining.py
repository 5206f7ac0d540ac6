"""Why one video is, or is not, suggested to one user."""

from contentgraph.client.asking import check_id, viewer
from contentgraph.client.results import Explanation
from contentgraph.cypher import Steps, read
from contentgraph.errors import NotFound
from contentgraph.graph.reasons import reasons, vias


def explain(user: str, video: str, *, language: str) -> Steps[Explanation]:
    """See :meth:`contentgraph.client.graph.Graph.explain`."""
    yield from viewer(user)
    check_id("video", video)
    rows = yield from read("explain", userId=user, videoId=video)
    cards = yield from read("cards", userId=user, ids=[video])
    if not rows or not cards:
        # One answer for all: whether a video that she may not see exists is not said.
        raise NotFound(f"no video {video!r} that may be shown to {user!r}; check the id, or load its catalogue row")
    row, card = rows[0], cards[0]
    return Explanation(
        user_id=user,
        video_id=video,
        score=row["score"],
        parts=row["parts"],
        reasons=tuple(reasons(vias(row["via"]), language)),
        withheld=tuple(row["withheld"]),
        via=tuple(row["via"]),
        caption=card["caption"],
        creator_ids=tuple(card["creatorIds"]),
        topic=card["topic"],
    )
