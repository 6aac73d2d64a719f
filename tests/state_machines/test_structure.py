"""What holds for each state machine's file."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.state_machines.runs import CONTAINER, FLEET, TASKS

MACHINES = pytest.mark.parametrize(
    "machine", [CONTAINER, TASKS, FLEET], ids=["run_container", "run_tasks", "run_fleet"]
)


def graphs(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The states of the machine, and those inside of its Map states."""
    yield machine
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            yield from graphs(state["ItemProcessor"])


@MACHINES
def test_every_state_can_be_reached_and_every_target_exists(machine: dict[str, Any]) -> None:
    for graph in graphs(machine):
        targets = {graph["StartAt"]}
        for state in graph["States"].values():
            steps = [state, *state.get("Catch", []), *state.get("Choices", [])]
            targets |= {step["Next"] for step in steps if "Next" in step}
            targets |= {state["Default"]} if "Default" in state else set()
        assert targets == set(graph["States"])


@MACHINES
def test_names_of_states_are_unique_in_the_whole_machine(machine: dict[str, Any]) -> None:
    """Amazon States Language, "States": also those inside of Map states."""
    names = [name for graph in graphs(machine) for name in graph["States"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("machine", [CONTAINER, TASKS], ids=["run_container", "run_tasks"])
def test_whatever_a_task_fails_with_is_looked_at(machine: dict[str, Any]) -> None:
    tasks = [state for graph in graphs(machine) for state in graph["States"].values() if state["Type"] == "Task"]
    assert tasks
    assert all([catch["ErrorEquals"] for catch in state["Catch"]] == [["States.ALL"]] for state in tasks)


@MACHINES
def test_whatever_a_task_asks_for_is_asked_for_again_in_other_moments(machine: dict[str, Any]) -> None:
    """Thousands of executions are throttled together, and must not come again together."""
    tasks = [state for graph in graphs(machine) for state in graph["States"].values() if state["Type"] == "Task"]
    again = [retry for state in tasks for retry in state["Retry"] if retry.get("MaxAttempts") != 0]
    assert again
    assert all(retry["JitterStrategy"] == "FULL" for retry in again)
