"""The place of every video among tastes: by who watched it more than everybody would, and by its hashtags.

    z_v: unit rows of  U_k Σ_k²,   U Σ Vᵀ = the leading ``dims`` singular triplets of  D_v^-½ (S W - N) D_u^-½
    q_u = Σ_i W_iu z_i / D_u                     what her views lean to, shrunk where she has few
    l_v = Σ_u (W_vu - N_vu) q_u                  what its viewers lean to, more than who could watch it does
    x_v: unit rows of  l_v + K(creator of v) + mean of K(h) over v's hashtags h,   K(c) = m Σ_c l / (m + Σ_c k)

W: videos × users, (y + s)/(e + s) of each pair, y its points and e the points expected without taste, so that a view
that brought more than expected says more. S adds ``smooth`` of the creator's videos. N = k_v k_u m_gh / (m_g m_h): what
S W (in l_v: W) would be if only both degrees k, the language g of the video and the languages h of the user decided. D:
degrees, ``calm`` mean degrees added. The second step is a round of the first with the mean of a video's kin as its
prior, which weighs m = ``kin`` views at most. The operator is applied, never stored.

References: N is the null model of Newman, PNAS 103 (2006), doi:10.1073/pnas.0601602103, with blocks as in Karrer and
Newman, Physical Review E 83 (2011), doi:10.1103/PhysRevE.83.016107; ``calm`` is Qin and Rohe, NIPS 2013,
arXiv:1309.4111; the subspace iteration Halko, Martinsson, Tropp, SIAM Review 53 (2011), doi:10.1137/090771806.
"""

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.parts import filled, parts, product, rows_of, summed
from contentgraph.graph.worth import Views, Worth

IntArray = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]

OVERSAMPLED = 16
"""Further directions that are followed and thrown away."""
ITERATIONS = 8
"""Passes of the subspace iteration."""


@dataclass(frozen=True, slots=True)
class TasteParams:
    """How tastes are told.

    Raises:
        UsageError: a value that is not finite or below its floor.
    """

    dims: int = 16
    """Length of x, at least 1."""
    smooth: float = 0.06
    """What a view of the creator's other videos says of a video, beside one of its own."""
    kin: float = 40.0
    """m: what all videos of its creator say of a video, or all of a hashtag, weighs at most so many views; above 0."""
    calm: float = 0.3
    """Added to each degree, mean degrees; above 0."""
    silence: float = 0.15
    """s: share of the mean points of a pair; above 0."""
    surprise: float = 0.5
    """c: weight of the surprise in a profile."""
    skip: float = 0.75
    """What a skipped video pulls less than another that brought nothing, in ordinary views."""
    doubt: float = 1.0
    """k: views' worth of no taste in a profile; above 0."""
    half_life_hours: float | None = 120.0
    """A view fades by half in a profile in this time; None: it does not."""
    netted: float = 0.9
    """Share of b with which quality is estimated again, as viewers come for their taste; 0 … 1."""
    least_pairs: int = 200
    """Fewer held-out pairs than these tell no slope."""

    def __post_init__(self) -> None:
        """Refuse what no taste can be told by."""
        floors = {"dims": 1, "least_pairs": 2}
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if value is None and name == "half_life_hours":
                continue
            if not math.isfinite(value) or value < floors.get(name, 0):
                raise UsageError(
                    f"TasteParams' {name} is {value!r}; give a finite number, {floors.get(name, 0)} or more."
                )
            if name in ("kin", "calm", "silence", "doubt", "half_life_hours") and value == 0:
                raise UsageError(f"TasteParams' {name} is {value!r}; give more than 0.")


class Groups(NamedTuple):
    """Who can watch what for reasons that are no taste."""

    user: IntArray
    """A row a user: index of her set of languages, 0, 1, …"""
    video: IntArray
    """A row a video: index of its language, 0, 1, …"""


class Tags(NamedTuple):
    """TAGGED edges as two arrays of one length; generic hashtags left out by the caller."""

    tag: IntArray
    video: IntArray


