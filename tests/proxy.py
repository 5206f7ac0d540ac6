"""A port in front of Neo4j that cuts connections, or is slow; for tests and soaks, loaded by runpy."""

import socket
import threading
import time


class Proxy:
    """``cuts``: counts of bytes, both directions together, at each of which all connections are cut."""

    def __init__(self, port, cuts=(), delay_s=0.0):
        self._behind, self._delay_s = port, delay_s
        self._cuts = sorted(cuts)
        self._lock = threading.Lock()
        self._open = set()
        self.passed = self.cut = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._behind))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        try:
            while data := source.recv(1 << 14):
                if self._delay_s:
                    time.sleep(self._delay_s)
                with self._lock:
                    self.passed += len(data)
                    due = bool(self._cuts) and self.passed >= self._cuts[0]
                    if due:
                        self._cuts.pop(0)
                        self.cut += 1
                        cut, self._open = self._open, set()
                if due:
                    sink.sendall(data[: len(data) // 2])  # in the middle of a message
                    for each in cut:
                        each.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for each in (source, sink):
                with self._lock:
                    self._open.discard(each)
                each.close()

    def close(self):
        """No connection from now on; those that are open go on."""
        self._listener.close()
