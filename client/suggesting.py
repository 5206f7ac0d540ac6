"""A feed: the candidates of one traversal, composed into one slate, each slot with its reasons."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from contentgraph.client import waves
from contentgraph.client.asking import LIMIT_MAX, check_limit, viewer
from contentgraph.client.results import Suggestion
from contentgraph.cypher import Database, Record
from contentgraph.graph.ranking import EXPLORE, Candidate, SlateSettings, Slot, compose
from contentgraph.graph.reasons import reasons, vias

POOL_FACTOR = 5
POOL_LEAST = 100


def suggest(
    database: Database,
    user: str,
    *,
    limit: int,
    explore: float,
    topic: float | None,
    language: str,
    seed: int | None,
) -> list[Suggestion]:
    """See :meth:`contentgraph.client.graph.Graph.suggest`."""
    rules = settings(explore, topic)
    slate = feed(database, user, limit=limit, rules=rules, language=language, rng=np.random.default_rng(seed))
    return [item for item, _ in slate]


def settings(explore: float, topic: float | None) -> SlateSettings:
    """The slate's settings with what the caller says; None: as it is by default."""
    return SlateSettings(explore=explore) if topic is None else SlateSettings(explore=explore, topic=topic)


def feed(
    database: Database,
    user: str,
    *,
    limit: int,
    rules: SlateSettings,
    language: str,
    rng: np.random.Generator,
    shown: Sequence[Candidate] = (),
) -> list[tuple[Suggestion, Candidate]]:
    """The slate, each suggestion beside its candidate; ``shown``: those of the session's last feeds."""
    check_limit(limit)
    viewer(database, user)
    pool = min(max(POOL_FACTOR * limit, POOL_LEAST) + len(shown), LIMIT_MAX)
    rows = {row["videoId"]: row for row in database.read("suggest", userId=user, limit=pool)}
    tests = waves.slots_of(database, user, limit)
    cards = {card["videoId"]: card for card in database.read("cards", userId=user, ids=[*rows, *tests])}
    # A card is missing if the video was removed, or she blocked its creator, between the two reads.
    tests = {
        video: row for video, row in tests.items() if video in cards and all(video != one.video_id for one in shown)
    }
    candidates = {video: _candidate(rows[video], cards[video]) for video in rows if video in cards}
    slate = compose(list(candidates.values()), limit, settings=rules, rng=rng, shown=shown)
    found = [_suggestion(slot, rows[slot.video_id], cards[slot.video_id], language) for slot in slate]
    if tests:
        found = waves.merge(found, [_test(row, cards[video], language) for video, row in tests.items()], limit, rng)
        for video in tests:
            candidates.setdefault(video, _candidate({"videoId": video, "score": 0.0, "parts": {}}, cards[video]))
    return [(item, candidates[item.video_id]) for item in found]


def _candidate(row: Record, card: Record) -> Candidate:
    return Candidate(
        video_id=row["videoId"],
        score=row["score"],
        parts=row["parts"],
        creators=tuple(card["creatorIds"]),
        sound=card["soundId"],
        hashtags=tuple(card["hashtags"]),
        challenges=tuple(card["challengeIds"]),
        place=tuple(card["taste"]),
        copy=copy_key(card["soundId"], card["caption"]),
    )


def copy_key(sound: str | None, caption: str | None) -> str | None:
    """What near-duplicates share until their content is analysed: the sound and the caption, case and spaces aside.

    None without one of them: nothing is a copy because it says nothing.

    >>> copy_key('s1', ' Wait for  IT') == copy_key('s1', 'wait for it')
    True
    """
    words = unicodedata.normalize("NFKC", caption or "").casefold().split()
    return f"{sound}\n{' '.join(words)}" if sound and words else None


def _test(row: Record, card: Record, language: str) -> Suggestion:
    """A new video that she is a test viewer of: nothing leads to it but its wave."""
    slot = Slot(row["videoId"], 1, 0.0, {}, EXPLORE, row["propensity"], 1.0)
    return replace(_suggestion(slot, {"via": []}, card, language), wave=row["wave"])


def _suggestion(slot: Slot, row: Record, card: Record, language: str) -> Suggestion:
    return Suggestion(
        video_id=slot.video_id,
        slot=slot.position,
        score=slot.score,
        parts=slot.parts,
        reasons=tuple(reasons(vias(row["via"]), language)),
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
