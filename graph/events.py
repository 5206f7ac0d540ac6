"""What an event is: its kinds, their targets, and the one check that the loader and ``record`` share."""

from collections.abc import Mapping
from dataclasses import dataclass

from contentgraph.errors import InvalidEvent
from contentgraph.graph import fields, properties

WATCHED_MS_MAX = 86_400_000
"""The longest view, ms (24 hours)."""
REPORT_CHARS = 1_000
"""The longest reason of a report, characters."""

VIDEO_KINDS = frozenset({"view", "completion", "like", "unlike", "comment", "share"})
"""Kinds whose target is a video (``videoId``)."""
USER_KINDS = frozenset({"follow", "unfollow", "block", "unblock"})
"""Kinds whose target is a user (``targetId``)."""
EITHER_KINDS = frozenset({"hide", "unhide", "report"})
"""Kinds whose target is a video or a user, exactly one of the two."""
MUTING_KINDS = frozenset({"hide", "unhide"})
"""Kinds of these that may act on a sound (``soundId``) or a hashtag (``hashtag``) instead."""
KINDS: tuple[str, ...] = (
    "view",
    "completion",
    "like",
    "unlike",
    "comment",
    "share",
    "follow",
    "unfollow",
    "hide",
    "unhide",
    "block",
    "unblock",
    "report",
)
"""All kinds, in the order of their codes in a spool."""

PUSHED, PUSHED_PREFIX = "trending", "wave"
"""Sources that the product chose for many: its list of trends, and whatever begins like a wave of a new video."""

_VIDEO, _USER, _EITHER = 0, 1, 2
_TARGET = {kind: _VIDEO if kind in VIDEO_KINDS else _USER if kind in USER_KINDS else _EITHER for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Event:
    """One act of one user, checked."""

    kind: str  # one of KINDS
    user_id: str  # who acted
    at: int  # when, epoch ms UTC
    video_id: str | None = None  # on which video; exactly one of this, target_id, sound_id and hashtag is set
    target_id: str | None = None  # on which user
    watched_ms: int | None = None  # views only: time watched, ms, 0 … WATCHED_MS_MAX
    event_id: str | None = None  # the sender's own id of the event; characters beyond ASCII are escaped
    country: str | None = None  # where, ISO 3166-1 alpha-2
    source: str | None = None  # the surface that showed the video, such as "feed"
    reason: str | None = None  # reports only: why
    sound_id: str | None = None  # hides only: on which sound
    hashtag: str | None = None  # hides only: on which hashtag, its normal form


_Text = str | None
EventFields = tuple[str, str, int, _Text, _Text, int | None, _Text, _Text, _Text, _Text, _Text, _Text]
"""The fields of :class:`Event`, in its order."""


def check_event(raw: Mapping[str, object], *, now: int) -> Event:
    """The event that ``raw`` (native field names) tells; ``now`` is epoch ms.

    Fields that the kind does not use are not read. A value of None is one that was not said.

    Raises:
        InvalidEvent: the row cannot be right; ``reason`` is one of :data:`~contentgraph.graph.rejections.REASONS`.
    """
    return Event(*event_fields(raw, now))


def event_fields(raw: Mapping[str, object], now: int) -> EventFields:
    """As :func:`check_event`, but a plain tuple in the order of the fields: a million of them cost half the time.

    Raises:
        InvalidEvent: as :func:`check_event`.
    """
    get = raw.get
    kind = get("kind")
    target = _TARGET.get(kind) if type(kind) is str else None
    if target is None or type(kind) is not str:
        if kind is None:
            raise fields.missing("kind")
        if not isinstance(kind, str):
            raise InvalidEvent("bad_type", f"kind is {fields.seen(kind)}; give a string")
        raise InvalidEvent("unknown_kind", f"kind is {fields.seen(kind)}; the kinds are {', '.join(KINDS)}")

    user = get("userId")
    if user is None:
        raise fields.missing("userId")
    user_id = fields.identifier("userId", user)
    at = get("at")
    if at is None:
        raise fields.missing("at")
    moment = fields.past("at", at, now)

    video_id = target_id = sound_id = hashtag = watched = None
    if target == _VIDEO:
        video = get("videoId")
        if video is None:
            raise fields.missing("videoId")
        video_id = fields.identifier("videoId", video)
        if kind == "view":
            said = get("watchedMs")
            if said is None:
                raise fields.missing("watchedMs")
            if type(said) is int and 0 <= said <= WATCHED_MS_MAX:
                watched = said
            else:
                watched = fields.between("watchedMs", said, 0, WATCHED_MS_MAX)
    else:
        video_id, target_id, sound_id, hashtag = _targets(raw, kind, user_id, either=target == _EITHER)

    event_id, country, source = get("eventId"), get("country"), get("source")
    reason = get("reason") if kind == "report" else None
    return (
        kind,
        user_id,
        moment,
        video_id,
        target_id,
        watched,
        None if event_id is None else _ascii(fields.identifier("eventId", event_id)),
        None if country is None else fields.country("country", country),
        None if source is None else fields.text("source", source, fields.ID_CHARS),
        None if reason is None else fields.text("reason", reason, REPORT_CHARS),
        sound_id,
        hashtag,
    )


def _ascii(event_id: str) -> str:
    """The id as the folds compare it: engines order characters beyond ASCII differently, so these are escaped."""
    return event_id if event_id.isascii() else event_id.encode("ascii", "backslashreplace").decode()


def _targets(raw: Mapping[str, object], kind: str, user_id: str, *, either: bool) -> tuple[_Text, _Text, _Text, _Text]:
    """The (video id, user id, sound id, hashtag) of a kind that may act on a user: exactly one is set."""
    names = _TARGETS[: 1 + either + 2 * (kind in MUTING_KINDS)]
    told = [name for name in names if raw.get(name) is not None]
    if not told:
        raise fields.missing(" or ".join(sorted(names[:2], reverse=True)))
    if len(told) > 1:
        raise InvalidEvent("bad_value", f"a {kind} names both {told[1]} and {told[0]}; give exactly one")
    (name,) = told
    if name == "hashtag":
        tag = properties.hashtag(name, raw[name])
        if not tag:
            raise InvalidEvent("bad_value", f"{name} is {fields.seen(raw[name])}; give one hashtag")
        return None, None, None, tag
    found = fields.identifier(name, raw[name])
    if name == "targetId" and found == user_id:
        raise InvalidEvent("self_target", f"{fields.seen(user_id)} would {kind} themself; name another user")
    return (
        found if name == "videoId" else None,
        found if name == "targetId" else None,
        found if name == "soundId" else None,
        None,
    )


_TARGETS = ("targetId", "videoId", "soundId", "hashtag")
