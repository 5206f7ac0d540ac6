"""What was erased stays erased: tombstones, and rows without the erased.

A tombstone of an id is HMAC-SHA256 over its kind and itself, keyed with the graph's salt: it tells whether a given id
was erased, and lists nobody. The salt is in the graph, for every client that records must be able to ask; it keeps
tombstones of two graphs from being compared and from being looked up in a table made once.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from contentgraph.graph.campaign import SMALL
from contentgraph.graph.captions import decode_escapes
from contentgraph.graph.catalogue import CatalogueRow
from contentgraph.graph.events import EventFields
from contentgraph.graph.naming import telling, without_names
from contentgraph.graph.properties import Value
from contentgraph.graph.pulse import PULSE_CELLS

KNOWN = 262_144
"""So many ids are remembered with what is known of them."""
ERASED = "unusable_erased"
"""A code of `contentgraph.graph.rejections.REASONS`."""
WITHHELD = "the row names somebody, or a video, that was erased, and is not kept"

_PERSONS = ("creatorId", "launchedBy")
_PEOPLE = ("coCreatorIds", "mentions", "sponsoredBy")
_TEXTS = ("caption", "soundTitle", "title", "description", "rules")
_WORDS = re.compile(r"[\s\"',:;{}\[\]()@＠]+")
_ENDS = ".!?…-#"


def tombstone(salt: str, kind: str, name: str) -> str:
    """The salted hash of an id, 64 hex digits; ``kind`` is ``user`` or ``video``.

    >>> tombstone('00', 'user', 'u1') == tombstone('00', 'video', 'u1')
    False
    """
    told = f"{kind}:{name}".encode("utf-8", "surrogatepass")
    return hmac.new(bytes.fromhex(salt), told, hashlib.sha256).hexdigest()


def tombstones_of(settings: Mapping[str, Any], named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The tombstones that (kind, id) would have under each salt of a graph's settings → which they are of."""
    each = tuple(named)
    return {tombstone(salt, *one): one for salt in settings.get("erasureSalts", ()) for one in each}


class Tombstones:
    """Who and what was erased, asked by id.

    Parameters:
        salts: hex digits; more than one where graphs were joined.
        kept: salted hash → whether that user's videos stayed.
    """

    def __init__(self, salts: Sequence[str], kept: Mapping[str, bool]) -> None:
        self._salts = tuple(salts)
        self._kept = dict(kept)
        self._found = lru_cache(maxsize=KNOWN)(self._look)

    def __bool__(self) -> bool:
        return bool(self._kept)

    def _look(self, kind: str, name: str) -> bool | None:
        for salt in self._salts:
            found = self._kept.get(tombstone(salt, kind, name))
            if found is not None:
                return found
        return None

    def user(self, name: str | None) -> bool:
        """Whether this user was erased."""
        return name is not None and self._found("user", name) is not None

    def video(self, name: str | None) -> bool:
        """Whether this video was erased."""
        return name is not None and self._found("video", name) is not None

    def event(self, event: EventFields) -> EventFields | None:
        """The event without the erased in a report's reason; None where it is theirs or about them."""
        _, user, _, video, target, *_ = event
        if self.user(user) or self.user(target) or self.video(video):
            return None
        reason = event[9]
        return event if reason is None else (*event[:9], without_names(reason, self.user), *event[10:])

    def row(self, row: CatalogueRow) -> CatalogueRow | None:
        """The catalogue row without the erased; None where it describes one of them, or a video of one of them.

        A video whose author was erased and whose videos stayed is taken without an author.
        """
        if (row.table == "users" and self.user(row.id)) or (row.table == "videos" and self.video(row.id)):
            return None
        author = row.values.get("creatorId")
        if isinstance(author, str) and self._found("user", author) is False:
            return None
        values = {name: told for name, said in row.values.items() if (told := self._value(name, said)) is not None}
        return replace(row, values=values)

    def _value(self, name: str, said: Value) -> Value | None:
        if isinstance(said, str):
            if (name in _PERSONS and self.user(said)) or (name == "remixOf" and self.video(said)):
                return None
            return without_names(said, self.user) if name in _TEXTS else said
        if isinstance(said, tuple) and name == "hashtags":
            return tuple(tag for tag in said if not (telling(tag) and self.user(tag))) or (None if said else said)
        if isinstance(said, tuple) and name in _PEOPLE:
            # A list that named nobody else says nothing: as in the graph, where only the edge to her told it.
            return tuple(one for one in said if not self.user(one)) or (None if said else said)
        return said

    def names(self, row: object) -> bool:
        """Whether a row that cannot be read names one of the erased, by any word of it."""
        if isinstance(row, Mapping):
            return any(self.names(value) for value in row.values())
        if isinstance(row, list | tuple):
            return any(self.names(value) for value in row)
        text = row.decode("utf-8", "replace") if isinstance(row, bytes) else row
        if not isinstance(text, str):
            return False
        plain = decode_escapes(text).replace("\\", " ")
        pieces = {*_WORDS.split(text), *_WORDS.split(plain)}
        words = {text, *pieces, *(piece.strip(_ENDS) for piece in pieces), *re.findall(r"\w+", plain)}
        return any(self.user(word) or self.video(word) for word in words if word)


def naming(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the ids in a text, where no letter, number or underscore goes on.

    >>> bool(naming(['u1']).search('{"userId": "u1"}')), bool(naming(['u1']).search('u10'))
    (True, False)
    """
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names)))


def without_small(
    cells: Mapping[str, Sequence[object]], country: str, language: str, small: int = SMALL
) -> dict[str, list[object]] | None:
    """A pulse's cells without those of her country and language that fewer than ``small`` people fed; None: none goes.

    Such a cell may be hers alone. What is left out comes back with the next night, counted without her.
    """
    places = zip(cells["countries"], cells["languages"], cells["users"], strict=True)
    keep = [not (place[:2] == (country, language) and int(str(place[2])) < small) for place in places]
    if all(keep):
        return None
    return {name: [value for value, kept in zip(cells[name], keep, strict=True) if kept] for name in PULSE_CELLS}
