"""Hashtags that say nothing, such as ``foryou``, ``pourtoi`` or ``추천``: found by statistics, not by a list.

A topical tag gathers an audience: what is similar to its videos carries the tag more often than chance has it.
A generic one does not. Over the SIMILAR edges i → j that leave the videos of tag t (same-creator edges left out):

    o = share of the edges whose j carries t        e = mean over the edges of P(j' carries t | stratum of j)

where P is taken over the ends of all edges and the stratum is the language, so that a tag that says nothing in French
is not taken for the topic "French". o is averaged by video i, with its standard error over the videos, and the odds
ratio

    OR = o (1 - e) / ((1 - o) e)

is 1 for a tag strewn at random, whatever its size, and unbounded for a topic.

A tag is generic if it has at least ``min_videos`` videos with edges and even OR's upper bound is below the limit.
Upper bound: o + 2 standard errors, but never less than 3 edges more than were found (the rule of three), so that a
rare tag is not judged. Limit: 1.25, or a third of the median log OR over all such tags if that is more (topics gather
weakly in a noisy catalogue, strongly in a clear one). A tag that no audience can judge (too few of its videos have
edges) is generic if it is on at least ``common_share`` of all videos of a stratum, and on ``min_videos`` of them: one
video in a language that nobody else uses would be all of its stratum.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph.edges import Similar
from contentgraph.graph.scores import sums

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FLOOR_ODDS = 1.25
"""Below this odds ratio a tag is generic in any catalogue."""
MEDIAN_SHARE = 1.0 / 3.0
"""Part of the median log odds ratio below which a tag is generic."""


@dataclass(frozen=True, slots=True)
class TagEvidence:
    """The verdict and what it rests on, one entry a tag."""

    generic: BoolArray
    """The tag says nothing about what its videos are."""
    odds_ratio: FloatArray
    """OR above; nan where no edge leaves the tag's videos."""
    upper: FloatArray
    """OR at o + 2 standard errors; nan likewise."""
    videos: npt.NDArray[np.int64]
    """Number of the tag's videos, with or without edges."""


