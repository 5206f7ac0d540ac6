"""The served model: what a night learns from the interactions, and how it ranks for a person.

    raw(u, v)   = fit(u, v) · lift(v) · Σ_i h_u(i) · W[i, v]
    score(u, v) = raw / max raw + fit(u, v) · popular · prior(v)

h_u: the shares of her taste (`contentgraph.graph.interactions.taste`); W: the stored edges, the best K a video
(`contentgraph.graph.similarity`), or every path where the whole is computed for a block of people; lift and prior:
`contentgraph.graph.lift`. ``suggest.cypher`` serves the same from the stored edges, and adds creators, sounds,
hashtags and challenges.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.checks import number
from contentgraph.graph.interactions import Catalogue, Interactions, goods, seen_by, taste
from contentgraph.graph.lift import Goods, LiftParams, lift, prior
from contentgraph.graph.retrieval import Lists, Retriever
from contentgraph.graph.similarity import Paths, Similar, SimilarityParams, best_edges, paths
from contentgraph.graph.topk import top_of_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ModelParams:
    """Everything that a night may tune."""

    similarity: SimilarityParams = field(default_factory=SimilarityParams)
    lift: LiftParams = field(default_factory=LiftParams)
    taste_half_life_hours: float | None = 336.0
    """An engagement of this age says half as much of a person's taste; None: it never fades."""
    taste_power: float = 0.5
    """Exponent of an engagement's points in a person's taste; 0: each counts the same."""
    popular: float = 0.3
    """Weight of the prior beside the paths."""

    def __post_init__(self) -> None:
        """Refuse what no model can be.

        Raises:
            TypeError: a value that is no number. UsageError: one that is not finite or out of bounds.
        """
        if self.taste_half_life_hours is not None:
            number("The model", "taste_half_life_hours", self.taste_half_life_hours, above=0.0)
        for name in ("taste_power", "popular"):
            number("The model", name, getattr(self, name), least=0.0)

    @classmethod
    def of(cls, told: object) -> "ModelParams":
        """The parameters that ``dataclasses.asdict`` told; what is not told has its default.

        Raises:
            TypeError: no mapping, a name that is no parameter, a value that is no number. UsageError: one out of
            bounds.
        """
        if not isinstance(told, Mapping):
            raise TypeError(f"{told!r} is no object of parameters")
        inner: Mapping[str, Any] = {"similarity": SimilarityParams, "lift": LiftParams}
        return cls(**{name: inner[name](**value) if name in inner else value for name, value in told.items()})


@dataclass(frozen=True, slots=True)
class Model:
    """A learned model; arrays of one entry a video."""

    known: Interactions
    params: ModelParams
    now: int | None
    paths: Paths
    goods: Goods
    lift: Floats
    prior: Floats
    """0 < prior ≤ 1; 0 where a video is not shown."""

    def edges(self, k: int, *, threads: int = 2) -> Similar:
        """The stored edges."""
        return best_edges(self.paths, self.params.similarity, k, threads=threads)

    def histories(self, users: npt.NDArray[np.integer]) -> "sparse.csr_matrix":
        """[len(users) × videos] shares of taste."""
        told = self.params
        return taste(
            self.known.leading, users, now=self.now, half_life_hours=told.taste_half_life_hours, power=told.taste_power
        )

    def served(self, users: npt.NDArray[np.integer], edges: Similar, n: int, *, threads: int = 1) -> Lists:
        """The best ``n`` of each user from stored edges."""
        speaks, tongue = self.known.catalogue.bits()
        retriever = Retriever(
            edges.matrix(self.lift.size), self.lift, self.params.popular * self.prior, travel=self.goods.travel,
            tongue=tongue,
        )  # fmt: skip
        return retriever.top_n(
            self.histories(users), n, seen=seen_by(self.known.pairs, users), speaks=speaks[users], threads=threads
        )

    def scores(self, users: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
        """[len(users) × videos] the score of every video, every path counted; 0 where it is seen or nothing speaks
        for it.

        Dense: for blocks of a few hundred users.
        """
        return combine(
            self.paths.scores(self.histories(users), self.params.similarity),
            seen_by(self.known.pairs, users),
            self.lift,
            self.params.popular * self.prior,
            fit(self.known.catalogue, self.goods.travel, users),
        )

    def whole(self, users: npt.NDArray[np.integer], n: int, *, block: int = 256, threads: int = 1) -> Lists:
        """The best ``n`` of each user with every path counted, ``block`` users at a time in each thread."""
        video = np.full((users.size, n), -1, dtype=np.int32)
        score = np.zeros((users.size, n), dtype=np.float32)

        def part(first: int) -> None:
            rows = slice(first, first + block)
            best(self.scores(users[rows]), video[rows], score[rows])

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, range(0, users.size, block)))
        return Lists(video, score)


