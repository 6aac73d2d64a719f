"""The length of the overrides that ECS gets with each task, beside its task definition.

Source: ECS API Reference, RunTask, overrides: 8,192 characters in all, with those of the JSON. TaskOverride,
ContainerOverride. state_machines/run_container.asl.json sends the overrides.
"""

import json
from typing import Any

from functions.jobs.container.containers import INIT
from functions.jobs.container.folders import PAYLOAD_FILE
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.run import Run

MAX_CHARACTERS = 8192
# The longest values of variables that differ between tasks: an execution has 500 attempts, a run 10,000 tasks at most.
_LONGEST = {"SHIFTWORK_ATTEMPT": "500", "SHIFTWORK_TASK_INDEX": "9999", "SHIFTWORK_TASK_COUNT": "10000"}


def override_length(run: Run) -> int:
    """Return how many characters the overrides of each of the run's tasks have at most."""
    return len(json.dumps(_override(run), ensure_ascii=False, separators=(",", ":")).encode())


def _override(run: Run) -> dict[str, Any]:
    given = run.overrides
    variables = {"SHIFTWORK_JOB_ID": run.job_id, "SHIFTWORK_RUN_ID": run.id, **_LONGEST}
    variables["SHIFTWORK_SCHEDULED_TIME"] = run.scheduled_at.isoformat() if run.scheduled_at else ""
    main: dict[str, Any] = {"name": MAIN, "command": given.command or []}
    containers = [main]
    if given.payload or given.payload_url:
        variables["SHIFTWORK_PAYLOAD_FILE"] = PAYLOAD_FILE
        payload = {"SHIFTWORK_PAYLOAD": given.payload or "", "SHIFTWORK_PAYLOAD_URL": given.payload_url or ""}
        containers.append({"name": INIT, "command": [], "environment": _pairs(payload)})
    main["environment"] = _pairs({**variables, **run.parameters, **given.env})
    return {
        "containerOverrides": containers,
        "inferenceAcceleratorOverrides": [],
        "cpu": str(given.cpu or ""),
        "memory": str(given.memory or ""),
    }


def _pairs(variables: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in variables.items()]
