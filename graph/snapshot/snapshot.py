"""The graph as arrays for serving: the same feed as ``suggest.cypher`` on the same graph, without a server.

A snapshot holds what the statement reads; events since then are laid over it, so that the next feed counts them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from contentgraph.errors import NotFound
from contentgraph.graph import archive
from contentgraph.graph.control import Control
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.events import Event
from contentgraph.graph.facts import PAIR_KINDS
from contentgraph.graph.folded import marked_before
from contentgraph.graph.names import Names
from contentgraph.graph.points import ALL_BITS, COMMENTED, COMPLETED, REWATCHED, SHARED, PointScale, points_of_bits
from contentgraph.graph.ranking import SlateSettings
from contentgraph.graph.reasons import Reason
from contentgraph.graph.relations import Row as EventRow
from contentgraph.graph.snapshot import kernel
from contentgraph.graph.snapshot.arrays import (
    ADULT,
    CHALLENGE,
    CREATOR,
    EVERYONE,
    HASHTAG,
    LOCAL,
    POPULAR,
    REMOVED,
    SIMILAR,
    SOCIAL,
    SOUND,
    SOURCES,
    TEEN,
    TRENDING,
    UNKNOWN,
    Arrays,
    Floats,
    Index,
    withheld,
)
from contentgraph.graph.snapshot.bulk import Listed, listed
from contentgraph.graph.snapshot.events import Pair, Patch, edges, told
from contentgraph.graph.snapshot.kernel import Found, Person, Rule, Work
from contentgraph.graph.snapshot.offers import Offer, slots
from contentgraph.graph.snapshot.paths import having, steps
from contentgraph.graph.snapshot.person import feed_of, person_of
from contentgraph.graph.snapshot.proofs import Proofs, proofs, public
from contentgraph.graph.snapshot.reasons import ACTS, PUBLIC, Said, say, sentences
from contentgraph.graph.snapshot.reasons import told as told_reasons
from contentgraph.graph.snapshot.slate import slate, variety

Row = dict[str, Any]
Gone = tuple[str, str | None]
"""A video, and the country in which it may not be shown; None: anywhere."""

_BITS = (REWATCHED, COMPLETED, SHARED, COMMENTED)
_CODES = np.array(
    [next((code for code, bit in enumerate(_BITS) if bits & bit), len(_BITS)) for bits in range(ALL_BITS)],
    dtype=np.int8,
)
_ACT = [ACTS[code] for code in _CODES]


class Told(NamedTuple):
    """A slate in its order."""

    video: Index
    score: Floats
    parts: Floats
    """[videos × sources]."""
    why: list[str]
    """The first sentence of each."""


KIND, VERSION = "snapshot", 7
CARDS = 50_000
"""So many cards are kept."""


def allowed(now: int, birth_year: int | None, *, restricted: bool, anonymous: bool) -> int:
    """The bits of the ratings that a viewer may see; a birth year alone counts as 18 from the year after."""
    if restricted:
        return EVERYONE
    year = datetime.fromtimestamp(now / 1000, UTC).year
    if anonymous or birth_year is None or year - birth_year <= 18:
        return EVERYONE | TEEN | UNKNOWN
    return EVERYONE | TEEN | UNKNOWN | ADULT


class Snapshot:
    """Arrays, settings and scale of one graph; safe to ask from several threads.

    Parameters:
        arrays: see `contentgraph.graph.snapshot.arrays`.
        settings: the properties of ``:Settings``.
        scale: the point scale that holds.
    """

    def __init__(self, arrays: Arrays, settings: Mapping[str, Any], scale: PointScale) -> None:
        texts = arrays.texts
        self.arrays = arrays
        self.settings = dict(settings)
        self.controls = Control.of(self.settings.get("controls", ()))
        self.scale = scale
        self.users = Names(texts.users, texts.users_ends)
        self.videos = Names(texts.videos, texts.videos_ends)
        self.captions = Names(texts.captions, texts.captions_ends)
        self.things = Names(texts.things, texts.things_ends)
        self.titles = Names(texts.titles, texts.titles_ends)
        self.places = Names(texts.places, texts.places_ends)
        self._rule = rule(settings, scale)
        self._catalog = arrays.catalog
        self._patches: dict[str, Patch] = {}
        self._public: dict[int, Proofs] = {}
        self._shown: dict[str, frozenset[int]] = {}
        self._idle: list[tuple[Work, int]] = []
        self._cards: dict[int, Row] = {}
        self._carded: dict[str, int] = {}

    @classmethod
    def unpacked(cls, buffer: memoryview) -> "Snapshot":
        """The snapshot in ``buffer``, of which it stays a view.

        Raises:
            SnapshotError: it is none, damaged, or of another version.
        """
        flat, meta = archive.unpack(KIND, VERSION, buffer)
        return cls(Arrays.of(flat), meta["settings"], PointScale(**meta["scale"]))

    def packed(self) -> Iterator[bytes | memoryview]:
        """The pieces of its file; events laid over it are not in it."""
        meta = {"settings": self.settings, "scale": asdict(self.scale)}
        return archive.pack(KIND, VERSION, self.arrays.flat(), meta)

    @property
    def now(self) -> int:
        """The moment that it speaks of, epoch ms."""
        return int(self.settings.get("now", 0))

    def suggest(self, user: str, n: int) -> list[Row]:
        """The rows of ``suggest.cypher`` for ``user`` with the limit ``n``: videoId, score, parts, via.

        Raises:
            NotFound: she is neither in the snapshot nor in the events since, or she was removed.
        """
        found = self.found(user, n)
        return self.rows(found, range(found.video.size))

    def found(self, user: str, n: int) -> Found:
        """The same as arrays, see `contentgraph.graph.snapshot.kernel.Found`."""
        if self._public or user in self._patches:
            return self.found_for(self.person(user), n)
        place, catalog, crowd = self._place(user), self.arrays.catalog, self.arrays.crowd
        return Found(*self._with(lambda work, turn: feed_of(catalog, crowd, self._rule, place, n, work, turn)))

    def found_for(self, person: Person, n: int) -> Found:
        """The answer for a person as given."""
        catalog = self.arrays.catalog
        told = proofs(catalog, person.follow, person.barring, self._public)
        person = person._replace(proof_video=told.video, proof_bits=told.bits, proof_at=told.at)
        return Found(*self._with(lambda work, turn: kernel.feed(catalog, self._rule, person, n, work, turn)))

    def values(self, person: Person, videos: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """Points that a view of each video is expected to bring her."""
        catalog = self.arrays.catalog
        found: np.ndarray[Any, Any] = self._with(
            lambda work, turn: kernel.values(catalog, self._rule, person, videos, work, turn)
        )
        return found

    def warm(self) -> None:
        """Compile what answers, or read what was compiled: else the first question waits for it."""
        found = self.found_for(self.stranger(""), 1)
        places = self.slate(found, 1, SlateSettings())
        self.rows(found, places)
        self.reasons(found, places)

    def stranger(self, user: str) -> Person:
        """A viewer that the snapshot does not know: what events told of her, and a child's rights."""
        return self._patches.get(user, Patch()).person()._replace(allowed=EVERYONE)

    def person(self, user: str) -> Person:
        """A viewer as she is now.

        Raises:
            NotFound: she is neither in the snapshot nor in the events since, or she was removed.
        """
        patch = self._patches.get(user)
        if patch is not None and not patch.removed:
            return patch.person()
        found: Person = person_of(self.arrays.catalog, self.arrays.crowd, self._place(user))
        return found

    def _place(self, user: str) -> int:
        place = self.users.index(user) if user not in self._patches else -1
        if place < 0 or self.arrays.crowd.state[place] & REMOVED:
            raise NotFound(f"no user {user!r} in the snapshot; refresh it, or ask Neo4j")
        return place

    def expires_at(self, user: str) -> int | None:
        """When the anonymous session of ``user`` ends, epoch ms; None with an account, or where she is not known."""
        place = self.users.index(user)
        return int(self.arrays.crowd.expires[place]) or None if place >= 0 else None

    def with_events(self, events: Iterable[Event]) -> "Snapshot":
        """A snapshot that counts these events too; it shares the arrays.

        What it has already, or has something later of, changes nothing, in whatever order it is told: follows, hides
        and blocks are joined by their times. Videos and people that the snapshot does not know are passed over, but for
        the viewer herself: she is a person of unknown age then; so is engagement from before a fold. Of a pair the
        snapshot knows flags and the time of the latest event: a like or unlike counts if that is not later, and a view
        or completion beside a completed one as a rewatch if it is later than everything in the snapshot.
        """
        before = marked_before(self.settings)
        since = [event for event in events if event.kind not in PAIR_KINDS or event.at >= before]
        return self._with_people(
            told(self.arrays, self.users, self.videos, self.thing, self.scale, self._patches, since)
        )

    def with_edges(self, user: str, pairs: Iterable[Pair], relations: Mapping[str, Iterable[EventRow]]) -> "Snapshot":
        """A snapshot in which these ``pairs`` of ``user`` are as told, and relations joined; it shares the arrays.

        ``relations``: rows of hers, and of who blocks her, by statement, as `contentgraph.graph.relations` has them.
        """
        return self._with_people(
            edges(self.arrays, self.users, self.videos, self.thing, self._patches, user, pairs, relations)
        )

    def _with_people(self, changed: Mapping[str, Patch]) -> "Snapshot":
        other = copy(self)
        other._patches = {**self._patches, **changed}
        other._public = {**self._public}
        for user, patch in changed.items():
            place = self.users.index(user)
            if place >= 0:
                person = patch.person()
                other._public[place] = public(person.engaged, person.bits, person.at, person.made)
        return other

    def without(self, videos: Iterable[Gone]) -> "Snapshot":
        """A snapshot in which these videos are removed, or withheld in countries, beside those that always were.

        It shares the other arrays.
        """
        barred: dict[int, set[str | None]] = {}
        for video, country in videos:
            if (place := self.videos.index(video)) >= 0:
                barred.setdefault(place, set()).add(country)
        told, suits = self._catalog, [self._catalog.suits]
        state, suit = told.state.copy(), told.suit.copy()
        for place, countries in barred.items():
            if None in countries:
                state[place] |= np.uint8(REMOVED)
            where = [self.places.index(country) for country in countries if country is not None]
            if where:
                suit[place] = len(told.suits) + len(suits) - 1
                suits.append(withheld(told.suits[told.suit[place]], where)[np.newaxis])
        catalog = told._replace(state=state, suit=suit, suits=np.concatenate(suits))
        for array in (catalog.state, catalog.suit, catalog.suits):
            array.setflags(write=False)
        other = copy(self)
        other.arrays = self.arrays._replace(catalog=catalog)
        return other

    def without_person(self, user: str) -> "Snapshot":
        """A snapshot that does not know ``user``; her id is in the arrays until they are made again."""
        other = copy(self)
        other._patches = {**self._patches, user: Patch(removed=True)}
        return other

    def with_shown(self, user: str, videos: Iterable[str]) -> "Snapshot":
        """A snapshot in which ``user`` was shown these videos: their test slots are used up."""
        places = frozenset(place for place in map(self.videos.index, videos) if place >= 0)
        other = copy(self)
        other._shown = {**self._shown, user: self._shown.get(user, frozenset()) | places}
        return other

    def waiting(self, user: str) -> frozenset[str]:
        """Videos of which ``user`` has a test slot that she was not shown, lapsed or not."""
        place, told = self.users.index(user), self.arrays.offers
        row = told.video[told.ptr[place] : told.ptr[place + 1]].tolist() if place >= 0 else []
        return frozenset(self.videos.some([one for one in row if one not in self._shown.get(user, ())]))

    def offers(self, user: str, room: int, age: int = 0) -> list[Offer]:
        """Up to ``room`` test slots of ``user``, ``age`` ms after the snapshot was read.

        Raises:
            NotFound: see :meth:`person`.
        """
        place = self.users.index(user)
        if place < 0 or not room or self.arrays.offers.ptr[place] == self.arrays.offers.ptr[place + 1]:
            return []
        # Slots lapse by the clock of the waves, which may be ahead of the night's.
        now = max(self.now, int(self.settings.get("wavesNow") or 0)) + age
        shown = self._shown.get(user, frozenset())
        return slots(self.arrays, place, self.person(user), now=now, room=room, shown=shown)

    def slate(
        self, found: Found, limit: int, settings: SlateSettings, shown: Sequence[int] = ()
    ) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Places of an answer that `contentgraph.graph.ranking.compose` would take, in its order, drawing nothing.

        ``shown``: videos of the session's last feeds, the longest ago first.
        """
        rules, before = variety(settings, limit + len(shown)), np.array(shown, dtype=np.int32)
        catalog = self.arrays.catalog
        places: np.ndarray[Any, np.dtype[np.int64]] = self._with(
            lambda work, _: slate(catalog, rules, found.video, found.score, limit, work.tally, before)
        )
        return places

    def cards(self, videos: Iterable[int]) -> list[Row]:
        """What ``cards.cypher`` says of some videos, as far as a feed needs it."""
        return [self._cards.get(video) or self._card(video) for video in videos]

    def _card(self, video: int) -> Row:
        catalog = self.arrays.catalog
        makers = catalog.maker[catalog.maker_ptr[video] : catalog.maker_ptr[video + 1]].tolist()
        things = catalog.thing[catalog.thing_ptr[video] : catalog.thing_ptr[video + 1]].tolist()
        by_kind: dict[int, list[int]] = {SOUND: [], HASHTAG: [], CHALLENGE: []}
        for thing in things:
            by_kind[int(catalog.kind[thing])].append(thing)
        sound = by_kind[SOUND][0] if by_kind[SOUND] else None
        card = {
            "videoId": self.videos[video],
            "caption": self.captions[video] if self.arrays.shelf.captioned[video] else None,
            "creatorIds": self.users.some(makers),
            "soundId": None if sound is None else self.things[sound],
            "soundTitle": None if sound is None else self.titles[sound] or None,
            "sameSound": None if sound is None else self.things[catalog.same[sound]],
            "hashtags": self.things.some(by_kind[HASHTAG]),
            "challengeIds": self.things.some(by_kind[CHALLENGE]),
            "taste": catalog.place[video].tolist() if catalog.place[video].any() else [],
            "origin": self.videos[catalog.origin[video]] if catalog.origin[video] >= 0 else None,
        }
        if len(self._cards) >= CARDS:
            self._cards.clear()
            self._carded.clear()
        self._cards[video] = card
        self._carded[card["videoId"]] = video
        return card

    def number(self, video: str) -> int:
        """Where a video stands in the arrays, -1 for nowhere; at once if its card was told."""
        found = self._carded.get(video)
        return self.videos.index(video) if found is None else found

    def rows(self, found: Found, places: Iterable[int]) -> list[Row]:
        """Some places of an answer as the statement's rows."""
        chosen = _array(places)
        vias = self._vias(found, chosen)
        names = self.videos.some(found.video[chosen].tolist())
        scores, parts = found.score[chosen].tolist(), found.parts[chosen].tolist()
        return [
            {"videoId": name, "score": score, "parts": dict(zip(SOURCES, part, strict=True)), "via": via}
            for name, score, part, via in zip(names, scores, parts, vias, strict=True)
        ]

    def reasons(self, found: Found, places: Iterable[int], *, language: str = "en") -> list[list[Reason]]:
        """Why some places of an answer are there: what `contentgraph.graph.reasons` says of their rows."""
        chosen, catalog = _array(places), self.arrays.catalog
        answer: list[list[Reason]] = self._with(
            lambda work, _: told_reasons(catalog, _CODES, found, chosen, work, self._named, self.place_of, language)
        )
        return answer

    def sentences(self, found: Found, places: Iterable[int], said: Said, *, language: str = "en") -> list[str]:
        """The first sentence of each of ``reasons``; ``said`` is kept from call to call, for one snapshot."""
        chosen, catalog = _array(places), self.arrays.catalog
        answer: list[str] = self._with(
            lambda work, _: sentences(catalog, _CODES, found, chosen, work, self._named, self.place_of, language, said)
        )
        return answer

    def listed(
        self, place: int, pool: int, limit: int, settings: SlateSettings, held: Iterable[str], said: Said
    ) -> Told:
        """What `found`, `slate` and `sentences` give of the ``place``-th user, without the videos ``held`` from her.

        Raises:
            NotFound: she was removed.
        """
        barred = np.array([video for video in map(self.videos.index, held) if video >= 0], dtype=np.int32)
        if self._public or self._patches:
            found = self.found(self.users[place], pool)
            kept = ~np.isin(found.video, barred)
            found = found._replace(
                **{name: getattr(found, name)[kept] for name in ("video", "score", "parts", "scale")}
            )
            places = self.slate(found, limit, settings)
            why = self.sentences(found, places, said)
            return Told(found.video[places], found.score[places], found.parts[places], why)
        rules, catalog, crowd = variety(settings, limit), self.arrays.catalog, self.arrays.crowd
        if crowd.state[place] & REMOVED:
            raise NotFound(f"user {self.users[place]!r} was removed")
        told = Listed(
            *self._with(
                lambda work, turn: listed(
                    catalog, crowd, self._rule, place, pool, rules, limit, barred, _CODES, PUBLIC, work, turn
                )
            )
        )
        tops = told.slot, told.what, told.code
        why = say(catalog, told.video, told.country, tops, self._named, self.place_of, "en", said)
        return Told(told.video, told.score, told.parts, why)

    def thing(self, name: str, kind: int) -> int:
        """The index of a sound, hashtag or challenge; -1 where it is none that may be shown."""
        place = self.things.index(name)
        kinds = self.arrays.catalog.kind
        while 0 <= place < kinds.size and self.things[place] == name:
            if kinds[place] == kind:
                return place
            place += 1
        return -1

    def place_of(self, row: int, video: int, source: int) -> str | None:
        """The viewer's country, the ``row``-th, if the video trends there or, of a local one, was made there."""
        catalog = self.arrays.catalog
        if row < 0:
            return None
        if source == LOCAL:
            return self.places[row] if catalog.country[video] == row else None
        there = catalog.trend[catalog.trend_ptr[row] : catalog.trend_ptr[row + 1]]
        return self.places[row] if video in there else None

    def _named(self, entity: int) -> tuple[str, str | None]:
        """The id and name of an entity."""
        things = self.arrays.catalog.kind.size
        if entity >= things:
            return self.users[entity - things], None
        return self.things[entity], self.titles[entity] or None

    def _vias(self, found: Found, chosen: "np.ndarray[Any, Any]") -> list[list[Row]]:
        video, scale = found.video[chosen], found.scale[chosen]
        vias: list[list[Row]] = [[] for _ in range(chosen.size)]
        seeds = self.videos.some(found.seed.tolist())
        acts = [_ACT[bits] for bits in found.act.tolist()]
        to, by, step, alike = self._with(
            lambda work, _: steps(self.arrays.catalog, video, found.seed, found.share, work)
        )
        walked: dict[int, list[Row]] = {}
        for slot, seed, part, apart in zip(to.tolist(), by.tolist(), step.tolist(), alike.tolist(), strict=True):
            walked.setdefault(slot, []).append(
                {"id": seeds[seed], "act": acts[seed], "part": part, "alike": apart or None}
            )
        parts = found.parts[chosen].tolist()
        for slot, via in enumerate(vias):
            if parts[slot][SIMILAR] > 0.0:
                via.append(self._via(SIMILAR, parts[slot][SIMILAR], steps=walked[slot]))
        place = {one: slot for slot, one in enumerate(video.tolist())}
        told = zip(found.row_video.tolist(), found.row_entity.tolist(), found.row_part.tolist(), strict=True)
        kept = [(place[one], row, part) for one, row, part in told if one in place]
        entities = self._entities(found, sorted({row for _, row, _ in kept}), acts)
        scales = scale.tolist()
        for slot, row, part in kept:
            vias[slot].append({**entities[row], "part": part * scales[slot]})
        proofs: dict[int, list[str]] = {}
        for one, bits in zip(found.proof_video.tolist(), found.proof_bits.tolist(), strict=True):
            if one in place:
                proofs.setdefault(place[one], []).append(ACTS[PUBLIC[bits]])
        for slot, via in enumerate(vias):
            if parts[slot][SOCIAL] > 0.0:
                via.append(self._via(SOCIAL, parts[slot][SOCIAL], acts=proofs[slot]))
            for source in (TRENDING, LOCAL):
                if parts[slot][source] > 0.0:
                    name = self.place_of(found.country, int(video[slot]), source)
                    via.append(self._via(source, parts[slot][source], name=name))
            if parts[slot][POPULAR] > 0.0:
                via.append(self._via(POPULAR, parts[slot][POPULAR]))
        return vias

    def _entities(self, found: Found, rows: list[int], acts: list[str]) -> dict[int, Row]:
        """Reasons by entities, still without a part: what each is, and her acts with the seeds that have it."""
        catalog, things = self.arrays.catalog, self.arrays.catalog.kind.size
        entities = found.entity[rows]
        pointer, places = having(catalog, found.seed, entities)
        ends, seeds = pointer.tolist(), places.tolist()
        reasons = {}
        for number, (row, entity) in enumerate(zip(rows, entities.tolist(), strict=True)):
            did = [acts[seed] for seed in seeds[ends[number] : ends[number + 1]]]
            if row >= found.common:
                did = ["watched"]
            if entity >= things:
                did = ["followed"] if row < found.followed else did
                reasons[row] = self._via(CREATOR, 0.0, acts=did, id=self.users[entity - things])
            else:
                id, name = self._named(entity)
                reasons[row] = self._via(int(catalog.kind[entity]), 0.0, acts=did, id=id, name=name)
        return reasons

    @staticmethod
    def _via(
        source: int,
        part: float,
        *,
        acts: list[str] | None = None,
        id: str | None = None,
        name: str | None = None,
        steps: list[Row] | None = None,
    ) -> Row:
        return {"source": SOURCES[source], "part": part, "acts": acts, "id": id, "name": name, "steps": steps}

    def _with(self, ask: Callable[[Work, int], Any]) -> Any:
        """An answer that needs working memory and a number of the question."""
        try:
            work, turn = self._idle.pop()
        except IndexError:
            work, turn = kernel.work(len(self.videos), len(self.things), len(self.users)), 0
        answer = ask(work, turn + 1)
        if turn + 1 < 2**31 - 1:
            self._idle.append((work, turn + 1))
        return answer


