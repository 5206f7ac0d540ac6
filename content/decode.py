"""A media file as a few frames and a minute of sound, within bounds of time, size and length."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from contentgraph.errors import InvalidEvent
from contentgraph.graph.soundprint import RATE

LONGEST_MS = 3_600_000
"""Longer media is no short video."""
LARGEST = 4_096 * 4_320
"""Pixels of a frame; more is refused before anything is decoded."""
SMALLEST = 16
"""Pixels a side."""
STEP_S = 0.25
"""Seconds between two sampled frames …"""
FRAMES = 48
"""… of which there are at most so many, further apart in longer videos."""
LARGE_EVERY = 4
"""Of every so many one is kept large, for reading and judging."""
LARGE = 1_280
SMALL = 160
"""Longest side, pixels, of large and small frames."""
SEEK_S = 60.0
"""In longer videos the frames are sought, not met on the way."""
SOUND_S = 60
"""Seconds of sound that are heard."""
WHOLE = 0.8
"""Less of the stated length that can be decoded, and the file is cut."""
CONTAINERS = "mov,matroska,avi,mpegts,flv,gif,asf,mpeg,mpegvideo,ogg,m4v,h264,hevc,mxf,nut,dv,ivf,rm"
"""What a file may be, by FFmpeg's names: each holds its pictures itself; a playlist names other files."""
ONLY = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}

Picture = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Media:
    """What was decoded; pictures are RGB."""

    duration_ms: int
    width: int
    height: int
    frame_rate: float
    small: list[Picture] = field(default_factory=list)
    large: list[Picture] = field(default_factory=list)
    sound: npt.NDArray[np.float32] | None = None
    """Mono at `contentgraph.graph.soundprint.RATE`; None: there is none."""


def decode(path: str) -> Media:
    """Frames and sound of a file.

    Raises:
        InvalidEvent: bad_media, truncated or out_of_range, in the file's words where it has any.
    """
    try:
        # A bare name may be read as a protocol (http:…, concat:…), and so may what a file names in its turn.
        with av.open(f"file:{path}", metadata_errors="ignore", container_options=ONLY) as container:
            media, stream = _described(container)
            _frames(container, stream, media)
            media.sound = _sound(container)
    except InvalidEvent:  # a ValueError too
        raise
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise InvalidEvent("bad_media", f"no video can be read from it ({_words(error)})") from None
    return media


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).split(":")[0][:200]


def _described(container: Any) -> tuple[Media, Any]:
    """What the container says of itself, checked before a frame is decoded."""
    if not container.streams.video:
        raise InvalidEvent("bad_media", "there are no pictures in it")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise InvalidEvent("bad_media", "its pictures are of a kind that nothing here decodes")
    width, height = stream.codec_context.width, stream.codec_context.height
    if min(width, height) < SMALLEST or width * height > LARGEST:
        raise InvalidEvent(
            "out_of_range", f"frames of {width} × {height} pixels; at least {SMALLEST} a side, at most 4K"
        )
    if stream.duration is not None and stream.time_base:
        length = float(stream.duration * stream.time_base)
    else:
        length = (container.duration or 0) / av.time_base
    if length * 1000 > LONGEST_MS:
        raise InvalidEvent("out_of_range", f"it lasts {length / 3600:.1f} hours; at most {LONGEST_MS // 3_600_000}")
    return Media(round(length * 1000), width, height, float(stream.average_rate or 0)), stream


def _frames(container: Any, stream: Any, media: Media) -> None:
    context = stream.codec_context
    context.thread_count = 1
    # Frames that no other needs, and smoothing between blocks, cost half of the time and tell little.
    context.skip_frame = "BIDIR"
    context.options = {"skip_loop_filter": "all"}
    length = media.duration_ms / 1000.0
    step = max(STEP_S, length / FRAMES)
    last = 0.0
    try:
        for at, frame in _met(container, stream, length, step):
            last = max(last, at)
            if len(media.small) < FRAMES:
                number = len(media.small)
                media.small.append(_drawn(frame, SMALL))
                if number % LARGE_EVERY == 0:
                    media.large.append(_drawn(frame, LARGE))
    except av.error.FFmpegError as error:
        if not media.small:
            raise
        raise InvalidEvent("truncated", f"damaged after {last:.1f} of {length:.1f} s ({_words(error)})") from None
    if not media.small:
        raise InvalidEvent("bad_media", "not one of its frames can be decoded")
    if length and last < WHOLE * length - 2 * step:
        raise InvalidEvent("truncated", f"its pictures end at {last:.1f} of {length:.1f} s")
    if not media.duration_ms:
        media.duration_ms = round(last * 1000)


def _met(container: Any, stream: Any, length: float, step: float) -> Iterator[tuple[float, Any]]:
    """(seconds, frame) of the frames that are looked at, in the order of time."""
    begin = float((stream.start_time or 0) * stream.time_base) if stream.time_base else 0.0
    if length > SEEK_S:
        for number in range(FRAMES):
            container.seek(int((begin + number * step) / stream.time_base), stream=stream)
            frame = next(container.decode(stream), None)
            if frame is not None and frame.time is not None:
                # A file that ends early gives its last key frame again and again: its own time tells.
                yield float(frame.time) - begin, frame
        return
    wanted = 0.0
    for number, frame in enumerate(container.decode(stream)):
        rate = float(stream.average_rate or 25)
        at = float(frame.time) - begin if frame.time is not None else number / rate
        if at > LONGEST_MS / 1000:
            raise InvalidEvent("out_of_range", "it has no end; at most an hour")
        if at + 1e-6 >= wanted:
            yield at, frame
            wanted = max(wanted + step, at + step / 2)


def _drawn(frame: Any, side: int) -> Picture:
    scale = min(1.0, side / max(frame.width, frame.height))
    width, height = max(round(frame.width * scale), 8), max(round(frame.height * scale), 8)
    picture: Picture = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
    return picture


def _sound(container: Any) -> npt.NDArray[np.float32] | None:
    if not container.streams.audio:
        return None
    stream = container.streams.audio[0]
    stream.codec_context.thread_count = 1
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    parts: list[npt.NDArray[np.float32]] = []
    size = 0
    # A track that breaks off is heard up to there: whether a file is whole was decided by its pictures, read before.
    with suppress(av.error.FFmpegError):
        container.seek(0)
        for frame in container.decode(stream):
            for piece in resampler.resample(frame):
                parts.append(piece.to_ndarray().ravel().astype(np.float32))
                size += parts[-1].size
            if size >= SOUND_S * RATE:
                break
    if not size:
        return None
    # Floats may be anything, NaN and infinity too: what is no number is silence, what is too loud is cut.
    sound: npt.NDArray[np.float32] = np.clip(np.nan_to_num(np.concatenate(parts)[: SOUND_S * RATE]), -1.0, 1.0)
    return sound
