"""Which videos lead to which: degree-normalised 3-hop paths video ← user → video, the best K per video.

    W = top K per row of  D_i^-β · Rᵀ · D_u^-γ · R · D_i^-δ,   zero diagonal

R: users × videos. On the user's way back (right) and on the way in (left) an entry is m(u,v)^w · t(u,v), where
m is the pair's points (plus one, so that a silent view still counts) over the mean of the video's viewers, w the
``weight_exponent`` (0: every viewer counts the same) and t = 0.5^(age / half-life) the optional decay. D_u and D_i are
plain numbers of videos per user and of users per video. ``W[i, j]``: row i watched, column j candidate.

This module lays the product out; `contentgraph.graph.edges` takes the best of each row. With a filter (``sharpen``,
``second_hop`` or ``low_rank`` above 0, see `contentgraph.graph.spectrum`) the leading directions say more or less than
the bare count; ``walk`` adds a second hop, every path counted (`contentgraph.graph.hops`).

References: Fu et al., "Revisiting Neighborhood-based Link Prediction for Collaborative Filtering" (LinkProp),
WWW Companion 2022, doi:10.1145/3487553.3524712. Degree exponents were measured again, see docs/quality.md.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.checks import number
from contentgraph.graph.content import Content, attach, tilted
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.hops import Hops, hops, walked
from contentgraph.graph.parts import filled, in_order, rows_of
from contentgraph.graph.spectrum import Spectrum, gain, spectrum

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]

WHOLE = 12_000
"""Rows are made whole, as a filter, a second hop and content want them, up to so many videos."""


@dataclass(frozen=True, slots=True)
class SimilarityParams:
    """Exponents, decay and cap of the path count.

    Raises:
        TypeError: a value that is no number. UsageError: one that is not finite or below its floor.
    """

    beta: float = 0.5
    """Exponent of the watched video's degree (row)."""
    gamma: float = 0.5
    """Exponent of the user's degree: how much less one edge of a heavy user says."""
    delta: float = 0.2
    """Exponent of the candidate's degree (column); greater favours rarer videos."""
    weight_exponent: float = 0.0
    """Exponent of the pair's points over the video's mean; 0 counts every viewer the same."""
    half_life_hours: float | None = None
    """A path's edge fades by half in this time; None: it does not fade."""
    sharpen: float = 0.0
    """Filter: how much less the popular directions say, 0 or more."""
    second_hop: float = 0.0
    """Filter: what the neighbours of neighbours say, through the leading directions, 0 or more."""
    low_rank: float = 0.0
    """Filter: what each of the first ``leading`` directions gets on top, as a share of their mean eigenvalue."""
    leading: int = 512
    """Filter: so many directions ``low_rank`` lifts."""
    walk: float = 0.0
    """Weight of the second hop where every path of it is counted, 0 or more; up to `WHOLE` videos."""
    content: float = 0.1
    """Weight of neighbours by content beside the path count, where there are features."""
    tilt: float = 0.0
    """How much likeness by content tilts what the paths say, 0 or more, where there are features."""
    fade: float | None = None
    """Viewers of the less known of two videos with which their content says half as much; None: it does not fade."""
    rank: int = 512
    """Leading directions that the filter knows."""
    user_cap: int = 500
    """At most this many videos of one user where there are times, the latest: her paths grow with their square."""

    def __post_init__(self) -> None:
        """Refuse what no path count can use."""
        for name in ("beta", "gamma", "delta", "weight_exponent"):
            number("Similarity", name, getattr(self, name))
        for name in ("sharpen", "second_hop", "low_rank", "walk", "content", "tilt"):
            number("Similarity", name, getattr(self, name), least=0.0)
        if self.half_life_hours is not None:
            number("Similarity", "half_life_hours", self.half_life_hours, above=0.0)
        number("Similarity", "leading", self.leading, least=1, whole=True)
        if self.fade is not None:
            number("Similarity", "fade", self.fade, above=0.0)
        number("Similarity", "rank", self.rank, least=1, whole=True)
        number("Similarity", "user_cap", self.user_cap, least=2, whole=True)

    @property
    def filtered(self) -> bool:
        """Whether the leading directions are filtered at all."""
        return self.sharpen != 0.0 or self.low_rank != 0.0 or self.second_hop != 0.0

    def gain(self, values: FloatArray) -> npt.NDArray[np.float32]:
        """g(λ) - λ of each eigenvalue, see `contentgraph.graph.spectrum`."""
        return gain(values, self.sharpen, self.low_rank, self.second_hop, self.leading).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pairs:
    """User–video pairs as parallel arrays, each pair at most once."""

    user: IntArray
    """Index of the user, 0 … users - 1."""
    video: IntArray
    """Index of the video, 0 … videos - 1."""
    users: int
    """Number of users."""
    videos: int
    """Number of videos."""
    points: FloatArray | None = None
    """Points of the pair, 0 or more; needed where ``weight_exponent`` is not 0."""
    at: npt.NDArray[np.int64] | None = None
    """Epoch ms of the pair's latest event; needed for a half-life, and for which videos a cap keeps."""

    @property
    def gains(self) -> FloatArray:
        """What each pair brought: its points, or 1 where pairs have none."""
        return np.ones(self.user.size) if self.points is None else np.asarray(self.points, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Paths:
    """The path count, laid out but not multiplied: N = left · right, and its leading directions where a filter asks."""

    left: "sparse.csr_matrix"
    """[videos × users] D_i^-β Rᵀ D_u^-γ, float64."""
    right: "sparse.csr_matrix"
    """[users × videos] R D_i^-δ, float64."""
    directions: npt.NDArray[np.float32]
    """[videos × rank] V, of which the filter takes D_i^-a V g Vᵀ D_i^a; no column without one."""
    bend: npt.NDArray[np.float32]
    """[videos] D_i^a."""
    values: npt.NDArray[np.float64]
    """[rank] eigenvalues."""
    hops: Hops
    """For the second hop."""
    content: "sparse.csr_matrix | None" = None
    """[videos × videos] edges by content, in the unit of the path count (its mean row sum)."""
    alike: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None = None
    """[videos × d], [d × videos]: the two sides of z, likeness by content, see `contentgraph.graph.content`."""

    def scores(self, history: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
        """[rows × videos] history · g(N), dense: every path counted, nothing cut to K. For blocks of a few hundred
        rows.

        What a video adds to itself is in it: mask what is in the history.
        """
        reached = (history @ self.left).astype(np.float32).toarray()
        found: npt.NDArray[np.float32] = np.ascontiguousarray((self.right.T.astype(np.float32) @ reached.T).T)
        further = self.walked(found, history) if self.walks(params) else None
        found += self.filtered(history, params)
        if further is not None:
            found += np.float32(params.walk) * further
        bent = self.tilt(history, params)
        if bent is not None:
            found *= bent
        if self.content is not None and params.content > 0.0:
            found += np.float32(params.content) * (history @ self.content).astype(np.float32).toarray()
        return found

    def filtered(self, history: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
        """[rows × videos] what the filter adds to the bare path count."""
        told = (history @ sparse.diags(1.0 / self.bend)).astype(np.float32) @ self.directions
        added: npt.NDArray[np.float32] = (told * params.gain(self.values)) @ self.directions.T * self.bend
        return added

    def tilt(self, history: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32] | None:
        """[rows × videos] exp(tilt · history · z); None where likeness by content tilts nothing."""
        if self.alike is None or params.tilt == 0.0:
            return None
        into, out = self.alike
        bent: npt.NDArray[np.float32] = np.exp(np.float32(params.tilt) * ((history @ into).astype(np.float32) @ out))
        return bent

    def walks(self, params: SimilarityParams) -> bool:
        """Whether a second hop counts, and is not too much to make."""
        return params.walk > 0.0 and self.left.shape[0] <= WHOLE

    def walked(self, reached: npt.NDArray[np.float32], history: "sparse.csr_matrix") -> npt.NDArray[np.float32]:
        """[rows × videos] the second hop from ``reached``, which is history · N."""
        outward = reached - (history @ sparse.diags(self.hops.back)).toarray().astype(np.float32)
        return walked(self.hops, self.left, self.right, outward)


def paths(
    pairs: Pairs,
    params: SimilarityParams,
    *,
    now: int | None = None,
    rank: int | None = None,
    content: Content | None = None,
) -> Paths:
    """Lay the path count out; ``rank`` leading directions (``params.rank`` if it filters, else none).

    ``content``: what the videos are, see `contentgraph.graph.content`.

    Raises:
        UsageError: an index out of range, a pair given twice, points or times missing.
    """
    left, right = _sides(pairs, params, now)
    wanted = rank if rank is not None else (params.rank if params.filtered else 0)
    tilt = _tilt(left, params)
    if wanted:
        d_user = np.maximum(np.diff(right.indptr), 1).astype(np.float64)
        half = sparse.diags(d_user ** (-params.gamma / 2.0)) @ right @ sparse.diags(1.0 / tilt)
        found = spectrum(half.astype(np.float32).tocsr(), wanted, np.random.default_rng(0))
    else:
        found = Spectrum(np.zeros((pairs.videos, 0), dtype=np.float32), np.zeros(0))
    return Paths(
        left,
        right,
        directions=found.vectors,
        bend=tilt,
        values=found.values,
        hops=hops(left, right) if pairs.videos <= WHOLE else Hops(np.zeros(0, dtype=np.float32), 0.0),
        content=None
        if content is None
        else _in_unit(attach(content.edges, np.diff(left.indptr), params.fade), left, right),
        alike=None if content is None or content.points is None else tilted(content.points, _votes(right)),
    )


def _votes(right: "sparse.csr_matrix") -> FloatArray:
    """[videos] people who watched it, each divided among all that she watched."""
    length = np.diff(right.indptr)
    share = np.repeat(1.0 / np.maximum(length, 1), length)
    return np.asarray(np.bincount(right.indices, weights=share, minlength=right.shape[1]), dtype=np.float64)


def _tilt(left: "sparse.csr_matrix", params: SimilarityParams) -> npt.NDArray[np.float32]:
    """D_i^a of each video, a = (β-δ)/2."""
    degree = np.maximum(np.diff(left.indptr), 1).astype(np.float32)
    tilt: npt.NDArray[np.float32] = np.power(degree, np.float32((params.beta - params.delta) / 2.0))
    return tilt


def _in_unit(
    content: "sparse.csr_matrix", left: "sparse.csr_matrix", right: "sparse.csr_matrix"
) -> "sparse.csr_matrix":
    """Content edges times the mean row sum of the path count."""
    sums = left @ (right @ np.ones(right.shape[1]))
    reached = sums[sums > 0.0]
    return content * (float(reached.mean()) if reached.size else 1.0)


def _sides(pairs: Pairs, params: SimilarityParams, now: int | None) -> tuple["sparse.csr_matrix", "sparse.csr_matrix"]:
    """D_i^-β Rᵀ D_u^-γ (videos × users) and R D_i^-δ (users × videos), float64, indices sorted."""
    user, video, entry = _entries(pairs, params, now)
    d_user = np.maximum(np.bincount(user, minlength=pairs.users), 1).astype(np.float64)
    d_video = np.maximum(np.bincount(video, minlength=pairs.videos), 1).astype(np.float64)
    tilt = 1.0 - np.arange(pairs.videos) / (max(pairs.videos, 1) * 2.0**30)
    shape = (pairs.users, pairs.videos)

    def side(of_video: FloatArray, of_user: FloatArray) -> "sparse.csr_matrix":
        def value(some: slice) -> FloatArray:
            told = of_video[video[some]] * of_user[user[some]]
            return told if entry is None else entry[some] * told

        return rows_of(user, video, filled(user.size, value), shape)

    right = side(d_video**-params.delta * tilt, np.ones(pairs.users))
    return side(d_video**-params.beta, d_user**-params.gamma).T.tocsr(), right


def _entries(pairs: Pairs, params: SimilarityParams, now: int | None) -> tuple[IntArray, IntArray, FloatArray | None]:
    """User, video and entry of R of the pairs that are kept, ordered by user, then video; None: each entry is 1."""
    user, video = np.asarray(pairs.user), np.asarray(pairs.video)
    ordered = _check(pairs)
    entry: FloatArray | None = None
    if params.weight_exponent != 0.0:
        if pairs.points is None:
            raise UsageError("weight_exponent is not 0 and the pairs have no points; pass Pairs(points=…).")
        told = np.asarray(pairs.points, dtype=np.float64) + 1.0
        mean = np.bincount(video, weights=told, minlength=pairs.videos) / np.maximum(
            np.bincount(video, minlength=pairs.videos), 1
        )
        entry = (told / mean[video]) ** params.weight_exponent
    if params.half_life_hours is not None:
        if pairs.at is None or now is None:
            raise UsageError("half_life_hours is set and times are missing; pass Pairs(at=…) and now=….")
        age_hours = np.maximum(now - np.asarray(pairs.at, dtype=np.int64), 0) / HOUR_MS
        fresh = 0.5 ** (age_hours / params.half_life_hours)
        entry = fresh if entry is None else entry * fresh
    kept = _capped(pairs, params.user_cap)
    if kept is not None:
        user, video, entry = user[kept], video[kept], None if entry is None else entry[kept]
    if not ordered:
        order = np.lexsort((video, user))
        user, video, entry = user[order], video[order], None if entry is None else entry[order]
    return user, video, entry


def _capped(pairs: Pairs, most: int) -> npt.NDArray[np.bool_] | None:
    """Which pairs are kept: of who has more than ``most`` the latest; None: all are.

    Without times nothing says which are the latest, and an index must not: then all are kept.
    """
    if pairs.at is None:
        return None
    heavy = np.bincount(pairs.user, minlength=pairs.users) > most
    asked = np.flatnonzero(heavy[pairs.user])
    if not asked.size:
        return None
    user, video, latest = pairs.user[asked], pairs.video[asked], -np.asarray(pairs.at, dtype=np.int64)[asked]
    order = np.lexsort((video, latest, user))
    place = np.arange(order.size) - np.searchsorted(user[order], user[order], side="left")
    kept = np.ones(np.shape(pairs.user), dtype=np.bool_)
    kept[asked[order[place >= most]]] = False
    return kept


def _check(pairs: Pairs) -> bool:
    """Refuse what no path count can use; whether the pairs are in order."""
    user, video = np.asarray(pairs.user), np.asarray(pairs.video)
    if user.shape != video.shape or user.ndim != 1:
        raise UsageError(f"Pairs need two equally long arrays; user has shape {user.shape}, video {video.shape}.")
    for name, found in (("points", pairs.points), ("at", pairs.at)):
        if found is not None and np.shape(found) != user.shape:
            raise UsageError(f"Pairs' {name} has shape {np.shape(found)}; give one a pair, {user.shape}.")
    for name, index, size in (("user", user, pairs.users), ("video", video, pairs.videos)):
        if index.size and (int(index.min()) < 0 or int(index.max()) >= size):
            raise UsageError(f"A {name} index is outside 0 … {size - 1}: {int(index.min())} … {int(index.max())}.")
    if in_order(user, video):
        return True
    key = np.sort(user.astype(np.int64) * pairs.videos + video)
    if twice := int((key[1:] == key[:-1]).sum()):
        raise UsageError(f"{twice} pairs are given twice; fold them to one a user and video.")
    return False
