"""Writes to the disk that a power cut cannot undo or leave half done."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def sync(*paths: Path) -> None:
    """Write files and folders to the disk, so that a later power cut does not change them (man 2 fsync)."""
    for path in paths:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def replace_json(path: Path, values: Mapping[str, Any]) -> None:
    """Replace a file by these values. After a power cut the file is the old one or the new one, never a part.

    Only the agent's user can read the file.
    """
    draft = path.with_suffix(".new")
    with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)
