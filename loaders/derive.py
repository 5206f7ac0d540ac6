"""What a night derives from the platform, phase by phase: arrays in, arrays out, by the pure engine."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured, featured
from contentgraph.graph.generic import generic_tags
from contentgraph.graph.interactions import Interactions
from contentgraph.graph.model import Model, ModelParams
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED, PointScale, points_of_bits
from contentgraph.graph.pulse import HOUR_MS, Facts, Pulses, pulses, users_per_hour
from contentgraph.graph.scores import VideoScores, baseline_cells, video_scores
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.trends import TrendParams, Trends, trends
from contentgraph.loaders.readback import FACT_BITS, Belonging, Platform

Floats = npt.NDArray[np.float64]

KEPT_DAYS = 35
"""Pulses are kept this long."""
PULSE_KINDS = ("challenge", "hashtag", "sound")
TREND_HOURS = (1, 6, 24, 72, 168, 720)
"""Windows for which trends are stored."""
SERIES_HOURS = 48
"""Length of an entry's series, hours."""
WORLD = "ZZ"


@dataclass(frozen=True, slots=True)
class NightParams:
    """Everything a night can be told; pinned parameters give equal nights."""

    k: int = 50
    """SIMILAR edges a video."""
    featured: int = 10
    """FEATURED edges an entity."""
    trends: int = 50
    """Trends kept a kind, country and window."""
    model: ModelParams = field(default_factory=ModelParams)
    """What a night tunes, unless it is pinned."""
    trend: TrendParams = field(default_factory=TrendParams)


@dataclass(frozen=True, slots=True)
class Scored:
    """What is derived of each video; arrays of one entry a video."""

    scores: VideoScores
    freshness: Floats
    lift: Floats
    prior: Floats
    travel: Floats
    worth: Floats
    taste: Floats
    """[videos × dims] place among tastes; no column where nothing tells of taste."""

    def table(self) -> Floats:
        """[videos × 9] in the order of ``Platform.stored``."""
        found = self.scores
        columns = (
            found.score, found.viewers, found.posterior_mean, found.posterior_sd, self.freshness, self.lift, self.prior,
            self.travel, self.worth,
        )  # fmt: skip
        return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def interactions(platform: Platform, scale: PointScale) -> Interactions:
    """What the model learns from: pairs that brought points and were not hidden lead on, to videos that are shown."""
    pairs = platform.engagements
    points = points_of_bits(scale, pairs.bits)
    return Interactions(
        pairs=Pairs(pairs.user, pairs.video, len(platform.users), len(platform.videos), points, pairs.last_at),
        leads=(points > 0.0) & ~pairs.hidden & platform.shown[pairs.video],
        counted=~pairs.own,
        hidden=pairs.hidden,
        catalogue=platform.catalogue,
    )


def score(platform: Platform, known: Interactions, model: Model, scale: PointScale) -> Scored:
    """Scores and rates of each video beside what the model says of it."""
    found = video_scores(
        known.pairs.video,
        known.pairs.gains,
        platform.engagements.bits,
        videos=len(platform.videos),
        counted=known.counted,
        cell=baseline_cells(platform.duration_ms, platform.video_language),
        highest=scale.highest,
    )
    value = model.value
    return Scored(found, model.goods.short, model.lift, model.prior, value.travel, value.worth, value.place)


def find_generic(platform: Platform, found: Similar) -> list[str]:
    """Names of the hashtags that say nothing; those that mark a challenge say so much."""
    tags = platform.kinds["hashtag"]
    author = np.full(len(platform.videos), -1, dtype=np.int64)
    creators = platform.kinds["creator"]
    author[creators.video] = creators.entity
    _, language = np.unique(np.array(platform.video_language, dtype=np.str_), return_inverse=True)
    evidence = generic_tags(
        tags.entity,
        tags.video,
        found,
        tags=len(tags.entities),
        videos=len(platform.videos),
        stratum=language.astype(np.int64),
        creator=author,
    )
    return sorted(set(tags.entities.ids(np.flatnonzero(evidence.generic))) - platform.marks)


