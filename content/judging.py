"""A proposed rating by what frames show. It only makes stricter, and a person can overrule it.

The model (NudeNet) marks regions. Its marks of faces are thrown away at once: nobody is recognised, nothing of a face
is stored. Only the greatest score of each group of classes is used.
"""

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

FRAMES = 2
"""Frames that are judged, those that differ most."""
ADULT = frozenset({"FEMALE_GENITALIA_EXPOSED", "MALE_GENITALIA_EXPOSED", "ANUS_EXPOSED", "FEMALE_BREAST_EXPOSED"})
TEEN = frozenset({"BUTTOCKS_EXPOSED", "FEMALE_GENITALIA_COVERED", "ANUS_COVERED"})
SURE = 0.5
"""Score from which on a mark counts."""


class Judge:
    """Proposes ratings."""

    def __init__(self) -> None:
        import onnxruntime
        from nudenet import NudeDetector

        self._detector = NudeDetector()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        path = self._detector.onnx_session._model_path
        self._detector.onnx_session = onnxruntime.InferenceSession(
            path, sess_options=options, providers=["CPUExecutionProvider"]
        )

    def propose(self, frames: list[Picture]) -> tuple[str, float] | None:
        """(``adult`` or ``teen``, confidence) where frames show it; None: nothing to propose."""
        marks = [
            (mark["class"], float(mark["score"]))
            for frame in frames
            for mark in self._detector.detect(np.ascontiguousarray(frame[..., ::-1]))
        ]
        for rating, classes in (("adult", ADULT), ("teen", TEEN)):
            sure = max((score for name, score in marks if name in classes), default=0.0)
            if sure >= SURE:
                return rating, round(sure, 4)
        return None
