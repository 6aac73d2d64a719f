"""The permissions of each function, by the calls that it makes: one function here for each row in functions.py.

The end to end test fails if a statement is missing.
"""

import aws_cdk as cdk

from infra import statements
from infra.conventions import NO_RESOURCE, Allow, arn
from infra.run_permissions import pass_task_roles
from infra.statements import Resources, table

ECS = "ecs.amazonaws.com"
# What a transaction that starts a run reads and writes.
STARTING = ("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem")
ROLLOUTS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")
ALL_ITEMS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


def api(resources: Resources) -> list[Allow]:
    """Everything a caller can ask for: jobs with their task definitions, schedules and events, runs, logs, devices."""
    runner = resources.runner
    return [
        table(resources, *ALL_ITEMS, "ConditionCheckItem"),
        statements.query_indexes(resources),
        statements.start_runs(resources),
        statements.read_runs(resources),
        statements.read_histories(resources),
        statements.stop_runs(resources),
        *_save_task_definitions(resources),
        Allow(sid="ReadJobsLog", actions=["logs:GetLogEvents"], resources=[runner.log_group.log_group_arn]),
        Allow(sid="ReadMetrics", actions=["cloudwatch:GetMetricData"], resources=["*"], why=NO_RESOURCE),
        *statements.keep_payloads(resources),
        *statements.keep_schedules(resources),
        *statements.keep_rules(resources),
        Allow(sid="CheckPatterns", actions=["events:TestEventPattern"], resources=["*"], why=NO_RESOURCE),
        Allow(
            sid="FindBuses",
            actions=["events:DescribeEventBus"],
            resources=[arn("events", "event-bus/*")],
            why="a job may name any bus of this account and region",
        ),
        *(_look_at_fleets(resources) if resources.settings.fleets else ()),
    ]


def dispatch(resources: Resources) -> list[Allow]:
    """Put the run and claim the job's state in one transaction, then start it; REPLACE stops the active run."""
    return [*react(resources), statements.stop_runs(resources), *_stop_rollouts(resources)]


def missed(resources: Resources) -> list[Allow]:
    """Dispatch again the firings in the queue. Lambda reads the queue with the function's own role."""
    read = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    take_up = Allow(sid="TakeUp", actions=read, resources=[resources.queues.missed_firings.queue_arn])
    return [*react(resources), statements.stop_runs(resources), take_up, *_stop_rollouts(resources)]


def react(resources: Resources) -> list[Allow]:
    """Put the run that an event starts, in one transaction with the job's state, then start it."""
    return [table(resources, *STARTING), statements.start_runs(resources), statements.read_runs(resources)]


def settle(resources: Resources) -> list[Allow]:
    """Finish a run: read what waits for it, start what is due, delete what has expired, end a late task."""
    return [
        table(resources, *ALL_ITEMS, "ConditionCheckItem"),
        statements.start_runs(resources),
        statements.read_runs(resources),
        statements.stop_runs(resources),
        statements.end_tasks(resources),
    ]


def track(resources: Resources) -> list[Allow]:
    """Note the status of a run's task, and end the task before it; of a run with several tasks, read the run first."""
    return [table(resources, "GetItem", "UpdateItem"), statements.end_tasks(resources)]


def sweep(resources: Resources) -> list[Allow]:
    """Finish what calls left undone: write schedules and rules, start or settle runs, conclude rollouts, erase jobs."""
    index = [f"{resources.storage.table.table_arn}/index/GSI1"]
    return [
        *settle(resources),
        Allow(sid="Found", actions=["dynamodb:Query"], resources=index),
        *statements.keep_schedules(resources),
        *statements.keep_rules(resources),
        *(_tend_rollouts(resources) if resources.settings.fleets else ()),
        Allow(
            sid="EraseTaskDefinitions",
            actions=["ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions"],
            resources=["*"],
            why=NO_RESOURCE,
        ),
    ]


