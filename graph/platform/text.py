"""Names of the generated platform: hashtags, sounds and captions of its videos, in their languages and scripts."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.captions import normal_tag
from contentgraph.graph.platform import rates
from contentgraph.graph.platform.challenges import Challenges
from contentgraph.graph.platform.people import LANGUAGES, opaque_ids
from contentgraph.graph.platform.videos import Videos
from contentgraph.graph.platform.words import (
    CHALLENGES,
    EMOJI,
    GENERIC_TAGS,
    PHRASES,
    SONG_ENDINGS,
    SONG_FIRST,
    SONG_SECOND,
    TAG_ENDINGS,
    TOPICS,
)


@dataclass(frozen=True, slots=True)
class Sounds:
    """The sound of each video: a row a video."""

    id: list[str | None]
    """Opaque, ``s`` and ten digits; None without a sound, or where only the caption names it."""
    title: list[str | None]
    original: NDArray[np.bool_]
    in_caption: NDArray[np.bool_]
    """The caption ends in ♬ and the title, and nothing else names the sound."""


@cache
def topic_tags(topic: int) -> tuple[str, ...]:
    """All tags of a topic, most used first: its words, then word and ending."""
    words = TOPICS[topic % len(TOPICS)][2]
    made = [normal_tag(word + ending) for ending in TAG_ENDINGS for word in words if not ending or word.isascii()]
    return tuple(dict.fromkeys(made))


def make_sounds(videos: Videos, rng: np.random.Generator) -> Sounds:
    """Half of the videos bring an original sound of their own; the others share songs, which lean to a taste cell."""
    m = len(videos.ids)
    pool = max(2, round(0.5 * m))
    weight = 1 / (np.arange(pool) + 12) ** 0.85
    cell_of = rng.integers(0, int(videos.cell.max()) + 1, pool)
    song = rng.choice(pool, m, p=weight / weight.sum())
    # A second song is drawn; the one of the video's own cell is taken where only that one is.
    second = rng.choice(pool, m, p=weight / weight.sum())
    song = np.where((cell_of[song] != videos.cell) & (cell_of[second] == videos.cell), second, song)
    original = rng.random(m) < rates.ORIGINAL_SOUND_SHARE
    none = rng.random(m) < rates.NO_SOUND_SHARE
    in_caption = ~none & ~original & (rng.random(m) < 0.02)
    ids = rng.permutation(opaque_ids("s", pool + m, rng)).tolist()
    first, then, end = (rng.integers(0, len(words), pool) for words in (SONG_FIRST, SONG_SECOND, SONG_ENDINGS))
    songs = [f"{SONG_FIRST[a]} {SONG_SECOND[b]}{SONG_ENDINGS[c]}" for a, b, c in zip(first, then, end, strict=True)]
    sound: list[str | None] = []
    title: list[str | None] = []
    for v in range(m):
        if none[v]:
            sound.append(None)
            title.append(None)
        elif original[v]:
            sound.append(ids[pool + v])
            title.append(f"original sound - maker{int(videos.creator[v]) * 7919 % 99991}")
        else:
            sound.append(None if in_caption[v] else ids[song[v]])
            title.append(songs[song[v]])
    return Sounds(sound, title, original & ~none, in_caption)


def make_hashtags(videos: Videos, challenges: Challenges, rng: np.random.Generator) -> list[list[str]]:
    """Different hashtags of each video in normal form: topical, meaningless, rare, its challenge's mark."""
    m = len(videos.ids)
    share = rates.HASHTAG_COUNT / rates.HASHTAG_COUNT.sum()
    count = rng.choice(len(share), m, p=share)
    marked = rng.random(m) < 0.9
    generic = 1 / (np.arange(len(GENERIC_TAGS)) + 1.0) ** 0.8
    total = int(count.sum())
    kind = rng.random(total)
    noise = rng.choice(len(GENERIC_TAGS), total, p=generic / generic.sum())
    place = rng.random(total)
    tags: list[list[str]] = []
    slot = 0
    for v in range(m):
        cell = int(videos.cell[v])
        words = topic_tags(cell)
        # Cells that share a topic differ in which of its tags they use most.
        turn = cell // len(TOPICS) * 3
        mine: dict[str, None] = {}
        for s in range(slot, slot + int(count[v])):
            if kind[s] < rates.GENERIC_TAG_SHARE:
                mine[normal_tag(GENERIC_TAGS[noise[s]])] = None
            elif kind[s] < rates.GENERIC_TAG_SHARE + rates.RARE_TAG_SHARE:
                # Numbers are log-uniform from 1 to 5,000: some such tags are common, most occur once.
                word = words[int(place[s] * 10**6) % 8 % len(words)]
                mine[f"{word}{int(5000 ** place[s])}"] = None
            else:
                mine[words[(turn + int(len(words) ** place[s]) - 1) % len(words)]] = None
        slot += int(count[v])
        if challenges.answers[v] >= 0 and marked[v]:
            mine[challenge_tag(challenges, int(challenges.answers[v]))] = None
        tags.append(list(mine))
    return tags


def challenge_tag(challenges: Challenges, challenge: int) -> str:
    """The hashtag that marks a challenge."""
    return normal_tag(CHALLENGES[challenges.word[challenge]])


def make_captions(
    videos: Videos,
    tags: list[list[str]],
    sounds: Sounds,
    mentions: NDArray[np.int64],
    user_ids: NDArray[np.str_],
    rng: np.random.Generator,
) -> list[str]:
    """Captions: a phrase in the video's language, emoji, the hashtags, at times a mention; a few with ``##`` or ♬."""
    m = len(videos.ids)
    dice = rng.random((m, 5))
    number = rng.integers(2, 40, m)
    captions = []
    for v in range(m):
        parts = []
        if mentions[v] >= 0:
            parts.append(f"@{user_ids[mentions[v]]}")
        if dice[v, 0] < 0.85:
            phrases = PHRASES[LANGUAGES[videos.language[v]]]
            phrase = phrases[int(dice[v, 1] * len(phrases))].format(n=number[v])
            if dice[v, 2] < 0.25:
                phrase += " " + TOPICS[int(videos.cell[v]) % len(TOPICS)][1]
            elif dice[v, 2] < 0.42:
                phrase += EMOJI[int(dice[v, 3] * len(EMOJI))]
            parts.append(phrase)
        if tags[v]:
            glued = dice[v, 4] < 0.04
            parts.append("##" + "##".join(tags[v]) if glued else " ".join(f"#{tag}" for tag in tags[v]))
        caption = " ".join(parts)
        if sounds.in_caption[v]:
            caption += f"♬ {sounds.title[v]}"
        captions.append(caption)
    return captions
