"""The stack: creates the constructs, connects them, and lists the outputs. It defines no resource itself."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarms import Alarms
from infra.api import Api
from infra.definitions import Definitions
from infra.events import RunEvents
from infra.functions import Functions
from infra.network import FIRST_ZONES, Network
from infra.platform_function import TIMEOUT, Common
from infra.queues import DeadLetters, MissedFirings, Queues
from infra.runner import Runner
from infra.schedules import Sweeping
from infra.settings import OwnNetwork, Settings
from infra.storage import Storage

# The account of the local cloud: `cdk deploy -c stage=local` refuses any other account.
LOCAL = cdk.Environment(account="000000000000", region="us-east-1")
# A protected stack could not be deleted if its creation fails, so protection comes second: docs/decisions/0040.
UNPROTECTED = (
    "The stack and its table can be deleted. Once the first deployment has succeeded, deploy again with "
    "-c stage={stage} -c protect=true, and keep that setting."
)

# What the CloudFormation console shows beside each output.
OUTPUTS = {
    "ApiUrl": "The API, without a slash at the end: append /ping or /v1/...",
    "TableName": "The DynamoDB table of jobs and runs",
    "StateMachineArn": "The state machine of runs with one task",
    "TasksStateMachineArn": "The state machine of runs with several tasks",
    "FleetStateMachineArn": "The state machine of fleet runs",
    "ClusterArn": "The ECS cluster of all tasks",
    "JobsLogGroup": "The log group of what tasks print",
    "EventBusName": "The event bus of status events",
    "DispatchFunctionName": "The function that schedules invoke",
    "ApiFunctionName": "The function that answers the API",
    "SweepFunctionName": "The function that finishes what failed calls left",
    "ScheduleGroupName": "The group of the jobs' schedules in EventBridge Scheduler",
    "MissedQueueUrl": "The SQS queue of firings that are dispatched again",
    "DeadLetterQueueUrl": "The SQS queue of events that no function could handle",
    "PayloadBucketName": "The S3 bucket of long payloads",
}


class PlatformStack(cdk.Stack):
    """One deployment of Shiftwork: one stage in one account and region."""

    def __init__(self, scope: Construct, *, settings: Settings, code: lambda_.Code, definitions: Definitions) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            description=f"Shiftwork, a serverless jobs platform (stage {settings.stage})",
            env=LOCAL if settings.is_local else None,
            synthesizer=_synthesizer(settings),
            termination_protection=settings.protect,
            tags={"application": "shiftwork", "stage": settings.stage},
            analytics_reporting=False,
        )
        self._zones = settings.network.zones if isinstance(settings.network, OwnNetwork) else ()
        storage = Storage(self, "Storage", settings=settings)
        network = Network(self, "Network", network=settings.network)
        runner = Runner(self, "Runner", settings=settings, definitions=definitions)
        letters = DeadLetters(self, "DeadLetters").queue
        missed = MissedFirings(self, "MissedFirings", timeout=TIMEOUT, dead_letters=letters)
        queues = Queues(missed_firings=missed.queue, dead_letters=letters)
        environment = _environment(settings, storage, network, runner)
        common = Common(settings=settings, code=code, environment=environment, queues=queues)
        functions = Functions(self, "Functions", common=common, storage=storage, runner=runner)
        missed.taken_up_by(functions.missed)
        api = Api(self, "Api", settings=settings, function=functions.api)
        run_events = RunEvents(self, "Events", dead_letters=letters)
        run_events.ends_of_executions(runner.state_machine_arns, to=functions.settle)
        run_events.steps_of_tasks(runner.cluster.attr_arn, to=functions.track)
        Sweeping(self, "Sweeping", sweep=functions.sweep, dead_letters=letters)
        Alarms(self, "Alarms", queues=queues, functions=functions)
        fleets = runner.fleet_state_machine
        self._outputs(
            ApiUrl=api.url,
            TableName=storage.table.table_name,
            StateMachineArn=runner.state_machine.state_machine_arn,
            TasksStateMachineArn=runner.tasks_state_machine.state_machine_arn,
            **({"FleetStateMachineArn": fleets.state_machine_arn} if fleets else {}),
            ClusterArn=runner.cluster.attr_arn,
            JobsLogGroup=runner.log_group.log_group_name,
            EventBusName=functions.status_events.bus.event_bus_name,
            DispatchFunctionName=functions.dispatch.function_name,
            ApiFunctionName=functions.api.function_name,
            SweepFunctionName=functions.sweep.function_name,
            ScheduleGroupName=functions.schedules.group.ref,
            MissedQueueUrl=missed.queue.queue_url,
            DeadLetterQueueUrl=letters.queue_url,
            PayloadBucketName=storage.payloads.bucket.bucket_name,
        )
        if settings.keeps_data and not settings.protect:
            cdk.Annotations.of(self).add_warning_v2("shiftwork:protect", UNPROTECTED.format(stage=settings.stage))

    @property
    def availability_zones(self) -> list[str]:
        """The zones of the settings, or the first two of the region.

        CloudFormation looks those up, because synth calls nothing in AWS.
        """
        return list(self._zones) or [cdk.Fn.select(index, cdk.Fn.get_azs()) for index in range(FIRST_ZONES)]

    def _outputs(self, **values: str) -> None:
        for name, value in values.items():
            cdk.CfnOutput(self, name, value=value, description=OUTPUTS[name])


def _synthesizer(settings: Settings) -> cdk.StackSynthesizer:
    """Return the synthesizer. The local cloud, if it enforces IAM, refuses the bootstrap's role for publishing."""
    return cdk.CliCredentialsStackSynthesizer() if settings.is_local else cdk.DefaultStackSynthesizer()


def _environment(settings: Settings, storage: Storage, network: Network, runner: Runner) -> Mapping[str, str]:
    """Return the variables of every function, which functions/settings.py reads. Without fleets, none is of fleets."""
    fleets, machine = {}, runner.fleet_state_machine
    if machine:
        fleets = {"FLEET_STATE_MACHINE_ARN": machine.state_machine_arn, "ROLL_OUT_FUNCTION_ARN": runner.roll_out_arn}
    return {
        **fleets,
        "TABLE_NAME": storage.table.table_name,
        "PAYLOAD_BUCKET": storage.payloads.bucket.bucket_name,
        "STATE_MACHINE_ARN": runner.state_machine.state_machine_arn,
        "TASKS_STATE_MACHINE_ARN": runner.tasks_state_machine.state_machine_arn,
        "CLUSTER_ARN": runner.cluster.attr_arn,
        "SUBNET_IDS": ",".join(network.subnet_ids),
        "SECURITY_GROUP_IDS": network.security_group_id,
        "ASSIGN_PUBLIC_IP": network.assign_public_ip,
        "TASK_ROLE_ARN": runner.task_role.role_arn,
        "EXECUTION_ROLE_ARN": runner.execution_role.role_arn,
        "JOBS_LOG_GROUP": runner.log_group.log_group_name,
        "FAMILY_PREFIX": runner.family_prefix,
        "DEFAULT_IMAGE": settings.default_image,
        "STAGE": settings.stage,
        "RETENTION_DAYS": str(settings.retention_days),
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": "Shiftwork",
    }
