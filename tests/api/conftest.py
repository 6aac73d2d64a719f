"""The API in this process: a request in, an answer out, AWS by moto, and every AWS call on record."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

import boto3
import pytest

from functions.api.handler import handler
from functions.aws import clients
from tests.api.conformance import check
from tests.conftest import ENVIRONMENT
from tests.unit.tasks import task_event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient

JOB: dict[str, Any] = {"id": "team.job", "run": {"cpus": 0.1, "mem": 32, "disk": 0, "cmd": "echo hello"}}
PATH = "/v1/jobs/team.job"
RUNS = f"{PATH}/runs"
SCHEDULES = f"{PATH}/schedules"
NIGHTLY = {"id": "nightly", "cron": "0 3 * * *"}
CONTEXT = cast(
    "LambdaContext",
    SimpleNamespace(
        function_name="api",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:api",
        aws_request_id="request",
        get_remaining_time_in_millis=lambda: 30_000,
    ),
)


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    content_type: str
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.text)


Call = Callable[..., Answer]


def _joined(query: str) -> dict[str, str]:
    """As HTTP APIs hand parameters over: decoded, repeated ones joined by commas."""
    return {name: ",".join(values) for name, values in parse_qs(query, keep_blank_values=True).items()}


@pytest.fixture
def call(dynamodb: "DynamoDBClient") -> Call:
    """Send a request: call("POST", "/v1/jobs?embed=history", {...}, headers={...})."""
    for name in ("runs", "runs-of-several-tasks", "runs-of-a-fleet"):
        boto3.client("stepfunctions").create_state_machine(
            name=name,
            definition='{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/r",
        )
    boto3.client("logs").create_log_group(logGroupName=ENVIRONMENT["JOBS_LOG_GROUP"])

    def send(
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: str | None = None,
        headers: dict[str, str] | None = None,
        base64: bool = False,
    ) -> Answer:
        raw_path, _, query = path.partition("?")
        text = raw if raw is not None else json.dumps(body) if body is not None else None
        event = {
            "version": "2.0",
            "routeKey": "ANY /{proxy+}",
            "rawPath": raw_path,
            "rawQueryString": query,
            "queryStringParameters": _joined(query),
            "headers": {"content-type": "application/json"} | (headers or {}),
            "requestContext": {
                "stage": "$default",
                "domainName": "api.example.com",
                "http": {"method": method, "path": raw_path},
            },
            "body": text,
            "isBase64Encoded": base64,
        }
        result = handler(event, CONTEXT)
        headers = result["headers"]
        check(method, raw_path, result["statusCode"], headers.get("Content-Type", ""), result["body"])
        return Answer(result["statusCode"], headers.get("Content-Type", ""), result["body"], headers)

    return send


@pytest.fixture
def aws_calls(call: Call) -> list[str]:
    """The names of the AWS operations that the functions call, as they happen."""
    made: list[str] = []
    for client in (
        clients.dynamodb(),
        clients.stepfunctions(),
        clients.ecs(),
        clients.logs(),
        clients.scheduler(),
        clients.events(),
        clients.s3(),
        clients.iot(),
    ):
        client.meta.events.register("before-call", lambda model, **_: made.append(model.name))
    return made


def task_of(run: dict[str, Any], *args: Any, **more: Any) -> dict[str, Any]:
    """What ECS says of a run's task."""
    event = task_event(*args, **more)
    event["overrides"]["containerOverrides"][0]["environment"][1]["value"] = run["id"]
    return event


@pytest.fixture
def run(call: Call) -> dict[str, Any]:
    """A run that was just triggered."""
    call("POST", "/v1/jobs", JOB)
    answer = call("POST", RUNS)
    assert answer.status == 201
    return dict(answer.json)


def walk(call: Call, path: str) -> list[Any]:
    """All the items of a list, page by page."""
    found: list[Any] = []
    following: str | None = path
    while following:
        answer: Answer = call("GET", following)
        assert answer.status == 200
        found += answer.json
        link = answer.headers.get("Link")
        following = link.partition(">")[0].removeprefix("<") if link else None
    return found


@pytest.fixture
def four_jobs(call: Call) -> None:
    """A job without a group, three in groups."""
    for job_id, label in (("lonely", "x"), ("team.a", "x"), ("team.b.c", "y"), ("teamster.d", "x")):
        assert call("POST", "/v1/jobs", JOB | {"id": job_id, "labels": {"kind": label, "all": ""}}).status == 201


def job_after(job_id: str, *parents: str, **more: Any) -> dict[str, Any]:
    """A job that depends on others."""
    return JOB | {"id": job_id, "dependencies": [{"id": parent} for parent in parents]} | more
