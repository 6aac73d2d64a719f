"""What each function may do, by the calls it makes. A statement that is missing here shows in the end to end test."""

from aws_cdk import aws_sqs as sqs

from infra.roles import Allow, arn
from infra.run_permissions import NO_RESOURCE, pass_task_roles
from infra.runner import Runner
from infra.schedules import Schedules
from infra.storage import Storage

ONE_EACH = "one execution a run"


TO_SCHEDULER = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def api(storage: Storage, runner: Runner, schedules: Schedules) -> list[Allow]:
    """Everything a caller can ask for: jobs with their task definitions and schedules, runs, logs."""
    actions = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    return [
        _table(storage, *actions, "ConditionCheckItem"),
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
        *_keep_schedules(schedules),
    ]


def dispatch(storage: Storage, runner: Runner) -> list[Allow]:
    """Put the run and claim the job's state in one transaction, then start; REPLACE stops what is active."""
    actions = ("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem")
    return [_table(storage, *actions), _start(runner), _read(runner), _stop(runner)]


def missed(storage: Storage, runner: Runner, queue: sqs.Queue) -> list[Allow]:
    """Dispatch again what waits in the queue. Lambda reads it with the function's own role."""
    read = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return [*dispatch(storage, runner), Allow(sid="TakeUp", actions=read, resources=[queue.queue_arn])]


def sweep(storage: Storage, schedules: Schedules) -> list[Allow]:
    """Find the schedules that a failed call left undone, and put them into EventBridge Scheduler."""
    marked = Allow(sid="Marks", actions=["dynamodb:Query"], resources=[f"{storage.table.table_arn}/index/GSI1"])
    return [_table(storage, "GetItem", "UpdateItem", "DeleteItem"), marked, *_keep_schedules(schedules)]


def settle(storage: Storage, runner: Runner) -> list[Allow]:
    """Finish a run; read who waits for it, and start what is due."""
    actions = ("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem")
    return [_table(storage, *actions), _start(runner), _read(runner)]


def track(storage: Storage) -> list[Allow]:
    """Note where a run's task is."""
    return [_table(storage, "UpdateItem")]


def _table(storage: Storage, *actions: str) -> Allow:
    names = [f"dynamodb:{action}" for action in actions]
    return Allow(sid="Table", actions=names, resources=[storage.table.table_arn])


def _lists(storage: Storage) -> Allow:
    index = f"{storage.table.table_arn}/index/*"
    return Allow(sid="Lists", actions=["dynamodb:Query"], resources=[index], why="the indexes of this one table")


def _start(runner: Runner) -> Allow:
    return Allow(sid="StartRun", actions=["states:StartExecution"], resources=[runner.state_machine.state_machine_arn])


def _read(runner: Runner) -> Allow:
    return Allow(sid="ReadRun", actions=["states:DescribeExecution"], resources=[_executions(runner)], why=ONE_EACH)


def _stop(runner: Runner) -> Allow:
    return Allow(sid="StopRun", actions=["states:StopExecution"], resources=[_executions(runner)], why=ONE_EACH)


def _keep_schedules(schedules: Schedules) -> list[Allow]:
    calls = [f"scheduler:{name}Schedule" for name in ("Create", "Update", "Delete")]
    why = "jobs and their schedules come and go; the group is the stage's own"
    passed = [schedules.role.role_arn]
    return [
        Allow(sid="KeepSchedules", actions=calls, resources=[schedules.of_jobs], why=why),
        Allow(sid="PassScheduleRole", actions=["iam:PassRole"], resources=passed, conditions=TO_SCHEDULER),
    ]


def _executions(runner: Runner) -> str:
    return arn("states", f"execution:{runner.state_machine.state_machine_name}:*")
