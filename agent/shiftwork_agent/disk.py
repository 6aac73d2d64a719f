"""Writes that a power cut leaves whole: the old contents or the new."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def settle(*paths: Path) -> None:
    """Files and folders: a power cut afterwards leaves them as they are now (man 2 fsync)."""
    for path in paths:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def replace(path: Path, values: Mapping[str, Any]) -> None:
    """Write the file so that, whenever the power goes, it is the old or the new one; and nobody else reads it."""
    draft = path.with_suffix(".new")
    with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)