def learn(
    known: Interactions,
    params: ModelParams,
    *,
    now: int | None,
    shown: npt.NDArray[np.bool_] | None = None,
    content: "sparse.csr_matrix | None" = None,
) -> Model:
    """Learn from the interactions.

    Parameters:
        now: epoch ms that ages count from; needed where there are times.
        shown: which videos may be suggested at all (all, if absent).
        content: [videos × videos] neighbours by content, see `contentgraph.graph.content`.
    """
    found = goods(known, now)
    lifts, priors = standing(found, params, shown=shown)
    laid = paths(known.leading, params.similarity, now=now, content=content)
    return Model(known, params, now, laid, found, lifts, priors)


def standing(found: Goods, params: ModelParams, *, shown: npt.NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """Lift and prior of each video; the prior's greatest is 1, and 0 where a video is not shown."""
    lifts = lift(found, params.lift)
    priors = prior(found, lifts, params.lift)
    allowed = np.ones(lifts.size, dtype=np.bool_) if shown is None else shown
    top = float(priors[allowed].max()) if allowed.any() else 1.0
    return lifts, np.where(allowed, priors / top, 0.0)


def fit(catalogue: Catalogue, travel: Floats, users: npt.NDArray[np.integer]) -> npt.NDArray[np.float32] | None:
    """[len(users) × videos] 1, or how a video travels for who does not understand it; None without any language."""
    if not catalogue.speaks.nnz:
        return None
    speaks, tongue = catalogue.bits()
    asked = speaks[users][:, None]
    foreign = ((asked & tongue) == 0) & (asked != 0) & (tongue != 0)
    return np.where(foreign, travel.astype(np.float32), np.float32(1.0))


def combine(
    raw: npt.NDArray[np.float32],
    seen: "sparse.csr_matrix",
    lifts: Floats,
    weighted: Floats,
    fits: npt.NDArray[np.float32] | None,
) -> npt.NDArray[np.float32]:
    """The formula of this module, row by row, from the paths in ``raw``, which is overwritten; 0 where ``seen``.

    ``weighted``: the prior with its weight. ``fits``: [rows × videos] factor of both terms, 1 everywhere if None.
    """
    np.maximum(raw, 0.0, out=raw)
    raw *= lifts.astype(np.float32)
    if fits is not None:
        raw *= fits
    owner = np.repeat(np.arange(raw.shape[0]), np.diff(seen.indptr))
    raw[owner, seen.indices] = 0.0
    raw /= np.maximum(raw.max(axis=1, keepdims=True), np.float32(1e-30))
    raw += weighted.astype(np.float32) if fits is None else weighted.astype(np.float32) * fits
    raw[owner, seen.indices] = 0.0
    return raw


def best(scores: npt.NDArray[np.float32], video: npt.NDArray[np.int32], score: npt.NDArray[np.float32]) -> None:
    """Fill ``video`` and ``score`` [rows × n] with the best of each row of dense scores"""
    top_of_rows(scores, video, score)
    video[score <= 0.0] = -1
