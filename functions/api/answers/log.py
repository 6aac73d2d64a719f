"""Answers about logs: JSON, and plain text for a terminal."""

from collections.abc import Iterable
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from functions.api.http import Time
from functions.jobs.runs.log import LogLine, LogPart

TEXT = "text/plain; charset=utf-8"


class LineAnswer(BaseModel):
    """One line of a log."""

    timestamp: Annotated[Time, Field(description="The time of the line in CloudWatch Logs.")]
    message: Annotated[str, Field(description="The line.", examples=["hello"])]
    attempt: Annotated[int, Field(description="The number of the attempt that printed the line.", examples=[1])]
    container: Annotated[str, Field(description="The container that printed the line.", examples=["main"])]
    runId: Annotated[str, Field(description="The run that printed the line.", examples=["20260102030405kV9x0"])]


class LogAnswer(BaseModel):
    """A part of a log."""

    events: Annotated[list[LineAnswer], Field(description="The lines, in order. Empty: there is nothing new yet.")]
    nextToken: Annotated[str, Field(description="The start of the next part.", examples=["1:f/3641"])]
    ended: Annotated[
        bool,
        Field(description="Whether the log is complete: no line can come after this part.", examples=[False]),
    ]

    @classmethod
    def of(cls, part: LogPart) -> "LogAnswer":
        """Return a part of a log as an answer."""
        events = [
            LineAnswer(
                timestamp=line.at,
                message=line.text,
                attempt=line.attempt,
                container=line.container,
                runId=line.run_id,
            )
            for line in part.lines
        ]
        return cls(events=events, nextToken=part.token, ended=part.ended)


def text_answer(part: LogPart, headers: dict[str, str], *, runs: bool, containers: bool) -> Response[str]:
    """Return the lines as plain text; each begins with its run and its container if the caller asked for several."""
    return Response(200, TEXT, "".join(_lines(part.lines, runs=runs, containers=containers)), headers)


def _lines(lines: Iterable[LogLine], *, runs: bool, containers: bool) -> Iterable[str]:
    for line in lines:
        names = [line.run_id] * runs + [line.container] * containers
        yield f"{' '.join(names)} | {line.text}\n" if names else f"{line.text}\n"
