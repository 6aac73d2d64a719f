"""What runs a job: the cluster, the roles of its tasks, their logs, and the state machine that carries a run."""

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra import run_permissions
from infra.log_groups import log_group
from infra.nag import accept
from infra.roles import Allow, arn, as_written, role
from infra.settings import Settings


class Runner(Construct):
    """Everything between StartExecution and the last line of a task's log."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, definition: str) -> None:
        super().__init__(scope, construct_id)
        self.family_prefix = settings.stack_name
        # Under this path an administrator makes the roles that single jobs may have as their own.
        self.job_roles = f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/shiftwork/{settings.stage}/*"
        self.cluster = self._cluster()
        self.log_group = log_group(self, "JobsLog", days=settings.retention_days, keep=settings.keeps_data)
        # What every job may do in AWS by itself: nothing.
        self.task_role = self._task_role("TaskRole", [])
        start = run_permissions.start_of_a_task(self.log_group, settings.stage)
        self.execution_role = self._task_role("ExecutionRole", start)
        self.state_machine = self._state_machine(definition, settings)

    @property
    def passed_roles(self) -> list[str]:
        """The roles that a task may be given."""
        return [self.task_role.role_arn, self.execution_role.role_arn, self.job_roles]

    def _cluster(self) -> ecs.CfnCluster:
        off = ecs.CfnCluster.ClusterSettingsProperty(name="containerInsights", value="disabled")
        # Both of Fargate's, so that a job may choose; neither costs anything by itself.
        providers = ["FARGATE", "FARGATE_SPOT"]
        cluster = ecs.CfnCluster(self, "Cluster", cluster_settings=[off], capacity_providers=providers)
        accept(
            cluster, "ECS4", "Container Insights bills its metrics per cluster and task; a run's own record suffices."
        )
        return cluster

    def _task_role(self, construct_id: str, allowed: list[Allow]) -> iam.Role:
        # "Amazon ECS task IAM role": only for tasks of this account and region.
        trust = {
            "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            "ArnLike": {"aws:SourceArn": arn("ecs", "*")},
        }
        return role(self, construct_id, service="ecs-tasks", allowed=allowed, trust=trust)

    def _state_machine(self, definition: str, settings: Settings) -> sfn.StateMachine:
        allowed = run_permissions.carry_a_run(self.cluster, self.family_prefix, self.passed_roles)
        trust = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        own_role = role(self, "RunContainerRole", service="states", allowed=allowed, trust=trust)
        # Step Functions, "Using CloudWatch Logs": under this name a log group needs no room in the resource policy,
        # whose size is limited for the whole account.
        name = f"/aws/vendedlogs/states/{settings.stack_name}-run-container"
        log = log_group(self, "RunContainerLog", days=settings.retention_days, name=name)
        machine = sfn.StateMachine(
            self,
            "RunContainer",
            # As a string, the definition can be read in the template and in `cdk diff`.
            definition_body=sfn.DefinitionBody.from_string(definition),
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=as_written(own_role),
            # Without the data: a run's environment may hold what is not for a log.
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ERROR, include_execution_data=False),
            tracing_enabled=True,
        )
        accept(
            machine, "SF1", "Step Functions itself keeps every event of an execution for 90 days: errors suffice here."
        )
        return machine
