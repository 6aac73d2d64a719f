"""Reading a request: its body against a schema, its ids and its flags. What is wrong is a RequestError."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import BaseModel, ValidationError

from functions.jobs.errors import InvalidError, Problem
from functions.jobs.job import is_job_id

MAX_BODY = 100 * 1024  # bytes; Metronome's limit, well below what Lambda and a DynamoDB item take

D = TypeVar("D", bound=BaseModel)


class RequestError(Exception):
    """The request itself cannot be read: a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Embed(StrEnum):
    """What a job's answer may include besides the job."""

    ACTIVE_RUNS = "activeRuns"
    SCHEDULES = "schedules"
    HISTORY = "history"
    HISTORY_SUMMARY = "historySummary"


def document(event: APIGatewayProxyEventV2, schema: type[D]) -> D:
    """The request's body as a document of this schema; raises RequestError (400, 413, 415) or InvalidError (422)."""
    body = _json(event)
    try:
        return schema.model_validate(body)
    except ValidationError as invalid:
        raise InvalidError(
            [
                Problem(_path(error["loc"], error["type"], body), error["msg"].removeprefix("Value error, "))
                for error in invalid.errors(include_url=False)
            ]
        ) from invalid


def optional_document(event: APIGatewayProxyEventV2, schema: type[D]) -> D:
    """Like `document`; no body at all stands for an empty document."""
    return document(event, schema) if event.body else schema.model_validate({})


def job_id(text: str) -> str:
    """A job id from the path; raises RequestError (400)."""
    if not is_job_id(text):
        raise RequestError(400, f"Not a valid id: {text}")
    return text


def embeds(event: APIGatewayProxyEventV2) -> frozenset[Embed]:
    """The `embed` parameter: repeated and comma separated are the same (HTTP APIs join repeated ones by commas)."""
    names = [name for name in event.query_string_parameters.get("embed", "").split(",") if name]
    unknown = [name for name in names if name not in list(Embed)]
    if unknown:
        raise RequestError(400, f"Unknown embed options. Valid options are: {', '.join(Embed)}")
    return frozenset(map(Embed, names))


def flag(event: APIGatewayProxyEventV2, name: str) -> bool:
    """A boolean parameter: true, false, 1 or 0; absent is false."""
    text = event.query_string_parameters.get(name, "false")
    if text not in ("true", "false", "1", "0"):
        raise RequestError(400, f"Not a valid boolean for {name}: {text}. Give true, false, 1 or 0.")
    return text in ("true", "1")


def _json(event: APIGatewayProxyEventV2) -> Any:
    body = _text(event)
    if len(body.encode()) > MAX_BODY:
        raise RequestError(413, f"The body is larger than {MAX_BODY} bytes.")
    content_type = event.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise RequestError(415, f"Expected Content-Type application/json, got {content_type or 'none'}.")
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as broken:
        raise RequestError(400, f"Invalid Json: {broken}") from broken


def _text(event: APIGatewayProxyEventV2) -> str:
    try:
        return event.decoded_body or ""
    except UnicodeDecodeError as binary:
        raise RequestError(400, "Invalid Json: the body is not UTF-8.") from binary


def _no_number(name: str) -> None:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(f"{name} is not a number of JSON.")


def _path(location: Sequence[str | int], kind: str, body: Any) -> str:
    """`/run/env/A`, list items as `(0)`: pydantic's location without the names of types that stand in it."""
    path, here = "", body
    for place, step in enumerate(location):
        if isinstance(here, Mapping) and step in here:
            path, here = f"{path}/{step}", here[step]
        elif isinstance(here, list) and isinstance(step, int):
            path, here = f"{path}({step})", here[step]
        elif kind == "missing" and place == len(location) - 1:
            path = f"{path}/{step}"
    return path or "/"
