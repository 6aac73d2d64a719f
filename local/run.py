"""`make run`: one job of a file, from its creation to its end, through the API of a new local cloud."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from local import cloud
from local.client import Client
from local.job_file import read_job
from local.progress import Progress

OVER = ("SUCCESS", "FAILED")
PAUSE = 0.2


def run(path: Path) -> int:
    """Create the file's job, trigger it, show its log and the finished run; 0 if that is a success."""
    job = read_job(path)
    progress = Progress()
    with cloud.running(progress=progress) as local:
        print(f"Tasks run as {local.tasks}.", file=sys.stderr)
        api = Client(local.api_url)
        job_id = api("POST", "/v1/jobs", job)["id"]
        run_id = api("POST", f"/v1/jobs/{job_id}/runs", {})["id"]
        print(f"Run {run_id} of job {job_id} is triggered. Its log:", file=sys.stderr)
        finished = _follow(api, f"/v1/jobs/{job_id}/runs/{run_id}")
    print(json.dumps(finished, indent=2))
    return 0 if finished["status"] == "SUCCESS" else 1


def _follow(api: Client, path: str) -> Any:
    """Print the log as it grows, until the run is over and the log is read to its end."""
    after = ""
    while True:
        finished = api("GET", path)
        page = api("GET", f"{path}/logs{after}")
        for event in page["events"]:
            print(event["message"], flush=True)
        if page.get("nextToken"):
            after = f"?nextToken={page['nextToken']}"
        if finished["status"] in OVER and not page["events"]:
            return finished
        if not page["events"]:
            time.sleep(PAUSE)
