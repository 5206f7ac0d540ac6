"""The arrays of a snapshot, by name: what the graph is to a feed.

V videos, U users, T things (sounds, hashtags and challenges, ascending by id, then kind), all by ascending id. A list a
row is told by ``…_ptr`` (one entry more than rows) and the entries of row i at ``ptr[i] … ptr[i + 1] - 1``.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SOURCES = ("similar", "creator", "sound", "hashtag", "challenge", "social", "trending", "local", "popular")
"""Sources of a score by code."""
SIMILAR, CREATOR, SOUND, HASHTAG, CHALLENGE, SOCIAL, TRENDING, LOCAL, POPULAR = range(9)

EVERYONE, TEEN, UNKNOWN, ADULT = 1, 2, 4, 8
"""Bits of a rating; a viewer's bits are those she may see."""
RATINGS: Mapping[str | None, int] = {
    "everyone": EVERYONE, "teen": TEEN, "unknown": UNKNOWN, None: UNKNOWN, "adult": ADULT,
}  # fmt: skip

SWITCHED = ("follow", "hidden", "shunned", "block", "blocker", "mute")
FOLLOW, HIDDEN, SHUNNED, BLOCK, BLOCKER, MUTE = range(len(SWITCHED))
"""Lists of a person that events switch on and off, by code: the arrays of what is in them."""

REMOVED, UNANNOUNCED, MAKER_REMOVED = 1, 2, 4
"""Bits of the state of a video or user."""


class Catalog(NamedTuple):
    """Videos, things and the edges between them."""

    suit: Index
    """[V] row of ``suits``: that of its rating and of the countries in which it is withheld."""
    suits: Bytes
    """[rows × countries + 1] by the viewer's country, the last where it is unknown: one bit of a rating, 0 where videos
    of that row are withheld."""
    state: Bytes
    """[V] bits of a state."""
    language: npt.NDArray[np.int16]
    """[V] code of a language, -1 where unknown."""
    country: npt.NDArray[np.int16]
    """[V] row of a country, -1 where unknown."""
    lift: Floats
    """[V] 0 where no night gave one; so for ``prior``."""
    prior: Floats
    worth: Floats
    """[V] 1 where no night gave one; so for ``travel``."""
    travel: Floats
    place: Floats
    """[V × dims] place among tastes, where it has none that of its topic, for variety alone; zeros where unknown."""
    placed: Bytes
    """[V] 1 where it has one of its own."""
    origin: Index
    """[V] the oldest video that shows the same, itself where others copy it; -1: like no other."""
    said: Index
    """[V] of videos of one number the same is said and heard; -1: like no other."""
    order: Index
    """Videos with a prior, the greatest first."""
    local_ptr: Longs
    local: Index
    """[countries + languages rows] those of ``order`` of a country, then of a language."""
    similar_ptr: Longs
    similar: Index
    """[V rows] videos, in order of rank."""
    rank: npt.NDArray[np.int16]
    """1, 2, …"""
    weight: Floats
    alike: Bytes
    """1 where nobody watched both ends."""
    thing_ptr: Longs
    thing: Index
    """[V rows] things that say something and may be shown, ascending."""
    counted: Index
    """What each of ``thing`` counts as, by ``same``: laid beside it, for a slate asks hundreds of times."""
    maker_ptr: Longs
    maker: Index
    """[V rows] users: the author first."""
    kind: Bytes
    """[T] code of the source."""
    same: Index
    """[T] of a sound the oldest one that is the same; else itself."""
    featured_ptr: Longs
    featured: Index
    """[T + U rows] videos featured by a thing, then by users, in order of rank."""
    featured_score: Floats
    made_ptr: Longs
    made: Index
    """[U rows] videos."""
    named: Bytes
    """[U] 1 where it may be said what she did: she is 16 or older, and known to be."""
    public_ptr: Longs
    public: Index
    """[U rows] videos of others that she shared, commented or liked, ascending; no row of who is not named."""
    public_bits: Bytes
    """What happened."""
    public_at: Longs
    """Time of the latest event, epoch ms."""
    trend_ptr: Longs
    trend: Index
    """[countries + 1 rows] videos that trend; the last row is the world's."""
    trend_rank: Index


