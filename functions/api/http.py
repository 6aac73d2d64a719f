"""How requests are read and answers are written: JSON of a limited size, both ways.

A request is read strictly, and each error is one sentence. The body of an answer is made of models, so that the OpenAPI
document describes what is sent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import BaseModel, PlainSerializer, WithJsonSchema

from functions.jobs.model.errors import MAX_PROBLEMS, InvalidError, Problem
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.text import HALF, is_text

MAX_BODY = 100 * 1024  # bytes; Metronome's limit, well below the limits of Lambda and a DynamoDB item
_MAX_HALVES = 10  # reported at most: each has its whole path, and a stranger who calls a hook gets this far
# Enough for a payload of 256 KB with blanks and with \u escapes for characters beyond ASCII.
_LARGER = {"triggerRun": 1024 * 1024}
# AWS Lambda Developer Guide, "Lambda quotas": 6 MB for an answer, its envelope and escapes included.
MAX_ANSWER = 5 * 1024 * 1024


class RequestError(Exception):
    """A request that cannot be read: the status and the message of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LargeAnswerError(InvalidError):
    """An answer is larger than Lambda can return."""


class RequestReader(OpenAPIRequestValidationMiddleware):
    """Powertools' validation of requests with this API's rules for bodies. Raises RequestError or InvalidError."""

    def handler(self, app: Any, next_middleware: Any) -> Response[Any]:
        """Refuse unknown parameters, which may be misspelt known ones; then validate."""
        route = app.context["_route"]
        known = {param.alias for param in route.dependant.query_params}
        for name in app.current_event.query_string_parameters:
            if name not in known and route.tags:  # no tags: the OpenAPI document, its page, a path without a route
                allowed = f"Use only {', '.join(sorted(known))}." if known else "There are no query parameters here."
                raise RequestError(400, f"Unknown parameter {name}. {allowed}")
        return super().handler(app, next_middleware)

    def _get_body(self, app: Any) -> Any:
        """Return the body as JSON; None if there is none and the operation requires none."""
        event = app.current_event
        required = any(param.required for param in app.context["_route"].dependant.body_params)
        if not event.body and not required:
            return None
        limit = _LARGER.get(app.context["_route"].operation_id, MAX_BODY)
        body = _json(_text(event), event.headers.get("content-type", ""), limit)
        if isinstance(body, list):  # Powertools would take its first item
            raise InvalidError([Problem("/", "An array is not valid here. Send an object.")])
        return body


def key_of_request(event: APIGatewayProxyEventV2, key: str | None) -> IdempotencyKey | None:
    """Return the caller's key with the path and the body that it belongs to; None without a key."""
    return IdempotencyKey.of(key, event.raw_path, event.decoded_body or "") if key else None


def problems(errors: Iterable[Mapping[str, Any]], body: Any) -> list[Problem]:
    """Return the errors that pydantic found in a body, each with its path."""
    return [
        Problem(_path(error["loc"][1:], error["type"], body), error["msg"].removeprefix("Value error, "))
        for error in islice(errors, MAX_PROBLEMS)
    ]


def _json(body: str, content_type: str, limit: int) -> Any:
    if len(body.encode()) > limit:
        raise RequestError(413, f"The body is larger than {limit} bytes. Send a smaller one.")
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind != "application/json":
        raise RequestError(415, f"Content-Type is {kind or 'missing'}. Use application/json.")
    try:
        document = json.loads(body, parse_constant=_no_number)
        halves = list(islice(_halves(document), _MAX_HALVES))
    except (ValueError, RecursionError) as broken:
        raise RequestError(400, f"Invalid Json: {broken}") from broken
    if halves:
        raise InvalidError([Problem(path or "/", HALF) for path in halves])
    return document


def _halves(value: Any) -> Iterator[str]:
    """Yield the paths of texts that have no UTF-8 form: JSON can escape one half of a surrogate pair.

    Paths are built on the way back, only for what was found: a path for each value could be as long as the body.
    """
    if isinstance(value, str) and not is_text(value):
        yield ""
    elif isinstance(value, list):
        for place, item in enumerate(value):
            for rest in _halves(item):
                yield f"({place}){rest}"
    elif isinstance(value, dict):
        for name, item in value.items():
            if not is_text(name):
                yield ""
                continue
            for rest in _halves(item):
                yield f"/{name}{rest}"


def _text(event: Any) -> str:
    try:
        return event.decoded_body or ""
    except UnicodeDecodeError as binary:
        raise RequestError(400, "Invalid Json: the body is not UTF-8.") from binary


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is not a JSON number.")


def _path(location: Sequence[str | int], kind: str, body: Any) -> str:
    """Return a path such as `/run/env/A`, with list items as `(0)`: pydantic's location without its names of types."""
    path, here = "", body
    for place, step in enumerate(location):
        if isinstance(here, Mapping) and step in here:
            path, here = f"{path}/{step}", here[step]
        elif isinstance(here, list) and isinstance(step, int):
            path, here = f"{path}({step})", here[step]
        elif kind == "missing" and place == len(location) - 1:
            path = f"{path}/{step}"
    return path or "/"


def time_json(moment: datetime) -> str:
    """Return a time such as 2026-01-02T00:00:00.000+0000, the one form that all clients of Metronome read."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def number_json(number: float) -> float:
    """Return 32 for 32.0: clients of Metronome read whole numbers."""
    return int(number) if number == int(number) else number


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

    Raises LargeAnswerError if the body is larger than Lambda can return.
    """
    text = json.dumps(body, ensure_ascii=False, default=_fields)
    if len(text.encode()) > MAX_ANSWER:
        message = f"The answer would be larger than {MAX_ANSWER} bytes. Use a smaller limit, or leave embed out."
        raise LargeAnswerError([Problem("/", message)])
    return Response(status, "application/json", text, dict(headers or {}))


def _fields(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_unset=True)
