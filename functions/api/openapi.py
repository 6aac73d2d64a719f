"""The part of an operation's OpenAPI description that its signature does not give."""

from typing import Any

from functions.api.answers.error import ANYWHERE, MODELS

VERSION = "0.2.0"  # of Shiftwork, as CHANGELOG.md has it
JSON = "application/json"
# RFC 9110, section 15, and for 429 RFC 6585, section 4. The names of http.HTTPStatus depend on Python's version.
PHRASES = {
    200: "OK",
    201: "Created",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_ETAG = {"type": "string", "examples": ['"19b7c0a3f12.1"']}
_LINK = {"type": "string", "examples": ['</v1/jobs?limit=100&cursor=eyJQSyI6IkpPQlMifQ>; rel="next"']}
ETAG = {"ETag": {"description": "The version of the job, for If-Match. Absent with `validate`.", "schema": _ETAG}}
LINK = {"Link": {"description": 'The URL of the next page, with rel="next". Absent on the last page.', "schema": _LINK}}


def operation(
    tag: str, name: str, summary: str, answers: dict[int, Any], *errors: int, headers: Any = None
) -> dict[str, Any]:
    """Return the arguments of a route. `answers` has the model of each success status, `errors` the error statuses.

    Of a status that the caller can have in JSON or as plain text, `answers` has the pair of the model and str.
    """
    good = {status: _content(PHRASES[status], model) | _headers(headers) for status, model in answers.items()}
    bad = {status: _content(PHRASES[status], MODELS[status]) for status in sorted({*ANYWHERE, *errors})}
    return {"operation_id": name, "summary": summary, "tags": [tag], "responses": good | bad}


def _content(description: str, model: Any) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for one in model if isinstance(model, tuple) else (model,):
        content |= {"text/plain": {"schema": {"type": "string"}}} if one is str else {JSON: {"model": one}}
    # Without `content`, Powertools would derive one from the function's return type.
    return {"description": description, "content": content if model is not None else {}}


def _headers(headers: Any) -> dict[str, Any]:
    return {"headers": headers} if headers else {}
