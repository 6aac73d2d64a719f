"""The life of a task, from RunTask to STOPPED.

MiniStack runs tasks in Docker only, looks at them every 100 ms, gives a stopped task the exit code 0 before it has
ended, and without Docker leaves every task RUNNING. AWS stops the containers first (SIGTERM, SIGKILL after
`stopTimeout`: API reference, StopTask) and shows the exit codes they had ("Amazon ECS task lifecycle").
Here one thread per task starts it in the engine, waits for its end and says so at once.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json, json_response, request_scope
from ministack.services import ecs

from local.corrections.task_events import TaskEvents
from local.corrections.task_start import launch
from local.tasks.engine import Engine, Running, StartError

Task = dict[str, Any]


@dataclass(frozen=True)
class Tasks:
    """All tasks of the cloud. Each method's name with an ECS operation is that operation."""

    engine: Engine
    events: TaskEvents
    _running: dict[str, Running] = field(default_factory=dict)
    _waiting: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self) -> None:
        """Put it in place of MiniStack's own."""
        ecs._get_docker = lambda: self.engine
        ecs._run_task_worker = self.run
        ecs._stop_task = self.stop_task
        ecs._ACTION_MAP["StopTask"] = self.stop_task

    def run(self, task: Task, definition: Task, overrides: list[Task], _: Engine, account: str, region: str) -> None:
        """The thread of one task: its whole life."""
        with request_scope(account, region):
            self._enter(task, "PROVISIONING", grow=False)
            self._enter(task, "PENDING", pullStartedAt=ecs.now_iso())
            try:
                running = self.engine.start(launch(task, definition, overrides))
            except StartError as error:
                self._stopped(task, None, "TaskFailedToStart", str(error))
            else:
                self._started(task, running)
                self._stopped(task, running.wait(), "EssentialContainerExited", "Essential container in task exited")

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
            task.update(
                desiredStatus="STOPPED", stopCode="UserInitiated", stoppedReason=reason, stoppingAt=ecs.now_iso()
            )
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

    def _started(self, task: Task, running: Running) -> None:
        self._running[task["taskArn"]] = running
        for container in task["containers"]:
            container.update(lastStatus="RUNNING", runtimeId=task["taskArn"].rsplit("/", 1)[-1])
        self._enter(task, "RUNNING", pullStoppedAt=ecs.now_iso(), startedAt=ecs.now_iso())
        ecs._recount_cluster(ecs._cluster_name_from_arn(task["clusterArn"]))
        if task["desiredStatus"] == "STOPPED":  # asked while it started
            self._end(task["taskArn"])

    def _stopped(self, task: Task, exit_code: int | None, code: str, reason: str) -> None:
        now = ecs.now_iso()
        with resource_lock("ecs-task", task["taskArn"]):
            if task["desiredStatus"] != "STOPPED":
                task.update(desiredStatus="STOPPED", stopCode=code, stoppedReason=reason, stoppingAt=now)
            for container in task["containers"]:
                container.update(lastStatus="STOPPED", exitCode=exit_code)
            task.update(executionStoppedAt=now)
        self._enter(task, "STOPPED", stoppedAt=now)
        self._running.pop(task["taskArn"], None)
        ecs._recount_cluster(ecs._cluster_name_from_arn(task["clusterArn"]))
        with self._lock:
            waiting = self._waiting.pop(task["taskArn"], [])
        for call in waiting:
            call()
