"""The Bolt port: free, or said not to be, before a JVM is started for it."""

import secrets
import socket
from contextlib import suppress

from contentgraph.errors import ServerError
from contentgraph.server.explain import port_taken
from contentgraph.server.settings import HOST


def require_free_port(port: int) -> None:
    """Check that ``port`` (1 to 65535) can be bound on loopback.

    Raises:
        ServerError: it is no port, is taken, or is not allowed to us.
    """
    if not 1 <= port <= 65535:
        raise ServerError(f"port {port} is no port: choose one between 1 and 65535")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server binds: a port in TIME_WAIT after a stop is free, one that somebody listens on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise ServerError(f"port {port} is not allowed to this user: choose one above 1023 with --port") from None
        except OSError:
            raise ServerError(port_taken(port)) from None


def free_port() -> int:
    """A port that nobody listens on at this moment, from 20,000 to 32,767.

    Below what systems hand to outgoing connections, so that none of those takes it before a server does.

    Raises:
        ServerError: a hundred ports in a row are taken.
    """
    for _ in range(100):
        port = 20_000 + secrets.randbelow(12_768)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise ServerError("no free port from 20000 to 32767 on loopback: end some servers, or name a port with --port")
