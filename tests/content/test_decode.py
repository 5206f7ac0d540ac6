"""Decoding: what is sampled, and that whatever cannot be a short video is refused in bounded time."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contentgraph.errors import InvalidEvent
from contentgraph.graph.rhythm import rhythm


def reason(path: Path) -> str:
    from contentgraph.content.decode import decode

    began = time.monotonic()
    with pytest.raises(InvalidEvent) as refused:
        decode(str(path))
    assert time.monotonic() - began < 20.0
    return refused.value.reason


def test_frames_sound_and_length(media: dict[str, Path]) -> None:
    from contentgraph.content.decode import FRAMES, decode

    found = decode(str(media["one"]))
    assert (found.width, found.height) == (216, 384)
    assert found.duration_ms == pytest.approx(6_000, abs=200)
    assert 20 <= len(found.small) <= FRAMES
    assert max(found.small[0].shape) == 160
    assert found.sound is not None
    assert found.sound.size == pytest.approx(6.0 * 11_025, rel=0.05)
    assert decode(str(media["silent"])).sound is None


def cut(made: dict[str, Any], path: Path) -> None:
    whole = made["save"](path.with_suffix(".whole.mp4"), made["clip"](3, seconds=3.0)).read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])


def cut_stream(made: dict[str, Any], path: Path) -> None:
    """Its index stands in front, so only the pictures tell that it was cut."""
    import av

    whole = made["save"](path.with_suffix(".whole.mp4"), made["clip"](3, seconds=6.0))
    fast = path.with_suffix(".fast.mp4")
    with av.open(str(whole)) as source, av.open(str(fast), "w", container_options={"movflags": "faststart"}) as out:
        stream = source.streams.video[0]
        goal = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = goal
                out.mux(packet)
    told = fast.read_bytes()
    path.write_bytes(told[: len(told) // 2])


def no_frames(made: dict[str, Any], path: Path) -> None:
    import av

    with av.open(str(path), "w") as out:
        sound: Any = out.add_stream("aac", rate=22_050)
        piece = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        piece.sample_rate = 22_050
        for packet in [*sound.encode(piece), *sound.encode()]:
            out.mux(packet)


def ten_hours(made: dict[str, Any], path: Path) -> None:
    import av

    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=1)
        video.width, video.height, video.pix_fmt, video.time_base = 64, 64, "yuv420p", Fraction(1, 1)
        for at in (0, 18_000, 36_000):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), at % 255, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 1)
            for packet in video.encode(frame):
                out.mux(packet)
        for packet in video.encode():
            out.mux(packet)


def tiny(made: dict[str, Any], path: Path) -> None:
    path.write_bytes(
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )


def bomb(made: dict[str, Any], path: Path) -> None:
    """65,535 × 65,535 pixels in a few bytes: 17 GB if they were drawn."""
    path.write_bytes(
        b"GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;"
    )


def corrupt(made: dict[str, Any], path: Path) -> None:
    told = bytearray(made["save"](path.with_suffix(".whole.mp4"), made["clip"](3, seconds=3.0)).read_bytes())
    at = told.index(b"stbl")
    told[at : at + 400] = bytes(255 - value for value in told[at : at + 400])
    path.write_bytes(bytes(told))


def text(made: dict[str, Any], path: Path) -> None:
    path.write_text("this is no video\n" * 100)


BAD: dict[str, tuple[Callable[[dict[str, Any], Path], None], str, set[str]]] = {
    "truncated": (cut, ".mp4", {"bad_media"}),
    "cut in its pictures": (cut_stream, ".mp4", {"truncated"}),
    "zero frames": (no_frames, ".mp4", {"bad_media"}),
    "10 hours": (ten_hours, ".mkv", {"out_of_range"}),
    "1 × 1": (tiny, ".gif", {"out_of_range"}),
    "bomb": (bomb, ".gif", {"out_of_range", "bad_media"}),
    "corrupt index": (corrupt, ".mp4", {"bad_media", "truncated"}),
    "text": (text, ".mp4", {"bad_media"}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_a_short_video_has_one_reason(name: str, made: dict[str, Any], tmp_path: Path) -> None:
    make, ending, reasons = BAD[name]
    make(made, tmp_path / f"bad{ending}")
    assert reason(tmp_path / f"bad{ending}") in reasons


def test_an_empty_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert reason(tmp_path / "empty.mp4") == "bad_media"
    assert reason(tmp_path / "missing.mp4") == "bad_media"


@pytest.mark.parametrize(
    ("ending", "codec", "sound"),
    [
        ("mp4", "libx264", True), ("m4v", "libx264", True), ("mov", "libx264", True), ("webm", "libvpx", False),
        ("mkv", "libx264", True), ("avi", "mpeg4", True), ("3gp", "mpeg4", True), ("ts", "libx264", True),
        ("flv", "libx264", True), ("wmv", "wmv2", False), ("m2ts", "libx264", True), ("nut", "libx264", True),
    ],
)  # fmt: skip
def test_each_kind_of_container_is_read(
    ending: str, codec: str, sound: bool, made: dict[str, Any], tmp_path: Path
) -> None:
    from contentgraph.content.decode import decode

    path = made["save"](tmp_path / f"clip.{ending}", clip(), made["tune"](1, 1.0) if sound else None, codec=codec)
    found = decode(str(path))
    assert (found.width, found.height, found.sound is not None) == (64, 64, sound)


def clip() -> Any:
    """A second of noise."""
    return np.random.default_rng(0).integers(0, 255, (12, 64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", ["12:30.mp4", "file:v.mp4", "%03d.mp4", "concat:x.mp4"])
def test_a_name_is_a_name_whatever_it_looks_like(
    name: str, made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contentgraph.content.decode import decode

    made["save"](tmp_path / "x.mp4", clip())
    monkeypatch.chdir(tmp_path)
    if name == "concat:x.mp4":
        assert reason(Path(name)) == "bad_media", "it is not there, though x.mp4 is"
    (tmp_path / "x.mp4").rename(name)
    assert decode(name).width == 64


def test_a_name_that_looks_like_an_address_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(server: socket.socket) -> None:
        with suppress(OSError):  # closed, or nobody came
            server.accept()[0].close()
            asked.append(True)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1.0)
        answering = threading.Thread(target=answer, args=[server])
        answering.start()
        name = f"http:127.0.0.1:{server.getsockname()[1]}?a.mp4"
        monkeypatch.chdir(tmp_path)
        Path(name).touch()
        assert reason(Path(name)) == "bad_media"
        answering.join()
    assert not asked


@pytest.mark.parametrize(
    "text",
    ["ffconcat version 1.0\nfile x.mp4\n", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nx.ts\n#EXT-X-ENDLIST\n"],
)
def test_a_file_that_names_other_files_opens_none(text: str, made: dict[str, Any], tmp_path: Path) -> None:
    for ending in ("mp4", "ts"):
        made["save"](tmp_path / f"x.{ending}", clip())
    for ending in ("mp4", "m3u8"):
        (tmp_path / f"list.{ending}").write_text(text)
        assert reason(tmp_path / f"list.{ending}") == "bad_media"


def test_samples_are_numbers_between_minus_one_and_one(tmp_path: Path, made: dict[str, Any]) -> None:
    """A float track may hold NaN, infinity and what is louder than loud."""
    import av

    from contentgraph.content.decode import decode

    path = tmp_path / "float.mkv"
    strange = made["tune"](1, 5.0)
    strange[[20_000, 40_000, 60_000]] = np.nan, np.inf, -90.0
    frames = np.tile(clip(), (5, 1, 1, 1))
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio: Any = out.add_stream("pcm_f32le", rate=made["RATE"])
        audio.layout = "mono"
        for picture in frames:
            for packet in video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        piece = av.AudioFrame.from_ndarray(strange[None], format="flt", layout="mono")
        piece.sample_rate, piece.pts = made["RATE"], 0
        for packet in [*video.encode(), *audio.encode(piece), *audio.encode()]:
            out.mux(packet)
    found = decode(str(path)).sound
    assert found is not None
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0
    told = rhythm(found)
    assert told.tempo is None or 60.0 <= told.tempo <= 180.0
