"""Answers: every body is a model, so that the OpenAPI document describes what is really sent."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, PlainSerializer, WithJsonSchema

from functions.jobs.model.errors import InvalidError, Problem

# AWS Lambda Developer Guide, "Lambda quotas": 6 MB for an answer, of which the envelope and escapes take some.
MAX_ANSWER = 5 * 1024 * 1024


def time_json(moment: datetime) -> str:
    """2026-01-02T00:00:00.000+0000: the one form that all clients of Metronome read."""
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
    """A JSON answer; of the models in it, just the fields that were set.

    Raises InvalidError if it is larger than Lambda can hand over.
    """
    text = json.dumps(body, ensure_ascii=False, default=_fields)
    if len(text.encode()) > MAX_ANSWER:
        words = f"The answer would be larger than {MAX_ANSWER} bytes: ask for less, by limit or without embed."
        raise InvalidError([Problem("/", words)])
    return Response(status, "application/json", text, dict(headers or {}))


def _fields(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_unset=True)
