"""What a catalogue row is: users, videos and challenges as they are told, checked, and how rows of one id merge.

The merge law: per property the row with the greatest (updatedAt, canonical JSON of the value) wins. A maximum is
commutative, associative and idempotent, so the order of rows, a row told twice and any cut of the files give the same.
"""

import json
import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contentgraph.errors import InvalidEvent, SchemaError
from contentgraph.graph import fields
from contentgraph.graph.captions import parse_caption
from contentgraph.graph.durations import DAY_MS
from contentgraph.graph.properties import CHECKS, ORDERED, TITLE_CHARS, TITLE_KEY, Table, Value, single_spaced


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One checked row: what it says about one id, and when that was said."""

    table: Table
    id: str
    updated_at: int  # epoch ms; 0 where nothing states it
    values: Mapping[str, Value]  # only the properties that were said, by their native (camelCase) names


def check_row(table: Table, raw: Mapping[str, object], *, stated_at: int, now: int) -> CatalogueRow:
    """The canonical row that ``raw`` (native field names) tells.

    ``updated_at`` is the row's ``updatedAt``, else ``stated_at`` (epoch ms; 0: the file states none), else its
    ``createdAt``, else 0. A caption says its hashtags and mentions too (an empty list where it has none), and its sound
    where the row itself has none; ``hashtags`` are united with the caption's, ``mentions`` and ``soundTitle`` of the
    row stand alone. None is not said, and neither are ``ZZ``, ``und`` and a duration of 0.

    Raises:
        InvalidEvent: the row cannot be right; ``reason`` is one of :data:`~contentgraph.graph.rejections.REASONS`.
    """
    get = raw.get
    name = get("id")
    if name is None:
        raise fields.missing("id")
    row_id = fields.identifier("id", name)
    values: dict[str, Value] = {}
    for field, check in CHECKS[table].items():
        said = get(field)
        if said is not None:
            value = check(field, said, now)
            if value is not None:
                values[field] = value
    _check_together(row_id, values)
    caption = values.get("caption")
    if type(caption) is str:
        _say_caption(caption, values)
    return CatalogueRow(table, row_id, _updated_at(get("updatedAt"), values, stated_at, now), values)


def _updated_at(said: object, values: Mapping[str, Value], stated_at: int, now: int) -> int:
    if said is not None:
        return fields.past("updatedAt", said, now)
    if stated_at > now + DAY_MS:  # the date in a file's name is a day, of some time zone
        raise InvalidEvent("future", f"the file states {stated_at}, later than now ({now}); check its name and --now")
    created = values.get("createdAt", 0)
    return stated_at or (created if isinstance(created, int) else 0)


def _check_together(row_id: str, values: dict[str, Value]) -> None:
    """Refuse values that contradict each other; a creator is not her own co-creator."""
    if values.get("remixOf") == row_id:
        raise InvalidEvent("self_target", f"remixOf is {fields.seen(row_id)}, the video itself; name another")
    co, creator = values.get("coCreatorIds"), values.get("creatorId")
    if isinstance(co, tuple) and creator in co:
        values["coCreatorIds"] = tuple(name for name in co if name != creator)
    starts, ends = values.get("startsAt"), values.get("endsAt")
    if isinstance(starts, int) and isinstance(ends, int) and ends < starts:
        raise InvalidEvent("bad_value", f"endsAt is {ends}, before startsAt {starts}")


def _say_caption(caption: str, values: dict[str, Value]) -> None:
    """Add what the caption says to the row's own properties."""
    parsed = parse_caption(caption)
    own = values.get("hashtags", ())
    values["hashtags"] = tuple(sorted({*own, *parsed.hashtags})) if isinstance(own, tuple) else parsed.hashtags
    if "mentions" not in values:
        values["mentions"] = tuple(sorted(parsed.mentions))
    if parsed.sound is not None and "soundId" not in values and "soundTitle" not in values:
        values["soundTitle"] = single_spaced(parsed.sound)[:TITLE_CHARS]


def sound_key(sound_id: str | None, title: str | None) -> str | None:
    """The key of a video's sound: its id, else ``title:`` and the NFKC title with single blanks; None without either.

    >>> sound_key(None, 'original  sound')
    'title:original sound'
    """
    if sound_id is not None:
        return sound_id
    return f"{TITLE_KEY}{title}" if (title := single_spaced(title or "")) else None


