"""The clients of AWS services: one for each service and process, made on first use.

Adapters take the function and call it for each request, so that a function of the deployment makes only the clients
that it needs.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from functions.aws import passing_errors

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_stepfunctions import SFNClient

# botocore repeats nothing: functions/aws/passing_errors.py does.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=3, read_timeout=10)


def _client(service: str, config: Config = _CONFIG) -> Any:
    client: Any = boto3.client(service, config=config)  # type: ignore[call-overload]
    client.meta.events.register_first("needs-retry", passing_errors.delay)
    return client


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: the table."""
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def stepfunctions() -> "SFNClient":
    """Step Functions: executions."""
    client: SFNClient = _client("stepfunctions")
    return client


@cache
def ecs() -> "ECSClient":
    """ECS: task definitions."""
    client: ECSClient = _client("ecs")
    return client


@cache
def logs() -> "CloudWatchLogsClient":
    """CloudWatch Logs: what tasks print."""
    client: CloudWatchLogsClient = _client("logs")
    return client


@cache
def cloudwatch() -> "CloudWatchClient":
    """CloudWatch: metrics."""
    client: CloudWatchClient = _client("cloudwatch")
    return client


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """EventBridge Scheduler: schedules."""
    client: EventBridgeSchedulerClient = _client("scheduler")
    return client


@cache
def events() -> "EventBridgeClient":
    """EventBridge: rules, and status events."""
    client: EventBridgeClient = _client("events")
    return client


@cache
def iot() -> "IoTClient":
    """AWS IoT Core: its jobs, and the registry of devices."""
    client: IoTClient = _client("iot")
    return client


@cache
def iam() -> "IAMClient":
    """IAM: ECS's service-linked role."""
    return boto3.client("iam", config=_CONFIG)


@cache
def s3() -> "S3Client":
    """S3: payloads. Its URLs are signed for the region's endpoint, with signature version 4.

    By default, botocore signs URLs for the global endpoint, in some regions with version 2. That endpoint redirects,
    and the signature is not valid there (S3 User Guide, "Making requests using REST API endpoints").
    """
    regional = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    client: S3Client = _client("s3", _CONFIG.merge(regional))
    return client