def _array(places: Iterable[int]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return places if isinstance(places, np.ndarray) else np.fromiter(places, dtype=np.int64)


def rule(settings: Mapping[str, Any], scale: PointScale) -> Rule:
    """Settings and scale as the kernel needs them."""
    points = points_of_bits(scale, np.arange(ALL_BITS))
    sources = [f"weight{source.capitalize()}" for source in SOURCES]
    return Rule(
        now=int(settings["now"]),
        half_life_ms=float(settings["tasteHalfLifeHours"]) * HOUR_MS,
        power=float(settings["tastePower"]),
        taste=np.where(points > 0.0, points ** float(settings["tastePower"]), 0.0),
        points=points,
        followed=float(settings["weightFollowed"]),
        weight=np.array([float(settings[name]) for name in sources]),
        relevance=float(settings["relevance"]),
        slope=float(settings["profileSlope"]),
        profile_half_life_ms=float(settings["profileHalfLifeHours"]) * HOUR_MS,
        surprise=float(settings["profileSurprise"]),
        skip=float(settings["profileSkip"]),
        doubt=float(settings["profileDoubt"]),
        mute_half_life_ms=float(settings["muteHalfLifeHours"]) * HOUR_MS,
        repeat_ms=np.inf if settings.get("repeatHours") is None else float(settings["repeatHours"]) * HOUR_MS,
    )
