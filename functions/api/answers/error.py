"""Answers about errors, in Metronome's shapes."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.jobs.model.errors import Problem

Message = Annotated[str, Field(description="What is wrong and what to do.", examples=["Object is not valid"])]


class UnreadableAnswer(BaseModel):
    """The request cannot be read, or its path does not exist."""

    message: Message
    requestPath: Annotated[str, Field(description="The path of the request.", examples=["/v1/jobs/Not-An-Id"])]


class MessageAnswer(BaseModel):
    """The request conflicts with the present state, AWS does not take it for the moment, or API Gateway refused it."""

    message: Message


class NotFoundAnswer(BaseModel):
    """The job, run or other item that the request names does not exist."""

    message: Message
    id: Annotated[str, Field(description="The id that does not exist.", examples=["team.report"])]
    jobSpec: Annotated[str, Field(description="The job, if a run does not exist.", examples=["team.report"])] = ""


class ProblemAnswer(BaseModel):
    """The errors at one place of a document."""

    path: Annotated[
        str, Field(description="The place; list items are written as (0).", examples=["/run/networks(0)/name"])
    ]
    errors: Annotated[
        list[str], Field(description="The errors.", examples=[["must not be empty for container networks"]])
    ]


class InvalidAnswer(BaseModel):
    """The document breaks a rule. For unknown or circular dependencies, `details` is absent."""

    message: Message
    details: Annotated[list[ProblemAnswer], Field(description="The places with errors.", examples=[[]])] = []


_LONGEST_PATH = 1000  # characters; a name in a document can be nearly as long as the document

# The errors of any request. 400: a parameter is wrong. The others come from API Gateway itself: the caller has no
# permission (403), there are too many requests (429), the function failed (500) or took too long (503). The function
# itself answers 503 with Retry-After if AWS does not take its calls for the moment.
ANYWHERE = (400, 403, 429, 500, 503)
MODELS: dict[int, Any] = {
    400: UnreadableAnswer,
    403: MessageAnswer,
    404: NotFoundAnswer | UnreadableAnswer,
    409: MessageAnswer,
    412: MessageAnswer,
    413: UnreadableAnswer,
    415: UnreadableAnswer,
    422: InvalidAnswer,
    429: MessageAnswer,
    500: MessageAnswer,
    503: MessageAnswer,
}


def invalid_answer(message: str, problems: Iterable[Problem]) -> InvalidAnswer:
    """Return the problems grouped by path; a very long path is cut."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        path = problem.path if len(problem.path) <= _LONGEST_PATH else f"{problem.path[:_LONGEST_PATH]}..."
        found.setdefault(path, []).append(problem.message)
    return InvalidAnswer(
        message=message, details=[ProblemAnswer(path=path, errors=errors) for path, errors in found.items()]
    )
