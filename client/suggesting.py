"""A feed: the candidates of one traversal, composed into one slate, each slot with its reasons."""

from collections.abc import Mapping

import numpy as np

from contentgraph.client.asking import LIMIT_MAX, check_limit, viewer
from contentgraph.client.results import Suggestion
from contentgraph.cypher import Database, Record
from contentgraph.graph.ranking import EXPLORE, Candidate, SlateSettings, Slot, compose
from contentgraph.graph.reasons import reasons, vias

POOL_FACTOR = 5
POOL_LEAST = 100


def suggest(database: Database, user: str, *, limit: int, explore: float, seed: int | None) -> list[Suggestion]:
    """See :meth:`contentgraph.client.graph.Graph.suggest`."""
    check_limit(limit)
    settings = SlateSettings(explore=explore)
    viewer(database, user)
    pool = min(max(POOL_FACTOR * limit, POOL_LEAST), LIMIT_MAX)
    rows = {row["videoId"]: row for row in database.read("suggest", userId=user, limit=pool)}
    cards = {card["videoId"]: card for card in database.read("cards", userId=user, ids=list(rows))}
    # A card is missing if the video was removed, or she blocked its creator, between the two reads.
    candidates = [_candidate(rows[video], cards[video]) for video in rows if video in cards]
    slate = compose(candidates, limit, settings=settings, rng=np.random.default_rng(seed))
    return [_suggestion(slot, rows[slot.video_id], cards[slot.video_id]) for slot in slate]


def _candidate(row: Record, card: Record) -> Candidate:
    return Candidate(
        video_id=row["videoId"],
        score=row["score"],
        parts=row["parts"],
        creators=tuple(card["creatorIds"]),
        sound=card["soundId"],
        hashtags=tuple(card["hashtags"]),
        challenges=tuple(card["challengeIds"]),
    )


def _suggestion(slot: Slot, row: Record, card: Record) -> Suggestion:
    return Suggestion(
        video_id=slot.video_id,
        slot=slot.position,
        score=slot.score,
        parts=slot.parts,
        reasons=tuple(reasons(vias(row["via"]))),
        propensity=slot.propensity,
        explored=slot.source == EXPLORE,
        via=tuple(row["via"]),
        caption=card["caption"],
        creator_ids=tuple(card["creatorIds"]),
        sound=sound(card),
        hashtags=tuple(card["hashtags"]),
        challenge_ids=tuple(card["challengeIds"]),
    )


def sound(card: Mapping[str, str | None]) -> str | None:
    """How the sound is called: its title, else its id."""
    return card["soundTitle"] or card["soundId"]
