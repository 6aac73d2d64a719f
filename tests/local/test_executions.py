"""Executions that are stopped, and states that take too long, end their task."""

import json

from tests.local.workbench import Workbench, until


def _started(workbench: Workbench, definition: str) -> str:
    (arn,) = until(lambda: workbench.tasks_of(definition))
    workbench.running(arn)
    return arn


def test_stopping_an_execution_stops_its_task_and_it_stays_aborted(workbench: Workbench) -> None:
    definition = workbench.definition("exec sleep 60")
    # A retry must not run the task again once the execution is stopped.
    again = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    execution = workbench.start(definition, Retry=again)
    task = _started(workbench, definition)
    workbench.states.stop_execution(executionArn=execution, error="Stopped", cause="by a test")
    stopped = workbench.stopped(task)
    assert (stopped["stopCode"], stopped["containers"][0]["exitCode"]) == ("UserInitiated", 143)
    assert workbench.ended(execution)["status"] == "ABORTED"
    kinds = [event["type"] for event in workbench.states.get_execution_history(executionArn=execution)["events"]]
    assert kinds.count("ExecutionAborted") == 1
    assert "ExecutionFailed" not in kinds
    assert workbench.tasks_of(definition) == [task]


def test_a_timeout_given_as_an_expression_stops_the_task(workbench: Workbench) -> None:
    definition = workbench.definition("exec sleep 60")
    execution = workbench.start(definition, given={"limit": 1}, TimeoutSeconds="{% $states.input.limit %}")
    task = _started(workbench, definition)
    ended = workbench.ended(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    assert workbench.stopped(task)["stopCode"] == "UserInitiated"


def test_a_wait_ends_with_its_execution(workbench: Workbench) -> None:
    machine = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    role = "arn:aws:iam::000000000000:role/states"
    made = workbench.states.create_state_machine(name="waits", definition=json.dumps(machine), roleArn=role)
    started = workbench.states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    until(lambda: "WaitStateEntered" in _kinds(workbench, started))
    workbench.states.stop_execution(executionArn=started)
    assert workbench.ended(started)["status"] == "ABORTED"
    assert _kinds(workbench, started) == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]


def _kinds(workbench: Workbench, execution: str) -> list[str]:
    return [event["type"] for event in workbench.states.get_execution_history(executionArn=execution)["events"]]
