"""The resources that runs need: the cluster, the roles and the log of tasks, and the state machines."""

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra import run_permissions
from infra.conventions import Allow, accept, arn, log_group, role
from infra.definitions import Definitions
from infra.settings import Settings
from infra.state_machine import Machine, state_machine

ROLL_OUT = "roll-out"  # the end of the name of the function that the state machine of fleet runs calls


class Runner(Construct):
    """The cluster, the state machines, and the roles and the log group of tasks."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, definitions: Definitions) -> None:
        """`fleet_state_machine` is None without fleets."""
        super().__init__(scope, construct_id)
        self.family_prefix = settings.stack_name
        # An administrator creates the roles for single jobs under this path.
        self.job_roles = f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/shiftwork/{settings.stage}/*"
        self.cluster = self._cluster()
        self.log_group = log_group(self, "JobsLog", days=settings.retention_days, keep=settings.keeps_data)
        # Without a role of its own, a job has no rights in AWS.
        self.task_role = self._task_role("TaskRole", [])
        start = run_permissions.start_of_a_task(self.log_group, settings.stage)
        self.execution_role = self._task_role("ExecutionRole", start)
        self.state_machine = self._run_container(definitions, settings)
        self.tasks_state_machine = self._run_tasks(definitions, settings)
        # The function needs the ARN of the machine that calls it, so the machine calls the function by a fixed name.
        self.roll_out_arn = arn("lambda", f"function:{settings.stack_name}-{ROLL_OUT}")
        self.fleet_state_machine = self._run_fleet(definitions, settings) if settings.fleets else None

    def make_ecs_role_first(self, *, by: lambda_.Function) -> None:
        """Create ECS's service-linked role before the cluster: see docs/decisions/0039."""
        role = cdk.CustomResource(
            self,
            "EcsRole",
            service_token=by.function_arn,
            resource_type="Custom::EcsServiceLinkedRole",
            service_timeout=cdk.Duration.minutes(5),  # CloudFormation waits that long for its answer
        )
        self.cluster.node.add_dependency(role)

    @property
    def state_machine_arns(self) -> list[str]:
        """The state machines whose executions are runs. An execution of the first one may also be a task of a run."""
        return [machine.state_machine_arn for machine in self._state_machines]

    @property
    def executions(self) -> list[str]:
        """The ARN patterns of all executions of these state machines."""
        return [arn("states", f"execution:{machine.state_machine_name}:*") for machine in self._state_machines]

    @property
    def passed_roles(self) -> list[str]:
        """The roles that a task may have."""
        return [self.task_role.role_arn, self.execution_role.role_arn, self.job_roles]

    @property
    def _state_machines(self) -> list[sfn.StateMachine]:
        machines = [self.state_machine, self.tasks_state_machine]
        return [*machines, self.fleet_state_machine] if self.fleet_state_machine else machines

    def _cluster(self) -> ecs.CfnCluster:
        off = ecs.CfnCluster.ClusterSettingsProperty(name="containerInsights", value="disabled")
        # A job may choose either of Fargate's providers; neither costs anything by itself.
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

    def _run_container(self, definitions: Definitions, settings: Settings) -> sfn.StateMachine:
        made_of = Machine(
            label="run-container",
            definition=definitions.run_container,
            allowed=run_permissions.carry_a_run(self.cluster, self.family_prefix, self.passed_roles),
        )
        return state_machine(self, "RunContainer", made_of=made_of, settings=settings)

    def _run_tasks(self, definitions: Definitions, settings: Settings) -> sfn.StateMachine:
        # The machine refers to its role, so the role can name the machine only by a fixed name.
        name = f"{settings.stack_name}-run-tasks"
        made_of = Machine(
            label="run-tasks",
            definition=definitions.run_tasks,
            allowed=run_permissions.carry_several_tasks(self.state_machine, name),
            name=name,
        )
        return state_machine(self, "RunTasks", made_of=made_of, settings=settings)

    def _run_fleet(self, definitions: Definitions, settings: Settings) -> sfn.StateMachine:
        made_of = Machine(
            label="run-fleet",
            definition=definitions.run_fleet,
            allowed=run_permissions.carry_a_rollout(self.roll_out_arn),
        )
        return state_machine(self, "RunFleet", made_of=made_of, settings=settings)
