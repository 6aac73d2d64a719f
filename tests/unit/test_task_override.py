"""How long what ECS is sent with a task is: held against what the state machine really sends."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.jobs.container.task_override import override_length
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import Overrides
from functions.jobs.runs.trigger import Trigger

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = LaunchPlan(revision=1, task_definition="arn", cpu=256, memory=512)
RUN = Trigger(job_id="team.job", run_id="20260102030405aaaaa", now=NOW, scheduled_at=NOW).run(PLAN)
GIVEN = Overrides(env={"A": 'a "b"\n', "É": "é"}, command=("echo",), cpu=1024, memory=2048, payload='{"a":1}')


def sent(**more: Any) -> dict[str, Any]:
    """The overrides of a task, in ECS's names, with the longest values of our own variables."""
    ours = {
        "SHIFTWORK_JOB_ID": "team.job",
        "SHIFTWORK_RUN_ID": "20260102030405aaaaa",
        "SHIFTWORK_ATTEMPT": "500",
        "SHIFTWORK_TASK_INDEX": "9999",
        "SHIFTWORK_TASK_COUNT": "10000",
        "SHIFTWORK_SCHEDULED_TIME": "2026-01-02T03:04:05+00:00",
    }
    pairs = [{"name": name, "value": value} for name, value in {**ours, **more.get("variables", {})}.items()]
    main = {"name": "main", "environment": pairs, **more.get("main", {})}
    return {"containerOverrides": [main, *more.get("others", [])], **more.get("size", {})}


def length(override: dict[str, Any]) -> int:
    """Its characters as JSON, in UTF-8."""
    return len(json.dumps(override, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (Overrides(), sent()),
        (
            GIVEN,
            sent(
                variables={"SHIFTWORK_PAYLOAD_FILE": "/mnt/mesos/sandbox/shiftwork-payload", **GIVEN.env},
                main={"command": ["echo"]},
                others=[{"name": "init", "environment": [{"name": "SHIFTWORK_PAYLOAD", "value": '{"a":1}'}]}],
                size={"cpu": "1024", "memory": "2048"},
            ),
        ),
    ],
)
def test_nothing_that_is_sent_is_forgotten(overrides: Overrides, expected: dict[str, Any]) -> None:
    counted = override_length(replace(RUN, overrides=overrides))
    assert length(expected) <= counted <= length(expected) + 200, "what is left out counts as empty"