def taste_vectors(
    views: Views,
    plain: Worth,
    params: TasteParams | None = None,
    *,
    groups: Groups | None = None,
    tags: Tags | None = None,
) -> Floats:
    """x of every video, [videos × dims] by the formula of this module; rows of length 1, or 0 where nothing is known.

    Parameters:
        plain: what is expected of each pair without taste.
    """
    params = params or TasteParams()
    audience = _Audience(views, plain, params, groups)
    basis, size = _leading(audience, params.dims)
    x = np.zeros((views.videos, params.dims))
    x[:, : size.size] = basis * size**2
    told = audience.leaning(_unit(x))
    x = told + _kin(audience.by, told, audience.own, params.kin)
    if tags is not None and tags.tag.size:
        x = x + _kin(_tagged(tags, views.videos), told, audience.own, params.kin)
    x = _unit(x)
    # A direction has no sign of its own; its longer tail gives it one, so that the next night tells the same.
    return x * np.where((x**3).sum(axis=0) < 0.0, -1.0, 1.0)


def turned(vectors: Floats, onto: Floats) -> Floats:
    """Places turned as one so that they lie as near as they can to ``onto`` of the same shape; affinities stay.

    Orthogonal Procrustes: U Vᵀ of vectorsᵀ onto = U Σ Vᵀ (Schönemann, Psychometrika 31 (1966), doi:10.1007/BF02289451).
    """
    u, _, v = np.linalg.svd(vectors.T @ onto)
    return np.asarray(vectors @ (u @ v))


class _Audience:
    """The operator D_v^-½ (S W - N) D_u^-½, float32: applied to blocks of columns from either side."""

    def __init__(self, views: Views, plain: Worth, params: TasteParams, groups: Groups | None) -> None:
        said = params.silence * views.mean()

        def entry(some: slice) -> Floats:
            if said <= 0.0:
                return views.weights(some)
            expected = plain.expected(views.user[some], views.video[some], views.foreign[some])
            told: Floats = views.weights(some) * (views.points[some] + said) / (expected + said)
            return told

        self.rows, self.threads = views.videos, views.threads
        entries = filled(views.user.size, entry, np.float32, views.threads)
        known = np.flatnonzero(views.creator >= 0)
        creators = int(views.creator.max()) + 1 if known.size else 0
        by = sparse.csr_matrix((np.ones(known.size), (known, views.creator[known])), shape=(views.videos, creators))
        spread = sparse.csr_matrix(params.smooth * by)
        self.own = summed(views.video, views.videos, lambda some: entries[some], views.threads)
        k_video: Floats = np.asarray(self.own + spread @ (by.T @ self.own), dtype=np.float64)
        reach = 1.0 + np.asarray(by @ (spread.T @ np.ones(views.videos)), dtype=np.float64)
        k_user = summed(views.user, views.users, lambda some: entries[some] * reach[views.video[some]], views.threads)
        d_video, d_user = _calmed(k_video, params.calm), _calmed(k_user, params.calm)
        group = groups or Groups(np.zeros(views.users, dtype=np.int64), np.zeros(views.videos, dtype=np.int64))
        g, h = _indicator(group.video), _indicator(group.user)
        shape = (views.users, views.videos)
        seen = rows_of(views.user, views.video, entries, shape).T @ h
        shared = (g.T @ (seen + spread @ (by.T @ seen))).toarray()
        rate = shared / np.maximum(shared.sum(1, keepdims=True) * shared.sum(0, keepdims=True), 1e-300)
        for some in parts(entries.size):
            entries[some] *= d_user[views.user[some]]
        self.back = rows_of(views.user, views.video, entries, shape)
        self.w = self.back.T.tocsr()
        self.by, self.spread = by.astype(np.float32), spread.astype(np.float32)
        self.d_video = d_video.astype(np.float32)[:, None]
        self.g = (sparse.diags(d_video * k_video) @ g).astype(np.float32).tocsr()
        self.alone = (sparse.diags(self.own) @ g).astype(np.float32).tocsr()
        self.h = (sparse.diags(d_user * k_user) @ h).astype(np.float32).tocsr()
        self.rate = rate.astype(np.float32)

    def twice(self, block: Floats32) -> Floats32:
        """The operator times its transpose times the block."""
        far = self.left(block)
        z = product(self.w, far, self.threads)
        out = self.d_video * (z + self.spread @ (self.by.T @ z)) - self.g @ (self.rate @ (self.h.T @ far))
        return np.asarray(out, dtype=np.float32)

    def leaning(self, places: Floats) -> Floats:
        """l of each video, [videos × dims], from places of the same shape."""
        far = product(self.back, places.astype(np.float32), self.threads)
        told = product(self.w, far, self.threads) - self.alone @ (self.rate @ (self.h.T @ far))
        return np.asarray(told, dtype=np.float64)

    def left(self, block: Floats32) -> Floats32:
        """The transpose of the operator times the block."""
        z = self.d_video * block
        seen = product(self.back, z + self.by @ (self.spread.T @ z), self.threads)
        return np.asarray(seen - self.h @ (self.rate.T @ (self.g.T @ block)), dtype=np.float32)