def feature(platform: Platform, kind: str, scored: Scored, generic: list[str], n: int) -> Featured:
    """The best shown videos of each entity of a kind; generic hashtags feature none."""
    belonging = platform.kinds[kind]
    kept = platform.shown[belonging.video]
    if kind == "hashtag" and generic:
        silent = np.zeros(len(belonging.entities), dtype=np.bool_)
        silent[belonging.entities.index(generic)] = True
        kept &= ~silent[belonging.entity]
    if kind != "creator":
        # What a single video carries leads nowhere else; a creator's single video is what her followers wait for.
        kept &= np.bincount(belonging.entity[kept], minlength=len(belonging.entities))[belonging.entity] > 1
    entity, video = belonging.entity[kept], belonging.video[kept]
    return featured(entity, video, scored.prior[video], n)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours a night looks at, and the (country, language) cells of people and videos."""

    since: int
    """Epoch ms, inclusive."""
    until: int
    """Epoch ms, exclusive: the end of the hour of ``now``."""
    cells: list[tuple[str, str]]
    user_cell: npt.NDArray[np.int32]
    video_cell: npt.NDArray[np.int32]
    facts: Facts = field(repr=False)


def hours_of(platform: Platform, scale: PointScale, now: int) -> Hours:
    """The last 35 days up to the end of the hour of ``now``."""
    until = (now // HOUR_MS + 1) * HOUR_MS
    pairs = platform.engagements
    weights = {
        COMPLETED: scale.completion, REWATCHED: scale.rewatch, SHARED: scale.share, COMMENTED: scale.comment,
        LIKED: scale.like,
    }  # fmt: skip
    at, points, rows = [pairs.first_at], [np.zeros(pairs.user.size)], [np.arange(pairs.user.size)]
    for column, bit in FACT_BITS.items():
        happened = np.flatnonzero(pairs.at[column] >= 0)
        at.append(pairs.at[column][happened])
        points.append(np.full(happened.size, weights[bit]))
        rows.append(happened)
    row = np.concatenate(rows)
    # Events of the last minutes before a slow clock caught up are booked to the hour of now.
    moment = np.minimum(np.concatenate(at), until - 1)
    first = np.zeros(row.size, dtype=np.bool_)
    first[: pairs.user.size] = True
    kept = ~pairs.own[row]
    people = list(zip(platform.user_country, platform.user_language, strict=True))
    places = list(zip(platform.video_country, platform.video_language, strict=True))
    cells = sorted({*people, *places}) or [(WORLD, "und")]
    number = {cell: index for index, cell in enumerate(cells)}
    return Hours(
        since=until - KEPT_DAYS * 24 * HOUR_MS,
        until=until,
        cells=cells,
        user_cell=np.array([number[cell] for cell in people], dtype=np.int32),
        video_cell=np.array([number[cell] for cell in places], dtype=np.int32),
        facts=Facts(
            pairs.user[row][kept], pairs.video[row][kept], moment[kept], np.concatenate(points)[kept], first[kept]
        ),
    )


def find_pulses(platform: Platform, kind: str, hours: Hours) -> Pulses:
    """Pulses of one kind of entity; for "video" the series of each video by itself, which is not stored."""
    belonging = video_belonging(platform) if kind == "video" else platform.kinds[kind]
    return pulses(
        hours.facts,
        entity=belonging.entity,
        entity_video=belonging.video,
        entities=len(belonging.entities),
        videos=len(platform.videos),
        user_cell=hours.user_cell,
        video_cell=hours.video_cell,
        created_at=platform.created_at,
        cells=len(hours.cells),
        since=hours.since,
        until=hours.until,
        min_videos=1 if kind == "video" else 2,
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """One stored trend."""

    kind: str
    country: str
    hours: int
    rank: int
    entity: str
    score: float
    observed: int
    expected: float
    factor: float
    since: int
    series: list[int]
    """Distinct people an hour over the last 48 hours, the hour of ``now`` last."""


def find_trends(
    kind: str, entities: list[str], found: Pulses, hours: Hours, skip: set[str], params: NightParams
) -> list[Trend]:
    """Trends of one kind, worldwide and in each country, for each stored window."""
    rows: list[Trend] = []
    countries = sorted({country for country, _ in hours.cells} - {WORLD})
    for country in [WORLD, *countries]:
        inside = np.array([country in (WORLD, own) for own, _ in hours.cells], dtype=np.bool_)
        if not inside[found.cell].any():
            continue
        busy, series = users_per_hour(found, len(entities), hours.since, hours.until, inside, params.trend.floor)
        told = np.array([entities[index] not in skip for index in busy.tolist()], dtype=np.bool_)
        busy, series = busy[told], series[told]
        if not busy.size:
            continue
        # What was before the first event of the kind is no quiet past but no past at all.
        first = int(np.flatnonzero(series.sum(axis=0))[0])
        series = series[:, min(first, series.shape[1] - 2) :]
        for window in TREND_HOURS:
            if window < series.shape[1]:
                result = trends(series, window, params.trend)
                rows.extend(_best(kind, country, window, entities, busy, series, result, hours, params))
    return rows


def _best(
    kind: str,
    country: str,
    window: int,
    entities: list[str],
    busy: npt.NDArray[np.int32],
    series: Floats,
    found: Trends,
    hours: Hours,
    params: NightParams,
) -> list[Trend]:
    order = np.lexsort((busy, -found.score))[: params.trends]
    columns = series.shape[1]
    return [
        Trend(
            kind=kind,
            country=country,
            hours=window,
            rank=rank,
            entity=entities[busy[place]],
            score=float(found.score[place]),
            observed=int(found.observed[place]),
            expected=float(found.expected[place]),
            factor=float(found.factor[place]),
            since=hours.until - (columns - int(found.since[place])) * HOUR_MS,
            series=series[place, -SERIES_HOURS:].astype(np.int64).tolist(),
        )
        for rank, place in enumerate(order.tolist(), start=1)
        if found.score[place] > 0.0
    ]


def video_belonging(platform: Platform) -> Belonging:
    """Each shown video as an entity of its own."""
    shown = np.flatnonzero(platform.shown).astype(np.int32)
    return Belonging(platform.videos, shown, shown)
