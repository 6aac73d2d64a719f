"""Reads the fields of a document. A wrong field stays wrong at a retry, so these functions raise RefusedError."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import RefusedError

INVALID = "ERR_INVALID_DOCUMENT"


def text(document: Mapping[str, Any], key: str, code: str = INVALID) -> str:
    """Return the field's string of at least one character."""
    value = document.get(key)
    if isinstance(value, str) and value and "\0" not in value:
        return value
    raise RefusedError(code, f"{key}: a string is required")


def texts(document: Mapping[str, Any], key: str) -> list[str]:
    """Return the field's list of strings. It is empty if the field is missing."""
    value = document.get(key, [])
    if isinstance(value, list) and all(isinstance(item, str) and "\0" not in item for item in value):
        return list(value)
    raise RefusedError(INVALID, f"{key}: a list of strings is required")


def table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the field's object. It is empty if the field is missing."""
    value = document.get(key, {})
    if isinstance(value, dict):
        return value
    raise RefusedError(INVALID, f"{key}: an object is required")


def tables(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the field's list of at least one object."""
    value = document.get(key)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return list(value)
    raise RefusedError(INVALID, f"{key}: a list of objects is required")


def name(document: Mapping[str, Any], key: str, code: str = INVALID) -> str:
    """Return the field as the name of a file or folder that cannot lead to another folder."""
    value = text(document, key, code)
    if value[0] in ".-" or len(value) > 128 or not set(value).isdisjoint("/\\\n"):
        raise RefusedError(code, f"{key}: {value[:200]!r} is not allowed. Use a plain name without a path")
    return value


def within(folders: tuple[Path, ...], wanted: str, key: str) -> Path:
    """Return the path, with links resolved, if it lies in one of the folders."""
    path = Path(wanted)
    found = path.parent.resolve() / path.name
    if path.is_absolute() and path.name and any(found.is_relative_to(folder.resolve()) for folder in folders):
        return found
    allowed = ", ".join(map(str, folders)) or "none"
    raise RefusedError(
        "ERR_PATH_NOT_ALLOWED", f"{key}: {wanted!r} is not in a folder that the device allows: {allowed}"
    )
