"""Map states, inline and distributed, as in AWS."""

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from tests.local.machines import machine, start
from tests.local.workbench import Workbench, until

MODES = pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])


def mapped(mode: str, states: dict[str, Any], **more: Any) -> dict[str, Any]:
    config = {"Mode": mode} | ({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})
    processor = {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}
    state = {"Type": "Map", "Items": "{% [1..$states.input.count] %}", "ItemProcessor": processor, "End": True}
    return {"Map": {**state, **more}}


def sleeping(workbench: Workbench, definition: str) -> dict[str, Any]:
    arguments = {"LaunchType": "FARGATE", "Cluster": workbench.cluster, "TaskDefinition": definition}
    task = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Arguments": arguments, "End": True}
    return {"Task": task}


@MODES
def test_its_fields_may_be_expressions(workbench: Workbench, mode: str) -> None:
    states = {"Double": {"Type": "Pass", "Output": "{% 2 * $states.input.item + $states.input.more %}", "End": True}}
    fields = {
        "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}", "more": "{% $states.input.more %}"},
        "MaxConcurrency": "{% $states.input.count %}",
        "Output": {"sum": "{% $sum($states.result) %}", "input": "{% $states.input %}"},
    }
    given = {"count": 3, "more": 10}
    ended = workbench.ended(start(workbench, machine(workbench, mapped(mode, states, **fields)), given))
    assert (ended["status"], ended.get("error")) == ("SUCCEEDED", None)
    assert json.loads(ended["output"]) == {"sum": 42, "input": given}


@MODES
def test_no_more_at_once_than_it_says(workbench: Workbench, mode: str, tmp_path: Path) -> None:
    said = tmp_path / "steps"  # ECS's own times have whole seconds
    step = f"echo $(date +%s%N) {{}} >> {said}"
    definition = workbench.definition(f"{step.format(1)}; sleep 0.2; {step.format(-1)}")
    states = mapped(mode, sleeping(workbench, definition), MaxConcurrency="{% $states.input.at_once %}")
    workbench.ended(start(workbench, machine(workbench, states), {"count": 6, "at_once": 2}))
    steps = sorted(tuple(map(int, line.split())) for line in said.read_text().splitlines())
    assert len(steps) == 2 * 6
    assert max(accumulate(step for _, step in steps)) == 2


@MODES
def test_stopping_the_execution_ends_all_that_its_iterations_wait_for(workbench: Workbench, mode: str) -> None:
    definition = workbench.definition("exec sleep 60")
    states = mapped(mode, sleeping(workbench, definition), MaxConcurrency=3)
    execution = start(workbench, machine(workbench, states), {"count": 5})
    running = until(lambda: _running(workbench, definition, 3))
    workbench.states.stop_execution(executionArn=execution)
    for task in running:
        assert workbench.stopped(task)["stopCode"] == "UserInitiated"
    assert workbench.ended(execution)["status"] == "ABORTED"
    events = workbench.states.get_execution_history(executionArn=execution)["events"]
    assert events[-1]["type"] == "ExecutionAborted"
    assert sorted(workbench.tasks_of(definition)) == sorted(running), "no other one was begun"


def test_a_map_run_ends_with_its_execution(workbench: Workbench) -> None:
    definition = workbench.definition("exec sleep 60")
    execution = start(
        workbench, machine(workbench, mapped("DISTRIBUTED", sleeping(workbench, definition))), {"count": 2}
    )
    until(lambda: _running(workbench, definition, 2))
    (run,) = workbench.states.list_map_runs(executionArn=execution)["mapRuns"]
    workbench.states.stop_execution(executionArn=execution)
    look = workbench.states.describe_map_run
    assert until(lambda: look(mapRunArn=run["mapRunArn"])["status"] == "ABORTED")
    children = workbench.states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert [child["status"] for child in children] == ["ABORTED", "ABORTED"]


def test_the_events_of_an_inline_map_are_numbered_one_after_the_other(workbench: Workbench) -> None:
    arguments = {"ExecutionArn": "{% $states.context.Execution.Id %}"}
    resource = "arn:aws:states:::aws-sdk:sfn:describeExecution"
    states = {"Describe": {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True}}
    execution = start(workbench, machine(workbench, mapped("INLINE", states)), {"count": 20})
    workbench.ended(execution)
    events = workbench.states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert len(events) >= 40


def _running(workbench: Workbench, definition: str, count: int) -> list[str]:
    tasks = [arn for arn in workbench.tasks_of(definition) if workbench.task(arn)["lastStatus"] == "RUNNING"]
    return tasks if len(tasks) == count else []
