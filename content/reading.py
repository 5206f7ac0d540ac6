"""Text on screen, and the language of text: models that ship inside their packages, loaded once, one thread each."""

import logging
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.graph.captions import parse_caption

Picture = npt.NDArray[np.uint8]

SIDE = 640
"""Longest side, pixels, at which lines are looked for; they are read in full size."""
FRAMES = 3
"""Frames that are read, those that differ most."""
SURE = 0.6
"""Lines read with less confidence are left out."""
LINES = 20
"""Lines kept of a video."""
LEAST = 3
"""Letters below which a text has no language."""


class ScreenReader:
    """Reads lines of text in frames: Latin, Han and Kana; ``model``: another recognition model (ONNX) by path."""

    def __init__(self, model: Path | None = None) -> None:
        from rapidocr import RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        params: dict[str, Any] = {
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.limit_side_len": SIDE,
            "Det.limit_type": "max",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        if model is not None:
            params["Rec.model_path"] = str(model)
        self._engine = RapidOCR(params=params)

    def read(self, frames: list[Picture]) -> tuple[list[str], list[float]]:
        """Different lines in some RGB frames, best confidence first, and their confidences."""
        found: dict[str, tuple[float, str]] = {}
        for frame in frames:
            told: Any = self._engine(np.ascontiguousarray(frame[..., ::-1]))
            for line, sure in zip(told.txts or (), told.scores or (), strict=True):
                key = "".join(unicodedata.normalize("NFKC", line).casefold().split())
                if sure >= SURE and key and (key not in found or found[key][0] < sure):
                    found[key] = (float(sure), line.strip())
        best = sorted(found.values(), key=lambda told: (-told[0], told[1]))[:LINES]
        return [line for _, line in best], [round(sure, 4) for sure, _ in best]


class LanguageTeller:
    """The language of a text, one of 75, by trigrams (a hundredth of the memory of the exact mode)."""

    def __init__(self) -> None:
        from lingua import LanguageDetectorBuilder

        self._detector = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

    def tell(self, text: str) -> tuple[str, float] | None:
        """(ISO 639-1 code, confidence 0 … 1) of the words of a caption, tags and mentions left out; None: unknown."""
        words = " ".join(
            word for word in parse_caption(text).text.split() if not word.startswith(("#", "@", "＃", "＠"))
        )
        if sum(map(str.isalpha, words)) < LEAST:
            return None
        best = self._detector.compute_language_confidence_values(words)[0]
        return (best.language.iso_code_639_1.name.lower(), round(best.value, 4)) if best.value > 0.0 else None
