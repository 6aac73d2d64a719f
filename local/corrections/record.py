"""`python -m local.corrections.record`: write recorded.json, the names of MiniStack that local/ uses, with hashes.

Do it after reading what changed: a recorded hash says that somebody has read this source and found the correction
right.
"""

import json
from importlib.metadata import version
from typing import Any

from local.corrections.guard import RECORDED
from local.corrections.names import Uses, digest, uses


def main() -> None:
    """Write the file, and say how many names it has."""
    found = record()
    RECORDED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for kind in ("replaces", "reads"):
        names = {name for used in found["files"].values() for name in used[kind]}
        private = sum(name.partition(":")[2].startswith("_") for name in names)
        print(f"{kind} {len(names)} names of MiniStack {found['ministack']}, {private} of them private")


def record() -> dict[str, Any]:
    """Return what the file should have."""
    files = {path: _recorded(used) for path, used in uses().items()}
    return {"ministack": version("ministack"), "files": files}


def _recorded(used: Uses) -> dict[str, Any]:
    return {
        "corrections": sorted(used.corrections),
        "replaces": {name: digest(name) for name in sorted(used.replaces)},
        "reads": {name: digest(name) for name in sorted(used.reads - used.replaces)},
    }


if __name__ == "__main__":
    main()
