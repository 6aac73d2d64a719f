"""Reading a request: strict JSON of a bounded size, no unknown parameters. What is wrong is said in one sentence."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware

from functions.jobs.model.errors import MAX_PROBLEMS, InvalidError, Problem
from functions.jobs.model.text import HALF, is_text

MAX_BODY = 100 * 1024  # bytes; Metronome's limit, well below what Lambda and a DynamoDB item take
_HALVES = 10  # of them are said: each with its whole path, and strangers come this far
# A payload of 256 KB, with blanks and with \u escapes for what it has beside ASCII.
_LARGER = {"triggerRun": 1024 * 1024}


class RequestError(Exception):
    """The request itself cannot be read: a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RequestReader(OpenAPIRequestValidationMiddleware):
    """Powertools' validation of requests, with this API's rules of what a body is. Raises RequestError."""

    def handler(self, app: Any, next_middleware: Any) -> Response[Any]:
        """Refuse unknown parameters, which may be a known one misspelt; then validate."""
        route = app.context["_route"]
        known = {param.alias for param in route.dependant.query_params}
        for name in app.current_event.query_string_parameters:
            if name not in known and route.tags:  # without tags: the document, its page, and a path that is no route
                raise RequestError(400, f"Unknown parameter {name}. Known here: {', '.join(sorted(known)) or 'none'}.")
        return super().handler(app, next_middleware)

    def _get_body(self, app: Any) -> Any:
        """The body as JSON; None if there is none and none is required."""
        event = app.current_event
        required = any(param.required for param in app.context["_route"].dependant.body_params)
        if not event.body and not required:
            return None
        limit = _LARGER.get(app.context["_route"].operation_id, MAX_BODY)
        body = _json(_text(event), event.headers.get("content-type", ""), limit)
        if isinstance(body, list):  # of which Powertools would take the first item
            raise InvalidError([Problem("/", "An array is not valid here: give an object.")])
        return body


def problems(errors: Iterable[Mapping[str, Any]], body: Any) -> list[Problem]:
    """What pydantic found wrong with a body, by path."""
    return [
        Problem(_path(error["loc"][1:], error["type"], body), error["msg"].removeprefix("Value error, "))
        for error in islice(errors, MAX_PROBLEMS)
    ]


def _json(body: str, content_type: str, limit: int) -> Any:
    if len(body.encode()) > limit:
        raise RequestError(413, f"The body is larger than {limit} bytes.")
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind != "application/json":
        raise RequestError(415, f"Expected Content-Type application/json, got {kind or 'none'}.")
    try:
        document = json.loads(body, parse_constant=_no_number)
        halves = list(islice(_halves(document), _HALVES))
    except (ValueError, RecursionError) as broken:
        raise RequestError(400, f"Invalid Json: {broken}") from broken
    if halves:
        raise InvalidError([Problem(path or "/", HALF) for path in halves])
    return document


def _halves(value: Any) -> Iterator[str]:
    """The paths of texts that no encoding knows: JSON can escape half of a pair of surrogates.

    Made on the way back, of what was found only: a path for each value would be as long as the body, time and again.
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