class CatalogueState:
    """What all rows of one id say together: per property the winning value and its stamp.

    Compact, as millions are held: the property names are one tuple shared by all states that say the same ones, the
    values are bytes until somebody asks, and equal stamps are one number.
    """

    __slots__ = ("_names", "_packed", "_stamps", "id")

    def __init__(self, state_id: str, values: Mapping[str, Value], stamps: Mapping[str, int]) -> None:
        names = tuple(sorted(values))
        if stamps.keys() != values.keys():
            raise ValueError(f"{state_id!r}: values say {names}, stamps {tuple(sorted(stamps))}; give both the same")
        self.id = state_id
        self._names = _NAMES.setdefault(names, names)
        self._packed = marshal.dumps(tuple(values[name] for name in self._names))
        told = tuple(stamps[name] for name in self._names)
        self._stamps: int | tuple[int, ...] = told[0] if told and min(told) == max(told) else told

    @property
    def values(self) -> dict[str, Value]:
        """Property → winning value; a fresh dict."""
        return dict(zip(self._names, marshal.loads(self._packed), strict=True))  # noqa: S302 -- this process's own bytes

    @property
    def stamps(self) -> dict[str, int]:
        """Property → epoch ms at which its value was said; a fresh dict."""
        if isinstance(self._stamps, int):
            return dict.fromkeys(self._names, self._stamps)
        return dict(zip(self._names, self._stamps, strict=True))

    @property
    def updated_at(self) -> int:
        """The greatest stamp, epoch ms; 0 where no property was said."""
        return self._stamps if isinstance(self._stamps, int) else max(self._stamps, default=0)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CatalogueState):
            return NotImplemented
        mine, others = (self.id, self._names, self._stamps), (other.id, other._names, other._stamps)
        return mine == others and canonical_json(self.values) == canonical_json(other.values)

    __hash__ = None  # type: ignore[assignment]  # compared by content, never a key

    def __repr__(self) -> str:
        return f"CatalogueState({self.id!r}, {self.values!r}, {self.stamps!r})"


_NAMES: dict[tuple[str, ...], tuple[str, ...]] = {}
_NOTHING: Mapping[str, Value] = {}


def empty_state(state_id: str) -> CatalogueState:
    """The state of an id that was named and of which nothing was said: neutral in every merge."""
    return CatalogueState(state_id, _NOTHING, {})


def merge(state: CatalogueState | None, row: CatalogueRow) -> CatalogueState:
    """``state`` and what ``row`` says of the same id: per property the greater (stamp, canonical JSON) stays."""
    told = dict.fromkeys(row.values, row.updated_at)
    if state is None:
        return CatalogueState(row.id, row.values, told)
    return join(state, CatalogueState(row.id, row.values, told))


def join(one: CatalogueState, other: CatalogueState) -> CatalogueState:
    """Both states of one id as one: commutative, associative, idempotent.

    Raises:
        ValueError: they are of two ids.
    """
    if one.id != other.id:
        raise ValueError(f"states of {one.id!r} and {other.id!r} do not join; join those of one id")
    values, stamps = one.values, one.stamps
    told = other.stamps
    for name, value in other.values.items():
        if name not in values or _wins(told[name], value, stamps[name], values[name]):
            values[name], stamps[name] = value, told[name]
    return CatalogueState(one.id, values, stamps)


def _wins(stamp: int, value: Value, over_stamp: int, over: Value) -> bool:
    if stamp != over_stamp:
        return stamp > over_stamp
    if type(value) is type(over) and value == over:
        return False
    return canonical_json(value) > canonical_json(over)


def canonical_json(value: object) -> str:
    """JSON without blanks, keys sorted, characters as they are; compared by code point (so ``"9"`` beats ``"10"``)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


_FROM_CAPTION = ("hashtags", "mentions")


def encode_stamps(state: CatalogueState) -> str | None:
    """The stamps beside ``updated_at`` in one string for the store; None when there is nothing to add to it.

    Canonical JSON of those properties whose stamp differs from ``updated_at``, and of those whose value is an empty
    list, of which a graph shows no other sign, unless the caption of that stamp says it. All other said properties were
    said at ``updated_at``.
    """
    newest, values, stamps = state.updated_at, state.values, state.stamps
    kept = {}
    for name, stamp in stamps.items():
        if values[name] == ():
            if name not in _FROM_CAPTION or stamps.get("caption") != stamp:
                kept[name] = stamp
        elif stamp != newest:
            kept[name] = stamp
    return canonical_json(kept) if kept else None


def decode_stamps(names: Iterable[str], updated_at: int, encoded: str | None) -> dict[str, int]:
    """Property → stamp, back from :func:`encode_stamps`; ``names``: the said properties that the store shows.

    The answer may name more: lists that were said to be empty.

    Raises:
        SchemaError: ``encoded`` was not written by :func:`encode_stamps`.
    """
    stamps = dict.fromkeys(names, updated_at)
    if encoded:
        try:
            kept = json.loads(encoded)
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or not all(type(stamp) is int for stamp in kept.values()):
            raise SchemaError(f"stamps are {fields.seen(encoded)}, not ours; load the catalogue into a fresh graph")
        stamps.update(kept)
    if "caption" in stamps:
        for name in _FROM_CAPTION:
            stamps.setdefault(name, stamps["caption"])
    return stamps


def restore_state(state_id: str, shown: Mapping[str, object], updated_at: int, encoded: str | None) -> CatalogueState:
    """The state that was stored: ``shown`` holds the said properties that the graph shows (None: it does not).

    Lists may come in any order, but that of `ORDERED`, and as lists; empty ones come back from ``encoded``.
    """
    values = {
        name: value for name, said in shown.items() if (value := _restored(name, said)) is not None and value != ()
    }
    stamps = decode_stamps(values, updated_at, encoded)
    for name in stamps.keys() - values.keys():
        values[name] = ()
    return CatalogueState(state_id, values, stamps)


def _restored(name: str, said: object) -> Value | None:
    if isinstance(said, list | tuple):
        items = dict.fromkeys(str(item) for item in said)
        return tuple(items if name in ORDERED else sorted(items))
    return said if isinstance(said, str | int | bool) else None
