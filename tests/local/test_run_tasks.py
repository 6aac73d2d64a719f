"""The product's state machines for several tasks, on real tasks."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.model.outcome import Ending, Outcome, outcome_of
from functions.jobs.model.run import Reason, Run, RunStatus
from tests.aws.conftest import make_run
from tests.local.machines import entered, executions, product_input, run_container, run_tasks, start
from tests.local.workbench import Workbench, until
from tests.state_machines.runs import planned, policy

MODES = pytest.mark.parametrize("parallelism", [2, 41], ids=["inline", "distributed"])


@pytest.fixture(scope="module")
def container(workbench: Workbench) -> str:
    return run_container(workbench)


@pytest.fixture(scope="module")
def tasks(workbench: Workbench) -> str:
    return run_tasks(workbench)


def several(workbench: Workbench, count: int, **plan: Any) -> Run:
    """A run with a name that no other has."""
    run = replace(make_run(f"several{next(workbench.numbers)}"), created_at=datetime.now(UTC))
    return planned(run, task_count=count, **plan)


def sent(workbench: Workbench, container: str, script: str, run: Run) -> dict[str, Any]:
    return {**product_input(workbench, workbench.definition(script), run), "runContainer": container}


def outcome(ended: Any) -> Outcome:
    told = {name: ended.get(name) for name in ("output", "error", "cause")}
    return outcome_of(Ending(status=ended["status"], **told))


@MODES
def test_each_task_is_an_execution_with_attempts_of_its_own(
    workbench: Workbench, container: str, tasks: str, parallelism: int
) -> None:
    run = several(workbench, 3, parallelism=parallelism, retry=policy(attempts=2), tolerated_failures=1)
    script = "test $SHIFTWORK_TASK_INDEX = 0 || test $SHIFTWORK_TASK_INDEX.$SHIFTWORK_ATTEMPT = 1.2"
    execution = start(workbench, tasks, sent(workbench, container, script, run), name=run.id)
    ended_so = outcome(workbench.ended(execution))
    assert (ended_so.status, sorted(ended_so.failed_tasks), ended_so.succeeded_tasks) == (RunStatus.SUCCESS, [2], 2)
    assert entered(workbench, execution) == {"Choice": 2, "Map": 1, "Succeed": 1}, "and one for each iteration"
    name = container.replace(":stateMachine:", ":execution:") + f":{run.id}"
    costs = [entered(workbench, f"{name}-{index}") for index in range(3)]
    assert costs == [{"Task": 1}, {"Task": 2, "Choice": 1}, {"Task": 2, "Choice": 2, "Fail": 1}]


@MODES
def test_a_failure_has_the_last_ones_reason(workbench: Workbench, container: str, tasks: str, parallelism: int) -> None:
    run = several(workbench, 3, parallelism=parallelism)
    script = "exit $((SHIFTWORK_TASK_INDEX * 10))"
    ended = workbench.ended(start(workbench, tasks, sent(workbench, container, script, run), name=run.id))
    ended_so = outcome(ended)
    assert (ended["error"], ended_so.reason, ended_so.exit_code) == (
        "Shiftwork.TasksFailed",
        Reason.EXIT_CODE,
        20,
    )
    assert (sorted(ended_so.failed_tasks), ended_so.succeeded_tasks) == ([1, 2], 1)
    last = json.loads(ended["cause"])["last"]
    assert (last["status"], last["error"], len(last["cause"]) < 1000) == ("FAILED", "States.TaskFailed", True)


@MODES
def test_stopping_the_run_stops_all_its_tasks(
    workbench: Workbench, container: str, tasks: str, parallelism: int
) -> None:
    run = several(workbench, 4, parallelism=parallelism)
    given = sent(workbench, container, "exec sleep 60", run)
    execution = start(workbench, tasks, given, name=run.id)
    count = min(parallelism, 4)
    running = until(lambda: _running(workbench, given["taskDefinition"], count))
    workbench.states.stop_execution(executionArn=execution, error="Shiftwork.Stopped", cause="enough")
    assert [workbench.stopped(arn)["stopCode"] for arn in running] == ["UserInitiated"] * count
    assert outcome(workbench.ended(execution)).reason is Reason.STOPPED
    ours = [arn for arn in executions(workbench, container, count) if f":{run.id}-" in arn]
    assert [workbench.ended(arn)["status"] for arn in ours] == ["ABORTED"] * count
    assert len(workbench.tasks_of(given["taskDefinition"])) == count, "no other one was begun"


def test_after_the_runs_time_limit_no_task_is_begun(workbench: Workbench, container: str, tasks: str) -> None:
    run = several(workbench, 3, parallelism=1, timeout=1)
    given = sent(workbench, container, "exec sleep 60", run)
    ended_so = outcome(workbench.ended(start(workbench, tasks, given, name=run.id)))
    assert (ended_so.reason, sorted(ended_so.failed_tasks)) == (Reason.DEADLINE, [0, 1, 2])
    assert len(workbench.tasks_of(given["taskDefinition"])) == 1


def _running(workbench: Workbench, definition: str, count: int) -> list[str]:
    arns = [arn for arn in workbench.tasks_of(definition) if workbench.task(arn)["lastStatus"] == "RUNNING"]
    return arns if len(arns) == count else []
