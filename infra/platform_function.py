"""A function as all of ours are: one bundle, a role of its own, JSON logs with a retention."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import bundle
from infra.conventions import NO_RESOURCE, Allow, allow, as_written, log_group
from infra.queues import Queues
from infra.settings import Settings
from infra.statements import Resources

RUNTIME = lambda_.Runtime(f"python{bundle.PYTHON}", lambda_.RuntimeFamily.PYTHON)
TIMEOUT = 30  # seconds, of a function that nobody waits for
TRACE = Allow(
    sid="Trace", actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"], why=NO_RESOURCE
)


@dataclass(frozen=True, kw_only=True)
class Common:
    """What all functions of one deployment share. `code` is the bundle; `environment` is set for each of them."""

    settings: Settings
    code: lambda_.Code
    environment: Mapping[str, str]
    queues: Queues


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and how long Lambda tries an asynchronous event, and to which queue it sends the event then, if any.

    The defaults are Lambda's own: two more tries, and six hours for an event to wait.
    """

    gives_up_to: Callable[[Queues], sqs.Queue] | None
    retries: int = 2
    minutes: int = 6 * 60


@dataclass(frozen=True, kw_only=True)
class Row:
    """One function in the table of functions.py.

    `permissions` and `environment` add to what all functions have. `patience` is None if each caller waits for the
    answer. `fixed_name` follows the stack's name; without it CloudFormation chooses a name. `comes_first`: it is
    created before the resources of the deployment, so its environment names none of them. `of_fleets`: a deployment
    without fleets does not have it. `traced`: X-Ray records a part of its invocations, 5 % and one a second.
    """

    name: str
    handler: str
    permissions: Callable[[Resources], list[Allow]]
    patience: Patience | None
    timeout: int = TIMEOUT  # seconds
    memory: int = 512  # MB
    environment: Callable[[Resources], Mapping[str, str]] | None = None
    fixed_name: str | None = None
    comes_first: bool = False
    of_fleets: bool = False
    traced: bool = True


class PlatformFunction(Construct):
    """One function with its log and its role.

    `grant` completes it: some functions need the ARNs of resources that are created for other functions.
    """

    def __init__(self, scope: Construct, *, row: Row, common: Common) -> None:
        super().__init__(scope, row.name)
        self._row, settings = row, common.settings
        known = {} if row.comes_first else common.environment
        self._log = log_group(self, "Log", days=settings.retention_days)
        self._policy = iam.PolicyDocument()
        principal = iam.ServicePrincipal("lambda.amazonaws.com")
        self._role = iam.Role(self, "Role", assumed_by=principal, inline_policies={"Allowed": self._policy})
        self.function = lambda_.Function(
            self,
            "Function",
            code=common.code,
            function_name=f"{settings.stack_name}-{row.fixed_name}" if row.fixed_name else None,
            handler=row.handler,
            runtime=RUNTIME,
            architecture=_architecture(settings),
            memory_size=row.memory,
            timeout=cdk.Duration.seconds(row.timeout),
            role=as_written(self._role),
            log_group=self._log,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE if row.traced else lambda_.Tracing.DISABLED,
            environment={**known, "POWERTOOLS_SERVICE_NAME": row.name.lower()},
        )

    def grant(self, resources: Resources) -> None:
        """Give the function the permissions, the environment and the patience of its row."""
        row, write = self._row, ["logs:CreateLogStream", "logs:PutLogEvents"]
        allowed = [*row.permissions(resources)]
        allowed += [Allow(sid="WriteLog", actions=write, resources=[self._log.log_group_arn])]
        allowed += [TRACE] if row.traced else []
        if row.patience:
            queue = row.patience.gives_up_to(resources.queues) if row.patience.gives_up_to else None
            self.function.configure_async_invoke(
                on_failure=destinations.SqsDestination(queue) if queue else None,
                retry_attempts=row.patience.retries,
                max_event_age=cdk.Duration.minutes(row.patience.minutes),
            )
            if queue:
                allowed.append(Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[queue.queue_arn]))
        allow(self._role, self._policy, allowed)
        for name, value in row.environment(resources).items() if row.environment else ():
            self.function.add_environment(name, value)


def _architecture(settings: Settings) -> lambda_.Architecture:
    """Return arm64, which costs a fifth less; in the local cloud, this machine's architecture."""
    if settings.is_local and platform.machine().lower() in ("x86_64", "amd64"):
        return lambda_.Architecture.X86_64
    return lambda_.Architecture.ARM_64
