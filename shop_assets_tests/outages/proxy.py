"""A way to a service that can be cut, or fall silent, after so many bytes."""

import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BUFFER = 64 * 1024


class Proxy:
    """Passes connections on to a port of this machine; after so many bytes, either way, there is an accident."""

    def __init__(self, target: int, after: int, accident: "Callable[[Proxy], None]", port: int = 0) -> None:
        self._target = target
        self._left = after
        self._accident = accident
        self._is_cut = self._is_silent = False
        self._listener = socket.create_server(("127.0.0.1", port))
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._ends = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port: int = self._listener.getsockname()[1]

    @property
    def had_its_accident(self) -> bool:
        return self._left <= 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends = True
        self._thread.join()
        self._close()

    def cut(self) -> None:
        """Connections are closed, and new ones refused."""
        self._is_cut = True
        self._close()

    def fall_silent(self) -> None:
        """Connections and bytes are taken, and nothing comes back."""
        self._is_silent = True

    def _serve(self) -> None:
        while not self._ends and not self._is_cut:
            for key, _ in self._selector.select(timeout=0.05):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._pairs:
                    self._pass_on(key.fileobj)  # type: ignore[arg-type]  # a socket: nothing else was registered

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", self._target))
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        try:
            content = source.recv(BUFFER)
        except OSError:
            content = b""
        left, self._left = self._left, self._left - len(content)
        if left > 0 and self.had_its_accident:
            self._accident(self)
        if self._is_cut or (self._is_silent and content):
            return
        try:
            if content:
                self._pairs[source].sendall(content)
                return
        except OSError:
            pass
        for end in (source, self._pairs[source]):
            self._selector.unregister(end)
            del self._pairs[end]
            end.close()

    def _close(self) -> None:
        for end in (self._listener, *self._pairs):
            end.close()
        self._pairs = {}


@contextmanager
def proxy(target: int, after: int, accident: Callable[[Proxy], None]) -> Iterator[Proxy]:
    between = Proxy(target, after, accident)
    between.start()
    try:
        yield between
    finally:
        between.stop()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
