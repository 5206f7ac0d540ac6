"""From pulses to trends: for each kind, place and window a list, each entry with its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from contentgraph.graph.carrying import carried
from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.families import Candidate, heads, majority
from contentgraph.graph.pulse import Arrivals, users_per_hour
from contentgraph.graph.pulse_kernel import reached
from contentgraph.graph.trends import TREND_HOURS, TrendParams, Trends, admits, trends_of_windows
from contentgraph.loaders.hours import WORLD, Hours, video_belonging
from contentgraph.loaders.readback import Platform, authors

Floats = npt.NDArray[np.float64]

TREND_KINDS = ("challenge", "hashtag", "sound", "topic", "creator", "video")
SERIES_HOURS = 48
"""Length of an entry's series, hours."""
EVERY = "und"
"""Every language together."""
VIDEOS, COUNTRIES, DEEPER = 10, 5, 3
"""Top videos and countries an entry names; so many times the length of a list is looked at for families."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One stored trend."""

    kind: str
    country: str
    language: str
    hours: int
    rank: int
    entity: str
    score: float
    observed: int
    expected: float
    factor: float
    since: int
    series: list[int]
    """People an hour over the last 48 hours, the hour of ``now`` last."""
    also: list[str]
    """Near-equal tags, or others of the same creator, that this entry stands for."""
    videos: list[str]
    """Those that brought most people since it moves, best first."""
    countries: list[str]
    """Where most of those people are, worldwide, most first."""
    people: list[int]
    """How many, in the order of ``countries``."""


class Carriers:
    """Who came to each entity of a kind, through which video and from where, by time."""

    def __init__(self, platform: Platform, kind: str, hours: Hours) -> None:
        belonging = video_belonging(platform) if kind == "video" else platform.kinds[kind]
        self._lists = carried(belonging.video, belonging.entity, len(belonging.entities))
        self._came: dict[int, tuple[npt.NDArray[np.integer], ...]] = {}
        self._platform, self._hours = platform, hours
        self._creator = authors(platform)
        self._country = np.array([hours.cells[cell][0] for cell in hours.user_cell.tolist()], dtype=np.object_)
        self._seen: dict[tuple[int, int], _Evidence] = {}

    def since(self, entity: int, at: int) -> "_Evidence":
        """What brought people to ``entity`` from ``at`` (epoch ms, inclusive) on."""
        key = (entity, at)
        if key not in self._seen:
            self._seen[key] = self._look(entity, at)
        return self._seen[key]

    def _look(self, entity: int, at: int) -> "_Evidence":
        if entity not in self._came:
            self._came[entity] = self._of(entity)
        times, user, through = self._came[entity]
        start = int(np.searchsorted(times, at))
        users, place = np.unique(user[start:], return_index=True)
        ids, counts = np.unique(through[start:][place], return_counts=True)
        videos = dict(zip(ids.tolist(), counts.tolist(), strict=True))
        makers: dict[int, int] = {}
        for video, people in videos.items():
            maker = int(self._creator[video])
            if maker >= 0:
                makers[maker] = makers.get(maker, 0) + people
        where, people_there = np.unique(self._country[users].astype(np.str_), return_counts=True)
        told = sorted(zip(people_there.tolist(), where.tolist(), strict=True), key=lambda one: (-one[0], one[1]))
        best = sorted(videos, key=lambda video: (-videos[video], video))
        shown = [video for video in best if self._platform.shown[video]][:VIDEOS]
        countries = [(name, people) for people, name in told if name != WORLD][:COUNTRIES]
        return _Evidence(
            videos, majority(makers), self._platform.videos.ids(np.array(shown, dtype=np.int64)), countries
        )

    def _of(self, entity: int) -> tuple[npt.NDArray[np.integer], ...]:
        """(times, users, videos) of who came to ``entity``, by time."""
        facts = self._hours.facts
        rows, video = reached(*self._lists, entity, facts.start, facts.at, facts.how, self._hours.since)
        at, user = facts.at[rows], facts.user[rows]
        order = np.lexsort((video, user, at))
        return at[order], user[order], video[order]


