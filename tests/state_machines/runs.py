"""Runs of the state machines' real files on the input that our own code sends, and tasks that end in many ways."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from functions.aws.stepfunctions import execution_input
from functions.jobs.model.launch_plan import RetryPolicy, once
from functions.jobs.model.run import Overrides, Run
from functions.settings import Settings
from infra.definitions import read_machine
from tests.aws.conftest import make_run
from tests.conftest import ENVIRONMENT
from tests.state_machines.machine import TaskError, Trace, execute

FOLDER = Path(__file__).parents[2] / "state_machines"
CONTAINER = read_machine(FOLDER, "run_container")
TASKS = read_machine(FOLDER, "run_tasks")
FLEET = read_machine(FOLDER, "run_fleet")
ALWAYS = {"attempts": 0}
DONE = {"StopCode": "EssentialContainerExited", "Containers": [{"Name": "main", "ExitCode": 0}]}


def policy(**changes: Any) -> RetryPolicy:
    """A job's retry policy: one attempt and no wait, unless told otherwise."""
    changed: RetryPolicy = {**once(), "maxWaitSeconds": 360, **changes}  # type: ignore[typeddict-item]
    return changed


def planned(run: Run | None = None, **changes: Any) -> Run:
    """The run with another launch plan."""
    run = run or make_run()
    return replace(run, plan=replace(run.plan, **changes))


def given(run: Run) -> dict[str, Any]:
    """The input of its execution, as it comes out of JSON."""
    sent: dict[str, Any] = json.loads(json.dumps(execution_input(run, Settings.from_env(ENVIRONMENT))))
    return sent


def overridden(**changes: Any) -> Run:
    """A run that has something otherwise than its job."""
    return replace(make_run(), overrides=Overrides(**changes))


def task(exit_code: int | None, *others: int, stop_code: str = "EssentialContainerExited", **more: str) -> str:
    """A stopped task as the Cause of a failure, with the exit codes of main and of its sidecars."""
    sidecars = [{"Name": f"sidecar{number}", "ExitCode": code} for number, code in enumerate(others)]
    main = {"Name": "main"} | ({} if exit_code is None else {"ExitCode": exit_code})
    return json.dumps({"StopCode": stop_code, "Containers": [*sidecars, main], **more})


def failed(exit_code: int | None, *others: int, stop_code: str = "EssentialContainerExited", **more: str) -> TaskError:
    """The failure of RunTask for such a task."""
    return TaskError("States.TaskFailed", task(exit_code, *others, stop_code=stop_code, **more))


def carry(run: Run, tasks: Iterator[Any] | list[Any], retries: int = 0, **begun: int) -> Trace:
    """Carry a run of one task; `begun` is how far it has come."""
    return execute(CONTAINER, given(run) | begun, iter(tasks), retries)


def retried(tasks: Iterator[Any] | list[Any], retry: dict[str, Any] | None = None, **plan: Any) -> Trace:
    """Carry a run whose job has this retry policy: without end and without wait, if none is given."""
    return carry(planned(retry=policy(**(retry or ALWAYS)), **plan), tasks)


def attempts(trace: Trace) -> list[str]:
    """The attempt numbers that the tasks were told."""
    overrides = [arguments["Overrides"]["ContainerOverrides"][0] for arguments in trace.arguments]
    return [pair["Value"] for one in overrides for pair in one["Environment"] if pair["Name"] == "SHIFTWORK_ATTEMPT"]


def providers(trace: Trace) -> list[str]:
    """The capacity providers that were asked."""
    return [arguments["CapacityProviderStrategy"][0]["CapacityProvider"] for arguments in trace.arguments]
