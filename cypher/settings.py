"""Where Neo4j is and who we are there: flags, then environment, then the local server's connection file."""

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from contentgraph.errors import Unreachable, UsageError

CONNECTION_FILE = "connection.json"


class Target(BaseModel):
    """A Neo4j to talk to."""

    model_config = ConfigDict(frozen=True)

    uri: str
    """``neo4j://``, ``neo4j+s://``, ``bolt://`` or ``bolt+s://`` with host and port."""
    user: str = "neo4j"
    password: SecretStr = SecretStr("")
    database: str = "neo4j"


class _Environment(BaseSettings):
    """CONTENTGRAPH_URI, _USER, _PASSWORD, _DATABASE, _HOME; an empty one is as one that is not set."""

    model_config = SettingsConfigDict(env_prefix="CONTENTGRAPH_", env_ignore_empty=True)

    uri: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    database: str | None = None
    home: Path | None = None


def home(given: Path | None = None) -> Path:
    """The folder of the local server: as given, else CONTENTGRAPH_HOME, else the user's data folder; ``~`` expanded.

    Raises:
        UsageError: it begins with ``~`` and a name that no user of this machine has.
    """
    named = given or _Environment().home or user_data_path("contentgraph")
    try:
        return named.expanduser()
    except RuntimeError:
        raise UsageError(f"home is {str(named)!r}, and there is no such user here; write the folder out") from None


def target(
    uri: str | None = None,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    home_path: Path | None = None,
) -> Target:
    """The Neo4j named by the arguments, by the environment, or by the running local server.

    User, password and database that are said hold for the local server, too; what is not said is as its file has it.

    Raises:
        UsageError: none of the three names one, its URI holds a password, or the connection file cannot be read.
        Unreachable: the local server was started once, and is stopped.
    """
    env = _Environment()
    uri = uri or env.uri
    if uri and "@" in uri.partition("//")[2].partition("/")[0]:
        raise UsageError(
            "the URI holds a user or a password, which messages and logs would repeat; write it without, and give them "
            "as CONTENTGRAPH_USER and CONTENTGRAPH_PASSWORD"
        )
    secret = SecretStr(password) if password is not None else env.password
    said = {"user": user or env.user, "password": secret, "database": database or env.database}
    named = Target(uri=uri) if uri else _local(home(home_path) / CONNECTION_FILE)
    return named.model_copy(update={name: value for name, value in said.items() if value is not None})


def _local(path: Path) -> Target:
    """As the connection file at ``path`` has it."""
    try:
        return Target.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        if (path.parent / "data").is_dir():
            raise Unreachable(f"the local Neo4j of {path.parent} is stopped; run 'contentgraph neo4j start'") from None
        raise UsageError(
            f"no Neo4j named and no local one running (looked for {path}); run 'contentgraph neo4j start', "
            "or set CONTENTGRAPH_URI, CONTENTGRAPH_USER and CONTENTGRAPH_PASSWORD"
        ) from None
    except (OSError, ValidationError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "not a connection file"
        raise UsageError(f"cannot read {path}: {reason}; run 'contentgraph neo4j stop' and 'start' again") from None
