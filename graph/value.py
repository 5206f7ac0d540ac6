"""What a view is expected to bring to one person: the feed ranks by it what the graph leads to.

    value(u, v) = fit(u, v) · worth(v) · exp(b·⟨p_u, x_v⟩)

worth: expected points of a next view, net of who watched (`contentgraph.graph.worth`); fit: 1, or how v travels where u
does not understand it; p, x and b: her taste, the video's place and how much that says (`contentgraph.graph.taste`).

Only a log that tells of views without points says what a view brings: there must be `SILENT_SHARE` of them. Elsewhere
worth is 1 and b is 0, and the value is the fit alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.interactions import Catalogue, Interactions
from contentgraph.graph.taste import learn, profiles
from contentgraph.graph.taste_vectors import Groups, Tags, TasteParams, taste_vectors
from contentgraph.graph.worth import Views, Worth, worth

Index = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

SILENT_SHARE = 0.25
"""From this share of pairs without points on, a log tells what a view brings."""
HELD = 0.2
"""The last share of the pairs, by time, says how much taste tells."""
VIEWS = 50
"""The latest views of a person say what her taste is."""
TASTE = TasteParams()


@dataclass(frozen=True, slots=True)
class Value:
    """What is expected of videos; arrays of one entry a video."""

    told: bool
    """Whether the log tells what a view brings."""
    worth: Floats
    """Points of a next viewer who understands it, above 0; 1 where that is not told."""
    travel: Floats
    """Factor for a viewer who does not understand its language, above 0."""
    place: Floats
    """[videos × dims] x, rows of length 1 or 0; no column where pairs have no points."""
    slope: float
    """b, 0 or more."""

    def profiles(self, known: Interactions, users: Index, now: int | None) -> Floats32:
        """[len(users) × dims] b·p of each user, by her `VIEWS` latest views; what she hides or skips pushes away."""
        if self.slope == 0.0 or now is None or known.pairs.at is None:
            return np.zeros((users.size, self.place.shape[1]), dtype=np.float32)
        row = np.full(known.pairs.users, -1, dtype=np.int64)
        row[users] = np.arange(users.size)
        asked = np.flatnonzero((row[known.pairs.user] >= 0) & known.counted)
        user, video, at = row[known.pairs.user[asked]], known.pairs.video[asked], known.pairs.at[asked]
        order = np.lexsort((video, -at, user))
        order = order[np.arange(order.size) - np.searchsorted(user[order], user[order]) < VIEWS]
        points, hidden = known.pairs.gains[asked][order], known.hidden[asked][order]
        skipped = known.skipped[asked][order]
        nobody = np.full(self.worth.size, -1, dtype=np.int64)
        views = Views(
            user[order], video[order], points, users.size, self.worth.size, nobody, nobody,
            np.zeros(order.size, dtype=np.bool_),
        )  # fmt: skip
        found = profiles(
            views, self.place, self.worth, TASTE, last_at=at[order], now=now, hidden=hidden, skipped=skipped
        )
        return (self.slope * found.vectors).astype(np.float32)

    def of(self, catalogue: Catalogue, users: Index, liking: Floats32, video: Index | None = None) -> Floats32:
        """[len(users) × videos] the value of every video, or of those in a row of ``video`` [len(users) × some].

        ``liking``: the users' `profiles`.
        """
        if video is None:
            found = np.exp(liking @ self.place.T.astype(np.float32)) * self.worth.astype(np.float32)
        else:
            near = np.einsum("ud,ucd->uc", liking, self.place[video].astype(np.float32))
            found = np.exp(near) * self.worth[video].astype(np.float32)
        fits = fit(catalogue, self.travel, users, video)
        return found if fits is None else found * fits


def fit(catalogue: Catalogue, travel: Floats, users: Index, video: Index | None = None) -> Floats32 | None:
    """1, or how a video travels for who does not understand it, shaped as in `Value.of`; None without languages."""
    if not catalogue.speaks.nnz:
        return None
    speaks, tongue = catalogue.bits()
    asked, told = speaks[users][:, None], tongue if video is None else tongue[video]
    foreign = ((asked & told) == 0) & (asked != 0) & (told != 0)
    far = (travel if video is None else travel[video]).astype(np.float32)
    return np.where(foreign, far, np.float32(1.0))


def appraise(known: Interactions, *, now: int | None, threads: int = 1) -> tuple[Value, Worth | None]:
    """The value of all videos, and their worth by itself wherever pairs have points.

    Where the log has times its last part says how much taste tells; elsewhere taste tells nothing.
    """
    videos = known.pairs.videos
    if known.pairs.points is None:
        return Value(False, np.ones(videos), np.ones(videos), np.zeros((videos, 0)), 0.0), None
    views, groups, tags = views_of(known, threads), _groups(known.catalogue), _tags(known.catalogue)
    at = known.pairs.at
    if at is None or now is None or not known.counted.any() or not tells(known):
        found = worth(views)
        place = taste_vectors(views, found, TASTE, groups=groups, tags=tags)
        return Value(False, np.ones(videos), found.travel, place, 0.0), found
    held = at > np.quantile(at[known.counted], 1.0 - HELD, method="lower")
    learned = learn(views, held, params=TASTE, groups=groups, tags=tags, last_at=at, now=now)
    slope = learned.slope.value
    return Value(True, learned.worth.points, learned.worth.travel, learned.vectors, slope), learned.worth


def worth_of(known: Interactions) -> Worth | None:
    """The worth of all videos, taste left aside; None where pairs have no points."""
    return None if known.pairs.points is None else worth(views_of(known))


def tells(known: Interactions) -> bool:
    """Whether the log tells what a view brings: some did bring points, and enough did not."""
    silent = float((known.pairs.gains <= 0.0).mean()) if known.pairs.user.size else 1.0
    return SILENT_SHARE <= silent < 1.0


def views_of(known: Interactions, threads: int = 1) -> Views:
    """All pairs, silent ones included; those that do not count weigh nothing."""
    pairs, catalogue = known.pairs, known.catalogue
    told = np.diff(catalogue.speaks.indptr) > 0
    strangers: Floats | None = None
    if told.any() and catalogue.speaks.shape[1]:
        speak = np.asarray((catalogue.speaks[told] > 0).mean(axis=0)).ravel()
        strangers = np.where(
            catalogue.language >= 0, np.maximum(1.0 - speak[np.maximum(catalogue.language, 0)], 0.0), 0.0
        )
    return Views(
        pairs.user,
        pairs.video,
        pairs.gains,
        pairs.users,
        pairs.videos,
        catalogue.bucket,
        catalogue.creator,
        catalogue.foreign(pairs.user, pairs.video),
        weight=None if known.counted.all() else known.counted,
        strangers=strangers,
        folded=known.folded,
        threads=threads,
    )


def _groups(catalogue: Catalogue) -> Groups | None:
    """People by the set of their languages, videos by theirs."""
    if not catalogue.speaks.nnz:
        return None
    speaks, _ = catalogue.bits()
    return Groups(np.unique(speaks, return_inverse=True)[1], catalogue.language + 1)


def _tags(catalogue: Catalogue) -> Tags | None:
    if catalogue.hashtags is None:
        return None
    edges: sparse.coo_matrix = catalogue.hashtags.tocoo()
    return Tags(edges.col, edges.row)
