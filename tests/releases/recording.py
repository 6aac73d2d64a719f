"""What a release leaves in AWS for the next one: items, inputs of executions, and what calls the functions later.

To record a release: `RECORD=1 pytest tests/releases/test_recording.py` writes recorded/<version>.json. Do it once for
each release, when its version is set, and keep the file.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from functions.api.openapi import VERSION
from functions.aws import clients
from tests.conftest import ENVIRONMENT, FLEET_STATE_MACHINE, STATE_MACHINE, TASKS_STATE_MACHINE
from tests.releases.story import CHILD, PARTS, PUMPS, TEAM, Story
from tests.state_machines.machine import TaskError, execute
from tests.state_machines.runs import DONE, FLEET, TASKS

FOLDER = Path(__file__).parent / "recorded"
FILES = sorted(FOLDER.glob("*.json"))
MACHINES = {"run_container": STATE_MACHINE, "run_tasks": TASKS_STATE_MACHINE, "run_fleet": FLEET_STATE_MACHINE}
Recorded = dict[str, Any]


def record(story: Story) -> Recorded:
    """Return what the story has left in AWS, and what the API answers about it."""
    inputs = list(_inputs())
    inputs += [started for one in inputs if one["machine"] == "run_tasks" for started in _nested(one)]
    return {
        "release": VERSION,
        "runs": story.runs,
        "hook": story.hook,
        "items": items(),
        "inputs": inputs,
        "schedules": list(_schedule_inputs()),
        "rules": list(_rule_inputs()),
        "calls": [call for one in inputs if one["machine"] == "run_fleet" for call in _calls(one)],
        "answers": {path: story.call("GET", path).json for path in paths(story.runs)},
    }


def write(recorded: Recorded) -> None:
    """Keep what was recorded."""
    text = json.dumps(recorded, indent=1, ensure_ascii=False) + "\n"
    (FOLDER / f"{recorded['release']}.json").write_text(text, encoding="utf-8")


def read(file: Path) -> Recorded:
    """Return what was recorded of a release."""
    recorded: Recorded = json.loads(file.read_text(encoding="utf-8"))
    return recorded


def load(recorded: Recorded) -> None:
    """Put the items of a release into the empty table."""
    for item in recorded["items"]:
        clients.dynamodb().put_item(TableName=ENVIRONMENT["TABLE_NAME"], Item=item)


def items() -> list[dict[str, Any]]:
    """All items of the table, in the same order at each recording."""
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"])
    found = [item for page in pages for item in page["Items"]]
    for item in found:
        for value in item.values():
            if "SS" in value:
                value["SS"] = sorted(value["SS"])
    return sorted(found, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))


def paths(runs: dict[str, str]) -> list[str]:
    """What to ask the API about: each kind of item is read by one of these."""
    team = f"/v1/jobs/{TEAM}"
    of_team = [name for name in runs if name not in ("parts", "rolled out", "not rolled out")]
    pumps = f"/v1/jobs/{PUMPS}/runs/{runs['rolled out']}"
    return [
        *(f"/v1/jobs/{job}" for job in (TEAM, PARTS, CHILD, PUMPS, "paused.job")),
        *(f"{team}/{what}" for what in ("runs", "schedules", "skips", "hooks", "revisions", "revisions/1")),
        *(f"{team}/runs/{runs[name]}" for name in of_team),
        *(f"/v1/jobs/{PARTS}/runs/{runs['parts']}", f"/v1/jobs/{PARTS}/runs/{runs['parts']}/tasks"),
        *(pumps, f"{pumps}/devices", "/v1/devices/pump-1/executions"),
        *("/v1/jobs?embed=activeRuns&embed=historySummary", "/v1/runs", "/v1/groups", "/v1/deployment", "/v1/queue"),
    ]


def _inputs() -> Iterator[Recorded]:
    states = boto3.client("stepfunctions")
    for machine, arn in MACHINES.items():
        for one in states.list_executions(stateMachineArn=arn)["executions"]:
            text = states.describe_execution(executionArn=one["executionArn"])["input"]
            yield {"machine": machine, "input": json.loads(text)}


def _nested(execution: Recorded) -> list[Recorded]:
    """What an execution of several tasks starts the other machine with.

    An execution keeps the definition that it began with (Step Functions API Reference, UpdateStateMachine), so it may
    start executions of the other machine after that one was updated.
    """
    started: list[Recorded] = []

    def answer(_: str, arguments: Any) -> Any:
        started.append({"machine": "run_container", "input": arguments["Input"]})
        return {"Output": DONE}

    execute(TASKS, execution["input"], answer)
    return started


def _calls(execution: Recorded) -> list[Any]:
    """What an execution of a fleet run calls `roll_out` with: at its begin, and at its time limit, after the update."""
    closed = {"Payload": {"error": "", "cause": "", "devices": {}}}
    trace = execute(FLEET, execution["input"], iter([TaskError("States.Timeout", ""), closed]))
    return [arguments["Payload"] for arguments in trace.arguments]


def _schedule_inputs() -> Iterator[Any]:
    """What Scheduler sends to `dispatch`: it keeps this from the save of the schedule on."""
    scheduler, group = clients.scheduler(), ENVIRONMENT["SCHEDULE_GROUP"]
    for one in scheduler.list_schedules(GroupName=group)["Schedules"]:
        yield json.loads(scheduler.get_schedule(GroupName=group, Name=one["Name"])["Target"]["Input"])


def _rule_inputs() -> Iterator[Any]:
    """How event rules make what they send to `react`."""
    for rule in clients.events().list_rules()["Rules"]:
        for target in clients.events().list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            yield target["InputTransformer"]
