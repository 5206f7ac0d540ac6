"""What a night derives from the platform, phase by phase: arrays in, arrays out, by the pure engine."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contentgraph.graph.featured import Featured, featured
from contentgraph.graph.generic import generic_tags
from contentgraph.graph.lift import LiftParams, lift, video_freshness
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED, PointScale, points_of_bits
from contentgraph.graph.pulse import HOUR_MS, Facts, Pulses, pulses, users_per_hour
from contentgraph.graph.scores import VideoScores, video_scores
from contentgraph.graph.similarity import Pairs, Similar, SimilarityParams, similar
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
    similarity: SimilarityParams = field(default_factory=SimilarityParams)
    lift: LiftParams = field(default_factory=LiftParams)
    trend: TrendParams = field(default_factory=TrendParams)


@dataclass(frozen=True, slots=True)
class Scored:
    """What is derived of each video; arrays of one entry a video."""

    scores: VideoScores
    freshness: Floats
    lift: Floats
    prior: Floats

    def table(self) -> Floats:
        """[videos × 7] in the order of ``Platform.stored``."""
        found = self.scores
        columns = (
            found.score, found.viewers, found.posterior_mean, found.posterior_sd, self.freshness, self.lift, self.prior,
        )  # fmt: skip
        return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def score(platform: Platform, scale: PointScale, now: int, params: NightParams) -> Scored:
    """Scores, rates and lifts; the baseline cell of a video is its duration bucket and language."""
    pairs = platform.engagements
    found = video_scores(
        pairs.video,
        points_of_bits(scale, pairs.bits),
        pairs.bits,
        videos=len(platform.videos),
        counted=~pairs.own,
        cell=_cells(platform),
        highest=scale.highest,
    )
    fresh = video_freshness(
        pairs.video, pairs.last_at, platform.created_at, now=now, half_life_hours=params.lift.half_life_hours
    )
    lifts = lift(found.posterior_mean, found.prior_mean, fresh, params.lift)
    top = float(lifts[platform.shown].max()) if platform.shown.any() else 1.0
    return Scored(found, fresh, lifts, np.where(platform.shown, lifts / top, 0.0))


def _cells(platform: Platform) -> npt.NDArray[np.int64]:
    """Duration bucket (unknown, then 7 s, 15 s, 30 s, 60 s, 180 s, beyond) × language, numbered from 0."""
    bucket = np.where(
        platform.duration_ms < 0, 0, 1 + np.searchsorted([7e3, 15e3, 30e3, 60e3, 180e3], platform.duration_ms, "right")
    )
    _, language = np.unique(np.array(platform.video_language, dtype=np.str_), return_inverse=True)
    _, cell = np.unique(language.astype(np.int64) * 10 + bucket, return_inverse=True)
    return cell.astype(np.int64)


def find_similar(platform: Platform, scale: PointScale, now: int, params: NightParams) -> Similar:
    """SIMILAR edges from pairs that brought points and were not hidden, between videos that are shown."""
    pairs = platform.engagements
    points = points_of_bits(scale, pairs.bits)
    told = (points > 0.0) & ~pairs.hidden & platform.shown[pairs.video]
    return similar(
        Pairs(
            user=pairs.user[told],
            video=pairs.video[told],
            users=len(platform.users),
            videos=len(platform.videos),
            points=points[told],
            at=pairs.last_at[told],
        ),
        params.similarity,
        params.k,
        now=now,
    )


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
