"""The model tunes itself: one parameter after the other, on a part held out, within a budget of seconds.

A value is taken only if its gain over the best so far is more than noise: the mean of the paired difference over users
must be above `CAUTION` standard errors. So where the data cannot tell, what was there before (the previous night's, or
the default) stays. The popular part never weighs more than .3 of the best path: a random hold-out shares the popularity
of what remains, and would give it all.

The goal is the mean of NDCG@20 and graded NDCG@20 of whole lists (every path counted, nothing cut to K), over at most
2,000 users: what people come to, and how much they give it. Targets that few knew do not count more than others:
weighting them by a power of their viewers chose ruinous exponents (docs/decisions/0008).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.content import Content
from contentgraph.graph.holdout import HoldOut, hold_out
from contentgraph.graph.interactions import Interactions, goods, seen_by, taste
from contentgraph.graph.lift import LiftParams
from contentgraph.graph.metrics import judge
from contentgraph.graph.model import ModelParams, best, combine, standing
from contentgraph.graph.similarity import WHOLE, Paths, SimilarityParams, paths
from contentgraph.graph.value import fit, tells, worth_of

Value = float | None | tuple[float, ...]
TOP = 20
USERS = 2_000
"""At most this many users are judged."""
CELLS = 80_000_000
"""At most this many user–video cells are held at once (4 bytes each, three times over); fewer make a quicker search."""
RANK = 256
"""Leading directions that the search looks at; the model itself knows more."""

FILTERS = (
    (0.0, 0.0, 0.0, 512),
    (0.2, 0.5, 0.0, 512),
    (0.4, 1.0, 0.0, 512),
    (0.05, 0.0, 0.3, 512),
    (0.1, 0.0, 1.0, 512),
    (0.0, 6.0, 0.0, 8),
    (0.0, 20.0, 0.0, 32),
    (0.0, 6.0, 0.0, 64),
)
"""Sharpen, low_rank, second_hop and leading that are tried together, for each gains little without the others."""
GRID: Mapping[str, tuple[Value, ...]] = MappingProxyType(
    {
        "gamma": (0.5, 0.7, 1.0),
        "delta": (0.0, 0.1, 0.2, 0.35, 0.5),
        "beta": (0.5, 0.6, 0.7, 0.9),
        "filter": FILTERS,
        "sharpen": (0.0, 0.2, 0.4, 0.7),
        "low_rank": (0.0, 0.5, 1.0, 2.0, 6.0, 20.0),
        "leading": (4, 8, 16, 32, 64, 128),
        "second_hop": (0.0, 0.1, 0.3, 1.0, 3.0),
        "walk": (0.0, 1.0, 3.0, 8.0),
        "short": (0.0, 0.5, 1.0),
        "long": (0.0, 0.5, 1.0),
        "floor": (0.0, 0.05, 0.2),
        "quality": (0.0, 0.5, 1.0, 2.0),
        "tilt": (0.0, 0.5, 1.0, 2.0),
        "content": (0.0, 0.1, 0.3, 1.0),
        "fade": (None, 3.0, 10.0, 30.0),
        "popular": (0.02, 0.1, 0.3),
        "crowd": (0.0, 0.25, 0.5, 1.0),
        "taste_half_life_hours": (None, 24.0, 72.0, 168.0, 336.0, 1_000.0),
        "taste_power": (0.0, 0.5, 1.0),
        "weight_exponent": (0.0, 0.5),
    }
)
"""What is tried, in this order; None: never fades."""
STARTS: tuple[Mapping[str, Value], ...] = (
    {"beta": 0.7, "gamma": 0.7, "delta": 0.1, "filter": (0.4, 1.0, 0.0, 512), "popular": 0.3},
    {
        "beta": 0.5,
        "gamma": 1.0,
        "delta": 0.0,
        "walk": 8.0,
        "filter": (0.0, 6.0, 0.0, 8),
        "tilt": 0.5,
        "content": 0.3,
        "popular": 0.1,
        "crowd": 1.0,
    },
    {
        "beta": 0.5,
        "gamma": 0.5,
        "short": 0.5,
        "long": 1.0,
        "floor": 0.0,
        "quality": 0.0,
        "popular": 0.02,
        "taste_power": 0.0,
    },
    {"beta": 0.6, "gamma": 0.7, "delta": 0.1, "filter": (0.0, 20.0, 0.0, 32), "popular": 0.02},
)
"""Whole settings that are tried first, for no single step may lead from one to another: many short histories of
places or songs; a few who watched nearly everything among many who watched little; a log in which what is new decides;
tastes of a few dozen directions, of which noise hides all but the first (docs/decisions/0036, 0038)."""
CAUTION = 2.5
"""Standard errors that the gain of a step must exceed: some fifty are tried in a search."""
SETTING_CAUTION = 1.5
"""The same of the few whole settings."""
SETTING = "setting"
"""Name of a trial that changes several parameters at once."""
WARM = 10
"""Videos with fewer viewers in what remains are neither ranked nor targets: whether they are foretold is luck of
exposure, not
likeness, and in a log that keeps only what became popular, few viewers so far foretell many (docs/quality.md)."""
TIMED = frozenset({"short", "long", "floor", "taste_half_life_hours"})
"""Parameters that say nothing where the data has no times."""
GRADED = frozenset({"quality", "taste_power", "weight_exponent"})
"""Parameters that say nothing where the data has no points."""


EXPOSED = frozenset({"quality", "short", "long", "floor", "popular", "crowd"})
"""Parameters that are not searched, but have their defaults, where the log tells of silent views. What is held out
follows what was shown: it would choose what the product pushed, the fresh and the popular, instead of what people like
(docs/decisions/0036)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One point of the curve."""

    name: str
    """The parameter that was changed; "start" for the first, "setting" where several were at once."""
    value: Value
    goal: float
    """Mean over users, 0 … 1."""
    gain: float
    """Over the best so far, mean of the paired difference."""
    error: float
    """Standard error of the gain."""
    taken: bool


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found."""

    params: ModelParams
    goal: float
    """Mean over users on the part held out; nan where nothing could be held out."""
    users: int
    """Users it was judged by."""
    trials: tuple[Trial, ...]
    complete: bool
    """False: the budget ended the search first."""


