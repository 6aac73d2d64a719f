"""What each function may do, by the calls it makes. A statement that is missing here shows in the end to end test."""

from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs

from infra.conventions import NO_RESOURCE, Allow, arn
from infra.events import EventRules
from infra.run_permissions import pass_task_roles
from infra.runner import Runner
from infra.schedules import Schedules
from infra.storage import Storage

ONE_EACH = "one execution a run"
STARTING = ("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem")


TO_SCHEDULER = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def api(storage: Storage, runner: Runner, schedules: Schedules, rules: EventRules) -> list[Allow]:
    """Everything a caller can ask for: jobs with their task definitions, schedules and events, runs, logs."""
    actions = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    return [
        table(storage, *actions, "ConditionCheckItem"),
        _lists(storage),
        _start(runner),
        _read(runner),
        _stop(runner),
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
        Allow(sid="ReadJobsLog", actions=["logs:GetLogEvents"], resources=[runner.log_group.log_group_arn]),
        Allow(sid="ReadMetrics", actions=["cloudwatch:GetMetricData"], resources=["*"], why=NO_RESOURCE),
        *_keep_payloads(storage),
        *_keep_schedules(schedules),
        *_keep_rules(rules),
        Allow(sid="CheckPatterns", actions=["events:TestEventPattern"], resources=["*"], why=NO_RESOURCE),
        Allow(
            sid="FindBuses",
            actions=["events:DescribeEventBus"],
            resources=[arn("events", "event-bus/*")],
            why="a job may name any bus of this account and region",
        ),
    ]


def react(storage: Storage, runner: Runner) -> list[Allow]:
    """Put the run that an event starts, in one transaction with the job's state, then start it."""
    return [table(storage, *STARTING), _start(runner), _read(runner)]


def dispatch(storage: Storage, runner: Runner) -> list[Allow]:
    """Put the run and claim the job's state in one transaction, then start; REPLACE stops what is active."""
    return [table(storage, *STARTING), _start(runner), _read(runner), _stop(runner)]


def missed(storage: Storage, runner: Runner, queue: sqs.Queue) -> list[Allow]:
    """Dispatch again what waits in the queue. Lambda reads it with the function's own role."""
    read = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return [*dispatch(storage, runner), Allow(sid="TakeUp", actions=read, resources=[queue.queue_arn])]


def sweep(storage: Storage, runner: Runner, schedules: Schedules, rules: EventRules) -> list[Allow]:
    """Find what failed calls left undone: schedules and events to bring into AWS, runs to start or to settle."""
    index = [f"{storage.table.table_arn}/index/GSI1"]
    found = Allow(sid="Found", actions=["dynamodb:Query"], resources=index)
    return [*settle(storage, runner), found, *_keep_schedules(schedules), *_keep_rules(rules)]


def settle(storage: Storage, runner: Runner) -> list[Allow]:
    """Finish a run; read who waits for it, start what is due, delete what is kept no longer, end a late task."""
    actions = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    items = table(storage, *actions, "ConditionCheckItem")
    return [items, _start(runner), _read(runner), _stop(runner), _end_tasks(runner)]


def track(storage: Storage, runner: Runner) -> list[Allow]:
    """Note where a run's task is, and end the one before it; of a run with several, it reads the run first."""
    return [table(storage, "GetItem", "UpdateItem"), _end_tasks(runner)]


def publish(storage: Storage, bus: events.EventBus, dead_letters: sqs.Queue) -> list[Allow]:
    """Tell on the bus what the table's stream says. Lambda reads the stream, and gives up, with the function's role."""
    read = [f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")]
    # DynamoDB Developer Guide, "IAM policy to allow an AWS Lambda function to access DynamoDB stream records".
    streams, why = f"{storage.table.table_arn}/stream/*", "a stream's name is the time at which it was switched on"
    return [
        Allow(sid="ReadStream", actions=read, resources=[streams], why=why),
        Allow(sid="Publish", actions=["events:PutEvents"], resources=[bus.event_bus_arn]),
        Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]),
    ]


def table(storage: Storage, *actions: str) -> Allow:
    """These actions on the items of the table."""
    names = [f"dynamodb:{action}" for action in actions]
    return Allow(sid="Table", actions=names, resources=[storage.table.table_arn])


def _keep_payloads(storage: Storage) -> list[Allow]:
    """The URL of a payload can do what this role can: whoever has it reads that one object."""
    payloads, why = storage.payloads, "a payload bears the name of its run"
    return [
        Allow(sid="KeepPayloads", actions=["s3:PutObject", "s3:GetObject"], resources=[payloads.objects], why=why),
        # Without it S3 says of an object that is not there just that access is denied (S3 API Reference, GetObject).
        Allow(sid="MissPayloads", actions=["s3:ListBucket"], resources=[payloads.bucket.bucket_arn]),
    ]


def _lists(storage: Storage) -> Allow:
    index = f"{storage.table.table_arn}/index/*"
    return Allow(sid="Lists", actions=["dynamodb:Query"], resources=[index], why="the indexes of this one table")


def _start(runner: Runner) -> Allow:
    return Allow(sid="StartRun", actions=["states:StartExecution"], resources=runner.state_machine_arns)


def _read(runner: Runner) -> Allow:
    return Allow(sid="ReadRun", actions=["states:DescribeExecution"], resources=runner.executions, why=ONE_EACH)


def _stop(runner: Runner) -> Allow:
    return Allow(sid="StopRun", actions=["states:StopExecution"], resources=runner.executions, why=ONE_EACH)


def _end_tasks(runner: Runner) -> Allow:
    return Allow(
        sid="EndLateTasks",
        actions=["ecs:StopTask"],
        resources=[arn("ecs", f"task/{runner.cluster.ref}/*")],
        conditions={"ArnEquals": {"ecs:cluster": runner.cluster.attr_arn}},
        why="a task's id is not known before it runs",
    )


def _keep_schedules(schedules: Schedules) -> list[Allow]:
    calls = [f"scheduler:{name}Schedule" for name in ("Create", "Update", "Delete")]
    why = "jobs and their schedules come and go; the group is the stage's own"
    passed = [schedules.role.role_arn]
    return [
        Allow(sid="KeepSchedules", actions=calls, resources=[schedules.of_jobs], why=why),
        Allow(sid="PassScheduleRole", actions=["iam:PassRole"], resources=passed, conditions=TO_SCHEDULER),
    ]


def _keep_rules(rules: EventRules) -> list[Allow]:
    calls = [f"events:{name}" for name in ("PutRule", "RemoveTargets", "DeleteRule")]
    why = "jobs and their events come and go; the beginning of the names is the stage's own"
    ours = {"ForAllValues:ArnEquals": {"events:TargetArn": rules.target}, "Null": {"events:TargetArn": "false"}}
    return [
        Allow(sid="KeepRules", actions=calls, resources=rules.arns, why=why),
        Allow(sid="TargetRules", actions=["events:PutTargets"], resources=rules.arns, conditions=ours, why=why),
    ]