class Crowd(NamedTuple):
    """Users and what they did; a row a user."""

    allowed: Bytes
    """Bits of the ratings that she may see."""
    state: Bytes
    expires: Longs
    """When her anonymous session ends, epoch ms; 0 with an account."""
    country: npt.NDArray[np.int16]
    """Row of her country, -1 where unknown."""
    tongue_ptr: Longs
    tongue: npt.NDArray[np.int16]
    """Codes of languages she understands, the first first."""
    engaged_ptr: Longs
    engaged: Index
    """Videos, ascending."""
    bits: Bytes
    """What happened: flag bits of `contentgraph.graph.points`."""
    at: Longs
    """Time of the latest event, epoch ms."""
    follow_ptr: Longs
    follow: Index
    """Users followed now, the latest first."""
    follow_at: Longs
    hidden_ptr: Longs
    hidden: Index
    """Videos."""
    shunned_ptr: Longs
    shunned: Index
    """Users whom she hides."""
    block_ptr: Longs
    block: Index
    """Users whom she blocks."""
    blocker_ptr: Longs
    blocker: Index
    """Users who block her."""
    mute_ptr: Longs
    mute: Index
    """Things that she wants less of."""
    mute_at: Longs
    switch_ptr: Longs
    switch: Index
    """What she hides, blocks or wants less of and who blocks her, now or no more, and whom she follows no more: videos,
    users or things."""
    switch_list: Bytes
    """Code of the list that it is, or was, in."""
    switch_at: Longs
    """When it was switched last, epoch ms."""
    switch_on: Bytes
    """1 where it is in that list."""
    saw_ptr: Longs
    saw: Index
    """Videos that she saw, her engagement with which is folded."""
    sum_ptr: Longs
    sum: Index
    """Things, then T + user, that her folded engagements are summed up by."""
    sum_points: Floats
    sum_at: Longs
    """Time of the latest event, epoch ms."""


class Offers(NamedTuple):
    """Test slots of new videos that wait; a row a user, in the order that chance gave them."""

    ptr: Longs
    video: Index
    wave: npt.NDArray[np.int16]
    propensity: Floats
    until: Longs
    """When the slot lapses, epoch ms."""


class Texts(NamedTuple):
    """What is read out; see `contentgraph.graph.names`."""

    users: Bytes
    users_ends: Longs
    videos: Bytes
    videos_ends: Longs
    captions: Bytes
    captions_ends: Longs
    things: Bytes
    things_ends: Longs
    titles: Bytes
    """[T] titles of sounds and challenges, names of hashtags; empty where there is none."""
    titles_ends: Longs
    tongues: Bytes
    tongues_ends: Longs
    places: Bytes
    """Countries that have videos, trends or viewers, by row."""
    places_ends: Longs


class Shelf(NamedTuple):
    """What else a card or an event needs of videos."""

    duration: Longs
    """[V] ms, -1 where unknown."""
    captioned: Bytes
    """[V] 1 where there is a caption."""


class Arrays(NamedTuple):
    """All of them."""

    catalog: Catalog
    crowd: Crowd
    texts: Texts
    shelf: Shelf
    offers: Offers

    def flat(self) -> dict[str, npt.NDArray[np.generic]]:
        """Part.name → array."""
        return {
            f"{part}.{name}": array
            for part, group in self._asdict().items()
            for name, array in group._asdict().items()
        }  # fmt: skip

    @classmethod
    def of(cls, flat: Mapping[str, npt.NDArray[np.generic]]) -> "Arrays":
        """The inverse of :meth:`flat`; every array is made read-only.

        Raises:
            KeyError: one is missing.
        """
        for array in flat.values():
            array.setflags(write=False)

        def part(name: str, group: type) -> object:
            return group(**{field: flat[f"{name}.{field}"] for field in group._fields})  # type: ignore[attr-defined]

        groups = {"catalog": Catalog, "crowd": Crowd, "texts": Texts, "shelf": Shelf, "offers": Offers}
        return cls(**{name: part(name, group) for name, group in groups.items()})  # type: ignore[arg-type]


def withheld(suits: Bytes, countries: Iterable[int]) -> Bytes:
    """A row of :attr:`Catalog.suits` as it is for videos that are withheld in some countries beside, and so where the
    viewer's is unknown; -1: a country of no viewer."""
    found = suits.copy()
    found[[*countries, -1]] = 0
    return found


def pointers(lengths: npt.ArrayLike) -> Longs:
    """Where rows of these lengths begin, and where the last ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, dtype=np.int64)))).astype(np.int64)
