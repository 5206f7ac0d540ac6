"""Made media: videos of moving shapes, words and tones, and copies of them as people make copies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.uint8]
"""[frames × height × width × 3] RGB"""
RATE = 22_050


def clip(seed: int, *, seconds: float = 6.0, width: int = 216, height: int = 384, fps: int = 12) -> Frames:
    """A scene that changes twice: a ground of its own, shapes on their ways, a few words."""
    rng = np.random.default_rng(seed)
    frames = []
    scenes = 3
    each = int(seconds * fps) // scenes
    for _ in range(scenes):
        ground = cv2.resize(
            rng.integers(0, 256, (int(rng.integers(3, 9)), int(rng.integers(3, 7)), 3), dtype=np.uint8),
            (width, height), interpolation=cv2.INTER_CUBIC,
        )  # fmt: skip
        shapes = [
            (rng.uniform(0, 1, 2), rng.uniform(-0.4, 0.4, 2), rng.uniform(0.06, 0.25), rng.integers(0, 256, 3), k % 2)
            for k in range(int(rng.integers(2, 6)))
        ]
        word = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVWXYZ"), 7))
        at = (int(rng.uniform(0.05, 0.3) * width), int(rng.uniform(0.2, 0.9) * height))
        for number in range(each):
            frame = ground.copy()
            for start, way, size, colour, square in shapes:
                x, y = (start + way * number / fps) % 1.0 * (width, height)
                told = tuple(int(value) for value in colour)
                half = int(size * width)
                if square:
                    cv2.rectangle(frame, (int(x) - half, int(y) - half), (int(x) + half, int(y) + half), told, -1)
                else:
                    cv2.circle(frame, (int(x), int(y)), half, told, -1)
            cv2.putText(frame, word, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255, 255, 255), 2, cv2.LINE_AA)
            frames.append(frame)
    return np.stack(frames)


def tune(seed: int, seconds: float = 6.0) -> npt.NDArray[np.float32]:
    """Mono: notes of two voices, two to five a second."""
    rng = np.random.default_rng(seed + 10_000)
    pace = rng.uniform(0.2, 0.5)
    found = np.zeros(int(seconds * RATE), dtype=np.float32)
    for _ in range(2):
        for start in np.arange(0.0, seconds, pace):
            note = 220.0 * 2.0 ** (rng.integers(0, 36) / 12.0)
            at = np.arange(int(pace * RATE)) / RATE
            wave = sum(np.sin(2 * np.pi * note * h * at) / h for h in (1, 2, 3)) * np.exp(-3.0 * at / pace)
            first = int(start * RATE)
            found[first : first + wave.size] += 0.2 * wave[: found.size - first]
    return found


def save(
    path: Path, frames: Frames, sound: npt.NDArray[np.float32] | None = None, *, fps: float = 12, crf: int = 26,
    codec: str = "libx264", rate: int = RATE,
) -> Path:  # fmt: skip
    """Encode; sides are made even."""
    height, width = frames.shape[1] // 2 * 2, frames.shape[2] // 2 * 2
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(codec, rate=round(fps))
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        if codec == "libx264":
            video.options = {"preset": "ultrafast", "crf": str(crf)}
        audio: Any = None if sound is None else out.add_stream("aac", rate=rate)
        for frame in frames:
            for packet in video.encode(av.VideoFrame.from_ndarray(frame[:height, :width], format="rgb24")):
                out.mux(packet)
        for packet in video.encode():
            out.mux(packet)
        if audio is not None and sound is not None:
            for start in range(0, sound.size, 1024):
                piece = av.AudioFrame.from_ndarray(
                    sound[None, start : start + 1024].copy(), format="fltp", layout="mono"
                )
                piece.sample_rate, piece.pts = rate, start
                for packet in audio.encode(piece):
                    out.mux(packet)
            for packet in audio.encode():
                out.mux(packet)
    return path


def _crop(frames: Frames, top: float, bottom: float, left: float, right: float) -> Frames:
    height, width = frames.shape[1:3]
    return frames[:, int(top * height) : int((1 - bottom) * height), int(left * width) : int((1 - right) * width)]


def _scale(frames: Frames, factor: float) -> Frames:
    height, width = frames.shape[1:3]
    size = int(width * factor), int(height * factor)
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames])


def _border(frames: Frames, share: float, colour: int) -> Frames:
    high, wide = int(frames.shape[1] * share), int(frames.shape[2] * share)
    return np.pad(frames, ((0, 0), (high, high), (wide, wide), (0, 0)), constant_values=colour)


def _mark(frames: Frames) -> Frames:
    marked = frames.copy()
    for frame in marked:
        cv2.putText(frame, "@somebody", (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 2)
    return marked


def _speed(frames: Frames, factor: float) -> Frames:
    at = np.arange(0, len(frames), factor).astype(int)
    found: Frames = frames[at]
    return found


Copy = tuple[Callable[[Frames], Frames], dict[str, Any]]
COPIES: dict[str, Copy] = {
    "re-encode": (lambda frames: frames, {"crf": 36}),
    "scale down": (lambda frames: _scale(frames, 0.5), {}),
    "scale up": (lambda frames: _scale(frames, 1.5), {}),
    "mirror": (lambda frames: frames[:, :, ::-1].copy(), {}),
    "crop middle": (lambda frames: _crop(frames, 0.08, 0.08, 0.08, 0.08), {}),
    "crop top": (lambda frames: _crop(frames, 0.15, 0.0, 0.0, 0.0), {}),
    "border": (lambda frames: _border(frames, 0.12, 0), {}),
    "white border": (lambda frames: _border(frames, 0.08, 255), {}),
    "watermark": (_mark, {}),
    "5 % faster": (lambda frames: _speed(frames, 1.05), {}),
    "5 % slower": (lambda frames: _speed(frames, 0.95), {}),
    "mirror, crop, re-encode": (lambda frames: _crop(frames[:, :, ::-1].copy(), 0.06, 0.06, 0.06, 0.06), {"crf": 34}),
}
"""Way of copying → what it does to frames, and how they are encoded."""
SPEEDS = {"5 % faster": 1.05, "5 % slower": 0.95}


def faster(sound: npt.NDArray[np.float32], factor: float) -> npt.NDArray[np.float32]:
    """Played faster, higher with it."""
    at = np.arange(0.0, sound.size - 1, factor)
    found: npt.NDArray[np.float32] = np.interp(at, np.arange(sound.size), sound).astype(np.float32)
    return found
