"""The API's Lambda function: it routes a request, maps the domain's errors to statuses and logs one line."""

import html
import random
import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.answers.error import InvalidAnswer, MessageAnswer, NotFoundAnswer, UnreadableAnswer, invalid_answer
from functions.api.http import RequestError, answer, problems
from functions.api.resolver import Resolver
from functions.api.routes import (
    deployment,
    devices,
    groups,
    hook_calls,
    hooks,
    jobs,
    logs,
    revisions,
    runs,
    schedules,
    stops,
    tasks,
    v0,
)
from functions.jobs.model.errors import (
    ConflictError,
    DependencyError,
    InvalidError,
    InvalidTokenError,
    JobErasedError,
    JobsError,
    NotFoundError,
    PreconditionError,
    RunNotFoundError,
    TooManyCallsError,
    UnavailableError,
)
from functions.wiring import platform

# Seconds for which all calls of AWS of one request are repeated. With the last attempt, which takes 10 seconds at most,
# the answer comes before API Gateway gives up after 30 (quotas for HTTP APIs).
_PATIENCE = 15
_COME_BACK = (20, 60)  # seconds after which callers come again, drawn for each so that they do not come together

METRONOME = "/service/metronome"  # the base path that clients of DC/OS know

logger = Logger()
app = Resolver()
for routes in (
    deployment,
    jobs,
    schedules,
    runs,
    logs,
    tasks,
    devices,
    revisions,
    groups,
    hooks,
    hook_calls,
    stops,
    v0,
):
    app.include_router(routes.router)


@app.exception_handler(JobsError)  # type: ignore[untyped-decorator]
def known_error(error: JobsError) -> Response[str]:
    """Return the answer to an error of the domain. Raises the error if it has no status."""
    match error:
        case InvalidError():
            return answer(422, invalid_answer(str(error), error.problems))
        case DependencyError():
            return answer(422, InvalidAnswer(message=str(error)))
        case PreconditionError():
            return answer(412, MessageAnswer(message=str(error)))
        case ConflictError():
            return answer(409, MessageAnswer(message=str(error)))
        case RunNotFoundError():
            return answer(404, NotFoundAnswer(jobSpec=error.job_id, id=error.id, message=str(error)))
        case NotFoundError():
            return answer(404, NotFoundAnswer(id=error.id, message=str(error)))
    raise error


@app.exception_handler(TooManyCallsError)  # type: ignore[untyped-decorator]
def too_many_calls(error: TooManyCallsError) -> Response[str]:
    """Answer 429: a hook was called too often. Retry-After is in seconds (RFC 9110, section 10.2.3)."""
    return answer(429, MessageAnswer(message=str(error)), {"Retry-After": str(error.retry_after)})


@app.exception_handler(UnavailableError)  # type: ignore[untyped-decorator]
def unavailable(error: UnavailableError) -> Response[str]:
    """Answer 503: AWS throttles us or is out of order. It is not a fault of ours, so no error is raised."""
    logger.warning("AWS does not take a call", extra={"error": str(error)})
    seconds = random.randint(*_COME_BACK)  # noqa: S311 - jitter, not a secret
    message = f"{error} Send the request again in {seconds} seconds."
    return answer(503, MessageAnswer(message=message), {"Retry-After": str(seconds)})


@app.exception_handler(JobErasedError)  # type: ignore[untyped-decorator]
def erased(error: JobErasedError) -> Response[str]:
    """Answer 503: the deleted job with this id had a long history."""
    return answer(503, MessageAnswer(message=str(error)), {"Retry-After": str(error.retry_after)})


@app.exception_handler(InvalidTokenError)  # type: ignore[untyped-decorator]
def invalid_token(error: InvalidTokenError) -> Response[str]:
    """Answer 400: a cursor or token does not come from this API."""
    return _unreadable(400, str(error))


@app.exception_handler(RequestError)  # type: ignore[untyped-decorator]
def unreadable_request(error: RequestError) -> Response[str]:
    """Answer a request that could not be read."""
    return _unreadable(error.status, str(error))


@app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]
def invalid_request(error: RequestValidationError) -> Response[str]:
    """Answer 400 if a parameter is wrong, 422 if the body is."""
    for one in error.errors():
        if one["loc"][0] != "body":
            message = one["msg"].removeprefix("Value error, ")
            return _unreadable(400, message if one["type"] == "value_error" else f"{one['loc'][-1]}: {message}")
    found = problems(error.errors(), app.current_event.json_body)
    return answer(422, invalid_answer("Object is not valid", found))


@app.not_found
def unknown_route(_: Exception) -> Response[str]:
    """Answer 404: no route has this path and method."""
    return _unreadable(404, "Unknown route.")


def _unreadable(status: int, message: str) -> Response[str]:
    path = app.current_event["requestContext"]["http"]["path"]
    return answer(status, UnreadableAnswer(message=html.escape(message), requestPath=html.escape(path)))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle an HTTP API event of payload version 2.0. Unknown errors propagate: API Gateway answers 500."""
    event["rawPath"] = event["rawPath"].removeprefix(METRONOME).rstrip("/") or "/"
    started = time.perf_counter()
    status = 500  # what API Gateway answers if an unknown error propagates
    token = platform().call_deadline.set(time.monotonic() + _PATIENCE)
    try:
        result: dict[str, Any] = app.resolve(event, context)
        status = result["statusCode"]
        return result
    finally:
        platform().call_deadline.reset(token)
        logger.info(
            "request",
            method=event["requestContext"]["http"]["method"],
            path=event["rawPath"],
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000),
        )
