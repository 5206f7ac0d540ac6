"""The night's choice of parameters: pinned, or tuned within a budget from what the previous night chose."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson

from contentgraph.cypher import Database
from contentgraph.errors import UsageError
from contentgraph.graph.content import Content
from contentgraph.graph.interactions import Interactions
from contentgraph.graph.model import Model, ModelParams
from contentgraph.graph.tuning import GRID, Tuned, tune
from contentgraph.graph.value import TASTE

BUDGET_S = 15.0
"""Seconds that a night searches, if nothing else is said."""
CELLS = 20_000_000
"""User–video cells of the part that judges: fewer than `evaluate` takes, so that a short budget tries more."""
FOREVER_HOURS = 1e12
"""The half-life of what never fades, as the read statements take it."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a night comes to its parameters."""

    budget_s: float = BUDGET_S
    """0: nothing is searched, the previous night's hold."""
    pinned: ModelParams | None = None
    """These and no others."""


def choose(
    database: Database,
    known: Interactions,
    tuning: Tuning,
    clock: Callable[[], float],
    progress: Callable[[int], None],
    content: Content | None = None,
) -> Tuned:
    """The parameters of this night and the curve that led there; nothing is written.

    ``content``: what videos are, where anything was analysed.

    The search goes through the grid in an order that differs from night to night, so that what one budget does not
    reach another does.
    """
    nights, start = previous(database) if tuning.pinned is None else (0, tuning.pinned)
    return search(known, tuning, nights, start, clock, progress, content)


def search(
    known: Interactions,
    tuning: Tuning,
    nights: int,
    start: ModelParams,
    clock: Callable[[], float],
    progress: Callable[[int], None],
    content: Content | None = None,
) -> Tuned:
    """The same after ``nights`` finished nights, of which the last chose ``start``."""
    if tuning.pinned is not None:
        return Tuned(tuning.pinned, float("nan"), 0, (), complete=True)
    if tuning.budget_s <= 0.0:
        return Tuned(start, float("nan"), 0, (), complete=True)
    rng = np.random.default_rng(nights)
    names = list(GRID)
    turned = names if not nights else [names[place] for place in rng.permutation(len(names))]
    found = tune(
        known,
        start,
        rng,
        budget_s=tuning.budget_s,
        clock=clock,
        grid={name: GRID[name] for name in turned},
        cells=CELLS,
        content=content,
    )
    progress(len(found.trials))
    return found


def previous(database: Database) -> tuple[int, ModelParams]:
    """Number of finished nights, and what the last one chose; the defaults where none says what we know."""
    runs = database.read("last_run")
    if not runs:
        return 0, ModelParams()
    told = orjson.loads(runs[0]["params"] or "{}").get("model")
    try:
        return int(runs[0]["nights"]), ModelParams() if told is None else ModelParams.of(told)
    except (TypeError, UsageError):
        # An older or newer package knew other parameters.
        return int(runs[0]["nights"]), ModelParams()


def read_params(path: Path) -> ModelParams:
    """The parameters in a JSON file, as ``evaluate --json`` prints them for contentgraph.

    Raises:
        UsageError: no such file, not JSON, or a parameter that does not exist.
    """
    try:
        return ModelParams.of(orjson.loads(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); give a file of parameters") from None
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path} holds no parameters of the model ({error}); take them from evaluate --json") from None


def settings(model: Model) -> dict[str, float]:
    """What the read statements need of the model."""
    half_life = model.params.taste_half_life_hours
    return {
        "tasteHalfLifeHours": FOREVER_HOURS if half_life is None else half_life,
        "tastePower": model.params.taste_power,
        "weightPopular": model.params.popular,
        "relevance": model.relevance,
        "profileSlope": model.value.slope,
        "profileHalfLifeHours": FOREVER_HOURS if TASTE.half_life_hours is None else TASTE.half_life_hours,
        "profileSurprise": TASTE.surprise,
        "profileSkip": TASTE.skip,
        "profileDoubt": TASTE.doubt,
    }


def detail(found: Tuned) -> str:
    """The curve as JSON, for the :Run."""
    goal = None if np.isnan(found.goal) else round(found.goal, 6)
    told = {
        "goal": goal,
        "users": found.users,
        "complete": found.complete,
        "trials": [asdict(one) for one in found.trials],
    }
    return orjson.dumps(told).decode()
