"""The version of everything that analyses, known without loading it: what was found by another is found again."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from contentgraph.content import facts
from contentgraph.graph import imagery

OF_TEXT = frozenset({"textBy", "languageBy"})
"""Those of a caption; all others are of a media file."""


def versions(embedding: Path | None = None, reader: Path | None = None) -> dict[str, str]:
    """By the names under which they are stored; ``embedding`` and ``reader``: other models (ONNX) by path."""
    return {
        "textBy": facts.TEXT,
        "languageBy": f"lingua-{version('lingua-language-detector')}",
        "decodedBy": facts.DECODER,
        "frameHashesBy": facts.IMAGE,
        "embeddingBy": imagery.VERSION if embedding is None else f"onnx-{_print(embedding)}",
        "screenTextBy": f"rapidocr-{version('rapidocr')}" + (f"+onnx-{_print(reader)}" if reader else ""),
        "ratingBy": f"nudenet-{version('nudenet')}",
        "soundBy": facts.SOUND,
    }


def _print(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()[:12]
