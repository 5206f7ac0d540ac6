"""Tags that say nothing: found among topical tags of the same size, in any language."""

from dataclasses import dataclass

import numpy as np
import pytest

from contentgraph.graph.edges import Similar, similar
from contentgraph.graph.generic import generic_tags
from contentgraph.graph.similarity import Pairs

TOPICS = 10
LANGUAGES = 3


@dataclass
class World:
    """Videos with a topic and a language; users who like two topics of their language."""

    tag: np.ndarray
    video: np.ndarray
    similar: Similar
    language: np.ndarray
    author: np.ndarray
    generic: np.ndarray
    tags: int


def world(seed: int, videos: int = 3000, users: int = 4000, noise: float = 0.3) -> World:
    """Per language: a topical tag a topic (on 40 % of its videos), and 3 strewn tags: as large, 5 times and on half."""
    rng = np.random.default_rng(seed)
    topic, language = rng.integers(0, TOPICS, videos), rng.integers(0, LANGUAGES, videos)
    tags = [
        np.flatnonzero((topic == t) & (language == spoken) & (rng.random(videos) < 0.4))
        for spoken in range(LANGUAGES)
        for t in range(TOPICS)
    ]
    for spoken in range(LANGUAGES):
        tags += [np.flatnonzero((language == spoken) & (rng.random(videos) < share)) for share in (0.04, 0.2, 0.5)]
    tags += [np.flatnonzero(rng.random(videos) < 0.4), np.array([1, 2])]
    author = rng.integers(0, videos // 5, videos)
    user = np.repeat(np.arange(users), 12)
    taste, spoken = rng.integers(0, TOPICS, (users, 2)), rng.integers(0, LANGUAGES, users)
    by_topic = {(t, s): np.flatnonzero((topic == t) & (language == s)) for t in range(TOPICS) for s in range(LANGUAGES)}
    by_language = {s: np.flatnonzero(language == s) for s in range(LANGUAGES)}
    seen = []
    for u in user.tolist():
        own = by_language[int(spoken[u])]
        if rng.random() >= noise:
            own = by_topic[int(taste[u, rng.integers(0, 2)]), int(spoken[u])]
        seen.append(int(own[rng.integers(0, own.size)]))
    key = np.unique(user.astype(np.int64) * videos + np.array(seen))
    found = similar(Pairs(key // videos, key % videos, users, videos), k=20)
    tag = np.repeat(np.arange(len(tags)), [members.size for members in tags])
    generic = np.zeros(len(tags), dtype=np.bool_)
    generic[TOPICS * LANGUAGES : -1] = True
    return World(tag, np.concatenate(tags), found, language, author, generic, len(tags))


@pytest.mark.parametrize(("seed", "noise"), [(1, 0.1), (2, 0.3), (3, 0.6)])
def test_strewn_tags_are_generic_and_topical_ones_of_the_same_size_are_not(seed: int, noise: float):
    """Clear and noisy tastes; the smallest strewn tag (40 videos) is too rare to be judged and is kept."""
    truth = world(seed, noise=noise)
    found = generic_tags(
        truth.tag,
        truth.video,
        truth.similar,
        tags=truth.tags,
        videos=3000,
        stratum=truth.language,
        creator=truth.author,
    )
    topical = np.arange(truth.tags) < TOPICS * LANGUAGES
    assert not found.generic[topical].any()
    large = truth.generic & (found.videos > 100)
    assert large.sum() == 2 * LANGUAGES + 1
    assert found.generic[large].all()
    assert not found.generic[-1], "a tag on two videos says nothing about itself"


def test_without_languages_a_tag_of_one_language_would_look_topical():
    """Why the stratum is there: the same strewn tags, judged over all languages."""
    truth = world(2)
    over_all = generic_tags(truth.tag, truth.video, truth.similar, tags=truth.tags, videos=3000)
    own = slice(TOPICS * LANGUAGES, -2)
    assert (over_all.odds_ratio[own] > 2.0).all()


def test_where_no_audience_can_judge_a_tag_on_a_tenth_of_all_videos_is_generic():
    """As in catalogues without viewers: 417 of 1,000 trending videos of 2020 carried "fyp"."""
    none = np.empty(0, dtype=np.int32)
    empty = Similar(none, none, none.astype(np.float32), none)
    tag, video = np.repeat([0, 1, 2], [417, 99, 15]), np.concatenate([np.arange(417), np.arange(99), np.arange(15)])
    found = generic_tags(tag, video, empty, tags=3, videos=1000)
    assert found.generic.tolist() == [True, False, False]
    assert np.isnan(found.odds_ratio).all()
    assert found.videos.tolist() == [417, 99, 15]


@pytest.mark.parametrize("exempt", [None, np.ones(1, dtype=np.bool_)])
def test_a_video_in_a_language_of_its_own_turns_no_tag_off(exempt: np.ndarray | None):
    """It is all of its stratum; a tag is on a tenth of a language where it is on 20 videos of it."""
    none = np.empty(0, dtype=np.int32)
    empty = Similar(none, none, none.astype(np.float32), none)

    def found(alone: int) -> bool:
        stratum = np.zeros(5_000, dtype=np.int64)
        stratum[:alone] = 1
        video = np.arange(200)
        return bool(
            generic_tags(
                np.zeros_like(video), video, empty, tags=1, videos=5_000, stratum=stratum, exempt=exempt
            ).generic[0]
        )

    assert not found(0)
    assert not found(1)
    assert not found(19)
    assert found(20)


def test_the_mark_of_a_challenge_is_not_generic_though_all_tastes_carry_it():
    """But on as large a share of a stratum as no challenge is, it says nothing all the same."""
    truth = world(1)

    def found(share: float, exempt: np.ndarray | None = None) -> np.ndarray:
        return generic_tags(
            truth.tag, truth.video, truth.similar, tags=truth.tags, videos=3000, stratum=truth.language,
            exempt=exempt, common_share=share,
        ).generic  # fmt: skip

    half, fifth = (np.arange(TOPICS * LANGUAGES + nth, truth.tags - 2, 3) for nth in (2, 1))
    every = np.ones(truth.tags, dtype=np.bool_)
    assert found(0.3)[[*half, *fifth]].all()
    assert found(0.3, every)[half].all()
    assert not found(0.3, every)[fifth].any()
    assert found(0.1, every)[fifth].all()


def test_edges_between_videos_of_one_author_do_not_make_a_tag_topical():
    """An author's habit of one strewn tag, whose fans watch all her videos, is no topic."""
    videos = 400
    author = np.arange(videos) // 20
    tag_video = np.flatnonzero(author % 2 == 0)
    rng = np.random.default_rng(5)
    row = np.repeat(np.arange(videos), 20)
    same = rng.random(row.size) < 0.8
    col = np.where(same, author[row] * 20 + rng.integers(0, 20, row.size), rng.integers(0, videos, row.size))
    kept = row != col
    edges = Similar(
        row[kept].astype(np.int32),
        col[kept].astype(np.int32),
        np.ones(kept.sum(), np.float32),
        row[kept].astype(np.int32),
    )
    tag = np.zeros(tag_video.size, dtype=np.int64)
    naive = generic_tags(tag, tag_video, edges, tags=1, videos=videos)
    assert not naive.generic[0]
    assert naive.odds_ratio[0] > 5.0
    assert generic_tags(tag, tag_video, edges, tags=1, videos=videos, creator=author).odds_ratio[0] < 1.2