def changed(params: ModelParams, name: str, value: Value) -> ModelParams:
    """The parameters with one changed, wherever it is."""
    change: Any = {name: value}
    if name == "filter":
        change = dict(zip(("sharpen", "low_rank", "second_hop", "leading"), value or FILTERS[0], strict=True))  # type: ignore[arg-type]
        return replace(params, similarity=replace(params.similarity, **change))
    if name in {field.name for field in fields(SimilarityParams)}:
        return replace(params, similarity=replace(params.similarity, **change))
    if name in {field.name for field in fields(LiftParams)}:
        return replace(params, lift=replace(params.lift, **change))
    return replace(params, **change)


def warm(cut: HoldOut, known: Interactions) -> tuple[HoldOut, npt.NDArray[np.bool_]]:
    """The hold-out with targets that at least `WARM` people led to before, users without one dropped; and which
    videos those are.

    Where there are none, or no times, all of it: a random share of what is known foretells nothing about its age.
    """
    if known.pairs.at is None:
        return cut, np.ones(known.pairs.videos, dtype=np.bool_)
    viewers = np.bincount(known.pairs.video[cut.train & known.leads], minlength=known.pairs.videos)
    told = viewers >= WARM
    targets = cut.targets.copy()
    targets.data = np.where(told[targets.indices], targets.data, 0.0)
    targets.eliminate_zeros()
    kept = np.flatnonzero(np.diff(targets.indptr))
    if not kept.size:
        return cut, np.ones(known.pairs.videos, dtype=np.bool_)
    return replace(cut, users=cut.users[kept], targets=targets[kept]), told