@dataclass(frozen=True, slots=True)
class _Evidence:
    brought: dict[int, int]
    """Video → people."""
    creator: int | None
    videos: list[str]
    countries: list[tuple[str, int]]


def find_trends(
    platform: Platform, kind: str, found: Arrivals, hours: Hours, skip: set[str], params: TrendParams, limit: int
) -> list[Trend]:
    """Trends of one kind, worldwide, in each country and in each language, for each stored window.

    ``skip``: names that are never listed; they count in what is usual for the kind all the same.
    """
    names = platform.videos.ids() if kind == "video" else platform.kinds[kind].entities.ids()
    barred = np.array([name in skip for name in names], dtype=np.bool_)
    carriers = Carriers(platform, kind, hours)
    rows: list[Trend] = []
    for country, language, inside in _places(hours):
        if not inside[found.cell].any():
            continue
        busy, series = users_per_hour(found, len(names), hours.since, hours.until, inside, params.floor)
        if not busy.size:
            continue
        # What was before the first event of the kind is no quiet past but no past at all.
        first = int(series.indices.min())
        series = series[:, min(first, series.shape[1] - 2) :]
        windows = [window for window in TREND_HOURS if window < series.shape[1]]
        for window, result in zip(windows, trends_of_windows(series, windows, params), strict=True):
            least = admits(busy.size, window, params)
            order = np.lexsort((busy, -result.score))
            order = order[(result.score[order] >= least) & (result.score[order] > 0.0) & ~barred[busy[order]]]
            order = order[: limit * DEEPER]
            listed = (kind, country, language, window)
            rows.extend(_listed(listed, names, busy, series, result, order, carriers, hours, limit))
    return rows


def _places(hours: Hours) -> Iterator[tuple[str, str, npt.NDArray[np.bool_]]]:
    """(country, language, its cells) of the world, each country and each language."""
    yield WORLD, EVERY, np.ones(len(hours.cells), dtype=np.bool_)
    for country in sorted({one for one, _ in hours.cells} - {WORLD}):
        yield country, EVERY, np.array([one == country for one, _ in hours.cells], dtype=np.bool_)
    for language in sorted({one for _, one in hours.cells} - {EVERY}):
        yield WORLD, language, np.array([one == language for _, one in hours.cells], dtype=np.bool_)


def _listed(
    place_of: tuple[str, str, str, int],
    names: list[str],
    busy: npt.NDArray[np.int32],
    series: "sparse.csr_matrix",
    found: Trends,
    order: npt.NDArray[np.int64],
    carriers: Carriers,
    hours: Hours,
    limit: int,
) -> Iterator[Trend]:
    """Entries of one list of (kind, country, language, window); ``order``: rows of ``series``, best first."""
    kind, columns = place_of[0], series.shape[1]
    candidates, evidence, since = [], [], []
    for place in order.tolist():
        at = hours.until - (columns - int(found.since[place])) * HOUR_MS
        told = carriers.since(int(busy[place]), at)
        candidates.append(Candidate(names[busy[place]], told.brought, None if kind == "creator" else told.creator))
        evidence.append(told)
        since.append(at)
    for rank, (head, members) in enumerate(heads(candidates, kind == "hashtag", limit), start=1):
        place, told = int(order[head]), evidence[head]
        yield Trend(
            *place_of,
            rank=rank,
            entity=candidates[head].name,
            score=float(found.score[place]),
            observed=int(found.observed[place]),
            expected=float(found.expected[place]),
            factor=float(found.factor[place]),
            since=since[head],
            series=series[place, -SERIES_HOURS:].toarray()[0].astype(np.int64).tolist(),
            also=[candidates[member].name for member in members],
            videos=told.videos,
            countries=[name for name, _ in told.countries],
            people=[people for _, people in told.countries],
        )
