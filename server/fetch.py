"""Fetching the jars of a lock from the Maven repositories that jgo is set up for.

jgo knows the repositories and the layout. Its own download opens two connections a jar (the second for a SHA-1 that
it only warns about), writes to the final place and accepts any bytes: so one kept-open session downloads, into a
private folder, and a jar moves into the cache only with the SHA-256 sum of the committed lock.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from filelock import FileLock
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import Artifact, MavenContext, PythonResolver
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from contentgraph.errors import ServerError
from contentgraph.server.disk import require_space
from contentgraph.server.lines import Jar
from contentgraph.server.verify import mismatch, sha256_of

FETCH_BYTES = 400 * 2**20
"""Free space asked for before a fetch: a line's jars (about 170 MB) twice over."""
_THREADS = 8
_TIMEOUT_S = 30


def remote_repositories() -> dict[str, str]:
    """Name → address of the repositories asked, in order: those of jgo's own settings (a mirror), then the central."""
    configured: dict[str, str] = dict(GlobalSettings.load().repositories)
    return configured if "central" in configured else {**configured, "central": MAVEN_CENTRAL_URL}


def fetch(jars: Sequence[Jar], cache: Path, progress: Callable[[str], None]) -> None:
    """Download each jar that ``cache`` lacks; a jar in the cache has once had its locked sum.

    Raises:
        ServerError: no network, no such jar, no space, or a download whose sum is not the locked one.
    """
    if not any(not (cache / jar.path).is_file() for jar in jars):
        return
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / ".fetch.lock"):
            _fetch_missing([jar for jar in jars if not (cache / jar.path).is_file()], cache, progress)
    except PermissionError as error:
        raise ServerError(f"jar cache {cache} is not writable ({error.strerror}): set CONTENTGRAPH_CACHE") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ServerError(f"disk full while fetching Neo4j into {cache}: free 400 MB and start again") from None
        raise ServerError(f"jar cache {cache} cannot be written ({error}): set CONTENTGRAPH_CACHE") from None


class PooledResolver(PythonResolver):
    """jgo's resolver with a download over one session of kept-open connections."""

    def __init__(self, connections: int) -> None:
        super().__init__()
        self._session = requests.Session()
        retries = Retry(total=3, backoff_factor=0.2, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)
        self._session.mount("https://", HTTPAdapter(pool_maxsize=connections, max_retries=retries))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def download(self, artifact: Artifact) -> Path:
        """Fetch ``artifact`` from the first repository that has it, to its place under ``repo_cache``.

        Raises:
            requests.RequestException: a repository does not answer, or answers with an error other than 404.
            LookupError: no repository has it.
        """
        target = Path(artifact.context.repo_cache, artifact.component.path_prefix, artifact.cached_filename)
        target.parent.mkdir(parents=True, exist_ok=True)
        for base in artifact.context.remote_repos.values():
            address = f"{base}/{artifact.component.path_prefix.as_posix()}/{artifact.filename}"
            with self._session.get(address, stream=True, timeout=artifact.context.timeout) as answer:
                if answer.status_code == requests.codes.not_found:
                    continue
                answer.raise_for_status()
                with target.open("wb") as file:
                    for chunk in answer.iter_content(2**18):
                        file.write(chunk)
            return target
        raise LookupError(str(artifact))


def _fetch_missing(missing: Sequence[Jar], cache: Path, progress: Callable[[str], None]) -> None:
    if not missing:
        return
    require_space(cache, FETCH_BYTES, "to fetch Neo4j")
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=cache))
    try:
        resolver = PooledResolver(_THREADS)
        context = MavenContext(resolver, repo_cache=staging, remote_repos=remote_repositories(), timeout=_TIMEOUT_S)
        pool = ThreadPoolExecutor(_THREADS)
        try:
            done, total = 0, 0
            for size in pool.map(lambda jar: _fetch_one(jar, context, cache), missing):
                done, total = done + 1, total + size
                if done % 40 == 0 or done == len(missing):
                    progress(f"fetched {done} of {len(missing)} jars, {total / 2**20:.0f} MB")
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            resolver.close()
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _fetch_one(jar: Jar, context: MavenContext, cache: Path) -> int:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier, "jar")
    try:
        path = Path(artifact.resolve())
    except requests.RequestException as error:
        reason = type(error).__name__
        raise ServerError(
            f"cannot download {jar.coordinate} ({reason}): the first start needs the network; "
            "check it (or the proxy settings) and start again"
        ) from None
    except LookupError:
        raise ServerError(
            f"the Maven repository does not have {jar.coordinate}: check jgo's repository settings and start again"
        ) from None
    found = sha256_of(path)
    if found != jar.sha256:
        raise mismatch(jar, found)
    target = cache / jar.path
    target.parent.mkdir(parents=True, exist_ok=True)
    size = path.stat().st_size
    path.replace(target)
    return size
