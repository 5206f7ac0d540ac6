"""The settings of a process that holds a platform: its collector looks seldom, its heap keeps no room for later."""

import ctypes
import gc
import sys
from contextlib import suppress

MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1
"""Parameters of glibc's ``mallopt``, by their numbers in malloc.h."""
LARGE = 4 << 20
"""Bytes from which on an array is a mapping of its own."""


def roomy() -> None:
    """Leave what is loaded out, and look for cycles a seventieth as often: a fifth of reading back was looking.

    Arrays go back to the system when they are let go. Left to itself glibc takes those of up to 32 MiB from its heap
    once a few were freed, where they leave holes. Elsewhere than on glibc nothing is set.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.mallopt(MMAP_THRESHOLD, LARGE)
            libc.mallopt(TRIM_THRESHOLD, LARGE)
