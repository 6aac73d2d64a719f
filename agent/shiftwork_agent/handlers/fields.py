"""Reads a document's fields. What a document lacks, another try does not bring: RefusedError."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import RefusedError

INVALID = "ERR_INVALID_DOCUMENT"


def text(document: Mapping[str, Any], key: str, code: str = INVALID) -> str:
    """The field's words, at least one character."""
    value = document.get(key)
    if isinstance(value, str) and value and "\0" not in value:
        return value
    raise RefusedError(code, f"{key} is not a text")


def texts(document: Mapping[str, Any], key: str) -> list[str]:
    """The field's list of words; empty if it is not there."""
    value = document.get(key, [])
    if isinstance(value, list) and all(isinstance(item, str) and "\0" not in item for item in value):
        return list(value)
    raise RefusedError(INVALID, f"{key} is not a list of texts")


def table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The field's object; empty if it is not there."""
    value = document.get(key, {})
    if isinstance(value, dict):
        return value
    raise RefusedError(INVALID, f"{key} is not an object")


def tables(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The field's list of objects, at least one."""
    value = document.get(key)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return list(value)
    raise RefusedError(INVALID, f"{key} is not a list of objects")


def name(document: Mapping[str, Any], key: str, code: str = INVALID) -> str:
    """The field as a name of a file or folder: one that stays where it is put."""
    value = text(document, key, code)
    if value[0] in ".-" or len(value) > 128 or not set(value).isdisjoint("/\\\n"):
        raise RefusedError(code, f"{key} is {value[:200]!r}: give a plain name, without a path")
    return value


def within(folders: tuple[Path, ...], wanted: str, key: str) -> Path:
    """The path, if it is in one of the folders, links followed."""
    path = Path(wanted)
    found = path.parent.resolve() / path.name
    if path.is_absolute() and path.name and any(found.is_relative_to(folder.resolve()) for folder in folders):
        return found
    allowed = ", ".join(map(str, folders)) or "none"
    raise RefusedError("ERR_PATH_NOT_ALLOWED", f"{key} {wanted!r} is in none of the folders of this device: {allowed}")
