"""The parameters of requests, in path, query and headers, each with its rule and its description."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import AfterValidator, BeforeValidator, Field

from functions.jobs.model.job import ID_PATTERN, MAX_ID, job_id
from functions.jobs.model.run import RunStatus

MAX_PAGE = 1000  # jobs, groups and revisions in a page
MAX_RUNS = 100  # runs in a page: as many as one BatchGetItem reads
MAX_TASKS = 10_000  # of a run
# Each label is a condition in a filter of at most 4 KB (DynamoDB Developer Guide, "Constraints": expressions).
MAX_LABELS = 50
# The range of times in run ids. A limit outside of the range selects the same runs as the nearer end.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Embed(StrEnum):
    """The parts that an answer can include besides the job."""

    ACTIVE_RUNS = "activeRuns"
    SCHEDULES = "schedules"
    HISTORY = "history"
    HISTORY_SUMMARY = "historySummary"


def several(values: Any) -> Any:
    """Return a list from comma-separated or repeated values, without empty values and repetitions."""
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
    """Return the labels of a request by name."""
    return {name: value for name, _, value in (pair.partition("=") for pair in labels)}


def _within(time: datetime | None) -> datetime | None:
    """Return the time, limited to FIRST and LAST. A time without an offset is in UTC."""
    if time is None:
        return None
    return min(max(time if time.tzinfo else time.replace(tzinfo=UTC), FIRST), LAST)


def _time(name: str, description: str) -> Any:
    """Return the type of a query parameter that limits a list by time."""

    def check(text: Any) -> Any:
        # pydantic would also read a number, as seconds since 1970.
        if isinstance(text, str) and not re.match(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(f"{name}: '{text}' is not a time. Use ISO 8601, such as 2026-01-02T03:04:05Z.")
        return text

    return Annotated[
        datetime | None,
        BeforeValidator(check),
        AfterValidator(_within),
        Query(description=description, examples=["2026-01-02T03:04:05Z"]),
    ]


def is_true(flag: str) -> bool:
    """Return the value of a boolean parameter."""
    return flag in ("true", "1")


def flag(description: str) -> Any:
    """Return the type of a boolean parameter, with the values that Metronome reads."""
    return Annotated[Literal["true", "false", "1", "0"], Query(description=description, examples=["true"])]


_ID: Any = {"pattern": f"^({ID_PATTERN.pattern})$", "maxLength": MAX_ID}
JobIdPath = Annotated[
    str, AfterValidator(job_id), Path(description="The job's id.", examples=["team.report"], json_schema_extra=_ID)
]
GroupIdPath = Annotated[
    str, AfterValidator(job_id), Path(description="The group's id.", examples=["team"], json_schema_extra=_ID)
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
    Query(alias="embed", description="The parts to include: repeated or comma-separated.", examples=[["activeRuns"]]),
]
Cursor = Annotated[
    str | None,
    Query(
        min_length=1,
        description="The start of the page, from the `Link` header of the page before.",
        examples=["eyJQSyI6IkpPQlMifQ"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="The maximum number of items in a page.", examples=[100])]
RunLimit = Annotated[
    int | None, Query(ge=1, le=MAX_RUNS, description="The maximum number of items in a page.", examples=[100])
]
GroupQuery = Annotated[
    str | None,
    AfterValidator(lambda text: text if text is None else job_id(text)),
    Query(alias="group", description="List only what is in this group or its subgroups.", examples=["team"]),
]
Labels = Annotated[
    Annotated[list[str], Field(max_length=MAX_LABELS)] | None,
    BeforeValidator(several),
    AfterValidator(_labels),
    Query(
        alias="label",
        description="List only what has this label, as `name=value`. Repeat the parameter to require several labels.",
        examples=[["a=b"]],
    ),
]
Statuses = Annotated[
    list[RunStatus] | None,
    BeforeValidator(several),
    Query(alias="status", description="List only runs in one of these statuses.", examples=[["FAILED"]]),
]
Index = Annotated[
    int, Query(ge=0, le=MAX_TASKS - 1, description="The index of the task, if the run has several.", examples=[3])
]
_FORMAT = "The time in the run's id counts. Use ISO 8601; in a URL, write + as %2B."
Since = _time("since", f"List only runs of this second or later. {_FORMAT}")
Until = _time("until", f"List only runs of this second or earlier. {_FORMAT}")
LogSince = _time("since", "Return only lines of this time or later. Use ISO 8601; in a URL, write + as %2B.")
LogUntil = _time("until", "Return only lines before this time. Use ISO 8601; in a URL, write + as %2B.")
Follow = flag("Return new lines of active and new runs as they come. Default: all runs, the newest first.")
Validate = flag("Check the document and show what would be saved. Nothing is written.")
Force = flag(
    "Only for a fleet job: also cancel executions that a device has started. The device notices it at its next report."
)
StopRuns = flag("Stop the job's active runs first. If this is false, a job with active runs is not deleted (409).")
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the job as you read it. If the job has changed since then, the answer is 412.",
        examples=['"19b7c0a3f12.1"'],
    ),
]
IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A key of your choice. If you repeat a request with its key within 24 hours, you get the first "
        "result again, and nothing happens twice.",
        examples=["report-of-monday"],
    ),
]
