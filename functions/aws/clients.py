"""The clients of AWS services: one for each service and process, made on first use.

Adapters take the function and call it for each request, so that a function of the deployment makes only the clients
that it needs.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

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

# The standard mode retries throttled calls within the function's time. The legacy mode backs off too little for that.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=3, read_timeout=10)


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: the table."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def stepfunctions() -> "SFNClient":
    """Step Functions: executions."""
    return boto3.client("stepfunctions", config=_CONFIG)


@cache
def ecs() -> "ECSClient":
    """ECS: task definitions."""
    return boto3.client("ecs", config=_CONFIG)


@cache
def logs() -> "CloudWatchLogsClient":
    """CloudWatch Logs: what tasks print."""
    return boto3.client("logs", config=_CONFIG)


@cache
def cloudwatch() -> "CloudWatchClient":
    """CloudWatch: metrics."""
    return boto3.client("cloudwatch", config=_CONFIG)


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """EventBridge Scheduler: schedules."""
    return boto3.client("scheduler", config=_CONFIG)


@cache
def events() -> "EventBridgeClient":
    """EventBridge: rules, and status events."""
    return boto3.client("events", config=_CONFIG)


@cache
def iot() -> "IoTClient":
    """AWS IoT Core: its jobs, and the registry of devices."""
    return boto3.client("iot", config=_CONFIG)


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
    return boto3.client("s3", config=_CONFIG.merge(regional))