def _calmed(degree: Floats, calm: float) -> Floats:
    """Degree^-½ with ``calm`` mean degrees added; 0 where the degree is."""
    mean = float(degree.mean()) if degree.size else 0.0
    return np.where(degree > 0.0, np.maximum(degree + calm * mean, 1e-300) ** -0.5, 0.0)


def _indicator(group: IntArray) -> "sparse.csr_matrix":
    """[rows × groups], 1 where the row is of the group."""
    size = int(group.max()) + 1 if group.size else 1
    return sparse.csr_matrix((np.ones(group.size), (np.arange(group.size), group)), shape=(group.size, size))


def _kin(group: "sparse.csr_matrix", told: Floats, views: Floats, weight: float) -> Floats:
    """Mean of K over the groups of each video, [videos × dims]; 0 where it is in none."""
    mean = weight * (group.T @ told) / (weight + group.T @ views)[:, None]
    several = np.maximum(np.diff(group.indptr), 1)
    found: Floats = (group @ mean) / several[:, None]
    return found


def _tagged(tags: Tags, videos: int) -> "sparse.csr_matrix":
    """[videos × tags], 1 where tagged; tags used once say nothing."""
    uses = np.bincount(tags.tag)
    kept = uses[tags.tag] > 1
    rows = (np.ones(int(kept.sum())), (tags.video[kept], tags.tag[kept]))
    return sparse.csr_matrix(rows, shape=(videos, uses.size))


def _unit(x: Floats) -> Floats:
    """Rows of length 1; 0 where a row is so short that it is rounding."""
    length = np.linalg.norm(x, axis=1, keepdims=True)
    least = 1e-5 * (length.max() if length.size else 0.0)
    found: Floats = np.where(length > least, x / np.maximum(length, 1e-300), 0.0)
    return found


def _leading(audience: _Audience, dims: int) -> tuple[Floats, Floats]:
    """The leading left singular vectors, [videos × at most dims], and their singular values."""
    width = min(dims + OVERSAMPLED, audience.rows)
    if width == 0:
        return np.zeros((audience.rows, 0)), np.zeros(0)
    # Fixed, so that the same log gives the same vectors.
    basis = _orthonormal(np.random.default_rng(0).standard_normal((audience.rows, width), dtype=np.float32))
    for _ in range(ITERATIONS):
        basis = _orthonormal(audience.twice(basis))
    if not basis.shape[1]:
        return np.zeros((audience.rows, 0)), np.zeros(0)
    small = (basis.T @ audience.twice(basis)).astype(np.float64)
    values, turn = np.linalg.eigh((small + small.T) / 2.0)
    order = np.argsort(-values, kind="stable")[:dims]
    order = order[values[order] > max(float(values.max(initial=0.0)), 0.0) * 1e-7]
    return basis.astype(np.float64) @ turn[:, order], np.sqrt(values[order])


def _orthonormal(block: Floats32) -> Floats32:
    """An orthonormal basis of the block's columns by its Gram matrix; what float32 cannot tell from 0 is left out."""
    values, turn = np.linalg.eigh((block.T @ block).astype(np.float64))
    kept = values > max(float(values.max(initial=0.0)), 1e-30) * 1e-10
    return np.asarray(block @ (turn[:, kept] / np.sqrt(values[kept])).astype(np.float32), dtype=np.float32)
