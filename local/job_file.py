"""A job's document in a file."""

import json
from pathlib import Path
from typing import Any

from local.errors import LocalCloudError


def read_job(path: Path) -> Any:
    """The document; raises LocalCloudError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LocalCloudError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise LocalCloudError(f"{path} is not JSON: {error}") from error
