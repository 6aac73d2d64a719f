"""The parameters of requests, each with its rule and its description: in the path, in the query, in headers."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import AfterValidator, BeforeValidator, Field

from functions.jobs.model.job import ID_PATTERN, MAX_ID, is_job_id
from functions.jobs.model.run import RunStatus

MAX_PAGE = 1000  # jobs, groups and revisions in a page
MAX_RUNS = 100  # runs in a page: as many as one BatchGetItem reads
MAX_TASKS = 10_000  # of a run
# Each is a condition of a filter, which has 4 KB at most (DynamoDB Developer Guide, "Constraints": expressions)
MAX_LABELS = 50
# The times that run ids can begin with; what is before or after them asks for the same runs as they do.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Embed(StrEnum):
    """What a job's answer may include besides the job."""

    ACTIVE_RUNS = "activeRuns"
    SCHEDULES = "schedules"
    HISTORY = "history"
    HISTORY_SUMMARY = "historySummary"


def _id(text: str) -> str:
    if not is_job_id(text):
        raise ValueError(f"Not a valid id: {text}")
    return text


def several(values: Any) -> Any:
    """Comma separated and repeated are the same; an empty one asks for nothing, and the same again for no more."""
    texts = values.split(",") if isinstance(values, str) else values
    return list(dict.fromkeys(filter(None, texts))) if isinstance(texts, list) else texts


def _embeds(values: Any) -> Any:
    names = several(values)
    if any(name not in list(Embed) for name in names or ()):
        raise ValueError(f"Unknown embed options. Valid options are: {', '.join(Embed)}")
    return names


def _labels(pairs: list[str] | None) -> list[str] | None:
    for pair in pairs or ():
        name, equals, _ = pair.partition("=")
        if not name or not equals:
            raise ValueError(f"label: '{pair}' is not of the form name=value.")
    return pairs


def pairs(labels: Iterable[str]) -> dict[str, str]:
    """The labels of a request, by name."""
    return {name: value for name, _, value in (pair.partition("=") for pair in labels)}


def _iso(text: Any) -> Any:
    """pydantic reads numbers too, as seconds since 1970."""
    if isinstance(text, str) and not re.match(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"'{text}' is not a time: give one like 2026-01-02T03:04:05Z.")
    return text


def _within(moment: datetime | None) -> datetime | None:
    """Without an offset a time is one of UTC."""
    if moment is None:
        return None
    return min(max(moment if moment.tzinfo else moment.replace(tzinfo=UTC), FIRST), LAST)


def _span(description: str) -> Any:
    """A limit of a span of time."""
    return Annotated[
        datetime | None,
        BeforeValidator(_iso),
        AfterValidator(_within),
        Query(description=description, examples=["2026-01-02T03:04:05Z"]),
    ]


def is_true(flag: str) -> bool:
    """The value of a Flag."""
    return flag in ("true", "1")


def flag(description: str) -> Any:
    """A boolean parameter, written as Metronome reads it."""
    return Annotated[Literal["true", "false", "1", "0"], Query(description=description, examples=["true"])]


_ID: Any = {"pattern": f"^({ID_PATTERN.pattern})$", "maxLength": MAX_ID}
JobIdPath = Annotated[
    str, AfterValidator(_id), Path(description="The job's id.", examples=["team.report"], json_schema_extra=_ID)
]
GroupIdPath = Annotated[
    str, AfterValidator(_id), Path(description="The group's id.", examples=["team"], json_schema_extra=_ID)
]
ScheduleIdPath = Annotated[str, Path(description="The schedule's id.", examples=["nightly"], json_schema_extra=_ID)]
RunIdPath = Annotated[
    str,
    Path(
        description="The run's id.",
        examples=["20260102030405kV9x0"],
        json_schema_extra={"pattern": "^[0-9A-Za-z]{1,80}$"},
    ),
]
HookIdPath = Annotated[
    str,
    Path(
        description="The hook's id.",
        examples=["team.report_5f2d0c1b9a8e7f64"],
        json_schema_extra={"pattern": "^[a-z0-9.-]{1,400}_[0-9a-f]{16}$"},
    ),
]
RevisionPath = Annotated[int, Path(ge=1, le=99_999_999, description="The revision's number.", examples=[3])]

Embeds = Annotated[
    list[Embed] | None,
    BeforeValidator(_embeds),
    Query(alias="embed", description="What to include: repeated, or separated by commas.", examples=[["activeRuns"]]),
]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Where the page begins: from the `Link` of the page before.",
        examples=["eyJQSyI6IkpPQlMifQ"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many there are in a page at most.", examples=[100])]
RunLimit = Annotated[
    int | None, Query(ge=1, le=MAX_RUNS, description="How many runs there are in a page at most.", examples=[100])
]
GroupQuery = Annotated[
    str | None,
    AfterValidator(lambda text: text if text is None else _id(text)),
    Query(alias="group", description="Only what is in this group or in its subgroups.", examples=["team"]),
]
Labels = Annotated[
    Annotated[list[str], Field(max_length=MAX_LABELS)] | None,
    BeforeValidator(several),
    AfterValidator(_labels),
    Query(
        alias="label",
        description="Only what has this label: `name=value`, repeated for several.",
        examples=[["a=b"]],
    ),
]
Statuses = Annotated[
    list[RunStatus] | None,
    BeforeValidator(several),
    Query(alias="status", description="Only runs in one of these statuses.", examples=[["FAILED"]]),
]
Index = Annotated[
    int, Query(ge=0, le=MAX_TASKS - 1, description="Which of the run's tasks, if it has several.", examples=[3])
]
Since = _span("Only runs of this second or later, by the time in their ids (ISO 8601; in a query + is %2B).")
Until = _span("Only runs of this second or earlier, by the time in their ids (ISO 8601; in a query + is %2B).")
Validate = flag("Only say what would be saved: nothing is written.")
Force = flag("Of a fleet, take the job also from devices that are at work; they hear of it at their next report.")
StopRuns = flag("Stop the job's active runs instead of refusing.")
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the job as it was read: if it is another one by now, 412.",
        examples=['"19b7c0a3f12.1"'],
    ),
]
IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="For 24 hours, the same key with the same request gives the same answer and does nothing twice.",
        examples=["report-of-monday"],
    ),
]
