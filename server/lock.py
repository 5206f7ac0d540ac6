"""Reading a lock file: every jar of a line with the SHA-256 sum that it must have."""

import re
import tomllib
from pathlib import Path

from jgo.env import LockFile

from contentgraph.errors import ServerError
from contentgraph.server.lines import Jar

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read_lock(path: Path) -> tuple[Jar, ...]:
    """Every jar of the jgo lock file at ``path``, in class path order.

    Raises:
        ServerError: the file is missing, is no lock file, has no jars, or has one without a SHA-256 sum.
    """
    try:
        lock = LockFile.load(path)
    except FileNotFoundError:
        raise ServerError(f"lock file {path} is missing: install the package again") from None
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ServerError(f"lock file {path} cannot be read ({error}): install the package again") from None
    jars = tuple(
        Jar(dep.groupId, dep.artifactId, dep.version, dep.classifier or "", dep.sha256 or "")
        for dep in lock.dependencies
        if dep.packaging == "jar"
    )
    if not jars:
        raise ServerError(f"lock file {path} lists no jar: install the package again")
    for jar in jars:
        if not _SHA256.fullmatch(jar.sha256):
            raise ServerError(f"lock file {path} has no SHA-256 sum for {jar.coordinate}: install the package again")
        if not all(_NAME.fullmatch(part) for part in (jar.group, jar.artifact, jar.version, jar.classifier or "x")):
            raise ServerError(f"lock file {path} names a jar oddly, {jar.coordinate!r}: install the package again")
    return jars