def generic_tags(
    tag: IntArray,
    video: IntArray,
    similar: Similar,
    *,
    tags: int,
    videos: int,
    stratum: IntArray | None = None,
    creator: IntArray | None = None,
    exempt: BoolArray | None = None,
    min_videos: int = 20,
    common_share: float = 0.1,
) -> TagEvidence:
    """Which hashtags are generic, by the rule of this module.

    Parameters:
        tag, video: parallel arrays, an entry a TAGGED edge, each at most once.
        stratum: index of each video's language; all one, if absent.
        creator: index of each video's author, -1 for unknown; edges between videos of one author are left out.
        exempt: tags, one bool each, that are not generic whatever the audience: the marks of challenges, which say
            something to people of all tastes. One that is on ``common_share`` of a stratum, as no challenge is, says
            nothing all the same.

    Raises:
        UsageError: arrays of different lengths, or a share outside 0 … 1.
    """
    if tag.shape != video.shape:
        raise UsageError(f"generic_tags() needs equally long arrays: tag {tag.shape}, video {video.shape}.")
    if not 0.0 < common_share <= 1.0 or min_videos < 1:
        raise UsageError(f"common_share is {common_share!r}, min_videos {min_videos!r}; give 0 … 1, and 1 or more.")
    strata = np.zeros(videos, dtype=np.int64) if stratum is None else stratum.astype(np.int64)
    count = np.bincount(tag, minlength=tags).astype(np.int64)
    start, end = _foreign(similar, creator)
    leaving = np.bincount(start, minlength=videos)
    inside, expected, judged = _by_tag(tag, video, start, end, strata, videos=videos)
    seen = np.maximum(sums(tag, judged, tags), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = sums(tag, inside, tags) / seen
        chance = sums(tag, expected, tags) / seen
        spread = np.sqrt(sums(tag, judged * (inside - observed[tag]) ** 2, tags)) / seen
        few = observed + 3.0 / np.maximum(sums(tag, leaving[video], tags), 1.0)
        odds = _odds_ratio(observed, chance)
        upper = _odds_ratio(np.maximum(observed + 2.0 * spread, few), chance)
    by_audience = (sums(tag, judged, tags) >= min_videos) & (chance > 0.0)
    odds, upper = np.where(chance > 0.0, odds, np.nan), np.where(chance > 0.0, upper, np.nan)
    usual = float(np.median(np.log(np.maximum(odds[by_audience], 1e-9)))) if by_audience.any() else 0.0
    limit = max(FLOOR_ODDS, float(np.exp(MEDIAN_SHARE * usual)))
    common = _greatest_share(tag, video, strata, tags, min_videos) >= common_share
    generic = np.where(by_audience, upper < limit, common).astype(np.bool_)
    if exempt is not None:
        generic &= common | ~exempt
    return TagEvidence(generic, odds, upper, count)


def _foreign(similar: Similar, creator: IntArray | None) -> tuple[IntArray, IntArray]:
    """Start and end of the edges between videos of different authors."""
    if creator is None:
        return similar.row, similar.col
    other = (creator[similar.row] != creator[similar.col]) | (creator[similar.row] < 0)
    return similar.row[other], similar.col[other]


def _by_tag(
    tag: IntArray, video: IntArray, start: IntArray, end: IntArray, strata: IntArray, *, videos: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each TAGGED edge (t, i): share of i's edges that end in t, the chance of it, and 1.0 if i has edges."""
    leaving = np.bincount(start, minlength=videos)
    judged = (leaving[video] > 0).astype(np.float64)
    # Ends of all edges by stratum, and those of them that carry t: P(t | stratum).
    levels = int(strata.max()) + 1 if strata.size else 1
    arriving = np.bincount(end, minlength=videos)
    ends = sums(strata, arriving, levels)
    key = tag.astype(np.int64) * levels + strata[video]
    carried, place = np.unique(key, return_inverse=True)
    share = sums(place, arriving[video], carried.size) / np.maximum(ends[carried % levels], 1.0)
    # i's edges by the stratum of their end.
    path = start.astype(np.int64) * levels + strata[end]
    routes, size = np.unique(path, return_counts=True)
    expected = np.zeros(tag.size)
    for level in range(levels):
        wanted = tag.astype(np.int64) * levels + level
        chance = _looked_up(carried, share, wanted)
        expected += chance * _looked_up(routes, size, video.astype(np.int64) * levels + level)
    expected /= np.maximum(leaving[video], 1)
    return _inside(tag, video, start, end, videos) / np.maximum(leaving[video], 1), expected, judged


def _inside(tag: IntArray, video: IntArray, start: IntArray, end: IntArray, videos: int) -> FloatArray:
    """Of each TAGGED edge (t, i): number of i's edges that end in a video of t."""
    order = np.argsort(start, kind="stable")
    end = end[order]
    first = np.searchsorted(start[order], np.arange(videos + 1))
    known = np.unique(tag.astype(np.int64) * videos + video)
    found = np.zeros(tag.size)
    block = 50_000
    for low in range(0, tag.size, block):
        part = slice(low, low + block)
        size = first[video[part] + 1] - first[video[part]]
        edge = np.repeat(np.arange(size.size), size)
        step = np.arange(edge.size) - np.repeat(np.cumsum(size) - size, size)
        key = tag[part][edge].astype(np.int64) * videos + end[first[video[part]][edge] + step]
        place = np.minimum(np.searchsorted(known, key), known.size - 1)
        found[part] = sums(edge, known[place] == key, size.size)
    return found


def _looked_up(keys: IntArray, values: npt.NDArray[np.float64] | IntArray, wanted: IntArray) -> FloatArray:
    """The value of each wanted key in ascending ``keys``; 0 where there is none."""
    if keys.size == 0:
        return np.zeros(wanted.size)
    place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[place] == wanted, values[place], 0).astype(np.float64)


def _odds_ratio(observed: FloatArray, chance: FloatArray) -> FloatArray:
    inside = np.minimum(observed, 1.0)
    return inside * (1.0 - chance) / ((1.0 - inside) * chance)


def _greatest_share(tag: IntArray, video: IntArray, strata: IntArray, tags: int, least: int) -> FloatArray:
    """The greatest share of a stratum's videos that a tag is on, of those where it is on ``least`` or more."""
    levels = int(strata.max()) + 1 if strata.size else 1
    size = np.maximum(np.bincount(strata, minlength=levels), 1)
    key, count = np.unique(tag.astype(np.int64) * levels + strata[video], return_counts=True)
    key, count = key[count >= least], count[count >= least]
    share = np.zeros(tags)
    np.maximum.at(share, key // levels, count / size[key % levels])
    return share
