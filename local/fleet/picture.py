"""The state of the devices, as a picture on a terminal, and as lines elsewhere."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

SIGNS = {
    "": " ",
    "QUEUED": ".",
    "IN_PROGRESS": ">",
    "SUCCEEDED": "+",
    "FAILED": "F",
    "REJECTED": "R",
    "TIMED_OUT": "T",
    "CANCELED": "C",
    "REMOVED": "-",
}
OPEN = ("QUEUED", "IN_PROGRESS")
IN_A_ROW = 10


@dataclass
class Picture:
    """Drawn again with each change: in its place on a terminal, else a line of numbers."""

    names: list[str]
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    shown: Mapping[str, str] = field(default_factory=dict)
    height: int = 0

    def show(self, statuses: Mapping[str, str]) -> bool:
        """Draw it, if anything has changed; whether it has."""
        if statuses == self.shown:
            return False
        self.shown = dict(statuses)
        lines = [self._numbers()]
        if self.stream.isatty():
            lines = [*self._rows(), self._legend(), *lines]
            self.stream.write(f"\033[{self.height}A\033[J" if self.height else "")
        self.stream.write("".join(f"{line}\n" for line in lines))
        self.stream.flush()
        self.height = len(lines)
        return True

    def _rows(self) -> list[str]:
        cells = [f"{name.rpartition('-')[2]} {SIGNS[self.shown.get(name, '')]}" for name in self.names]
        return ["  " + "   ".join(cells[at : at + IN_A_ROW]) for at in range(0, len(cells), IN_A_ROW)]

    def _legend(self) -> str:
        present = sorted({*self.shown.values(), "SUCCEEDED"}, key=list(SIGNS).index)
        return "  " + "   ".join(f"{SIGNS[status]} {status}" for status in present)

    def _numbers(self) -> str:
        counts = Counter(self.shown.values())
        ended = sum(number for status, number in counts.items() if status not in OPEN)
        told = ", ".join(f"{counts[status]} {status}" for status in SIGNS if counts[status])
        return f"{ended} of {len(self.names)} devices have ended: {told}"
