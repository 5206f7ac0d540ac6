"""The served model: what a night learns from the interactions, and how it ranks for a person.

    S(u, v)     = raw / max raw + popular · prior(v)          raw(u, v) = lift(v) · Σ_i h_u(i) · W[i, v]
    score(u, v) = S(u, v)^relevance · value(u, v)

S: how much leads to the video. h_u: the shares of her taste (`contentgraph.graph.interactions.taste`); W: the stored
edges, the best K a video (`contentgraph.graph.similarity`), or every path where the whole is computed for a block of
people; lift and prior: `contentgraph.graph.lift`. value: what a view is expected to bring her
(`contentgraph.graph.value`); where the log does not tell that, the exponent is 1, as what leads there is all we know.
``suggest.cypher`` serves the same from the stored edges, and adds creators, sounds, hashtags, challenges, people she
follows, trends and what is local to S.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.checks import number
from contentgraph.graph.content import Content
from contentgraph.graph.edges import Similar, best_edges
from contentgraph.graph.interactions import Interactions, goods, seen_by, strongest, taste
from contentgraph.graph.lift import Goods, LiftParams, lift, prior
from contentgraph.graph.parts import each, parts
from contentgraph.graph.retrieval import Lists, Retriever
from contentgraph.graph.similarity import Paths, SimilarityParams, paths
from contentgraph.graph.topk import top_of_rows
from contentgraph.graph.value import Value, appraise

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.integer]

POOL = 300
"""Videos among which the value decides."""
BLOCK = 256
"""People whose videos are held whole at once."""


@dataclass(frozen=True, slots=True)
class ModelParams:
    """Everything that a night may tune."""

    similarity: SimilarityParams = field(default_factory=SimilarityParams)
    lift: LiftParams = field(default_factory=LiftParams)
    taste_half_life_hours: float | None = 336.0
    """An engagement of this age says half as much of a person's taste; None: it never fades."""
    taste_power: float = 0.5
    """Exponent of an engagement's points in a person's taste; 0: each counts the same."""
    popular: float = 0.1
    """Weight of the prior beside the paths: .1 is best or near it on most data (docs/decisions/0036)."""
    relevance: float = 0.15
    """Exponent of what leads to a video where the log tells what a view brings; elsewhere it is 1. Not tuned: what is
    held out follows what was shown, and would have it 1."""

    def __post_init__(self) -> None:
        """Refuse what no model can be.

        Raises:
            TypeError: a value that is no number. UsageError: one that is not finite or out of bounds.
        """
        if self.taste_half_life_hours is not None:
            number("The model", "taste_half_life_hours", self.taste_half_life_hours, above=0.0)
        number("The model", "relevance", self.relevance, above=0.0)  # what nothing speaks for would count as the rest
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
    value: Value
    goods: Goods
    lift: Floats
    prior: Floats
    """0 < prior ≤ 1; 0 where a video is not shown."""

    @property
    def relevance(self) -> float:
        """The exponent of S."""
        return self.params.relevance if self.value.told else 1.0

    def edges(self, k: int, *, threads: int = 2) -> Similar:
        """The stored edges."""
        return best_edges(self.paths, self.params.similarity, k, threads=threads)

    def histories(self, users: Index) -> "sparse.csr_matrix":
        """[len(users) × videos] shares of taste."""
        told = self.params
        return taste(
            self.known.leading, users, now=self.now, half_life_hours=told.taste_half_life_hours, power=told.taste_power
        )

    def served(
        self,
        users: Index,
        edges: Similar,
        n: int,
        *,
        seeds: int | None = None,
        steps: int | None = None,
        threads: int = 1,
    ) -> Lists:
        """The best ``n`` of each user from stored edges: of her `POOL` videos of greatest S, those of best score.

        ``seeds``: how many of her videos lead on, those that say most of her; all of `histories` by default.
        ``steps``: so many edges in all are walked, the first of each video; by default all of them.
        """
        histories, seen = self.histories(users), seen_by(self.known.pairs, users)
        if seeds is not None:
            histories = strongest(histories, seeds)
        if not self.value.told and not self.known.catalogue.speaks.nnz:
            return self._led(histories, seen, edges, n, steps, threads)
        pool = self._led(histories, seen, edges, max(n, POOL), steps, threads)
        video = np.full((users.size, n), -1, dtype=np.int32)
        score = np.zeros((users.size, n), dtype=np.float32)
        for rows in parts(users.size, BLOCK):
            some = pool.video[rows]
            found = pool.score[rows] ** np.float32(self.relevance) * self._value(users[rows], np.maximum(some, 0))
            order = np.lexsort((some, -found), axis=1)[:, :n]
            video[rows, : order.shape[1]] = np.take_along_axis(some, order, axis=1)
            score[rows, : order.shape[1]] = np.take_along_axis(found, order, axis=1)
        return Lists(video, score)

    def _led(
        self,
        histories: "sparse.csr_matrix",
        seen: "sparse.csr_matrix",
        edges: Similar,
        n: int,
        steps: int | None,
        threads: int,
    ) -> Lists:
        """The best ``n`` of each by S."""
        furthest = int(edges.rank.max(initial=1))
        size = np.maximum(np.diff(histories.indptr), 1)
        reach = np.full(size.size, furthest) if steps is None else np.minimum(steps // size, furthest)
        video = np.full((size.size, n), -1, dtype=np.int32)
        score = np.zeros((size.size, n), dtype=np.float32)
        for k in np.unique(reach):
            rows = np.flatnonzero(reach == k)
            matrix = edges.first(int(k)).matrix(self.lift.size)
            retriever = Retriever(matrix, self.lift, self.params.popular * self.prior)
            found = retriever.top_n(histories[rows], n, seen=seen[rows], threads=threads)
            video[rows], score[rows] = found.video, found.score
        return Lists(video, score)

    def scores(self, users: Index) -> npt.NDArray[np.float32]:
        """[len(users) × videos] the score of every video, every path counted; 0 where it is seen or nothing speaks
        for it.

        Dense: for blocks of a few hundred users.
        """
        relevance = combine(
            self.paths.scores(self.histories(users), self.params.similarity),
            seen_by(self.known.pairs, users),
            self.lift,
            self.params.popular * self.prior,
        )
        return relevance ** np.float32(self.relevance) * self._value(users)

    def whole(self, users: Index, n: int, *, block: int = BLOCK, threads: int = 1) -> Lists:
        """The best ``n`` of each user with every path counted, ``block`` users at a time in each thread."""
        video = np.full((users.size, n), -1, dtype=np.int32)
        score = np.zeros((users.size, n), dtype=np.float32)

        def part(rows: slice) -> None:
            best(self.scores(users[rows]), video[rows], score[rows])

        list(each(part, users.size, threads, block))
        return Lists(video, score)

    def _value(self, users: Index, video: Index | None = None) -> npt.NDArray[np.float32]:
        """What a view is expected to bring, shaped as in `Value.of`."""
        return self.value.of(self.known.catalogue, users, self.value.profiles(self.known, users, self.now), video)


def learn(
    known: Interactions,
    params: ModelParams,
    *,
    now: int | None,
    shown: npt.NDArray[np.bool_] | None = None,
    content: Content | None = None,
    threads: int = 1,
) -> Model:
    """Learn from the interactions.

    Parameters:
        now: epoch ms that ages count from; needed where there are times.
        shown: which videos may be suggested at all (all, if absent).
        content: what the videos are, see `contentgraph.graph.content`.
        threads: what is learned is the same by any number of them.
    """
    value, worth = appraise(known, now=now, threads=threads)
    found = goods(known, worth, now)
    lifts, priors = standing(found, params, shown=shown)
    laid = paths(known.leading, params.similarity, now=now, content=content)
    return Model(known, params, now, laid, value, found, lifts, priors)


def standing(found: Goods, params: ModelParams, *, shown: npt.NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """Lift and prior of each video; the prior's greatest is 1, and 0 where a video is not shown."""
    lifts = lift(found, params.lift)
    priors = prior(found, lifts, params.lift)
    allowed = np.ones(lifts.size, dtype=np.bool_) if shown is None else shown
    top = float(priors[allowed].max()) if allowed.any() else 1.0
    return lifts, np.where(allowed, priors / top, 0.0)


def combine(
    raw: npt.NDArray[np.float32], seen: "sparse.csr_matrix", lifts: Floats, weighted: Floats
) -> npt.NDArray[np.float32]:
    """S, row by row, from the paths in ``raw``, which is overwritten; 0 where ``seen``.

    ``weighted``: the prior with its weight.
    """
    np.maximum(raw, 0.0, out=raw)
    raw *= lifts.astype(np.float32)
    owner = np.repeat(np.arange(raw.shape[0]), np.diff(seen.indptr))
    raw[owner, seen.indices] = 0.0
    raw /= np.maximum(raw.max(axis=1, keepdims=True), np.float32(1e-30))
    raw += weighted.astype(np.float32)
    raw[owner, seen.indices] = 0.0
    return raw


def best(scores: npt.NDArray[np.float32], video: npt.NDArray[np.int32], score: npt.NDArray[np.float32]) -> None:
    """Fill ``video`` and ``score`` [rows × n] with the best of each row of dense scores"""
    top_of_rows(scores, video, score)
    video[score <= 0.0] = -1
