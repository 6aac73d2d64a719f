"""Fleet jobs through the API of a deployed Shiftwork: their documents, their runs, and how they ended."""

from typing import Any

from tests.local.signed import Caller, until

SEED = {"operation": "customJob", "otherInfo": "someValue"}


def fleet_job(job_id: str, *things: str, **fleet: Any) -> dict[str, Any]:
    """Return a job's document."""
    targets = {"things": list(things)}
    return {"id": job_id, "run": {"fleet": {"targets": targets, "document": SEED, **fleet}, "timeoutSeconds": 600}}


def rolled_out(call: Caller, document: dict[str, Any], *, to: int) -> str:
    """Save the job, start a run, wait until the given number of devices has it, and return the run's path."""
    created = call("POST", "/v1/jobs", document)
    assert created.status == 201, created.text
    return started(call, f"/v1/jobs/{document['id']}/runs", to=to)


def started(call: Caller, path: str, *, to: int) -> str:
    """Start a run of a job that is there by a POST to this path, wait for devices, return the run's path."""
    run = call("POST", path)
    assert run.status == 201, run.text
    path = f"/v1/jobs/{run.json['jobId']}/runs/{run.json['id']}"
    until(lambda: call("GET", f"{path}/devices").json, lambda found: len(found) == to)
    return path


def ended(call: Caller, path: str) -> Any:
    """Return the run, once it has ended."""
    return until(lambda: call("GET", path).json, lambda run: run["status"] in ("SUCCESS", "FAILED"))
