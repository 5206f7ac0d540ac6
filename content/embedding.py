"""Embeddings of a video by any ONNX image model, by path; without one, `contentgraph.graph.imagery` needs no model."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError
from contentgraph.graph import imagery

Picture = npt.NDArray[np.uint8]

FRAMES = 8
"""Frames that a model looks at."""
MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
SPREAD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
"""Of ImageNet's pixels, as image models expect them."""
LARGEST = 2_048
"""Numbers of an embedding at most: what a vector index takes."""


class Embedder:
    """The mean of what a model says of frames, of length 1.

    Raises:
        UsageError: the model cannot be opened, or takes something other than one RGB picture.
    """

    def __init__(self, model: Path | None = None) -> None:
        self._session = None
        if model is None:
            return
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 -- onnxruntime's errors have no common name
            raise UsageError(f"{model} cannot be opened as an ONNX model ({str(error)[:200]})") from None
        shape = session.get_inputs()[0].shape
        if len(shape) != 4 or shape[1] not in (3, "3"):
            raise UsageError(f"{model} takes {shape}; give a model of one picture as [batch, 3, height, width]")
        self._session, self._input = session, session.get_inputs()[0].name
        self._side = tuple(side if isinstance(side, int) and side > 0 else 224 for side in shape[2:])

    def embed(self, frames: list[Picture]) -> list[float]:
        """Of RGB frames; at least one."""
        picked = [frames[place] for place in np.unique(np.linspace(0, len(frames) - 1, 2 * FRAMES).astype(int))]
        if self._session is None:
            drawn = np.stack([_drawn(frame, imagery.SIDE, imagery.SIDE) for frame in picked]).astype(np.float32)
            return [round(value, 6) for value in imagery.embedding(drawn).tolist()]
        told = []
        for frame in picked[::2]:
            picture = (_drawn(frame, *self._side).astype(np.float32) / 255.0 - MEAN) / SPREAD
            (out, *_) = self._session.run(None, {self._input: picture.transpose(2, 0, 1)[None]})
            told.append(np.asarray(out, dtype=np.float64).ravel()[:LARGEST])
        mean = np.mean(told, axis=0)
        length = float(np.linalg.norm(mean))
        return [round(value, 6) for value in (mean / length if length > 0.0 else mean).tolist()]


def _drawn(frame: Picture, height: int, width: int) -> Picture:
    import cv2

    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
