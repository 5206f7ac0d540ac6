"""A feed: the candidates of one traversal, composed into one slate, each slot with its reasons."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from contentgraph.client import waves
from contentgraph.client.asking import LIMIT_MAX, check_id, check_limit, check_seed, viewer
from contentgraph.client.results import Feed, Suggestion
from contentgraph.cypher import Record, Steps, read
from contentgraph.graph.control import Control, withheld
from contentgraph.graph.duplicates import copy_keys
from contentgraph.graph.ranking import (
    EXPLORE,
    POOL_FACTOR,
    POOL_LEAST,
    Candidate,
    SlateSettings,
    Slot,
    certain,
    compose,
    joining,
)
from contentgraph.graph.reasons import Reason, reasons, vias
from contentgraph.graph.sentences import speaker

FIRST_FACTOR = 3
"""So many cards a slot nearly always settle a slate (97 of 100), and three in five are looked up."""


class Slate(list[tuple[Suggestion, Candidate]]):
    """A feed, each suggestion beside its candidate."""

    def __init__(
        self,
        pairs: Iterable[tuple[Suggestion, Candidate]] = (),
        *,
        withheld: Iterable[Suggestion] = (),
        settled: bool = True,
    ) -> None:
        super().__init__(pairs)
        self.withheld = tuple(withheld)
        """See :attr:`contentgraph.client.results.Feed.withheld`."""
        self.settled = settled
        """No candidate whose card was not looked up could be in it."""

    def feed(self, *, degraded: bool = False) -> Feed:
        """What the client answers."""
        return Feed((item for item, _ in self), degraded=degraded, withheld=self.withheld)


@dataclass(frozen=True, slots=True)
class Pool:
    """What a slate is composed of: rows of ``suggest.cypher`` and ``cards.cypher``, and who is held back from what."""

    rows: Sequence[Record]
    cards: Sequence[Record]
    groups: Sequence[Control] = ()

    def without(self, videos: Container[str | None], makers: Container[str | None] = ()) -> "Pool":
        """The pool without ``videos``, and without all that one of ``makers`` made."""
        kept = [
            card
            for card in self.cards
            if card["videoId"] not in videos and not any(maker in makers for maker in card["creatorIds"])
        ]
        return replace(self, cards=kept)

    def carded(self) -> "Pool":
        """The pool without the rows of videos whose card was not looked up."""
        known = {card["videoId"] for card in self.cards}
        return replace(self, rows=[row for row in self.rows if row["videoId"] in known])


@dataclass(frozen=True, slots=True)
class Wish:
    """What feed is wanted, checked.

    Raises:
        UsageError: a limit, share or seed out of range, or a language in which no reasons are written.
    """

    user: str
    limit: int
    rules: SlateSettings
    language: str
    seed: int | None
    shown: tuple[Candidate, ...] = ()
    """Those of the session's last feeds, the longest ago first."""

    @classmethod
    def of(
        cls,
        user: str,
        limit: int,
        *,
        explore: float,
        topic: float | None,
        language: str,
        seed: int | None,
        shown: Sequence[Candidate] = (),
    ) -> "Wish":
        """From the arguments of ``suggest``."""
        speaker(language)
        rules = settings(explore, topic)
        return cls(check_id("user", user), check_limit(limit), rules, language, check_seed(seed), tuple(shown))

    @property
    def pool(self) -> int:
        """So many candidates are asked for: beside those that were shown as many as of a feed by itself."""
        return min(max(POOL_FACTOR * self.limit, POOL_LEAST), LIMIT_MAX) + len(self.shown)

    @property
    def first(self) -> int:
        """The cards of so many are looked up first; of a draw, all may be in it."""
        return self.pool if self.rules.explore > 0.0 else FIRST_FACTOR * self.limit + len(self.shown)


def settings(explore: float, topic: float | None) -> SlateSettings:
    """The slate's settings with what the caller says; None: as it is by default."""
    return SlateSettings(explore=explore) if topic is None else SlateSettings(explore=explore, topic=topic)


def feed(wish: Wish) -> Steps[tuple[Slate, Pool]]:
    """The slate of one traversal with the test slots of new videos that she may be shown, and what it is made of."""
    card = yield from viewer(wish.user)
    rows = yield from read("suggest", userId=wish.user, limit=wish.pool)
    tests = yield from waves.slots_of(card, wish.limit)
    ids = [row["videoId"] for row in rows]
    first, rest = ids[: wish.first], ids[wish.first :]
    cards = yield from read("cards", userId=wish.user, ids=[*first, *tests])
    groups = Control.of((yield from read("state_controls", ids=[*ids, *tests])) if card["controlled"] else [])
    slate = composed(wish, rows, cards, tests, groups)
    if not slate.settled and rest:
        cards += yield from read("cards", userId=wish.user, ids=rest)
        slate = composed(wish, rows, cards, tests, groups)
    return slate, Pool(rows, cards, groups)


