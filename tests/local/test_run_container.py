"""The product's state machine for one task, on real tasks: what it costs, by the history, and how it ends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.model.outcome import Ending, Outcome, outcome_of
from functions.jobs.model.run import Reason, Run
from tests.aws.conftest import make_run
from tests.local.machines import entered, product_input, run_container, start
from tests.local.workbench import Workbench, shell, until
from tests.state_machines.runs import planned, policy

Carry = Callable[[Run, str], Any]


@pytest.fixture(scope="module")
def machine(workbench: Workbench) -> str:
    return run_container(workbench)


@pytest.fixture
def carry(workbench: Workbench, machine: str) -> Carry:
    """Carries a run of a shell command to its end; `entered` is how often each kind of state was."""

    def carry(run: Run, script: str) -> Any:
        definition = workbench.definition(script)
        execution = start(workbench, machine, product_input(workbench, definition, run))
        ended = workbench.ended(execution)
        return {**ended, "entered": entered(workbench, execution), "tasks": workbench.tasks_of(definition)}

    return carry


def now(**plan: Any) -> Run:
    return planned(make_run(created_at=datetime.now(UTC)), **plan)


def outcome(ended: Any) -> Outcome:
    return outcome_of(Ending(status=ended["status"], error=ended.get("error"), cause=ended.get("cause")))


def test_a_success_enters_one_state(carry: Carry) -> None:
    ended = carry(make_run(), "true")
    assert (ended["status"], ended["entered"]) == ("SUCCEEDED", {"Task": 1})


@pytest.mark.parametrize("failures", [1, 3])
def test_a_failed_attempt_enters_three_states_at_most(carry: Carry, workbench: Workbench, failures: int) -> None:
    run = planned(retry=policy(attempts=0, waitSeconds=1, factor=1, jitter=True))
    ended = carry(run, f'echo "attempt $SHIFTWORK_ATTEMPT"; test $SHIFTWORK_ATTEMPT -gt {failures}')
    assert ended["status"] == "SUCCEEDED"
    assert ended["entered"] == {"Task": failures + 1, "Choice": failures, "Wait": failures}
    assert [workbench.log(arn) for arn in ended["tasks"]] == [[f"attempt {n + 1}"] for n in range(failures + 1)]


def test_without_a_wait_it_enters_two(carry: Carry) -> None:
    ended = carry(planned(retry=policy(attempts=3)), "exit 5")
    assert (ended["status"], ended["entered"]) == ("FAILED", {"Task": 3, "Choice": 3, "Fail": 1})
    assert (outcome(ended).reason, outcome(ended).exit_code) == (Reason.EXIT_CODE, 5)


def test_the_rules_look_at_the_real_end_of_a_task(carry: Carry) -> None:
    rules = [{"action": "FAIL", "exitCodes": [4], "reasons": ["EXIT_CODE"], "message": "Essential container"}]
    ended = carry(planned(retry=policy(attempts=0, rules=rules)), "exit $((SHIFTWORK_ATTEMPT + 1))")
    assert (len(ended["tasks"]), outcome(ended).exit_code) == (3, 4)


def test_an_attempt_that_takes_too_long_is_ended_and_tried_again(carry: Carry, workbench: Workbench) -> None:
    run = planned(retry=policy(attempts=2), attempt_timeout=1)
    ended = carry(run, "test $SHIFTWORK_ATTEMPT = 2 || exec sleep 60")
    assert (ended["status"], ended["entered"]) == ("SUCCEEDED", {"Task": 2, "Choice": 1})
    assert workbench.stopped(ended["tasks"][0])["stopCode"] == "UserInitiated"


def test_the_last_attempts_time_out_is_the_runs(carry: Carry) -> None:
    ended = carry(planned(attempt_timeout=1), "exec sleep 60")
    assert outcome(ended).reason is Reason.TIMEOUT
    assert outcome(ended).message == "Attempt 1 took longer than attemptTimeoutSeconds (1)."


def test_the_runs_time_limit_ends_the_task(carry: Carry, workbench: Workbench) -> None:
    ended = carry(now(timeout=1, retry=policy(attempts=0)), "exec sleep 60")
    assert (outcome(ended).reason, ended["entered"]) == (Reason.DEADLINE, {"Task": 1, "Choice": 1, "Fail": 1})
    assert workbench.stopped(ended["tasks"][0])["stopCode"] == "UserInitiated"


def test_no_task_starts_after_the_runs_time_limit(carry: Carry) -> None:
    ended = carry(planned(timeout=1), "true")
    assert (outcome(ended).reason, ended["tasks"]) == (Reason.DEADLINE, [])


def test_restarts_end_with_the_active_deadline_and_the_last_task(carry: Carry) -> None:
    run = now(retry=policy(attempts=0), active_deadline=1)
    ended = carry(run, "sleep 0.3; exit 5")
    assert (outcome(ended).reason, outcome(ended).exit_code) == (Reason.EXIT_CODE, 5)
    assert (ended["stopDate"] - run.created_at).total_seconds() >= 0.999
    assert len(ended["tasks"]) >= 2


def test_a_task_that_a_person_stops_is_not_tried_again(workbench: Workbench, machine: str) -> None:
    definition = workbench.definition("exec sleep 60")
    execution = start(
        workbench, machine, product_input(workbench, definition, planned(retry=policy(attempts=0), attempt_timeout=50))
    )
    (task,) = until(lambda: workbench.tasks_of(definition))
    workbench.running(task)
    workbench.ecs.stop_task(cluster=workbench.cluster, task=task, reason="enough")
    assert outcome(workbench.ended(execution)).reason is Reason.STOPPED
    assert workbench.tasks_of(definition) == [task]


def test_a_sidecar_that_is_ended_does_not_fail_the_run(workbench: Workbench, machine: str) -> None:
    definition = workbench.definition_of(shell("main", "sleep 0.2"), shell("proxy", "exec sleep 60", essential=False))
    ended = workbench.ended(start(workbench, machine, product_input(workbench, definition, make_run())))
    assert ended["status"] == "SUCCEEDED"
    codes = {one["Name"]: one["ExitCode"] for one in json.loads(ended["output"])["Containers"]}
    assert codes == {"main": 0, "proxy": 143}
