"""Holds an answer against the OpenAPI document: its status, its kind and its body must be as the document says."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs

from functions.api.handler import METRONOME, app


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(app.get_openapi_json_schema())
    return document


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """The paths as patterns; those with fewer parameters first."""
    paths = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]


def check(method: str, path: str, status: int, content_type: str, text: str) -> None:
    """Fails unless the document has this answer to this request; unknown routes are not its business."""
    path = path.removeprefix(METRONOME).rstrip("/") or "/"
    found = next((name for pattern, name in _templates() if pattern.fullmatch(path)), None)
    operation = _document()["paths"][found].get(method.lower()) if found else None
    if operation is None:
        return
    assert str(status) in operation["responses"], f"{method} {found} answers {status}, which the document has not"
    content = operation["responses"][str(status)].get("content", {})
    if not content:
        assert text == ""
    elif content_type == "application/json":
        _validator(found or "", method.lower(), str(status)).validate(json.loads(text))
    else:
        assert content_type.partition(";")[0] in content


@cache
def _validator(path: str, method: str, status: str) -> Any:
    """Compiling one takes longer than many of the requests."""
    schema = _document()["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**schema, "components": _document()["components"]})
