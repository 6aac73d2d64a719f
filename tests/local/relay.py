"""A network that breaks: passes bytes between a port of its own on loopback and another, until it is cut."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Relay:
    """`cut` closes what is open and refuses what comes; `mend` ends that."""

    def __init__(self, listening: socket.socket, port: int) -> None:
        self._listening = listening
        self._to = port
        self._open: list[socket.socket] = []
        self._broken = threading.Event()
        self.port: int = listening.getsockname()[1]

    def cut(self) -> None:
        """The network is gone."""
        self._broken.set()
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self) -> None:
        """The network is back."""
        self._broken.clear()

    def accept(self) -> None:
        """Serve, until the socket is closed."""
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._broken.is_set():
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while received := one.recv(65536):
            other.sendall(received)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """A relay to a port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Relay(listening, port)
        thread = threading.Thread(target=made.accept, daemon=True)
        thread.start()
        yield made
        made.cut()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
