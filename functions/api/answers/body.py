"""How answers are written: every body is a model, so that the OpenAPI document describes what is sent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, PlainSerializer, WithJsonSchema

from functions.jobs.model.errors import InvalidError, Problem

# AWS Lambda Developer Guide, "Lambda quotas": 6 MB for an answer, its envelope and escapes included.
MAX_ANSWER = 5 * 1024 * 1024


def time_json(moment: datetime) -> str:
    """Return a time such as 2026-01-02T00:00:00.000+0000, the one form that all clients of Metronome read."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


Time = Annotated[
    datetime,
    PlainSerializer(time_json),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$",
            "examples": ["2026-01-02T03:04:05.678+0000"],
        }
    ),
]


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response[str]:
    """Return a JSON answer; its models show only the fields that were set.

    Raises InvalidError if the body is larger than Lambda can return.
    """
    text = json.dumps(body, ensure_ascii=False, default=_fields)
    if len(text.encode()) > MAX_ANSWER:
        message = f"The answer would be larger than {MAX_ANSWER} bytes. Use a smaller limit, or leave embed out."
        raise InvalidError([Problem("/", message)])
    return Response(status, "application/json", text, dict(headers or {}))


def _fields(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_unset=True)
