"""Models by path, and the versions of what analyses."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contentgraph.errors import UsageError


def part(number: int, value: "bytes | str | int") -> bytes:
    """A field of a protocol buffer, its parts below 128 bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    told = value.encode() if isinstance(value, str) else value
    assert len(told) < 128
    return bytes([number << 3 | 2, len(told)]) + told


def shaped(name: str, *sides: int) -> bytes:
    """Numbers of this shape, as an input or an output."""
    shape = b"".join(part(1, part(1, side)) for side in sides)
    return part(1, name) + part(2, part(1, part(1, 1) + part(2, shape)))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """An ONNX model: the mean of each colour of a picture of 64 × 64."""
    node = part(1, "x") + part(2, "y") + part(4, "GlobalAveragePool")
    graph = part(1, node) + part(2, "g") + part(11, shaped("x", 1, 3, 64, 64)) + part(12, shaped("y", 1, 3, 1, 1))
    path = tmp_path / "mean.onnx"
    path.write_bytes(part(1, 8) + part(8, part(2, 13)) + part(7, graph))
    return path


def test_an_image_model_makes_the_embedding(model: Path) -> None:
    from contentgraph.content.embedding import MEAN, SPREAD, Embedder

    red = np.zeros((90, 50, 3), dtype=np.uint8)
    red[..., 0] = 255
    expected = (np.array([1.0, 0.0, 0.0]) - MEAN) / SPREAD
    told = Embedder(model).embed([red, red])
    assert told == pytest.approx((expected / np.linalg.norm(expected)).tolist(), abs=1e-5)
    (wrong := model.with_name("wrong.onnx")).write_text("no model")
    with pytest.raises(UsageError, match="cannot be opened"):
        Embedder(wrong)


def test_another_model_is_another_version(model: Path) -> None:
    from contentgraph.content.versions import OF_TEXT, versions

    plain = versions()
    assert set(plain) > OF_TEXT
    for name, told in (("embeddingBy", versions(embedding=model)), ("screenTextBy", versions(reader=model))):
        assert {one for one in plain if plain[one] != told[one]} == {name}
        before = told[name]
        model.write_bytes(model.read_bytes() + b" ")
        changed = versions(embedding=model)["embeddingBy"] if name == "embeddingBy" else versions(reader=model)[name]
        assert changed != before, "the file counts, not its name"


def test_only_what_changed_is_left_to_do() -> None:
    """Another file or version of what looks at it: all; another caption or version of what reads it: the text."""
    from contentgraph.content.facts import Task
    from contentgraph.content.job import _left, text_of
    from contentgraph.content.versions import versions

    by: dict[str, Any] = versions()
    stored: dict[str, Any] = {"signature": "s", "textOf": text_of("hi"), "screenText": ["one"], "by": by}
    task = Task("v1", "v1.mp4", "hi", "f", signature="s")
    assert _left(task, stored, by) is None
    assert _left(task, stored | {"by": by | {"soundBy": None}}, by) is None, "there is no sound in it"
    assert _left(task, stored | {"signature": "t"}, by) is task
    for name in by:
        left = _left(task, stored | {"by": by | {name: "older"}}, by)
        assert left is not None
        assert left.path == (None if name in ("textBy", "languageBy") else task.path)
    left = _left(task, stored | {"textOf": None}, by)
    assert left is not None
    assert (left.path, left.lines) == (None, ("one",))
