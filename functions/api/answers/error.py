"""What errors look like, in Metronome's shapes."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from functions.jobs.model.errors import Problem

Message = Annotated[str, Field(description="What is wrong, and the way out.", examples=["Object is not valid"])]


class UnreadableAnswer(BaseModel):
    """The request cannot be read, or there is nothing at its path."""

    message: Message
    requestPath: Annotated[str, Field(description="The path that was asked for.", examples=["/v1/jobs/Not-An-Id"])]


class MessageAnswer(BaseModel):
    """The request is sound, but not in the state that things are in; or API Gateway itself has answered."""

    message: Message


class NotFoundAnswer(BaseModel):
    """What the request names does not exist."""

    message: Message
    id: Annotated[str, Field(description="What was asked for.", examples=["team.report"])]
    jobSpec: Annotated[str, Field(description="The job in which a run was asked for.", examples=["team.report"])] = ""


class ProblemAnswer(BaseModel):
    """What is wrong at one place of a document."""

    path: Annotated[str, Field(description="Where: list items as (0).", examples=["/run/networks(0)/name"])]
    errors: Annotated[list[str], Field(description="What.", examples=[["must not be empty for container networks"]])]


class InvalidAnswer(BaseModel):
    """The document breaks a rule; for dependencies that are unknown or go in a circle there are no details."""

    message: Message
    details: Annotated[list[ProblemAnswer], Field(description="Each place that is wrong.", examples=[[]])] = []


_LONGEST_PATH = 1000  # characters: a document may have names as long as itself

# Any request may be answered so: a parameter is wrong; and by API Gateway itself, that the caller may not, that there
# are too many requests, that the function failed or took too long.
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
    """The problems, path by path; of a very long path the beginning."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        path = problem.path if len(problem.path) <= _LONGEST_PATH else f"{problem.path[:_LONGEST_PATH]}..."
        found.setdefault(path, []).append(problem.message)
    return InvalidAnswer(
        message=message, details=[ProblemAnswer(path=path, errors=errors) for path, errors in found.items()]
    )
