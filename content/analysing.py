"""One video from file to facts. Models are loaded once, by the first video that needs them."""

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contentgraph.content import judging, reading
from contentgraph.content.decode import LARGE_EVERY, Media, decode
from contentgraph.content.embedding import Embedder
from contentgraph.content.facts import Value
from contentgraph.content.versions import OF_TEXT, versions
from contentgraph.graph.imagery import LUMA
from contentgraph.graph.perceptual import Hashes, frame_hashes
from contentgraph.graph.perceptual import distance as apart
from contentgraph.graph.rhythm import rhythm
from contentgraph.graph.soundprint import soundprint
from contentgraph.graph.words import words_of

Picture = npt.NDArray[np.uint8]


class Analyser:
    """Everything that looks at media; ``embedding`` and ``reader``: other models (ONNX) by path."""

    def __init__(self, embedding: Path | None = None, reader: Path | None = None) -> None:
        self._models = embedding, reader
        self._by = versions(embedding, reader)

    @cached_property
    def _teller(self) -> reading.LanguageTeller:
        return reading.LanguageTeller()

    @cached_property
    def _reader(self) -> reading.ScreenReader:
        return reading.ScreenReader(self._models[1])

    @cached_property
    def _judge(self) -> judging.Judge:
        return judging.Judge()

    @cached_property
    def _embedder(self) -> Embedder:
        return Embedder(self._models[0])

    def analyse(self, path: str | None, caption: str, lines: Sequence[str] = ()) -> dict[str, Value]:
        """Facts by their names in the graph; without ``path`` of text alone, ``lines`` read on screen before among it.

        Raises:
            InvalidEvent: the file cannot be used.
        """
        found: dict[str, Value] = {}
        if path is not None:
            media = decode(path)
            found |= self._seen(media) | self._heard(media)
            lines = found["screenText"]  # type: ignore[assignment]  # lines of text
        return found | self._told(caption, lines)

    def _told(self, caption: str, lines: Sequence[str]) -> dict[str, Value]:
        """Language and words of caption and screen."""
        found: dict[str, Value] = {name: self._by[name] for name in OF_TEXT}
        language = self._teller.tell(caption) or self._teller.tell(" ".join(lines))
        if language is not None:
            found["language"], found["languageConfidence"] = language
        counts = words_of(" ".join([unicodedata.normalize("NFKC", caption), *lines]))
        found["words"], found["wordCounts"] = list(counts), list(counts.values())
        return found

    def _seen(self, media: Media) -> dict[str, Value]:
        luma = [(picture @ LUMA).astype(np.float32) for picture in media.small]
        hashes = np.array([frame_hashes(picture) for picture in luma])
        lines, sure = self._reader.read(_different(media.large, hashes, reading.FRAMES))
        found: dict[str, Value] = {
            "durationMs": media.duration_ms, "width": media.width, "height": media.height,
            "frameRate": round(media.frame_rate, 3), "hasSound": media.sound is not None,
            "scenes": _scenes(hashes[:, 0]),
            "frameHashes": np.unique(hashes, axis=0).ravel().view(np.int64).tolist(),
            "embedding": self._embedder.embed(media.small), "screenText": lines, "screenTextConfidence": sure,
            **{name: by for name, by in self._by.items() if name not in OF_TEXT | {"soundBy"}},
        }  # fmt: skip
        proposed = self._judge.propose(_different(media.large, hashes, judging.FRAMES))
        if proposed is not None:
            found["proposedRating"], found["ratingConfidence"] = proposed
        return found

    def _heard(self, media: Media) -> dict[str, Value]:
        if media.sound is None:
            return {}
        told, found = rhythm(media.sound), soundprint(media.sound)
        heard: dict[str, Value] = {"soundBy": self._by["soundBy"], "silent": told.silent}
        if told.silent:
            return heard
        heard |= {"soundprint": found.view(np.int64).tolist(), "speech": round(told.speech, 4)}
        if told.tempo is not None:
            heard |= {"tempo": round(told.tempo, 2), "tempoConfidence": round(told.tempo_confidence, 4)}
        return heard


SCENE = 20
"""Bits of 63 that two neighbouring frames differ by at a change of scene."""


def _scenes(whole: Hashes) -> int:
    return 1 + int((apart(whole[1:], whole[:-1]) >= SCENE).sum())


def _different(frames: list[Picture], hashes: Hashes, most: int) -> list[Picture]:
    """At most so many of the large frames: the first, then each time the one farthest from those taken."""
    whole = hashes[::LARGE_EVERY, 0][: len(frames)]
    taken = [0]
    while len(taken) < min(most, len(frames)):
        far = np.min([apart(whole, whole[place]) for place in taken], axis=0)
        far[taken] = 0
        best = int(np.argmax(far))
        if far[best] < 4:
            break
        taken.append(best)
    return [frames[place] for place in taken]
