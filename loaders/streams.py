"""Files as bounded pieces: decompressed chunks and lines, never a whole file and never an unbounded line in memory.

Compression is told by the first bytes, not by the name. Damage (a cut or corrupted archive, a zip bomb) is raised as
:class:`~contentgraph.errors.InvalidEvent` with reason ``truncated`` after all that could be read was given.
"""

import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from contentgraph.errors import InvalidEvent

CHUNK_BYTES = 1 << 18
"""How much is decompressed at once, bytes."""
LINE_BYTES = 1 << 20
"""The longest line that is read, bytes; a longer one is skipped."""
BOMB_BYTES = 1 << 28
"""An archive is suspected from this size on (decompressed bytes) …"""
BOMB_RATIO = 500
"""… when it is this many times its compressed size: event logs stay below 100."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPED = b"\x2a\x4d\x18"
"""After a byte from 0x50 to 0x5f: a frame to be skipped, which tells where others lie (RFC 8878, section 3.1.2)."""
_ZSTD_STEP = 1 << 10  # a run of zstd RLE blocks expands 1 KiB to 32 MiB at most


def chunks(path: Path) -> Iterator[bytes]:
    """The decompressed content in pieces.

    Raises:
        InvalidEvent: truncated.
    """
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic.startswith(_GZIP):
            yield from _bounded(_gunzip(file), path)
        elif _is_zstd(magic):
            yield from _bounded(_unzstd(file), path)
        elif path.suffix in (".gz", ".zst"):
            raise InvalidEvent("truncated", f"{path.name} does not begin as a {path.suffix} file; write it again")
        else:
            while piece := file.read(CHUNK_BYTES):
                yield piece


def _is_zstd(magic: bytes) -> bool:
    """Whether the first four bytes of a file begin a zstd frame."""
    return magic == _ZSTD or (magic[1:] == _ZSTD_SKIPPED and magic[0] >> 4 == 5)


def _gunzip(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(compressed bytes so far, piece) of all members."""
    member = zlib.decompressobj(wbits=31)
    taken, data, open_member = 0, b"", False
    while True:
        if not data:
            data = file.read(CHUNK_BYTES)
            taken += len(data)
            if not data:
                break
        if member.eof:
            data = data.lstrip(b"\0")  # padding between or after members
            if not data:
                continue
            member = zlib.decompressobj(wbits=31)
        open_member = True
        try:
            piece = member.decompress(data, CHUNK_BYTES)
        except zlib.error as error:
            raise InvalidEvent("truncated", f"the gzip data is damaged ({error})") from None
        data = member.unused_data if member.eof else member.unconsumed_tail
        open_member = not member.eof
        if piece:
            yield taken, piece
    if open_member:
        raise InvalidEvent("truncated", "the gzip data ends early")


def _unzstd(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(compressed bytes so far, piece) of all frames."""
    frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    taken, open_frame = 0, False
    while data := file.read(_ZSTD_STEP):
        taken += len(data)
        while data:
            if frame.eof:
                frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            try:
                piece = frame.decompress(data)
            except zstandard.ZstdError as error:
                raise InvalidEvent("truncated", f"the zstd data is damaged ({error})") from None
            data, open_frame = (frame.unused_data, False) if frame.eof else (b"", True)
            if piece:
                yield taken, piece
    if open_frame:
        raise InvalidEvent("truncated", "the zstd data ends early")


def _bounded(pieces: Iterator[tuple[int, bytes]], path: Path) -> Iterator[bytes]:
    given = 0
    for taken, piece in pieces:
        for start in range(0, len(piece), CHUNK_BYTES):
            yield piece[start : start + CHUNK_BYTES]
        given += len(piece)
        if given > BOMB_BYTES and given > BOMB_RATIO * taken:
            times = given // max(taken, 1)
            raise InvalidEvent("truncated", f"{path.name} expands {times}-fold: a zip bomb? give it uncompressed")


def head(path: Path, size: int = 1 << 16) -> bytes:
    """The first ``size`` bytes of the decompressed content; fewer where the file is short or damaged."""
    found = b""
    try:
        for piece in chunks(path):
            found += piece
            if len(found) >= size:
                break
    except InvalidEvent:
        pass
    return found[:size].removeprefix(BOM_UTF8)


def is_utf_16(start: bytes) -> bool:
    """Whether a text that begins so is UTF-16, by its byte order mark."""
    return start.startswith((BOM_UTF16_LE, BOM_UTF16_BE))


class Lines:
    """The lines of a file as (number from 1, bytes without the line feed); None in place of a line above 1 MiB."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.number = 0
        """The last line that was given."""

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        """Give the lines; a line cut by damage is not given, the damage is raised instead.

        Raises:
            InvalidEvent: truncated, or bad_encoding (UTF-16).
        """
        rest, skipping = b"", False
        for piece in chunks(self._path):
            if not self.number and not rest:
                if is_utf_16(piece):
                    raise InvalidEvent("bad_encoding", f"{self._path.name} is UTF-16; write it as UTF-8")
                piece = piece.removeprefix(BOM_UTF8)
            if skipping:
                end = piece.find(b"\n")
                if end < 0:
                    continue
                piece, skipping = piece[end + 1 :], False
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            for line in lines:
                self.number += 1
                yield self.number, line if len(line) <= LINE_BYTES else None
            if len(rest) > LINE_BYTES:
                self.number += 1
                yield self.number, None
                rest, skipping = b"", True
        if rest:
            self.number += 1
            yield self.number, rest
