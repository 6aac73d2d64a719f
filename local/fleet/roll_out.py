"""`make fleet`: start a local cloud and a fleet, roll a job out, show how it goes and how it ended."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from local import cloud
from local.client import Client
from local.commands import read_job
from local.errors import LocalCloudError
from local.fleet import agents
from local.fleet.devices import conduct_of, register_all
from local.fleet.picture import OPEN, Picture
from local.progress import Progress

OVER = ("SUCCESS", "FAILED")
PAUSE = 0.5
MINUTE = 61  # seconds: the job's timeout for a device, and one more
QUIET = 5.0  # seconds without any change, before those that hang are waited for no longer
PATIENCE = 300.0


def roll_out(path: Path, count: int) -> int:
    """Roll the file's job out to so many devices; 0 if its run is a success."""
    job, progress = read_job(path), Progress()
    with cloud.running(progress=progress) as local:
        folder = local.home / "devices"
        folder.mkdir()
        with progress.step(f"{count} devices get a certificate"):
            configs = register_all(local, count, folder)
        names = [config.stem for config in configs]
        with agents.running(configs):
            api = Client(local.api_url)
            job_id = api("POST", "/v1/jobs", job)["id"]
            run_id = api("POST", f"/v1/jobs/{job_id}/runs", {})["id"]
            print(f"Run {run_id} of job {job_id} is rolled out. The devices' agents start.", file=sys.stderr)
            finished = _follow(local, api, f"/v1/jobs/{job_id}/runs/{run_id}", names)
    return _tell(finished)


def _follow(local: cloud.Cloud, api: Client, path: str, names: list[str]) -> dict[str, Any]:
    """Draw the devices until the run is over; the run, and how its devices stand."""
    picture, changed = Picture(names), time.monotonic()
    end = changed + PATIENCE
    while time.monotonic() < end:
        run, devices = api("GET", path), api("GET", f"{path}/devices?limit=100")
        if picture.show({device["thing"]: device["status"] for device in devices}):
            changed = time.monotonic()
        if run["status"] in OVER:
            return {**run, "stragglers": [device for device in devices if device["status"] != "SUCCEEDED"]}
        if time.monotonic() > changed + QUIET and _only_hang(devices, len(names)):
            print("The others do not answer: the local clock goes a minute forward, as time would.", file=sys.stderr)
            local.advance(MINUTE)
            changed, picture.height = time.monotonic(), 0
        time.sleep(PAUSE)
    raise LocalCloudError(f"the run has not ended within {PATIENCE:.0f} s: see the agents' logs, *.log")


def _only_hang(devices: list[dict[str, Any]], count: int) -> bool:
    """Return whether only devices that never end are left to wait for."""
    left = [device["thing"] for device in devices if device["status"] in OPEN]
    return len(devices) == count and all(conduct_of(name) == "update_that_hangs" for name in left)


def _tell(run: dict[str, Any]) -> int:
    for device in run.pop("stragglers"):
        reason = (device["details"] or {}).get("reason", "it has said nothing of it")
        print(f"  {device['thing']} {device['status']}: {reason}", file=sys.stderr)
    print(json.dumps({name: run[name] for name in ("id", "jobId", "status", "message", "devices")}, indent=2))
    return 0 if run["status"] == "SUCCESS" else 1