def tune(
    known: Interactions,
    start: ModelParams,
    rng: np.random.Generator,
    *,
    budget_s: float,
    clock: Callable[[], float],
    grid: Mapping[str, tuple[Value, ...]] = GRID,
    caution: float = CAUTION,
    least_users: int = 50,
    content: Content | None = None,
    cells: int = CELLS,
) -> Tuned:
    """Search from ``start``, two rounds at the most; ``clock`` says seconds, the budget is looked at before each trial.

    With fewer than ``least_users`` users to judge by nothing is searched, and the start is the answer. Twice as many
    are asked for whatever ``cells`` says: 100 users × a million videos are 400 MB.
    """
    began = clock()
    users = max(min(USERS, cells // max(known.pairs.videos, 1)), 2 * least_users)
    cut, ranked = warm(hold_out(known.pairs, rng, users=users, wanted=known.leads), known)
    if cut.users.size < least_users or int(cut.train.sum()) < least_users:
        return Tuned(start, float("nan"), int(cut.users.size), (), complete=True)
    if tells(known):
        grid = {name: values for name, values in grid.items() if name not in EXPOSED}
        start = replace(start, lift=LiftParams(), popular=ModelParams().popular)
    bench = _Bench(known.part(cut.train), cut, ranked, content)
    best, reached = start, bench.goal(start)
    trials = [Trial("start", None, float(reached.mean()), 0.0, 0.0, taken=True)]
    tried = {start}
    for name, value in _steps(known, grid, trials, content):
        whole = name == SETTING and isinstance(value, float)
        candidate = _setting(start, int(value), grid) if whole else changed(best, name, value)  # type: ignore[arg-type]
        if candidate in tried or (name == "leading" and best.similarity.leading >= RANK):
            # How few directions are enough is asked where few were taken.
            continue
        if clock() - began > budget_s:
            return Tuned(best, float(reached.mean()), int(cut.users.size), tuple(trials), complete=False)
        tried.add(candidate)
        found = bench.goal(candidate)
        difference = found - reached
        error = float(difference.std(ddof=1) / np.sqrt(difference.size))
        wanted = SETTING_CAUTION if whole else caution
        taken = float(difference.mean()) > wanted * error and float(difference.mean()) > 0.0
        trials.append(Trial(name, value, float(found.mean()), float(difference.mean()), error, taken))
        if taken:
            best, reached = candidate, found
    return Tuned(best, float(reached.mean()), int(cut.users.size), tuple(trials), complete=True)


def _steps(
    known: Interactions, grid: Mapping[str, tuple[Value, ...]], trials: list[Trial], content: Content | None
) -> Iterator[tuple[str, Value]]:
    """The whole settings by number, then twice through the grid, the second time only if something was taken."""
    silent = TIMED if known.pairs.at is None else frozenset()
    silent |= GRADED if known.pairs.points is None else frozenset()
    silent |= frozenset() if content is not None else {"content", "fade"}
    silent |= frozenset() if content is not None and content.points is not None else {"tilt"}
    silent |= frozenset() if known.pairs.videos <= WHOLE else {"walk"}
    for number in range(len(STARTS)):
        yield SETTING, float(number)
    for _ in range(2):
        before = len(trials)
        for name, values in grid.items():
            if name not in silent:
                for value in values:
                    yield name, value
        if not any(trial.taken for trial in trials[before:]):
            return


def _setting(start: ModelParams, number: int, grid: Mapping[str, tuple[Value, ...]]) -> ModelParams:
    """The start with one of `STARTS` in it, as far as the grid lets it be changed."""
    found = start
    for name, value in STARTS[number].items():
        if name in grid:
            found = changed(found, name, value)
    return found


class _Bench:
    """Judges parameters; keeps the paths of the last ones, for what changes most often does not change them."""

    def __init__(
        self,
        known: Interactions,
        cut: HoldOut,
        ranked: npt.NDArray[np.bool_],
        content: Content | None,
    ) -> None:
        self._known, self._cut, self._ranked, self._content = known, cut, ranked, content
        self._seen = seen_by(known.pairs, cut.users)
        worth = worth_of(known)
        self._goods = goods(known, worth, cut.now)
        self._fit = None if worth is None else fit(known.catalogue, worth.travel, cut.users)
        self._key: object = None
        self._paths: Paths | None = None
        self._bare: npt.NDArray[np.float32] | None = None
        self._further: npt.NDArray[np.float32] | None = None
        self._history_key: object = None

    def goal(self, params: ModelParams) -> npt.NDArray[np.float64]:
        """Mean of NDCG@20 and graded NDCG@20 of each judged user."""
        cut, similarity = self._cut, params.similarity
        key = replace(similarity, sharpen=0.0, low_rank=0.0, second_hop=0.0, leading=1, walk=0.0, content=0.0, tilt=0.0)
        if key != self._key or self._paths is None:
            self._paths = paths(self._known.leading, similarity, now=cut.now, rank=RANK, content=self._content)
            self._key, self._bare = key, None
        history = taste(
            self._known.leading,
            cut.users,
            now=cut.now,
            half_life_hours=params.taste_half_life_hours,
            power=params.taste_power,
        )
        asked = (params.taste_half_life_hours, params.taste_power)
        if self._bare is None or self._history_key != asked:
            self._bare, self._history_key, self._further = self._paths.scores(history, key), asked, None
        raw = self._bare + self._paths.filtered(history, similarity)
        if self._paths.walks(similarity):
            if self._further is None:
                self._further = self._paths.walked(self._bare, history)
            raw += np.float32(similarity.walk) * self._further
        bent = self._paths.tilt(history, similarity)
        if bent is not None:
            raw *= bent
        if self._paths.content is not None and similarity.content > 0.0:
            raw += np.float32(similarity.content) * (history @ self._paths.content).astype(np.float32).toarray()
        lifts, priors = standing(self._goods, params, shown=self._ranked)
        lifts = np.where(self._ranked, lifts, 0.0)
        video = np.full((cut.users.size, TOP), -1, dtype=np.int32)
        score = np.zeros((cut.users.size, TOP), dtype=np.float32)
        found = combine(raw, self._seen, lifts, params.popular * priors)
        best(found if self._fit is None else found * self._fit, video, score)
        judged = judge(video, self._cut.targets)
        return (judged.ndcg + judged.graded_ndcg) / 2.0
