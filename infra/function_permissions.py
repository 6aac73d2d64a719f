"""What each function may do, by the calls it makes. A statement that is missing here shows in the end to end test."""

from infra.roles import Allow, arn
from infra.run_permissions import NO_RESOURCE, pass_task_roles
from infra.runner import Runner
from infra.storage import Storage

ONE_EACH = "one execution a run"


def api(storage: Storage, runner: Runner) -> list[Allow]:
    """Everything a caller can ask for: jobs with their task definitions, runs, logs."""
    actions = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    return [
        _table(storage, *actions, "ConditionCheckItem"),
        _lists(storage),
        _start(runner),
        _read(runner),
        Allow(sid="StopRun", actions=["states:StopExecution"], resources=[_executions(runner)], why=ONE_EACH),
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
    ]


def dispatch(storage: Storage, runner: Runner) -> list[Allow]:
    """Put the run and claim the job's state in one transaction, then start."""
    return [_table(storage, "GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"), _start(runner), _read(runner)]


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


def _executions(runner: Runner) -> str:
    return arn("states", f"execution:{runner.state_machine.state_machine_name}:*")
