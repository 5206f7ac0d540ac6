"""The environment of a Java program: the caller's, in a locale in which Java reads and writes our file names."""

import locale
import os
import sys

UTF_8 = "C.UTF-8"
"""A locale that every system with Python's own UTF-8 mode has."""


def java_environment() -> dict[str, str]:
    """The caller's environment; with ``LC_ALL`` in UTF-8 where Python names files so and the locale does not.

    In the locale ``C`` Python names files in UTF-8 all the same, while Java refuses every letter beyond ASCII.
    """
    ours, told = sys.getfilesystemencoding(), locale.getencoding()
    return dict(os.environ) if _utf_8(told) or not _utf_8(ours) else {**os.environ, "LC_ALL": UTF_8}


def _utf_8(encoding: str) -> bool:
    return encoding.lower().replace("-", "") == "utf8"
