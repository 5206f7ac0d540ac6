"""Arrays as bytes and back: a versioned header with checksums, then the arrays, each at a multiple of 64 bytes.

    magic (8) · format (4) · length of the header (4) · SHA-256 of the header (32) · header (JSON) · arrays

The header says what the file is (``kind`` and its ``version``), where each array begins, its dtype, shape and CRC-32.
Numbers are little-endian. Opening copies nothing: arrays are views of the buffer, which may be a mapped file.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from contentgraph.errors import SnapshotError

MAGIC = b"CGRAPH\r\n"
"""Its line end shows a transfer as text."""
FORMAT = 1
_FIXED = struct.Struct("<8sII32s")
_ALIGN = 64


def pack(
    kind: str, version: int, arrays: Mapping[str, npt.NDArray[np.generic]], meta: Mapping[str, Any]
) -> Iterator[memoryview | bytes]:
    """The pieces of an archive, to be written one after the other; ``meta`` is what JSON can hold."""
    said, offset = [], 0
    plain = {name: _plain(array) for name, array in arrays.items()}
    for name, array in plain.items():
        offset += -offset % _ALIGN
        said.append(
            {"name": name, "dtype": array.dtype.str, "shape": array.shape, "offset": offset, "crc32": _crc(array)}
        )
        offset += array.nbytes
    told = {"kind": kind, "version": version, "size": offset, "arrays": said, "meta": dict(meta)}
    header = json.dumps(told, sort_keys=True).encode()
    header += b" " * (-(_FIXED.size + len(header)) % _ALIGN)
    yield _FIXED.pack(MAGIC, FORMAT, len(header), sha256(header).digest())
    yield header
    written = 0
    for array in plain.values():
        yield b"\0" * (-written % _ALIGN)
        written += -written % _ALIGN
        yield _bytes(array)
        written += array.nbytes


def unpack(kind: str, version: int, buffer: memoryview) -> tuple[dict[str, npt.NDArray[np.generic]], dict[str, Any]]:
    """Arrays by name, read-only views of ``buffer``, and the meta of an archive.

    Raises:
        SnapshotError: no archive, one of another kind or version, or damaged: cut short, or a checksum is wrong.
    """
    if len(buffer) < _FIXED.size or bytes(buffer[:8]) != MAGIC:
        raise SnapshotError(f"no {kind}: it does not begin as one")
    _, format_, length, digest = _FIXED.unpack(buffer[: _FIXED.size])
    if format_ != FORMAT:
        raise SnapshotError(f"a {kind} of format {format_}, this package reads {FORMAT}; make it again")
    header = bytes(buffer[_FIXED.size : _FIXED.size + length])
    if len(header) < length or sha256(header).digest() != digest:
        raise SnapshotError(f"a damaged {kind}: the checksum of its header is wrong; make it again")
    told = json.loads(header)
    if told["kind"] != kind or told["version"] != version:
        raise SnapshotError(
            f"a {told['kind']} of version {told['version']}, this package reads a {kind} of version {version}; "
            "make it again"
        )
    body = buffer[_FIXED.size + length :]
    if len(body) != told["size"]:
        raise SnapshotError(f"a damaged {kind}: {len(body)} bytes of arrays, {told['size']} expected; make it again")
    arrays = {}
    for each in told["arrays"]:
        dtype, shape = np.dtype(each["dtype"]), tuple(each["shape"])
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(body, dtype=dtype, count=count, offset=each["offset"]).reshape(shape)
        array.setflags(write=False)
        if _crc(array) != each["crc32"]:
            raise SnapshotError(f"a damaged {kind}: the checksum of {each['name']} is wrong; make it again")
        arrays[each["name"]] = array
    return arrays, told["meta"]


def _plain(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))


def _bytes(array: npt.NDArray[np.generic]) -> memoryview | bytes:
    return array.data.cast("B") if array.size else b""


def _crc(array: npt.NDArray[np.generic]) -> int:
    return zlib.crc32(_bytes(array))