def publish(resources: Resources) -> list[Allow]:
    """Publish on the bus what the table's stream reports. Lambda reads the stream with the function's own role."""
    read = [f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")]
    # DynamoDB Developer Guide, "IAM policy to allow an AWS Lambda function to access DynamoDB stream records".
    streams = f"{resources.storage.table.table_arn}/stream/*"
    why = "a stream's name is the time at which it was switched on"
    # Lambda also sends the numbers of unpublished records there with this role.
    letters = resources.queues.dead_letters.queue_arn
    return [
        Allow(sid="ReadStream", actions=read, resources=[streams], why=why),
        Allow(sid="Publish", actions=["events:PutEvents"], resources=[resources.status_bus.event_bus_arn]),
        Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[letters]),
    ]


def roll_out(resources: Resources) -> list[Allow]:
    """Create a run's IoT job for those targets that exist; at the run's time limit, cancel it and read its devices."""
    return [
        table(resources, *ROLLOUTS),
        *statements.create_iot_jobs(resources),
        *statements.make_thing_groups(resources),
        statements.on_thing_groups("LookIntoGroups", "ListThingsInThingGroup"),
        statements.on_things("FindThings", "DescribeThing"),
        statements.on_things("FindGroupsOfThings", "ListThingGroupsForThing"),
        statements.search_things(),
        *statements.cancel_iot_jobs(resources),
        statements.conclude_rollouts(resources),
        *statements.read_documents(resources),
    ]


def follow(resources: Resources) -> list[Allow]:
    """Note the status of a run's devices, and answer the execution that waits for the end of the rollout."""
    return [
        table(resources, *ROLLOUTS),
        statements.read_iot_jobs(resources),
        statements.conclude_rollouts(resources),
    ]


def job_events(_: Resources) -> list[Allow]:
    """Enable the events of IoT about jobs and their executions."""
    return [statements.iot_events("Update")]


def link_ecs(_: Resources) -> list[Allow]:
    """Create ECS's service-linked role, and no other (IAM User Guide, "Create a service-linked role")."""
    role = f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/aws-service-role/{ECS}/AWSServiceRoleForECS"
    only = {"StringEquals": {"iam:AWSServiceName": ECS}}
    return [Allow(sid="MakeEcsRole", actions=["iam:CreateServiceLinkedRole"], resources=[role], conditions=only)]


def _look_at_fleets(resources: Resources) -> list[Allow]:
    """Check the targets of fleet jobs, list the devices of a run, cancel its rollout, check IoT's events."""
    return [
        statements.on_things("FindThings", "DescribeThing"),
        statements.on_thing_groups("FindGroups", "DescribeThingGroup"),
        statements.search_things(),
        *statements.cancel_iot_jobs(resources),
        statements.iot_events("Describe"),
    ]


def _stop_rollouts(resources: Resources) -> list[Allow]:
    return statements.cancel_iot_jobs(resources) if resources.settings.fleets else []


def _tend_rollouts(resources: Resources) -> list[Allow]:
    """Bring rollouts to their end, empty and delete their temporary groups, check IoT's events."""
    return [
        *statements.cancel_iot_jobs(resources),
        statements.conclude_rollouts(resources),
        *statements.empty_thing_groups(resources),
        statements.delete_thing_groups(resources),
        statements.iot_events("Describe"),
    ]


def _save_task_definitions(resources: Resources) -> list[Allow]:
    """Register, list and deregister the task definitions of jobs."""
    runner = resources.runner
    return [
        Allow(
            sid="SaveTaskDefinitions",
            actions=["ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions"],
            resources=["*"],
            # The reference names a resource for Register, but AWS answers "not authorized ... on resource: *".
            why="AWS authorises them on no resource; PassRole below bounds what a task definition may become",
        ),
        Allow(
            sid="TagTaskDefinitions",
            actions=["ecs:TagResource"],
            resources=[arn("ecs", f"task-definition/{runner.family_prefix}-*:*")],
            conditions={"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
            why="each job is a family of its own under this prefix, each save a revision",
        ),
        pass_task_roles(runner.passed_roles),
    ]
