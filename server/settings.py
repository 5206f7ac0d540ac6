"""Neo4j's own settings and the JVM's arguments for one local server."""

from dataclasses import dataclass
from pathlib import Path

import psutil

from contentgraph.errors import ServerError
from contentgraph.server.connection import write_private
from contentgraph.server.home import Home
from contentgraph.server.lines import Line

DATABASE = "neo4j"
USER = "neo4j"
HOST = "127.0.0.1"

# What Neo4j's own start script opens to it, and no more.
OPENED = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True)
class Settings:
    """What a caller may choose."""

    port: int
    """Bolt, on loopback."""
    heap_mb: int
    """The JVM's heap, MiB."""
    page_cache_mb: int
    """The cache of store pages outside the heap, MiB."""

    def check(self) -> None:
        """Check that the sizes can work at all.

        Raises:
            ServerError: heap below 256 MiB, page cache below 16 MiB, or more than the machine has.
        """
        if self.heap_mb < 256:
            raise ServerError(f"heap {self.heap_mb} MiB is too small for Neo4j: choose 256 or more")
        if self.page_cache_mb < 16:
            raise ServerError(f"page cache {self.page_cache_mb} MiB is too small for Neo4j: choose 16 or more")
        have = psutil.virtual_memory().total // 2**20
        if self.heap_mb + self.page_cache_mb > have:
            raise ServerError(
                f"heap {self.heap_mb} MiB and page cache {self.page_cache_mb} MiB are more than "
                f"the {have} MiB of this machine: choose smaller ones"
            )


# What each line of Neo4j calls by its own name, or has alone: the newer ways to speak to the outside (fleet manager,
# broadcasts on the local network), and how long an event loop idles in a stop, twice 5 s for clients on this machine.
_OF_LINE = {
    "2026": {
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    },
    "5.26": {"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"},
}


def neo4j_settings(home: Home, line: Line, settings: Settings, *, bolt: bool) -> dict[str, str]:
    """``neo4j.conf`` as a mapping: Bolt on loopback (or off), signed in, silent to the outside, small logs."""
    return {
        # Relative to the Neo4j home that server and import tool are told: Neo4j reads this file as Latin-1, and a
        # backslash as an escape, so that a path spelled out would be another one.
        "server.directories.data": home.data.name,
        "server.directories.logs": home.logs.name,
        "server.directories.import": home.imports.name,
        "server.default_listen_address": HOST,
        "server.bolt.enabled": str(bolt).lower(),
        "server.bolt.listen_address": f"{HOST}:{settings.port}",
        "server.bolt.advertised_address": f"{HOST}:{settings.port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        # A local server is used by its owner: a loop that mistypes the password must not lock the account for 5 s.
        "dbms.security.auth_max_failed_attempts": "0",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "server.bolt.telemetry.enabled": "false",
        **_OF_LINE[line.name],
        "db.logs.query.enabled": "OFF",
        "server.memory.heap.initial_size": f"{settings.heap_mb}m",
        "server.memory.heap.max_size": f"{settings.heap_mb}m",
        "server.memory.pagecache.size": f"{settings.page_cache_mb}m",
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.size": "64m",
        "db.tx_log.rotation.retention_policy": "256M size",
    }


def write_settings(home: Home, line: Line, settings: Settings, *, bolt: bool) -> Path:
    """Write ``neo4j.conf`` (the server and ``database import`` read the same file) and return its path."""
    path = home.conf / "neo4j.conf"
    lines = [f"{name}={value}\n" for name, value in neo4j_settings(home, line, settings, bolt=bolt).items()]
    write_private(path, "# Written at each start; edits are lost.\n" + "".join(lines))
    return path


def jvm_arguments(home: Home, settings: Settings) -> list[str]:
    """The server JVM's arguments. ``-Xrs`` leaves the signals to the Python child, which shuts Neo4j down in order."""
    return [
        "-Xrs",
        f"-Xms{min(256, settings.heap_mb)}m",
        f"-Xmx{settings.heap_mb}m",
        "-XX:+UseParallelGC",
        # Else the collector stops all for a tenth of a second whenever classes or compiled code have grown by some.
        "-XX:MetaspaceSize=256m",
        "-XX:SweeperThreshold=60",
        # Where the system gives huge pages to who asks: a feed takes 4 % less (docs/decisions/0024).
        "-XX:+UseTransparentHugePages",
        # As Neo4j's own configuration has it: compiled code may hold on to what an object's final fields say.
        "-XX:+UnlockExperimentalVMOptions",
        "-XX:+TrustFinalNonStaticFields",
        "-XX:-OmitStackTraceInFastThrow",
        "-XX:+DisableExplicitGC",
        "-XX:+ExitOnOutOfMemoryError",
        f"-XX:ErrorFile={home.logs / 'jvm-crash-%p.log'}",
        "-Xshare:auto",
        *OPENED,
        "-Djdk.nio.maxCachedBufferSize=1024",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dlog4j2.disable.jmx=true",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
    ]
