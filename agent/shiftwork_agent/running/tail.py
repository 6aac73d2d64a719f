"""The end of an output, however long it is."""

import os
from typing import IO

_KEPT = 8192
_CHUNK = 65536


class Tail:
    """Reads until the other side closes, and keeps the last bytes."""

    def __init__(self) -> None:
        self._kept = b""

    def read(self, stream: IO[bytes]) -> None:
        """Read all; to be called in a thread of its own."""
        with stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                self._kept = (self._kept + chunk)[-_KEPT:]

    @property
    def kept(self) -> bytes:
        """The end so far."""
        return self._kept
