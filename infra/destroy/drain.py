"""Stop everything that runs in a deployment, and wait until nothing does.

ECS tasks hold the cluster, the subnets and the security group; a state machine stays DELETING while an execution
waits; a rollout goes on without the stack. So nothing of this may be left when `cdk destroy` begins.

The deployment's own API stops runs as everybody does: they end as STOPPED, and their rollouts are canceled. If the
stack is not at work any more, or something runs that the table does not know, AWS is called directly.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.destroy import created
from infra.destroy.api import Api
from infra.destroy.progress import DestroyError, Progress, number
from infra.destroy.stack import Stack

WHY = "The deployment is destroyed."
_PAUSE = 3.0  # seconds between two looks
_GRACE = 30.0  # seconds until what the API does not stop is stopped directly
_BOUND = 600.0  # seconds without progress. A task of Fargate has two minutes at most to end after SIGTERM.
# The lists of executions and tasks are eventually consistent (API References of Step Functions and ECS).
_EMPTY_LOOKS = 2
_DESCRIBED_AT_ONCE = 100  # ECS API Reference, DescribeTasks
_NAMED = 5  # ids that a message names
_GONE = ("StateMachineDoesNotExist", "ClusterNotFoundException", "ExecutionDoesNotExist", "InvalidParameterException")


@dataclass(frozen=True, slots=True)
class Left:
    """What still runs: ARNs of executions, cluster and ARN of ECS tasks, ids of IoT jobs."""

    executions: list[str]
    tasks: list[tuple[str, str]]
    rollouts: list[str]

    def __str__(self) -> str:
        counts = {"execution": len(self.executions), "ECS task": len(self.tasks), "rollout": len(self.rollouts)}
        return ", ".join(number(count, word) for word, count in counts.items() if count)

    def __len__(self) -> int:
        return len(self.executions) + len(self.tasks) + len(self.rollouts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drain:
    """Empties one deployment. Without `api`, AWS is called directly."""

    stack: Stack
    client: Callable[[str], Any]
    api: Api | None
    progress: Progress

    def run(self) -> None:
        """Stop all runs and wait for their end. A repeated call goes on. Raises DestroyError after the bound."""
        if self.api:
            self.api.post("/v1/deployment/actions/pause")
            self.progress.say("The deployment is paused: schedules and event triggers start nothing any more.")
        else:
            self.delete_starters()
        self._wait()
        self.progress.say("Nothing runs any more.")
        self.delete_starters()

    def delete_starters(self) -> None:
        """Delete the event rules and schedules that start runs."""
        name, report = self.stack.name, self.progress.count
        deleted = {
            "event rule": created.delete_rules(self.client("events"), f"{name}_", report),
            "schedule": created.delete_schedules(self.client("scheduler"), name, report),
        }
        for word, count in deleted.items():
            if count:
                self.progress.say(f"Deleted {number(count, word)} of jobs.")

    def _wait(self) -> None:
        clock, empty = self.progress.clock, 0
        began = since = clock.now()
        least = None
        while True:
            stopped = self._stop_runs()
            left = self.left()
            empty = empty + 1 if not left and not stopped else 0
            if empty == _EMPTY_LOOKS:
                return
            if stopped or least is None or len(left) < least:
                least, since = len(left), clock.now()
            if left:
                self.progress.count(f"{left} left after {clock.now() - began:.0f} s")
            stuck = clock.now() - since
            if stuck > _BOUND:
                raise DestroyError(_stuck(self.stack, left, paused=self.api is not None))
            if not self.api or stuck > _GRACE:
                self._stop_directly(left)
            clock.sleep(_PAUSE)

    def _stop_runs(self) -> int:
        """Stop active runs and waiting firings by the API, until it has none left; return how many there were."""
        stopped = 0
        while self.api:
            answer = self.api.post("/v1/deployment/actions/stop")
            stopped += len(answer["stopped"])
            if not answer["left"]:
                break
            self.progress.count(f"{number(stopped, 'run')} stopped, {answer['left']} to go")
        if stopped:
            self.progress.say(f"Stopped {number(stopped, 'run')}.")
        return stopped

    def left(self) -> Left:
        """Look for what runs: executions, ECS tasks with a network interface, rollouts."""
        states, ecs = self.client("stepfunctions"), self.client("ecs")
        executions = [
            one["executionArn"]
            for machine in self.stack.ids("AWS::StepFunctions::StateMachine")
            for one in _executions(states, machine)
        ]
        tasks = [task for cluster in self.stack.ids("AWS::ECS::Cluster") for task in _tasks(ecs, cluster)]
        rollouts = created.open_rollouts(self.client("iot"), f"{self.stack.name}-") if self.stack.has_fleets else []
        return Left(executions, tasks, rollouts)

    def _stop_directly(self, left: Left) -> None:
        """Abort executions, stop ECS tasks, cancel rollouts: those that ended meanwhile are left alone."""
        states, ecs, iot = self.client("stepfunctions"), self.client("ecs"), self.client("iot")
        for arn in left.executions:
            with _ended_meanwhile():
                states.stop_execution(executionArn=arn, cause=WHY)
        for cluster, arn in left.tasks:
            with _ended_meanwhile():
                ecs.stop_task(cluster=cluster, task=arn, reason=WHY)
        for job in left.rollouts:
            with _ended_meanwhile():
                iot.cancel_job(jobId=job, comment=WHY)


def _executions(states: Any, machine: str) -> list[Any]:
    with _ended_meanwhile():
        return created.pages(states, "list_executions", "executions", stateMachineArn=machine, statusFilter="RUNNING")
    return []


def _tasks(ecs: Any, cluster: str) -> list[tuple[str, str]]:
    """Return cluster and ARN of each ECS task that has not ended, also of those that ECS is stopping.

    Source: ECS API Reference, ListTasks: what is being stopped has the desired status STOPPED, as what has ended.
    """
    with _ended_meanwhile():
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in created.pages(ecs, "list_tasks", "taskArns", cluster=cluster, desiredStatus=status)
        ]
        portions = [arns[begin : begin + _DESCRIBED_AT_ONCE] for begin in range(0, len(arns), _DESCRIBED_AT_ONCE)]
        found = [task for some in portions for task in ecs.describe_tasks(cluster=cluster, tasks=some)["tasks"]]
        return [(cluster, task["taskArn"]) for task in found if task["lastStatus"] != "STOPPED"]
    return []


@contextmanager
def _ended_meanwhile() -> Iterator[None]:
    """Suppress the errors that say that something is gone or has ended."""
    try:
        yield
    except ClientError as error:
        if not created.is_absent(error, *_GONE):
            raise


def _stuck(stack: Stack, left: Left, *, paused: bool) -> str:
    ids = [*left.executions, *(arn for _, arn in left.tasks), *left.rollouts]
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    resume = " It stays paused: POST /v1/deployment/actions/resume undoes that." if paused else ""
    return (
        f"{left} left, and none has ended for {_BOUND / 60:.0f} minutes: {', '.join(ids[:_NAMED])}{more}. "
        f"Find out in the console why, stop them there, and call make destroy again. "
        f"The stack {stack.name} is as it was.{resume}"
    )
