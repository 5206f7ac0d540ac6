"""Where things lie: one home for a server's data, one cache of jars for all homes."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from platformdirs import user_cache_path, user_data_path

from contentgraph.errors import ServerError


def default_home() -> Path:
    """``CONTENTGRAPH_HOME``, else the user's data folder for contentgraph."""
    named = os.environ.get("CONTENTGRAPH_HOME")
    return Path(named).expanduser() if named else user_data_path("contentgraph", appauthor=False)


def default_cache() -> Path:
    """The jars' folder: ``CONTENTGRAPH_CACHE``, else the user's cache folder for contentgraph."""
    named = os.environ.get("CONTENTGRAPH_CACHE")
    return (Path(named).expanduser() if named else user_cache_path("contentgraph", appauthor=False)) / "jars"


@dataclass(frozen=True)
class Home:
    """The layout of one home. Everything below it belongs to one local Neo4j."""

    root: Path

    @property
    def data(self) -> Path:
        """Stores and transaction logs, written by Neo4j."""
        return self.root / "data"

    @property
    def before(self) -> Path:
        """The old ``data`` while a new store takes its place; gone once that answers."""
        return self.root / "data.before"

    @property
    def logs(self) -> Path:
        """``debug.log`` and ``security.log`` by Neo4j, ``server.log`` by the child process."""
        return self.root / "logs"

    @property
    def imports(self) -> Path:
        """The only folder that ``LOAD CSV`` reads."""
        return self.root / "import"

    @property
    def run(self) -> Path:
        """Locks and the record of the running process."""
        return self.root / "run"

    @property
    def conf(self) -> Path:
        """The folder of ``neo4j.conf``, written anew at each start."""
        return self.root / "conf"

    @property
    def connection(self) -> Path:
        """Present while the server answers (mode 0600)."""
        return self.root / "connection.json"

    @property
    def password(self) -> Path:
        """The password of user ``neo4j`` (mode 0600); lies with the data, since it goes with them."""
        return self.data / "neo4j.password"

    @property
    def password_wanted(self) -> Path:
        """The password that the first start sets (mode 0600); without it a random one."""
        return self.run / "password.wanted"

    @property
    def line_mark(self) -> Path:
        """The line and release that last opened the store."""
        return self.data / "line.json"

    @property
    def state(self) -> Path:
        """The running process: pid, start, port, line."""
        return self.run / "server.json"

    @property
    def failure(self) -> Path:
        """Why the last start failed: one line."""
        return self.run / "failure.txt"

    @property
    def server_log(self) -> Path:
        """The child's standard output and error since its start; those of the start before are in ``server.log.1``."""
        return self.logs / "server.log"

    def create(self) -> None:
        """Make the folders, closed to others; a store that a crash left half exchanged is put back first.

        Raises:
            ServerError: the home cannot be written.
        """
        try:
            if self.before.is_dir() and not self.data.exists():
                self.before.rename(self.data)
            for folder in (self.root, self.data, self.logs, self.run, self.conf, self.imports):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # A file of its own name: two starts at once must not take each other's away.
            with TemporaryFile(dir=self.run):
                pass
        except OSError as error:
            raise ServerError(
                f"home {self.root} is not writable ({error.strerror}): choose another with --home or CONTENTGRAPH_HOME"
            ) from None
