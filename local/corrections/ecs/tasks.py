"""The life of a task, from RunTask to STOPPED, and the events that tell of it.

One thread per task starts its containers in the engine, waits for their end and says so at once.
"""

import functools
import json
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json, json_response, request_scope
from ministack.services import ecs, eventbridge

from local.corrections.ecs.launches import launches, volumes
from local.corrections.registry import correction, put, replace
from local.tasks.conditions import Member
from local.tasks.engine import Engine, StartError
from local.tasks.order import Members

Task = dict[str, Any]


@dataclass(frozen=True)
class TaskEvents:
    """Sends the "ECS Task State Change" events.

    MiniStack emits none. AWS sends one to the default event bus at each change of a task (Amazon ECS Developer Guide,
    "Amazon ECS task state change events"): the detail is the task as DescribeTasks shows it, with a growing `version`.
    Here they leave in order, from a thread of their own: no task waits for those who listen.
    """

    _pending: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = field(default_factory=queue.SimpleQueue)

    def start(self) -> None:
        """Begin to send."""
        threading.Thread(target=self._send_all, daemon=True, name="task events").start()

    def changed(self, task: dict[str, Any]) -> None:
        """Send the task as it is now; the caller holds the task's lock."""
        _, _, _, region, account, _ = task["taskArn"].split(":", 5)
        # updatedAt is in events only; it says when this copy was made.
        detail = {**ecs._sanitize(task), "updatedAt": ecs.now_iso()}
        self._pending.put((account, region, json.loads(json.dumps(detail))))

    def _send_all(self) -> None:
        while True:
            account, region, detail = self._pending.get()
            entry = {
                "Source": "aws.ecs",
                "DetailType": "ECS Task State Change",
                "Detail": json.dumps(detail),
                "Resources": [detail["taskArn"]],
            }
            with request_scope(account, region):
                eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


@dataclass(frozen=True)
class Tasks:
    """All tasks of the cloud. Each method's name with an ECS operation is that operation."""

    engine: Engine
    events: TaskEvents
    _running: dict[str, Members] = field(default_factory=dict)
    _waiting: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, task: Task, definition: Task, overrides: list[Task], _: Engine, account: str, region: str) -> None:
        """The thread of one task: its whole life."""
        with request_scope(account, region):
            self._enter(task, "PROVISIONING", grow=False)
            self._enter(task, "PENDING", pullStartedAt=ecs.now_iso())
            try:
                containers = launches(task, definition, overrides)
                workspace = self.engine.workspace(containers[0].task_id, volumes(definition))
            except StartError as error:
                self._stopped(task, "TaskFailedToStart", str(error))
                return
            members = self._running[task["taskArn"]] = Members(
                workspace, containers, functools.partial(self._changed, task, account, region)
            )
            if task["desiredStatus"] == "STOPPED":  # asked before it could start
                self._end(task["taskArn"])
            members.run()
            workspace.close()
            self._stopped(task, *members.ending)

    def stop_task(self, data: dict[str, Any]) -> Any:
        """StopTask: answers at once, while the container is given its time to end."""
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        task = ecs._resolve_task(data.get("task", ""), cluster)
        if not task:
            return error_response_json("InvalidParameterException", "The referenced task was not found.", 400)
        self.stop(task["taskArn"], data.get("reason") or "Task stopped by user")
        return json_response({"task": ecs._sanitize(task)})

    def stop(self, arn: str, reason: str) -> None:
        """Ask a task of this account and region to end; asking twice is asking once."""
        task = ecs._tasks[arn]
        with resource_lock("ecs-task", arn):
            if task["desiredStatus"] == "STOPPED":
                return
            _will_stop(task, "UserInitiated", reason)
            ecs._bump_task_version(task)
        self._end(arn)

    def when_stopped(self, arn: str, call: Callable[[], None]) -> None:
        """Call it once the task is STOPPED; at once if it is."""
        with self._lock:
            if ecs._tasks[arn]["lastStatus"] != "STOPPED":
                self._waiting.setdefault(arn, []).append(call)
                return
        call()

    def stop_all(self) -> None:
        """The cloud ends: end all tasks, and return when they have."""
        enders = [threading.Thread(target=running.stop) for running in list(self._running.values())]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()

    def _end(self, arn: str) -> None:
        if running := self._running.get(arn):
            threading.Thread(target=running.stop, daemon=True, name=f"stop {arn}").start()

    def _enter(self, task: Task, status: str, *, grow: bool = True, **fields: str) -> None:
        with resource_lock("ecs-task", task["taskArn"]):
            if grow:
                ecs._bump_task_version(task)
            task.update(lastStatus=status, **fields)
            self.events.changed(task)

    def _changed(self, task: Task, account: str, region: str, member: Member) -> None:
        """Show a container as it is now, and the task as it follows from its containers."""
        members = self._running[task["taskArn"]]
        everyone = members.all.values()
        with request_scope(account, region):
            with resource_lock("ecs-task", task["taskArn"]):
                _show(task, member)
                task["healthStatus"] = _health(everyone)
                if member.launch.essential and member.status == "STOPPED":
                    _will_stop(task, *members.ending)
            if all(one.status == "STOPPED" for one in everyone):
                return  # the task has stopped: that is told once it is cleared away
            if task["lastStatus"] == "PENDING" and all(map(_is_up, everyone)):
                self._enter(task, "RUNNING", pullStoppedAt=ecs.now_iso(), startedAt=ecs.now_iso())
                ecs._recount_cluster(ecs._cluster_name_from_arn(task["clusterArn"]))
            elif len(everyone) > 1:
                self._enter(task, task["lastStatus"])

    def _stopped(self, task: Task, code: str, reason: str) -> None:
        with resource_lock("ecs-task", task["taskArn"]):
            _will_stop(task, code, reason)
            for container in task["containers"]:
                container.update(lastStatus="STOPPED")
        self._enter(task, "STOPPED", executionStoppedAt=ecs.now_iso(), stoppedAt=ecs.now_iso())
        self._running.pop(task["taskArn"], None)
        ecs._recount_cluster(ecs._cluster_name_from_arn(task["clusterArn"]))
        with self._lock:
            waiting = self._waiting.pop(task["taskArn"], [])
        for call in waiting:
            call()


