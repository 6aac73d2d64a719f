"""A function as all of ours are: one bundle, one role each, JSON logs with an end, traced."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import bundle
from infra.conventions import NO_RESOURCE, Allow, as_written, log_group, role
from infra.queues import Queues
from infra.settings import Settings

RUNTIME = lambda_.Runtime(f"python{bundle.PYTHON}", lambda_.RuntimeFamily.PYTHON)
TIMEOUT = 30  # seconds, of a function that nobody waits for
TRACE = Allow(
    sid="Trace", actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"], why=NO_RESOURCE
)


@dataclass(frozen=True, kw_only=True)
class Common:
    """What the functions of one deployment share."""

    settings: Settings
    code: lambda_.Code
    environment: Mapping[str, str]
    queues: Queues


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and how long Lambda tries an asynchronous event, and where it goes then: None is nowhere.

    Lambda's own defaults, said aloud: two more tries, and six hours for an event to wait in its queue.
    """

    gives_up_to: sqs.Queue | None
    retries: int = 2
    minutes: int = 6 * 60


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where one function starts, what it may do, what it is told besides what all are told.

    `patience` is None for a function that is only ever called by somebody who waits for its answer. `name`: only where
    it must be known before.
    """

    handler: str
    allowed: Sequence[Allow]
    patience: Patience | None
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_size: int = 512
    timeout: int = TIMEOUT
    name: str | None = None


def platform_function(scope: Construct, construct_id: str, *, common: Common, entry: Entry) -> lambda_.Function:
    """One function with its log and its role."""
    scope = Construct(scope, construct_id)
    log = log_group(scope, "Log", days=common.settings.retention_days)
    function = lambda_.Function(
        scope,
        "Function",
        code=common.code,
        function_name=entry.name,
        handler=entry.handler,
        runtime=RUNTIME,
        architecture=_architecture(common.settings),
        memory_size=entry.memory_size,
        timeout=cdk.Duration.seconds(entry.timeout),
        role=as_written(_role(scope, log, entry)),
        log_group=log,
        logging_format=lambda_.LoggingFormat.JSON,
        tracing=lambda_.Tracing.ACTIVE,
        environment={**common.environment, **entry.environment, "POWERTOOLS_SERVICE_NAME": construct_id.lower()},
    )
    if entry.patience:
        _be_patient(function, entry.patience)
    return function


def _be_patient(function: lambda_.Function, patience: Patience) -> None:
    function.configure_async_invoke(
        on_failure=destinations.SqsDestination(patience.gives_up_to) if patience.gives_up_to else None,
        retry_attempts=patience.retries,
        max_event_age=cdk.Duration.minutes(patience.minutes),
    )


def _role(scope: Construct, log: logs.LogGroup, entry: Entry) -> iam.Role:
    write = ["logs:CreateLogStream", "logs:PutLogEvents"]
    allowed = [*entry.allowed, Allow(sid="WriteLog", actions=write, resources=[log.log_group_arn]), TRACE]
    if entry.patience and (queue := entry.patience.gives_up_to):
        allowed.append(Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[queue.queue_arn]))
    return role(scope, "Role", service="lambda", allowed=allowed)


def _architecture(settings: Settings) -> lambda_.Architecture:
    """arm64 costs a fifth less; the local cloud has this machine's."""
    if settings.is_local and platform.machine().lower() in ("x86_64", "amd64"):
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64
