"""What a night derives from the platform, phase by phase: arrays in, arrays out, by the pure engine."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from contentgraph.cypher.installation import DEFAULT_SETTINGS
from contentgraph.graph.edges import Similar
from contentgraph.graph.featured import Featured, featured
from contentgraph.graph.generic import generic_tags
from contentgraph.graph.interactions import Interactions
from contentgraph.graph.model import Model, ModelParams
from contentgraph.graph.points import SKIPPED, PointScale, points_of_bits
from contentgraph.graph.scores import VideoScores, baseline_cells, video_scores
from contentgraph.graph.similarity import Pairs
from contentgraph.graph.trends import TrendParams
from contentgraph.loaders.readback import Belonging, Platform, authors

Floats = npt.NDArray[np.float64]


TOLERANCE = 0.02
"""Feeds rank by derived numbers, and every night moves all of them a little, as ages grow and means shift: what moved
relatively less is no change where writing all of it would take long."""
EDGES = 0.05
"""The same for the weight of a SIMILAR edge: it leaves Recall@20 as it is (decision 0016)."""


@dataclass(frozen=True, slots=True)
class NightParams:
    """Everything a night can be told; pinned parameters give equal nights."""

    k: int = int(DEFAULT_SETTINGS["neighbours"])
    """SIMILAR edges a video."""
    featured: int = 10
    """FEATURED edges an entity."""
    trends: int = 50
    """Trends kept a kind, place and window."""
    model: ModelParams = field(default_factory=ModelParams)
    """What a night tunes, unless it is pinned."""
    trend: TrendParams = field(default_factory=TrendParams)
    tolerance: float = TOLERANCE
    """Relative change of a derived number that is left unwritten where much would be written; 0: all is written."""
    edges: float = EDGES
    """The same of the weight of a SIMILAR edge."""


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
        skipped=pairs.bits & SKIPPED > 0,
        catalogue=platform.catalogue,
        folded=platform.folded.totals(scale, len(platform.videos)) if platform.folded.video.size else None,
    )


def score(platform: Platform, known: Interactions, model: Model, scale: PointScale) -> Scored:
    """Scores and rates of each video beside what the model says of it."""
    video, points, bits, counted = known.pairs.video, known.pairs.gains, platform.engagements.bits, known.counted
    people = None
    if (folded := platform.folded).video.size:
        video = np.concatenate((video, folded.video))
        points = np.concatenate((points, points_of_bits(scale, folded.bits)))
        people = np.concatenate((np.ones(bits.size, dtype=np.int64), folded.people))
        bits = np.concatenate((bits, folded.bits.astype(np.uint8)))
        counted = np.concatenate((counted, np.ones(folded.video.size, dtype=np.bool_)))
    found = video_scores(
        video,
        points,
        bits,
        videos=len(platform.videos),
        counted=counted,
        cell=baseline_cells(platform.duration_ms, platform.video_language),
        highest=scale.highest,
        people=people,
    )
    value = model.value
    return Scored(found, model.goods.short, model.lift, model.prior, value.travel, value.worth, value.place)


def find_generic(platform: Platform, found: Similar) -> list[str]:
    """Names of the hashtags that say nothing; one that marks a challenge says so much, unless it is on everything."""
    tags = platform.kinds["hashtag"]
    marking = {name for _, name in platform.marks}
    exempt = np.array([name in marking for name in tags.entities.ids()], dtype=np.bool_)
    return sorted(tags.entities.ids(np.flatnonzero(says_nothing(platform, tags, found, exempt))))


def find_overrun(platform: Platform, found: Similar, generic: list[str]) -> list[str]:
    """Challenges that a ``generic`` hashtag marks and that are on everything by it: they are in no list of trends.

    From the next night on such a hashtag marks nothing, and the challenge's other videos may trend.
    """
    silent = set(generic)
    marked = {challenge for challenge, name in platform.marks if name in silent}
    if not marked:
        return []
    challenges = platform.kinds["challenge"]
    exempt = np.ones(len(challenges.entities), dtype=np.bool_)
    vague = challenges.entities.ids(np.flatnonzero(says_nothing(platform, challenges, found, exempt)))
    return sorted(marked & set(vague))


def says_nothing(
    platform: Platform, belonging: Belonging, found: Similar, exempt: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.bool_]:
    """[entities] whether an entity says nothing of its videos, by `contentgraph.graph.generic`."""
    _, language = np.unique(np.array(platform.video_language, dtype=np.str_), return_inverse=True)
    return generic_tags(
        belonging.entity,
        belonging.video,
        found,
        tags=len(belonging.entities),
        videos=len(platform.videos),
        stratum=language.astype(np.int64),
        creator=authors(platform),
        exempt=exempt,
    ).generic


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