def composed(
    wish: Wish,
    told: Iterable[Record],
    described: Iterable[Record],
    slots: Mapping[str, Record] = MappingProxyType({}),
    groups: Iterable[Control] = (),
) -> Slate:
    """The slate from the rows of ``suggest.cypher``, ``cards.cypher`` and, by video, ``test_slots.cypher``.

    Where it holds what one of ``groups`` keeps from her, that is told apart, and the slate is composed without.
    """
    rows = {row["videoId"]: row for row in told}
    cards = {card["videoId"]: card for card in described}
    rng = np.random.default_rng(wish.seed)
    found, settled = _composed(wish, rows, cards, slots, rng)
    held = withheld(wish.user, groups)
    ghosts = [item for item, _ in found if item.video_id in held]
    if ghosts:
        rows = {video: row for video, row in rows.items() if video not in held}
        slots = {video: row for video, row in slots.items() if video not in held}
        found, settled = _composed(wish, rows, cards, slots, rng)
    return Slate(found, withheld=ghosts, settled=settled)


def _composed(
    wish: Wish,
    rows: Mapping[str, Record],
    cards: Mapping[str, Record],
    slots: Mapping[str, Record],
    rng: np.random.Generator,
) -> tuple[list[tuple[Suggestion, Candidate]], bool]:
    # A card is missing if the video was removed, or she blocked its creator, between the two reads.
    tests = {video: row for video, row in slots.items() if video in cards}
    candidates = {video: _candidate(rows[video], cards[video]) for video in rows if video in cards}
    slate = compose(list(candidates.values()), wish.limit, settings=wish.rules, rng=rng, shown=wish.shown)
    left = max((row["score"] for video, row in rows.items() if video not in cards), default=0.0)
    settled = certain(slate, candidates, wish.limit, left, settings=wish.rules, shown=wish.shown)
    found = [suggestion(slot, rows[slot.video_id], cards[slot.video_id], wish.language) for slot in slate]
    if tests:
        found = carrying(found, tests, cards, wish, rng)
        for item in found:
            candidates.setdefault(item.video_id, _bare(cards[item.video_id]))
    return [(item, candidates[item.video_id]) for item in found], settled


def carrying(
    found: Sequence[Suggestion],
    tests: Mapping[str, Record],
    cards: Mapping[str, Record],
    wish: Wish,
    rng: np.random.Generator,
) -> list[Suggestion]:
    """The feed with test slots of new videos at random places; ``tests``: by video, as ``test_slots.cypher`` tells.

    ``cards``: of the feed and of the tests. A test whose video may not stand beside what the feed holds, the session
    showed, or another test, waits for another feed.
    """
    held = {one.video_id for one in found}
    fresh = [_bare(cards[video]) for video in tests if video not in held]
    above = [*wish.shown, *(_bare(cards[video]) for video in held)]
    fit = held | {one.video_id for one in joining(fresh, above, settings=wish.rules)}
    kept = [video for video in tests if video in fit][: waves.room_of(wish.limit)]
    return waves.merge(found, [_test(tests[video], cards[video], wish.language) for video in kept], wish.limit, rng)


def _candidate(row: Record, card: Record) -> Candidate:
    return Candidate(
        video_id=row["videoId"],
        score=row["score"],
        parts=row["parts"],
        creators=tuple(card["creatorIds"]),
        sound=card["sameSound"],
        hashtags=tuple(card["hashtags"]),
        challenges=tuple(card["challengeIds"]),
        place=tuple(card["taste"]),
        copies=copy_keys(card["sameSound"], card["caption"], card["origin"]),
    )


def shown_as(item: Suggestion, card: Record) -> Candidate:
    """What a suggestion was among the candidates."""
    return _candidate({"videoId": item.video_id, "score": item.score, "parts": item.parts}, card)


def _bare(card: Record) -> Candidate:
    """A video to which nothing leads."""
    return _candidate({"videoId": card["videoId"], "score": 0.0, "parts": {}}, card)


def _test(row: Record, card: Record, language: str) -> Suggestion:
    """A new video that she is a test viewer of: nothing leads to it but its wave."""
    slot = Slot(row["videoId"], 1, 0.0, {}, EXPLORE, row["propensity"], 1.0)
    (why,) = reasons(vias([{"source": "fresh", "part": 1.0}]), language)
    return replace(suggestion(slot, {"via": []}, card, language, [replace(why, part=0.0)]), wave=row["wave"])


def suggestion(slot: Slot, row: Record, card: Record, language: str, why: Sequence[Reason] | None = None) -> Suggestion:
    """What the client answers for one slot; ``why``: its reasons, if they are known already."""
    return Suggestion(
        video_id=slot.video_id,
        slot=slot.position,
        score=slot.score,
        parts=slot.parts,
        reasons=tuple(reasons(vias(row["via"]), language) if why is None else why),
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
