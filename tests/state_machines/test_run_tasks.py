"""A run of several tasks: the real files of both state machines, one inside of the other."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.jobs.model.outcome import Ending, Outcome, outcome_of
from functions.jobs.model.run import Reason, Run, RunStatus
from tests.aws.conftest import make_run
from tests.conftest import STATE_MACHINE
from tests.state_machines.machine import Service, TaskError, Took, Trace, evaluate, execute
from tests.state_machines.runs import CONTAINER, DONE, TASKS, given, planned, policy
from tests.state_machines.test_run_container import camel
from tests.unit.tasks import task_cause

START, DESCRIBE = "arn:aws:states:::states:startExecution.sync:2", "arn:aws:states:::aws-sdk:sfn:describeExecution"
MODEL = botocore.session.get_session().get_service_model("stepfunctions")
NOT_OURS = TaskError("StepFunctions.AccessDeniedException", "User is not authorized")


def ended(exit_code: int) -> TaskError:
    cause = task_cause("EssentialContainerExited", "Essential container in task exited", exitCode=exit_code)
    return TaskError("States.TaskFailed", json.dumps(cause | {"Attachments": [{"Id": "x" * 3000}]}))


@dataclass
class StepFunctions:
    """Carries the nested executions; `tasks` says how each index's tasks end."""

    tasks: Callable[[int], Service | Iterator[Any]]
    refused: dict[int, TaskError] = field(default_factory=dict)
    executions: dict[str, Trace] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)

    def __call__(self, resource: str, arguments: dict[str, Any]) -> Any:
        return self.start(arguments) if resource == START else self.describe(resource, arguments)

    def start(self, arguments: dict[str, Any]) -> Any:
        sent = {**arguments, "Input": json.dumps(arguments["Input"])}
        validate_parameters(camel(sent), MODEL.shape_for("StartExecutionInput"))
        name, index = arguments["Name"], arguments["Input"]["taskIndex"]
        assert name not in self.executions, "names are used once"
        if index in self.refused:
            return self.refused[index]
        self.inputs[name] = arguments["Input"]
        trace = self.executions[name] = execute(CONTAINER, arguments["Input"], self.tasks(index))
        if trace.status == "SUCCEEDED":
            return {"Name": name, "Status": "SUCCEEDED", "Output": trace.output}
        return TaskError("States.TaskFailed", json.dumps({"Status": "FAILED", "Error": trace.error})[:20])

    def describe(self, resource: str, arguments: dict[str, Any]) -> Any:
        assert resource == DESCRIBE
        validate_parameters(camel(arguments), MODEL.shape_for("DescribeExecutionInput"))
        machine, name = arguments["ExecutionArn"].rsplit(":", 1)
        assert machine == STATE_MACHINE.replace(":stateMachine:", ":execution:")
        trace = self.executions[name]
        return {"Status": trace.status, "Error": trace.error, "Cause": trace.cause}


def several(count: int, **plan: Any) -> Run:
    return planned(make_run(), task_count=count, **plan)


def run(run: Run, service: Service) -> Trace:
    return execute(TASKS, given(run), service)


def failing(*indexes: int, with_code: int = 3) -> StepFunctions:
    return StepFunctions(lambda index: iter([ended(with_code) if index in indexes else DONE]))


def outcome(trace: Trace) -> Outcome:
    output = json.dumps(trace.output) if trace.status == "SUCCEEDED" else None
    return outcome_of(Ending(status=trace.status, output=output, error=trace.error, cause=trace.cause))


def failures(outcome: Outcome) -> list[int]:
    return sorted(outcome.failed_tasks)


