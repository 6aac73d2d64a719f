"""The memory that a process and all its descendants use, on Linux."""

import re
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def processes(root: int) -> list[int]:
    """The process and its descendants."""
    parents = dict(_parents())
    found = [root]
    for known in found:  # grows while it is walked
        found += [pid for pid, parent in parents.items() if parent == known]
    return found


def megabytes(root: int) -> float | None:
    """Return their proportional set size: memory that several share is counted once. None where it cannot be known."""
    if not (PROC / "self" / "smaps_rollup").exists():
        return None
    return sum(map(_kilobytes, processes(root))) / 1024


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has ended
                continue
            yield int(folder.name), int(stat.rpartition(")")[2].split()[1])


def _kilobytes(pid: int) -> int:
    try:
        rollup = (PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(found[1]) if found else 0
