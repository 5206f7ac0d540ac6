"""Every jar's SHA-256 against the committed lock, each time before a JVM sees it."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contentgraph.errors import ServerError
from contentgraph.server.lines import Jar


def sha256_of(path: Path) -> str:
    """The SHA-256 sum of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mismatch(jar: Jar, found: str) -> ServerError:
    """The refusal of a jar whose sum is ``found``."""
    return ServerError(
        f"{jar.coordinate} is not the locked file: SHA-256 {found[:16]}… instead of {jar.sha256[:16]}…; "
        f"nothing was started. Delete {jar.file_name} from the jar cache and start again"
    )


def verified_class_path(jars: Sequence[Jar], cache: Path) -> tuple[Path, ...]:
    """The jars' files in lock order, after hashing all of them (in parallel; no result is remembered).

    Raises:
        ServerError: a file is missing, cannot be read, or its sum differs from the lock's; the first one is named.
    """

    def check(jar: Jar) -> Path:
        path = cache / jar.path
        try:
            found = sha256_of(path)
        except OSError as error:
            raise ServerError(
                f"{jar.coordinate} cannot be read ({error.strerror}): delete {path}, start again"
            ) from None
        if found != jar.sha256:
            raise mismatch(jar, found)
        return path

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return tuple(pool.map(check, jars))