@correction("ecs.tasks")
def life_of_tasks(tasks: Tasks) -> None:
    """Run tasks in the engine.

    MiniStack runs tasks in Docker only, looks at them every 100 ms, gives a stopped task the exit code 0 before it has
    ended, and without Docker leaves every task RUNNING. AWS stops the containers first (SIGTERM, SIGKILL after
    `stopTimeout`: API reference, StopTask) and shows the exit codes they had ("Amazon ECS task lifecycle").
    """
    tasks.events.start()
    replace(ecs, _get_docker=lambda: tasks.engine, _run_task_worker=tasks.run, _stop_task=tasks.stop_task)
    put(ecs._ACTION_MAP, "StopTask", tasks.stop_task)


def _will_stop(task: Task, code: str, reason: str) -> None:
    """Say why a task stops; what was said first holds."""
    if task["desiredStatus"] != "STOPPED":
        task.update(desiredStatus="STOPPED", stopCode=code, stoppedReason=reason, stoppingAt=ecs.now_iso())


def _is_up(member: Member) -> bool:
    """A task runs when its containers run or have run, and those that need not run have been tried."""
    return member.started is not None or (member.status == "STOPPED" and not member.launch.essential)


def _show(task: Task, member: Member) -> None:
    (container,) = (one for one in task["containers"] if one["name"] == member.launch.name)
    runtime_id = f"{member.launch.task_id}-{member.launch.name}" if member.started is not None else None
    container.update(lastStatus=member.status, exitCode=member.exit_code, reason=member.reason)
    container.update(healthStatus=member.health, runtimeId=runtime_id)


def _health(members: Iterable[Member]) -> str:
    """A task is as healthy as those of its essential containers that have a check (API reference, HealthCheck)."""
    checked = {one.health for one in members if one.launch.essential and one.launch.health}
    return next((health for health in ("UNHEALTHY", "UNKNOWN", "HEALTHY") if health in checked), "UNKNOWN")
