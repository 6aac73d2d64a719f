"""The permissions of the state machines' roles, and of the role with which ECS starts a task."""

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from infra.conventions import NO_RESOURCE, Allow, arn

TO_ECS_TASKS = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def start_of_a_task(jobs_log: logs.LogGroup, stage: str) -> list[Allow]:
    """Allow ECS to pull the image, read the secrets and write the log. The container has none of these rights."""
    return [
        Allow(sid="LogInToEcr", actions=["ecr:GetAuthorizationToken"], resources=["*"], why=NO_RESOURCE),
        Allow(
            sid="PullImage",
            actions=["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            resources=[f"arn:{cdk.Aws.PARTITION}:ecr:*:*:repository/*"],
            why="a job may name any image; another account's repository must admit this account itself",
        ),
        Allow(
            sid="WriteJobsLog",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[jobs_log.log_group_arn],
        ),
        Allow(
            sid="ReadSecretsOfThisStage",
            actions=["ssm:GetParameters", "secretsmanager:GetSecretValue"],
            resources=[
                arn("ssm", f"parameter/shiftwork/{stage}/*"),
                arn("secretsmanager", f"secret:shiftwork/{stage}/*"),
            ],
            why="jobs name their secrets; what is not under this stage's name stays out of reach",
        ),
    ]


def pass_task_roles(roles: list[str]) -> Allow:
    """Allow to pass the roles of tasks, which a task definition names: registering and running it both need this."""
    why = "the roles that an administrator made for single jobs, under this stage's path"
    return Allow(sid="PassTaskRoles", actions=["iam:PassRole"], resources=roles, conditions=TO_ECS_TASKS, why=why)


def carry_a_run(cluster: ecs.CfnCluster, family_prefix: str, roles: list[str]) -> list[Allow]:
    """Allow arn:aws:states:::ecs:runTask.sync (Step Functions, "Run Amazon ECS or Fargate tasks")."""
    tasks = arn("ecs", f"task/{cluster.ref}/*")
    return [
        Allow(
            sid="RunTask",
            actions=["ecs:RunTask"],
            resources=[arn("ecs", f"task-definition/{family_prefix}-*:*")],
            conditions={"ArnEquals": {"ecs:cluster": cluster.attr_arn}},
            why="each job is a family of its own under this prefix, each save a revision",
        ),
        Allow(
            sid="FollowTask",
            actions=["ecs:StopTask", "ecs:DescribeTasks"],
            resources=[tasks],
            conditions={"ArnEquals": {"ecs:cluster": cluster.attr_arn}},
            why="a task's id is not known before it runs",
        ),
        Allow(
            sid="TagTask",
            actions=["ecs:TagResource"],
            resources=[tasks],
            conditions={"StringEquals": {"ecs:CreateAction": "RunTask"}},
            why="a task's id is not known before it runs",
        ),
        Allow(
            sid="HearOfTheEnd",
            actions=["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            resources=[arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
        ),
        pass_task_roles(roles),
    ]


def carry_several_tasks(machine: sfn.StateMachine, own_name: str) -> list[Allow]:
    """Allow arn:aws:states:::states:startExecution.sync:2 of the machine from a Map state, distributed or not.

    Step Functions, "IAM policies for nested workflows" and "IAM policies for using Distributed Map states": the child
    executions of a Map Run are executions of the machine itself. DescribeExecution also says why a task failed.
    """
    names = [machine.state_machine_name, own_name]
    return [
        Allow(
            sid="StartTasks",
            actions=["states:StartExecution"],
            resources=[machine.state_machine_arn, arn("states", f"stateMachine:{own_name}")],
        ),
        Allow(
            sid="FollowTasks",
            actions=["states:DescribeExecution", "states:StopExecution"],
            resources=[arn("states", f"execution:{name}:*") for name in names],
            why="one execution a task, and one an iteration of the Map",
        ),
        Allow(
            sid="HearOfTheEnd",
            actions=["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            resources=[arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
        ),
    ]


def carry_a_rollout(function: str) -> list[Allow]:
    """Allow arn:aws:states:::lambda:invoke, with or without a task token ("Invoke an AWS Lambda function")."""
    return [Allow(sid="RollOut", actions=["lambda:InvokeFunction"], resources=[function])]


def log_and_trace() -> list[Allow]:
    """Allow a state machine to log and trace (Step Functions, "Using CloudWatch Logs" and "AWS X-Ray")."""
    delivery = ["CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"]
    policy = ["PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"]
    tracing = ["PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"]
    return [
        Allow(sid="Log", actions=[f"logs:{name}" for name in delivery + policy], resources=["*"], why=NO_RESOURCE),
        Allow(sid="Trace", actions=[f"xray:{name}" for name in tracing], resources=["*"], why=NO_RESOURCE),
    ]