def test_each_index_is_an_execution_of_its_own_with_the_same_input() -> None:
    service = failing()
    trace = run(several(3), service)
    assert (trace.status, trace.output) == ("SUCCEEDED", {"failed": [], "count": 3})
    assert trace.entered == ["Choose", "Inline", "Task", "Task", "Task", "Judge", "Succeeded"]
    assert list(service.executions) == [f"{make_run().id}-{index}" for index in range(3)]
    for index, sent in enumerate(service.inputs.values()):
        assert sent["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] == "arn:execution"
        assert sent | given(several(3)) | {"taskIndex": index} == sent


def test_the_container_learns_which_of_how_many_it_is() -> None:
    service = failing()
    run(several(2), service)
    told = [trace.arguments[0]["Overrides"]["ContainerOverrides"][0] for trace in service.executions.values()]
    pairs = [{pair["Name"]: pair["Value"] for pair in one["Environment"]} for one in told]
    assert [(one["SHIFTWORK_TASK_INDEX"], one["SHIFTWORK_TASK_COUNT"]) for one in pairs] == [("0", "2"), ("1", "2")]


@pytest.mark.parametrize(
    ("count", "parallelism", "state", "at_once"),
    [
        (2, None, "Inline", 2),
        (40, None, "Inline", 40),
        (41, None, "Distributed", 41),
        (400, 7, "Inline", 7),
        (401, 7, "Distributed", 7),
    ],
)
def test_few_tasks_at_a_time_are_carried_inline(count: int, parallelism: int | None, state: str, at_once: int) -> None:
    trace = run(several(count, parallelism=parallelism), lambda *_: {"Output": DONE})
    assert (trace.entered[1], trace.concurrency) == (state, [at_once])
    assert trace.output == {"failed": [], "count": count}


def test_the_history_of_an_inline_map_stays_below_its_limit() -> None:
    """At most, for a task: 6 events, 4 for each retry, 2 for the iteration, 2 for the state after a failure."""
    choice = TASKS["States"]["Choose"]["Choices"][0]
    assert "taskCount <= 400 and $states.input.parallelism <= 40" in choice["Condition"]
    (retry,) = TASKS["States"]["Inline"]["ItemProcessor"]["States"]["Task"]["Retry"]
    assert 20 + 400 * (10 + 4 * retry["MaxAttempts"]) < 25_000


def test_both_modes_carry_a_task_alike() -> None:
    inline = json.dumps(TASKS["States"]["Inline"])
    expected = inline.replace('{"Mode": "INLINE"}', '{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}')
    expected = expected.replace('"Task', '"DistributedTask').replace('"Type": "DistributedTask"', '"Type": "Task"')
    assert TASKS["States"]["Distributed"] == json.loads(expected) | {"Label": "Tasks"}


def test_a_failed_task_neither_ends_the_others_nor_uses_their_attempts() -> None:
    service = StepFunctions(lambda index: iter([ended(1), ended(2) if index == 1 else DONE]))
    trace = run(several(3, retry=policy(attempts=2)), service)
    assert [len(one.arguments) for one in service.executions.values()] == [2, 2, 2]
    assert (trace.status, failures(outcome(trace))) == ("FAILED", [1])


@pytest.mark.parametrize(("tolerated", "status"), [(0, "FAILED"), (1, "FAILED"), (2, "SUCCEEDED"), (5, "SUCCEEDED")])
def test_as_many_as_are_tolerated_may_fail(tolerated: int, status: str) -> None:
    trace = run(several(5, tolerated_failures=tolerated), failing(1, 3))
    assert trace.status == status
    ended_so = outcome(trace)
    assert (failures(ended_so), ended_so.succeeded_tasks) == ([1, 3], 3)


def test_a_failure_says_which_tasks_failed_and_why_the_last_one_did() -> None:
    trace = run(several(4, tolerated_failures=1), failing(0, 1, 2, with_code=7))
    assert trace.entered[-3:] == ["Judge", "Last", "Failed"]
    assert trace.error == "Shiftwork.TasksFailed"
    ended_so = outcome(trace)
    assert (ended_so.status, ended_so.reason, ended_so.exit_code) == (RunStatus.FAILED, Reason.EXIT_CODE, 7)
    assert ended_so.message == (
        "3 of 4 tasks failed, 1 was tolerated: indexes 0, 1, 2. The last one: Essential container in task exited"
    )


def test_a_task_without_an_execution_has_failed_and_says_why() -> None:
    trace = run(several(3), StepFunctions(lambda _: iter([DONE]), refused={1: NOT_OURS}))
    assert trace.entered[-2:] == ["Judge", "Failed"]
    ended_so = outcome(trace)
    assert (ended_so.reason, failures(ended_so)) == (Reason.START_FAILED, [1])
    assert (ended_so.message or "").endswith(": ".join(NOT_OURS.args))


def test_a_last_task_that_cannot_be_described_still_fails_the_run() -> None:
    class Forgetful(StepFunctions):
        def describe(self, resource: str, arguments: dict[str, Any]) -> Any:
            return TaskError("Sfn.ThrottlingException", "Rate exceeded")

    ended_so = outcome(run(several(2), Forgetful(failing(0).tasks)))
    assert (ended_so.status, failures(ended_so)) == (RunStatus.FAILED, [0])
    assert (ended_so.message or "").endswith("The last one: Sfn.ThrottlingException: Rate exceeded")


def test_a_task_whose_execution_somebody_aborted_was_aborted() -> None:
    class Aborted(StepFunctions):
        def describe(self, resource: str, arguments: dict[str, Any]) -> Any:
            return {"Status": "ABORTED"}

    assert outcome(run(several(2), Aborted(failing(0).tasks))).reason is Reason.ABORTED


def test_after_the_runs_time_limit_no_task_is_started() -> None:
    limited = replace(several(3, timeout=100, parallelism=1), created_at=datetime.now(UTC))
    late = Counter[int]()

    def out_of_time(index: int) -> Iterator[Any]:
        late[index] += 1
        return iter([Took(101, DONE)])

    service = StepFunctions(out_of_time)
    ended_so = outcome(run(limited, service))
    assert (ended_so.reason, failures(ended_so), len(late)) == (Reason.DEADLINE, [0, 1, 2], 3)
    past = replace(limited, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    service = failing()
    ended_so = outcome(run(past, service))
    assert (ended_so.reason, failures(ended_so)) == (Reason.DEADLINE, [0, 1, 2])
    assert not service.executions
    assert "It was not started before the time limit of the run (timeoutSeconds), 2026" in (ended_so.message or "")


@pytest.mark.parametrize("failed", [range(0, 10_000, 2), range(10_000), range(1, 10_000)], ids=["half", "all", "most"])
def test_ten_thousand_tasks_stay_within_the_quota_of_a_cause(failed: range) -> None:
    """32,768 characters, which machine.py asserts."""
    results = [str(index) if index in failed else index for index in range(10_000)]
    states = {"input": given(several(10_000)), "result": results}
    mapped = evaluate(TASKS["States"]["Distributed"]["Output"], states)
    described = {"Status": "FAILED", "Error": "States.TaskFailed", "Cause": ended(1).args[1]}
    ended_so = outcome(execute({**TASKS, "StartAt": "Judge"}, mapped, lambda *_: described))
    assert ended_so.failed_tasks == set(failed)
    assert ended_so.succeeded_tasks == 10_000 - len(failed)
    assert ended_so.reason is Reason.EXIT_CODE


@pytest.mark.parametrize("error", [ended(1), NOT_OURS, TaskError("States.QueryEvaluationError", "Deadline")])
def test_ten_thousand_results_stay_within_the_quota_of_an_output(error: TaskError) -> None:
    """256 KiB in all."""
    tasks = TASKS["States"]["Distributed"]["ItemProcessor"]
    result = execute(tasks, {"run": given(several(10_000, timeout=1)), "index": 9_999}, lambda *_: error).output
    assert isinstance(result, str)
    assert 10_000 * (len(json.dumps(result)) + 1) < 256 * 1024
