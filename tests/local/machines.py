"""State machines on a local AWS: small ones, and the product's own files."""

import json
from collections import Counter
from typing import Any

from functions.jobs.model.run import Run
from tests.local.workbench import STATES, Workbench, until
from tests.state_machines.runs import CONTAINER, FLEET, TASKS, given


def machine(workbench: Workbench, states: dict[str, Any], **more: Any) -> str:
    """Create a state machine; its ARN."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
    name = f"tests-{next(workbench.numbers)}"
    made = workbench.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=STATES)
    return str(made["stateMachineArn"])


def run_container(workbench: Workbench) -> str:
    """The product's own state machine for a run of one task; its ARN."""
    return machine(workbench, **_parts(CONTAINER))


def run_tasks(workbench: Workbench) -> str:
    """The product's own state machine for a run of several tasks; its ARN."""
    return machine(workbench, **_parts(TASKS))


def run_fleet(workbench: Workbench) -> str:
    """The product's own state machine for a rollout; its ARN."""
    return machine(workbench, **_parts(FLEET))


def _parts(definition: dict[str, Any]) -> dict[str, Any]:
    return {"states": definition["States"], **{name: value for name, value in definition.items() if name != "States"}}


def start(workbench: Workbench, arn: str, sent: Any = None, **more: str) -> str:
    """Start an execution; its ARN."""
    started = workbench.states.start_execution(stateMachineArn=arn, input=json.dumps(sent or {}), **more)
    return str(started["executionArn"])


def product_input(workbench: Workbench, definition: str, run: Run) -> dict[str, Any]:
    """What our own code sends for a run, but for this task definition on this local AWS."""
    here = {"cluster": workbench.cluster, "taskDefinition": definition, "subnets": ["subnet-1"], "securityGroups": []}
    return given(run) | here


def entered(workbench: Workbench, execution: str) -> dict[str, int]:
    """How often each kind of state was entered: what AWS bills."""
    pages = workbench.states.get_paginator("get_execution_history").paginate(executionArn=execution)
    kinds = Counter(event["type"] for page in pages for event in page["events"])
    return {kind.removesuffix("StateEntered"): count for kind, count in kinds.items() if kind.endswith("StateEntered")}


def executions(workbench: Workbench, arn: str, count: int) -> list[str]:
    """The ARNs of the executions of a state machine, once there are so many."""

    def look() -> list[str]:
        listed = workbench.states.list_executions(stateMachineArn=arn)["executions"]
        return [one["executionArn"] for one in listed] if len(listed) >= count else []

    return until(look)
