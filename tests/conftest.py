"""What all tests share: no test can reach AWS, and the deployment that the functions believe to be in."""

import os
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from tests import event_patterns, light_calls, light_clients
from tests.closing_lines import closing_lines
from tests.two_processes import TwoProcesses

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

event_patterns.install()
light_clients.install()
REGION = "eu-central-1"
ACCOUNT = "123456789012"
STATE_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:runs"
TASKS_STATE_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:runs-of-several-tasks"
FLEET_STATE_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:runs-of-a-fleet"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "POWERTOOLS_SERVICE_NAME": "tests",
    "TABLE_NAME": "shiftwork",
    "PAYLOAD_BUCKET": "payloads",
    "STATE_MACHINE_ARN": STATE_MACHINE,
    "TASKS_STATE_MACHINE_ARN": TASKS_STATE_MACHINE,
    "FLEET_STATE_MACHINE_ARN": FLEET_STATE_MACHINE,
    "ROLL_OUT_FUNCTION_ARN": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shiftwork-test-roll-out",
    "CLUSTER_ARN": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/runs",
    "SUBNET_IDS": "subnet-1,subnet-2",
    "SECURITY_GROUP_IDS": "sg-1",
    "ASSIGN_PUBLIC_IP": "ENABLED",
    "TASK_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/task",
    "EXECUTION_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/execution",
    "JOBS_LOG_GROUP": "/shiftwork/test/jobs",
    "FAMILY_PREFIX": "shiftwork-test",
    "DEFAULT_IMAGE": "public.ecr.aws/docker/library/alpine:3.22",
    "RETENTION_DAYS": "36500",  # the times in tests are of the past
    "STAGE": "test",
    "SCHEDULE_GROUP": "shiftwork-test",
    "SCHEDULE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/schedules",
    "DISPATCH_FUNCTION_ARN": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dispatch",
    "MISSED_QUEUE_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:missed",
    "EVENT_BUS_NAME": "shiftwork-test",
    "RULE_PREFIX": "shiftwork-test_",
    "REACT_FUNCTION_ARN": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:react",
    "DEAD_LETTERS_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the proof of the engine has tried, and what was left out: here, since tests run in other processes."""
    from tests.engine import tally  # noqa: PLC0415 - as below

    for line in closing_lines(terminalreporter.stats):
        terminalreporter.write_line(line)
    properties = [told for report in terminalreporter.stats.get("passed", []) for told in report.user_properties]
    if records := [record for name, record in properties if name == tally.PROPERTY]:
        terminalreporter.write_line(tally.summary(records))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoProcesses:
    """Choose our own way to share the tests out."""
    return TwoProcesses(config, log)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fake credentials and a fake deployment; nothing of the caller's own AWS environment is left."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@cache
def session() -> boto3.Session:
    """What makes the clients of all tests: what it has read once, such as AWS's models, no test reads again."""
    return boto3.Session()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS account in this process, and functions that have just been started."""
    light_calls.install(monkeypatch)
    from functions.aws import clients  # noqa: PLC0415 - imported with the environment set
    from functions.wiring import platform  # noqa: PLC0415

    caches = (
        platform,
        clients.dynamodb,
        clients.stepfunctions,
        clients.ecs,
        clients.logs,
        clients.cloudwatch,
        clients.scheduler,
        clients.events,
        clients.iot,
        clients.iam,
        clients.s3,
    )
    used = light_clients.reuse(monkeypatch)
    with mock_aws():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session())
        for cached in caches:
            cached.cache_clear()
        clients.scheduler().create_schedule_group(Name=ENVIRONMENT["SCHEDULE_GROUP"])
        yield
    light_clients.give_back(used)


@pytest.fixture
def dynamodb(aws: None) -> "DynamoDBClient":
    """DynamoDB with the deployment's table."""
    from functions.aws import clients  # noqa: PLC0415

    client = clients.dynamodb()
    client.create_table(
        TableName=ENVIRONMENT["TABLE_NAME"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("PK", "SK", "GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK")
        ],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": [
                    {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "GSI2",
                "KeySchema": [
                    {"AttributeName": "GSI2PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI2SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status", "jobId", "labels"]},
            },
        ],
    )
    return client
