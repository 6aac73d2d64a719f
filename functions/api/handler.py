"""The API's Lambda function: routes a request, maps known errors, logs one line; unknown errors propagate."""

import html
import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api import routes_jobs, routes_runs
from functions.api.requests import RequestError
from functions.api.responses import answer, problems_json
from functions.jobs.errors import (
    ConflictError,
    InvalidError,
    InvalidTokenError,
    JobNotFoundError,
    JobsError,
    RunNotFoundError,
)

logger = Logger()
app = APIGatewayHttpResolver()
app.include_router(routes_jobs.router)
app.include_router(routes_runs.router)


@app.get("/ping")
def ping() -> Response[str]:
    """Whether the API serves."""
    return Response(200, "text/plain", "pong")


@app.exception_handler(JobsError)  # type: ignore[untyped-decorator]
def known_error(error: JobsError) -> Response[str]:
    """The one table of what the domain's errors are in HTTP."""
    match error:
        case InvalidError():
            return answer(422, {"message": str(error), "details": problems_json(error.problems)})
        case ConflictError():
            return answer(409, {"message": str(error)})
        case JobNotFoundError():
            return answer(404, {"id": error.job_id, "message": str(error)})
        case RunNotFoundError():
            return answer(404, {"jobSpec": error.job_id, "id": error.run_id, "message": str(error)})
        case InvalidTokenError():
            return _unreadable(400, str(error))
    raise error


@app.exception_handler(RequestError)  # type: ignore[untyped-decorator]
def unreadable_request(error: RequestError) -> Response[str]:
    """The request could not be read."""
    return _unreadable(error.status, str(error))


@app.not_found
def unknown_route(_: Exception) -> Response[str]:
    """No such path, or not with this method."""
    return _unreadable(404, "Unknown route.")


def _unreadable(status: int, message: str) -> Response[str]:
    path = app.current_event.raw_path
    return answer(status, {"message": html.escape(message), "requestPath": html.escape(path)})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry: an HTTP API event of payload version 2.0."""
    event["rawPath"] = event["rawPath"].rstrip("/") or "/"
    started = time.perf_counter()
    status = 500  # what API Gateway answers if an unknown error propagates
    try:
        result: dict[str, Any] = app.resolve(event, context)
        status = result["statusCode"]
        return result
    finally:
        logger.info(
            "request",
            method=event["requestContext"]["http"]["method"],
            path=event["rawPath"],
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000),
        )
