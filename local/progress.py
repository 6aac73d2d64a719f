"""Tells people what takes long: a line that counts on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

SAY_AFTER = 1.0
PLAIN_EVERY = 10.0


@dataclass(frozen=True)
class Progress:
    """Writes to a stream, or nowhere."""

    stream: TextIO | None = field(default_factory=lambda: sys.stderr)

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Something that may take a while."""
        begun, over = time.monotonic(), threading.Event()
        teller = threading.Thread(target=self._tell, args=(doing, begun, over), daemon=True)
        teller.start()
        ended = "given up after"
        try:
            yield
            ended = "done in"
        finally:
            over.set()
            teller.join()
            self._say(f"{doing}: {ended} {time.monotonic() - begun:.1f} s\n")

    def _tell(self, doing: str, begun: float, over: threading.Event) -> None:
        terminal = self.stream is not None and self.stream.isatty()
        pause = SAY_AFTER
        while not over.wait(pause):
            self._say(f"{doing}: {time.monotonic() - begun:.0f} s" + ("" if terminal else "\n"))
            pause = SAY_AFTER if terminal else PLAIN_EVERY

    def _say(self, line: str) -> None:
        if self.stream is not None:
            # Back to the first column, and delete what stood there.
            self.stream.write(f"\r\033[K{line}" if self.stream.isatty() else line)
            self.stream.flush()


QUIET = Progress(None)
