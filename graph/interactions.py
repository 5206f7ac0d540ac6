"""Everything that people did with videos, as the engine and its judges take it, and what follows for each video."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.folded import Totals
from contentgraph.graph.lift import LONG_HOURS, SHORT_HOURS, Goods, video_freshness
from contentgraph.graph.parts import parts
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.worth import Worth

Bools = npt.NDArray[np.bool_]

SEEDS = 100
"""At most this many engagements of a person say what she likes now."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is said of videos and of the languages of people; arrays of one entry a video where not said otherwise."""

    created_at: npt.NDArray[np.int64]
    """Epoch ms, -1 where unknown."""
    bucket: npt.NDArray[np.int64]
    """Duration bucket, -1 where unknown."""
    creator: npt.NDArray[np.int64]
    """Number of the creator, -1 where unknown."""
    language: npt.NDArray[np.int64]
    """Number of the language, -1 where unknown, and then everybody understands it."""
    speaks: "sparse.csr_matrix"
    """[users × languages] an entry for each language that a person named; an empty row: nothing is known of her."""
    hashtags: "sparse.csr_matrix | None" = None
    """[videos × hashtags] an entry for each hashtag of a video; None where nothing is known of any."""

    def foreign(self, user: npt.NDArray[np.integer], video: npt.NDArray[np.integer]) -> Bools:
        """Of each pair: the person named languages, the video has one, and it is not among them."""
        found = np.zeros(np.shape(user), dtype=np.bool_)
        tells = np.diff(self.speaks.indptr) > 0
        for some in parts(found.size):
            language = self.language[video[some]]
            asked = np.flatnonzero(tells[user[some]] & (language >= 0))
            if asked.size:
                speaks = np.asarray(self.speaks[user[some][asked], language[asked]]).ravel()
                found[some.start + asked] = speaks == 0.0
        return found

    def bits(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """The languages of each person, and that of each video, as bits; 0 where unknown.

        From the 64th language on, which few speak, one bit stands for all of them.
        """
        bit = np.left_shift(np.uint64(1), np.minimum(np.arange(self.speaks.shape[1] + 1), 63).astype(np.uint64))
        person = np.zeros(self.speaks.shape[0], dtype=np.uint64)
        owner = np.repeat(np.arange(person.size), np.diff(self.speaks.indptr))
        np.bitwise_or.at(person, owner, bit[self.speaks.indices])
        return person, np.where(self.language >= 0, bit[self.language], np.uint64(0))


def unknown(users: int, videos: int) -> Catalogue:
    """A catalogue that says nothing."""
    nothing = np.full(videos, -1, dtype=np.int64)
    return Catalogue(nothing, nothing, nothing, nothing, sparse.csr_matrix((users, 0)))


@dataclass(frozen=True, slots=True)
class Interactions:
    """All user–video pairs, silent ones included, and what the catalogue says of the videos."""

    pairs: Pairs
    """Every pair that was played; points and times are None where the data has none."""
    leads: Bools
    """An entry a pair: it leads to other videos (it brought points and is not hidden)."""
    counted: Bools
    """An entry a pair: it counts in the score of the video (the viewer is not its creator)."""
    hidden: Bools
    """An entry a pair: the viewer hides the video."""
    skipped: Bools
    """An entry a pair: the viewer skipped the video."""
    catalogue: Catalogue
    folded: Totals | None = None
    """What became of pairs that are folded; it counts for the videos, and leads nowhere."""

    def part(self, kept: Bools) -> "Interactions":
        """Some of the pairs, all of the videos and users."""
        return replace(
            self, pairs=part(self.pairs, kept), leads=self.leads[kept], counted=self.counted[kept],
            hidden=self.hidden[kept], skipped=self.skipped[kept],
        )  # fmt: skip

    @property
    def leading(self) -> Pairs:
        """The pairs that lead on."""
        return part(self.pairs, self.leads)

    def leaders(self) -> npt.NDArray[np.float64]:
        """How many people's pairs lead on from each video."""
        return np.bincount(self.pairs.video[self.leads], minlength=self.pairs.videos).astype(np.float64)


def plain(pairs: Pairs) -> Interactions:
    """Interactions of which nothing else is known: every pair with points leads, and the catalogue is empty."""
    every = np.ones(pairs.user.size, dtype=np.bool_)
    return Interactions(pairs, pairs.gains > 0.0, every, ~every, ~every, unknown(pairs.users, pairs.videos))


def part(pairs: Pairs, kept: Bools) -> Pairs:
    """Some of the pairs, the same users and videos."""
    return Pairs(
        pairs.user[kept],
        pairs.video[kept],
        pairs.users,
        pairs.videos,
        None if pairs.points is None else pairs.points[kept],
        None if pairs.at is None else pairs.at[kept],
    )


def strongest(shares: "sparse.csr_matrix", n: int) -> "sparse.csr_matrix":
    """The ``n`` greatest entries of each row; which of equals is a matter of chance, and of no index."""
    row = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    order = np.lexsort((np.random.default_rng(0).random(row.size), -shares.data, row))
    kept = order[np.arange(row.size) - shares.indptr[row] < n]
    found = sparse.csr_matrix((shares.data[kept], (row[kept], shares.indices[kept])), shape=shares.shape)
    found.sort_indices()
    return found


def seen_by(pairs: Pairs, users: npt.NDArray[np.integer]) -> "sparse.csr_matrix":
    """[len(users) × videos] an entry for each pair, silent ones included."""
    place = np.full(pairs.users, -1, dtype=np.int64)
    place[users] = np.arange(users.size)
    mine = place[pairs.user] >= 0
    where = (place[pairs.user[mine]], pairs.video[mine])
    return sparse.csr_matrix((np.ones(int(mine.sum()), dtype=np.float32), where), shape=(users.size, pairs.videos))


def goods(known: Interactions, found: Worth | None, now: int | None) -> Goods:
    """What is known of each video by itself at ``now`` (epoch ms; needed where there are times).

    ``found``: its worth; None where pairs have no points, and then each is worth 1.
    """
    pairs, videos, catalogue = known.pairs, known.pairs.videos, known.catalogue
    ones = np.ones(videos)
    short, long = ones, ones
    if pairs.at is not None and now is not None:
        short, long = (
            video_freshness(
                pairs.video,
                pairs.at,
                catalogue.created_at,
                now=now,
                half_life_hours=hours,
                stale=None if known.folded is None else known.folded.people,
            )
            for hours in (SHORT_HOURS, LONG_HOURS)
        )
    viewers = known.leaders() + (0.0 if known.folded is None else known.folded.leaders)
    if found is None:
        return Goods(ones, ones, short, long, viewers)
    return Goods(found.points, found.points / found.quality, short, long, viewers)


def taste(
    pairs: Pairs,
    users: npt.NDArray[np.integer],
    *,
    now: int | None,
    half_life_hours: float | None,
    power: float = 1.0,
    seeds: int = SEEDS,
) -> "sparse.csr_matrix":
    """[len(users) × videos]: share of each seed in a person's taste, points^power × 0.5^(age/half-life), rows adding
    up to 1.

    At most ``seeds`` of a person where there are times. Without points or times each counts the same.
    """
    place = np.full(pairs.users, -1, dtype=np.int64)
    place[users] = np.arange(users.size)
    mine = np.flatnonzero(place[pairs.user] >= 0)
    row, video = place[pairs.user[mine]], pairs.video[mine]
    weight = np.ones(mine.size) if pairs.points is None else pairs.points[mine].astype(np.float64) ** power
    if half_life_hours is not None and pairs.at is not None and now is not None:
        weight = weight * 0.5 ** (np.maximum(now - pairs.at[mine], 0) / HOUR_MS / half_life_hours)
    order = np.lexsort((video, -weight, row))
    row, video, weight = row[order], video[order], weight[order]
    # Without times nothing says which of equals to keep, and an index must not: then all are kept.
    place_in_row = np.arange(row.size) - np.searchsorted(row, row)
    kept = (weight > 0.0) & ((place_in_row < seeds) if pairs.at is not None else True)
    row, video, weight = row[kept], video[kept], weight[kept]
    total = np.bincount(row, weights=weight, minlength=users.size)
    shares = sparse.csr_matrix((weight / total[row], (row, video)), shape=(users.size, pairs.videos))
    shares.sort_indices()
    return shares
